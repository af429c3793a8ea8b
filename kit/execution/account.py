"""What a replay came to: fills, positions and equity by the clock, and how sure its profit is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from kit import backend, bootstrap, clock
from kit.execution.fees import Fees, Funding
from kit.execution.market import Market
from kit.kernels import replay
from kit.kernels.joins import asof
from kit.units import BP


@dataclass(frozen=True)
class Replay:
    """A trader's day on a recorded market.

    Attributes
    ----------
    fills : pandas.DataFrame
        A row each: time (UTC), side (+1 bought, -1 sold), price, size (base units), fee (quote currency), maker, and
        the touch at the fill, bid and ask.
    assumptions : tuple of str
        What was taken for granted; state them before any profit.
    """

    market: Market
    fills: pd.DataFrame
    sums: np.ndarray  #: its row of the ledger, see `kit.kernels.replay`
    notional: float
    capital: float
    fee: float  #: share of the notional of each fill
    assumptions: tuple[str, ...]
    funding: Funding | None = None

    @cached_property
    def _clock(self):
        return self.fills["time"].astype("int64").to_numpy()

    @cached_property
    def _booked(self):
        """Position and cash after each fill, and before the first."""
        f = self.fills
        signed = f["side"].to_numpy() * f["size"].to_numpy()
        return (np.append(0.0, np.cumsum(signed)),
                self.capital - np.append(0.0, np.cumsum(signed * f["price"].to_numpy() + f["fee"].to_numpy())))

    def _grid(self, every):
        step = clock.duration(every)
        return np.arange(-(-self.market.start // step) * step, self.market.end + step, step)

    def _at(self, grid):
        """Positions and equity at moments; a fill of the very moment counts."""
        row = np.searchsorted(self._clock, grid, side="right")
        position, cash = (series[row] for series in self._booked)
        return position, cash + position * self._exit_price(grid, position) - self._funded(grid)

    def _exit_price(self, grid, position):
        """The price at which a position could be closed: the bid for a long, the ask for a short."""
        q = self.market.quotes
        row = asof(backend.namespace(q.time).asarray(grid), q.time, at_or_before=True)
        bid, ask = backend.host(q.bid[row]), backend.host(q.ask[row])
        return np.where(position > 0, bid, ask)

    def _funded(self, grid):
        """Funding paid until each moment; a payment of the very moment counts."""
        if self.funding is None:
            return 0.0
        times = self.funding.times(self.market.start, self.market.end)
        position = self._booked[0][np.searchsorted(self._clock, times, side="left")]
        paid = np.cumsum(self.funding.rate * position * self._exit_price(times, position))
        return np.append(0.0, paid)[np.searchsorted(times, grid, side="right")]

    def equity(self, every="1s") -> pd.Series:
        """Cash and the position at the price it could be closed at, quote currency, on a regular grid of UTC.

        Fees of entries are in it, fees of exits to come are not. The last point is the first at or after the last
        quote.
        """
        grid = self._grid(every)
        return pd.Series(self._at(grid)[1], index=clock.utc(grid), name="equity")

    def position(self, every="1s") -> pd.Series:
        """Base units held, on the same grid."""
        grid = self._grid(every)
        return pd.Series(self._at(grid)[0], index=clock.utc(grid), name="position")

    @property
    def net(self) -> float:
        """Profit after fees and funding, quote currency."""
        return float(self._at(np.array([self.market.end]))[1][0]) - self.capital

    def entries(self) -> np.ndarray:
        """Whether each fill entered a position: from none, or from the other side."""
        position, side = self._booked[0], self.fills["side"].to_numpy()
        return (position[1:] * side > 0) & (position[:-1] * side <= 0)

    def profit_per_trade(self, every="1s", by=bootstrap.BLOCKS) -> bootstrap.Score:
        """Net profit per trade (a position entered), bp of the notional, with its interval over blocks of time."""
        return self._profit_per(self.entries() * self.notional, every, by)

    def profit_per_turnover(self, every="1s", by=bootstrap.BLOCKS) -> bootstrap.Score:
        """Net profit per quote currency traded, bp, with its interval over blocks of time."""
        return self._profit_per(self.fills["price"].to_numpy() * self.fills["size"].to_numpy(), every, by)

    def _profit_per(self, weight, every, by):
        equity = self.equity(every)
        grid = equity.index.asi8
        base = np.bincount(np.searchsorted(grid, self._clock), weights=weight, minlength=len(grid))
        gain = np.diff(equity.to_numpy(), prepend=self.capital)
        return bootstrap.quotient(BP * gain, base, grid, by)

    def summary(self) -> dict:
        """Profits, costs and habits, as `summed` says; funding is in the net profit."""
        funded = float(np.sum(self._funded(np.array([self.market.end]))))
        found = summed(self.market, self.sums, self.fee)
        return found | {"net": found["net"] - funded, "funding": funded}


def summed(market, sums, fee) -> dict:
    """Profits, costs and habits of a scenario.

    Parameters
    ----------
    market : Market
    sums : array of float64, shape (9,)
        Its row of the ledger.
    fee : float
        Share of the notional of each fill.

    Returns
    -------
    dict
        ``net`` and ``gross`` profit, ``fees`` and ``turnover`` in quote currency; counts of ``fills``, of ``trades``
        (positions entered) and of ``orders`` sent; ``mean_hold``, seconds; ``time_held``, share of the time;
        ``max_position`` and ``final_position``, base units.
    """
    cash, position, turnover, fills, entries, held, peak, orders = (float(sums[k]) for k in range(8))
    gross = cash + position * float(market.quotes.bid[-1] if position > 0 else market.quotes.ask[-1])
    seconds = (market.end - market.start) / clock.SECOND
    return {"net": gross - turnover * fee, "gross": gross, "fees": turnover * fee, "turnover": turnover,
            "fills": int(fills), "trades": int(entries), "orders": int(orders), "mean_hold": _per(held, entries),
            "time_held": _per(held, seconds), "max_position": peak, "final_position": position}


def _per(top, bottom) -> float:
    """top / bottom, NaN where bottom is 0."""
    return top / bottom if bottom else float("nan")


def settle(market, ledger, fees: Fees, maker, notional, capital, funding, assumptions) -> Replay:
    """The replay of one scenario from its ledger, fees charged."""
    when, fills, sums = (backend.host(part) for part in ledger)
    frame = pd.DataFrame({"time": clock.utc(when), "side": fills[:, replay.SIDE].astype(np.int8),
                          "price": fills[:, replay.PRICE], "size": fills[:, replay.SIZE]})
    fee, capital = fees.of(maker), notional if capital is None else capital
    frame["fee"] = frame["price"] * frame["size"] * fee
    frame["maker"], frame["bid"], frame["ask"] = maker, fills[:, replay.BID], fills[:, replay.ASK]
    return Replay(market, frame, sums[0], notional, capital, fee, assumptions, funding)
