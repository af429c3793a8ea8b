"""Series whose spillovers are known."""

import numpy as np
import pandas as pd
from scipy.signal import lfilter

A = np.array([[0.5, 0.0], [0.4, 0.3]])
"""The first series moves the second one a row later, and nothing moves the first."""


def clock(n):
    return pd.date_range("2025-01-06", periods=n, freq="s", tz="UTC", name="time")


def planted(n=4_000, seed=0):
    """Two series of `A`, independent shocks."""
    e = np.random.default_rng(seed).normal(0, 1e-4, (n, 2))
    a = lfilter([1], [1, -A[0, 0]], e[:, 0])
    b = lfilter([1], [1, -A[1, 1]], e[:, 1] + A[1, 0] * np.r_[0, a[:-1]])
    return pd.DataFrame({"a": a, "b": b}, clock(n))


def unrelated(n=1_500, k=3, seed=0, correlation=0.0):
    """Series that have nothing to do with each other later, and at once as much as `correlation` says."""
    covariance = correlation + (1 - correlation) * np.eye(k)
    shocks = np.random.default_rng(seed).multivariate_normal(np.zeros(k), covariance, n)
    return pd.DataFrame(1e-4 * shocks, clock(n), columns=list("abcdef")[:k])
