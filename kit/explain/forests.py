"""SHAP values of a random forest, by shap's own tree explainer."""

from __future__ import annotations

import numpy as np

from kit.refusal import Refusal
from kit.units import BP


def shap_values(grown, X, background=None):
    """SHAP values of a forest: see `kit.explain.values.shap_values`.

    - Path-dependent: what is not known is averaged by the weights of the rows that each tree was grown on.
    - Milliseconds a row: the trees are not symmetric, and have no tables of leaves.

    Parameters
    ----------
    grown : kit.model.Grown

    References
    ----------
    Lundberg, Erion and Lee (2018), Consistent individualized feature attribution for tree ensembles, algorithm 2.
    """
    import shap  # two seconds to import

    if background is not None and not len(background):
        raise Refusal("no row", file="background", remedy="rows that the model was trained on")
    behind = {} if background is None else {"data": grown.rows(background), "feature_perturbation": "interventional"}
    explainer = shap.TreeExplainer(grown.model, **behind)
    values = explainer.shap_values(grown.rows(X), check_additivity=False)
    return values / BP, np.full(len(X), float(np.squeeze(explainer.expected_value)) / BP)
