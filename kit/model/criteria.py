"""By what forecasts are chosen: GMADL and R², both as a quotient of sums over rows, so that folds can be pooled."""

from __future__ import annotations

import numpy as np

from kit.bootstrap import ratio
from kit.model.gmadl import losses
from kit.refusal import Refusal

CRITERIA = ("gmadl", "r2")
"""Normalised GMADL, the smaller the better; out-of-sample R² against the forecast 0, the larger the better."""


def known(criterion) -> str:
    """The criterion itself, refused where it is none."""
    if criterion not in CRITERIA:
        raise Refusal(f"{criterion!r} is no criterion", column="criterion", remedy=f"one of {', '.join(CRITERIA)}")
    return criterion


def sums(actual, predicted, a, b=1.0) -> np.ndarray:
    """What rows add to the criteria.

    Parameters
    ----------
    actual, predicted : array, shape (n,)
        Returns and forecasts.
    a, b : float
        As in `kit.model.gmadl`; ``a`` from training rows.

    Returns
    -------
    array, shape (2, 2)
        A row a criterion: GMADL's losses and the largest they could be; squared errors and squared returns.
    """
    return np.array([[losses(actual, predicted, a, b).sum(), 0.5 * (np.abs(actual) ** b).sum()],
                     [((actual - predicted) ** 2).sum(), (actual**2).sum()]])


def loss(parts) -> np.ndarray:
    """The smaller, the better: normalised GMADL, and 1 - R². Shape (..., 2) to (...)."""
    return ratio(parts[..., 0], parts[..., 1])


def reading(criterion, value):
    """A loss as its criterion is read."""
    return 1 - value if criterion == "r2" else value


def standard_error(parts) -> np.ndarray:
    r"""Jackknife standard error over folds of the pooled loss, 0 where there is but one fold.

    For equally heavy folds it is that of a mean, :math:`s / \sqrt{n}`.

    Parameters
    ----------
    parts : array, shape (folds, ..., 2)
    """
    n = len(parts)
    if n == 1:
        return np.zeros(parts.shape[1:-1])
    without = loss(parts.sum(axis=0) - parts)
    return np.sqrt((n - 1) / n * ((without - without.mean(axis=0)) ** 2).sum(axis=0))


def simplest(value, error, size, within=1.0) -> int:
    """Which candidate to take: the smallest of those within so many standard errors of the best.

    Parameters
    ----------
    value, error, size : array, shape (n,)
        Losses, their standard errors, and sizes of the models; the lower loss breaks ties of size.
    within : float
        Standard errors of the best; 0 takes the best itself.

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), Classification and regression trees, section 3.4.3.
    """
    best = np.argmin(value)
    near = np.flatnonzero(value <= value[best] + within * error[best])
    return int(near[np.lexsort((value[near], size[near]))[0]])
