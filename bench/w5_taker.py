"""W5: a taker replayed quote by quote, against those who do the same work, and a grid of 64 thresholds against one.

The signal, the imbalance smoothed over about the three seconds of the paper's horizon, is renewed with each quote.
Peers whose profit is off by more than 1e-9 of the turnover stop the bench.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd

from bench.compare import compare
from bench.w1_seconds import day, floor
from kit.execution import Constant, Fees, Signal, market, sweep

NOTIONAL, FEE, SLICE = 10_000.0, 5e-4, 20_000
SPAN = 350  # quotes in three seconds of ten million a day
OPTIONS = {"latency": [Constant("0ms")], "fees": [Fees(taker=FEE * 1e4)], "displayed": False, "notional": NOTIONAL}


def by_numpy(q, value, level):
    """Vectorised: rows on which the target changes, and what they cost."""
    target = np.sign(value) * (np.abs(value) > level)
    row = np.flatnonzero(np.diff(target, prepend=0.0))
    goal, before = target[row], np.append(0.0, target[row][:-1])
    size = NOTIONAL / np.where(goal > 0, q.ask[row], q.bid[row]) * np.abs(goal)
    held = np.append(0.0, (goal * size)[:-1])
    close = np.where(before > 0, q.bid[row], q.ask[row]) * held
    opened = np.where(goal > 0, q.ask[row], q.bid[row]) * goal * size
    last = goal[-1] * size[-1] * (q.bid[-1] if goal[-1] > 0 else q.ask[-1])
    turnover = np.abs(close).sum() + np.abs(opened).sum()
    return close.sum() - opened.sum() + last - FEE * turnover, turnover


def by_lists(q, value, level):
    """A Python loop over lists: (net, turnover)."""
    cash = held = turnover = 0.0
    goal = 0
    for bid, ask, v in zip(q.bid.tolist(), q.ask.tolist(), value.tolist(), strict=True):
        target = (v > level) - (v < -level)
        if target == goal:
            continue
        if held:
            part = held * (bid if held > 0 else ask)
            cash, turnover, held = cash + part, turnover + abs(part), 0.0
        if target:
            held = target * NOTIONAL / (ask if target > 0 else bid)
            cash, turnover = cash - target * NOTIONAL, turnover + NOTIONAL
        goal = target
    return cash + held * (bid if held > 0 else ask) - FEE * turnover, turnover


def by_rows(frame, value, level):
    """The same loop over `iterrows`."""
    cash = held = turnover = 0.0
    goal = 0
    for (_, row), v in zip(frame.iterrows(), value, strict=True):
        target = int(v > level) - int(v < -level)
        if target == goal:
            continue
        if held:
            part = held * (row["bid"] if held > 0 else row["ask"])
            cash, turnover, held = cash + part, turnover + abs(part), 0.0
        if target:
            held = target * NOTIONAL / (row["ask"] if target > 0 else row["bid"])
            cash, turnover = cash - target * NOTIONAL, turnover + NOTIONAL
        goal = target
    return cash + held * (row["bid"] if held > 0 else row["ask"]) - FEE * turnover, turnover


def main(n=10_000_000) -> None:
    frame, _ = day(n, n // 100)
    m = market(frame, tick=0.1, lot=0.001)
    q = m.quotes
    imbalance = pd.Series((q.bid_size - q.ask_size) / (q.bid_size + q.ask_size))
    value = imbalance.ewm(span=SPAN).mean().to_numpy() * 1e-4
    signal, sizes = Signal(q.time, value), np.abs(value)
    level, levels = float(np.quantile(sizes, 0.99)), np.quantile(sizes, np.linspace(0.9, 0.9999, 64)).tolist()
    ours = lambda: sweep(m, signal, thresholds=[level], **OPTIONS)  # noqa: E731
    found = ours().iloc[0]
    part = {"frame": frame[:SLICE], "m": market(frame[:SLICE], tick=0.1, lot=0.001), "value": value[:SLICE]}
    short = sweep(part["m"], Signal(part["m"].quotes.time, part["value"]), thresholds=[level], **OPTIONS).iloc[0]
    agree("NumPy", by_numpy(q, value, level), found)
    agree("lists", by_lists(q, value, level), found)
    agree("iterrows", by_rows(part["frame"], part["value"], level), short)
    rows, read = f"iterrows, {SLICE:,} rows", "floor: reading 24 bytes a quote"
    taken = compare({
        "ours": ours, "ours, 64 thresholds": lambda: sweep(m, signal, thresholds=levels, **OPTIONS),
        "NumPy, vectorised": lambda: by_numpy(q, value, level), "Python lists": lambda: by_lists(q, value, level),
        rows: lambda: by_rows(part["frame"], part["value"], level),
        read: lambda: floor((q.bid, q.ask, value)),
    }, repeat=3, title=f"taker, {n:,} quotes, {found['fills']:,} fills", goals={read: 1 / 3})
    grid = taken["ours, 64 thresholds"] / taken["ours"]
    print(f"{taken['ours'] / n * 1e9:.2f} ns a quote, goal <= 2; 64 thresholds {grid:.1f} x one, goal < 20; "
          f"iterrows {taken[rows] / SLICE * n / taken['ours']:,.0f} x ours")


def agree(name, theirs, ours):
    """Stop unless another's profit is ours."""
    assert abs(theirs[0] - ours["net"]) <= 1e-9 * theirs[1], f"{name} disagrees"
    assert abs(theirs[1] - ours["turnover"]) <= 1e-9 * theirs[1], f"{name} disagrees"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
