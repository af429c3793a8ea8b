"""Events of a chain that cannot be true by themselves, and what cannot be known where a field of them is missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.events import KINDS
from kit.sources.doctor.batch import Batch
from kit.sources.doctor.tally import Sample, Tally
from kit.sources.doctor.values import Rule
from kit.sources.doctor.wording import count
from kit.sources.ethereum.node import LEAST_GAS

NUMBERS = ("timestamp", "base_fee", "gas_limit", "gas_used", "gas_price", "success", "amount_in", "amount_out")
TEXT = ("hash", "place", "coinbase", "input")
"""Fields that are looked at row by row, besides block and index."""


def arrays(kind, events, row) -> Batch:
    """Events of one kind as arrays, the first of which is row number `row`: numbers as float64, NaN what is missing."""
    fields = dict(zip(KINDS[kind]._fields, zip(*events, strict=True), strict=True))
    columns = {name: np.array(fields[name], dtype="int64") for name in ("block", "index") if name in fields}
    columns |= {name: np.array(fields[name], dtype=float) for name in NUMBERS if name in fields}
    columns |= {name: pd.Series([x if x is None else str(x) for x in fields[name]], dtype=object).to_numpy()
                for name in TEXT if name in fields}
    return Batch(kind, np.arange(row, row + len(events)), columns)


def _unknown(name):
    return lambda b: pd.isna(b[name])


_DROP = "fetch these blocks again"

RULES = {
    "blocks": (
        Rule("error", "gas above the limit", lambda b: b["gas_used"] > b["gas_limit"],
             "more gas used than the block may", _DROP),
        Rule("warning", "no time", _unknown("timestamp"), "a header without a time",
             "they are in no period, and nothing by the clock can be said of them"),
        Rule("warning", "no gas", lambda b: np.isnan(b["gas_used"]) | np.isnan(b["gas_limit"]),
             "a header without gas used or limit",
             "how full they were, and what the next base fee must be, is not known"),
        Rule("warning", "no base fee", _unknown("base_fee"), "a header without a base fee",
             "what was paid above it is not known"),
    ),
    "transactions": (
        Rule("error", "corrupt receipts", lambda b: b["gas_used"] < LEAST_GAS, "less gas than any transaction costs",
             "take neither gas nor status from the receipts of these blocks"),
        Rule("error", "gas above the limit", lambda b: b["gas_used"] > b["gas_limit"],
             "more gas used than the transaction may", _DROP),
        Rule("warning", "no receipts", _unknown("gas_used"), "no gas used", "what they cost is not known"),
        Rule("warning", "no gas price", _unknown("gas_price"), "no gas price", "what they bid is not known"),
        Rule("warning", "no status", _unknown("success"), "no word on success",
             "those that failed cannot be told from the others"),
        Rule("warning", "no calldata", _unknown("input"), "no calldata",
             "what was copied from another transaction cannot be seen"),
        Rule("warning", "no traces", _unknown("coinbase"), "no word on what calls paid to the producer",
             "bids are known but for it"),
    ),
    "swaps": (
        Rule("error", "impossible amount", lambda b: (b["amount_in"] < 0) | (b["amount_out"] < 0),
             "an amount below 0", "name what went in and what came out anew"),
        Rule("warning", "zero amount", lambda b: (b["amount_in"] == 0) | (b["amount_out"] == 0),
             "nothing that went in, or nothing that came out", "the price there is 0 or not defined, leave them out"),
    ),
}


class GasUnit:
    """Gas prices in gwei, where wei were meant.

    Parameters
    ----------
    kind : str
    least : float
        Median gas price, wei, below which no chain works; prices of 0 are left out.
    """

    def __init__(self, kind, least=1000.0):
        self._kind, self._least = kind, least
        self._prices = Sample()

    def see(self, batch):
        """Take the prices of a batch."""
        self._prices.add(batch["gas_price"][batch["gas_price"] > 0])

    def findings(self):
        """One error where prices are that low."""
        if self._prices.seen and np.median(self._prices.values) < self._least:
            yield Tally(self._prices.seen).finding(
                "error", "gas price unit", self._kind,
                f"the median of {count(self._prices.seen, 'gas price')} is {np.median(self._prices.values):.4g} wei, "
                "as if gwei had been read as wei: multiply them by 1,000,000,000")
