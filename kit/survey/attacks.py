"""Every detector on one recording of a chain: what was found, and what could not be asked, with the reason."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from kit.chain import costs, cycles, loss, rules
from kit.chain.arbitrage import Arbitrage, arbitrages
from kit.chain.backrun import Backrun, backruns
from kit.chain.displacement import Displacement, displacements
from kit.chain.jit import Jit, jits
from kit.chain.liquidation import Bonus, bonuses
from kit.chain.sandwich import Sandwich, sandwiches
from kit.chain.suppression import Suppression, suppressions
from kit.events import Block, Label, Liquidation, Liquidity, Swap, Transaction, Transfer
from kit.refusal import Refusal

NEEDED, OPTIONAL = ("blocks", "transactions", "swaps"), ("transfers", "liquidity", "liquidations", "labels")


@dataclass(frozen=True)
class Survey:
    """Blocks, and what detectors found in them.

    What a detector of `unasked` would have found is an empty list: it was not looked for.
    """

    blocks: list[Block]
    transactions: list[Transaction]
    swaps: list[Swap]
    transfers: list[Transfer]
    liquidity: list[Liquidity]
    liquidations: list[Liquidation]
    labels: list[Label]
    unasked: Mapping[str, str]  #: detectors by name, and why their question cannot be put to this recording

    @functools.cached_property
    def sandwiches(self) -> list[Sandwich]:
        return sandwiches(self.swaps)

    @functools.cached_property
    def strict(self) -> list[Sandwich]:
        """Sandwiches of the strict tier."""
        return [attack for attack in self.sandwiches if attack.tier == "strict"]

    @functools.cached_property
    def losses(self) -> list[loss.Loss]:
        """Of the sandwiches' victims."""
        return loss.losses(self.sandwiches, self.swaps)

    @functools.cached_property
    def arbitrages(self) -> list[Arbitrage]:
        return arbitrages(self.swaps) if "arbitrage" not in self.unasked else []

    @functools.cached_property
    def backruns(self) -> list[Backrun]:
        """Those arbitrages that take back a stranger's move."""
        return backruns(self.swaps, self.arbitrages)

    @functools.cached_property
    def displacements(self) -> list[Displacement]:
        return displacements(self.transactions) if "displacement" not in self.unasked else []

    @functools.cached_property
    def suppressions(self) -> list[Suppression]:
        return suppressions(self.transactions) if "suppression" not in self.unasked else []

    @functools.cached_property
    def bonuses(self) -> list[Bonus]:
        """Liquidations and what they are worth."""
        return bonuses(self.liquidations, self.swaps)

    @functools.cached_property
    def jits(self) -> list[Jit]:
        return jits(self.liquidity, self.swaps)

    @functools.cached_property
    def loops(self) -> list[Arbitrage]:
        """Arbitrages whose transaction is no leg of a sandwich: there the gain is the sandwich's."""
        legs = {name for attack in self.sandwiches for name in attack.own}
        return [one for one in self.arbitrages if one.hash not in legs]

    @functools.cached_property
    def costs(self) -> list[costs.Cost]:
        """Of sandwiches, loops and liquidations; a transaction of several is paid for by the first of them."""
        return costs.costs([*self.sandwiches, *self.loops, *self.bonuses], self.transactions)

    @functools.cached_property
    def by_rule(self) -> dict[str, list]:
        """Sandwiches by the kit's two tiers and by others' rules, those that can be asked here."""
        swaps, calls = self.swaps, self.transactions
        said = {"kit strict": self.strict, "kit": self.sandwiches, "mev-inspect": rules.mev_inspect(swaps),
                "Qin": rules.qin(swaps), "Torres": rules.torres(swaps, calls),
                "Weintraub": rules.weintraub(swaps, calls), "Dune": rules.dune(swaps), "Allium": rules.allium(swaps)}
        return said if "framework" in self.unasked else said | {"framework": rules.framework_pairs(calls)}

    @functools.cached_property
    def loops_by_rule(self) -> dict[str, list[Arbitrage]]:
        """Arbitrages by the kit's rule and by others'."""
        swaps = self.swaps if "arbitrage" not in self.unasked else []
        return {"kit": self.arbitrages, "Weintraub": cycles.weintraub(swaps), "Qin": cycles.qin(swaps)}


def survey(recording, first_block=None, last_block=None) -> Survey:
    """A recording's blocks, ready to be asked.

    Parameters
    ----------
    recording : kit.sources.datasets.Recording
        With blocks, transactions and swaps at least.
    first_block, last_block : int, optional
        Numbers of the first and the last block that are looked at; all where they are not given.

    Raises
    ------
    Refusal
        No block of the recording lies there.
    """
    def within(kind):
        return [one for one in recording.events(kind)
                if (first_block or 0) <= one.block <= (float("inf") if last_block is None else last_block)]

    told = {kind: within(kind) for kind in NEEDED + OPTIONAL if kind in recording.tables}
    if not told["blocks"]:
        raise Refusal("no block lies between first_block and last_block", file=recording.dataset,
                      remedy="ask for other blocks, or for all")
    return Survey(**{kind: [] for kind in OPTIONAL} | told, unasked=_unasked(told))


def _unasked(told):
    """Questions that the recording has no answer to, and why."""
    calls, blocks = told["transactions"], [block.block for block in told["blocks"]]
    neighbours = any(b - a == 1 for a, b in zip(blocks, blocks[1:], strict=False))
    possible = [
        ("arbitrage", len({swap.pool for swap in told["swaps"]}) > 1, "swaps of one pool close no loop"),
        ("displacement", _any(calls, "input"), "no calldata is recorded"),
        ("suppression", _any(calls, "gas_limit"), "no gas limits are recorded"),
        ("suppression", neighbours, "no two of the blocks are neighbours"),
        ("liquidation", "liquidations" in told, "liquidations are not recorded"),
        ("JIT liquidity", "liquidity" in told, "changes of liquidity are not recorded"),
        ("labels", "labels" in told, "there are none"),
        ("framework", _any(calls, "to"), "whom transactions call is not recorded"),
    ]
    return {name: reason for name, is_possible, reason in possible if not is_possible}


def _any(events, field):
    return any(getattr(event, field) is not None for event in events)
