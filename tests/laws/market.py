"""A small market with everything that makes factors stumble.

Ties, a long silence, empty queues on one side and on both, locked and crossed quotes, prints of unknown side, books
that end early, seconds without trades and without quotes.
"""

import numpy as np

from kit.columns import Bars, Depth, Quotes, Seconds, Trades

BEGAN = 1_700_000_000 * 10**9
ABOUT = 2 * 60_000.0
"""Twice the price about which the mirror reflects; the market stays within 0.2 % of it."""


def tables(n=240, seed=7):
    """One table of each kind, all of n rows, on clocks that begin together."""
    rng = np.random.default_rng(seed)
    return {"quotes": _quotes(n, rng), "trades": _trades(n, rng), "depth": _depth(n, rng), "bars": _bars(n, rng),
            "seconds": _seconds(n, rng)}


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
    for side, rows in ((0, slice(20, 24)), (1, slice(22, 26)), (0, slice(40, 42)), (1, slice(40, 42))):
        sizes[side][rows] = 0.0
    return Quotes(_clock(n, rng), bid, sizes[0], ask, sizes[1])


def _trades(n, rng):
    side = rng.choice([-1, 0, 1], n, p=[0.4, 0.2, 0.4]).astype(np.int8)
    return Trades(_clock(n, rng), _walk(n, rng), _sizes(n, rng), side)


def _depth(n, rng):
    best, step = _walk(n, rng)[:, None], 0.5 * np.arange(3)[None, :]
    sizes = [np.stack([_sizes(n, rng) for _ in range(3)], axis=1) for _ in range(2)]
    bids, asks = best - step, best + 0.5 + step
    sizes[0][n // 5, 2] = bids[n // 5, 2] = np.nan
    sizes[1][n // 3:n // 3 + 3] = asks[n // 3:n // 3 + 3] = np.nan
    return Depth(_clock(n, rng), bids, sizes[0], asks, sizes[1])


def _bars(n, rng):
    close = _walk(n, rng)
    open_ = np.concatenate([close[:1], close[:-1]])
    volume = _sizes(n, rng) * (rng.random(n) > 0.1)
    price = (open_ + close) / 2
    return Bars(BEGAN + np.arange(1, n + 1) * 60 * 10**9, open_, np.maximum(open_, close) + 0.5,
                np.minimum(open_, close) - 0.5, close, volume, volume * price, np.floor(volume * 3),
                volume * rng.random(n))


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
    return Seconds(*q, count, volume, buys, sells, paid + earned, paid, earned, buys**2 + sells**2,
                   np.where(volume > 0, spread, 0.0))
