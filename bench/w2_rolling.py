"""W2: rolling windows over a million rows, as a factor asks for them, against the libraries that roll.

Ours go through `past`; our windows are sums over their own rows. Peers whose answers are off by more than 1e-6 of the
largest value stop the bench: they keep running sums, and drift by more than our own error, which is printed at the end.
"""

from __future__ import annotations

import sys
import time
from collections import deque

import bottleneck as bn
import numbagg
import numpy as np
import pandas as pd
import polars as pl

from bench.compare import compare
from kit.kernels import moments, rolling
from kit.kernels.launch import launch
from kit.past import Past

WINDOWS = (5, 10, 20, 60, 120)
SLICE = 3000  # rows that the framework's `apply` is given


def memory(n):
    """What makes fresh memories of `n` rows, one a second."""
    clock = np.arange(n) * 10**9
    return lambda: Past().at(clock)


def side_by_side(title, peers, goals, warm):
    """Compare, once the peers' answers have been found to be ours."""
    for name, call in peers.items():
        agree(f"{title}: {name}", call(), peers["ours"](), warm)
    return compare(peers, repeat=7, title=title, goals=goals)


def agree(name, theirs, expected, warm):
    """Stop unless another's answer is ours."""
    theirs, expected = np.asarray(theirs)[warm:], np.asarray(expected)[warm:]
    assert np.nanmax(np.abs(theirs - expected)) <= 1e-6 * np.nanmax(np.abs(expected)), f"{name} disagrees"


def deviations(x):
    """Standard deviations over five windows, one answer in memory at a time."""
    past, series, frame, out = memory(len(x)), pd.Series(x), pl.Series(x), np.empty(len(x))
    shapes = {w: rolling.by_rows(w, len(x), np) for w in WINDOWS}

    def into_output(w):
        own = {"reals": (8, shapes[w].memory + 1), "whole": (1, shapes[w].memory + 1)}
        launch(moments.variances, len(shapes[w].before), *shapes[w][:5], True, x, out, **own)
        return out

    rolls = {
        "ours": lambda w: past().std(x, w),
        "ours, into preallocated outputs": into_output,
        "pandas": lambda w: series.rolling(w).std(),
        "bottleneck": lambda w: bn.move_std(x, w, ddof=1),
        "numbagg": lambda w: numbagg.move_std(x, window=w),
        "polars": lambda w: frame.rolling_std(w),
    }
    for w in WINDOWS:
        for name, roll in rolls.items():
            agree(f"std({w}): {name}", roll(w), rolls["ours"](w), w)
    compare({name: lambda roll=roll: deque(map(roll, WINDOWS), maxlen=0) for name, roll in rolls.items()},
            title=f"standard deviation, windows of {', '.join(map(str, WINDOWS))} rows",
            goals={"pandas": 12, "bottleneck": 2})


def means(x, w=60):
    """Means, and sums."""
    past, series, frame = memory(len(x)), pd.Series(x), pl.Series(x)
    side_by_side(f"mean({w})", {
        "ours": lambda: past().mean(x, w),
        "pandas": lambda: series.rolling(w).mean(),
        "bottleneck": lambda: bn.move_mean(x, w),
        "numbagg": lambda: numbagg.move_mean(x, window=w),
        "polars": lambda: frame.rolling_mean(w),
    }, {"pandas": 8}, w)
    side_by_side(f"sum({w})", {
        "ours": lambda: past().sum(x, w),
        "pandas": lambda: series.rolling(w).sum(),
        "bottleneck": lambda: bn.move_sum(x, w),
        "numbagg": lambda: numbagg.move_sum(x, window=w),
        "polars": lambda: frame.rolling_sum(w),
    }, {"pandas": 8}, w)


def correlations(x, y, w=60):
    """Correlation of two series."""
    past, series, other = memory(len(x)), pd.Series(x), pd.Series(y)
    frame = pl.DataFrame({"x": x, "y": y})
    side_by_side(f"corr({w})", {
        "ours": lambda: past().corr(x, y, w),
        "pandas": lambda: series.rolling(w).corr(other),
        "numbagg": lambda: numbagg.move_corr(x, y, window=w),
        "polars": lambda: frame.select(pl.rolling_corr("x", "y", window_size=w)).to_series(),
    }, {"pandas": 8, "numbagg": 2.5}, w)


def autocorrelations(x, w=60):
    """Correlation with the row before, and the framework's way to write it."""
    past, series, lagged = memory(len(x)), pd.Series(x), np.append(np.nan, x[:-1])
    frame = pl.DataFrame({"x": x}).with_columns(before=pl.col("x").shift(1))
    taken = side_by_side(f"autocorr({w})", {
        "ours": lambda: past().autocorr(x, w),
        "pandas": lambda: series.rolling(w - 1).corr(series.shift(1)),
        "numbagg": lambda: numbagg.move_corr(x, lagged, window=w - 1),
        "polars": lambda: frame.select(pl.rolling_corr("x", "before", window_size=w - 1)).to_series(),
    }, {"pandas": 8, "numbagg": 2.5}, w)
    start = time.perf_counter()
    series[:SLICE].rolling(w).apply(lambda s: s.autocorr())
    naive = (time.perf_counter() - start) * len(x) / SLICE
    print(f"the framework's rolling({w}).apply(lambda s: s.autocorr()), {SLICE} rows timed and scaled: {naive:.0f} s")
    print(f"ours {naive / taken['ours']:,.0f} x faster, goal >= 10,000 x")


def orders(x):
    """Quantile, rank, and the agreement of signs."""
    past, series, frame = memory(len(x)), pd.Series(x), pl.Series(x)
    side_by_side("quantile(1440, 0.9)", {
        "ours": lambda: past().quantile(x, 0.9, 1440),
        "pandas": lambda: series.rolling(1440).quantile(0.9),
        "polars": lambda: frame.rolling_quantile(0.9, window_size=1440, interpolation="linear"),
    }, {"pandas": 6, "polars": 1.6}, 1440)
    side_by_side("rank(100)", {
        "ours": lambda: past().rank(x, 100),
        "pandas": lambda: series.rolling(100).rank(pct=True),
        "bottleneck": lambda: ((bn.move_rank(x, 100) + 1) / 2 * 99 + 1) / 100,
    }, {"pandas": 12}, 100)
    side_by_side("persistence(100): rows of the sign before", {
        "ours": lambda: past().agreement(x, 100),
        "pandas": lambda: (np.sign(series) == np.sign(series.shift(1))).rolling(100).mean(),
        "NumPy": lambda: _agreement(x, 100),
    }, {"pandas": 3}, 101)


def _agreement(x, w):
    same = np.append(False, np.sign(x[1:]) == np.sign(x[:-1]))
    total = np.cumsum(same)
    return np.append(np.full(w, np.nan), (total[w:] - total[:-w]) / w)


def accuracy(n=20_000, w=60):
    """Relative errors against long double, with an outlier in the series; and flat windows."""
    x = np.random.default_rng(3).normal(0, 1e-4, n)
    x[n // 3] = 0.18
    exact = np.lib.stride_tricks.sliding_window_view(x.astype(np.longdouble), w).std(axis=1, ddof=1)
    flat = np.append(np.random.default_rng(4).normal(60_000, 1, n), np.full(n, 61_800.3))
    rolled = {"ours": lambda x: memory(len(x))().std(x, w),
              "pandas": lambda x: pd.Series(x).rolling(w).std().to_numpy(),
              "bottleneck": lambda x: bn.move_std(x, w, ddof=1), "numbagg": lambda x: numbagg.move_std(x, window=w),
              "polars": lambda x: pl.Series(x).rolling_std(w).to_numpy()}
    print(f"std({w}): largest relative error after an outlier; windows of a flat stretch that are not exactly zero")
    for name, roll in rolled.items():
        off = np.nanmax(np.abs(roll(x)[w - 1:] / exact - 1))
        print(f"  {name}: {off:.1e}; {(roll(flat)[n + w - 1:] != 0).sum():,} of {n - w + 1:,}")


def main(n=1_000_000) -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=n)
    y = 0.5 * x + random.normal(size=n)
    deviations(x)
    means(x)
    correlations(x, y)
    autocorrelations(x)
    orders(x)
    accuracy()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
