"""W1b: what only the whole stream of quotes knows, by the second: order flow by event, spread by duration, their count.

An answer that is off by more than 1e-9 of its column's size stops the bench.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import polars as pl

from bench.compare import compare
from bench.w1_seconds import SECOND, agree, day, ends, floor
from kit import columns
from kit.kernels.seconds import MOVES, moves

COUNT, FLOW, SPREAD = MOVES


def by_polars(quotes, group):
    """Shifted columns, grouped by the second's end; a quote that stands across the border is split there."""
    c, second = pl.col, (pl.col("time") + (SECOND - 1)) // SECOND * SECOND
    before = {name: c(name).shift(1) for name in ("time", "bid", "bid_size", "ask", "ask_size")}
    flow = (c("bid_size") * (c("bid") >= before["bid"]) - before["bid_size"] * (c("bid") <= before["bid"])) \
        - (c("ask_size") * (c("ask") <= before["ask"]) - before["ask_size"] * (c("ask") >= before["ask"]))
    since = pl.max_horizontal(before["time"], second - SECOND)
    area = (before["ask"] - before["bid"]) * (c("time") - since)
    rest = (c("ask").last() - c("bid").last()) * (c("second").last() - c("time").last())
    rows = quotes.select("time", "bid", "ask", second=second.set_sorted(), flow=flow, area=area)
    return group(rows).agg(n=pl.len(), flow=c("flow").sum(), area=c("area").sum() + rest).select(
        "second", c("n").cast(float).alias(COUNT), c("flow").alias(FLOW), (c("area") / SECOND).alias(SPREAD))


def by_pandas(q):
    """The same, vectorised."""
    second = -(-q.time // SECOND) * SECOND
    step = lambda x, up: x[1:] >= x[:-1] if up else x[1:] <= x[:-1]  # noqa: E731
    flow = (q.bid_size[1:] * step(q.bid, True) - q.bid_size[:-1] * step(q.bid, False)) \
        - (q.ask_size[1:] * step(q.ask, False) - q.ask_size[:-1] * step(q.ask, True))
    area = (q.ask - q.bid)[:-1] * (q.time[1:] - np.maximum(q.time[:-1], second[1:] - SECOND))
    rows = pd.DataFrame({COUNT: 1.0, FLOW: np.append(0.0, flow), SPREAD: np.append(0.0, area)}).groupby(second).sum()
    end = np.searchsorted(q.time, rows.index, side="right") - 1
    rows[SPREAD] = (rows[SPREAD] + (q.ask - q.bid)[end] * (rows.index - q.time[end])) / SECOND
    return rows


def main(n_quotes=10_000_000) -> None:
    frame, _ = day(n_quotes, n_quotes // 100)
    quotes = columns.read(frame, "quotes")
    polars = pl.DataFrame(quotes._asdict())
    grid = ends(quotes.time)
    group = lambda rows: rows.group_by("second")  # noqa: E731
    peers = {
        "ours": lambda: moves(grid, SECOND, quotes),
        "polars group_by, sorted key": lambda: by_polars(polars, group),
        "polars, streaming": lambda: by_polars(polars.lazy(), group).collect(engine="streaming"),
        "pandas, vectorised": lambda: by_pandas(quotes),
        "floor: reading the quotes": lambda: floor(quotes),
    }
    expected = peers["ours"]()
    for name in ("polars group_by, sorted key", "polars, streaming"):
        table = peers[name]().sort("second")
        agree(name, table.filter(pl.col("second").is_in(grid)), expected)
    agree("pandas", by_pandas(quotes).reindex(grid), expected)
    compare(peers, repeat=5, rows=n_quotes, title=f"quotes to dense features of a second, {n_quotes:,} quotes",
            goals={"polars group_by, sorted key": 15, "floor: reading the quotes": 1 / 3})


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
