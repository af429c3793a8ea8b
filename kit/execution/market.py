"""What is replayed: the best quotes and the prints of one symbol, on the exchange's clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np

from kit import backend, columns
from kit.columns import Quotes, Trades
from kit.refusal import Refusal

DECIMALS = 12  # beyond which a step is not looked for


@dataclass(frozen=True)
class Market:
    """Recorded quotes and prints, and the steps of prices and sizes: stated, or found when first asked for."""

    quotes: Quotes
    trades: Trades
    stated: tuple[float | None, float | None] = (None, None)  #: tick and lot

    @cached_property
    def tick(self) -> Fraction:
        """Step of prices."""
        return _given(self.stated[0]) or step(self.quotes.bid, self.quotes.ask)

    @cached_property
    def lot(self) -> Fraction:
        """Step of sizes."""
        return _given(self.stated[1]) or step(self.quotes.bid_size, self.quotes.ask_size, self.trades.size)

    @property
    def start(self) -> int:
        """Time of the first quote, ns since the epoch."""
        return int(self.quotes.time[0])

    @property
    def end(self) -> int:
        """Time of the last quote: a replay ends here."""
        return int(self.quotes.time[-1])

    def between(self, start, end) -> Market:
        """The market from the quote that stands at `start` to the last at or before `end`, ns since the epoch.

        Raises
        ------
        Refusal
            No quote stands there.
        """
        xp = backend.namespace(self.quotes.time)
        first, stop = (int(xp.searchsorted(self.quotes.time, moment, side="right")) for moment in (start, end))
        if stop == 0 or start > end:
            raise Refusal(f"no quote from {start} to {end}", file="market", remedy="choose times inside the recording")
        prints = (self.trades.time > start) & (self.trades.time <= end)
        return replace(self, quotes=Quotes(*(column[max(first - 1, 0):stop] for column in self.quotes)),
                       trades=Trades(*(column[prints] for column in self.trades)))


def market(quotes, trades=None, *, tick=None, lot=None) -> Market:
    """The market of a recording.

    Parameters
    ----------
    quotes : frame
        Columns of `kit.Quotes`, on the exchange's clock.
    trades : frame, optional
        Columns of `kit.Trades`. A taker needs none; a maker is not filled without.
    tick, lot : float, optional
        Steps of prices and sizes; by default the largest that all recorded ones are multiples of.

    Raises
    ------
    Refusal
        No quotes, or a frame that `kit.columns.read` refuses.
    """
    q = columns.read(quotes, "quotes")
    if len(q.time) == 0:
        raise Refusal("no quotes", file="quotes", remedy="a replay needs the market it replays")
    t = columns.read(trades, "trades") if trades is not None else _no_trades(q)
    return Market(q, t, (tick, lot))


def _no_trades(q):
    return Trades(q.time[:0], q.bid[:0], q.bid[:0], q.time[:0].astype(np.int8))


def _given(number):
    return None if number is None else Fraction(str(number))


def step(*arrays) -> Fraction:
    """The largest decimal step of which all values are multiples.

    Raises
    ------
    Refusal
        If there is none with `DECIMALS` decimals.
    """
    values = np.unique(np.concatenate([np.unique(backend.host(a)) for a in arrays]))
    for decimals in range(DECIMALS + 1):
        units = np.rint(values * 10.0**decimals)
        if np.array_equal(units / 10.0**decimals, values) and units.any():
            return Fraction(math.gcd(*units.astype(np.int64).tolist()), 10**decimals)
    raise Refusal("values are multiples of no decimal step", remedy="give the tick and the lot of the market")
