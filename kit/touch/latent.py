"""An efficient price seen through a tick grid: the touch it stands in, and an imbalance that shows where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, ratio
from kit.clock import SECOND

TICKS = 0.5, 1, 2, 5, 10, 20, 50
"""Of the stylised experiment, in standard deviations of one second."""


@dataclass(frozen=True)
class Gridded:
    """A price without trend, once a second, and the touch of one tick in which it stands."""

    tick: float  #: in standard deviations of the price's change over a second
    efficient: np.ndarray  #: the price, in the same unit, shape (n,)
    bid: np.ndarray  #: the tick at or below the price
    imbalance: np.ndarray  #: position of the price in the spread, with noise, cut at -1 and 1

    @property
    def mid(self) -> np.ndarray:
        """Half a tick above the bid."""
        return self.bid + self.tick / 2


def gridded(tick, seconds=200_000, noise=0.15, seed=0) -> Gridded:
    """A Brownian price of unit volatility a second, on a grid.

    Parameters
    ----------
    tick : float
        In standard deviations of the price's change over a second.
    seconds : int
    noise : float
        Standard deviation of what the imbalance shows besides the position.
    seed : int
    """
    rng = np.random.default_rng(seed)
    price = np.cumsum(rng.standard_normal(seconds))
    bid = np.floor(price / tick) * tick
    seen = 2 * (price - bid) / tick - 1 + noise * rng.standard_normal(seconds)
    return Gridded(tick, price, bid, np.clip(seen, -1, 1))


def sensitivity(books, horizon=3, by=BLOCKS):
    """What a unit of imbalance is worth, and how much of the mid's change it explains, for books of several ticks.

    Parameters
    ----------
    books : sequence of object with ``tick``, ``mid``, ``imbalance`` and ``efficient``, a row a second
        `Gridded`, or `kit.touch.replenishment.Replenished` by the second.
    horizon : int
        Seconds over which the mid changes.
    by : Bootstrap
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row a book: ``tick``; ``relative_tick``, in standard deviations of the efficient price's change over a second;
        ``slope`` of the mid's change on imbalance in units of price, ``slope_per_tick``, ``r2``; each of the last three
        with ``_low`` and ``_high``.
    """
    return pd.DataFrame([_sensitivity(book, horizon, by) for book in books])


def _sensitivity(book, horizon, by):
    x, y = book.imbalance[:-horizon], book.mid[horizon:] - book.mid[:-horizon]
    time = np.arange(len(x)) * SECOND
    products = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    slope, r2 = by.score(_slope, products, time), by.score(_r2, products, time)
    row = {"tick": book.tick, "relative_tick": book.tick / np.diff(book.efficient).std()}
    for name, score, unit in (("slope", slope, 1), ("slope_per_tick", slope, book.tick), ("r2", r2, 1)):
        row |= {name: score.value / unit, f"{name}_low": score.low / unit, f"{name}_high": score.high / unit}
    return row


def _moments(s):
    n, x, y, xx, yy, xy = np.moveaxis(s, -1, 0)
    return xx - x * x / n, yy - y * y / n, xy - x * y / n


def _slope(s):
    xx, _, xy = _moments(s)
    return ratio(xy, xx)


def _r2(s):
    xx, yy, xy = _moments(s)
    return ratio(xy * xy, xx * yy)
