"""Exponentially weighted means, whose memory never quite ends: one pass, in order."""

from __future__ import annotations

from kit import backend
from kit.kernels.launch import launch


def decays(lo, hi, reals, whole, weight, x, state, out):
    """One item: the whole series. `weight` is what the past keeps at each row, `state` the mean so far."""
    mean = state[0]
    for i in range(x.shape[0]):
        if x[i] == x[i]:
            mean = mean * weight[i] + x[i] * (1.0 - weight[i]) if mean == mean else x[i]
            out[i] = mean
        else:
            out[i] = x[i]
    state[0] = mean


def ewm(weight, x, mean):
    """Exponentially weighted mean of x, and its last value to go on from.

    Parameters
    ----------
    weight : array of float64
        Share of the mean that the past keeps at each row, in [0, 1].
    x : array of float64
        A missing value leaves the mean as it is, and is missing in the answer.
    mean : float
        The mean so far; NaN where there is none yet, and the first value becomes the mean.
    """
    xp = backend.namespace(x)
    weight, x = backend.lend(weight), backend.lend(x)
    home = backend.namespace(x)
    out, state = home.empty(x.shape[0]), home.asarray([mean])
    launch(decays, 1, weight, x, state, out)
    return xp.asarray(out), float(state[0])
