"""Who builds blocks, and what is bid for them: shares that drift, names with many keys, values with heavy tails.

- A block is built by its proposer in a `local` share of cases; else the winner is drawn from shares that move evenly
  from the first to the last ones, and signs with one of its keys, and is paid at one of its addresses, all alike.
- The best bid arrives at a time of its builder's own, twelve seconds into the slot before, give or take.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import clock
from kit.sources.synthetic.chain.gas import LIMIT, TARGET, USUAL, demand, following
from kit.sources.synthetic.chain.names import address, pubkey
from kit.sources.synthetic.chance import gaussian, pareto, stream, uniform

BEGIN, SLOT = clock.instant("2025-01-06T00:00Z"), clock.duration("12s")
FIRST, WEEK = 1_000_000, 7 * 7200
"""Number of the embedded chain's first block, whose time is `BEGIN`, and blocks of the week before."""
RELAYS = ("relay-one", "relay-two", "relay-three")
LATE, JITTER = 12_300, 350.0
"""Milliseconds into the slot at which winning bids arrive on average, and their standard deviation."""
HOME, PROPOSERS = "built at home", 2000
"""What proposers write into blocks of their own, and how many they are."""
CALL = 72_000
"""Gas of a transaction, about."""


@dataclass(frozen=True)
class Builders:
    """Known answers of the market for blocks."""

    labels: tuple[str, ...] = ("sim-beaver", "sim-titan", "sim-rsync", "sim-otter", "sim-heron")
    first: tuple[float, ...] = (0.45, 0.15, 0.20, 0.12, 0.08)  #: shares at the beginning, of blocks not built locally
    last: tuple[float, ...] = (0.30, 0.40, 0.15, 0.10, 0.05)  #: and at the end
    keys: tuple[int, ...] = (8, 6, 5, 4, 2)
    addresses: tuple[int, ...] = (2, 1, 2, 1, 1)
    local: float = 0.08  #: share of blocks that their proposers build
    hurry: tuple[int, ...] = (0, 150, -100, 50, -200)  #: ms by which each one's bids are later than most
    tail: float = 1.6  #: exponent of the power law of bids
    smallest: float = 0.03  #: bid, in ether

    def shares(self, done) -> np.ndarray:
        """Share of each label when a part `done` of the period has passed."""
        return np.asarray(self.first) + done * np.subtract(self.last, self.first)

    def concentration(self, done, key="label") -> float:
        """Herfindahl–Hirschman index by ``label``, ``fee_recipient`` or ``pubkey``."""
        split = {"label": np.ones(len(self.labels)), "fee_recipient": self.addresses, "pubkey": self.keys}[key]
        return float((self.shares(done) ** 2 / split).sum())


BUILDERS = {"SIM-CHAIN": Builders()}


def batches(symbol, start=None, end=None, seed=0) -> Iterator[dict[str, pd.DataFrame]]:
    """A week of blocks before the embedded chain's first, without their transactions.

    Parameters
    ----------
    symbol : str
    start, end : int, optional
        Nanoseconds since the epoch; not used, the week is always whole.
    seed : int

    Yields
    ------
    dict of str to frame
        ``builder_blocks``; see `row`.
    """
    law, chance, base_fee, rows = BUILDERS[symbol], stream(seed, symbol, "builders"), USUAL, []
    for number in range(FIRST - WEEK, FIRST):
        used = min(int(TARGET * demand(chance, base_fee)), LIMIT)
        winner = auction(law, chance, 1 - (FIRST - number) / WEEK, number)
        bid = int(law.smallest * 1e9 * pareto(chance, law.tail))
        rows.append(row(winner, bid, number, base_fee, used, used // CALL))
        base_fee = following(base_fee, used)
    yield {"builder_blocks": frame(rows)}


class Winner(NamedTuple):
    """Who builds a block; nobody but its proposer has neither key, relays nor a time of bidding."""

    label: str
    pubkey: str | None
    fee_recipient: str
    relays: str | None
    slot_ms: int | None


def auction(law, chance, done, number) -> Winner:
    """The winner of a block when a part `done` of the period has passed."""
    if uniform(chance) <= law.local:
        return Winner(HOME, None, proposer(number), None, None)
    at = min(int(np.searchsorted(np.cumsum(law.shares(done)), uniform(chance))), len(law.labels) - 1)
    label, key, place = law.labels[at], uniform(chance), uniform(chance)
    heard = [relay for relay in RELAYS if uniform(chance) <= 0.6] or RELAYS[:1]
    return Winner(label, pubkey(label, math.ceil(key * law.keys[at])),
                  address("builder", label, math.ceil(place * law.addresses[at])), "|".join(heard),
                  int(LATE + law.hurry[at] + JITTER * gaussian(chance)))


def proposer(number) -> str:
    """Address of who proposes a block."""
    return address("proposer", number % PROPOSERS)


def row(winner, bid, number, base_fee, used, transactions) -> dict:
    """One block of a table of builders."""
    built = winner.pubkey is not None
    return {"block": number, "time": BEGIN + (number - FIRST) * SLOT} | winner._asdict() | {
        "owner": winner.label if built else None, "extra_data": winner.label, "proposer": proposer(number),
        "mev_boost": built, "value_gwei": bid if built else None, "base_fee": base_fee, "gas_used": used,
        "gas_limit": LIMIT, "n_txs": transactions}


def frame(rows) -> pd.DataFrame:
    """Rows as a table like that of `kit.sources.ethereum.mevboost.blocks`."""
    names = dict.fromkeys(("label", "owner", "pubkey", "fee_recipient", "extra_data", "proposer", "relays"), "category")
    table = pd.DataFrame(rows).astype({"value_gwei": "Int64", "slot_ms": "Int64"} | names)
    return table.assign(time=clock.utc(table["time"].to_numpy()))
