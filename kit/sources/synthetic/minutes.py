"""Half a year of minute bars whose true variance is known to the minute, under noise, jumps and the hours of the day.

- The efficient log price has no drift; its variance is a day's, times an hour-of-day profile, less at weekends, more in
  the minutes after funding, times the exponential of two mean-reverting paths; and it jumps, rarely.
- What is printed is the efficient price plus independent noise, twelve times a minute.
- Each minute's integrated variance and jump stand beside the bars as the table ``truth``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from kit import clock
from kit.sources.synthetic.chance import exp, gaussian, stream, uniform
from kit.sources.synthetic.days import volumes
from kit.sources.synthetic.market import MARKETS

BEGIN, END = clock.instant("2025-01-06T00:00Z"), clock.instant("2025-07-05T00:00Z")
MINUTE, DAY = clock.UNITS["min"], 1440
PRINTS = 12
"""Noisy prices a minute."""
HOURS = np.array([1.00, 0.90, 0.85, 0.80, 0.75, 0.70, 0.75, 0.85, 0.95, 0.95, 0.95, 1.00,
                  1.10, 1.30, 1.45, 1.40, 1.35, 1.25, 1.10, 1.00, 0.95, 0.90, 0.85, 0.90])
"""Volatility of each UTC hour, before it is normed."""
FUNDING_HOURS, FUNDING_MINUTES = 8, 5
"""Hours between fundings, and minutes after each that are busier."""
CYCLES = np.array([[10.0 * DAY, 0.30], [60.0, 0.20]])
"""Mean-reverting parts of log volatility: memory in minutes, standard deviation."""


@dataclass(frozen=True)
class Minutes:
    """Known answers of one market of minute bars."""

    volatility: float  #: a year, on an average day without jumps
    noise: float  #: standard deviation of a printed log price about the efficient one
    weekend: float = 0.70  #: volatility at weekends, of that on weekdays
    funding: float = 1.80  #: volatility in the minutes after funding, of that without
    jumps: float = 0.15  #: a day
    jump: float = 0.80  #: mean size, of a day's volatility

    @property
    def hours(self):
        """Volatility of each UTC hour relative to the day's, its mean square 1, without what funding adds."""
        return HOURS / math.sqrt((HOURS**2).mean())

    def profile(self):
        """Share of a week's mean variance that each minute of the week has, from Monday 00:00."""
        minute = np.arange(7 * DAY)
        funded = minute % (60 * FUNDING_HOURS) < FUNDING_MINUTES
        variance = self.hours[minute // 60 % 24] ** 2 * np.where(funded, self.funding, 1.0) ** 2
        return variance * np.where(minute // DAY >= 5, self.weekend, 1.0) ** 2


MINUTES = {"SIM-BTC": Minutes(0.50, 2.0e-4), "SIM-LTC": Minutes(0.70, 3.0e-4), "SIM-ETC": Minutes(0.75, 3.5e-4),
           "SIM-ENJ": Minutes(0.95, 5.0e-4), "SIM-ROSE": Minutes(1.05, 6.0e-4)}


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """Minutes from Monday, 2025-01-06 to `end`, by default 180 days; the same minutes whatever `end` is.

    Parameters
    ----------
    symbol : str
    start : int, optional
        Nanoseconds since the epoch; not used, the minutes always begin at one place.
    end : int, optional
        Nanoseconds since the epoch.
    seed : int

    Yields
    ------
    dict of str to frame
        ``bars``: the columns of `kit.columns.Bars`. ``truth``: time, integrated ``variance`` of the minute without its
        jump, and its ``jump`` in the log price, 0 in nearly all.
    """
    law, n = MINUTES[symbol], ((end or END) - BEGIN) // MINUTE
    chance, daily = (lambda of: stream(seed, symbol, "minutes", of)), law.volatility / math.sqrt(365)
    usual = daily**2 / DAY * law.profile()
    variance = _variances(chance("variance"), n, usual, CYCLES)
    jump = _jumps(chance("jumps"), n, law.jumps / DAY, law.jump * daily)
    prices = np.exp(math.log(MARKETS[symbol].price) + _paths(chance("path"), variance, jump, law.noise, PRINTS))
    time = clock.utc(BEGIN + MINUTE * np.arange(1, n + 1))
    frame = dict(zip(("open", "high", "low", "close"), prices.T, strict=True))
    moves = np.log(frame["close"] / frame["open"]) / np.sqrt(variance)
    flows = volumes(chance("volume"), 3e3 * np.sqrt(variance), moves, (frame["open"] + frame["close"]) / 2)
    yield {"bars": pd.DataFrame({"time": time, **frame, **flows}),
           "truth": pd.DataFrame({"time": time, "variance": variance, "jump": jump})}


@njit(cache=True, nogil=True)
def _variances(chance, n, usual, cycles):
    """Integrated variance of each minute; mean reverting paths begin where they usually are."""
    out, path = np.empty(n), np.empty(len(cycles))
    for i in range(len(cycles)):
        path[i] = cycles[i, 1] * gaussian(chance)
    for minute in range(n):
        log = 0.0
        for i in range(len(cycles)):
            memory, spread = cycles[i]
            path[i] += -path[i] / memory + spread * math.sqrt(2.0 / memory) * gaussian(chance)
            log += path[i] - spread * spread
        out[minute] = usual[minute % len(usual)] * exp(2.0 * log)
    return out


@njit(cache=True, nogil=True)
def _jumps(chance, n, rate, size):
    """Log jumps of at least half the mean size, as often up as down."""
    out = np.zeros(n)
    for minute in range(n):
        if uniform(chance) <= rate:
            far = size * (0.5 + uniform(chance))
            out[minute] = far if uniform(chance) <= 0.5 else -far
    return out


@njit(cache=True, nogil=True)
def _paths(chance, variance, jump, noise, prints):
    """First, highest, lowest and last noisy log price of each minute, in which the efficient price walks and jumps."""
    out, efficient = np.empty((len(variance), 4)), 0.0
    for minute in range(len(variance)):
        spread = math.sqrt(variance[minute] / prints)
        efficient += jump[minute]
        for i in range(prints):
            efficient += spread * gaussian(chance)
            seen = efficient + noise * gaussian(chance)
            if i == 0:
                out[minute] = seen
            out[minute, 1], out[minute, 2] = max(out[minute, 1], seen), min(out[minute, 2], seen)
        out[minute, 3] = seen
    return out
