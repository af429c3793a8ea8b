"""What is settled about a day before anyone trades: where its price opens and ends, how busy it is, if it crashes.

- The opening price of every day follows from the seed alone: days can be made one by one, in any order, and join.
- Within a day the price is bridged: each change of the mid leans towards the next known level as a Brownian bridge
  does, by about a hundredth on a plain day. Who does not know tomorrow's opening sees no drift.
- Openings are sums of the last `MEMORY` days' shocks: the price wanders, but never leaves its relative tick behind.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit

from kit import clock
from kit.refusal import Refusal
from kit.sources.synthetic.chance import exp, normal, stream, uniform
from kit.sources.synthetic.market import Market

SECONDS = 86400
DAY = clock.UNITS["d"]
MEMORY = 10
BUSY = np.array([0.85, 0.80, 0.75, 0.70, 0.65, 0.65, 0.70, 0.80, 0.90, 0.95, 0.95, 1.00,
                 1.15, 1.40, 1.60, 1.50, 1.35, 1.25, 1.15, 1.10, 1.10, 1.05, 0.90, 0.80])
"""Activity at the start of each UTC hour, relative to the day's mean."""
CYCLES = np.array([[1200.0, 0.45], [10.0, 0.40]])
"""Mean-reverting parts of log activity: memory in seconds, standard deviation."""
IDLE = 0.2
"""Least activity: some never sleep."""


class Plan(NamedTuple):
    """Schedule of a day, arrays of one value a second."""

    activity: Any  #: speed of the market's clock, about 1
    strain: Any  #: 1, or more when liquidity is gone
    goal: Any  #: price in ticks to which the day is heading
    reach: Any  #: ticks that the moves still to come before the goal's time could go, were all one-sided


@dataclass(frozen=True)
class Crash:
    """A flash crash like that of 2025-10-10: liquidity thins, ten minutes of selling, half of the fall regained."""

    day: int  #: days since 1970-01-01
    trigger: int = 20 * 3600 + 50 * 60  #: second of the day from which liquidity thins
    begin: int = 21 * 3600 + 10 * 60  #: second of the day at which the fall begins
    end: int = 21 * 3600 + 20 * 60  #: and ends
    calm: int = 23 * 3600  #: second of the day from which all is as usual
    strain: float = 2.5  #: at its worst
    regained: float = 0.5  #: share of the fall

    @property
    def window(self):
        """First and last instant of the fall, nanoseconds since the epoch."""
        return tuple(self.day * DAY + second * clock.SECOND for second in (self.begin, self.end))

    def fall(self, symbol, seed) -> float:
        """Share of the price lost between `begin` and `end`, from 0.15 to 0.20."""
        return 0.15 + 0.05 * uniform(stream(seed, symbol, self.day, "crash"))


def crash_on(when) -> Crash | None:
    """The crash that a caller asks for: none, True (2025-10-10), or a date such as ``"2025-03-01"``.

    Raises
    ------
    Refusal
        If `when` is none of these.
    """
    if not when or isinstance(when, Crash):
        return when or None
    try:
        day = np.datetime64("2025-10-10" if when is True else str(when), "D")
    except ValueError as error:
        raise Refusal(f"crash={when!r} is not a day", remedy="give True or one such as '2025-10-10'") from error
    return Crash(int(day.astype(int)))


def opening(market: Market, day, seed, crash: Crash | None = None) -> int:
    """First mid of a day, in ticks."""
    shocks = sum(normal(stream(seed, market.symbol, past, "shock")) for past in range(day - MEMORY, day))
    daily = market.volatility * 1e-4 * math.sqrt(SECONDS)
    scar = crash.fall(market.symbol, seed) * (1 - crash.regained) if crash and crash.day < day else 0.0
    return round(market.price * 10**market.decimals * exp(daily / math.sqrt(2) * shocks) * (1 - scar))


def plan(market: Market, day, seed, crash: Crash | None = None) -> Plan:
    """Schedule of one day.

    Parameters
    ----------
    market : Market
    day : int
        Days since 1970-01-01.
    seed : int
    crash : Crash, optional
        Thins and bends its own day; lowers all days after.
    """
    crashing = crash is not None and crash.day == day
    strain = _strain(crash) if crashing else np.ones(SECONDS)
    activity = _activity(stream(seed, market.symbol, day, "activity"), BUSY, CYCLES) * strain
    goal, reach = np.empty(SECONDS), np.empty(SECONDS)
    step = activity * strain * market.moves * market.gap
    for begin, end, level in _legs(market, day, seed, crash, crashing):
        goal[begin:end] = level
        reach[begin:end] = _remaining(step[begin:end]) + 2 * market.gap
    return Plan(activity, strain, goal, reach)


def _legs(market, day, seed, crash, crashing):
    """Parts of the day with the level, in ticks, to which each leads."""
    close = opening(market, day + 1, seed, crash)
    if not crashing:
        return [(0, SECONDS, close)]
    before = opening(market, day, seed, crash)
    fall = crash.fall(market.symbol, seed)
    bottom, after = round(before * (1 - fall)), round(before * (1 - fall * (1 - crash.regained)))
    return [(0, crash.begin, before), (crash.begin, crash.end, bottom), (crash.end, crash.calm, after),
            (crash.calm, SECONDS, close)]


def _strain(crash):
    """Rises evenly from the trigger, doubles at the fall's begin, and eases evenly from its end."""
    knots = ((0, 1.0), (crash.trigger, 1.0), (crash.begin, crash.strain / 2), (crash.begin, crash.strain),
             (crash.end, crash.strain), (crash.calm, 1.0), (SECONDS, 1.0))
    strain = np.empty(SECONDS)
    for (begin, low), (end, high) in zip(knots, knots[1:], strict=False):
        strain[begin:end] = low + (high - low) * np.arange(end - begin) / max(end - begin, 1)
    return strain


@njit(cache=True, nogil=True)
def _activity(stream, busy, cycles):
    """Hour of the day, times the exponential of mean-reverting paths; about 1 on average."""
    activity, path = np.empty(SECONDS), np.zeros(len(cycles))
    for second in range(SECONDS):
        hour, part = second // 3600, second % 3600 / 3600.0
        log = 0.0
        for i in range(len(cycles)):
            memory, spread = cycles[i]
            path[i] += -path[i] / memory + spread * np.sqrt(2.0 / memory) * normal(stream)
            log += path[i] - spread * spread / 2.0
        usual = busy[hour] * (1.0 - part) + busy[(hour + 1) % 24] * part
        activity[second] = max(usual * exp(log), IDLE)
    return activity


@njit(cache=True, nogil=True)
def _remaining(step):
    """Sum of `step` from each element to the last."""
    remaining, total = np.empty(len(step)), 0.0
    for i in range(len(step) - 1, -1, -1):
        total += step[i]
        remaining[i] = total
    return remaining
