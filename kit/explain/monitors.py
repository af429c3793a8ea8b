"""Whether an explanation can be trusted: one feature alone, signs that turn between folds, and how noise ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from kit.clock import SECOND, duration

NOISE = "noise"
"""Name of the negative control."""


def monitors(explanations) -> pd.DataFrame:
    """Dominance and signs of every feature in every asset, over its folds.

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation

    Returns
    -------
    pandas.DataFrame
        Indexed by ``asset, feature``: ``folds``; ``share``, mean share of the fold's importance; ``most``, the largest;
        ``dominant``, number of folds in which it is above `DOMINANT`; ``direction``, mean correlation of the feature
        with its SHAP value; ``flips``, number of folds whose sign is not that of the others together.
    """
    return pd.concat({name: _folds(one.by_fold()) for name, one in explanations.items()}, names=["asset"])


def _folds(table):
    by_feature = table.groupby("feature", sort=False)
    return pd.DataFrame({"folds": by_feature.size(), "share": by_feature["share"].mean(),
                         "most": by_feature["share"].max(), "dominant": by_feature["dominant"].sum(),
                         "direction": by_feature["direction"].mean(), "flips": by_feature["flipped"].sum()})


def with_noise(X, seed=0, memory="10s"):
    """The features and one that knows nothing: Gaussian noise that remembers `memory`, as windows make features do.

    A feature that ranks below it has not been shown to matter.

    Parameters
    ----------
    X : pandas.DataFrame
        Indexed by UTC time, a row a second.
    seed : int
    memory : str
        Time after which 1/e of the noise is left.

    Returns
    -------
    pandas.DataFrame
        `X` with the column `NOISE`, of variance 1.
    """
    keeps = float(np.exp(-SECOND / duration(memory)))
    shocks = np.random.default_rng(seed).normal(size=len(X))
    shocks[1:] *= np.sqrt(1 - keeps**2)
    return X.assign(**{NOISE: lfilter([1.0], [1.0, -keeps], shocks)})


def above_noise(explanations) -> pd.DataFrame:
    """How the negative control ranks: ``rank`` (1 is the most important), ``of``, ``importance_bp``, ``share`` of all.

    Parameters
    ----------
    explanations : dict of str to kit.explain.Explanation
        Of models that were given the features of `with_noise`.
    """
    rows = {name: _of_noise(one) for name, one in explanations.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("asset")


def _of_noise(explanation):
    importance = np.abs(explanation.bp).mean(axis=0)
    noise = importance[explanation.features.index(NOISE)]
    return {"rank": int((importance > noise).sum()) + 1, "of": len(importance), "importance_bp": float(noise),
            "share": float(noise / importance.sum())}
