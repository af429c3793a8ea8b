"""What the appendix' order of features, read as their order of importance, says about rankings across assets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from scipy import stats

from kit.claims.appendix import APPENDIX, ranks
from kit.features import PAPER

TOP = "l1_imbalance"


def _table(without_top):
    table = ranks()
    if not without_top:
        return table
    kept = np.delete(table, PAPER.index(TOP), axis=1)
    return stats.rankdata(kept, axis=1)


def pairs(without_top=False) -> np.ndarray:
    """Spearman's correlation of every pair of assets, shape (10,)."""
    table = _table(without_top)
    return np.array([stats.spearmanr(table[i], table[j]).statistic for i, j in combinations(range(len(table)), 2)])


def mean_correlation(without_top=False) -> tuple[float, float, float]:
    """Mean of the pairs, with the jackknife's 95 % interval over assets: few, so Student's t."""
    table, n = _table(without_top), len(APPENDIX)
    value = pairs(without_top).mean()
    left_out = [_mean(np.delete(table, one, axis=0)) for one in range(n)]
    error = np.sqrt((n - 1) / n * np.sum((left_out - np.mean(left_out)) ** 2))
    reach = stats.t.ppf(0.975, n - 1) * error
    return float(value), float(value - reach), float(min(value + reach, 1))


def _mean(table):
    return np.mean([stats.spearmanr(a, b).statistic for a, b in combinations(table, 2)])


def significant() -> int:
    """Pairs, of ten, whose correlation is beyond chance at 5 %, by permutation."""
    from kit.explain.ranks import critical

    return int((pairs() >= critical(len(PAPER))).sum())


def concordance(without_top=False) -> tuple[float, float]:
    """Kendall's W, and the probability of one as large by chance (Friedman's chi-square)."""
    table = _table(without_top)
    assets, features = table.shape
    chi = stats.friedmanchisquare(*table.T)
    return float(chi.statistic / (assets * (features - 1))), float(chi.pvalue)


def disagreement(without_top=False) -> float:
    """The probability alone."""
    return concordance(without_top)[1]


def places(name) -> np.ndarray:
    """Rank of a feature on each asset."""
    return ranks()[:, PAPER.index(name)]


def middle_place(*names) -> tuple[float, float, float]:
    """Median rank of some features over assets, with their best and worst."""
    found = np.concatenate([places(name) for name in names])
    return float(np.median(found)), float(found.min()), float(found.max())
