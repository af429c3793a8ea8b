"""W1: a day of ticks to the 1-second table, and to the paper's ten features, against those who do the same work.

The day is synthetic: quotes and trades of a price on a tick of 0.1, minutes unevenly busy, sides stated. All stamps are
distinct, so a print is a taker order and peers need not look for orders. An answer that is off by more than 1e-9 of its
column's size stops the bench.
"""

from __future__ import annotations

import sys
import time
import tracemalloc

import duckdb
import numpy as np
import pandas as pd
import polars as pl
from numba import njit, prange

import kit
from bench.compare import compare
from kit import clock, columns
from kit.kernels import checks
from kit.kernels import seconds as per_second

SECOND = clock.SECOND
DAY = pd.Timestamp("2024-03-29", tz="UTC").value
TOUCH, SUMS = list(per_second.TOUCH), list(per_second.SUMS)
TABLE = TOUCH + SUMS
ABOUT = 60_000.0  # a price from which peers may count, lest their squares of prices lose all digits
SLICE = 120  # seconds that the naive `apply` is given


def day(n_quotes, n_trades, seed=1):
    """Quotes and trades of a day, frames of the canonical columns."""
    random = np.random.default_rng(seed)
    ticks = 600_000 + np.cumsum(random.integers(-1, 2, n_quotes) * (random.random(n_quotes) < 0.05))
    time, stamps = (_stamps(random, n) for n in (n_quotes, n_trades))
    side = random.choice(np.array([-1, 1], np.int8), n_trades)
    price = ticks[np.maximum(np.searchsorted(time, stamps) - 1, 0)] + (side > 0)
    quotes = {"bid": ticks / 10, "bid_size": random.integers(1, 10_000, n_quotes) / 1000,
              "ask": (ticks + 1) / 10, "ask_size": random.integers(1, 10_000, n_quotes) / 1000}
    trades = {"price": price / 10, "size": random.integers(1, 5_000, n_trades) / 1000, "side": side}
    return [pd.DataFrame({"time": clock.utc(t), **data}) for t, data in ((time, quotes), (stamps, trades))]


def _stamps(random, n):
    """Distinct instants of the day; some minutes are ten times as busy as others."""
    pace = np.repeat(random.pareto(2.5, 1440) + 0.3, -(-n // 1440))[:n]
    passed = np.cumsum(random.exponential(1 / pace))
    return DAY + (passed / passed[-1] * (86_399 * SECOND)).astype(np.int64) + np.arange(n)


def ends(time):
    """Ends of the whole seconds between the first and the last of sorted times."""
    return np.arange(-(-int(time[0]) // SECOND) + 1, int(time[-1]) // SECOND + 1) * SECOND


def by_kit(quotes, trades):
    """Columns to the touch and the sums of `kit.columns.Seconds`, the check of their order included."""
    assert checks.in_order(quotes.time) and checks.in_order(trades.time)
    grid = ends(quotes.time)
    row = per_second.last(grid, quotes.time)
    stands = grid - quotes.time[row] <= 3600 * SECOND
    return per_second.touch(row, stands, quotes) | per_second.sums(grid, SECOND, trades)


def by_polars(quotes, trades, grouped):
    """The last quotes and the sums of groups made by `grouped`, on the regular grid."""
    return _on_grid(quotes, grouped(quotes).agg(pl.col(TOUCH).last()), grouped(trades).agg(_sums()))


def by_second(ticks):
    """Groups by the end of the second."""
    return ticks.group_by(time=(pl.col("time") + (SECOND - 1)) // SECOND * SECOND)


def dynamically(ticks):
    """Groups of sorted ticks."""
    return ticks.group_by_dynamic("time", every=f"{SECOND}i", closed="right", label="right")


def by_tuned_polars(quotes, trades):
    """What suits each table best, found by trying: an as-of join, and the streaming engine."""
    sums = by_second(trades.lazy()).agg(_sums()).collect(engine="streaming")
    grid = pl.DataFrame({"time": ends(quotes["time"].to_numpy())}).set_sorted("time")
    return _on_grid(quotes, grid.join_asof(quotes.set_sorted("time"), on="time"), sums)


def _sums():
    size, buy, sell = pl.col("size"), *(pl.col("size") * (pl.col("side") == sign) for sign in (1, -1))
    price, away = pl.col("price"), pl.col("price") - ABOUT
    sums = [pl.len().cast(float), size.sum(), buy.sum(), sell.sum(), (price * size).sum(), (price * buy).sum(),
            (price * sell).sum(), (size * size).sum(), (away**2 * size).sum() - (away * size).sum() ** 2 / size.sum()]
    return [column.alias(name) for name, column in zip(SUMS, sums, strict=True)]


def _on_grid(quotes, *tables):
    grid = pl.DataFrame({"time": ends(quotes["time"].to_numpy())})
    for table in tables:
        grid = grid.join(table, on="time", how="left", maintain_order="left")
    return grid.with_columns(pl.col(TOUCH).forward_fill(), pl.col(SUMS).fill_null(0.0))


SQL = f"""
with last as (select (time + 999999999) // 1000000000 * 1000000000 as time, arg_max(bid, quotes.time) as bid,
    arg_max(bid_size, quotes.time) as bid_size, arg_max(ask, quotes.time) as ask,
    arg_max(ask_size, quotes.time) as ask_size from quotes group by 1),
sums as (select (time + 999999999) // 1000000000 * 1000000000 as time, count(*) as n_trades, sum(size) as volume,
    sum(size * (side > 0)::int) as buy_volume, sum(size * (side < 0)::int) as sell_volume,
    sum(price * size) as notional, sum(price * size * (side > 0)::int) as buy_notional,
    sum(price * size * (side < 0)::int) as sell_notional, sum(size * size) as squared_size,
    sum((price - {ABOUT}) ** 2 * size) - sum((price - {ABOUT}) * size) ** 2 / sum(size) as dispersion
    from trades group by 1)
select {", ".join(f"last_value({name} ignore nulls) over (order by time) as {name}" for name in TOUCH)},
    {", ".join(f"coalesce({name}, 0)::double as {name}" for name in SUMS)}
from grid left join last using (time) left join sums using (time) order by time
"""


def by_duckdb(quotes, trades):
    """One statement over the same Arrow memory."""
    with duckdb.connect() as database:
        tables = {"quotes": quotes, "trades": trades, "grid": pl.DataFrame({"time": ends(quotes["time"].to_numpy())})}
        for name, table in tables.items():
            database.register(name, table.to_arrow())
        return database.sql(SQL).fetchnumpy()


def by_pandas(quotes, trades):
    """Vectorised columns, then grouped by the second's end."""
    grid = ends(quotes.time)
    last = pd.DataFrame(quotes._asdict()).groupby(-(-quotes.time // SECOND) * SECOND)[TOUCH].last()
    size, price, away = trades.size, trades.price, trades.price - ABOUT
    buy, sell = size * (trades.side > 0), size * (trades.side < 0)
    rows = [np.ones(len(size)), size, buy, sell, price * size, price * buy, price * sell, size * size, away**2 * size]
    sums = pd.DataFrame(dict(zip(SUMS, rows, strict=True)) | {"away": away * size})
    sums = sums.groupby(-(-trades.time // SECOND) * SECOND).sum().reindex(grid, fill_value=0.0)
    sums["dispersion"] -= (sums.pop("away") ** 2 / sums["volume"]).fillna(0.0)
    return last.reindex(grid).ffill().join(sums)


def by_apply(quotes, trades):
    """What one writes first: a Python function of each second's trades."""
    def of_a_second(t):
        p, q, buys, sells = t["price"], t["size"], t["side"] > 0, t["side"] < 0
        paid = p * q
        return pd.Series([len(t), q.sum(), q[buys].sum(), q[sells].sum(), paid.sum(), paid[buys].sum(),
                          paid[sells].sum(), (q**2).sum(), (q * (p - paid.sum() / q.sum()) ** 2).sum()], SUMS)
    grid = ends(quotes["time"].to_numpy())
    last = quotes.groupby(-(-quotes["time"] // SECOND) * SECOND).apply(lambda q: q[TOUCH].iloc[-1])
    sums = trades.groupby(-(-trades["time"] // SECOND) * SECOND).apply(of_a_second)
    return last.reindex(grid).ffill().join(sums.reindex(grid, fill_value=0.0))


def by_numpy(quotes, trades):
    """Searched seconds and `reduceat`, which must be kept from seconds without trades."""
    grid = ends(quotes.time)
    row = np.searchsorted(quotes.time, grid, side="right") - 1
    edge = np.searchsorted(trades.time, np.append(grid[0] - SECOND, grid), side="right")
    some = edge[1:] > edge[:-1]
    size, price, away = trades.size, trades.price, trades.price - ABOUT
    buy, sell = size * (trades.side > 0), size * (trades.side < 0)
    rows = [size, buy, sell, price * size, price * buy, price * sell, size * size, away * away * size, away * size]
    out = np.zeros((len(rows), len(grid)))
    for k, values in enumerate(rows):
        out[k, some] = np.add.reduceat(values[:edge[-1]], edge[:-1][some])
    out[7, some] -= out[8, some] ** 2 / out[0, some]
    touch = {name: getattr(quotes, name)[row] for name in TOUCH}
    return touch | {"n_trades": np.diff(edge).astype(float)} | dict(zip(SUMS[1:], out[:8], strict=True))


@njit(parallel=True)
def _read(numbers):
    """Their sum as integers: what it takes to read them once, on all threads."""
    total = 0
    for i in prange(numbers.shape[0]):
        total += numbers[i]
    return total


def floor(arrays):
    """Reading arrays once."""
    return [_read(array[:array.size // 8 * 8].view(np.int64)) for array in arrays]


def agree(name, theirs, expected):
    """Stop unless another's columns are ours, to 1e-9 of their size."""
    for column, values in expected.items():
        off = np.nanmax(np.abs(np.asarray(theirs[column])[:len(values)] - values)) / np.nanmax(np.abs(values))
        assert off <= 1e-9, f"{name}: {column} is off by {off:.1e} of its size"


def peak(call) -> float:
    """MB of arrays that a call holds at its worst, its answer included."""
    tracemalloc.start()
    call()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def main(n_quotes=10_000_000, n_trades=2_000_000) -> None:
    frames = day(n_quotes, n_trades)
    arrays = [columns.read(frame, kind) for frame, kind in zip(frames, ("quotes", "trades"), strict=True)]
    polars = [pl.DataFrame(array._asdict()) for array in arrays]
    head = [frame[array.time < DAY + SLICE * SECOND].assign(time=lambda f: f["time"].astype("int64"))
            for frame, array in zip(frames, arrays, strict=True)]
    peers = {
        "ours": lambda: by_kit(*arrays),
        "kit.grid: frames, every value checked": lambda: kit.grid(*frames, stale="1h"),
        "polars group_by": lambda: by_polars(*polars, by_second),
        "polars group_by_dynamic": lambda: by_polars(*polars, dynamically),
        "polars, tuned": lambda: by_tuned_polars(*polars),
        "DuckDB": lambda: by_duckdb(*polars),
        "pandas, vectorised": lambda: by_pandas(*arrays),
        "NumPy reduceat": lambda: by_numpy(*arrays),
        "floor: reading clocks and trades": lambda: floor([arrays[0].time, *arrays[1]]),
        "floor: reading everything": lambda: floor([*arrays[0], *arrays[1]]),
    }
    expected = peers["ours"]()
    for name, call in peers.items():
        if "floor" not in name:
            agree(name, call(), expected)
    start = time.perf_counter()
    agree("apply", by_apply(*head), {name: values[:SLICE - 3] for name, values in expected.items()})
    naive = (time.perf_counter() - start) * len(expected["bid"]) / SLICE
    ticks = n_quotes + n_trades
    taken = compare(peers, repeat=5, rows=ticks, title=f"ticks to the 1-second table, {ticks:,} ticks",
                    goals={"polars group_by": 12, "pandas, vectorised": 20, "floor: reading clocks and trades": 1 / 3})
    print(f"naive apply, timed on {SLICE} s and scaled: {naive:.0f} s, ours {naive / taken['ours']:,.0f} x faster")
    for name in ("ours", "kit.grid: frames, every value checked"):
        print(f"peak memory beyond the ticks, {name}: {peak(peers[name]):.0f} MB, goal < 100 MB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
