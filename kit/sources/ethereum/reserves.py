"""What constant-product pairs held before and after each call of a block, as far as calls tell."""

from __future__ import annotations

import collections
from typing import NamedTuple

from kit.sources.ethereum.abi import Function
from kit.sources.ethereum.pairs import BALANCE
from kit.sources.ethereum.scene import ONSET, end

SWAP = Function("swap(uint256 amount0_out,uint256 amount1_out,address to,bytes)")
MINT = Function("mint(address to) returns (uint256 liquidity)")
BURN = Function("burn(address to) returns (uint256 amount0,uint256 amount1)")
SYNC = Function("sync()")
SKIM = Function("skim(address to)")
RESERVES = Function("getReserves() returns (uint256 reserve0,uint256 reserve1)")

CHANGING = frozenset(function.selector for function in (SWAP, MINT, BURN, SYNC, SKIM))


class Known(NamedTuple):
    """What is known of a pair at a call that changes it."""

    before: tuple[int, int] | None  #: reserves; None where nobody asked
    after: tuple[int, int] | None  #: reserves, which are the balances that the pair asks for; None where it does not
    since: tuple  #: where the last such call in the transaction ended


def known(calls, pairs) -> dict[tuple, Known]:
    """What is known of pairs, by the hash and the place of each call that changes one.

    Parameters
    ----------
    calls : list of kit.events.Trace
        Of one block, in order; those that failed are passed over.
    pairs : dict of str to (str, str)
        Tokens of pools.
    """
    told, last, found, asked = {}, {}, {}, _balances(calls)
    for call in calls:
        if not call.success or call.to not in pairs:
            continue
        pool, (hash, until) = call.to, last.get(call.to, (None, ONSET))
        selector = call.input[:10]
        since = until if hash == call.hash else ONSET
        if selector == RESERVES.selector and call.place > since:
            said = RESERVES.read(call)
            told[pool] = said and tuple(said)
        elif selector in CHANGING and call.kind == "call":
            after = _both(asked[call.hash, call.place], pairs[pool])
            found[call.hash, call.place] = Known(told.get(pool), after, since)
            told[pool], last[pool] = after, (call.hash, end(call.place))
    return found


def _balances(calls):
    """What a contract said of its caller's balance, by the call in which the caller asked."""
    asked = collections.defaultdict(dict)
    for call in calls:
        if call.success and call.place and call.input.startswith(BALANCE.selector):
            said = BALANCE.read(call)
            if said and said.owner == call.sender:
                asked[call.hash, call.place[:-1]][call.to] = said.amount
    return asked


def _both(balances, pair):
    """Of the first and the second token; None where one was not asked for."""
    return tuple(balances[token] for token in pair) if set(pair) <= set(balances) else None
