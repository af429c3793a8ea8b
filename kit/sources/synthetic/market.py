"""The five synthetic perpetuals: what each is made of, spaced as BTC, LTC, ETC, ENJ and ROSE are."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from kit.refusal import Refusal


@dataclass(frozen=True)
class Market:
    """Parameters of one perpetual; rates are per second on an average second of an average day.

    Examples
    --------
    >>> round(MARKETS["SIM-ROSE"].relative_tick, 2)
    5.0
    """

    symbol: str
    price: float  #: level about which the price wanders
    decimals: int  #: the tick is ``10**-decimals``
    lot_decimals: int  #: the lot is ``10**-lot_decimals``
    gap: float  #: mean number of ticks to the next occupied level: how far the touch goes when it moves
    moves: float  #: moves of the touch, 1/s
    orders: float  #: taker orders that leave the touch where it is, 1/s
    updates: float  #: limit orders and cancellations at the touch, 1/s
    opening: float  #: share of moves that leave the spread open
    depth: int  #: mean size of a queue at the touch, lots
    small: int  #: smallest usual taker order, lots; sizes above it follow a power law
    round_lot: int  #: size, in lots, to whose multiples people round

    @property
    def tick(self) -> float:
        """Price step."""
        return 1 / 10**self.decimals

    @property
    def relative_tick(self) -> float:
        """Tick over price, in basis points."""
        return self.tick / self.price * 1e4

    @property
    def volatility(self) -> float:
        """Standard deviation of the mid's log change over one second of average activity, in basis points.

        A move of k ticks that leaves the spread open shifts the mid k/2, and its closing by halves k/sqrt(12) more.
        """
        reach = self.gap - 1
        squared_gap = 1 + 2 * reach + 1.5 * reach**2
        share = 1 - self.opening + self.opening * (1 / 4 + 1 / 12)
        return math.sqrt(self.moves * squared_gap * share) * self.relative_tick

    def with_tick(self, decimals) -> Market:
        """The same market, its levels as far apart as before, on a finer or coarser price grid.

        Raises
        ------
        Refusal
            Levels would lie closer together than the tick.
        """
        gap = self.gap * 10.0 ** (decimals - self.decimals)
        if gap < 1:
            raise Refusal(f"levels {gap:.2g} ticks apart", column="decimals", remedy="choose a finer tick")
        return replace(self, decimals=decimals, gap=gap)


MARKETS = {market.symbol: market for market in (
    Market("SIM-BTC", 60_000.0, 1, 3, gap=46.0, moves=1.0, orders=0.8, updates=9.0, opening=0.25,
           depth=4000, small=6, round_lot=50),
    Market("SIM-LTC", 90.0, 2, 3, gap=1.4, moves=0.8, orders=0.6, updates=6.0, opening=0.10,
           depth=400_000, small=1500, round_lot=1000),
    Market("SIM-ETC", 15.0, 3, 2, gap=1.9, moves=0.9, orders=0.6, updates=6.0, opening=0.12,
           depth=150_000, small=1000, round_lot=1000),
    Market("SIM-ENJ", 0.06, 5, 0, gap=1.2, moves=0.75, orders=0.35, updates=4.5, opening=0.10,
           depth=120_000, small=900, round_lot=1000),
    Market("SIM-ROSE", 0.02, 5, 0, gap=1.0, moves=0.2, orders=0.3, updates=4.0, opening=0.08,
           depth=900_000, small=3000, round_lot=10_000),
)}

SYMBOLS = tuple(MARKETS)


def market(symbol) -> Market:
    """The market of that name; a market stays itself.

    Raises
    ------
    Refusal
        If there is none.
    """
    if isinstance(symbol, Market):
        return symbol
    if symbol not in MARKETS:
        raise Refusal(f"no synthetic market {symbol!r}", remedy=f"choose one of {', '.join(SYMBOLS)}")
    return MARKETS[symbol]
