"""Who is behind a swap: signers and contracts that belong together."""

from __future__ import annotations

from kit.chain.routers import ROUTERS


def masters(swaps, routers=ROUTERS) -> list[int]:
    """Number of each swap's master, among swaps of one market: those that share a name share it.

    Parameters
    ----------
    swaps : sequence of kit.events.Swap
        Of one block, one pool and one pair of tokens.
    routers : set of str
        Addresses, in lower case, through which strangers trade.

    Notes
    -----
    - Two swaps share a name where they have one transaction, one signer, one contract that is called, or one that asks
      the pool, or where one of them buys for the signer of the other.
    - Routers are no names, nor is who asks the pool where a router was called.
    - Bots have many signers behind one contract, and routers many strangers: so neither name would do alone.
    - Seen wrongly: who signs for strangers, as solvers and bundlers do, and strangers at a contract that is not among
      `routers`, look like one master. Keys that share no name look like several.
    """
    signers, leader = {swap.origin for swap in swaps}, {}
    for swap in swaps:
        first, *others = (_leader(leader, name) for name in _names(swap, routers, signers))
        leader.update(dict.fromkeys(others, first))
    numbers = {}
    return [numbers.setdefault(_leader(leader, swap.hash), len(numbers)) for swap in swaps]


def _leader(leader, name):
    """The one name that stands for all that are known to be its master's; the way to it is halved as it is gone."""
    while leader.setdefault(name, name) != name:
        leader[name] = name = leader[leader[name]]
    return name


def _names(swap, routers, signers):
    """By what a swap's master is known."""
    routed = swap.target is None or swap.target in routers
    names = {swap.origin} if routed else {swap.origin, swap.target, swap.sender}
    names |= {swap.recipient} & signers
    return {swap.hash} | names - routers - {swap.token_in, swap.token_out, None, ""}
