"""Blocks of the embedded chain: scenes dealt over them, people between, each transaction executed in its place."""

from __future__ import annotations

from collections import defaultdict, deque
from itertools import chain

import numpy as np

from kit import clock
from kit.events import Block
from kit.sources.synthetic.chain import builders
from kit.sources.synthetic.chain.attacks import ATTACKS
from kit.sources.synthetic.chain.builders import BEGIN, FIRST, SLOT
from kit.sources.synthetic.chain.cast import Cast
from kit.sources.synthetic.chain.crowd import ordinary
from kit.sources.synthetic.chain.decoys import DECOYS
from kit.sources.synthetic.chain.gas import LIMIT, TARGET, USUAL, demand, following
from kit.sources.synthetic.chain.scene import label
from kit.sources.synthetic.chain.world import World
from kit.sources.synthetic.chance import many, stream, uniform

MARGIN = 10
"""Per cent of what a block pays that its builder keeps."""
AHEAD = ("sandwich", "backrun", "jit")
"""Attacks that are sent to builders and stand at the head of the block; the rest stands anywhere."""
LONGEST = 3
"""Blocks that a scene takes at most."""


class Play:
    """A scene while it is played: its parts to come, and its transactions so far."""

    def __init__(self, kind, note, scene):
        self.kind, self.note, self.scene = kind, note, scene
        self.left, self.done = deque(scene.parts), []

    def next(self):
        """The place of its next part in the block, and the part: drafts, each with the play itself."""
        part = [(draft, self) for draft in self.left.popleft()]
        if self.scene.across:
            return ("tail" if self.left else "head"), part
        return ("top" if self.kind in AHEAD else "anywhere"), part


def played(law, seed, blocks):
    """The first `blocks` of the chain: events by kind, and the rows of the builders' table."""
    world, dealt, plays, base_fee, rows = World(seed), deal(seed, law.blocks), [], USUAL, []
    for number in range(blocks):
        cast = Cast(seed, number, law.gas.dispersion(number))
        plays += [Play(kind, note, play(cast, world)) for kind, note, play in dealt[number]]
        winner = builders.auction(law.builders, cast.chance, 1.0, FIRST + number)
        world.begin(FIRST + number)
        done = _block(world, cast, law.gas, [play for play in plays if play.left], base_fee)
        used, paid = sum(one.gas_used for one in done), sum(_paid(one, base_fee) for one in done)
        world.events["blocks"].append(Block(world.block, (BEGIN + number * SLOT) // clock.SECOND, winner.fee_recipient,
                                            base_fee, LIMIT, used, winner.label))
        bid = paid * (100 - MARGIN) // 100 // 10**9
        rows.append(builders.row(winner, bid, world.block, base_fee, used, len(done)))
        base_fee = following(base_fee, used)
    world.events["labels"] = _labels(plays, world.events["swaps"])
    return world.events, rows


def deal(seed, blocks):
    """Scenes by the number of the block in which they begin: of attacks, and of decoys, one a block at most."""
    dealt = defaultdict(list)
    for of, scenes in (("attacks", ATTACKS), ("decoys", DECOYS)):
        cards = [(kind, note, play) for kind, sorts in scenes.items() for note, (number, play) in sorts.items()
                 for _ in range(number)]
        order = np.argsort(many(uniform, stream(seed, "chain", of), blocks - LONGEST + 1))
        for block, card in zip(order[:len(cards)].tolist(), cards, strict=True):
            dealt[block].append(card)
    return dealt


def _block(world, cast, gas, plays, base_fee):
    """Executes a block, and returns its transactions."""
    units = defaultdict(list)
    for place, part in map(Play.next, plays):
        units[place].append(part)
    used = sum(draft.gas for draft, _ in chain(*chain(*units.values())))
    people = _people(cast, world, min(LIMIT - used, int(TARGET * demand(cast.chance, base_fee))))
    middle = _ordered(cast, people, gas.private, units["anywhere"])
    done = []
    for unit in chain(units["head"], units["top"], middle, units["tail"]):
        world.purse.clear()
        for draft, play in unit:
            done.append(world.execute(draft, base_fee))
            if play:
                play.done.append(done[-1])
    return done


def _people(cast, world, wanted):
    """Ordinary transactions, as many as there is gas for."""
    people = []
    while (wanted := wanted - (draft := ordinary(cast, world)).gas) >= 0:
        people.append([(draft, None)])
    return people


def _ordered(cast, people, private, scenes):
    """Public transactions in order of tip, and among them, anywhere, private ones and scenes."""
    hidden = [cast.happens(private) for _ in people]
    shown = [one for one, hides in zip(people, hidden, strict=True) if not hides]
    order = sorted(shown, key=lambda one: -one[0][0].tip)
    for unit in [one for one, hides in zip(people, hidden, strict=True) if hides] + scenes:
        order.insert(cast.below(len(order) + 1), unit)
    return order


def _paid(done, base_fee):
    """What a transaction pays to the producer, wei."""
    return (done.gas_price - base_fee) * done.gas_used + done.coinbase


def _labels(plays, swaps):
    """Of all scenes that have come to their end."""
    by_hash = defaultdict(list)
    for swap in swaps:
        by_hash[swap.hash].append(swap)
    labels = [label(play.kind, play.note, play.scene, play.done, by_hash) for play in plays if not play.left]
    return sorted(labels, key=lambda one: one.block)
