"""Rows sorted into cells, and their sums: of all blocks of time, of resamples, and where nothing is related.

Means, slopes and correlations in cells are functions of five sums, so no row is looked at twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kit.bootstrap import Bootstrap, ratio
from kit.explain.permutation import circular_sums

FLAT = 1e-9
"""Share of its square below which the variance of a feature in a cell is rounding."""


@dataclass(frozen=True)
class Cells:
    """Sums by cell of rows, x, y, x², xy and y², shape (cells, 6), and of resamples, shape (draws, cells, 6).

    x is counted from `origin`, which no slope feels and which keeps the sums of squares small.
    """

    sums: np.ndarray
    draws: np.ndarray
    origin: float
    by: Bootstrap
    cell: np.ndarray = field(repr=False)  #: of each row, shape (n,)
    x: np.ndarray = field(repr=False)
    y: np.ndarray = field(repr=False)
    blocks: int

    def unrelated(self) -> np.ndarray:
        """Sums where y has been moved against x in a circle, by a block at least, shape (draws, cells, 6)."""
        n, count, rng = len(self.y), len(self.sums), np.random.default_rng(self.by.seed)
        block = n // self.blocks + 1
        shifts = rng.integers(block, max(n - block, block + 1), self.by.draws)
        null = np.repeat(self.sums[None], len(shifts), axis=0)
        null[..., 2] = circular_sums(self.cell, count, np.ones(n), self.y, shifts)
        null[..., 4] = circular_sums(self.cell, count, self.x, self.y, shifts)
        null[..., 5] = circular_sums(self.cell, count, np.ones(n), self.y**2, shifts)
        return null


def cells(cell, count, x, y, time, by, statistic=None) -> Cells:
    """Sort rows into cells and resample them.

    Parameters
    ----------
    cell : array of int, shape (n,)
        Cell of each row, from 0.
    count : int
        Number of cells.
    x, y : array of float, shape (n,)
        Finite.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch, ascending.
    by : Bootstrap
    statistic : callable, optional
        From sums (..., cells, 6) to the numbers (..., m) for which blocks are drawn; by default `average`.
    """
    origin = float(np.median(x))
    x, y = x - origin, y.astype(np.float64)
    block = by.block_of(time)
    place, size = block * count + cell, (int(block.max()) + 1) * count
    columns = (np.ones_like(x), x, y, x * x, x * y, y * y)
    sums = np.stack([np.bincount(place, weights=column, minlength=size) for column in columns], axis=-1)
    sums = sums.reshape(-1, count, len(columns))
    return Cells(sums.sum(axis=0), by.resampled(sums, statistic or average), origin, by, cell, x, y, len(sums))


def average(sums):
    """Mean of y, NaN in an empty cell; from sums, shape (..., 6)."""
    return ratio(sums[..., 2], sums[..., 0])


def slope(sums):
    """Least-squares slope of y on x, NaN where x does not vary; from sums, shape (..., 6)."""
    n, x, y, xx, xy, _ = np.moveaxis(sums, -1, 0)
    variance = n * xx - x * x
    return ratio(n * xy - x * y, np.where(variance > FLAT * n * xx, variance, 0.0))


def correlation(sums):
    """Pearson correlation of x and y, NaN where either does not vary; from sums, shape (..., 6)."""
    n, x, y, xx, xy, yy = np.moveaxis(sums, -1, 0)
    variances = [n * square - first * first for first, square in ((x, xx), (y, yy))]
    known = (variances[0] > FLAT * n * xx) & (variances[1] > FLAT * n * yy)
    return ratio(n * xy - x * y, np.where(known, np.sqrt(np.maximum(variances[0] * variances[1], 0)), 0.0))
