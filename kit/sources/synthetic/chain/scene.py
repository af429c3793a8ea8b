"""A scene: transactions that belong together, which of them are the attack, and what it gains."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from kit.events import Label, Swap
from kit.sources.synthetic.chain.world import Draft


def nothing(swaps):
    """Of what gains nothing that could be stated without prices."""
    return None, None


class Scene(NamedTuple):
    """What is planted: an attack, or a decoy that only looks like one."""

    parts: tuple[tuple[Draft, ...], ...]  #: one a block, in blocks that follow each other; each stays together
    attack: tuple[int, ...]  #: numbers of its transactions, counted over all parts
    victims: tuple[int, ...] = ()
    gain: Callable[[list[list[Swap]]], tuple[str | None, int | None]] = nothing
    #: token and profit, from the swaps of each transaction of the attack
    across: bool = False  #: its last part comes before all else in its block, the one before it after all else


def label(kind, note, scene, transactions, swaps) -> Label:
    """What is told of a scene that has been played.

    Parameters
    ----------
    kind, note : str
    scene : Scene
    transactions : list of kit.events.Transaction
        Of all its parts.
    swaps : dict of str to list of kit.events.Swap
        By hash.
    """
    attack = [transactions[number] for number in scene.attack]
    token, profit = scene.gain([swaps.get(one.hash, []) for one in attack])
    victims = tuple(transactions[number].hash for number in scene.victims)
    hashes = tuple(one.hash for one in attack)
    return Label(kind, attack[0].block, hashes, victims, token, profit, "planted", note)


def sandwich_gain(swaps):
    """Of fronts and their back: on the part that was bought and sold again, rounded down.

    Where it gets back exactly what the fronts paid, the gain is what it keeps of the other token.
    """
    fronts, back = [swap for one in swaps[:-1] for swap in one], swaps[-1][0]
    paid, held = sum(one.amount_in for one in fronts), sum(one.amount_out for one in fronts)
    if back.amount_out == paid:
        return back.token_in, held - back.amount_in
    common = back.amount_out * held - paid * back.amount_in
    return back.token_out, common // max(held, back.amount_in)


def loop_gain(swaps):
    """Of swaps through a loop: what comes out less what went in."""
    return swaps[0][0].token_in, swaps[0][-1].amount_out - swaps[0][0].amount_in
