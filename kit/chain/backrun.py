"""Back-runs: arbitrage that takes back the move which an earlier transaction of the block made."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kit.chain.arbitrage import Arbitrage
from kit.chain.sandwich import ORDERS
from kit.events import Swap


class Backrun(NamedTuple):
    """An arbitrage and what set it off."""

    block: int
    trigger: Swap  #: moved a pool of the arbitrage
    arbitrage: Arbitrage
    adjacent: bool  #: nothing lies between the two transactions


def backruns(swaps, arbitrages) -> list[Backrun]:
    """Arbitrages that trade against an earlier transaction of their block.

    Parameters
    ----------
    swaps : iterable of kit.events.Swap
        All that was swapped in the blocks, in any order.
    arbitrages : iterable of Arbitrage
        See `kit.chain.arbitrage.arbitrages`.

    Returns
    -------
    list of Backrun
        One per arbitrage at most, in order of the arbitrages.

    Notes
    -----
    - A pool of the arbitrage stands moved the other way: since the block began, more of what the arbitrage takes out
      of it went in than came out. What somebody else already took back sets nothing off, nor does an order that was
      filled (`kit.chain.sandwich.ORDERS`).
    - The trigger is the last transaction that swapped there the other way; of several pools' the last.
    - It is a stranger's: not signed by who signed the arbitrage, nor a call of the same contract, nor itself the
      account's. Else it is a front, and the arbitrage may be the back of a sandwich.
    - Not seen: moves of earlier blocks, of pools whose swaps are not read, by deposits and withdrawals, or of prices
      outside the chain.
    """
    markets = defaultdict(list)
    for swap in sorted((swap for swap in swaps if swap.protocol not in ORDERS), key=_order):
        markets[swap.block, swap.pool].append(swap)
    pairs = ((arbitrage, _trigger(arbitrage, markets)) for arbitrage in arbitrages)
    return [Backrun(arbitrage.block, trigger, arbitrage, arbitrage.index - trigger.index == 1)
            for arbitrage, trigger in pairs if trigger]


def _order(swap):
    return swap.block, swap.index, swap.place


def _trigger(arbitrage, markets):
    """The last stranger's swap that the arbitrage trades against; None if there is none."""
    against = [earlier for swap in arbitrage.swaps for earlier in _against(swap, markets[swap.block, swap.pool])
               if _stranger(earlier, arbitrage)]
    return max(against, key=lambda swap: (swap.index, swap.place), default=None)


def _against(swap, market):
    """Earlier swaps the other way, where the pool stands moved that way."""
    pair = {swap.token_in, swap.token_out}
    earlier = [other for other in market if other.index < swap.index and {other.token_in, other.token_out} == pair]
    other_way = [other for other in earlier if other.token_in == swap.token_out]
    moved = (sum(other.amount_in for other in other_way)
             - sum(other.amount_out for other in earlier if other.token_in == swap.token_in))
    return other_way if moved > 0 else []


def _stranger(swap, arbitrage):
    own = arbitrage.swaps[0]
    same_contract = swap.target is not None and swap.target == own.target
    return swap.origin != own.origin and not same_contract and arbitrage.account not in (swap.sender, swap.recipient)
