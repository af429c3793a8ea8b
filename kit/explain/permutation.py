"""What chance alone would show: p-values of permutations with their Monte Carlo error, and shifts in a circle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

SLACK = 1e-12
"""Relative difference below which two statistics are equal: sums in another order."""


@dataclass(frozen=True)
class PValue:
    """A p-value and the standard error that its finite number of draws leaves."""

    value: float
    error: float
    draws: int

    def __str__(self):
        return f"{self.value:.3g} ± {self.error:.1g}"


def p_value(observed, null) -> PValue:
    """Share of draws under the null hypothesis at least as large as what was observed, itself counted among them.

    Parameters
    ----------
    observed : float
    null : array, shape (draws,)
        NaN, a draw that cannot be measured, is left out.

    References
    ----------
    Davison and Hinkley (1997), Bootstrap methods and their application, eq. 4.11 (†).
    """
    null = null[np.isfinite(null)]
    if not np.isfinite(observed) or not len(null):
        return PValue(np.nan, np.nan, len(null))
    reached = null >= observed - SLACK * abs(observed)
    value = (1 + reached.sum()) / (1 + len(null))
    return PValue(float(value), float(np.sqrt(value * (1 - value) / len(null))), len(null))


def circular_sums(cell, count, weights, y, shifts):
    """Weighted sums of `y` by cell after `y` has been moved in a circle against cells and weights.

    Both keep their own memory; what they know of each other is lost.

    Parameters
    ----------
    cell : array of int, shape (n,)
        Cell of each row, from 0.
    count : int
        Number of cells.
    weights : array of float, shape (n,)
    y : array of float, shape (n,)
    shifts : array of int
        Rows by which `y` is moved ahead.

    Returns
    -------
    array, shape (len(shifts), count)
    """
    spectrum = fft.rfft(y)
    members = (np.where(cell == k, weights, 0.0) for k in range(count))
    moved = [fft.irfft(np.conj(fft.rfft(member)) * spectrum, len(y))[shifts] for member in members]
    return np.stack(moved, axis=-1)
