"""What a sandwich cost its victims: their trades once more on the same pool, without the front."""

from __future__ import annotations

from typing import NamedTuple

from kit.events import ETHER, WETH, Amount
from kit.refusal import Refusal

WHOLE = 10_000
"""A fee is given in parts of this: basis points."""


class Loss(NamedTuple):
    """A victim's trade as it was and as it would have been."""

    block: int
    pool: str
    hash: str
    token_in: str  #: that the victim paid with
    paid: Amount
    token: str  #: that it bought
    received: Amount
    without: Amount | None  #: received without the front; None where it cannot be replayed
    loss: Amount | None  #: without less received
    reason: str | None  #: why it cannot be replayed

    @property
    def overpaid(self):
        """Of what was paid, the part that would have been saved at the price without the front, rounded down."""
        return None if self.loss is None else self.paid * self.loss // max(self.without, 1)

    @property
    def ether(self):
        """The loss in wei, where ether was bought or paid with; None elsewhere, or where it is not known."""
        if self.token in (WETH, ETHER):
            return self.loss
        return self.overpaid if self.token_in in (WETH, ETHER) else None


def losses(attacks, swaps, *, fee=30) -> list[Loss]:
    r"""Losses of the victims of attacks on constant-product pools, a swap of a victim each.

    Parameters
    ----------
    attacks : iterable of Sandwich
    swaps : iterable of kit.events.Swap
        All of the same blocks: what strangers traded in between happens in both histories.
    fee : int
        Of the pool, in basis points of what is paid in: 30 for Uniswap v2 and its forks.

    Notes
    -----
    - Who pays :math:`x` into a pool that holds :math:`R_{in}` and :math:`R_{out}` gets, rounded down,

      .. math:: \left\lfloor \frac{R_{out}\, x\, (1 - f)}{R_{in} + x\, (1 - f)} \right\rfloor

    - The history without the attack starts from the pool before the front and makes every swap but the attacker's, each
      with what was paid in. So a victim who fixed what it buys, and pays more because of the front, loses here what
      that surplus would have bought.
    - A replay counts only if the same formula makes the recorded history: every swap begins with what the one before it
      left, and all but the attacker's follow from there, as sold exactly or as bought exactly. If not, the pool is no
      constant product, or takes another fee, or its liquidity changed in between: nothing is said.
    - Others are taken to trade the same without the attack: nobody would have stayed away, or come. A victim's swaps
      along a route are replayed each by itself, with what was paid into them.
    - Without a fee the attacker's gain is what the victims' losses together would fetch in the untouched pool. With a
      fee it is less, and the pool's providers have the rest.

    Raises
    ------
    Refusal
        Swaps of an attack are not among `swaps`.

    References
    ----------
    Uniswap v2 periphery, UniswapV2Library: getAmountOut and getAmountIn.
    """
    pools = {}
    for swap in sorted(swaps, key=lambda swap: (swap.index, swap.place)):
        pools.setdefault((swap.block, swap.pool), []).append(swap)
    return [loss for attack in attacks for pool in attack.pools
            for loss in _in_pool(attack, pool, pools.get((attack.block, pool), []), WHOLE - fee)]


def amount_out(paid, reserve_in, reserve_out, kept):
    """What a pool pays for `paid`, of which it counts `kept` basis points."""
    return reserve_out * paid * kept // (reserve_in * WHOLE + paid * kept)


def amount_in(wanted, reserve_in, reserve_out, kept):
    """What must be paid for `wanted`; None where the pool does not hold more than that."""
    return reserve_in * wanted * WHOLE // ((reserve_out - wanted) * kept) + 1 if wanted < reserve_out else None


def _in_pool(attack, pool, swaps, kept):
    front = next(swap for swap in attack.fronts if swap.pool == pool)
    victims = [swap for swap in attack.victims if swap.pool == pool]
    if front not in swaps or not set(victims) <= set(swaps):
        raise Refusal(f"swaps of the attack {attack.fronts[0].hash} are missing", file="swaps",
                      remedy="give all swaps of its block")
    history = swaps[swaps.index(front):swaps.index(victims[-1]) + 1] if victims else []
    others = [swap for swap in history if swap.hash not in attack.own]
    reason = _unlike(history, others, kept)
    without = {} if reason else _replayed(others, _before(front), kept)
    for victim in victims:
        would = without.get(victim)
        yield Loss(attack.block, pool, victim.hash, victim.token_in, victim.amount_in, victim.token_out,
                   victim.amount_out, would, None if would is None else would - victim.amount_out, reason)


def _before(swap):
    """What the pool held, by token, before a swap."""
    return {swap.token_in: swap.reserve_in - swap.amount_in, swap.token_out: swap.reserve_out + swap.amount_out}


def _unlike(history, others, kept):
    """Why recorded swaps are not those of a constant product; None where they are."""
    if any(swap.reserve_in is None or swap.reserve_out is None for swap in history):
        return "reserves are not recorded"
    for before, swap in zip(history, history[1:], strict=False):
        if _before(swap) != {before.token_in: before.reserve_in, before.token_out: before.reserve_out}:
            return "liquidity changed in between"
    return None if all(_exact(swap, kept) for swap in others) else "no constant product with this fee"


def _exact(swap, kept):
    held = _before(swap)
    reserves = held[swap.token_in], held[swap.token_out]
    return (swap.amount_out == amount_out(swap.amount_in, *reserves, kept)
            or swap.amount_in == amount_in(swap.amount_out, *reserves, kept))


def _replayed(swaps, held, kept):
    """What each swap would get, one after the other, from a pool that begins with `held`."""
    received = {}
    for swap in swaps:
        received[swap] = amount_out(swap.amount_in, held[swap.token_in], held[swap.token_out], kept)
        held = {swap.token_in: held[swap.token_in] + swap.amount_in,
                swap.token_out: held[swap.token_out] - received[swap]}
    return received
