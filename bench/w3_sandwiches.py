"""W3: a million swaps, and those blocks and pools among them in which a sandwich could be, against the ways to say so.

All peers answer the same question to the row: two swaps of one way, and behind them in the block one of the other way,
at one pool. The framework's own loop asks less of its rows (three in a row, whatever the pool), but as it asks it, a
frame's `iloc` a value; it is given a slice, and its time scaled to the whole.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import pandas as pd
import polars as pl

from bench.compare import compare
from kit.kernels.sieve import sieve

POOLS, PER_BLOCK = 10_000, 40
SLICE = 5000  # rows that the loop over `iloc` is given


def swaps(n, seed=0):
    """Blocks of about 40 swaps, pools of which few are busy, either way alike."""
    rng = np.random.default_rng(seed)
    pool = np.minimum(rng.zipf(1.3, n) - 1, POOLS - 1).astype(np.int64)
    return np.sort(rng.integers(0, n // PER_BLOCK, n)), pool, rng.choice(np.array([-1, 1], np.int8), n)


def loop(rows):
    """What a reader would write: one pass with a dictionary, then one that looks up."""
    seen, found = {}, set()
    for block, pool, way in rows:
        ways = seen.setdefault((block, pool), [0, 0])
        if ways[way > 0] >= 2:
            found.add((block, pool))
        ways[way < 0] += 1
    return np.array([(block, pool) in found for block, pool, _ in rows])


def over_iloc(frame):
    """The same, a value at a time out of a frame, as the framework's detector reads its transactions."""
    return loop([(frame.iloc[i]["block"], frame.iloc[i]["pool"], int(frame.iloc[i]["way"])) for i in range(len(frame))])


def by_groups(frame):
    """pandas, a function for each group."""
    def pattern(way):
        up, down = (way > 0).cumsum(), (way < 0).cumsum()
        return bool((((way < 0) & (up >= 2)) | ((way > 0) & (down >= 2))).any())
    return frame.groupby(["block", "pool"])["way"].transform(lambda way: pattern(way.to_numpy())).to_numpy(bool)


def by_columns(frame):
    """pandas, running counts within groups."""
    groups = [frame["block"], frame["pool"]]
    up, down = ((frame["way"] * sign > 0).groupby(groups, sort=False).cumsum() for sign in (1, -1))
    hit = ((frame["way"] < 0) & (up >= 2)) | ((frame["way"] > 0) & (down >= 2))
    return hit.groupby(groups, sort=False).transform("any").to_numpy()


def by_sorting(block, pool, way):
    """NumPy: sort by block and pool, count from each group's first row."""
    order = np.argsort(block * POOLS + pool, kind="stable")
    key, way = (block * POOLS + pool)[order], way[order]
    first = np.r_[True, key[1:] != key[:-1]]
    group = np.cumsum(first) - 1
    counts = [np.cumsum(way == sign) for sign in (1, -1)]
    up, down = (count - (count - (way == sign))[first][group] for count, sign in zip(counts, (1, -1), strict=True))
    hit = ((way < 0) & (up >= 2)) | ((way > 0) & (down >= 2))
    out = np.empty(len(order), bool)
    out[order] = np.logical_or.reduceat(hit, np.flatnonzero(first))[group]
    return out


def by_polars(frame):
    """polars, running counts over groups."""
    keys, way = ["block", "pool"], pl.col("way")
    counted = frame.with_columns(up=(way > 0).cum_sum().over(keys), down=(way < 0).cum_sum().over(keys))
    hit = ((way < 0) & (pl.col("up") >= 2)) | ((way > 0) & (pl.col("down") >= 2))
    return counted.select(hit.any().over(keys)).to_series().to_numpy()


def main(n=1_000_000):
    block, pool, way = swaps(n)
    frame = pd.DataFrame({"block": block, "pool": pool, "way": way})
    arrow, rows = pl.DataFrame(frame), list(zip(block.tolist(), pool.tolist(), way.tolist(), strict=True))
    slowly, little = {"a loop over rows": lambda: loop(rows)}, frame[:n // 20]
    peers = {"ours": lambda: sieve(block, pool, way, POOLS), "NumPy, sorted": lambda: by_sorting(block, pool, way),
             "pandas, running counts": lambda: by_columns(frame), "polars over": lambda: by_polars(arrow)}
    ours = peers["ours"]()
    for name, call in (peers | slowly).items():
        assert np.array_equal(call(), ours), f"{name} finds others"
    few = sieve(block[:len(little)], pool[:len(little)], way[:len(little)], POOLS)
    assert np.array_equal(by_groups(little), few), "pandas, a function a group, finds others"
    print(f"{ours.mean():.1%} of the rows stay in the sieve; all peers answer alike")
    seconds = compare(peers | slowly, rows=n, repeat=5, title=f"{n:,} swaps at {POOLS:,} pools",
                      goals={"a loop over rows": 120, "NumPy, sorted": 10})
    for name, call, size, goal in (("pandas, a function a group", lambda: by_groups(little), len(little), 15),
                                   ("a loop over iloc", lambda: over_iloc(frame[:SLICE]), SLICE, 5000)):
        started = time.perf_counter()
        call()
        ratio = (time.perf_counter() - started) * n / size / seconds["ours"]
        print(f"ours faster than {name} by {ratio:,.0f} x ({size:,} rows, scaled); goal {goal:,} x, "
              f"{'met' if ratio >= goal else 'NOT met'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
