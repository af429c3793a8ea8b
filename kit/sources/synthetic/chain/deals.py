"""Who deals with whom: a few dealers who all deal with each other, and many clients who have a dealer each.

- A deal is between two dealers, all alike, between a client and a dealer, mostly its own, or, rarely, two clients.
- The first dealer is the hub: most clients are its own at first, and one after another leaves it for another dealer.
- Quantities follow a power law; the price is a random walk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import clock
from kit.sources.synthetic.chance import gaussian, many, stream, uniform

BEGIN, WEEK = clock.instant("2025-01-06T00:00Z"), clock.duration("7d")
ASSETS = ("SIM-BTC", "SIM-ETC", "SIM-ROSE")


@dataclass(frozen=True)
class Dealers:
    """Known answers of a market in which everybody has a name."""

    dealers: int = 8
    clients: int = 240
    deals: int = 20_000
    among: float = 0.30  #: share of deals between two dealers
    aside: float = 0.04  #: and between two clients
    loyal: float = 0.85  #: share of a client's deals that are with its own dealer
    hub: tuple[float, float] = (0.50, 0.30)  #: share of clients that are the hub's own, at first and in the end
    tail: float = 2.2  #: exponent of the power law of quantities

    @property
    def core(self) -> tuple[str, ...]:
        """Names of the dealers; the first is the hub."""
        return tuple(f"dealer-{number}" for number in range(self.dealers))

    def hub_share(self, done) -> float:
        """Hub's share of the deals between clients and dealers, when a part `done` of the week has passed."""
        return self.loyal * self.own(done) + (1 - self.loyal) / self.dealers

    def own(self, done):
        """Share of clients that are the hub's own."""
        return self.hub[0] + done * (self.hub[1] - self.hub[0])


DEALERS = {"SIM-CHAIN": Dealers()}


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """A week of deals.

    Parameters
    ----------
    symbol : str
    start, end : int, optional
        Nanoseconds since the epoch; not used, the week is always whole.
    seed : int

    Yields
    ------
    dict of str to frame
        ``deals``: time, seller, buyer, volume (paid, in the unit of price), price, asset.
    """
    law, chance = DEALERS[symbol], stream(seed, symbol, "deals")
    n, draw = law.deals, lambda: many(uniform, chance, law.deals)
    done = (np.arange(n) + draw()) / n
    one, other = _parties(law, done, draw)
    sells = draw() <= 0.5
    price = 100 * np.exp(np.cumsum(2e-4 * many(gaussian, chance, n)))
    yield {"deals": pd.DataFrame({
        "time": clock.utc(BEGIN + (done * WEEK).astype("int64")), "seller": np.where(sells, one, other),
        "buyer": np.where(sells, other, one), "volume": price * draw() ** (-1 / law.tail), "price": price,
        "asset": np.asarray(ASSETS)[_below(len(ASSETS), draw())]})}


def _parties(law, done, draw):
    """Names of both sides of each deal."""
    kind, client = draw(), _below(law.clients, draw())
    own = np.where((client + 0.5) / law.clients < law.own(done), 0, 1 + client % (law.dealers - 1))
    dealer = _below(law.dealers, draw())
    step, aside = 1 + _below(law.dealers - 1, draw()), 1 + _below(law.clients - 1, draw())
    dealers = np.asarray(law.core)
    clients = np.asarray([f"client-{number}" for number in range(law.clients)])
    among, apart = kind <= law.among, kind > 1 - law.aside
    served = dealers[np.where(draw() <= law.loyal, own, dealer)]
    one = np.where(among, dealers[dealer], clients[client])
    other = np.where(among, dealers[(dealer + step) % law.dealers], served)
    return one, np.where(apart, clients[(client + aside) % law.clients], other)


def _below(n, draws):
    """Numbers from 0 to n - 1 of draws from (0, 1], all alike."""
    return np.ceil(draws * n).astype(int) - 1
