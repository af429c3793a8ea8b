"""Small markets made by hand or by chance, and the taker's rules told again in exact fractions."""

from fractions import Fraction

import numpy as np
import pandas as pd

from kit.clock import utc
from kit.execution import (
    Adaptive,
    Gated,
    Power,
    Power3,
    RiskAverse,
    Signal,
    Symmetric,
    TradeThrough,
    maker,
    market,
    taker,
)

START, SECOND = 1_700_000_000 * 10**9, 10**9


def at(*seconds):
    """Nanoseconds since the epoch of seconds after the start."""
    return START + np.array([round(s * SECOND) for s in seconds], dtype=np.int64)


def quotes(rows):
    """A frame of quotes from (second, bid, bid_size, ask, ask_size)."""
    frame = pd.DataFrame(rows, columns=["time", "bid", "bid_size", "ask", "ask_size"], dtype=float)
    frame["time"] = utc(at(*frame["time"]))
    return frame


def trades(rows):
    """A frame of prints from (second, price, size, side)."""
    frame = pd.DataFrame(rows, columns=["time", "price", "size", "side"], dtype=float)
    frame["time"], frame["side"] = utc(at(*frame["time"])), frame["side"].astype(np.int8)
    return frame


def flat(seconds=10, bid=99.9, ask=100.1, size=1e6):
    """A market that never moves."""
    return market(quotes([(s, bid, size, ask, size) for s in range(seconds)]))


def orders(*values, threshold=0.5, every=1.0):
    """A signal, one value every so many seconds."""
    return Signal(at(*(every * np.arange(len(values)))), np.array(values, dtype=float), threshold)


def chance(seed, n=400):
    """Quotes that wander in ticks of 0.1 at ragged times, and a signal with gaps on its own clock."""
    random = np.random.default_rng(seed)
    bid = 1000 + random.integers(-2, 3, n).cumsum()
    spread, sizes = random.integers(1, 4, n), random.integers(0, 8, (2, n))
    time = START + np.sort(random.integers(0, n * SECOND // 2, n))
    frame = pd.DataFrame({"time": utc(time), "bid": bid / 10, "bid_size": sizes[0] / 2, "ask": (bid + spread) / 10,
                          "ask_size": sizes[1] / 2})
    value = np.where(random.random(n) < 0.1, np.nan, np.repeat(random.normal(size=n // 4), 4))
    return market(frame), Signal(START + np.sort(random.integers(0, n * SECOND // 2, n)), value, 0.6)


def exact(number):
    """The fraction that a decimal stands for."""
    return Fraction(repr(float(number)))


def exact_taker(market, signal, delay, notional, fee, displayed, hold):
    """Fills (time, side, price, size) and the net profit of a taker, in exact fractions and the plainest of loops."""
    q, fills, position, cash = market.quotes, [], Fraction(0), Fraction(0)
    goal, size, entered, spent = 0, None, None, None
    for moment, value in zip(signal.time + delay, signal.value, strict=True):
        known = np.flatnonzero(q.time <= moment)
        if moment > q.time[-1]:
            break
        if not len(known):
            continue
        row = known[-1]
        target = 0 if not abs(value) > signal.threshold else 1 if value > 0 else -1
        if target != spent:
            spent = None
        if spent is not None or (hold and target and target == goal and moment - entered >= hold):
            spent, target = target, 0
        if target != goal:
            goal, size, entered = target, None, moment
        side = goal or (-1 if position > 0 else 1)
        price = exact(q.ask[row] if side > 0 else q.bid[row])
        shown = exact(q.ask_size[row] if side > 0 else q.bid_size[row]) if displayed else None
        for wish in ("close", "open"):
            if wish == "close":
                part = abs(position) if position * side < 0 else Fraction(0)
            elif goal == 0 or position * side < 0:
                part = Fraction(0)
            else:
                size = max(notional / price, abs(position)) if size is None else size
                part = size - abs(position)
            part = part if shown is None else min(part, shown)
            if part > 0:
                fills.append((moment, side, price, part))
                position, cash = position + side * part, cash - side * part * price - fee * part * price
                shown = None if shown is None else shown - part
    mark = exact(q.bid[-1] if position > 0 else q.ask[-1])
    return fills, cash + position * mark


def replayed():
    """One answer of each replay, of few rows: what every target must give."""
    m, signal = chance(8, 120)
    random = np.random.default_rng(8)
    rows = random.integers(0, 120, 60)
    rows.sort()
    prints = trades([(0, 1, 1, 1)] * 60).assign(
        time=utc(m.quotes.time[rows]), price=m.quotes.bid[rows], size=random.integers(1, 9, 60) / 2,
        side=np.int8(-1))
    m = market(pd.DataFrame(m.quotes._asdict()).assign(time=utc(m.quotes.time)), prints)
    found = {"taker": taker(m, signal), "taker, hold": taker(m, signal, hold="3s")}
    for queue in (RiskAverse(), Power(2), Power3(3), TradeThrough()):
        for policy in (Gated(), Symmetric(2.0), Adaptive(toxic=0.0, lean=1e-4)):
            found[f"{queue} {policy}"] = maker(m, signal, policy=policy, queue=queue, notional=300.0)
    return {f"replay: {name}": np.append(one.fills[["side", "price", "size"]].to_numpy(), one.sums)
            for name, one in found.items()}
