"""Factor cards: a page for every formula, with what the registry knows of it and a look at it on data."""

from __future__ import annotations

import base64
import functools
import io
import re
from dataclasses import dataclass
from html import escape
from pathlib import Path

from kit import backend, provenance
from kit.chain import blocks, builders
from kit.factor import compute
from kit.options.chain import by_expiry
from kit.options.curve import curve
from kit.plot import cards as draw
from kit.quality import census
from kit.report.listing import formulas, span
from kit.report.render import write
from kit.sources import datasets
from kit.survey import findings, takings
from kit.survey.attacks import survey

PAGE = Path(__file__).parent / "page"
REAL = ("hyperliquid/BTC", "binance-usdm/BTCUSDT", "five-coins-1m/BTCUSDT", "ohlcv-hourly/BTC", "ohlcv-daily/BTC",
        "venues-202303/BTC-USD", "deribit-options/BTC", "mevboost/mainnet")
EMBEDDED = ("synthetic/SIM-ETC", "synthetic-depth/SIM-BTC", "synthetic-minutes/SIM-BTC", "synthetic-days/SIM-ETC",
            "synthetic-venues/SIM-BTC", "synthetic-options/SIM-BTC", "synthetic-builders/SIM-CHAIN",
            "synthetic-chain/SIM-CHAIN")
DPI = 140
FEWEST = 30
"""Values that a look needs."""
LAWS = {"cut": "one tick at a time equals the day whole", "library": "every library agrees",
        "scale": "it scales as its unit says", "mirror": "it mirrors as it declares", "range": "it stays in its range"}


@dataclass(frozen=True)
class Sample:
    """Tables of one recording, by kind, to look at factors on."""

    name: str
    synthetic: bool
    tables: dict


@functools.cache
def sample(name) -> Sample:
    """The tables of ``dataset/symbol``: three hours at most of a recording of ticks."""
    dataset, symbol = name.split("/", 1)
    about = datasets.find(dataset)
    ticks = {"quotes", "trades"} <= set(about.kinds)
    short = ("2025-01-06T06:00Z", "2025-01-06T09:00Z") if ticks and about.synthetic else ()
    recording = datasets.load(dataset, symbol, *short)
    return Sample(name, about.synthetic, census.tables(recording) if ticks else _tables(recording, about.kinds))


def _tables(recording, kinds):
    """What factors read, of a recording that has no ticks."""
    tables = recording.tables
    if "chain" in kinds:
        return {"curve": curve(by_expiry(backend.release(tables["chain"])), tables.get("prices"))}
    if "builder_blocks" in kinds:
        built = tables["builder_blocks"]
        return {"blocks": blocks.table(builders.headers(built), builders=built)}
    if "swaps" in kinds:
        found = survey(recording)
        return {"blocks": findings.blocks(found, takings.each(found))}
    kind, = kinds
    return {"bars" if kind == "days" else kind: tables[kind]}


def samples() -> list[str]:
    """What there is to look at: real recordings at hand first."""
    there = datasets.available()
    return [name for name in (*REAL, *EMBEDDED) if name.split("/")[0] in there]


def cards(into, chosen=None) -> Path:
    """Write a page for every formula and ``index.html``; name the latter's path.

    Parameters
    ----------
    into : path
        Folder, made where it is not there.
    chosen : sequence of str, optional
        Formulas, by their first name; all by default.
    """
    import jinja2

    into = Path(into)
    into.mkdir(parents=True, exist_ok=True)
    known = {name: alike for name, alike in formulas().items() if chosen is None or name in chosen}
    pages = jinja2.Environment(loader=jinja2.FileSystemLoader(PAGE), autoescape=True)
    pages.filters |= {"said": said, "unit": unit}
    about = {"style": (PAGE / "style.css").read_text(), "code": provenance.code()}
    told = {name: _told(alike) for name, alike in known.items()}
    for name, card in told.items():
        write(into / f"{stem(name)}.html", pages.get_template("card.html.j2").render(card=card, **about))
    families = {}
    for name, card in told.items():
        families.setdefault(card["family"], []).append({"page": f"{stem(name)}.html"} | card)
    write(into / "index.html", pages.get_template("cards.html.j2").render(families=families, **about))
    return into / "index.html"


def stem(name) -> str:
    """File name of a formula's page."""
    return re.sub(r"\W+", "", name)


def _told(alike):
    """What a card says of the factors of one formula."""
    first = alike[0]
    look, of = _look(alike)
    return first.describe() | {
        "names": [{"name": one.name, "parameters": one.parameters} for one in alike], "range": span(first) or "any",
        "svg": svg(first.formula), "mirrors": _mirrors(first.mirror), "words": section(first.doc, None),
        "notes": section(first.doc, "Notes"), "laws": [(LAWS[law], why) for law, why in first.off.items()],
        "look": look, "of": of}


def _mirrors(mirror) -> str:
    return {1: "stays the same", -1: "changes sign"}.get(mirror, f"becomes {mirror}")


def said(words) -> str:
    """A docstring's words as HTML: what stands in backticks is code, or a formula where it is called so."""
    words = re.sub(r":math:`([^`]+)`", lambda found: svg(found[1]) or f"<code>{escape(found[1])}</code>",
                   escape(words, quote=False))
    return re.sub(r"``?([^`]+)``?", r"<code>\1</code>", words)


def unit(words) -> str:
    """A unit as HTML: powers are raised."""
    return re.sub(r"\^(-?[\d.]+)", r"<sup>\1</sup>", escape(words)).replace("*", " · ")


def section(doc, name) -> list[str]:
    """Paragraphs of a docstring's section; of what stands between title and sections where no name is given."""
    parts = re.split(r"\n(\w[\w ]*)\n-{3,}\n", doc)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    text = found.get(name, "") if name else parts[0].partition("\n")[2]
    paragraphs = [" ".join(one.split()) for one in re.split(r"\n\s*\n|\n(?=- )", text)]
    return [one.removeprefix("- ") for one in paragraphs if one and not one.startswith(".. math::")]


def svg(formula) -> str | None:
    """A formula as a picture, for pages that need nothing from elsewhere; None where matplotlib cannot set it."""
    from matplotlib import mathtext

    page = io.BytesIO()
    try:
        mathtext.math_to_image(f"${typeset(formula)}$", page, dpi=120, format="svg")
    except ValueError:
        return None
    picture = page.getvalue().decode()
    return picture[picture.index("<svg"):]


DIALECT = ((r"\\text{", r"\\mathrm{"), (r"\\tfrac", r"\\frac"), (r"\\frac(\w)(\w)", r"\\frac{\1}{\2}"),
           (r"\\frac(\w)", r"\\frac{\1}"), (r"\\sqrt ?(\w)", r"\\sqrt{\1}"), (r"\\mathrm (\w)", r"\\mathrm{\1}"),
           (r"\\(ge|le|ne)(?![a-z])", r"\\\1q"), (r"\\[Bb]ig(?![a-z])|\\textstyle", ""), (r"\\quad", r"\\;\\;"),
           (r"\\lvert|\\rvert", "|"), (r"\^\\alpha", r"^{\\alpha}"))
"""What is written otherwise in matplotlib's TeX: a pattern, and what takes its place."""


def typeset(formula) -> str:
    """TeX in matplotlib's dialect."""
    formula = re.sub(r"\\(?:text|mathrm){[^{}]*}", lambda found: found[0].replace(" ", r"\ "), formula)
    for theirs, ours in DIALECT:
        formula = re.sub(theirs, ours, formula)
    return formula


def _look(alike):
    """A small plot as a PNG in base64, and of which sample: the first on which most names have enough values."""
    most, of = None, None
    for one in map(sample, samples()):
        frame = _values(alike, one)
        if frame is not None and (most is None or frame.shape[1] > most.shape[1]):
            most, of = frame, one
        if most is not None and most.shape[1] >= len(alike):
            break
    return (None, None) if most is None else (_png(draw.look(most, alike[0].unit)), of)


def _png(figure):
    """A figure in base64, drawn once: ``savefig`` draws it twice."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    page = io.BytesIO()
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).print_png(page)
    return base64.b64encode(page.getvalue()).decode()


def _values(alike, one):
    """Columns of a formula on a sample that have enough values; None where it has not the table, or no values."""
    tables = {kind: one.tables[kind] for kind in census.serving(alike[0], one.tables)}
    if not tables:
        return None
    frame = backend.release(compute(tables, *(factor.name for factor in alike)))
    frame = frame.loc[:, frame.notna().sum() >= FEWEST]
    return frame if frame.shape[1] else None
