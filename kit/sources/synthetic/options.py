"""An option chain with known answers: what it implies at every maturity, its skew, and what it asks above what comes.

- The variance of a day's return, known at its begin, reverts: ``E v' = LEVEL + MEMORY (v - LEVEL)``.
- The model-free variance of every maturity is the mean of the variances expected until then, plus `PREMIUM`.
- The volatility of an option is a function of its d2: ``vol^2 = v (1 + TILT x + BEND (x^2 - 1))`` with x = -d2. The
  model-free variance of such a smile is v, its mean over a normal x (Fukasawa 2012), whatever its shape.
- Quotes lie on a grid of 0.0001 coin about the mark; what is worth less than that has no bid.
- As in recordings, the forward wanders by a basis point within a snapshot, and an expiry of the same morning is still
  listed an hour after its end.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numba import njit
from scipy.special import ndtr, ndtri

from kit import clock
from kit.columns import TENORS
from kit.sources.synthetic.chance import gaussian, many, stream
from kit.sources.synthetic.market import MARKETS

SYMBOLS = ("SIM-BTC",)
LEVEL, MEMORY, PREMIUM = 0.36, 0.97, 0.05
"""Mean annual variance; what of a departure is left after a day; implied less expected variance."""
SURPRISE = 0.13
"""Deviation of the log by which a day's variance departs from what was expected of it."""
TILT, BEND, CARRY = -0.06, 0.04, 0.04
"""Of the smile; annual growth of forwards."""
TICK, SPREAD = 1e-4, 0.02
"""Of a premium in coin; half the spread as a share of it."""
DAY, HOUR, EXPIRES = clock.UNITS["d"], 9, 8
"""UTC hours of the snapshot and of expiries."""
BEGIN, END = clock.instant("2025-01-01T00:00Z"), clock.instant("2025-07-20T00:00Z")
BEFORE = 730
"""Days of the underlying before the first snapshot."""
GRID = np.linspace(-7, 7, 1401)
"""Of -d2, on which a smile is written down; between its points it is linear."""


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """Daily snapshots of a chain, and the answers.

    Parameters
    ----------
    symbol : str
        One of `SYMBOLS`.
    start : int, optional
        Nanoseconds since the epoch; not used, the world always begins at one place.
    end : int, optional
        Nanoseconds since the epoch.
    seed : int

    Yields
    ------
    dict of str to frame
        A dict a snapshot: ``chain`` as `kit.sources.deribit.chain` yields it, without open interest and volume, and
        ``truth``, one row: ``time``, ``expected`` (annual variance of the next 30 days), ``atm_7d ..., model_free_7d
        ..., skew_7d ...`` (volatilities, as in `kit.columns.Curve`). Before all others, ``prices``: ``time`` and
        ``price`` of the underlying, of the two years before the first snapshot and of every snapshot.
    """
    days = ((end or END) - BEGIN) // DAY
    log, variance = _path(stream(seed, symbol, "chain"), BEFORE + days, LEVEL, MEMORY, SURPRISE)
    price = MARKETS[symbol].price * np.exp(log - log[BEFORE])
    time = BEGIN + HOUR * clock.UNITS["h"] + DAY * np.arange(-BEFORE, days)
    yield {"prices": pd.DataFrame({"time": clock.utc(time), "price": price})}
    for day in range(BEFORE, BEFORE + days):
        chance = stream(seed, symbol, "chain", time[day])
        yield {"chain": _snapshot(time[day], price[day], variance[day], chance),
               "truth": truth(time[day], variance[day])}


def expected(variance, days):
    """Mean annual variance of the next `days`, of which the first has `variance`."""
    return LEVEL + (variance - LEVEL) * (1 - MEMORY**days) / (days * (1 - MEMORY))


def truth(time, variance) -> pd.DataFrame:
    """The answers of one snapshot (ns since the epoch), of which the next day's annual variance is `variance`."""
    row = {"time": clock.utc([time])[0], "expected": expected(variance, 30)}
    for days in TENORS:
        years, implied = days / 365, expected(variance, days) + PREMIUM
        k, vol = smile(implied, years)
        d1 = (vol**2 * years / 2 - k) / (vol * np.sqrt(years))
        put, call = np.interp([ndtri(0.25), -ndtri(0.25)], -d1, vol)
        row |= {f"atm_{days}d": np.interp(0, k, vol), f"model_free_{days}d": math.sqrt(implied),
                f"skew_{days}d": put - call}
    return pd.DataFrame([row])


def smile(variance, years):
    """Log of strike over forward, increasing, and volatility, of a smile whose model-free variance is `variance`."""
    vol = np.sqrt(variance * (1 + TILT * GRID + BEND * (GRID**2 - 1)))
    return GRID * vol * np.sqrt(years) - vol**2 * years / 2, vol


@njit(cache=True, nogil=True)
def _path(chance, days, level, memory, surprise):
    """Log price of each day, and the annual variance of the return that begins there."""
    log, variance = np.zeros(days), np.full(days, level)
    for day in range(1, days):
        before = variance[day - 1]
        log[day] = log[day - 1] + math.sqrt(before / 365.0) * gaussian(chance) - before / 730.0
        mean = level + memory * (before - level)
        variance[day] = mean * math.exp(surprise * gaussian(chance) - surprise * surprise / 2.0)
    return log, variance


def expiries(day) -> np.ndarray:
    """Days of those listed: this one and the next three, four Fridays, last Fridays of three months, of four quarters.

    Parameters
    ----------
    day : int
        Since 1970-01-01, a Thursday.
    """
    fridays = day + (1 - day) % 7 + 7 * np.arange(60)
    month, next_ = (days.astype("M8[D]").astype("M8[M]").astype(int) for days in (fridays, fridays + 7))
    ends = month != next_
    return np.unique(np.concatenate([day + np.arange(4), fridays[:4], fridays[ends][:3],
                                     fridays[ends & (month % 3 == 2)][:4]]))


def _snapshot(now, price, variance, chance):
    listed = expiries(now // DAY) * DAY + EXPIRES * clock.UNITS["h"]
    parts = [_options((expiry - now) / clock.YEAR, price, variance, chance) for expiry in listed]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    ends = np.repeat(listed, [len(part["strike"]) for part in parts])
    return pd.DataFrame({"time": clock.utc(np.full(len(ends), now)), "expiry": clock.utc(ends), **columns,
                         "index": price}, copy=False)


def _options(years, price, variance, chance):
    """Columns of one expiry; of a past one, options stand at what they paid."""
    left = max(years, 1e-6)
    strike = np.repeat(_strikes(price * math.exp(CARRY * left), math.sqrt(variance * left)), 2)
    right = np.tile(np.array([1, -1], dtype=np.int8), len(strike) // 2)
    forward = price * math.exp(CARRY * left) * (1 + 1e-4 * many(gaussian, chance, len(strike)))
    vol = np.interp(np.log(strike / forward), *smile(expected(variance, 365 * left) + PREMIUM, left))
    mark, delta = _coin_premium(forward, strike, vol * math.sqrt(left), right)
    half = np.maximum(SPREAD * mark, TICK)
    bid, ask = np.floor((mark - half) / TICK) * TICK, np.ceil((mark + half) / TICK) * TICK
    return {"right": right, "strike": strike, "forward": forward, "mark": mark,
            "bid": np.where(bid > 0, bid, np.nan), "ask": ask, "mark_iv": vol, "delta": delta}


def _strikes(forward, deviation):
    """Round strikes to three and a half standard deviations, some 28 of them, a step of 500 at least."""
    low, high = forward * np.exp(np.array([-3.5, 3.5]) * max(deviation, 0.02))
    step = 500 * max(1, round((high - low) / 28 / 500))
    return np.arange(np.ceil(low / step), np.floor(high / step) + 1) * step


def _coin_premium(forward, strike, deviation, right):
    """Premium in coin, and delta; written out, for the kit's own formulas are not to be tested with themselves."""
    d1 = np.log(forward / strike) / deviation + deviation / 2
    delta = right * ndtr(right * d1)
    return delta - right * strike / forward * ndtr(right * (d1 - deviation)), delta
