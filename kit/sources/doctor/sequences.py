"""Numbers that an exchange gives to its messages: where they break, run backwards or come twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.sources.doctor.finding import Finding
from kit.sources.doctor.tally import Previous, Tally
from kit.sources.doctor.wording import count, stamp

WINDOW = 1 << 16
"""Rows back to which a repetition is looked for."""

KEYS = {"quotes": ("time", "bid", "bid_size", "ask", "ask_size", "update_id"),
        "trades": ("time", "price", "size", "side"),
        "depth": ("time", "bid_0", "bid_size_0", "ask_0", "ask_size_0", "sequence"),
        "bars": ("time",),
        "days": ("time",),
        "bands": ("time", "percentage"),
        "builder_blocks": ("block",),
        "deals": ("time", "seller", "buyer", "volume", "price", "asset"),
        "blocks": ("block",),
        "transactions": ("hash",),
        "logs": ("block", "place"),
        "traces": ("block", "index", "place"),
        "swaps": ("block", "index", "place")}
"""What two rows share when they are the same (as far as present); those that have an id are told by it alone."""

IDS = {"trades": "id", "transactions": "hash", "deals": "hash"}
"""The column that tells two rows apart, where it is there."""

SURE = ("bars", "days", "bands", "builder_blocks", "blocks", "transactions", "logs", "traces", "swaps")
"""Kinds in which no two rows can be the same by chance."""


class Chain:
    """Book updates that do not follow on the one before.

    An update names the last id of its predecessor (``prev_id``), or begins at that id + 1 (``first_id``).
    Snapshots stand outside the chain. Ids of -1 are unknown and prove nothing.
    """

    def __init__(self, kind):
        self._kind = kind
        self._breaks = Tally()
        self._messages = 0
        self._snapshot = False
        self._before = {name: Previous() for name in ("first_id", "last_id", "prev_id")}

    def see(self, batch):
        """Follow the chain."""
        self._snapshot |= len(batch.streamed) < len(batch)
        batch = batch.streamed
        before = {name: previous(batch[name]) for name, previous in self._before.items()}
        new = np.any([batch[name] != before[name] for name in before], axis=0)
        stated = batch["prev_id"] >= 0
        expected = np.where(stated, batch["prev_id"], batch["first_id"] - 1)
        known = (batch["last_id"] >= 0) & (before["last_id"] >= 0)
        self._breaks.add(new & known & (expected != before["last_id"]), batch)
        self._messages += int(new.sum())

    def findings(self):
        """An error where the chain breaks, a warning where it has no beginning."""
        if self._breaks.rows:
            yield self._breaks.finding(
                "error", "sequence break", self._kind,
                f"{count(self._breaks.rows, 'break')} in the chain of {self._messages + 1:,} book updates: a book "
                "rebuilt from them is wrong until the next snapshot")
        if not self._snapshot:
            yield Finding("warning", "no snapshot", self._kind,
                          "book updates without a snapshot: the book is known only at the prices that were updated; "
                          "rebuild it from the preceding recording on")


class Versions:
    """Ids of quotes or books that fall: an older state came after a newer one."""

    def __init__(self, kind):
        self._kind = kind
        self._column = {"quotes": "update_id", "depth": "sequence"}[kind]
        self._back = Tally()
        self._before = Previous()

    def see(self, batch):
        """Compare each id with the one before."""
        if self._column in batch:
            self._back.add(batch[self._column] < self._before(batch[self._column]), batch)

    def findings(self):
        """One warning where ids fall."""
        if self._back.rows:
            yield self._back.finding(
                "warning", "update ids backwards", self._kind,
                f"{self._column} falls {count(self._back.rows, 'time')}: an older state overwrites a newer one; sort "
                f"by {self._column}")


class Repeats:
    """Rows that came before, within `WINDOW` rows."""

    def __init__(self, kind):
        self._kind = kind
        self._again = Tally()
        self._tail = np.empty(0, "uint64")
        self._id = None

    def see(self, batch):
        """Look for each row among those before it."""
        self._id = IDS.get(self._kind) if IDS.get(self._kind) in batch else None
        pool = np.concatenate([self._tail, _fingerprints(batch, (self._id,) if self._id else KEYS[self._kind])])
        again = np.zeros(len(pool), bool)
        if pd.Series(pool).duplicated().any():
            order = np.argsort(pool, kind="stable")
            later, earlier = order[1:], order[:-1]
            again[later[(pool[later] == pool[earlier]) & (later - earlier <= WINDOW)]] = True
        self._again.add(again[len(self._tail):], batch)
        self._tail = pool[-WINDOW:]

    def findings(self):
        """One finding: rows counted twice are a warning, states repeated and fills alike a note."""
        if self._again.rows:
            yield self._again.finding(*self._told(count(self._again.rows, "row")))

    def _told(self, rows):
        if self._id == "hash":
            return ("warning", "duplicate hashes", self._kind,
                    f"the hash of an earlier one in {rows}{self._again.where}: keep one of each, or show that one "
                    "transaction made several")
        if self._id:
            return ("warning", "duplicate trade ids", self._kind,
                    f"an id already seen in {rows}, as a feed sends trades again when it reconnects: keep the first of "
                    "each, or volume is counted twice")
        if self._kind == "trades":
            return ("info", "identical trades", self._kind,
                    f"the time, price, size and side of an earlier trade in {rows}: without ids nobody can tell a "
                    "repetition from two fills alike")
        where = self._again.where or f", the first at {stamp(self._again.first)}"
        if self._kind == "deals":
            return ("info", "identical deals", self._kind,
                    f"the time, parties, price and asset of an earlier deal in {rows}{where}: without hashes nobody "
                    "can tell a repetition from two deals alike")
        return ("warning" if self._kind in SURE else "info", "repeated rows", self._kind,
                f"the same as an earlier row ({', '.join(KEYS[self._kind])}) in {rows}{where}: keep one of each")


def _fingerprints(batch, names):
    """64 bits per row, equal where the named columns are (those that are present)."""
    frame = pd.DataFrame({name: batch[name] for name in names if name in batch})
    return pd.util.hash_pandas_object(frame, index=False).to_numpy()
