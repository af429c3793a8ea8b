"""Why the models said what they said on rows they had not seen: SHAP values, importance, its stability.

Two answers to "what if a feature were not known": path-dependent values take the others as the trees saw them together,
interventional ones as background rows have them. Features that move together share their credit otherwise: show both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, mean
from kit.explain import forests
from kit.explain.symmetric import symmetric
from kit.model.design import matrix
from kit.model.forest import Grown
from kit.refusal import Refusal
from kit.units import BP

DOMINANT = 0.5
"""Share of a fold's importance from which one feature is said to dominate it."""


def shap_values(fitted, X, background=None):
    """Exact SHAP values of a fitted model.

    - Path-dependent: what is not known is averaged by the weights of the training rows in each leaf, as CatBoost's
      ``ShapValues`` does when calculated as 'Regular'.
    - Interventional: it is averaged over the rows of `background`, as CatBoost does given ``reference_data``.

    Parameters
    ----------
    fitted : kit.model.Fitted or kit.model.Grown
    X : frame, shape (n, features)
    background : frame, optional
        Rows for interventional values; path-dependent where not given. More of them cost next to nothing.

    Returns
    -------
    values : array of float64, shape (n, features)
        In return units: their sum over features, and `base`, is the forecast.
    base : array of float64, shape (n,)
        The mean forecast over training rows, or over those of `background`.

    Raises
    ------
    Refusal
        A column is missing, no row is in `background`, or the model is not one of symmetric trees of numbers.

    References
    ----------
    Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees.
    Janzing, Minorics and Bloebaum (2020), Feature relevance quantification in explainable AI: a causal problem.
    """
    if isinstance(fitted, Grown):
        return forests.shap_values(fitted, X, background)
    return symmetric(fitted).shap_values(X, background)


@dataclass(frozen=True)
class Explanation:
    """SHAP values of out-of-fold rows, in return units."""

    time: np.ndarray  #: int64 ns since the epoch, shape (n,)
    fold: np.ndarray  #: int, shape (n,)
    values: np.ndarray  #: return, shape (n, features)
    base: np.ndarray  #: return, shape (n,): the forecast without any feature
    sigma: np.ndarray  #: return, shape (n,): standard deviation of the fold's training returns
    features: tuple[str, ...]
    data: np.ndarray  #: the features' own values, float32, shape (n, features)
    background: int | None = None  #: training rows a fold, at most, for interventional values; None: path-dependent

    @property
    def bp(self) -> np.ndarray:
        """`values` in basis points."""
        return self.values * BP

    def importance(self, by=BLOCKS) -> pd.DataFrame:
        """Mean absolute SHAP value by feature, largest first, with its bootstrap interval.

        Columns: ``importance_bp, low_bp, high_bp``, and ``importance_sigma``, the mean absolute value in
        standard deviations of the fold's training returns, which can be compared across folds and assets.
        """
        scores = [mean(phi, self.time, by) for phi in np.abs(self.bp).T]
        table = pd.DataFrame({"importance_bp": [score.value for score in scores],
                              "low_bp": [score.low for score in scores],
                              "high_bp": [score.high for score in scores],
                              "importance_sigma": np.abs(self.values / self.sigma[:, None]).mean(axis=0)},
                             index=pd.Index(self.features, name="feature"))
        return table.sort_values("importance_bp", ascending=False, kind="stable")

    def by_fold(self) -> pd.DataFrame:
        """Importance by fold and feature, to see one feature dominate or a sign flip.

        Columns: ``importance_bp``; ``share`` of the fold's importance; ``dominant``, share above `DOMINANT`;
        ``direction``, the correlation of the feature with its SHAP value, NaN where either does not vary;
        ``flipped``, direction against that of the other folds taken together.
        """
        parts = [self._one_fold(k) for k in np.unique(self.fold)]
        table = pd.concat(parts).set_index(["fold", "feature"])
        total = table["direction"].groupby("feature").transform("sum")
        table["flipped"] = (total - table["direction"]) * table["direction"] < 0
        return table

    def _one_fold(self, k):
        mine = self.fold == k
        importance = np.abs(self.bp[mine]).mean(axis=0)
        share = importance / importance.sum() if importance.any() else np.full(len(importance), np.nan)
        direction = map(_direction, self.data[mine].T, self.values[mine].T)
        return pd.DataFrame({"fold": k, "feature": self.features, "importance_bp": importance, "share": share,
                             "dominant": share > DOMINANT, "direction": list(direction)})


def out_of_fold_shap(oof, X, rows_per_fold=50_000, seed=0, background=None) -> Explanation:
    """SHAP values of out-of-fold rows, each by the model that forecast it.

    Parameters
    ----------
    oof : kit.model.OutOfFold
    X : frame
        The frame that was walked.
    rows_per_fold : int
        At most so many rows of each fold: one drawn at random from each of as many equal stretches of it.
    seed : int
        The same rows are drawn whatever `background` is.
    background : int, optional
        For interventional values: so many rows, drawn likewise, of what the fold's model was trained on.

    Raises
    ------
    Refusal
        `X` is not the frame that was walked, or `background` is asked for where training was not on one stretch.
    """
    drawn = list(samples(oof, X, rows_per_fold, seed, background))
    parts = [shap_values(oof.folds[k].model, X.iloc[oof.row[kept]], behind) for k, kept, behind in drawn]
    values, base = (np.concatenate(column) for column in zip(*parts, strict=True))
    kept = np.concatenate([kept for _, kept, _ in drawn])
    features = oof.folds[0].model.features
    return Explanation(oof.time[kept], oof.fold[kept], values, base, oof.of_fold("sigma")[kept], features,
                       matrix(X.iloc[oof.row[kept]][list(features)]), background)


def samples(oof, X, rows_per_fold, seed, background):
    """Each fold's number, the places in `oof` of rows drawn from it, and its background rows, or None."""
    time = backend.host(backend.nanoseconds(X.index, "index"))
    if len(time) <= oof.row.max() or not np.array_equal(time[oof.row], oof.time):
        raise Refusal("X is not the frame that was walked: its stamps differ",
                      remedy="pass the X given to walk_forward")
    tested, trained = np.random.default_rng(seed), np.random.default_rng([seed, 1])
    for k in np.unique(oof.fold):
        behind = None if background is None else X.iloc[_stratified(_learned(oof.folds[k], time), background, trained)]
        yield k, _stratified(np.flatnonzero(oof.fold == k), rows_per_fold, tested), behind


def _learned(fold, time):
    """Rows that a fold's model was trained on."""
    rows = np.flatnonzero((fold.train_start <= time) & (time <= fold.train_end))
    if len(rows) != fold.n_train:
        raise Refusal(f"trained on {fold.n_train} of the {len(rows)} rows between its first and its last", file="fold",
                      remedy="ask shap_values with a background of your own")
    return rows


def _stratified(rows, count, rng):
    """One of `rows` from each of `count` equal stretches; all of them where they are fewer."""
    if len(rows) <= count:
        return rows
    edges = np.arange(count + 1) * len(rows) // count
    return rows[rng.integers(edges[:-1], edges[1:])]


def _direction(x, phi):
    known = np.isfinite(x)
    x, phi = x[known].astype(np.float64), phi[known]
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(phi) == 0:
        return np.nan
    return np.corrcoef(x, phi)[0, 1]
