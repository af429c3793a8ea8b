"""The command line. A command asks and prints; the answer is the kit's."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from kit.refusal import Refusal

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="Crypto microstructure research: ticks in, reports out.")

Words = Annotated[str, typer.Option(help="Separated by spaces or commas.")]


class Format(StrEnum):
    """Layouts of files that the kit reads; each is a module of `kit.sources`."""

    BINANCE_RAW = "binance-raw"
    BINANCE_VISION = "binance-vision"
    HYPERLIQUID = "hyperliquid"
    TARDIS = "tardis"


FormatOption = Annotated[Format | None, typer.Option("--format", help="What the files are; a .zip says so itself.")]


def main():
    """Run a command; what the kit refuses is said in one line, without a traceback."""
    try:
        app()
    except Refusal as refusal:
        sys.exit(f"kit: {refusal}")
    except (FileNotFoundError, IsADirectoryError) as error:
        sys.exit(f"kit: {error.filename}: {error.strerror}. Remedy: name a file that is there")


@app.callback()
def _choose():
    """Crypto microstructure research: ticks in, reports out."""
    from kit import backend as choice

    choice.chosen()  # a wish for a GPU that is not there ends here


@app.command()
def backend():
    """Say what runs where, and why."""
    from kit import backend as choice

    print(choice.chosen())


@app.command()
def reports(datasets: Words = "", symbols: Words = "", notebooks: Words = "", into: Path = Path("reports"),
            folder: Annotated[Path | None, typer.Option(help="Of notebooks; by default the kit's own.")] = None,
            timeout: Annotated[int, typer.Option(help="Seconds that one cell may take.")] = 1800,
            jobs: Annotated[int, typer.Option(help="Reports at a time; 0: one a core.")] = 0):
    """Render every notebook for each symbol, or group of symbols, of each dataset, and the list of all reports.

    Without --datasets: the embedded market, and every real recording at hand; and a card for every factor.
    """
    from kit import report
    from kit.report.programme import NOTEBOOKS

    failures, assets = [], _assets(_words(datasets), _words(symbols))
    whole = not _words(datasets) and not _words(symbols)
    wanted = report.programme(assets, _words(notebooks), folder or NOTEBOOKS, whole, into)
    for count, (name, done) in enumerate(report.press(wanted, into, timeout=timeout, jobs=jobs), 1):
        if isinstance(done, report.ReportFailed):
            failures.append(done)
            print(f"[{count}/{len(wanted)}] {name}: FAILED: {done}", file=sys.stderr, flush=True)
        else:
            print(f"[{count}/{len(wanted)}] {name}: {done.seconds:.0f} s", flush=True)
    if whole and not _words(notebooks):
        cards(into / "factors")
    print(f"All reports: {report.contents(into)}")
    if failures:
        sys.exit(f"kit: {len(failures)} of {len(wanted)} reports failed")


def _assets(asked, symbols):
    """Datasets and symbols that reports are wanted of."""
    from kit.sources import datasets as known

    names = asked or [name for name in known.available() if not known.find(name).extra]
    for name in names:
        known.at_hand(name)
    assets = [(name, symbol) for name in names for symbol in known.symbols(name) if symbol in (symbols or [symbol])]
    missed = set(symbols) - {symbol for _, symbol in assets}
    if missed or not assets:
        raise Refusal(f"{' '.join(names)}: no symbol {' '.join(sorted(missed))}",
                      remedy="python -m kit datasets lists the symbols of each")
    return assets


@app.command()
def datasets():
    """List the datasets that can be named, their symbols, and whether they are at hand."""
    from kit.sources import datasets as known

    for name in known.names():
        at_hand = name in known.available()
        print(f"{name}: {' '.join(known.symbols(name)) if at_hand else f'not at hand: set {known.variable(name)}'}")


@app.command()
def factors(as_json: Annotated[bool, typer.Option("--json", help="All that is known of each, for machines.")] = False,
            markdown: Annotated[bool, typer.Option("--markdown", help="README's table, a row a formula.")] = False):
    """List every factor: its name, unit and family, and what it is."""
    from kit import registry
    from kit.report import listing

    if as_json:
        print(json.dumps({name: factor.describe() for name, factor in registry().items()}, indent=1))
    elif markdown:
        print(listing.markdown())
    else:
        for name, factor in registry().items():
            print(f"{name}  [{factor.unit}]  {factor.family}: {factor.title}")


@app.command()
def cards(into: Path = Path("reports/factors")):
    """Write a page for every formula: what it is, in which unit, from where, and a look at it on data."""
    from kit.report.cards import cards as write

    print(f"All factors: {write(into)}")


@app.command()
def doctor(recording: Annotated[str, typer.Argument(help="A dataset, or a file or folder of one format.")],
           symbol: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
           form: FormatOption = None):
    """Examine a recording: clocks, gaps, sequence breaks, crossed books, stale levels; a chain's headers."""
    from kit.sources import datasets as known
    from kit.sources import doctor as physician

    if form is not None or Path(recording).exists():
        batches = _read(Path(recording), form, symbol)
        print(physician.examine(batches, name=recording))
        return
    if recording not in known.names():
        raise Refusal("no such dataset, and no such file", file=recording,
                      remedy=f"name a file, or one of {', '.join(known.names())}")
    for one in [symbol] if symbol else known.symbols(recording):
        print(physician.examine(known.batches(recording, one), name=f"{recording} {one}"), flush=True)


@app.command()
def download(dataset: str, symbol: str, start: str, end: str, into: Annotated[Path, typer.Option()],
             market: str = "um"):
    """Fetch days of Binance Vision with their checksums; what is already there is left alone."""
    from kit.sources import download as vision

    for path in vision.days(dataset, symbol, start, end, into, market=market):
        print(path)


@app.command()
def chain(url: str, first: int, last: int, into: Annotated[Path, typer.Option()],
          traces: Annotated[bool, typer.Option("--traces", help="The calls within transactions too.")] = False,
          batch: Annotated[int, typer.Option(help="Requests sent together.")] = 20):
    """Ask a node for blocks with their receipts; what is already there is left alone."""
    from kit.sources.ethereum import rpc

    paths = rpc.fetch(url, first, last, into, traces, batch=batch)
    print(f"{into}: {len(paths)} blocks. To read them: KIT_CHAIN={into}")


@app.command()
def store(paths: list[Path], venue: Annotated[str, typer.Option()], symbol: Annotated[str, typer.Option()],
          into: Annotated[Path, typer.Option()], form: FormatOption = None):
    """Keep recordings as Parquet, a file a day, in the order in which they are named."""
    from kit.sources.store import Store

    rows = itertools.chain.from_iterable(_read(path, form, None) for path in paths)
    written = Store(into).write_all(venue, symbol, rows, source=" ".join(path.name for path in paths))
    for kind, days in written.items():
        print(f"{into}: {kind} of {', '.join(days)}")


def _read(path, form, symbol):
    """Batches of a file in a format; a zip can only be Binance Vision's."""
    if form is None and path.suffix != ".zip":
        raise Refusal("which format it has is not said", file=path, remedy=f"--format {' or '.join(Format)}")
    name = (form or Format.BINANCE_VISION).value
    reader = importlib.import_module(f"kit.sources.{name.replace('-', '_')}")
    return reader.read(path, **({"symbol": symbol} if symbol else {}))


@app.command()
def calibrate(runs: Annotated[int, typer.Option(help="Worlds of each edge.")] = 200,
              edges: Annotated[str, typer.Option(help="Shares of the planted relation in force.")] = "0",
              length: Annotated[str, typer.Option(help="Of each world's recording.")] = "1h",
              processes: int = 1):
    """Measure how often the whole pipeline finds something where there is nothing, and where there is."""
    from kit.evaluate import calibration

    shares = [float(edge) for edge in _words(edges)]
    print(calibration.calibrate(runs, shares, calibration.Pipeline(length=length), processes=processes).to_string())


@app.command()
def verify(report: Path, tolerance: Annotated[float, typer.Option(help="Relative; 0 asks for the same bits.")] = 0.0):
    """Render a report again and compare every number."""
    from kit.report import verify as compare

    differences = compare(report, tolerance=tolerance)
    if differences:
        sys.exit("\n".join([f"kit: {report} does not come out the same:", *differences]))
    print(f"{report}: every number came out the same")


def _words(text):
    return text.replace(",", " ").split()
