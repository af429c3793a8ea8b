"""Whether a study's findings survive other choices: of the model, of the horizon, of the folds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, in_columns
from kit.model import scores
from kit.study import again


def variants(study, trials=10, horizons=("1s", "10s"), folds=3) -> dict:
    """The study itself and others of the same recording, by what differs.

    Parameters
    ----------
    study : kit.study.Study
    trials : int
        Settings tried inside each training window, from which GMADL and R² choose each their own.
    horizons : sequence of str
        Of the label.
    folds : int
        In place of the study's own.

    Returns
    -------
    dict of str to Study
    """
    tuned = again(study, trials=trials)
    rival = replace(tuned, oof=tuned.oof.chosen_by("r2", tuned.X))
    found = {"as it is": study, f"chosen by GMADL, {trials} trials": tuned, f"chosen by R², {trials} trials": rival}
    found |= {f"label over {horizon}": again(study, horizon=horizon) for horizon in horizons}
    return found | {f"{folds} folds": again(study, folds=folds)}


def table(variants, by=BLOCKS) -> pd.DataFrame:
    """Scores of each variant, its first feature, and how far its ranking agrees with the first variant's.

    Parameters
    ----------
    variants : dict of str to Study
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        A row a variant: ``r2_zero`` and ``normalised_gmadl`` with ``_low`` and ``_high``, ``first`` (feature) and
        ``ranks`` (Spearman correlation of mean absolute SHAP values with the first row's).
    """
    rows, first = {}, None
    for name, one in variants.items():
        importance = np.abs(one.explanation.values).mean(axis=0)
        first = importance if first is None else first
        ranks = pd.Series(importance).corr(pd.Series(first), method="spearman")
        rows[name] = _scored(one.oof, replace(by, horizon=one.settings.horizon)) | {
            "first": one.explanation.features[importance.argmax()], "ranks": ranks}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("variant")


def _scored(oof, by):
    found = scores.summary(oof, by)
    return in_columns({name: found[name] for name in ("r2_zero", "normalised_gmadl")})
