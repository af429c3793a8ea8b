"""What tokens were worth in wei, as the swaps of their block tell it."""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction

from kit.events import ETHER, WETH, Amount


class Prices:
    """Wei per unit of whatever was exchanged against wrapped ether, block by block.

    Parameters
    ----------
    swaps : iterable of kit.events.Swap
        In any order.
    """

    def __init__(self, swaps):
        self._known = defaultdict(list)
        for swap in sorted(swaps, key=_order):
            sides = {swap.token_in: swap.amount_in, swap.token_out: swap.amount_out}
            wei = sides.pop(WETH, None)
            for token, amount in sides.items() if wei and all(sides.values()) else ():
                self._known[swap.block, token].append((_order(swap), Fraction(wei, amount)))

    def worth(self, token, amount, event) -> Amount | None:
        """Wei that an amount of a token is worth at an event of a block, rounded down; None where nobody knows.

        A token is worth what it was last exchanged for against wrapped ether before the event, in its block; if it was
        not, what it was first exchanged for from then on.
        """
        if token in (WETH, ETHER):
            return amount
        known = self._known.get((event.block, token), ())
        before = [price for order, price in known if order < _order(event)]
        nearest = before[-1:] or [price for _, price in known[:1]]
        return math.floor(nearest[0] * amount) if nearest else None


def _order(event):
    return event.block, event.index, event.place
