"""The transaction around an event: who sent it, and which tokens moved before and within the event."""

from __future__ import annotations

import math
from typing import NamedTuple

from kit.events import Swap, Trace, Transfer

ONSET = (-1,)
"""Before everything in a transaction."""


def end(place) -> tuple:
    """Of a call, with all that it calls."""
    return (*place, math.inf)


class Scene(NamedTuple):
    """What one transaction tells besides the event that is read."""

    origin: str | None  #: who signed it
    target: str | None  #: whom it calls
    transfers: list[Transfer]  #: in order; of ether too where calls are known
    pairs: dict  #: of pools that hold two tokens: those, the lower address first
    held: dict  #: of both by such pools: by pool as it last told in logs, `kit.sources.ethereum.reserves.Known` by call
    calls: list[Trace]  #: in order

    def moved(self, until, since=ONSET, *, token=None, sender=None, receiver=None, amount=None) -> list[Transfer]:
        """Transfers at since <= place < until that are as asked."""
        return [each for each in self.transfers if since <= each.place < until
                and token in (None, each.token) and sender in (None, each.sender)
                and receiver in (None, each.receiver) and amount in (None, each.amount)]

    def inside(self, call) -> list[Trace]:
        """Calls that a call made, and those that they made."""
        return [each for each in self.calls if call.place < each.place < end(call.place)]

    def payer(self, pool, token, until) -> str | None:
        """Who last paid a token to a pool."""
        paid = self.moved(until, token=token, receiver=pool)
        return paid[-1].sender if paid else None

    def swap(self, event, pool, protocol, sender, recipient, sold, bought, *, until=None, payer=None,
             reserves=(None, None)) -> Swap:
        """A swap at a pool.

        Parameters
        ----------
        event : kit.events.Log or kit.events.Trace
        sold, bought : tuple of str and int
            Token and amount that went into the pool, and out of it.
        until : tuple, optional
            Place at which it is over: who last paid the pool before is its payer.
        payer : str, optional
            Where it is known otherwise.
        reserves : tuple of int
            Of both tokens, after it.
        """
        payer = self.payer(pool, sold[0], until) if until else payer
        return Swap(*event[:4], pool, protocol, self.origin, self.target, sender, recipient, *sold, *bought, *reserves,
                    payer)

    def two_sided(self, event, pool, protocol, sender, recipient, changes, *, until,
                  reserves=(None, None)) -> Swap | None:
        """A swap at a pool of two tokens.

        Parameters
        ----------
        changes, reserves : tuple of int
            By how much the pool's holdings of its first and second token changed, and to what.

        Returns
        -------
        Swap or None
            None if its tokens are not known, or if nothing was exchanged: a loan that is paid back in kind.
        """
        if pool not in self.pairs or not min(changes) < 0 < max(changes):
            return None
        came, went = (0, 1) if changes[0] > 0 else (1, 0)
        pair = self.pairs[pool]
        return self.swap(event, pool, protocol, sender, recipient, (pair[came], changes[came]),
                         (pair[went], -changes[went]), until=until, reserves=(reserves[came], reserves[went]))
