"""W1, on to the paper's ten features: the same day of ticks, each peer from its own 1-second table."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import polars as pl

import kit
from bench import w1_seconds as table
from bench.compare import compare
from kit import clock, columns
from kit.features import PAPER

KNOWN = 120  # rows after which all know all features: ours are missing until the window has passed


def ten(t, log, flow=10, vol=60):
    """The paper's ten, of the columns of a regular 1-second table in pandas or polars."""
    def total(column):
        return column.rolling(flow).sum() if hasattr(column, "rolling") else column.rolling_sum(flow)

    def deviation(column):
        return column.rolling(vol).std() if hasattr(column, "rolling") else column.rolling_std(vol)

    middle, volume = (t["bid"] + t["ask"]) / 2, total(t["volume"])
    away = (t["notional"] - table.ABOUT * t["volume"])  # of a price that peers may count from
    squares = t["volume"] * (away / t["volume"]) ** 2
    between = total(squares) / volume - (total(away) / volume) ** 2
    return dict(zip(PAPER, [
        (t["bid_size"] - t["ask_size"]) / (t["bid_size"] + t["ask_size"]),
        (t["ask"] - t["bid"]) / middle,
        total(t["buy_notional"] - t["sell_notional"]) / total(t["notional"]),
        total(t["buy_notional"]) / total(t["buy_volume"]) / middle - 1,
        total(t["sell_notional"]) / total(t["sell_volume"]) / middle - 1,
        deviation(log(middle).diff()),
        total(t["squared_size"]) / volume**2,
        volume,
        (total(t["dispersion"]) / volume + between) / middle**2 * 1e8,
        total(t["n_trades"])], strict=True))


def by_kit(quotes, trades):
    """Columns to features, the check of their order included."""
    seconds = table.by_kit(quotes, trades)._asdict()
    return kit.compute(pd.DataFrame(seconds | {"time": clock.utc(seconds["time"])}), *PAPER)


def main(n_quotes=10_000_000, n_trades=2_000_000) -> None:
    frames = table.day(n_quotes, n_trades)
    arrays = [columns.read(frame, kind) for frame, kind in zip(frames, ("quotes", "trades"), strict=True)]
    polars = [pl.DataFrame(array._asdict()) for array in arrays]
    peers = {
        "ours": lambda: by_kit(*arrays),
        "kit: frames, every value checked": lambda: kit.compute(kit.grid(*frames, stale="1h"), *PAPER),
        "polars": lambda: ten(table.by_polars(*polars, table.dynamically), lambda x: x.log()),
        "pandas, vectorised": lambda: ten(table.by_pandas(*arrays), np.log),
    }
    expected = {name: values.to_numpy()[KNOWN:] for name, values in peers["ours"]().items()}
    for name, call in peers.items():
        table.agree(name, {column: np.asarray(values)[KNOWN:] for column, values in call().items()}, expected)
    compare(peers, repeat=5, rows=n_quotes + n_trades, goals={"polars": 12, "pandas, vectorised": 20},
            title=f"ticks to the paper's ten features, {n_quotes + n_trades:,} ticks")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
