"""Arbitrage within one transaction: swaps that follow one another physically and end in the token they began with."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from itertools import groupby, pairwise
from typing import NamedTuple

from kit.chain.routers import ROUTERS
from kit.events import Amount, Swap


class Arbitrage(NamedTuple):
    """A closed loop of swaps. Profit is gross: gas and what the producer was paid are not taken off."""

    block: int
    index: int
    hash: str
    account: str  #: pays the first pool
    swaps: tuple[Swap, ...]  #: in order of the loop
    token: str  #: in which it begins and ends
    start: Amount  #: that went in
    end: Amount  #: that came out
    profit: Amount  #: negative where it lost

    @property
    def own(self):
        """Hashes of the transactions that its account pays for: see `kit.chain.costs`."""
        return (self.hash,)

    @property
    def pair(self):
        """Hashes of its first and its last transaction, which are one."""
        return self.hash, self.hash


def arbitrages(swaps, *, routers=ROUTERS, tolerance=0.01) -> list[Arbitrage]:
    """Closed loops among swaps, each within one transaction.

    Parameters
    ----------
    swaps : iterable of kit.events.Swap
        Of transactions that did not fail, of any blocks, in any order.
    routers : set of str
        Addresses, in lower case, through which strangers trade.
    tolerance : float
        Two amounts that differ by less, as a part of their mean, are one that was passed on: some tokens tax transfers.

    Returns
    -------
    list of Arbitrage
        In order of block, transaction and place.

    Notes
    -----
    - A loop begins and ends with one token, and comes back to whoever paid, or to the contract that is called. Who pays
      is no pool, and the first pool is not the last.
    - Tokens are handed over physically: a pool pays the next pool, or whoever pays the next, and what it pays is what
      goes in there. Where the two amounts are equal to the unit, a contract in between passed it on. Where it is not
      known who pays a pool, it is who asks it.
    - From a first swap to a last the shortest way is taken. There may be several loops, with no swap in common.
    - A loop whose amounts meet at every hand-over can be read from any of its tokens. It begins with the one whose
      amounts differ most: there the profit stays. It need not be the first in time, as pools lend what they sell.
    - What passes through a router is its caller's. A transaction that calls a router itself is a user's route, and no
      arbitrage. Other routes hold no loop, as users pay in one token and are paid in another.
    - Not seen: loops over several transactions or with an exchange outside the chain; venues whose swaps are not read;
      tokens that tax more than `tolerance`; profit taken in two tokens.

    References
    ----------
    Flashbots, mev-inspect-py, for the loop. It takes routers for accounts, keeps what was reverted, reads a loop from
    its first swap, drops those of several whose first swap is not first in time, and sees no contract in between.
    """
    ordered = sorted(swaps, key=lambda swap: (swap.block, swap.index, swap.place))
    limit, found = Fraction(str(tolerance)), []
    for _, group in groupby(ordered, key=lambda swap: (swap.block, swap.index)):
        held = [_Held.of(swap, routers) for swap in group if swap.target not in routers]
        found += [_arbitrage(loop) for loop in _loops(held, limit)]
    return found


class _Held(NamedTuple):
    """A swap, and whose hands are on its two sides."""

    swap: Swap
    payer: str
    payee: str

    @classmethod
    def of(cls, swap, routers):
        caller, hands = swap.target or swap.origin, (swap.payer or swap.sender, swap.recipient)
        return cls(swap, *(caller if name in routers else name for name in hands))

    def hands_over(self, other, limit):
        """Whether what this swap pays out is what goes into the other."""
        if self.swap.token_out != other.swap.token_in:
            return False
        gap = self.gap(other)
        return gap == 0 or gap < limit and (self.payee in (other.swap.pool, other.payer)
                                            or self.swap.pool == other.payer)

    def gap(self, other):
        """Difference of what this one pays out and what the other takes in, as a part of their mean."""
        out, into = self.swap.amount_out, other.swap.amount_in
        return Fraction(2 * abs(out - into), out + into) if out != into else Fraction(0)

    def closes(self, first):
        """Whether a loop that begins with `first` can end here."""
        return (self.payee in (first.payer, first.swap.target) and self.swap.token_out == first.swap.token_in
                and self.swap.pool != first.swap.pool)


def _arbitrage(loop):
    first, last = loop[0].swap, loop[-1].swap
    return Arbitrage(first.block, first.index, first.hash, loop[0].payer, tuple(held.swap for held in loop),
                     first.token_in, first.amount_in, last.amount_out, last.amount_out - first.amount_in)


def _loops(swaps, limit):
    """Loops of one transaction."""
    pools, free, loops = {held.swap.pool for held in swaps}, list(swaps), []
    for first in swaps:
        if first in free:
            loop = _turned(_route(first, free, limit), pools, limit)
            loops += [loop] if loop else []
            free = [held for held in free if held not in loop]
    return sorted(loops, key=lambda loop: loop[0].swap.place)


def _route(first, swaps, limit):
    """Shortest loop from `first` on; empty if there is none."""
    ways, rest = deque([[first]]), [held for held in swaps if held != first]
    while ways:
        way = ways.popleft()
        following = [held for held in rest if way[-1].hands_over(held, limit)]
        ended = [held for held in following if held.closes(first)]
        if ended:
            return [*way, ended[0]]
        ways.extend([*way, held] for held in following)
        rest = [held for held in rest if held not in following]
    return []


def _turned(loop, pools, limit):
    """The loop read from the token whose amounts differ most; empty if it is none from any."""
    turns = [loop[i:] + loop[:i] for i in range(len(loop))]
    closed = [turn for turn in turns if turn[-1].closes(turn[0]) and turn[0].payer not in pools
              and all(held.hands_over(other, limit) for held, other in pairwise(turn))]
    return max(closed, key=lambda turn: turn[-1].gap(turn[0]), default=[])
