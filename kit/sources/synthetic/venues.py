"""Three venues of one asset with known answers: one leads, one follows a second and a half later, one is noisy.

- The efficient log price is a random walk on ticks of 100 ms. The leader's mid is it; the follower's is what it was
  `lag` ago, a premium above it, give or take; the noisy one's is it and a deviation that dies out, an AR(1).
- The follower quotes in a stablecoin, whose rate is told by the table ``rates``; for a while it loses its peg.
- Prints come at the bid or the ask at random. Volume moves evenly from the first shares to the last ones.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from kit import clock
from kit.sources.synthetic.chance import exponential, gaussian, many, stream, uniform
from kit.sources.synthetic.market import MARKETS
from kit.sources.venues import side_by_side
from kit.units import BP

BEGIN, END = clock.instant("2025-01-06T00:00Z"), clock.instant("2025-01-06T06:00Z")
STEP = clock.duration("100ms")
LEADER, FOLLOWER, NOISY = VENUES = ("leader", "follower", "noisy")


@dataclass(frozen=True)
class Fragmented:
    """Known answers of one asset at three venues; sizes of prices in bp."""

    volatility: float = 0.9  #: of the efficient price, in the square root of a second
    lag: float = 1.5  #: s, by which the follower is late
    premium: float = 3.0  #: of the follower over the leader, in dollars
    own: float = 0.5  #: standard deviation of the follower's mid about that; half of it passes in half a second
    deviation: float = 6.0  #: standard deviation of the noisy venue's mid
    half_life: float = 20.0  #: s, of that deviation
    depeg: float = 300.0  #: loss of the stablecoin at its worst
    half_spreads: tuple[float, ...] = (0.5, 1.0, 1.5)
    prints: tuple[float, ...] = (2.0, 1.0, 0.7)  #: 1/s
    first: tuple[float, ...] = (0.5, 0.3, 0.2)  #: shares of the volume at the beginning
    last: tuple[float, ...] = (0.2, 0.2, 0.6)  #: and at the end

    def lag_of(self, a, b) -> float:
        """Seconds by which venue a leads venue b."""
        late = {FOLLOWER: self.lag}
        return late.get(b, 0.0) - late.get(a, 0.0)

    def open_share(self, costs) -> float:
        """Share of time in which buying at the leader and selling at the noisy venue pays more than `costs`, bp."""
        hurdle = costs + self.half_spreads[0] + self.half_spreads[2]
        return 1 - NormalDist(0, self.deviation).cdf(hurdle)

    def concentration(self, done) -> float:
        """Herfindahl-Hirschman index when a share `done` of the period has passed."""
        return sum((a + done * (b - a)) ** 2 for a, b in zip(self.first, self.last, strict=True))


FRAGMENTED = {"SIM-BTC": Fragmented()}


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """Six hours from 2025-01-06 00:00 UTC, or until `end`, over which all that is planted is spread.

    Parameters
    ----------
    symbol : str
    start, end : int, optional
        Nanoseconds since the epoch; it always begins at one place.
    seed : int

    Yields
    ------
    dict of str to frame
        ``venues`` by the second, ``trades`` with a column ``venue``, in order of time, and ``rates``.
    """
    law, end = FRAGMENTED[symbol], end or END
    n = (end - BEGIN) // STEP
    chance = stream(seed, symbol, "venues")
    time = BEGIN + STEP * np.arange(1, n + 1)
    rate = _rate(law, n)
    mids = math.log(MARKETS[symbol].price) + _mids(law, n, chance)
    mids[1] -= np.log(rate)
    quotes = {venue: _quotes(time, mid, half / BP) for venue, mid, half
              in zip(VENUES, mids, law.half_spreads, strict=True)}
    trades = {venue: _prints(law, i, quotes[venue], chance) for i, venue in enumerate(VENUES)}
    feeds = {venue: {"quotes": quotes[venue], "trades": trades[venue]} for venue in VENUES}
    told = slice(0, n, clock.duration("10s") // STEP)
    rates = {"rate_leader": 1.0, "rate_follower": rate[told], "rate_noisy": 1.0}
    yield side_by_side(feeds) | {"rates": pd.DataFrame({"time": clock.utc(time[told]), **rates})}


def _rate(law, n):
    """Dollars for a stablecoin, constant for ten seconds: at its peg but for the third quarter of the time."""
    part = (np.arange(n) // 100 * 100) / n
    fall = np.clip(np.minimum(part - 0.5, 0.75 - part) * 8, 0, 1)
    return np.exp(-law.depeg / BP * fall)


def _mids(law, n, chance):
    """Log mids of the three venues in dollars, shape (3, n), from 0."""
    step = STEP / clock.SECOND
    efficient = np.cumsum(many(gaussian, chance, n)) * law.volatility / BP * math.sqrt(step)
    late = round(law.lag / step)
    follower = np.r_[np.zeros(late), efficient[:-late]] + law.premium / BP + _passing(chance, n, law.own, 0.5)
    return np.stack([efficient, follower, efficient + _passing(chance, n, law.deviation, law.half_life)])


def _passing(chance, n, size, half_life):
    """An AR(1) of standard deviation `size`, bp, half of which is gone after `half_life`, s."""
    memory = 0.5 ** (STEP / clock.SECOND / half_life)
    return lfilter([1.0], [1.0, -memory], size / BP * math.sqrt(1 - memory**2) * many(gaussian, chance, n))


def _quotes(time, mid, half):
    return pd.DataFrame({"time": clock.utc(time), "bid": np.exp(mid - half), "bid_size": 1.0,
                         "ask": np.exp(mid + half), "ask_size": 1.0})


def _prints(law, venue, quotes, chance):
    """Prints at the touch at random moments, their sizes such that venues have the planted shares."""
    n, rate = len(quotes), law.prints[venue]
    waits = many(exponential, chance, int(n * STEP / clock.SECOND * rate))
    at = np.cumsum(waits) / (waits.sum() * (1 + 1 / len(waits))) * (n - 1)
    row = at.astype(np.int64)
    share = law.first[venue] + at / n * (law.last[venue] - law.first[venue])
    side = np.where(many(uniform, chance, len(at)) < 0.5, 1, -1).astype("int8")
    price = np.where(side > 0, quotes["ask"].to_numpy()[row], quotes["bid"].to_numpy()[row])
    size = many(exponential, chance, len(at)) * share / rate
    time = BEGIN + STEP + (at * STEP).astype(np.int64)
    return pd.DataFrame({"time": clock.utc(time), "price": price, "size": size, "side": side})
