"""The state of the embedded chain while its transactions are executed, and all that they leave behind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from kit.events import KINDS, WETH, Transaction
from kit.sources.synthetic.chain.names import digest
from kit.sources.synthetic.chain.pools import pools

CALL = 21_000
"""Gas of a transaction that does nothing."""
EVENTS = ("blocks", "transactions", "transfers", "swaps", "liquidity", "liquidations", "labels")
"""Kinds of what a world leaves behind."""


@dataclass(frozen=True)
class Draft:
    """A transaction before it is in a block."""

    sender: str
    to: str
    acts: tuple = ()  #: what it does, in order; see `acts`
    tip: int = 0  #: wei per gas, to the producer
    bribe: int = 0  #: per cent of what `to` has gained in ether, paid to the producer
    value: int = 0
    input: str = "0x"
    burns: int = 0  #: gas besides that of its acts
    limit: int | None = None  #: gas; a quarter more than it uses where it is None, but for a mere payment
    fails: bool = False

    @property
    def gas(self) -> int:
        return CALL + self.burns + sum(act.gas for act in self.acts)


class World:
    """Pools, what accounts gained since the scene began (`purse`), and the events so far."""

    def __init__(self, seed):
        self.seed, self.pools, self.purse = seed, pools(), Counter()
        self.events = {kind: [] for kind in EVENTS}

    def begin(self, block):
        """A new block: its events are numbered from 0."""
        self.block, self.index, self.logs = block, 0, 0

    def execute(self, draft, base_fee) -> Transaction:
        """One transaction; if it fails nothing happens, but its gas is paid."""
        self.draft, self.hash = draft, digest("transaction", self.seed, self.block, self.index)
        for act in draft.acts if not draft.fails else ():
            act(self)
        gain = 0 if draft.fails else max(self.purse[draft.to, WETH], 0)
        limit = draft.limit or (draft.gas * 5 // 4 if draft.gas > CALL else CALL)
        done = Transaction(self.block, self.index, self.hash, draft.sender, draft.to, draft.value, base_fee + draft.tip,
                           draft.gas, limit, gain * draft.bribe // 100, draft.input, not draft.fails)
        self.events["transactions"].append(done)
        self.index += 1
        return done

    def transfer(self, token, sender, receiver, amount):
        """A token changes hands."""
        self.purse[sender, token] -= amount
        self.purse[receiver, token] += amount
        self.write("transfers", token, sender, receiver, amount)

    def write(self, kind, *rest):
        """An event of the transaction in hand, with the block's next number."""
        self.events[kind].append(KINDS[kind](self.block, self.index, self.hash, (self.logs,), *rest))
        self.logs += 1
