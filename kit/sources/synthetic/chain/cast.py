"""Who acts in one block, and the chance that they act by: nobody appears twice but who is meant to."""

from __future__ import annotations

import math
from itertools import count
from typing import NamedTuple

from kit.sources.synthetic.chain.names import ROUTER, address
from kit.sources.synthetic.chance import exp, gaussian, stream, uniform

USERS, BOTS = 4999, 12
GWEI = 10**9
TIP = 1.5
"""Median tip of ordinary transactions, gwei."""


class Bot(NamedTuple):
    """An attacker: the contract that trades, and two accounts that sign for it."""

    contract: str
    signer: str
    second: str

    @property
    def holder(self):
        """Who holds what it buys: a router holds nothing."""
        return self.signer if self.contract == ROUTER else self.contract


class Cast:
    """Strangers, bots and draws of one block.

    Parameters
    ----------
    seed, block : int
    spread : float
        Standard deviation of the log of tips.
    """

    def __init__(self, seed, block, spread):
        self.chance, self.spread = stream(seed, "chain", block), spread
        first, stride = self.below(USERS), 1 + self.below(USERS - 1)
        self._users = ((first + i * stride) % USERS for i in range(USERS))
        self._bots = ((first + i) % BOTS for i in range(BOTS))
        self._fresh = count()
        self._name = (seed, block)

    def user(self) -> str:
        """A stranger's account."""
        return address("user", next(self._users))

    def bot(self) -> Bot:
        """An attacker who does nothing else in this block."""
        number = next(self._bots)
        return Bot(*(address("bot", part, number) for part in ("contract", "signer", "second signer")))

    def contract(self, of) -> str:
        """A contract that is met nowhere else."""
        return address(of, *self._name, next(self._fresh))

    def below(self, n) -> int:
        """A number from 0 to n - 1, all alike."""
        return math.ceil(uniform(self.chance) * n) - 1

    def pick(self, items):
        """One of `items`, all alike."""
        return items[self.below(len(items))]

    def between(self, low, high) -> float:
        """A number between the two, all alike."""
        return low + (high - low) * uniform(self.chance)

    def happens(self, share) -> bool:
        """True in a `share` of all cases."""
        return uniform(self.chance) <= share

    def tip(self) -> int:
        """An ordinary tip, wei per gas: lognormal."""
        return int(TIP * GWEI * exp(self.spread * gaussian(self.chance)))
