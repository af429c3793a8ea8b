"""Venues made by hand."""

import numpy as np
import pandas as pd


def venues(prices, volumes=None, every="1min", half=np.nan, ages=0.0):
    """A frame of `kit.columns.Venues` from prices by venue; bids and asks `half` of the price to either side."""
    prices = {venue: np.asarray(price, dtype=float) for venue, price in prices.items()}
    n = len(next(iter(prices.values())))
    frame = pd.DataFrame({"time": pd.date_range("2025-01-06", periods=n, freq=every, tz="UTC")})
    for venue, price in prices.items():
        volume = 1.0 if volumes is None else np.asarray(volumes[venue], dtype=float)
        frame = frame.assign(**{f"price_{venue}": price, f"bid_{venue}": price * (1 - half),
                                f"ask_{venue}": price * (1 + half), f"volume_{venue}": volume, f"age_{venue}": ages})
    return frame


def led(lag, n=3_000, noise=2e-4, seed=0):
    """A noisy leader and two that follow it `lag` rows later without its noise."""
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.normal(0, 3e-4, n + lag))
    late = walk[:n]
    return {"leader": 100 * np.exp(walk[lag:] + rng.normal(0, noise, n)), "late": 100 * np.exp(late),
            "later": 100 * np.exp(late + rng.normal(0, 1e-5, n))}
