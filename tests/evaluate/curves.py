"""Equity curves and series whose measures are known."""

import numpy as np
import pandas as pd

from kit.clock import SECOND


def daily(values):
    """A curve of one value a day, at midnight UTC."""
    return pd.Series(np.asarray(values, dtype=float), index=pd.date_range("2025-01-01", periods=len(values), tz="UTC"))


KNOWN = daily([100, 110, 99, 121, 115, 130, 104, 117])


def year(seed=0, drift=0.002, scale=0.02):
    """365 independent daily returns, compounded."""
    steps = np.random.default_rng(seed).normal(drift, scale, 365)
    return daily(1e4 * np.append(1, (1 + steps).cumprod()))


def autoregression(n, phi, rng, burn=100):
    from scipy.signal import lfilter

    return lfilter([1], [1, -phi], rng.normal(size=n + burn))[burn:]


def seconds(n, first=1_700_000_000):
    return (first + np.arange(n)) * SECOND
