"""What a printed number can have been: intervals of rounded inputs, carried through the paper's own formulas."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy import stats


def printed(value, digits=2) -> tuple[float, float]:
    """Smallest and largest number that is printed as `value` with so many digits."""
    half = 0.5 * 10.0**-digits
    return value - half, value + half


def information_ratio(arc, asd, digits=2) -> tuple[float, float]:
    """Bounds of IR* = ARC / ASD, given the two as printed."""
    return _bounds(lambda r, s: r / s, digits, arc, asd)


def drawdown_ratio(arc, asd, mdd, digits=2) -> tuple[float, float]:
    """Bounds of IR** = ARC |ARC| / (ASD MDD), given the three as printed."""
    return _bounds(lambda r, s, d: r * abs(r) / (s * d), digits, arc, asd, mdd)


def agrees(value, bounds, digits=2) -> bool:
    """Whether a number printed as `value` can lie within bounds."""
    low, high = printed(value, digits)
    return bool(low <= bounds[1] and bounds[0] <= high)


def degrees_of_freedom(t, p, digits=4, most=2000):
    """Whole degrees of freedom for which the upper tail of Student's t, both as printed, is p.

    Returns
    -------
    array of int
        Empty where none up to `most` is.
    """
    dof = np.arange(1, most + 1)
    (low_t, high_t), (low_p, high_p) = printed(t, digits), printed(p, digits)
    return dof[(stats.t.sf(high_t, dof) <= high_p) & (stats.t.sf(low_t, dof) >= low_p)]


def _bounds(formula, digits, *values):
    """Smallest and largest value at the corners: exact, for a formula monotone in every input."""
    corners = [formula(*corner) for corner in product(*(printed(value, digits) for value in values))]
    return min(corners), max(corners)
