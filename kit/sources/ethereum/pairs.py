"""Which two tokens a pool holds: its events do not name them, but the tokens that move at it do."""

from __future__ import annotations

import collections
import itertools

from kit.sources.ethereum.abi import Function

BALANCE = Function("balanceOf(address owner) returns (uint256 amount)")
SEND = Function("transfer(address receiver,uint256 amount)")


def of_logs(swaps, transfers) -> dict[str, tuple[str, str]]:
    """Pairs of the pools at which logs tell of swaps.

    Two tokens that move at a pool within the block are its own, in the order of their addresses, in which all these
    pools hold them. Where more than two move, or seem to, the pair is the one that explains every swap: of what went in
    and of what came out there is a transfer of just that amount before it. Where none does, or more than one, the pool
    is left out.

    Parameters
    ----------
    swaps : list of (log, (int, int))
        With what its pool gained, or lost, of the first and the second token.
    transfers : list of kit.events.Transfer
    """
    held, moved = collections.defaultdict(set), set()
    for each in transfers:
        for pool, sign in ((each.receiver, 1), (each.sender, -1)):
            if pool != each.token:
                held[pool].add(each.token)
                moved.add((each.hash, pool, each.token, sign * each.amount))
    wanted = collections.defaultdict(list)
    for log, changes in swaps:
        wanted[log.address].append((log.hash, changes))
    return {pool: pair for pool, told in wanted.items() for pair in _one(pool, held[pool], told, moved)}


def _one(pool, held, told, moved):
    """The only pair that it can be, if there is one."""
    pairs = list(itertools.combinations(sorted(held), 2))
    if len(pairs) > 1:
        pairs = [pair for pair in pairs
                 if all((hash, pool, token, change) in moved for hash, changes in told
                        for token, change in zip(pair, changes, strict=True) if change)]
    return pairs if len(pairs) == 1 else []


def of_calls(calls) -> dict[str, tuple[str, str]]:
    """Pairs of contracts that ask two tokens for their own balance, or send them, within the block.

    A pool must, to see what it was paid: which they are is exact. Contracts that ask of one token, or of three, are
    left out.

    Parameters
    ----------
    calls : list of kit.events.Trace
    """
    asked = collections.defaultdict(set)
    for call in calls:
        if call.success and call.kind in ("call", "staticcall"):
            own = call.input.startswith(BALANCE.selector) and call.input[-40:] == call.sender[2:]
            if own or call.input.startswith(SEND.selector):
                asked[call.sender].add(call.to)
    return {pool: tuple(sorted(tokens)) for pool, tokens in asked.items() if len(tokens) == 2}
