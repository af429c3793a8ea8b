"""How alike the dependence curves of two assets are: correlation, which flatters, and distance, which does not.

A straight line and a tanh correlate .98, a line and a cube .86: correlation alone cannot say "the same shape".
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from kit.bootstrap import ratio
from kit.explain.permutation import p_value


def pearson(a, b):
    """Correlation of curves along the last axis; NaN where one is flat."""
    a, b = (values - values.mean(axis=-1, keepdims=True) for values in (a, b))
    return ratio((a * b).sum(axis=-1), np.sqrt((a * a).sum(axis=-1) * (b * b).sum(axis=-1)))


def spearman(a, b):
    """Rank correlation along the last axis, ties at their mean rank; NaN where all is tied or a value is missing."""
    ranks = [rankdata(values, axis=-1, nan_policy="propagate") for values in (a, b)]
    return pearson(*ranks)


def distance(a, b):
    """Root mean square difference of curves along the last axis, each divided by its root mean square.

    From 0 (one is a positive multiple of the other) to 2 (a negative one); sqrt(2) where they are orthogonal.
    """
    return np.sqrt(np.mean((unit(a) - unit(b)) ** 2, axis=-1))


def unit(curve):
    """A curve divided by its root mean square."""
    return ratio(curve, np.sqrt(np.mean(curve**2, axis=-1, keepdims=True)) + np.zeros_like(curve))


ALIKE = {"pearson": pearson, "spearman": spearman, "distance": distance}


def likeness(curves) -> pd.DataFrame:
    """How alike the curves of each pair of assets are.

    - Bins are compared one by one: those of each asset's own quantiles, or of a common grid, where bins that either
      asset hardly visits are left out.
    - Each asset is resampled by itself: what two of them share in time is not taken out of the intervals.
    - Resampling adds noise to noise, so the interval of a correlation lies low, and that of a distance high.

    Parameters
    ----------
    curves : dict of str to Curve
        One feature of each asset, all on as many bins.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``first, second``, with columns

        ``pearson, spearman, distance``, each with ``_low`` and ``_high``;

        ``p_unrelated``: share of draws, y moved against x in both, in which the correlation is as high;

        ``p_same``: share of resamples of one and the same shape that are as far apart, small where the shapes differ.
        NaN where each asset has bins of its own: resamples keep the bins' edges, whose error it would need;

        ``p_unrelated_error, p_same_error``: their Monte Carlo errors.
    """
    null = {name: curve.mean(curve.cells.unrelated()) for name, curve in curves.items()}
    rows = {(a, b): _pair(curves[a], curves[b], null[a], null[b]) for a, b in combinations(curves, 2)}
    index = pd.MultiIndex.from_tuples(rows, names=("first", "second"))
    return pd.DataFrame(list(rows.values()), index=index)


def folds_agree(explanation) -> float:
    """Mean rank correlation of the importances of each two folds; NaN of a single fold."""
    sizes = [np.abs(explanation.values[explanation.fold == k]).mean(axis=0) for k in np.unique(explanation.fold)]
    return _mean_of_pairs(spearman, sizes)


def folds_differ(explanation, feature, grid) -> float:
    """Mean distance of a feature's dependence curves, in σ, between each two folds, over the bins that all visit."""
    j = explanation.features.index(feature)
    x, phi = explanation.data[:, j], explanation.values[:, j] / explanation.sigma
    folds = [explanation.fold == k for k in np.unique(explanation.fold)]
    parts = [_fold_curve(x[mine], phi[mine], grid) for mine in folds]
    known = np.isfinite(parts).all(axis=0)
    return _mean_of_pairs(distance, [part[known] for part in parts]) if known.any() else np.nan


def _fold_curve(x, phi, grid):
    bins = len(grid) - 1
    inside = (x >= grid[0]) & (x <= grid[-1])
    which = np.clip(np.searchsorted(grid, x[inside], side="right") - 1, 0, bins - 1)
    return ratio(np.bincount(which, phi[inside], bins), np.bincount(which, minlength=bins).astype(float))


def _mean_of_pairs(measure, parts):
    found = [measure(a, b) for a, b in combinations(parts, 2)]
    return float(np.mean(found)) if found else np.nan


def _pair(a, b, null_a, null_b):
    both = np.isfinite(a.mean()) & np.isfinite(b.mean())
    whole = [curve.mean()[both] for curve in (a, b)]
    draws = [curve.mean(curve.cells.draws)[..., both] for curve in (a, b)]
    row = {}
    for name, measure in ALIKE.items():
        score = a.cells.by.scored(measure(*whole), measure(*draws), int(both.sum()))
        row |= {name: score.value, f"{name}_low": score.low, f"{name}_high": score.high}
    common = np.array_equal(a.grid, b.grid)
    tests = {"p_unrelated": p_value(row["pearson"], pearson(null_a[..., both], null_b[..., both])),
             "p_same": p_value(row["distance"] if common else np.nan, _of_one_shape(whole, draws))}
    for name, test in tests.items():
        row |= {name: test.value, f"{name}_error": test.error}
    return row


def _of_one_shape(whole, draws):
    """Distances of resamples from each other once each is centred on its own curve."""
    errors = [unit(drawn) - unit(curve) for curve, drawn in zip(whole, draws, strict=True)]
    return np.sqrt(np.mean((errors[0] - errors[1]) ** 2, axis=-1))
