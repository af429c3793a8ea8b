"""From features and a label to rows that can be learned from, and to the one host copy CatBoost reads."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kit import backend
from kit.factor import registry
from kit.refusal import Refusal


class Design(NamedTuple):
    """Rows that can be learned from."""

    X: Any  #: features, as given, without the dropped rows
    y: Any  #: label, in return units
    dropped: dict[str, int]  #: rows dropped, by reason


def design(features, label, essential=("spread",)) -> Design:
    """Drop the rows that have no label or no valid quote; keep every other, missing values and all.

    - A second without trades is no missing row: the features say 0 there.
    - What is still NaN (a window that is not full yet) goes to CatBoost, which sorts it below every number.

    Parameters
    ----------
    features : frame (pandas or cuDF)
        Indexed by time (UTC).
    label : series, shape (n,)
        On the same index; NaN where it cannot be known.
    essential : sequence of str
        Columns that are missing only where there is no valid quote.

    Raises
    ------
    Refusal
        An essential column is missing, label and features are not on the same index, or no row is left.
    """
    missing = [name for name in essential if name not in features.columns]
    if missing:
        raise Refusal("missing", file="features", column=missing[0],
                      remedy=f"have {', '.join(features.columns)}")
    known = registry()
    foresight = [name for name in features.columns if name in known and known[name].future]
    if foresight:
        raise Refusal("takes future: it is a label", file="features", column=foresight[0], remedy="leave it out")
    if not features.index.equals(label.index):
        raise Refusal("label and features are not on the same index", column=label.name,
                      remedy="compute both on the same grid")
    quoted = features[list(essential)].notna().all(axis=1)
    labelled = label.notna()
    keep = quoted & labelled
    dropped = {"no valid quote": int((~quoted).sum()), "no label": int((quoted & ~labelled).sum())}
    if not bool(keep.any()):
        raise Refusal(f"no row is left of {len(features)}: {dropped}",
                      remedy="a longer period, or another recording")
    return Design(features[keep], label[keep], dropped)


def select(X, features):
    """The columns of a frame that a model reads, in its order.

    Raises
    ------
    Refusal
        A column is missing.
    """
    missing = [name for name in features if name not in X.columns]
    if missing:
        raise Refusal("missing", file="features", column=missing[0], remedy=f"the model reads {', '.join(features)}")
    return X[list(features)]


def matrix(X) -> np.ndarray:
    """Host copy of a frame, float32, column by column: the precision that CatBoost keeps.

    Raises
    ------
    Refusal
        A value is infinite, or too large for float32.
    """
    out = np.empty((len(X), len(X.columns)), dtype=np.float32, order="F")
    for j, name in enumerate(X.columns):
        with np.errstate(over="ignore"):
            out[:, j] = backend.host(backend.array(X[name]))
        infinite = np.isinf(out[:, j])
        if infinite.any():
            raise Refusal("infinite in float32", column=name, row=int(infinite.argmax()),
                          remedy="rescale the feature")
    return out
