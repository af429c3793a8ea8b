"""Sandwiches whose attacker also provides the liquidity that victims trade against, and takes it out behind them."""

from __future__ import annotations

from typing import NamedTuple

from kit.chain.routers import ROUTERS
from kit.chain.sandwich import Sandwich
from kit.events import Liquidity


class JitSandwich(NamedTuple):
    """A sandwich, and the position that stood in its pool while the victims traded."""

    block: int
    sandwich: Sandwich
    mint: Liquidity
    burn: Liquidity


def jit_sandwiches(attacks, liquidity, *, routers=ROUTERS) -> list[JitSandwich]:
    """Those attacks around whose victims their attacker put liquidity in and took it out.

    Parameters
    ----------
    attacks : iterable of Sandwich
    liquidity : iterable of kit.events.Liquidity
        Of the same blocks, in any order.
    routers : set of str
        Contracts that strangers call: position managers belong here where they are called directly.

    Notes
    -----
    - Same block, a pool of the attack, one owner and range; put in before the first victim, taken out after the last.
    - Whoever moved the liquidity shares the signer or the called contract, if it is no router, with the attacker.
    - Of several such positions the first that was put in is named.
    """
    changes = {}
    for change in sorted(liquidity, key=lambda change: (change.index, change.place)):
        changes.setdefault((change.block, change.pool), []).append(change)
    around = ((attack, _around(attack, changes, routers)) for attack in attacks)
    return [JitSandwich(attack.block, attack, *pair) for attack, pair in around if pair]


def _around(attack, changes, routers):
    masters = {name for swap in attack.fronts + attack.backs for name in (swap.origin, swap.target)} - routers - {None}
    near = [change for pool in attack.pools for change in changes.get((attack.block, pool), ())
            if masters & {change.origin, change.target}]
    mints = [change for change in near if change.change > 0 and change.index < attack.victims[0].index]
    burns = [change for change in near if change.change < 0 and change.index > attack.victims[-1].index]
    return next(((mint, burn) for mint in mints for burn in burns if _position(mint) == _position(burn)), None)


def _position(change):
    return change.pool, change.owner, change.lower, change.upper
