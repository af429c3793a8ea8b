"""What can be named: the embedded market, the recordings under KIT_DATA, and the days in the store KIT_STORE."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from kit import backend, clock
from kit.refusal import Refusal
from kit.sources import binance_raw, binance_vision, deribit, gather, hyperliquid, in_order, ohlcv, synthetic, tardis
from kit.sources import venues as at_venues
from kit.sources.depth import sampled
from kit.sources.store import Store
from kit.sources.synthetic import behind, days, minutes, options
from kit.sources.synthetic import venues as fragmented
from kit.sources.synthetic.planted import planted


@dataclass(frozen=True)
class Dataset:
    """Recordings that go together under one name."""

    venue: str
    title: str
    symbols: tuple[str, ...]  #: of the store, those it holds
    open: Callable[[Path | None, str, int | None, int | None, int], Iterator[dict]]
    folder: str | None = None  #: under KIT_DATA; None for what the kit makes itself
    edge: float | None = None  #: how much of the embedded market's planted relation is in force
    extra: bool = False  #: rendered only when asked for by name
    stale: str = "5s"  #: silence after which its quotes are not to be carried on: longer where the market is quiet
    kinds: tuple[str, ...] = ("quotes", "trades")  #: tables that it has of every symbol, the first never empty;
    #: ``depth`` may be rebuilt from updates (`Recording.depth`)
    laws: Mapping | None = None  #: known answers by symbol, of embedded bars

    @property
    def synthetic(self) -> bool:
        return self.folder is None


class Recording(NamedTuple):
    """Ticks of one symbol, in the order of the exchange's clock."""

    dataset: str
    venue: str
    symbol: str
    title: str
    synthetic: bool
    stale: str
    tables: dict  #: frames by kind (see `kit.columns`), those of its dataset's `kinds` among them

    @property
    def quotes(self):
        return self.tables["quotes"]

    @property
    def trades(self):
        return self.tables["trades"]

    @property
    def depth(self):
        """The book behind the touch at whole seconds (`kit.sources.depth.sampled`)."""
        return sampled(self.tables, stale=self.stale)

    @property
    def planted(self):
        """Known answers of an embedded market without a crash (`synthetic.planted.Planted`), or of embedded bars.

        None of any other.
        """
        edge, laws = find(self.dataset).edge, find(self.dataset).laws
        if edge is None:
            return laws and laws[self.symbol]
        return planted(self.symbol, edge, price=float((self.quotes["bid"].mean() + self.quotes["ask"].mean()) / 2))

    @property
    def heard(self):
        """Messages about the book besides its quotes, which show that its feed lives; or None."""
        return self.tables.get("updates", self.tables.get("depth"))


DAY, CRASH, NEXT = "2025-01-06", "2025-10-10", "2025-10-11"


def _embedded(title, first, last, edge=1.0, crash=None, **more):
    """The embedded market, by default from `first` to `last`."""
    def batches(folder, symbol, start, end, seed):
        begin, stop = start or clock.instant(first), end or clock.instant(last)
        return synthetic.batches(symbol, begin, stop, seed=seed, edge=edge, crash=crash)
    return Dataset("embedded", title, synthetic.SYMBOLS, batches, stale="60s", edge=None if crash else edge, **more)


def _embedded_book(first, last):
    """The embedded market with levels behind its touch."""
    def batches(folder, symbol, start, end, seed):
        begin, stop = start or clock.instant(first), end or clock.instant(last)
        return behind.batches(synthetic.batches(symbol, begin, stop, seed=seed), symbol, seed)
    return batches


def _embedded_days(title, laws, **more):
    """Years of daily bars whose volatility follows `laws`."""
    def batches(folder, symbol, start, end, seed):
        return days.batches(laws, symbol, start, end, seed)
    return Dataset("embedded", title, tuple(laws), batches, kinds=("days",), laws=laws, **more)


def _minutes(folder, symbol, start, end, seed):
    return minutes.batches(symbol, start, end, seed)


def _bars(pattern, every, kind="bars", notional=False, **only):
    """Opens the file of bars that `pattern` names; `only` are the rows to take, the symbol's name among them."""
    def batches(folder, symbol, start, end, seed):
        rows = {column: value.format(symbol=symbol) for column, value in only.items()}
        for path in _files(folder, pattern.format(symbol=symbol)):
            for frames in ohlcv.read(path, every, notional, **rows):
                yield {kind: frames["bars"]}
    return batches


def _options(folder, symbol, start, end, seed):
    return options.batches(symbol, start, end, seed)


def _raw(pattern):
    """Opens the raw websocket files that `pattern` names, in the order of their names."""
    def batches(folder, symbol, start, end, seed):
        return binance_raw.read(_files(folder, pattern.format(symbol=symbol.lower())), symbol=symbol)
    return batches


def _published(reader, pattern):
    """Opens the files that a venue or vendor publishes, those that `pattern` names, in the order of their names."""
    def batches(folder, symbol, start, end, seed):
        venue, _, name = symbol.rpartition("/")
        for path in _files(folder, pattern.format(venue=venue, name=name)):
            yield from reader(path)
    return batches


def _hyperliquid(folder, symbol, start, end, seed):
    return hyperliquid.read(folder, symbol)


def _deribit(folder, symbol, start, end, seed):
    """Chains, the DVOL index, and prices from before the first chain: those of another venue's perpetual."""
    yield from deribit.chain(folder / "deribit-chain-daily/deribit_btc_eth_options_daily.parquet", symbol)
    yield from deribit.dvol(folder / f"dvol-daily/{symbol.lower()}_dvol.csv", symbol)
    for frames in DATASETS["ohlcv-daily"].open(folder / "ohlcv", symbol, start, end, seed):
        yield {"prices": frames["days"][["time", "close"]].rename(columns={"close": "price"})}


def _fragmented(folder, symbol, start, end, seed):
    return fragmented.batches(symbol, start, end, seed)


def _march_2023(folder, symbol, start, end, seed):
    return at_venues.march_2023(folder / "iaqf_1m_20230301_20230321.parquet", symbol)


def _day_of_prints(folder, symbol, start, end, seed):
    return at_venues.day_of_prints(folder / "btcusd_trades_4venues_20260105.parquet")


def _spot_and_perpetual(folder, symbol, start, end, seed):
    """The same coin's spot pair and perpetual in the same minutes."""
    names, folders = ("binance-spot", "binance-usdm"), ("binance-spot-raw", "binance-usdm-raw")
    frames = (gather(DATASETS[name].open(folder / inside, symbol, start, end, seed))
              for name, inside in zip(names, folders, strict=True))
    return at_venues.spot_and_perpetual(*({kind: in_order(one[kind]) for kind in BOOK[:2]} for one in frames))


def _stored(folder, symbol, start, end, seed):
    """Opens days of the store; the symbol is ``venue/symbol``."""
    kept, (venue, name) = Store(folder), symbol.split("/", 1)
    for kind in ("quotes", "trades", "updates"):
        if kept.days(kind, venue, name):
            for frame in kept.batches(kind, venue, name, start, end):
                yield {kind: frame}


def _files(folder, pattern):
    found = sorted(folder.glob(pattern))
    if not found:
        raise Refusal("no such recording", file=folder / pattern, remedy="see that KIT_DATA holds the whole catalogue")
    return found


CRASHED = ("binance-delivery/ETCUSD_PERP", "binance-delivery/AVAXUSD_PERP", "coinbase/ETC-USD", "coinbase/AVAX-USD",
           "gemini/BTCUSD", "gemini/ETHUSD", "gemini/LTCUSD", "gemini/AVAXUSD")

BOOK = ("quotes", "trades", "depth")
COINS = ("BTC", "ETH", "LTC", "ETC", "ENJ", "ROSE")
DAILY = functools.partial(_bars, "daily_ohlcv_*.parquet", "1d", "days", symbol="{symbol}USDT")

DATASETS = {
    "synthetic": _embedded("Synthetic perpetuals with planted predictability, twelve hours",
                           f"{DAY}T00:00Z", f"{DAY}T12:00Z"),
    "synthetic-null": _embedded("The same market in which nothing can be predicted", f"{DAY}T00:00Z", f"{DAY}T12:00Z",
                                edge=0.0, extra=True),
    "synthetic-crash": _embedded("The same market, half a day with a flash crash", f"{CRASH}T12:00Z", f"{NEXT}T00:00Z",
                                 crash=CRASH, extra=True),
    "synthetic-depth": Dataset("embedded", "Synthetic perpetuals with a book of known slope, two hours",
                               synthetic.SYMBOLS, _embedded_book(f"{DAY}T12:00Z", f"{DAY}T14:00Z"), stale="60s",
                               edge=1.0, kinds=("depth",)),
    "hyperliquid": Dataset("Hyperliquid", "Four perpetuals, 35 minutes of 2025-09-04", ("BTC", "ETH", "SOL", "WLFI"),
                           _hyperliquid, "market/hyperliquid-4coins", kinds=BOOK),
    "binance-usdm": Dataset("Binance USD-M", "Two perpetuals, 6 minutes of 2024-08-08", ("BTCUSDT", "ETHUSDT"),
                            _raw("usdm_{symbol}_20240808.gz"), "market/binance-usdm-raw", kinds=BOOK),
    "binance-usdm-july": Dataset("Binance USD-M", "Two perpetuals, 8 minutes around midnight of 2024-07-18",
                                 ("BTCUSDT", "ETHUSDT"), _raw("usdm_{symbol}_2024071*.gz"), "market/binance-usdm-raw",
                                 extra=True, kinds=BOOK),
    "binance-spot": Dataset("Binance spot", "Two spot pairs, 6 minutes of 2024-08-08", ("BTCUSDT", "ETHUSDT"),
                            _raw("spot_{symbol}_20240808.gz"), "market/binance-spot-raw", kinds=BOOK),
    "binance-nexo": Dataset("Binance spot", "A large-tick spot pair, 34 hours from 2024-07-23", ("NEXOUSDT",),
                            _raw("{symbol}_*.dat.gz"), "market/binance-spot-nexo-raw", stale="60s", kinds=BOOK),
    "crash": Dataset("by symbol", "Trades of 2025-10-10 at three venues, without quotes", CRASHED,
                     _published(tardis.read, "{venue}_trades_*_{name}.csv.gz"), "market/crash-20251010", extra=True,
                     kinds=("trades",)),
    "crash-mark": Dataset("Binance COIN-M", "Mark prices of 2025-10-09 and -10 by the minute", ("BTCUSD_PERP",),
                          _published(binance_vision.read, "{name}-1m-*.zip"), "market/crash-20251010", extra=True,
                          kinds=("bars",)),
    "crash-depth": Dataset("Binance USD-M", "Depth of 2025-10-10 within one to five percent", ("BTCUSDT",),
                           _published(binance_vision.read, "{name}-bookDepth-*.csv.gz"), "market/binance-bookdepth",
                           extra=True, kinds=("bands",)),
    "synthetic-days": _embedded_days("Six years of synthetic days with two planted volatility regimes", days.REGIMES),
    "synthetic-garch": _embedded_days("Six years of synthetic days with a planted GARCH process", days.GARCH),
    "synthetic-minutes": Dataset("embedded", "Half a year of synthetic minutes with planted variance, noise and jumps",
                                 tuple(minutes.MINUTES), _minutes, kinds=("bars",), laws=minutes.MINUTES),
    "ohlcv-daily": Dataset("Bybit", "Six perpetuals by the day, 2020-11 to 2025-11", COINS, DAILY(venue="bybit_perp"),
                           "volatility/ohlcv", kinds=("days",)),
    "ohlcv-daily-spot": Dataset("Binance spot", "Five spot pairs by the day, 2017-08 to 2022-03", COINS[:-1],
                                DAILY(venue="binance_spot"), "volatility/ohlcv", kinds=("days",), extra=True),
    "ohlcv-hourly": Dataset("Binance spot", "Six spot pairs by the hour, 2021-04 to 2023-12", COINS,
                            _bars("hourly_ohlcv_*.parquet", "1h", symbol="{symbol}USDT"), "volatility/ohlcv",
                            kinds=("bars",)),
    "bitfinex-2019": Dataset("Bitfinex", "A spot pair by the minute, 2019", ("BTCUSD",),
                             _bars("{symbol}_1m_*.parquet", "1min"), "volatility/bitfinex-1m-2019", kinds=("bars",)),
    "five-coins-1m": Dataset("Binance USD-M", "Five perpetuals by the minute, six days of June 2025",
                             ("BTCUSDT", "LTCUSDT", "ETCUSDT", "ENJUSDT", "ROSEUSDT"),
                             _bars("binance_1m_{symbol}_*.csv.gz", "1min", notional=True), "market/five-coins-ohlcv",
                             kinds=("bars",)),
    "five-coins-daily": Dataset("Binance", "Five pairs by the day with what takers bought, 2021-01 to 2022-09",
                                ("BTCUSDT", "LTCUSDT", "ETCUSDT", "ENJUSDT", "ROSEUSDT"),
                                _bars("binance_1d_{symbol}_*.csv.gz", "1d", "days"), "market/five-coins-ohlcv",
                                kinds=("days",), extra=True),
    "synthetic-options": Dataset("embedded", "Two hundred daily option chains with planted term structure and premium",
                                 options.SYMBOLS, _options, kinds=("chain",)),
    "deribit-options": Dataset("Deribit", "Daily option chains, 2025-12-30 to 2026-08-22, and the DVOL index",
                               ("BTC", "ETH"), _deribit, "volatility", kinds=("chain",)),
    "synthetic-venues": Dataset("embedded", "Three synthetic venues: one leads, one follows, one is noisy; six hours",
                                tuple(fragmented.FRAGMENTED), _fragmented, kinds=("venues",),
                                laws=fragmented.FRAGMENTED),
    "venues-202303": Dataset("by column", "Bitcoin by the minute at several venues, March 2023",
                             tuple(at_venues.GROUPS), _march_2023, "market/multi-exchange-1m-202303",
                             kinds=("venues",)),
    "venues-20260105": Dataset("by column", "Bitcoin in dollars at four venues, print by print, 2026-01-05",
                               ("BTC-USD",), _day_of_prints, "market/multi-exchange-ticks-20260105",
                               kinds=("venues",)),
    "venues-binance": Dataset("Binance", "A coin's spot pair beside its perpetual, 6 minutes of 2024-08-08",
                              ("BTCUSDT", "ETHUSDT"), _spot_and_perpetual, "market", kinds=("venues",), extra=True),
    "store": Dataset("by symbol", "Days kept in the store, named venue/symbol", (), _stored, "."),
}


def names() -> list[str]:
    """All names, at hand or not."""
    return list(DATASETS)


def available() -> list[str]:
    """Names of what is at hand: the embedded market, and the recordings that KIT_DATA holds."""
    return [name for name, dataset in DATASETS.items() if dataset.synthetic or _folder(name) is not None]


def find(name) -> Dataset:
    """A dataset by its name.

    Raises
    ------
    Refusal
        No dataset has that name.
    """
    if name not in DATASETS:
        raise Refusal(f"no dataset is called {name!r}", remedy=f"choose from {', '.join(DATASETS)}")
    return DATASETS[name]


def symbols(name) -> tuple[str, ...]:
    """Symbols of a dataset; of the store, those of which it holds quotes."""
    dataset, folder = find(name), _folder(name)
    if name != "store" or folder is None:
        return dataset.symbols
    return tuple(f"{venue}/{symbol}" for venue, symbol in Store(folder).symbols("quotes"))


def batches(name, symbol, start=None, end=None, seed=0) -> Iterator[dict]:
    """A recording as its reader yields it: batches in recording order, for the store and the doctor.

    Parameters
    ----------
    name, symbol : str
    start, end : optional
        Time-zone-aware; recordings are read whole, the embedded market is played between them.
    seed : int
        World of the embedded market.

    Raises
    ------
    Refusal
        Unknown dataset or symbol, naive time, or KIT_DATA does not hold the recording.
    """
    dataset, folder = find(name), at_hand(name)
    if symbol not in symbols(name):
        raise Refusal(f"{name} has no symbol {symbol!r}", remedy=f"choose from {', '.join(symbols(name))}")
    return dataset.open(folder, symbol, clock.instant(start), clock.instant(end), seed)


def load(name, symbol, start=None, end=None, seed=0) -> Recording:
    """A recording in memory, each table sorted by the exchange's clock and cut to start <= time < end.

    Frames are those of the backend: cuDF where there is a GPU, else pandas. See `batches` for the arguments.

    Raises
    ------
    Refusal
        As `batches`, and where the recording lacks a table that its dataset should have.
    """
    dataset, tables = find(name), gather(batches(name, symbol, start, end, seed))
    first, last = clock.instant(start), clock.instant(end)
    tables = {kind: _between(in_order(frame), first, last) for kind, frame in tables.items()}
    for kind in dataset.kinds:
        if kind not in tables and (kind, "updates" in tables) != ("depth", True):
            raise Refusal(f"{name} has no {kind} of {symbol}", remedy=f"have {', '.join(tables)}: add the {kind}")
    first_kind = dataset.kinds[0]
    if tables[first_kind].empty:
        raise Refusal(f"{name} has no {first_kind} of {symbol} in that period",
                      remedy="ask for another period, or for none")
    tables = {kind: backend.adopt(frame) for kind, frame in tables.items()}
    return Recording(name, dataset.venue, symbol, dataset.title, dataset.synthetic, dataset.stale, tables)


def _between(frame, start, end):
    keep = frame["time"].notna()
    if start is not None:
        keep &= frame["time"] >= clock.utc([start])[0]
    if end is not None:
        keep &= frame["time"] < clock.utc([end])[0]
    return frame if keep.all() else frame[keep].reset_index(drop=True)


def at_hand(name) -> Path | None:
    """Where a dataset lies; None of one that the kit makes itself.

    Raises
    ------
    Refusal
        Unknown dataset, or it is not there.
    """
    folder = _folder(name)
    if folder is None and not find(name).synthetic:
        raise Refusal(f"{name} is not at hand",
                      remedy=f"set {variable(name)} to a folder that holds {find(name).folder}")
    return folder


def variable(name):
    """The environment variable that says where a dataset lies."""
    return "KIT_STORE" if name == "store" else "KIT_DATA"


def _folder(name):
    """Where a dataset lies, if it is at hand."""
    root, inside = os.environ.get(variable(name)), find(name).folder
    if not root or not inside:
        return None
    if not Path(root).is_dir():
        raise Refusal(f"{variable(name)}={root} is no folder", remedy=f"correct {variable(name)}, or unset it")
    return Path(root) / inside if (Path(root) / inside).is_dir() else None
