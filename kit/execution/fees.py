"""What a fill costs, and what a position pays for being held."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.clock import duration
from kit.refusal import Refusal
from kit.units import BP


@dataclass(frozen=True)
class Fees:
    """Share of the notional of every fill, bp; a negative one is a rebate.

    The defaults are the regular tier of Binance USD-M perpetuals, from secondary sources: check them for the venue
    and the date.
    """

    maker: float = 2.0
    taker: float = 5.0

    def __post_init__(self):
        if not (np.isfinite(self.maker) and np.isfinite(self.taker)):
            raise Refusal(f"fees {self.maker}, {self.taker}", remedy="give finite numbers of bp")

    def of(self, maker) -> float:
        """Share of the notional that a fill pays."""
        return (self.maker if maker else self.taker) / BP


REGULAR = Fees()


@dataclass(frozen=True)
class Funding:
    """What longs pay shorts (shorts pay longs where it is negative), at whole periods of UTC.

    Parameters
    ----------
    rate : float
        Share of the position's value at each payment; one number for all of them.
    every : str
        ``"8h"`` pays at 00:00, 08:00 and 16:00 UTC.
    """

    rate: float
    every: str = "8h"

    def times(self, start, end) -> np.ndarray:
        """Payments in (start, end], int64 ns."""
        period = duration(self.every)
        return np.arange(start // period + 1, end // period + 1, dtype=np.int64) * period
