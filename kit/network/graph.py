"""Who trades with whom, as a directed weighted graph: every trade counts, those between the same two in one edge."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import backend
from kit.kernels.graph import merge, order
from kit.refusal import Refusal

LOOPS = ("drop", "keep")
DENSE = 4
"""Whole-number names whose range is at most this many times their number are looked up in a table, others hashed."""


class Edges(NamedTuple):
    """Edges in the order of one of their ends."""

    begin: object  #: int64, shape (n + 1,): where the edges of each node begin
    other: object  #: int32, shape (m,): the end on the other side
    edge: object  #: int32 or int64, shape (m,): the edge's number in `Graph`


@dataclass(frozen=True, eq=False)
class Graph:
    """A directed graph in compressed rows, edges in order of source, then target; nodes by number, 0 to n - 1.

    Arrays are NumPy's, or CuPy's after `to`. An edge takes 24 bytes (8 more with prices, 8 more once `incoming` has
    been asked for), a node 8 and its name.
    """

    names: np.ndarray  #: of the nodes, in order; always on the host
    begin: object  #: int64, shape (n + 1,)
    source: object  #: int32, shape (m,)
    target: object  #: int32, shape (m,)
    volume: object  #: float64, shape (m,): what was traded along the edge
    count: object  #: int64, shape (m,): in how many trades
    vwap: object = None  #: float64, shape (m,): volume-weighted mean price; None without prices
    loops: float = 0.0  #: volume that nodes traded with themselves and that was dropped

    @property
    def n(self) -> int:
        return self.begin.shape[0] - 1

    @property
    def m(self) -> int:
        return self.target.shape[0]

    @property
    def nbytes(self) -> int:
        """What the arrays take, names left out."""
        return sum(a.nbytes for a in self._arrays().values())

    @functools.cached_property
    def incoming(self) -> Edges:
        """The edges in order of target, then source."""
        edge, begin = order(self.target, self.n)
        return Edges(begin, self.source[edge], edge)

    def strength(self, way="out"):
        """Volume out of each node, or ``"in"``, or of both; shape (n,)."""
        xp = backend.namespace(self.volume)
        ends = {"out": [self.source], "in": [self.target], "both": [self.source, self.target]}[way]
        return sum(xp.bincount(end, weights=self.volume, minlength=self.n) for end in ends)

    def reverse(self) -> Graph:
        """The graph with every edge turned around."""
        into = self.incoming
        rows = {"volume": self.volume, "count": self.count, "vwap": self.vwap}
        return replace(self, begin=into.begin, source=self.target[into.edge], target=into.other,
                       **{name: a if a is None else a[into.edge] for name, a in rows.items()})

    def to(self, xp) -> Graph:
        """The graph with its arrays in a library: ``numpy`` or ``cupy``; measures run where these are."""
        move = backend.host if xp is np else xp.asarray
        return replace(self, **{name: move(a) for name, a in self._arrays().items()})

    def _arrays(self):
        arrays = {name: getattr(self, name) for name in ("begin", "source", "target", "volume", "count", "vwap")}
        return {name: a for name, a in arrays.items() if a is not None}


def aggregate(source, target, volume, price=None, *, count=None, loops="drop") -> Graph:
    """A graph of trades: the volumes of all trades from one node to another, summed.

    - The direction is the caller's: seller to buyer is the way goods go, buyer to seller the way money goes. PageRank
      rewards those who receive, so who is influential depends on it: state it beside the result.
    - Sums run in the order of the trades. Nodes are in the order of their names.

    Parameters
    ----------
    source, target : array_like, shape (trades,)
        Who gives and who gets: text or whole numbers, none missing.
    volume : array_like of float, shape (trades,)
        Positive, in one unit.
    price : array_like of float, optional
        Of each trade, finite.
    count : array_like of int, optional
        How many trades a row stands for; one where not given.
    loops : str
        What becomes of trades of a node with itself: ``"drop"`` (their volume is kept in `Graph.loops`) or ``"keep"``.

    Returns
    -------
    Graph
        On the host.

    Raises
    ------
    Refusal
        Unknown `loops`, columns of different lengths, a missing name, a volume or a price that is not as said.
    """
    if loops not in LOOPS:
        raise Refusal(f"loops={loops!r}", remedy=f"choose from {', '.join(LOOPS)}")
    columns = {"volume": _checked(volume, "volume", positive=True)}
    if price is not None:
        columns["paid"] = _checked(price, "price")
    if count is not None:
        columns["count"] = np.ascontiguousarray(count, dtype=np.int64)
    names, (source, target) = numbered(source, target)
    if len({len(column) for column in (source, target, *columns.values())}) > 1:
        raise Refusal("columns of different lengths", remedy="give each trade one source, target and volume")
    if price is not None:
        columns["paid"] = columns["paid"] * columns["volume"]
    own, dropped = source == target, 0.0
    if loops == "drop" and own.any():
        dropped, source, target = float(columns["volume"][own].sum()), source[~own], target[~own]
        columns = {name: column[~own] for name, column in columns.items()}
    begin, source, target, rows, *totals = merge(source, target, len(names), *columns.values())
    total = {"count": rows} | dict(zip(columns, totals, strict=True))
    vwap = None if price is None else total["paid"] / total["volume"]
    return Graph(names, begin, source, target, total["volume"], total["count"], vwap, dropped)


def _checked(values, name, positive=False):
    values = np.ascontiguousarray(values, dtype=np.float64)
    wrong = ~(np.isfinite(values) & ((values > 0) | (not positive)))
    if wrong.any():
        row = int(wrong.argmax())
        raise Refusal(f"{values[row]!r} is not {'a positive' if positive else 'a finite'} number", column=name, row=row,
                      remedy="drop the row, or repair it at its source")
    return values


def numbered(*columns):
    """Names in order, and each column's nodes by number, as int32.

    Raises
    ------
    Refusal
        A name is missing.
    """
    columns = [pd.Series(column) for column in columns]
    for end, column in zip(("source", "target"), columns, strict=False):
        if column.isna().any():
            raise Refusal("has no name", column=end, row=int(column.isna().to_numpy().argmax()),
                          remedy="drop the row: who traded is not known")
    if all(pd.api.types.is_integer_dtype(column.dtype) for column in columns):
        names, codes = _whole(np.concatenate([column.to_numpy() for column in columns]))
    else:
        codes, names = pd.factorize(pd.concat(columns, ignore_index=True), sort=True)
    ends = np.cumsum([len(column) for column in columns])[:-1]
    return np.asarray(names), [part.astype(np.int32) for part in np.split(codes, ends)]


def _whole(values):
    """Sorted whole numbers and the place of each value among them."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, -1)
    if not 0 <= high - low < DENSE * len(values):
        codes, names = pd.factorize(values, sort=True)
        return names, codes
    there = np.zeros(high - low + 1, dtype=bool)
    there[values - low] = True
    return np.flatnonzero(there) + low, (np.cumsum(there, dtype=np.int32) - 1)[values - low]
