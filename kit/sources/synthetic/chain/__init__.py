"""A chain with known answers: two hours of blocks in which every kind of attack, and what looks like one, is planted.

- Pools follow Uniswap v2's integers and the base fee EIP-1559's, both exactly; a transaction that fails does nothing.
- Scenes (`attacks`, `decoys`) are dealt over the blocks; each leaves a label, attacks by their kind, decoys as
  ``decoy_`` and what they are. People between them (`crowd`) trade amounts of heavy tails, and never twice in a block.
- What is bid for blocks, by whom (`builders`), how tips compete (`gas`), and who deals with whom (`deals`) have known
  answers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from kit import events
from kit.sources.synthetic.chain import builders, deals
from kit.sources.synthetic.chain.attacks import ATTACKS
from kit.sources.synthetic.chain.blocks import played
from kit.sources.synthetic.chain.builders import BEGIN, SLOT, Builders
from kit.sources.synthetic.chain.deals import Dealers
from kit.sources.synthetic.chain.decoys import DECOYS
from kit.sources.synthetic.chain.gas import Gas


@dataclass(frozen=True)
class Chain:
    """Known answers of the embedded chain."""

    blocks: int = 600
    gas: Gas = Gas()
    builders: Builders = Builders()  #: whose shares are the last ones throughout
    dealers: Dealers = Dealers()

    @property
    def counts(self) -> Mapping[str, int]:
        """Scenes by the kind of their labels: attacks, and decoys."""
        return {kind: sum(sorts.values()) for kind, sorts in self.sorts.items()}

    @property
    def sorts(self) -> Mapping[str, Mapping[str, int]]:
        """Scenes by kind and by the note of their labels."""
        return {kind: {note: number for note, (number, _) in sorts.items()}
                for kind, sorts in (ATTACKS | DECOYS).items()}


SYMBOLS = ("SIM-CHAIN",)
CHAINS = {"SIM-CHAIN": Chain()}


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """Two hours of blocks from 2025-01-06 00:00 UTC, or until `end`.

    Parameters
    ----------
    symbol : str
    start, end : int, optional
        Nanoseconds since the epoch; it always begins at one place.
    seed : int

    Yields
    ------
    dict of str to frame
        ``blocks``, ``transactions``, ``transfers``, ``swaps``, ``liquidity``, ``liquidations`` and ``labels`` as
        `kit.events.read` takes them, and ``builder_blocks`` and ``deals``, which have a time of their own.
    """
    law = CHAINS[symbol]
    blocks = law.blocks if end is None else min(law.blocks, max(0, -(-(end - BEGIN) // SLOT)))
    happened, rows = played(law, seed, blocks)
    yield {kind: events.frame(found, kind) for kind, found in happened.items()}
    yield {"builder_blocks": builders.frame(rows)}
    yield from deals.batches(symbol, seed=seed)
