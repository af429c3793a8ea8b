"""Liquidations: what the collateral that a liquidator took was worth above the debt that it repaid."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from kit.events import ETHER, WETH, Amount, Liquidation


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
    prices = _prices(swaps)
    return [Bonus(one.block, one, _worth(one, one.debt_token, one.debt, prices),
                  _worth(one, one.collateral_token, one.collateral, prices)) for one in liquidations]


def _prices(swaps):
    """Wei per unit by block and token: (transaction and place, price), in order."""
    prices = defaultdict(list)
    for swap in sorted(swaps, key=_order):
        sides = {swap.token_in: swap.amount_in, swap.token_out: swap.amount_out}
        wei = sides.pop(WETH, None)
        for token, amount in sides.items() if wei and all(sides.values()) else ():
            prices[swap.block, token].append((_order(swap), Fraction(wei, amount)))
    return prices


def _order(event):
    return event.block, event.index, event.place


def _worth(liquidation, token, amount, prices):
    """Amount of a token in wei; None where its price is not known."""
    if token in (WETH, ETHER):
        return amount
    known = prices.get((liquidation.block, token), ())
    before = [price for order, price in known if order < _order(liquidation)]
    after = [price for order, price in known if order > _order(liquidation)]
    nearest = before[-1:] or after[:1]
    return int(nearest[0] * amount) if nearest else None
