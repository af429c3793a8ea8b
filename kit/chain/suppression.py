"""Suppression: who fills blocks with calls that burn all the gas they may, so that nobody else's are mined."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from kit.events import Transaction

TRANSFER_GAS = 21_000
"""What a transaction costs that executes nothing."""


class Suppression(NamedTuple):
    """One block of a campaign."""

    block: int
    contract: str  #: that burns the gas
    transactions: tuple[Transaction, ...]
    gas: int  #: that they burnt
    first: int  #: block of the campaign
    last: int


def suppressions(transactions, traces=None, *, least=2, usage=0.99) -> list[Suppression]:
    """Blocks filled, with a neighbour, by calls to one contract that use up their gas.

    Parameters
    ----------
    transactions : iterable of kit.events.Transaction
        Of any blocks, in any order, failed ones among them: burning by a failed assertion fails. Where the gas used or
        its limit is not known, a transaction cannot be judged and does not count.
    traces : iterable of kit.events.Trace, optional
        Of the same blocks. With them a call counts only if it reaches exactly one other contract; without them that
        part of the rule is not asked.
    least : int
        Calls in a block.
    usage : float
        Part of its gas limit that a call uses, exceeded.

    Returns
    -------
    list of Suppression
        In order of block and contract.

    Notes
    -----
    - Calls carry no ether, cost more than a transfer, and use more than `usage` of their limit.
    - A block has `least` of them to one contract, and so has the block before it or after it. Blocks without a gap
      between them are a campaign.
    - Not seen: whether the gas went into a failed assertion or a loop, which only executed steps tell; gas limits set
      loosely; campaigns through many contracts.

    References
    ----------
    Torres, Camino and State (2021), Frontrunner Jones and the raiders of the dark forest, section 4.3.
    """
    outside = None if traces is None else _outside(traces)
    burnt = defaultdict(list)
    for call in sorted(transactions, key=lambda call: (call.to or "", call.block, call.index)):
        if _burns(call, Fraction(str(usage))) and (outside is None or len(outside[call.hash]) == 1):
            burnt[call.to, call.block].append(call)
    full = [(contract, block) for (contract, block), calls in burnt.items() if len(calls) >= least]
    found = [_suppression(burnt[key], campaign) for campaign in _campaigns(full) for key in campaign]
    return sorted(found, key=lambda one: (one.block, one.contract))


def _burns(call, usage):
    if call.to is None or None in (call.gas_used, call.gas_limit):
        return False
    return call.value == 0 and call.gas_used > TRANSFER_GAS and call.gas_used > usage * call.gas_limit


def _outside(traces):
    """Contracts that the transactions' calls reach, by hash, besides the one that is called first."""
    reached, own = defaultdict(set), {}
    for trace in traces:
        reached[trace.hash].add(trace.to)
        if not trace.place:
            own[trace.hash] = trace.to
    return defaultdict(set, {hash: names - {own[hash]} for hash, names in reached.items()})


def _campaigns(full):
    """Runs of two or more consecutive blocks of one contract; `full` is in order."""
    for _, run in groupby(enumerate(full), key=lambda item: (item[1][0], item[1][1] - item[0])):
        campaign = [key for _, key in run]
        if len(campaign) > 1:
            yield campaign


def _suppression(calls, campaign):
    contract, block = calls[0].to, calls[0].block
    return Suppression(block, contract, tuple(calls), sum(call.gas_used for call in calls),
                       campaign[0][1], campaign[-1][1])
