"""Years of daily bars with known volatility: two regimes that follow each other, or a GARCH process with leverage.

- A day is driftless Brownian motion in the log price, opened where the day before closed; its high and low are those
  of the continuous path, so that ranges know its volatility as their formulas say.
- What the day's variance was, and in which regime, stands beside the bars as the table ``truth``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit

from kit import clock
from kit.sources.synthetic.chance import exp, exponential, gaussian, stream, uniform
from kit.sources.synthetic.market import MARKETS

BEGIN, END = clock.instant("2020-01-01T00:00Z"), clock.instant("2026-01-01T00:00Z")
DAY, YEAR = clock.UNITS["d"], 365
STEPS = 48
"""Pieces of a day, each with the largest and smallest value of its Brownian bridge."""


@dataclass(frozen=True)
class Regimes:
    """A calm and a wild state of the market, each left by a fixed chance a day."""

    volatility: tuple[float, float]  #: a year, calm and wild
    duration: tuple[float, float]  #: mean days

    @property
    def transition(self):
        """Probabilities from state (row) to state (column)."""
        leave = 1 / np.asarray(self.duration)
        return np.array([[1 - leave[0], leave[0]], [leave[1], 1 - leave[1]]])

    @property
    def persistence(self) -> float:
        """By how much the autocorrelation of the variance shrinks a day: the chain's second eigenvalue."""
        return float(1 - sum(1 / days for days in self.duration))

    def variances(self, shocks, chance):
        """Daily variance, and the state, of each day."""
        state, states = 0, np.empty(len(shocks), dtype=np.int64)
        for day, u in enumerate(chance):
            state = 1 - state if u <= 1 / self.duration[state] else state
            states[day] = state
        return np.asarray(self.volatility)[states] ** 2 / YEAR, states


@dataclass(frozen=True)
class Garch:
    """GJR-GARCH(1,1) with normal shocks: h' = omega + (alpha + gamma [r < 0]) r² + beta h."""

    volatility: float  #: a year, unconditional
    alpha: float = 0.05
    gamma: float = 0.06
    beta: float = 0.89

    @property
    def persistence(self) -> float:
        return self.alpha + self.gamma / 2 + self.beta

    @property
    def omega(self) -> float:
        """Of daily returns in fractions."""
        return self.volatility**2 / YEAR * (1 - self.persistence)

    def variances(self, shocks, chance):
        """Conditional variance of each day, given its standard normal return; it has no states."""
        h, variances = self.volatility**2 / YEAR, np.empty(len(shocks))
        for day, z in enumerate(shocks):
            variances[day] = h
            h = self.omega + (self.alpha + self.gamma * (z < 0)) * h * z * z + self.beta * h
        return variances, np.zeros(len(shocks), dtype=np.int64)


REGIMES = {"SIM-BTC": Regimes((0.40, 0.95), (60, 25)), "SIM-LTC": Regimes((0.55, 1.20), (50, 25)),
           "SIM-ETC": Regimes((0.60, 1.40), (50, 20)), "SIM-ENJ": Regimes((0.75, 1.70), (40, 20)),
           "SIM-ROSE": Regimes((0.80, 1.90), (40, 15))}
GARCH = {"SIM-BTC": Garch(0.60), "SIM-LTC": Garch(0.80), "SIM-ETC": Garch(0.90), "SIM-ENJ": Garch(1.10),
         "SIM-ROSE": Garch(1.20)}


def batches(laws, symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """Days from 2020-01-01 to `end`, by default six years; the same days whatever `end` is.

    Parameters
    ----------
    laws : dict of str to Regimes or Garch
        By symbol.
    symbol : str
    start : int, optional
        Nanoseconds since the epoch; not used, the years always begin at one place.
    end : int, optional
        Nanoseconds since the epoch.
    seed : int

    Yields
    ------
    dict of str to frame
        ``days``: the columns of `kit.columns.Bars`, stamped at the close. ``truth``: time, variance of the day's log
        return, and state (1 wild).
    """
    n = ((end or END) - BEGIN) // DAY
    states, high, low, close = _standard_days(stream(seed, symbol, "days"), n, STEPS)
    variance, state = laws[symbol].variances(close, states)
    time = clock.utc(BEGIN + DAY * np.arange(1, n + 1))
    log = math.log(MARKETS[symbol].price) + np.cumsum(np.sqrt(variance) * close)
    prices = _prices(log, np.sqrt(variance), high, low, close)
    flows = volumes(stream(seed, symbol, "daily volumes"), 5e5 * np.sqrt(variance) * (high - low), close,
                    (prices["open"] + prices["close"]) / 2)
    yield {"days": pd.DataFrame({"time": time, **prices, **flows}),
           "truth": pd.DataFrame({"time": time, "variance": variance, "state": state})}


def _prices(log, spread, high, low, close):
    """Open, high, low, close from the log close of each day, and its path in units of its spread."""
    opened = log - spread * close
    last, first = np.exp(log), np.exp(opened)
    first[1:] = last[:-1]
    return {"open": first, "high": np.maximum(np.exp(opened + spread * high), np.maximum(first, last)),
            "low": np.minimum(np.exp(opened + spread * low), np.minimum(first, last)), "close": last}


def volumes(chance, usual, moves, price):
    """What is traded in bars, about as much as `usual`; where the price moves up, takers bought more of it."""
    volume = usual * _lognormal(chance, len(usual), 0.4)
    return {"volume": volume, "quote_volume": volume * price, "n_trades": np.floor(1 + volume / 0.05),
            "buy_volume": volume * (0.5 + 0.05 * np.clip(moves, -4, 4))}


@njit(cache=True, nogil=True)
def _lognormal(chance, n, spread):
    out = np.empty(n)
    for i in range(n):
        out[i] = exp(spread * gaussian(chance))
    return out


@njit(cache=True, nogil=True)
def _standard_days(chance, n, steps):
    """A uniform number a day, and the high, low and end of a Brownian motion of variance 1 that begins at 0."""
    draw, high, low, close = np.empty(n), np.zeros(n), np.zeros(n), np.zeros(n)
    for day in range(n):
        draw[day] = uniform(chance)
        for _ in range(steps):
            step = gaussian(chance) / math.sqrt(steps)
            up = (step + math.sqrt(step * step + 2.0 * exponential(chance) / steps)) / 2.0
            down = (step - math.sqrt(step * step + 2.0 * exponential(chance) / steps)) / 2.0
            high[day], low[day] = max(high[day], close[day] + up), min(low[day], close[day] + down)
            close[day] += step
    return draw, high, low, close
