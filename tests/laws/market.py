"""A small market with everything that makes factors stumble.

Ties, a long silence, empty queues on one side and on both, locked and crossed quotes, prints of unknown side, books
that end early, seconds without trades and without quotes, venues that fall silent, expiries that are not listed,
blocks that are empty, full, locally built or by nobody known.
"""

import functools

import numpy as np

from kit import clock
from kit.columns import TENORS, Bars, Blocks, Curve, Depth, Matched, Quotes, Seconds, Trades, Venues

BEGAN = 1_700_000_000 * 10**9
ABOUT = 2 * 60_000.0
"""Twice the price about which the mirror reflects; the market stays within 0.2 % of it."""


def fitting(f, n=240):
    """Tables long enough for the windows that a factor has by default, all of which together take a minute of `tables`.

    Its windows of rows add as many rows as they need.
    """
    durations = [clock.duration(value) for value in f.parameters.values() if clock.is_duration(value)]
    rows = sum(value for value in f.parameters.values() if type(value) is int)
    return tables(n + 2 * rows if rows > 10 else n, pace=max(1, sum(durations) // (60 * clock.SECOND)))


@functools.cache
def tables(n=240, seed=7, pace=1):
    """One table of each kind, all of n rows, on clocks that begin together.

    `pace` is how many times longer everything takes.
    """
    rng = np.random.default_rng(seed)
    made = {"quotes": _quotes(n, rng), "trades": _trades(n, rng), "depth": _depth(n, rng), "bars": _bars(n, rng),
            "seconds": _seconds(n, rng), "matched": _matched(n, rng), "venues": _venues(n, rng),
            "curve": _curve(n, rng), "blocks": _blocks(n, rng)}
    return {kind: table._replace(time=BEGAN + (table.time - BEGAN) * pace) for kind, table in made.items()}


def _walk(n, rng):
    """Prices on a tick of 0.5 that rest for stretches: flat windows happen."""
    steps = rng.choice([-0.5, 0.0, 0.5], n, p=[0.2, 0.6, 0.2])
    steps[n // 4:n // 4 + 70] = 0.0
    return 60_000.0 + np.cumsum(steps)


def _clock(n, rng):
    """Irregular nanoseconds with ties and a long silence."""
    steps = rng.exponential(0.4e9, n).astype(np.int64)
    steps[rng.random(n) < 0.2] = 0
    steps[n // 2] = 100 * 10**9
    steps[0] = 0
    return BEGAN + np.cumsum(steps)


def _sizes(n, rng):
    sizes = np.round(rng.pareto(1.5, n) + 0.001, 3)
    sizes[n // 3:n // 3 + 5] = 0.25
    return sizes


def _quotes(n, rng):
    bid, sizes = _walk(n, rng), [_sizes(n, rng), _sizes(n, rng)]
    ask = bid + rng.choice([0.5, 1.0, 0.0, -0.5], n, p=[0.8, 0.1, 0.05, 0.05])
    ask[n // 2 - 1] = bid[n // 2 - 1] + 0.5  # what stands through the silence is not crossed
    for side, rows in ((0, slice(20, 24)), (1, slice(22, 26)), (0, slice(40, 42)), (1, slice(40, 42))):
        sizes[side][rows] = 0.0
    return Quotes(_clock(n, rng), bid, sizes[0], ask, sizes[1])


def _trades(n, rng):
    side = rng.choice([-1, 0, 1], n, p=[0.4, 0.2, 0.4]).astype(np.int8)
    return Trades(_clock(n, rng), _walk(n, rng), _sizes(n, rng), side)


def _depth(n, rng):
    best, step = _walk(n, rng)[:, None], np.array([0.0, 0.5, 30.0, 150.0, 400.0, 900.0, 1400.0])
    sizes = [np.stack([_sizes(n, rng) for _ in step], axis=1) for _ in range(2)]
    bids, asks = best - step, best + 0.5 + step
    sizes[0][n // 5, 2] = bids[n // 5, 2] = np.nan
    sizes[1][n // 3:n // 3 + 3] = asks[n // 3:n // 3 + 3] = np.nan
    return Depth(_clock(n, rng), bids, sizes[0], asks, sizes[1])


def _bars(n, rng):
    close = _walk(n, rng)
    open_ = np.concatenate([close[:1], close[:-1] + rng.choice([-0.5, 0.0, 0.5], n - 1, p=[0.1, 0.8, 0.1])])
    volume = _sizes(n, rng) * (rng.random(n) > 0.1)
    price = (open_ + close) / 2
    return Bars(BEGAN + np.arange(1, n + 1) * 10**9, open_, np.maximum(open_, close) + rng.choice([0.0, 0.5, 1.0], n),
                np.minimum(open_, close) - rng.choice([0.0, 0.5, 1.0], n), close, volume, volume * price,
                np.floor(volume * 3), volume * rng.random(n))


def _seconds(n, rng):
    q = _quotes(n, rng)
    q = q._replace(time=BEGAN + np.arange(1, n + 1) * 10**9, ask=np.maximum(q.ask, q.bid + 0.5))
    for column in q[1:]:
        column[n // 2:n // 2 + 4] = np.nan  # a stale quote
    buys, sells = (_sizes(n, rng) * (rng.random(n) > 0.4) for _ in range(2))
    volume, count = buys + sells, np.where(buys + sells > 0, rng.integers(1, 9, n), 0).astype(float)
    paid, earned = buys * np.nan_to_num(q.ask, nan=60_000.5), sells * np.nan_to_num(q.bid, nan=60_000.0)
    price = np.where(volume > 0, (paid + earned) / np.where(volume > 0, volume, 1), 0.0)
    spread = buys * (np.nan_to_num(q.ask, nan=60_000.5) - price) ** 2
    spread += sells * (np.nan_to_num(q.bid, nan=60_000.0) - price) ** 2
    flow = np.where(np.isnan(q.bid), np.nan, np.round(rng.normal(0, 2, n), 3))
    messages = rng.poisson(np.where(rng.random(n) < 0.05, 100, 5))  # now and then a burst
    return Seconds(*q, count, volume, buys, sells, paid + earned, paid, earned, buys**2 + sells**2,
                   np.where(volume > 0, spread, 0.0), np.where(np.isnan(q.bid), np.nan, messages), flow,
                   q.ask - q.bid)


def _matched(n, rng):
    t, q = _trades(n, rng), _quotes(n, rng)
    touch = [column.copy() for column in q[1:]]
    for column in touch:
        column[:3] = np.nan  # prints before the first quote
    away = rng.choice([0.0, 0.5, -0.5], n, p=[0.6, 0.2, 0.2])
    price = np.where(t.side > 0, q.ask, np.where(t.side < 0, q.bid, (q.bid + q.ask) / 2)) + away
    return Matched(t.time, price, t.size, t.side, *touch)


def _venues(n, rng):
    """Three venues about one price, the third silent for a while and without quotes."""
    price = _walk(n, rng)[:, None] + rng.choice([-0.5, 0.0, 0.5], (n, 3))
    half = np.array([0.5, 1.0, np.nan])
    age = np.where(rng.random((n, 3)) < 0.7, 0.0, np.round(rng.exponential(2.0, (n, 3)), 3))
    volume = np.stack([_sizes(n, rng) * (rng.random(n) > 0.2) for _ in range(3)], axis=1)
    volume[50:53] = 0.0
    price[n // 2:n // 2 + 5, 2] = np.nan
    return Venues(BEGAN + np.arange(1, n + 1) * 10**9, price, price - half, price + half, volume, age)


def _curve(n, rng):
    """A term structure that slopes and bends; the longest tenor is not always listed."""
    years = np.array(TENORS) / 365
    level = 0.6 + 0.1 * np.sin(np.arange(n) / 9)[:, None]
    atm = level + rng.normal(0, 0.05, (n, 1)) * np.sqrt(years) + rng.normal(0, 0.002, (n, len(TENORS)))
    atm[rng.random(n) < 0.1, -1] = np.nan
    atm[30:33] = np.nan
    skew = rng.normal(0.02, 0.02, (n, len(TENORS)))
    realised = 0.55 + 0.05 * np.cos(np.arange(n) / 7)
    return Curve(BEGAN + np.arange(1, n + 1) * 10**9, _walk(n, rng), atm, atm * 1.03, skew, realised,
                 0.5 + realised / 10)


def _blocks(n, rng):
    """Blocks of a second each with slots that were missed, one builder who leads and many who built little."""
    time = BEGAN + np.cumsum(rng.choice([1, 2, 3], n, p=[0.95, 0.04, 0.01])) * 10**9
    limit, n_txs = np.full(n, 30e6), rng.poisson(150, n).astype(float)
    used = np.clip(rng.normal(15e6, 7e6, n), 0, limit)
    n_txs[n // 6], used[n // 6] = 0.0, 0.0
    base, tip = 20e9 * np.exp(np.cumsum(rng.normal(0, 0.05, n))), np.round(rng.exponential(2e9, n))
    tip[n // 6] = 0.0
    gini, top, order = rng.beta(5, 2, n), rng.beta(4, 4, n), np.clip(rng.normal(-0.5, 0.2, n), -1, 1)
    swaps, payments = rng.poisson(12, n).astype(float), rng.exponential(5e16, n) * (rng.random(n) > 0.3)
    rates = {"sandwiches": 0.4, "displaced": 0.3, "arbitrages": 0.8, "liquidations": 0.2, "jits": 0.2}
    count = {name: rng.poisson(rate, n).astype(float) for name, rate in rates.items()}
    victims = count["sandwiches"] + rng.poisson(0.2, n) * (count["sandwiches"] > 0)
    extracted, lost = rng.normal(1e16, 2e16, n) * sum(count.values()), rng.exponential(3e16, n) * victims
    builder = np.minimum(rng.geometric(0.35, n) - 1, rng.integers(0, 12, n)).astype(np.int64)
    builder[rng.random(n) < 0.05] = -1
    builder[n // 2:n // 2 + 30] = 0
    value = np.round(rng.lognormal(38.5, 1.0, n))
    return Blocks(time, base, used, limit, n_txs, tip, gini, top, order, payments, swaps, count["sandwiches"], victims,
                  count["displaced"], count["arbitrages"], count["liquidations"], count["jits"], extracted, lost,
                  builder, value, np.round(rng.normal(0.5, 0.6, n), 3))
