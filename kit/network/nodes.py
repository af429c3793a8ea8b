"""Venues or coins as the nodes of a network: what each of them does on one clock, and on its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.columns import labels
from kit.discovery import clocks, edge
from kit.sources import datasets
from kit.sources.venues import side_by_side
from kit.units import BP

COINS = {True: "synthetic/SIM-BTC synthetic/SIM-LTC synthetic/SIM-ENJ",
         False: "hyperliquid/BTC hyperliquid/ETH hyperliquid/SOL hyperliquid/WLFI"}
"""Coins of one exchange that are shown beside embedded, and beside recorded venues."""


@dataclass(frozen=True)
class Nodes:
    """What the nodes of a network do: exchange trades are anonymous, so these are venues or coins, never traders."""

    returns: pd.DataFrame  #: log returns by the UTC time at which they end, a column a node; NaN where unknown
    flows: pd.DataFrame  #: notional that takers bought less what they sold, same rows; no column where nobody says
    paths: dict[str, pd.Series]  #: prices at each node's own times
    every: str

    def table(self) -> pd.DataFrame:
        """A row a node: rows in which its return is known, their standard deviation (bp), and how many do not move."""
        known = self.returns.notna().sum()
        return pd.DataFrame({"rows": known, "volatility_bp": BP * self.returns.std(),
                             "still": (self.returns == 0).sum() / known}).rename_axis("node")

    def __str__(self):
        told = "told by prints" if self.flows.shape[1] else "not told by bars: no signed flow"
        return f"{', '.join(self.returns)}: {len(self.returns):,} rows, one each {self.every}; takers' side is {told}"


def of_venues(tables, every=None, stale="60s") -> Nodes:
    """One asset's venues, their prices in one currency.

    Parameters
    ----------
    tables : dict of str to frame
        ``venues``, ``rates``, and perhaps ``trades`` with a column ``venue``.
    every : str, optional
        Distance of rows, a multiple of the clock's; by default twice the usual age of the slowest venue's price, so
        that it has mostly been heard of in between: a venue that trades seldom seems to follow.
    stale : str
        Silence after which a price is unknown, or three rows where that is longer.
    """
    tables = {kind: backend.release(frame) for kind, frame in tables.items()}
    every = every or pace(tables["venues"])
    stale = clock.longest(stale, clocks.times(every, 3))
    prices = edge.prices(edge.in_one_currency(tables["venues"], tables["rates"]), stale)
    step = clock.duration(every)
    prices = prices[prices.index.as_unit("ns").asi8 % step == 0]
    returns = np.log(prices).diff().iloc[1:]
    flows = signed(tables["trades"], returns, step) if "trades" in tables else returns[[]]
    return Nodes(returns, flows, clocks.paths(tables), every)


def read_coins(named, end=None, seed=0) -> dict:
    """Quotes and trades of coins of one exchange: frames by ``"<symbol> <kind>"``.

    Parameters
    ----------
    named : str
        ``dataset/symbol``, separated by spaces.
    end, seed
        Of `kit.sources.datasets.load`.
    """
    loaded = {}
    for dataset, symbol in (word.split("/", 1) for word in named.split()):
        tables = datasets.load(dataset, symbol, None, end, seed).tables
        loaded |= {f"{symbol} {kind}": tables[kind] for kind in ("quotes", "trades")}
    return loaded


def of_coins(loaded, every="1s") -> Nodes:
    """Coins as `read_coins` reads them: returns of mids, and signed notional."""
    symbols = dict.fromkeys(name.rpartition(" ")[0] for name in loaded)
    feeds = {symbol: {kind: backend.release(loaded[f"{symbol} {kind}"]) for kind in ("quotes", "trades")}
             for symbol in symbols}
    paths = {symbol: _mids(feed["quotes"]) for symbol, feed in feeds.items()}
    return replace(of_venues(side_by_side(feeds), every), paths=paths)


def pace(frame) -> str:
    """Twice the usual age of the slowest venue's price, in whole steps of a venues frame's clock, one at least."""
    step = int(frame["time"].iloc[:2].diff().iloc[1].value)
    slowest = max(frame[f"age_{venue}"].median() for venue in labels(frame, "venues")) * clock.SECOND
    return f"{max(1, int(np.ceil(2 * slowest / step))) * step // clock.SECOND}s"


def signed(trades, like, step) -> pd.DataFrame:
    """Notional that takers bought less what they sold in the `step` ns up to each row of a frame, by its venues.

    Zero where nothing was traded.
    """
    ends = -(-trades["time"].dt.as_unit("ns").astype("int64") // step) * step
    value = trades["price"] * trades["size"] * trades["side"]
    sums = value.groupby([ends, trades["venue"]]).sum().unstack(fill_value=0.0)
    return sums.reindex(like.index.as_unit("ns").asi8, columns=list(like), fill_value=0.0).set_axis(like.index)


def _mids(quotes):
    """Mid prices where they change, the last of each moment."""
    mids = pd.DataFrame({"time": quotes["time"], "price": (quotes["bid"] + quotes["ask"]) / 2})
    return clocks.ticks(mids[mids["price"].diff() != 0])
