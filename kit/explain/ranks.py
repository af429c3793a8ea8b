"""Whether assets agree on what matters: rank correlations of importances, concordance, and both without the winner."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata

from kit.bootstrap import Bootstrap, Score, by_day, ratio
from kit.explain.likeness import spearman
from kit.explain.permutation import PValue, p_value
from kit.refusal import Refusal
from kit.units import BP


@dataclass(frozen=True)
class Concordance:
    """Kendall's W: 1 where all assets rank alike, 0 where they contradict each other completely."""

    w: float
    p: PValue  #: by permuting each asset's ranks
    p_chi2: float  #: by the chi-square approximation, for comparison with tables


@dataclass(frozen=True)
class Agreement:
    """Mean |SHAP| of every feature in every asset, and of resamples: what the assets' rankings have in common."""

    assets: tuple[str, ...]
    features: tuple[str, ...]
    importance: np.ndarray  #: bp, shape (assets, features)
    draws: np.ndarray  #: bp, shape (draws, assets, features); each asset is resampled by itself
    rows: tuple[int, ...]
    by: Bootstrap

    def table(self) -> pd.DataFrame:
        """Importance in basis points, a row a feature, the one of best mean rank first; a column an asset."""
        table = pd.DataFrame(self.importance.T, pd.Index(self.features, name="feature"), list(self.assets))
        return table.loc[list(self._order)]

    @property
    def ranks(self) -> np.ndarray:
        """1 for an asset's most important feature, ties at their mean; shape (assets, features)."""
        return rankdata(-self.importance, axis=-1)

    @functools.cached_property
    def _order(self):
        return tuple(np.array(self.features)[np.argsort(self.ranks.mean(axis=0), kind="stable")])

    @property
    def top(self) -> str:
        """The feature of best mean rank."""
        return self._order[0]

    def without(self, feature) -> Agreement:
        """The same without one feature: what a common winner hides."""
        if feature not in self.features:
            raise Refusal("no such feature", column=feature, remedy=f"choose from {', '.join(self.features)}")
        keep = [j for j, name in enumerate(self.features) if name != feature]
        return replace(self, features=tuple(self.features[j] for j in keep), importance=self.importance[:, keep],
                       draws=self.draws[..., keep])

    def pairs(self) -> pd.DataFrame:
        """Spearman correlation of each pair of assets with its interval: ``value, low, high``, by ``first, second``.

        Resampling adds noise to noise, so an interval may lie low, or below its value altogether.
        """
        rows = {(self.assets[i], self.assets[j]): self._correlated(i, j) for i, j in
                combinations(range(len(self.assets)), 2)}
        index = pd.MultiIndex.from_tuples(rows, names=("first", "second"))
        return pd.DataFrame([{"value": score.value, "low": score.low, "high": score.high} for score in rows.values()],
                            index=index)

    def _correlated(self, i, j):
        return self.by.scored(spearman(self.importance[i], self.importance[j]),
                              spearman(self.draws[:, i], self.draws[:, j]), min(self.rows[i], self.rows[j]))

    def mean(self) -> Score:
        """Mean Spearman correlation over all pairs."""
        couples = list(combinations(range(len(self.assets)), 2))
        value, draws = (np.mean([spearman(rank[..., i, :], rank[..., j, :]) for i, j in couples], axis=0)
                        for rank in (self.importance, self.draws))
        return self.by.scored(value, draws, min(self.rows))

    def lead(self, feature) -> pd.DataFrame:
        """Importance of a feature over the largest of the others, by asset: ``value, low, high``; above 1 it leads."""
        j = self.features.index(feature)
        rows = []
        for i, rows_of_asset in enumerate(self.rows):
            value, draws = (ratio(mean[..., i, j], np.delete(mean[..., i, :], j, axis=-1).max(axis=-1))
                            for mean in (self.importance, self.draws))
            score = self.by.scored(value, draws, rows_of_asset)
            rows.append({"value": score.value, "low": score.low, "high": score.high})
        return pd.DataFrame(rows, index=pd.Index(self.assets, name="asset"))

    def concordance(self) -> Concordance:
        """Kendall's W of all assets (see `concordance`)."""
        return concordance(self.importance, self.by.draws, self.by.seed)


def agreement(explanations, by=None) -> Agreement:
    """Importances of several assets, resampled by blocks of time: the paper's Figure 9, and what it leaves out.

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation
        Of the same features.
    by : Bootstrap, optional
        By default `by_day` of each; asset k draws with seed + k.

    Raises
    ------
    Refusal
        Fewer than two assets, or other features in one of them.
    """
    if len(explanations) < 2:
        raise Refusal(f"{len(explanations)} asset: nothing to compare", remedy="name two or more")
    features = next(iter(explanations.values())).features
    for name, explanation in explanations.items():
        if explanation.features != features:
            raise Refusal("other features than the first asset's", file=name, remedy="explain all assets alike")
    plans = [replace(by or by_day(one.time), seed=(by.seed if by else 0) + k)
             for k, one in enumerate(explanations.values())]
    draws = [_drawn(one, plan) for one, plan in zip(explanations.values(), plans, strict=True)]
    importance = [np.abs(one.bp).mean(axis=0) for one in explanations.values()]
    return Agreement(tuple(explanations), features, np.stack(importance), np.stack(draws, axis=1),
                     tuple(len(one.time) for one in explanations.values()), plans[0])


def _drawn(explanation, by):
    """Mean |SHAP| in resamples, shape (draws, features)."""
    block, size = by.block_of(explanation.time), np.abs(explanation.values) * BP
    columns = [np.ones(len(size)), *size.T]
    sums = np.stack([np.bincount(block, weights=column) for column in columns], axis=1)
    drawn = by.resampled(sums, _means)
    return _means(drawn)


def _means(sums):
    return sums[..., 1:] / sums[..., :1]


def kendall_w(ranks) -> float:
    """Kendall's coefficient of concordance, corrected for ties.

    Parameters
    ----------
    ranks : array, shape (..., judges, items)
        Each judge's ranks of the items, ties at their mean.

    References
    ----------
    Kendall and Babington Smith (1939), The problem of m rankings.
    """
    judges, items = ranks.shape[-2:]
    total = ranks.sum(axis=-2)
    squares = ((total - total.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1)
    most = judges * ((ranks - ranks.mean(axis=-1, keepdims=True)) ** 2).sum(axis=(-2, -1))
    return squares / most


def concordance(scores, draws=999, seed=0) -> Concordance:
    """Kendall's W of several assets' scores of the same features, and how likely chance makes it as large.

    Parameters
    ----------
    scores : array, shape (assets, features)
        The larger the more important.
    draws, seed : int
        Of the permutations.
    """
    ranks, rng = rankdata(scores, axis=-1), np.random.default_rng(seed)
    judges, items = ranks.shape
    w = float(kendall_w(ranks))
    null = kendall_w(rng.permuted(np.repeat(ranks[None], draws, axis=0), axis=-1))
    return Concordance(w, p_value(w, null), float(chi2.sf(judges * (items - 1) * w, items - 1)))


@functools.cache
def critical(items, level=0.05, draws=100_000, seed=0) -> float:
    """Smallest |Spearman correlation| of two rankings without ties that chance reaches in at most `level` of cases.

    By permutations: with ten items .648, where .636 is reached in 5.4 %.
    """
    first = np.arange(items, dtype=float)
    other = np.random.default_rng(seed).permuted(np.repeat(first[None], draws, axis=0), axis=-1)
    size, count = np.unique(np.round(np.abs(spearman(first, other)), 9), return_counts=True)
    reached = np.cumsum(count[::-1])[::-1] / draws
    return float(size[reached <= level][0])
