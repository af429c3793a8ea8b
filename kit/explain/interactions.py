"""Two claims about slopes: that wide spreads weaken what a feature says, and that its two sides differ."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.bootstrap import by_day, ratio
from kit.explain import cells
from kit.units import BP

TERCILES = ("narrow", "middle", "wide")
WHAT = ("value", "low", "high", "rows", "agree", "folds")


def terciles(z):
    """0, 1, 2 for the lower, middle and upper third of `z`; -1 where it is missing.

    Ties stay together, in the lower third where they can: a spread of one tick is narrow, and what is wide is more. The
    middle or the upper third may so be empty.
    """
    low, high = np.nanquantile(z, [1 / 3, 2 / 3])
    third = (z > low).astype(int) + ((z > low) & (z >= high))
    return np.where(np.isfinite(z), third, -1)


def attenuation(x, z, y, time, fold=None, by=None) -> pd.DataFrame:
    """Slope of y on x, and their correlation, where a third variable is low, middling and high.

    Parameters
    ----------
    x, z, y : array, shape (n,)
        Such as imbalance, spread, and the imbalance's SHAP values or the returns behind it; rows in which one is
        missing are left out.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch, ascending.
    fold : array of int, shape (n,), optional
        Which model spoke: intervals take models as they are, so that what another one would say is told apart.
    by : Bootstrap, optional
        By default `by_day`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``what``: ``slope narrow``, ``slope middle``, ``slope wide`` (y per unit of x), ``slope ratio`` (wide
        over narrow: below 1 the effect is attenuated), ``correlation narrow``, ``middle``, ``wide`` and ``correlation
        difference`` (wide less narrow: below 0 the signal is less sure). Columns ``value, low, high, rows``, and
        ``agree``, the number of ``folds`` in which a difference, or a ratio against 1, has the sign it has in all. NaN
        where a third is empty, as where a spread is nearly always one tick.
    """
    keep = np.isfinite(x) & np.isfinite(y) & np.isfinite(z)
    x, y, z, time, fold = _kept(keep, x, y, z, time, fold)
    cut = _Cut(terciles(z), len(TERCILES), x, y, time, fold, by)
    rows = {}
    for name, of in (("slope", cells.slope), ("correlation", cells.correlation)):
        for k, third in enumerate(TERCILES):
            rows[f"{name} {third}"] = cut.row(lambda s, k=k, of=of: of(s)[..., k], [k])
    rows["slope ratio"] = cut.row(lambda s: ratio(cells.slope(s)[..., 2], cells.slope(s)[..., 0]), [0, 2], null=1.0)
    rows["correlation difference"] = cut.row(
        lambda s: cells.correlation(s)[..., 2] - cells.correlation(s)[..., 0], [0, 2])
    return pd.DataFrame.from_dict(rows, orient="index", columns=WHAT).rename_axis("what")


def asymmetry(x, y, time, fold=None, tail=0.05, by=None) -> pd.DataFrame:
    """Slopes of y on x below and above 0, as far out as both sides reach.

    - Both sides reach as far as the nearer of the quantiles `tail` and 1 - `tail`, so that a saturating but symmetric
      effect does not look asymmetric.
    - x = 0, which in the kit's features says "no trade", belongs to neither side, nor to the quantiles.

    Parameters
    ----------
    x, y : array, shape (n,)
    time : array of int64, shape (n,)
        Nanoseconds since the epoch, ascending.
    fold : array of int, shape (n,), optional
        As `attenuation` takes it.
    tail : float
    by : Bootstrap, optional
        By default `by_day`.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``what``: ``left``, ``right`` and ``difference`` (right less left); columns as of `attenuation`. NaN
        where one side holds less than `tail` of the rows besides.
    """
    known = np.isfinite(x) & np.isfinite(y) & (x != 0)
    reach = min(-np.quantile(x[known], tail), np.quantile(x[known], 1 - tail)) if known.any() else 0.0
    near = known & (np.abs(x) <= reach)
    if reach <= 0 or not near.any():
        nothing = dict.fromkeys(("left", "right", "difference"), (np.nan, np.nan, np.nan, 0, 0, 0))
        return pd.DataFrame.from_dict(nothing, orient="index", columns=WHAT).rename_axis("what")
    x, y, time, fold = _kept(near, x, y, time, fold)
    cut = _Cut((x > 0).astype(int), 2, x, y, time, fold, by)
    rows = {"left": cut.row(lambda s: cells.slope(s)[..., 0], [0]),
            "right": cut.row(lambda s: cells.slope(s)[..., 1], [1]),
            "difference": cut.row(lambda s: np.diff(cells.slope(s))[..., 0], [0, 1])}
    return pd.DataFrame.from_dict(rows, orient="index", columns=WHAT).rename_axis("what")


def _kept(keep, *columns):
    return [None if column is None else np.asarray(column)[keep] for column in columns]


class _Cut:
    """Rows cut into parts, and each part into folds, so that one set of sums answers for all and for each fold."""

    def __init__(self, part, parts, x, y, time, fold, by):
        fold = np.zeros(len(x), dtype=int) if fold is None else np.unique(fold, return_inverse=True)[1]
        self.shape = (int(fold.max()) + 1, parts, 6)
        self.cells = cells.cells(fold * parts + part, self.shape[0] * parts, x.astype(float), y, time,
                                 by or by_day(time), lambda s: cells.slope(self._together(s)))

    def _together(self, sums):
        return sums.reshape(*sums.shape[:-2], *self.shape).sum(axis=-3)

    def row(self, statistic, parts, null=0.0):
        """A statistic of parts, its interval, the rows of the smaller part, and how many folds say alike."""
        whole, folds = self._together(self.cells.sums), self.cells.sums.reshape(self.shape)
        value, rows = statistic(whole), int(whole[parts, 0].min())
        score = self.cells.by.scored(value, statistic(self._together(self.cells.draws)), rows)
        agree = int(((statistic(folds) - null) * (value - null) > 0).sum())
        return score.value, score.low, score.high, rows, agree, self.shape[0]


def realised(explanation, returns) -> np.ndarray:
    """The return, in basis points, behind each explained row.

    Parameters
    ----------
    explanation : kit.explain.Explanation
    returns : pandas.Series
        Indexed by UTC time; all explained rows are among them.
    """
    place = returns.index.asi8.searchsorted(explanation.time)
    return returns.to_numpy()[place] * BP
