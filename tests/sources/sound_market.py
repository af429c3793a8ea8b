"""A recording without a fault, made in memory: quotes, trades, books, updates, bars and bands of some minutes."""

import numpy as np
import pandas as pd

from kit import clock

START = clock.instant("2025-10-10T00:00Z")
MS = 1_000_000


def recording(minutes=20, seed=7):
    """Frames by kind, each in time order, ids in order, local times 5 ms behind."""
    rng = np.random.default_rng(seed)
    quotes = _quotes(rng, minutes)
    return {"quotes": quotes, "trades": _trades(rng, quotes), "depth": _depth(quotes), "updates": _updates(quotes),
            "bars": _bars(minutes), "bands": _bands(minutes)}


def _quotes(rng, minutes):
    rows = minutes * 60 * 5
    time = START + np.cumsum(rng.integers(1, 400, rows)) * MS
    bid = np.round(100 + 0.01 * np.cumsum(rng.integers(-1, 2, rows)), 2)
    return pd.DataFrame({"time": clock.utc(time), "local_time": clock.utc(time + 5 * MS), "bid": bid,
                         "bid_size": 1 + rng.exponential(5, rows), "ask": bid + 0.01,
                         "ask_size": 1 + rng.exponential(5, rows), "update_id": 10 * np.arange(rows)})


def _trades(rng, quotes):
    rows = np.sort(rng.choice(len(quotes) - 2, len(quotes) // 3, replace=False)) + 1
    at, side = quotes.iloc[rows].reset_index(drop=True), rng.choice([-1, 1], len(rows)).astype("int8")
    return pd.DataFrame({"time": at["time"], "local_time": at["local_time"],
                         "price": np.where(side > 0, at["ask"], at["bid"]), "size": rng.exponential(2, len(rows)) + 0.1,
                         "side": side, "id": 5_000 + np.arange(len(rows))})


def _depth(quotes):
    every = quotes.iloc[::3].reset_index(drop=True)
    columns = {"time": every["time"], "local_time": every["local_time"], "sequence": every["update_id"]}
    for level in range(3):
        columns |= {f"bid_{level}": every["bid"] - 0.01 * level, f"bid_size_{level}": every["bid_size"] + level,
                    f"ask_{level}": every["ask"] + 0.01 * level, f"ask_size_{level}": every["ask_size"] + level}
    return pd.DataFrame(columns)


def _updates(quotes):
    """Messages of two levels, the first of them a snapshot."""
    message = np.repeat(np.arange(len(quotes)), 2)
    side = np.tile(np.array([1, -1], dtype="int8"), len(quotes))
    at = quotes.iloc[message].reset_index(drop=True)
    return pd.DataFrame({"time": at["time"], "local_time": at["local_time"], "side": side,
                         "price": np.where(side > 0, at["bid"], at["ask"]),
                         "size": np.where(side > 0, at["bid_size"], at["ask_size"]), "snapshot": message == 0,
                         "first_id": 10 * message - 9, "last_id": 10 * message, "prev_id": 10 * message - 10})


def _bars(minutes):
    time = START + (1 + np.arange(minutes)) * 60 * clock.SECOND
    price = 100 + 0.1 * np.arange(minutes)
    return pd.DataFrame({"time": clock.utc(time), "open": price, "high": price + 0.3, "low": price - 0.3,
                         "close": price + 0.1, "volume": 10.0, "quote_volume": 1000.0, "n_trades": 20.0,
                         "buy_volume": 4.0})


def _bands(minutes):
    """Every 30 s, from -5 to 5 %, 100 in each per cent of price on both sides of a mid that drifts."""
    percentage = np.array([-5.0, -4, -3, -2, -1, 1, 2, 3, 4, 5])
    snapshot = np.repeat(np.arange(2 * minutes), len(percentage))
    percentage = np.tile(percentage, 2 * minutes)
    depth = 100 * abs(percentage)
    return pd.DataFrame({"time": clock.utc(START + (7 + 30 * snapshot) * clock.SECOND), "percentage": percentage,
                         "depth": depth, "notional": depth * (100 + 0.01 * snapshot) * (1 + percentage / 200)})
