"""What the synthetic market knows and a model must find: relations as they were planted, before any data."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from kit.sources.synthetic import day, exchange, touch
from kit.sources.synthetic.market import Market, market

GRID = 400


@dataclass(frozen=True)
class Planted:
    """Known answers of one market on days without a crash.

    The next change of the mid is upwards with probability ``(1 + lean(p)) / 2``, where p is the pressure in force
    and ``lean(p) = (15 p - 10 p^3 + 3 p^5) / 8``. The book shows p (a decoy, ``1 - edge`` of the time): its queues
    have gamma sizes of shape 3 about ``1 + C p`` and ``1 - C p``, C = 0.9. After the change nothing of p's effect
    remains. What follows from it is stated to first order:

    - the queues are fresh: not yet worn by orders, which adds information (direction: + 0.06 at most);
    - the spread is one tick: while it is open, a change is half as large (correlation: - 15 % at most).
    """

    market: Market
    edge: float = 1.0

    def direction(self, imbalance):
        """Expected direction of the next change, in [-1, 1], where the book shows `imbalance`, in (-1, 1).

        Odd, increasing, concave above 0.
        """
        pressure = touch.dwell(_even())
        imbalance, shown = np.asarray(imbalance, dtype=float)[..., None], touch.CONTRAST * pressure
        odds = (1 + imbalance) / (1 - imbalance) * (1 - shown) / (1 + shown)
        weight = (odds / (1 + odds) ** 2) ** 3
        return self.edge * (weight * exchange.lean(pressure)).sum(axis=-1) / weight.sum(axis=-1)

    def response(self, imbalance, seconds=3.0):
        """Expected log change of the mid over `seconds`, basis points: direction x size x chance of a move."""
        return self.direction(imbalance) * self.move * self.chance(seconds)

    def correlation(self, seconds=3.0) -> float:
        """Correlation of the imbalance with the log change of the mid over the next `seconds`."""
        pressure, share = touch.dwell(_even())[:, None], (1 + _even()) / 2
        bid = (1 + touch.CONTRAST * pressure) * share
        ask = (1 - touch.CONTRAST * pressure) * (1 - share)
        imbalance, weight = (bid - ask) / (bid + ask), (share * (1 - share)) ** 2 / GRID
        covariance = (weight * imbalance * exchange.lean(pressure)).sum() / weight.sum() / GRID
        deviation = math.sqrt((weight * imbalance**2).sum() / weight.sum() / GRID)
        noise = self.market.volatility * math.sqrt(seconds)
        return float(self.edge * covariance / deviation * self.move * self.chance(seconds) / noise)

    @property
    def move(self) -> float:
        """Mean size of a move of the mid, basis points: it grows with the relative tick."""
        return self.market.gap * (1 - self.market.opening / 2) * self.market.relative_tick

    def chance(self, seconds) -> float:
        """Probability of a move within `seconds`, over a lognormal law of the market's pace."""
        takers = self.market.orders + exchange.SWEPT * self.market.moves
        branching = exchange.BRANCHING
        bursts = branching**2 / (2 * (1 - branching) * exchange.MEMORY * takers)  # Hawkes (1971)
        variance = (day.CYCLES[:, 1] ** 2).sum() + math.log1p(day.BUSY.var()) + math.log1p(bursts)
        nodes, weights = np.polynomial.hermite_e.hermegauss(40)
        pace = np.exp(math.sqrt(variance) * nodes - variance / 2)
        return float(1 - np.average(np.exp(-self.market.moves * seconds * pace), weights=weights))


def planted(symbol, edge=1.0, price=None) -> Planted:
    """Known answers of a synthetic market.

    Parameters
    ----------
    symbol : str
    edge : float
        As given to `generate`.
    price : float, optional
        Mean price of the recording at hand, by default the market's level: basis points go as its inverse.
    """
    known = market(symbol)
    return Planted(known if price is None else replace(known, price=price), edge)


def _even():
    """Midpoints of an even law on (-1, 1)."""
    return (np.arange(GRID) + 0.5) / (GRID / 2) - 1
