"""Tokens put into pools and taken out of them, as logs or calls tell: Uniswap v2, v3 and what descends, Balancer.

In Uniswap v3 a burn takes liquidity out of the range, and its amounts are owed from then on. Collecting is no burn: it
pays out what is owed, fees included, which transfers show and a public detector gives as the burn's amounts. A burn of
nothing, by which a position asks for its fees, is no event.
"""

from __future__ import annotations

from kit.events import Liquidity, Log
from kit.sources.ethereum import reserves
from kit.sources.ethereum.abi import Event, Function
from kit.sources.ethereum.scene import end
from kit.sources.ethereum.transfers import NOBODY

V2_MINT = Event("Mint(address indexed sender,uint256 amount0,uint256 amount1)")
V2_BURN = Event("Burn(address indexed sender,uint256 amount0,uint256 amount1,address indexed to)")
V3_MINT = Event("Mint(address sender,address indexed owner,int24 indexed lower,int24 indexed upper,uint128 liquidity,"
                "uint256 amount0,uint256 amount1)")
V3_BURN = Event("Burn(address indexed owner,int24 indexed lower,int24 indexed upper,uint128 liquidity,"
                "uint256 amount0,uint256 amount1)")
V3_COLLECT = Event("Collect(address indexed owner,address recipient,int24 indexed lower,int24 indexed upper,"
                   "uint128 amount0,uint128 amount1)")
JOIN = Event("LOG_JOIN(address indexed caller,address indexed token,uint256 amount)")
EXIT = Event("LOG_EXIT(address indexed caller,address indexed token,uint256 amount)")
BALANCER_V2 = Event("PoolBalanceChanged(bytes32 indexed pool_id,address indexed owner,address[] tokens,int256[] deltas,"
                    "uint256[] fees)")

V3_MINTING = Function("mint(address owner,int24 lower,int24 upper,uint128 liquidity,bytes)"
                      " returns (uint256 amount0,uint256 amount1)")
V3_BURNING = Function("burn(int24 lower,int24 upper,uint128 liquidity) returns (uint256 amount0,uint256 amount1)")

TWO_SIDED = {V2_MINT.topic: (V2_MINT, lambda said: (said.amount0, said.amount1)),
             V3_MINT.topic: (V3_MINT, lambda said: (said.amount0, said.amount1)),
             V2_BURN.topic: (V2_BURN, lambda said: (-said.amount0, -said.amount1)),
             V3_COLLECT.topic: (V3_COLLECT, lambda said: (-said.amount0, -said.amount1))}
"""Events that do not name their tokens: how to read them, and what their pool gained."""


def _change(event, scene, protocol, change, owner, said, liquidity, lower=None, upper=None):
    """A change at a pool of two tokens; None if they are not known."""
    pool = event.address if isinstance(event, Log) else event.to
    if pool not in scene.pairs:
        return None
    return Liquidity(*event[:4], pool, protocol, change, scene.origin, scene.target, owner, lower, upper, liquidity,
                     scene.pairs[pool], (said.amount0, said.amount1))


def _shares(scene, pool, until, sender=None, receiver=None):
    """The last transfer of a pool's own token that is as asked; None if there is none."""
    moved = scene.moved(until, token=pool, sender=sender, receiver=receiver)
    return moved[-1] if moved else None


def minted_v2(log, scene) -> Liquidity | None:
    """Liquidity is the pool's own token that was made for it last, and its owner who got that."""
    said, shares = V2_MINT.read(log), _shares(scene, log.address, log.place, sender=NOBODY)
    if said is None or shares is None:
        return None
    return _change(log, scene, "uniswap_v2", 1, shares.receiver, said, shares.amount)


def burned_v2(log, scene) -> Liquidity | None:
    """Liquidity is the pool's own token that it destroyed last, and its owner who had sent it there."""
    said = V2_BURN.read(log)
    shares = _shares(scene, log.address, log.place, sender=log.address, receiver=NOBODY)
    sent = _shares(scene, log.address, log.place, receiver=log.address)
    if said is None or shares is None:
        return None
    return _change(log, scene, "uniswap_v2", -1, sent.sender if sent else said.to, said, shares.amount)


def minted_v3(log, scene) -> Liquidity | None:
    said = V3_MINT.read(log)
    return said and _change(log, scene, "uniswap_v3", 1, said.owner, said, said.liquidity, said.lower, said.upper)


def burned_v3(log, scene) -> Liquidity | None:
    said = V3_BURN.read(log)
    if said is None or not said.liquidity:
        return None
    return _change(log, scene, "uniswap_v3", -1, said.owner, said, said.liquidity, said.lower, said.upper)


def joined(log, scene) -> Liquidity | None:
    """One token of a Balancer v1 pool; a change of several has an event for each."""
    said, change = JOIN.read(log) or EXIT.read(log), 1 if log.topics[0] == JOIN.topic else -1
    return said and Liquidity(*log[:4], log.address, "balancer_v1", change, scene.origin, scene.target, said.caller,
                              None, None, None, (said.token,), (said.amount,))


def balanced(log, scene) -> Liquidity | None:
    """Tokens of a pool of Balancer's vault, all put in or all taken out."""
    said = BALANCER_V2.read(log)
    if said is None or not any(said.deltas) or min(said.deltas) < 0 < max(said.deltas):
        return None
    if len(said.tokens) != len(said.deltas):
        return None
    return Liquidity(*log[:4], "0x" + said.pool_id[:20].hex(), "balancer_v2", 1 if max(said.deltas) > 0 else -1,
                     scene.origin, scene.target, said.owner, None, None, None, tuple(said.tokens),
                     tuple(map(abs, said.deltas)))


LOGS = {V2_MINT.topic: minted_v2, V2_BURN.topic: burned_v2, V3_MINT.topic: minted_v3, V3_BURN.topic: burned_v3,
        JOIN.topic: joined, EXIT.topic: joined, BALANCER_V2.topic: balanced}


def is_nothing(log) -> bool:
    """Whether a log tells of a burn of nothing, and of no misfit."""
    said = V3_BURN.read(log)
    return said is not None and not said.liquidity


def minting_v2(call, scene) -> Liquidity | None:
    """What a pair gained is what its reserves show; None where nobody asked for them before."""
    said, state = reserves.MINT.read(call), scene.held.get((call.hash, call.place))
    if said is None or state is None or None in state[:2]:
        return None
    gained = V2_MINT.Values(call.sender, *(now - was for now, was in zip(state.after, state.before, strict=True)))
    return _change(call, scene, "uniswap_v2", 1, said.to, gained, said.liquidity)


def burning_v2(call, scene) -> Liquidity | None:
    """Liquidity is the pool's own token that was sent to it last."""
    said, sent = reserves.BURN.read(call), _shares(scene, call.to, end(call.place), receiver=call.to)
    return said and sent and _change(call, scene, "uniswap_v2", -1, sent.sender, said, sent.amount)


def minting_v3(call, scene) -> Liquidity | None:
    said = V3_MINTING.read(call)
    return said and _change(call, scene, "uniswap_v3", 1, said.owner, said, said.liquidity, said.lower, said.upper)


def burning_v3(call, scene) -> Liquidity | None:
    said = V3_BURNING.read(call)
    if said is None or not said.liquidity:
        return None
    return _change(call, scene, "uniswap_v3", -1, call.sender, said, said.liquidity, said.lower, said.upper)


CALLS = {reserves.MINT.selector: minting_v2, reserves.BURN.selector: burning_v2, V3_MINTING.selector: minting_v3,
         V3_BURNING.selector: burning_v3}
