"""Exponentially weighted means, whose memory never quite ends: one pass, in order."""

from __future__ import annotations

from kit import backend
from kit.kernels.launch import launch


def decays(lo, hi, reals, whole, weight, x, state, out):
    """One item: the whole series. `weight` is what the past keeps at each row, `state` the mean and its share."""
    mean, kept = state[0], state[1]
    for i in range(x.shape[0]):
        kept *= weight[i]
        if x[i] == x[i]:
            mean, kept = (mean * kept + x[i] * (1.0 - kept) if mean == mean else x[i]), 1.0
            out[i] = mean
        else:
            out[i] = x[i]
    state[0], state[1] = mean, kept


def ewm(weight, x, state):
    """Exponentially weighted mean of x, and what is needed to go on from it.

    Parameters
    ----------
    weight : array of float64
        Share of the mean that the past keeps at each row, in [0, 1].
    x : array of float64
        A missing value leaves the mean as it is, ages it all the same, and is missing in the answer.
    state : (float, float)
        The mean so far and what it has kept since its last value; (NaN, 1) where there is none yet, and the first
        value becomes the mean.
    """
    xp = backend.namespace(x)
    weight, x = backend.lend(weight), backend.lend(x)
    home = backend.namespace(x)
    out, state = home.empty(x.shape[0]), home.asarray(state)
    launch(decays, 1, weight, x, state, out)
    return xp.asarray(out), (float(state[0]), float(state[1]))
