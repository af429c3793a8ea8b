"""One sandwich taken apart: its trades in their order, and the price in the pool before and after each."""

from __future__ import annotations

import pandas as pd

from kit.events import ETHER, WETH

COIN = (ETHER, WETH)
WEI = 1e18


def largest(taken, sandwiches):
    """The strict sandwich of the largest gross gain, first of those for ether at pools that say what they hold.

    Parameters
    ----------
    taken : pandas.DataFrame
        Of `kit.survey.takings.each`: its first rows are those of the sandwiches.
    sandwiches : list of Sandwich

    Returns
    -------
    Sandwich or None
        None where no strict one was found, in one pool.
    """
    gross = dict(zip(sandwiches, taken["gross"], strict=False))
    strict = [attack for attack in sandwiches if attack.tier == "strict" and len(attack.pools) == 1]
    return max(strict, key=lambda attack: (attack.fronts[0].reserve_in is not None,
                                           bool({attack.token_in, attack.token_out} & set(COIN)), gross[attack]),
               default=None)


def title(attack) -> str:
    """Which attack it is, in a line."""
    victims = f"{len(attack.harmed)} victim{'s' * (len(attack.harmed) > 1)}"
    return f"Block {attack.block:,}: a sandwich of {victims}, pool {attack.pool[:8]}… ({attack.fronts[0].protocol})"


def legs(attack, swaps, losses) -> pd.DataFrame:
    """Trades of a sandwich in one pool, with whatever others traded there in between.

    Parameters
    ----------
    attack : Sandwich
    swaps : iterable of kit.events.Swap
        All of its block.
    losses : iterable of kit.chain.loss.Loss

    Returns
    -------
    pandas.DataFrame
        A row per swap, in order: ``role`` (front, victim, back, other), ``hash``, ``average`` price, and the price
        ``before`` and ``after`` it; ``without``, the average had nobody gone in front; ``ether`` that was paid in
        (negative: paid out), missing where the pool has none; ``in_reserve`` and ``out_reserve``, what the pool held
        after it of the token the front pays with and of the one it buys. Prices are of what the front buys in what it
        pays with, 1 where the attack began; reserves too. Missing where the pool does not say what it holds.
    """
    first, last = attack.fronts[0], attack.backs[-1]
    inside = [swap for swap in sorted(swaps, key=_order) if swap.block == attack.block and swap.pool == attack.pool
              and {swap.token_in, swap.token_out} == {attack.token_in, attack.token_out}
              and _order(first) <= _order(swap) <= _order(last)]
    would = {loss.hash: loss for loss in losses if loss.block == attack.block and loss.pool == attack.pool}
    roles = {swap: role for role in ("front", "victim", "back") for swap in getattr(attack, f"{role}s")}
    held = _held(first, attack, before=True)
    unit = held[0] / held[1] if held else first.amount_in / first.amount_out
    rows = [_leg(swap, attack, held, unit, would.get(swap.hash)) | {"role": roles.get(swap, "other")}
            for swap in inside]
    return pd.DataFrame(rows)


def _order(swap):
    return swap.index, swap.place


def _held(swap, attack, before=False):
    """What the pool held of the front's two tokens, after a swap or before it; None where it does not say."""
    if swap.reserve_in is None or swap.reserve_out is None:
        return None
    taken = (swap.amount_in, -swap.amount_out) if before else (0, 0)
    held = {swap.token_in: swap.reserve_in - taken[0], swap.token_out: swap.reserve_out - taken[1]}
    return held[attack.token_in], held[attack.token_out]


def _leg(swap, attack, start, unit, loss):
    forth = swap.token_in == attack.token_in
    paid, bought = (swap.amount_in, swap.amount_out) if forth else (swap.amount_out, swap.amount_in)
    before, after = _held(swap, attack, before=True), _held(swap, attack)
    price = {name: held[0] / held[1] / unit if held and start else float("nan")
             for name, held in (("before", before), ("after", after))}
    reserves = [now / then for now, then in zip(after, start, strict=True)] if after and start else [float("nan")] * 2
    without = swap.amount_in / loss.without / unit if loss and loss.without else float("nan")
    return {"hash": swap.hash, "average": paid / bought / unit, **price, "without": without, "ether": _ether(swap),
            "in_reserve": reserves[0], "out_reserve": reserves[1]}


def _ether(swap):
    if swap.token_in in COIN:
        return swap.amount_in / WEI
    return -swap.amount_out / WEI if swap.token_out in COIN else float("nan")
