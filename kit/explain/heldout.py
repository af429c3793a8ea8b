"""Held-out permutation importance: what forecasts of rows not learned from lose when a feature is shuffled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, quotient
from kit.explain.values import samples


def permutation_importance(oof, X, rows_per_fold=2_000, repeats=3, seed=0, by=BLOCKS) -> pd.DataFrame:
    r"""R² against 0 that is lost, out of fold, when a feature's values are dealt to other rows of the same test window.

    .. math:: \sum_t \big[(r_t - \hat r_t^{\pi_j})^2 - (r_t - \hat r_t)^2\big] / \sum_t r_t^2

    - Features that move together hide each other: each may be lost where both would be missed.
    - Unlike the impurity importances of a forest, it favours no feature for having many values, and is not measured
      on rows that the trees have seen.

    Parameters
    ----------
    oof : kit.model.OutOfFold
        Of any model.
    X : frame
        The frame that was walked.
    rows_per_fold : int
        At most so many rows of each fold, as `kit.explain.out_of_fold_shap` draws them.
    repeats : int
        Shuffles of each feature.
    seed : int

    Returns
    -------
    pandas.DataFrame
        By feature, largest first: ``lost_r2`` with the ends ``low, high`` of its bootstrap interval over time.

    Raises
    ------
    Refusal
        `X` is not the frame that was walked.

    References
    ----------
    Breiman (2001), Random forests, section 10.
    Strobl et al. (2007), Bias in random forest variable importance measures.
    """
    rng = np.random.default_rng([seed, 2])
    drawn = [(oof.folds[k].model, kept) for k, kept, _ in samples(oof, X, rows_per_fold, seed, None)]
    kept = np.concatenate([rows for _, rows in drawn])
    lost = [_lost(model, X.iloc[oof.row[rows]], oof.actual[rows], repeats, rng) for model, rows in drawn]
    lost = {name: np.concatenate([one[name] for one in lost]) for name in lost[0]}
    scores = {name: quotient(rise, oof.actual[kept] ** 2, oof.time[kept], by) for name, rise in lost.items()}
    table = pd.DataFrame({end: {name: getattr(score, of) for name, score in scores.items()}
                          for end, of in (("lost_r2", "value"), ("low", "low"), ("high", "high"))})
    return table.rename_axis("feature").sort_values("lost_r2", ascending=False, kind="stable")


def _lost(model, X, actual, repeats, rng):
    """Squared error that shuffling each feature adds to each row, mean of `repeats` shuffles."""
    error = (actual - model.predict(X)) ** 2
    rise = {name: np.zeros(len(X)) for name in model.features}
    for name in rise:
        for _ in range(repeats):
            shuffled = X.assign(**{name: backend.array(X[name])[rng.permutation(len(X))]})
            rise[name] += ((actual - model.predict(shuffled)) ** 2 - error) / repeats
    return rise
