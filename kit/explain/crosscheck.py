"""How far SHAP values can be trusted: our kernel against CatBoost, and one way of averaging against the other."""

from __future__ import annotations

import numpy as np
import pandas as pd
from catboost import Pool

from kit.bootstrap import BLOCKS, mean
from kit.explain.values import out_of_fold_shap, samples, shap_values
from kit.model.design import matrix
from kit.refusal import Refusal
from kit.units import BP

AGREEMENT = 1e-10
"""Largest difference to CatBoost that is rounding, as a share of how far forecasts lie from their mean."""

BACKGROUND = 10_000
"""Training rows of a fold that interventional values average. With the usual 100, a feature that is independent of all
others seems to differ between the modes by 8 % of its importance, with 10,000 by 0.3 %; the rows cost next to nothing.
"""


def catboost_shap_values(fitted, X, background=None):
    """SHAP values as CatBoost calculates them, in the form of `kit.explain.values.shap_values`.

    - Calculated as 'Regular': 'Approximate' is off by up to a quarter, 'Exact' differs too.
    - shap's TreeExplainer calls the same function; but given ``data``, its expected value lacks the model's bias.
    """
    behind = None if background is None else _pool(fitted, background)
    table = fitted.model.get_feature_importance(_pool(fitted, X), reference_data=behind, type="ShapValues",
                                                shap_calc_type="Regular")
    return table[:, :-1] / BP, table[:, -1] / BP


def _pool(fitted, X):
    """With labels: given reference data, CatBoost asks for some, and does not read them."""
    return Pool(matrix(X[list(fitted.features)]), label=np.zeros(len(X)))


def difference_to_catboost(fitted, X, background=None) -> float:
    """Largest absolute difference of SHAP values and base to CatBoost's, as a share of the forecasts' reach.

    Their reach is the largest distance of a forecast from the base.
    """
    (values, base), theirs = shap_values(fitted, X, background), catboost_shap_values(fitted, X, background)
    gap = max(np.abs(values - theirs[0]).max(), np.abs(base - theirs[1]).max())
    return float(gap / max(np.abs(values.sum(axis=1)).max(), np.finfo(float).tiny))


def check_against_catboost(oof, X, rows_per_fold=200, seed=0, background=None) -> float:
    """The same over rows of every fold, each by the model that forecast it.

    Parameters
    ----------
    oof, X, rows_per_fold, seed, background
        As `kit.model.out_of_fold_shap` takes them.

    Returns
    -------
    float
        The largest difference of any fold, a share.

    Raises
    ------
    Refusal
        It is above `AGREEMENT`: the values are not to be published.
    """
    gaps = {k: difference_to_catboost(oof.folds[k].model, X.iloc[oof.row[kept]], behind)
            for k, kept, behind in samples(oof, X, rows_per_fold, seed, background)}
    worst = max(gaps, key=gaps.get)
    if not gaps[worst] <= AGREEMENT:
        raise Refusal(f"SHAP values differ from CatBoost's by {gaps[worst]:.1e} of the forecasts' reach",
                      file=f"fold {worst}", remedy=f"at most {AGREEMENT:g} is rounding: report the model")
    return gaps[worst]


def both_modes(oof, X, rows_per_fold=50_000, seed=0, background=BACKGROUND):
    """The same out-of-fold rows explained twice.

    Parameters
    ----------
    oof, X, rows_per_fold, seed, background
        As `kit.model.out_of_fold_shap` takes them.

    Returns
    -------
    path, interventional : Explanation
    """
    return tuple(out_of_fold_shap(oof, X, rows_per_fold, seed, rows) for rows in (None, background))


def compare_modes(path, interventional, by=BLOCKS) -> pd.DataFrame:
    """How differently the two modes split credit, by feature.

    Parameters
    ----------
    path, interventional : Explanation
        Of the same rows, as `both_modes` returns them.
    by : Bootstrap, optional

    Returns
    -------
    pandas.DataFrame
        ``path_bp, interventional_bp``: mean absolute SHAP value, the largest of the former first; ``difference_bp``:
        mean absolute difference of a row's two values, with its interval ``low_bp, high_bp``; ``largest_bp`` of them.

    Raises
    ------
    Refusal
        The explanations are not of the same rows.
    """
    if not np.array_equal(path.time, interventional.time) or path.features != interventional.features:
        raise Refusal("explanations are not of the same rows", remedy="the same oof, rows_per_fold and seed")
    gap = np.abs(path.bp - interventional.bp)
    scores = [mean(column, path.time, by) for column in gap.T]
    table = pd.DataFrame({"path_bp": np.abs(path.bp).mean(axis=0),
                          "interventional_bp": np.abs(interventional.bp).mean(axis=0),
                          "difference_bp": [score.value for score in scores],
                          "low_bp": [score.low for score in scores], "high_bp": [score.high for score in scores],
                          "largest_bp": gap.max(axis=0)}, index=pd.Index(path.features, name="feature"))
    return table.sort_values("path_bp", ascending=False, kind="stable")
