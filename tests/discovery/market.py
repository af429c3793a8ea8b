"""Prices made from a vector error correction model whose answers are known."""

import numpy as np
import pandas as pd

ALPHA = np.array([-0.1, 0.3])
"""Each row the first price makes good a tenth of y1 - y2, the second three tenths of it."""


def prices(n=20_000, alpha=ALPHA, correlation=0.0, seed=0, every="1s"):
    """Two prices, log shocks of 1 bp."""
    rng = np.random.default_rng(seed)
    shocks = rng.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], n) * 1e-4
    y = np.zeros((n, 2))
    for t in range(1, n):
        y[t] = y[t - 1] + alpha * (y[t - 1, 0] - y[t - 1, 1]) + shocks[t]
    return frame(60_000 * np.exp(y), every)


def walks(n=5_000, k=2, seed=0):
    """Prices that have nothing to do with each other."""
    return frame(np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 1e-4, (n, k)), axis=0)))


def frame(values, every="1s"):
    index = pd.date_range("2025-01-06", periods=len(values), freq=every, tz="UTC", name="time")
    return pd.DataFrame(values, index=index, columns=list("abcd")[:values.shape[1]])


def ticks(seconds, logs):
    """A series of prices at seconds since an epoch."""
    time = pd.to_datetime((np.asarray(seconds) * 1e9).round().astype("int64"), utc=True)
    return pd.Series(np.exp(np.asarray(logs, dtype=float)), index=time)
