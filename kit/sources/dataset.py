"""What goes together under one name: where it lies, how it is opened, which tables it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BOOK = ("quotes", "trades", "depth")
"""Kinds of a recording that knows more of the book than its touch."""


@dataclass(frozen=True)
class Dataset:
    """Recordings that go together under one name."""

    venue: str
    title: str
    symbols: tuple[str, ...]  #: of the store, those it holds
    open: Callable[[Path | None, str, int | None, int | None, int], Iterator[dict]]
    folder: str | None = None  #: under what `variable` names; None for what the kit makes itself
    edge: float | None = None  #: how much of the embedded market's planted relation is in force
    extra: bool = False  #: rendered only when asked for by name
    stale: str = "5s"  #: silence after which its quotes are not to be carried on: longer where the market is quiet
    kinds: tuple[str, ...] = ("quotes", "trades")  #: tables that it has of every symbol, the first never empty;
    #: ``depth`` may be rebuilt from updates (`Recording.depth`)
    variable: str = "KIT_DATA"  #: the environment variable that says where its folder lies
    laws: Mapping | None = None  #: known answers by symbol, of embedded bars

    @property
    def synthetic(self) -> bool:
        return self.folder is None
