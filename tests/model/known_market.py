"""A market whose predictability is known: three-second returns by the second, one feature that knows."""

import numpy as np
import pandas as pd

from kit.clock import SECOND, utc

START = 1_723_075_200 * SECOND
SHARE = 0.1
"""R² of the best forecast in a market of beta 1."""


def grid(n):
    """Index of n seconds."""
    return utc(START + np.arange(n) * SECOND).rename("time")


def market(n, seed, beta=1.0):
    """Features and overlapping label: x moves the next second by `beta` bp, noise and flat move nothing."""
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, n))
    shocks = rng.normal(scale=np.sqrt(1 / (3 * SHARE) - 1), size=n)
    label = np.convolve(1e-4 * (beta * x + shocks), np.ones(3), "full")[2:]
    X = pd.DataFrame({"x": x, "noise": noise, "flat": 0.0}, index=grid(n))
    return X.iloc[:-2], pd.Series(label, index=X.index, name="log_return_3s").iloc[:-2]
