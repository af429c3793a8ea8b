"""Liquidations: what the collateral that a liquidator took was worth above the debt that it repaid."""

from __future__ import annotations

from typing import NamedTuple

from kit.chain.worth import Prices
from kit.events import WETH, Amount, Liquidation


class Bonus(NamedTuple):
    """A liquidation, valued in wei; None where a token's price is not known."""

    block: int
    liquidation: Liquidation
    debt: Amount | None  #: worth of what was repaid
    collateral: Amount | None  #: worth of what was taken for it

    @property
    def profit(self):
        """Worth of the collateral less that of the debt: before gas, and before what selling it costs."""
        return None if None in (self.debt, self.collateral) else self.collateral - self.debt

    @property
    def token(self):
        """In which the profit is counted; None where it is not known."""
        return None if self.profit is None else WETH

    @property
    def own(self):
        """Hashes of the transactions that the liquidator pays for: see `kit.chain.costs`."""
        return (self.liquidation.hash,)


def bonuses(liquidations, swaps) -> list[Bonus]:
    """Values of liquidations, in their order.

    Parameters
    ----------
    liquidations : iterable of kit.events.Liquidation
    swaps : iterable of kit.events.Swap
        Of the same blocks, in any order: they tell the prices.

    Notes
    -----
    - A token is worth what it was last exchanged for against wrapped ether before the liquidation, in its block; if it
      was not, what it was first exchanged for after it, which often is the liquidator's own sale. Worth is rounded
      down to a wei.
    - The lender's own price may differ: that is what the bonus is measured against, and not this.
    - Not valued: shares in a lender's pool (Compound's and Cream's collateral), and what nobody exchanged in the block.
    """
    prices = Prices(swaps)
    return [Bonus(one.block, one, prices.worth(one.debt_token, one.debt, one),
                  prices.worth(one.collateral_token, one.collateral, one)) for one in liquidations]
