r"""GMADL, the generalised mean absolute directional loss: the sign, right or not, weighted by the move.

.. math:: \ell_i = -\tfrac12 \tanh(a R_i \hat R_i / 2)\,|R_i|^b

It ranks models here; it trains none. Its unit is return^b, that of `a` is 1/return²: with `a` far below
1/var(R) it is linear in the predictions and rewards large ones, hence `a_scale`.
"""

from __future__ import annotations

import math

from kit import backend
from kit.refusal import Refusal


def losses(actual, predicted, a, b=1.0):
    """GMADL row by row.

    Parameters
    ----------
    actual, predicted : array, shape (n,)
        Returns and their forecasts in the same unit; NumPy, CuPy or another of the array API standard.
    a : float or array, shape (n,)
        Slope, in 1/return²; see `a_scale`.
    b : float
        Weight of large moves: 1 to select; with 2, a thousandth of t(3) returns carries a sixth of the sum.

    Returns
    -------
    array of float64, shape (n,)
        Negative where the sign is right, 0 where return or forecast is 0, NaN where either is.

    References
    ----------
    Michańków, Sakowski and Ślepaczuk (2024), arXiv:2412.18405; the tanh form is the same without overflow.
    """
    xp = backend.namespace(actual)
    r, forecast = xp.asarray(actual, dtype=xp.float64), xp.asarray(predicted, dtype=xp.float64)
    return -0.5 * xp.tanh(0.5 * a * r * forecast) * xp.abs(r) ** b


def gmadl(actual, predicted, a, b=1.0) -> float:
    """Mean of `losses`, in return^b: the smaller (the more negative), the better."""
    xp = backend.namespace(actual)
    return float(xp.mean(losses(actual, predicted, a, b)))


def normalised_gmadl(actual, predicted, a, b=1.0) -> float:
    """GMADL over the largest value it can take, mean(abs(R)^b) / 2: from -1 (all signs right and sure) to +1.

    Only this form may be compared across assets and folds. NaN where no return differs from 0.
    """
    xp = backend.namespace(actual)
    largest = 0.5 * float(xp.mean(xp.abs(xp.asarray(actual, dtype=xp.float64)) ** b))
    return gmadl(actual, predicted, a, b) / largest if largest != 0 else math.nan


def a_scale(actual_train, kappa=10.0) -> float:
    """Slope `a` = kappa / var(R), from the returns of the training fold only.

    Raises
    ------
    Refusal
        The returns do not vary, or are not all finite.
    """
    xp = backend.namespace(actual_train)
    variance = float(xp.var(xp.asarray(actual_train, dtype=xp.float64)))
    if not 0 < variance < math.inf:
        raise Refusal(f"training returns have variance {variance}",
                      remedy="drop missing labels, leave out dead markets")
    return kappa / variance
