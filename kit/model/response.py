"""What the label does on average where a feature stands: the model-free picture that SHAP values are compared with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, mean
from kit.refusal import Refusal
from kit.units import BP

BINS = 20


def response(feature, label, known=None, bins=BINS, by=BLOCKS) -> pd.DataFrame:
    """Mean label by quantile of a feature, with intervals, beside what is known of it.

    Parameters
    ----------
    feature, label : series, shape (n,)
        On one UTC index; rows in which either is missing are left out.
    known : callable, optional
        From feature values to the expected label in basis points, where that was planted.
    bins : int
        Quantile bins of equal count; ties are not split, so there may be fewer.
    by : Bootstrap
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        A row a bin, from 0: ``x`` (mean feature), ``mean_bp, low_bp, high_bp``, ``rows`` and ``known_bp`` (NaN where
        nothing is known).

    Raises
    ------
    Refusal
        The feature does not vary.
    """
    x, y = (backend.host(backend.array(series)) for series in (feature, label))
    time = backend.host(backend.nanoseconds(feature.index.to_series(), "feature"))
    keep = np.isfinite(x) & np.isfinite(y)
    x, y, time = x[keep], y[keep] * BP, time[keep]
    edges = np.unique(np.quantile(x, np.linspace(0, 1, bins + 1))) if len(x) else x
    if len(edges) < 2:
        raise Refusal("the feature does not vary", column=feature.name, remedy="take another, or a longer period")
    which = np.clip(np.searchsorted(edges, x, side="right") - 1, 0, len(edges) - 2)
    return pd.DataFrame([_bin(x[which == k], y[which == k], time[which == k], known, by) for k in np.unique(which)])


def _bin(x, y, time, known, by):
    score = mean(y, time, by)
    expected = float(np.mean(known(x))) if known is not None else np.nan
    return {"x": x.mean(), "mean_bp": score.value, "low_bp": score.low, "high_bp": score.high, "rows": len(x),
            "known_bp": expected}
