"""Quotes to be stored: three days of them, or as told."""

import numpy as np
import pandas as pd

from kit import clock

MIDNIGHT = clock.instant("2024-03-01T00:00Z")


def quotes(rows=3_000, seed=1, hours=72.0, start=MIDNIGHT, tick_ns=10**6):
    """Quotes in order of time, prices to 0.1, sizes to 0.001, a clock of milliseconds and one of `tick_ns`."""
    rng = np.random.default_rng(seed)
    time = start + np.sort(rng.integers(0, int(hours * 3600e3), rows)) * 10**6
    bid = (650_000 + rng.integers(-30, 30, rows).cumsum()) / 10
    return pd.DataFrame({"time": clock.utc(time), "bid": bid, "bid_size": rng.integers(1, 99_999, rows) / 1000,
                         "ask": bid + 0.1, "ask_size": rng.integers(1, 99_999, rows) / 1000,
                         "local_time": clock.utc(time + rng.integers(0, 9_999, rows) * tick_ns),
                         "update_id": 4_200_000_000_000 + rng.integers(1, 999, rows).cumsum()})
