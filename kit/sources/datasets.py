"""What can be named: the embedded market, recordings under KIT_DATA, blocks in KIT_CHAIN, the days in KIT_STORE."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kit import backend, clock, events
from kit.refusal import Refusal
from kit.sources import gather, in_order
from kit.sources.dataset import Dataset
from kit.sources.depth import sampled
from kit.sources.embedded import EMBEDDED
from kit.sources.recorded import RECORDED
from kit.sources.store import Store
from kit.sources.synthetic.planted import planted


class Recording(NamedTuple):
    """Ticks of one symbol, in the order of the exchange's clock."""

    dataset: str
    venue: str
    symbol: str
    title: str
    synthetic: bool
    stale: str
    tables: dict  #: frames by kind (see `kit.columns`), those of its dataset's `kinds` among them

    def events(self, kind) -> list:
        """What happened on a chain, in order: a list of events of a kind (see `kit.events`)."""
        return events.read(self.tables[kind], kind, file=f"{self.dataset} {self.symbol}, {kind}")

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


def _stored(folder, symbol, start, end, seed):
    """Opens days of the store; the symbol is ``venue/symbol``."""
    kept, (venue, name) = Store(folder), symbol.split("/", 1)
    for kind in ("quotes", "trades", "updates"):
        if kept.days(kind, venue, name):
            for frame in kept.batches(kind, venue, name, start, end):
                yield {kind: frame}


DATASETS = EMBEDDED | RECORDED | {
    "store": Dataset("by symbol", "Days kept in the store, named venue/symbol", (), _stored, ".",
                     variable="KIT_STORE"),
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

    Frames are those of the backend: cuDF where there is a GPU, else pandas. Tables of a chain's events have no clock of
    their own: they stay pandas, in the order of their blocks, and are cut to the blocks of that time. See `batches` for
    the arguments.

    Raises
    ------
    Refusal
        As `batches`, and where the recording lacks a table that its dataset should have.
    """
    dataset, tables = find(name), gather(batches(name, symbol, start, end, seed))
    first, last = clock.instant(start), clock.instant(end)
    happened = {kind: frame for kind, frame in tables.items() if "time" not in frame}
    tables = {kind: _between(in_order(frame), first, last) for kind, frame in tables.items() if kind not in happened}
    tables |= _within(happened, first, last)
    for kind in dataset.kinds:
        if kind not in tables and (kind, "updates" in tables) != ("depth", True):
            raise Refusal(f"{name} has no {kind} of {symbol}", remedy=f"have {', '.join(tables)}: add the {kind}")
    first_kind = dataset.kinds[0]
    if tables[first_kind].empty:
        raise Refusal(f"{name} has no {first_kind} of {symbol} in that period",
                      remedy="ask for another period, or for none")
    tables = {kind: frame if kind in happened else backend.adopt(frame) for kind, frame in tables.items()}
    return Recording(name, dataset.venue, symbol, dataset.title, dataset.synthetic, dataset.stale, tables)


def _between(frame, start, end):
    keep = frame["time"].notna()
    if start is not None:
        keep &= frame["time"] >= clock.utc([start])[0]
    if end is not None:
        keep &= frame["time"] < clock.utc([end])[0]
    return frame if keep.all() else frame[keep].reset_index(drop=True)


def _within(happened, start, end):
    """Events of the blocks whose time lies in start <= time < end; all of them where neither is given."""
    if start is None and end is None or not happened:
        return happened
    if "blocks" not in happened:
        raise Refusal(f"{', '.join(happened)} have no clock", remedy="ask for no period")
    stamps = happened["blocks"].set_index("block")["timestamp"] * clock.SECOND
    inside = stamps.index[(stamps >= (start or 0)) & (stamps < (end or np.iinfo(np.int64).max))]
    return {kind: frame[frame["block"].isin(inside)].reset_index(drop=True) for kind, frame in happened.items()}


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
    return find(name).variable


def _folder(name):
    """Where a dataset lies, if it is at hand."""
    root, inside = os.environ.get(variable(name)), find(name).folder
    if not root or not inside:
        return None
    if not Path(root).is_dir():
        raise Refusal(f"{variable(name)}={root} is no folder", remedy=f"correct {variable(name)}, or unset it")
    return Path(root) / inside if (Path(root) / inside).is_dir() else None
