"""Deals with both parties named: prices that are none, parties that are nobody, and times that are but days."""

from __future__ import annotations

import pandas as pd

from kit.clock import UNITS
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.values import Rule, Values
from kit.sources.doctor.wording import count
from kit.sources.ethereum.deals import NOBODY


def _unknown(names):
    return pd.isna(names) | (names == "")


def _positive(x):
    return (x > 0) & (x < float("inf"))


RULES = (
    Rule("error", "impossible price", lambda b: ~(_positive(b["price"]) | (b["price"] == 0)),
         "a price that is not a number from 0 on", "drop or repair them at their source"),
    Rule("error", "impossible size", lambda b: ~(_positive(b["volume"]) | (b["volume"] == 0)),
         "a volume that is not a number from 0 on", "drop or repair them at their source"),
    Rule("warning", "zero price", lambda b: b["price"] == 0, "a price of 0",
         "gifts, and sales paid elsewhere, leave them out"),
    Rule("warning", "unknown party", lambda b: _unknown(b["seller"]) | _unknown(b["buyer"]), "no seller or no buyer",
         "no link of a network, leave them out"),
    Rule("warning", "zero address", lambda b: (b["seller"] == NOBODY) | (b["buyer"] == NOBODY),
         "the zero address as seller or buyer",
         "it stands for contracts, and would be the most influential of all, leave them out"),
    Rule("warning", "deal with oneself", lambda b: (b["seller"] == b["buyer"]) & ~_unknown(b["seller"]),
         "one seller and buyer", "nothing changed hands, they swell volume alone"),
)


class Deals(Values):
    """Every rule, on every deal; and whether any time is more than a date."""

    def __init__(self, kind):
        super().__init__(kind, RULES)
        self._timed = False
        self._dated = 0

    def see(self, batch):
        """Count the rows that break a rule, and look at the time of day."""
        super().see(batch)
        self._timed |= bool((batch["time"] % UNITS["d"] != 0).any())
        self._dated += len(batch)

    def findings(self):
        """One finding for each rule that was broken, and a warning where only days are known."""
        yield from super().findings()
        if not self._timed:
            yield Finding("warning", "days only", self._kind,
                          f"of {count(self._dated, 'deal')} the day is known, not the time, nor which of a day's came "
                          "first: take windows of whole days")
