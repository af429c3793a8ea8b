"""Who built blocks, as relays and builders tell it: what no relay confirms, and names that are not to be trusted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.sources.doctor.finding import Finding
from kit.sources.doctor.values import Rule, Values
from kit.sources.doctor.wording import count

FORGED = "imposter"
"""Stands in the name that a source gives to whoever is known to write another's."""


def _there(b, name):
    return ~pd.isna(b[name]) if name in b else np.zeros(len(b), bool)


def _forged(b):
    names = (pd.Series(b[name], dtype="str") for name in ("label", "owner") if name in b)
    return np.any([each.str.contains(FORGED, case=False, na=False) for each in names], axis=0)


_FORGERY = Rule("warning", "forged name", _forged, "a name that is another's, as its source says",
                "do not count them as that builder's, know builders by their key")

RULES = {
    "builder_blocks": (
        Rule("error", "gas above the limit", lambda b: b["gas_used"] > b["gas_limit"],
             "more gas used than the block may", "ask a node for these headers"),
        Rule("error", "impossible value", lambda b: b["value_gwei"] < 0, "a payment below 0",
             "drop or repair them at their source"),
        Rule("warning", "no relay delivered", lambda b: _there(b, "pubkey") & ~_told(b),
             "a builder's key, and no relay that says it delivered the block", "do not count them as relayed"),
        Rule("warning", "relay without a builder", lambda b: _there(b, "relays") & ~_there(b, "pubkey"),
             "a relay, and no builder's key", "neither built at home nor known, leave them out of shares"),
        Rule("warning", "no builder", lambda b: _told(b) & ~_there(b, "pubkey"), "a relay's delivery without a key",
             "ask the relay again"),
        Rule("warning", "no value", lambda b: _told(b) & np.isnan(b["value_gwei"].astype(float)),
             "a relay's delivery without what was paid", "shares of value are not known"),
        Rule("info", "no bid time", lambda b: _told(b) & ~_there(b, "slot_ms"), "a relay's delivery without its time",
             "when the winning bid came is not known"),
        Rule("info", "not relayed", lambda b: ~_told(b), "no relay's delivery",
             "built at home, or sent past the relays that were asked; what was paid is not known"),
        _FORGERY,
    ),
    "builder_hours": (_FORGERY,),
}


def _told(b):
    return b["mev_boost"].astype(bool)


class Built(Values):
    """Every rule, on every row."""

    def __init__(self, kind):
        super().__init__(kind, RULES[kind])


class Names:
    """Keys that bear several names, and names that several owners of keys use."""

    def __init__(self, kind):
        self._kind = kind
        self._keys, self._owners = {}, {}

    def see(self, batch):
        """Take the pairs that are new."""
        for pairs, one, other in ((self._keys, "pubkey", "label"), (self._owners, "label", "owner")):
            if other in batch:
                both = pd.DataFrame({"one": batch[one], "other": batch[other]}).dropna().drop_duplicates()
                for key, value in both.itertuples(index=False):
                    pairs.setdefault(key, set()).add(value)

    def findings(self):
        """A note on keys of several names, a warning on names of several owners."""
        several = sorted(key for key, labels in self._keys.items() if len(labels) > 1)
        if several:
            yield Finding("info", "keys with several names", self._kind,
                          f"{len(several):,} of {count(len(self._keys), 'key')} write several names, "
                          f"{several[0][:12]} {' and '.join(sorted(self._keys[several[0]]))}: merge them before "
                          "counting builders")
        shared = sorted(label for label, owners in self._owners.items() if len(owners) > 1)
        if shared:
            told = "; ".join(f"{label}: {' and '.join(sorted(self._owners[label]))}" for label in shared)
            yield Finding("warning", "names with several owners", self._kind,
                          f"{count(len(shared), 'name')} written by keys of different owners ({told}): names are what "
                          "builders write of themselves, know them by their key")
