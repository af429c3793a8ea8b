"""The shape of an effect: a feature's dependence curve, how monotone, concave and saturated it is, and how surely.

Curves are means by quantile bin; their properties are functions of sums by bin, resampled by blocks of time.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.bootstrap import by_day, ratio
from kit.explain import cells
from kit.explain.cells import Cells
from kit.explain.permutation import PValue, p_value
from kit.refusal import Refusal
from kit.units import BP

BINS = 20
FEWEST_ROWS = 5
"""Rows below which the mean of a bin is not given."""
UNITS = ("bp", "sigma")


@dataclass(frozen=True)
class Curve:
    """Mean of y where x stands, in bins of `grid`: quantiles 0, 1/bins … 1 of x itself, or of a common law.

    Bins are never split within a tie, so that several of them may be one cell.
    """

    feature: str
    unit: str  #: of y
    grid: np.ndarray  #: edges of bins, shape (bins + 1,)
    cells: Cells

    @functools.cached_property
    def edges(self) -> np.ndarray:
        """Edges of cells: those of bins, each once."""
        return np.unique(self.grid)

    @property
    def rows(self) -> np.ndarray:
        """Number of rows in each bin's cell."""
        return self.cells.sums[self._of_bin, 0].astype(int)

    @property
    def x(self) -> np.ndarray:
        """Mean feature of each bin."""
        return ratio(self.cells.sums[:, 1], self.cells.sums[:, 0])[self._of_bin] + self.cells.origin

    def mean(self, sums=None) -> np.ndarray:
        """Mean of y in each bin, from sums, shape (..., cells, 6), by default those of all rows.

        NaN where all rows together are fewer than `FEWEST_ROWS`.
        """
        sums = self.cells.sums if sums is None else sums
        return np.where(self.rows < FEWEST_ROWS, np.nan, cells.average(sums)[..., self._of_bin])

    def slope(self, sums, low, high) -> np.ndarray:
        """Slope of y on x over all rows in the bins between two shares of the grid."""
        bins = len(self.grid) - 1
        first, last = self.grid[round(low * bins)], self.grid[round(high * bins)]
        inside = (self.edges[:-1] >= first) & (self.edges[1:] <= last)
        return cells.slope(sums[..., inside, :].sum(axis=-2))

    def table(self) -> pd.DataFrame:
        """A row a bin, from 0: ``x, mean, low, high, rows``."""
        scores = [self.cells.by.scored(value, draws, rows)
                  for value, draws, rows in zip(self.mean(), self.mean(self.cells.draws).T, self.rows, strict=True)]
        return pd.DataFrame({"x": self.x, "mean": self.mean(), "low": [score.low for score in scores],
                             "high": [score.high for score in scores], "rows": self.rows})

    @functools.cached_property
    def _of_bin(self):
        return np.clip(np.searchsorted(self.edges, self.grid[:-1], side="right") - 1, 0, len(self.edges) - 2)


def curve(x, y, time, feature="x", unit="bp", grid=None, bins=BINS, by=None) -> Curve:
    """Mean of y by quantile bin of x.

    - Blocks of whole UTC days are resampled where there are enough, else the kit's blocks of time.
    - Models are taken as they are: what another training sample would change is not in the intervals.

    Parameters
    ----------
    x, y : array, shape (n,)
        Rows in which either is missing, or x is beyond `grid`, are left out.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch, ascending.
    feature, unit : str
        Name of x, and unit of y.
    grid : array, shape (bins + 1,), optional
        Edges, ascending; by default quantiles of x.
    bins : int
    by : Bootstrap, optional
        By default `by_day`.

    Raises
    ------
    Refusal
        x does not vary.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    keep = np.isfinite(x) & np.isfinite(y)
    grid = np.quantile(x[keep], np.linspace(0, 1, bins + 1)) if grid is None and keep.any() else grid
    edges = np.unique(grid) if grid is not None else []
    if len(edges) < 2:
        raise Refusal("the feature does not vary", column=feature, remedy="take another, or a longer period")
    keep &= (x >= edges[0]) & (x <= edges[-1])
    x, y, time = x[keep], y[keep], time[keep]
    cell = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    return Curve(feature, unit, grid, cells.cells(cell, len(edges) - 1, x, y, time, by or by_day(time)))


def dependence(explanation, feature, unit="sigma", grid=None, bins=BINS, by=None) -> Curve:
    """Mean SHAP value where a feature stands (the paper's Figures 4 and 18 to 22).

    Parameters
    ----------
    explanation : kit.explain.Explanation
    feature : str
    unit : str
        "bp", or "sigma": standard deviations of the fold's training returns, which compare across folds and assets.
    grid, bins, by
        As `curve` takes them.
    """
    if unit not in UNITS:
        raise Refusal(f"no unit {unit!r}", remedy=f"choose from {', '.join(UNITS)}")
    j = explanation.features.index(feature)
    phi = explanation.values[:, j] * BP if unit == "bp" else explanation.values[:, j] / explanation.sigma
    return curve(explanation.data[:, j], phi, explanation.time, feature, unit, grid, bins, by)


def even_grid(laws, bins=BINS, beyond=0.01) -> np.ndarray:
    """Edges of bins equally wide, over the range of a feature in several assets, each of which counts the same.

    Quantiles say what happens where rows are; on even bins a tail is a tail however few, or many, rows lie there. (The
    imbalance of a tight market is nearly always close to -1 or 1.)

    Parameters
    ----------
    laws : sequence of array
        The feature's values in each asset; missing ones are left out.
    beyond : float
        Share of values left out at either end.
    """
    fine = np.linspace(0, 1, 1001)
    low, high = np.quantile(np.concatenate([np.nanquantile(law, fine) for law in laws]), [beyond, 1 - beyond])
    return np.linspace(low, high, bins + 1)


def isotonic_r2(curves) -> np.ndarray:
    """Share of a curve's variance that its best monotone fit explains: 1 where it only rises or only falls.

    Parameters
    ----------
    curves : array, shape (..., bins)
        Points of equal weight. Of independent noise in 20 bins the share is .22 on average, below .48 in 95 %.

    Returns
    -------
    array, shape (...)
        Of the better of the two directions; NaN where the curve is flat or a point is missing.

    References
    ----------
    Robertson, Wright and Dykstra (1988), Order restricted statistical inference, the max-min formula.
    """
    curves = np.asarray(curves, dtype=np.float64)
    total = ((curves - curves.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    misses = [((turned - _rising(turned)) ** 2).sum(axis=-1) for turned in (curves, -curves)]
    return 1 - ratio(np.minimum(*misses), np.where(total > 0, total, 0.0))


def _rising(curves):
    """Least-squares non-decreasing fit: at k the largest over i <= k of the smallest over j >= k of mean(i..j)."""
    n = curves.shape[-1]
    start, stop = np.arange(n)[:, None], np.arange(n)[None, :]
    total = np.concatenate([np.zeros((*curves.shape[:-1], 1)), np.cumsum(curves, axis=-1)], axis=-1)
    means = (total[..., stop + 1] - total[..., start]) / np.maximum(stop - start + 1, 1)
    means = np.where(stop >= start, means, np.inf)
    smallest = np.minimum.accumulate(means[..., ::-1], axis=-1)[..., ::-1]
    return np.where(stop >= start, smallest, -np.inf).max(axis=-2)


MEASURES = {
    "monotone": lambda curve, sums: isotonic_r2(curve.mean(sums)),
    "swing": lambda curve, sums: curve.mean(sums).std(axis=-1),
    "slope": lambda curve, sums: curve.slope(sums, 0.25, 0.75),
    "left tail": lambda curve, sums: ratio(curve.slope(sums, 0, 0.1), curve.slope(sums, 0.25, 0.75)),
    "right tail": lambda curve, sums: ratio(curve.slope(sums, 0.9, 1), curve.slope(sums, 0.25, 0.75)),
    "left level": lambda curve, sums: np.abs(curve.mean(sums)[..., 0]),
    "right level": lambda curve, sums: np.abs(curve.mean(sums)[..., -1]),
}
"""What is measured of a curve (see `measures`)."""
SHIFTED = ("monotone", "swing", "slope", "left level", "right level")
"""Measures that grow with the effect, so that moving y against x tests them; a ratio of slopes is not one."""


def measures(curve) -> pd.DataFrame:
    """Properties of a curve, each with its interval and what chance alone would show.

    ====================  =======================================================================================
    ``monotone``          isotonic R² of the curve (see `isotonic_r2`)
    ``swing``             standard deviation of the curve over its bins, in its unit
    ``slope``             of y on x over the middle half of the bins, in the curve's unit per unit of x
    ``left, right tail``  slope over the outermost tenth of the bins, over that of the middle half: below 1 the effect
                          saturates, above 1 it accelerates
    ``left, right level``  mean absolute value in the outermost bins (of 20 quantiles: beyond 5 % and 95 %)
    ====================  =======================================================================================

    Returns
    -------
    pandas.DataFrame
        Indexed by measure: ``value, low, high``, and ``p, p_error``: the share of draws, y moved against x in a circle,
        in which the measure is as large in absolute value, and its Monte Carlo error; NaN for the ratios.
    """
    null, rows = curve.cells.unrelated(), {}
    for name, measure in MEASURES.items():
        score = curve.cells.by.scored(measure(curve, curve.cells.sums), measure(curve, curve.cells.draws),
                                      len(curve.cells.y))
        p = PValue(np.nan, np.nan, 0)
        if name in SHIFTED:
            p = p_value(abs(score.value), np.abs(measure(curve, null)))
        rows[name] = {"value": score.value, "low": score.low, "high": score.high, "p": p.value, "p_error": p.error}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("measure")


def bend(low, high) -> str:
    """What the interval of a tail ratio says: "concave", "convex", "undecided", or "unmeasured" where there is none."""
    if not np.isfinite([low, high]).all():
        return "unmeasured"
    return "concave" if high < 1 else "convex" if low > 1 else "undecided"
