"""A market of two queues on a tick grid: what imbalance says of the next tick, and what a coarser tick makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, mean
from kit.clock import SECOND
from kit.kernels.queues import wear
from kit.refusal import Refusal
from kit.touch.ahead import ahead
from kit.touch.uptick import cont_de_larrard

EDGES = np.linspace(-1, 1, 6)
"""Of the bins of imbalance."""


@dataclass(frozen=True)
class Replenished:
    """A simulated book, at even distances in time."""

    tick: float  #: price
    level: float  #: price at the start
    rate: int  #: rows a second
    bid: np.ndarray  #: units, int64, shape (n,)
    ask: np.ndarray  #: units, int64, shape (n,)
    moves: np.ndarray  #: of the price since the start, in ticks, int64, shape (n,)

    @property
    def time(self) -> np.ndarray:
        """int64 ns since the start."""
        return np.arange(len(self.bid)) * SECOND // self.rate

    @property
    def mid(self) -> np.ndarray:
        """Price: half a tick from either side of the touch."""
        return self.level + self.tick * self.moves

    @property
    def imbalance(self) -> np.ndarray:
        """From -1 to 1."""
        return (self.bid - self.ask) / (self.bid + self.ask)

    @property
    def weighted_mid(self) -> np.ndarray:
        """Price: half a tick of imbalance from the mid."""
        return self.mid + self.tick / 2 * self.imbalance

    @property
    def efficient(self) -> np.ndarray:
        """The micro-price: expected mid after the next move, and after all moves, as refills have no side."""
        return self.mid + self.tick * (2 * cont_de_larrard(self.bid, self.ask) - 1)


def simulate(ticks=(1,), sizes=(10,), *, seconds=3600, rate=100, every=1, most=10, level=10_000.0, gathered=True,
             seed=0):
    """A book for each tick, all of them from one seed.

    - Each step is one unit of one queue, up or down, bid or ask, all with equal odds.
    - Where a queue empties, the price moves by a tick and both queues are filled anew, each with a size of its own.
    - No queue grows beyond `most` times the largest size. Without that bound a move takes, on average, for ever.

    Parameters
    ----------
    ticks : sequence of int
        Price steps to compare, in units of price.
    sizes : sequence of int
        What a queue is filled with: one of these at a tick of 1, drawn evenly. One size is the default of the kit; a
        wide choice of them makes moves cluster.
    seconds, rate : int
        Length, and steps a second.
    every : int
        Steps of which one is kept; `rate` keeps one a second.
    most : int
        Bound of the queues. At 10 it shifts the odds of the queues that are seen by less than 0.01.
    level : float
        Price at the start; at 10,000 a price of 1 is a basis point.
    gathered : bool
        Whether a coarser tick gathers the depth of the levels that it joins, so that sizes grow with it: a unit of
        price then holds the same depth, and the volatility stays about what it was. Otherwise sizes are those given.
    seed : int

    Returns
    -------
    list of Replenished

    Raises
    ------
    Refusal
        A tick or a size that is no whole number, at least 1, or a rate that `every` does not divide.
    """
    ticks, sizes = np.asarray(ticks), np.asarray(sizes)
    if any(numbers.dtype.kind not in "iu" or (numbers < 1).any() for numbers in (ticks, sizes)):
        raise Refusal("ticks and sizes are whole numbers, at least 1", remedy="count prices and sizes in units")
    if rate % every:
        raise Refusal(f"{rate} steps a second, of which one in {every} is kept", remedy="let `every` divide the rate")
    rng, n, depth = np.random.default_rng(seed), seconds * rate, np.where(gathered, ticks, 1)
    steps = rng.integers(0, 4, (len(ticks), n), dtype=np.int8)
    refills = rng.choice(sizes, (len(ticks), n // sizes.min() + 1, 2)) * depth[:, None, None]
    books = zip(ticks, *wear(steps, refills, most * sizes.max() * depth, every), strict=True)
    return [Replenished(float(tick), level, rate // every, bid, ask, moves) for tick, bid, ask, moves in books]


def next_direction(moves):
    """+1 or -1, where the price goes next; 0 where the data end before it does."""
    change = np.sign(np.diff(moves, append=moves[-1:]))
    return np.append(change, 0)[ahead(change != 0)]


def upticks(book, edges=EDGES, by=BLOCKS):
    """Share of next moves that go up, by bins of imbalance, beside what theory says of the same rows.

    Parameters
    ----------
    book : Replenished
    edges : array
        Of the bins, ascending.
    by : Bootstrap
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row a bin: ``imbalance`` (mean), ``up, low, high`` (share), ``theory`` (mean of `cont_de_larrard`),
        ``linear`` (mean of (1 + imbalance) / 2), ``rows``.
    """
    direction, x, time = next_direction(book.moves), book.imbalance, book.time
    known = direction != 0
    up, x, time = direction[known] > 0, x[known], time[known]
    theory = cont_de_larrard(book.bid[known], book.ask[known])
    which = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    rows = []
    for k in np.unique(which):
        mine = which == k
        share = mean(up[mine], time[mine], by)
        rows.append({"imbalance": x[mine].mean(), "up": share.value, "low": share.low, "high": share.high,
                     "theory": theory[mine].mean(), "linear": (1 + x[mine].mean()) / 2, "rows": int(mine.sum())})
    return pd.DataFrame(rows)
