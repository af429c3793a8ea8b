"""Trades held against other rows: their ids against one another and those off the book, their times against quotes."""

from __future__ import annotations

import numpy as np

from kit.sources.doctor.batch import Batch
from kit.sources.doctor.clocks import CENTURY
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.tally import Previous, Tally
from kit.sources.doctor.wording import count, percent, stamp


class TradeIds:
    """Consecutive trade ids of which some are absent, or that run backwards.

    Ids of prints off the book (liquidations taken over by the insurance fund and the like) are not absent.

    Parameters
    ----------
    consecutive : float
        Share of steps of exactly one from which ids are taken to count trades; venues with other ids are left alone.
    """

    def __init__(self, consecutive=0.9):
        self._consecutive = consecutive
        self._back, self._jumps = Tally(), []
        self._off_book = np.empty(0, "int64")
        self._steps = self._ones = 0
        self._before = Previous()

    def see(self, batch):
        """Count the steps from trade to trade; keep the ids off the book."""
        if "id" not in batch or batch["id"].dtype.kind not in "iu":
            return
        if batch.kind == "off_book":
            self._off_book = np.concatenate([self._off_book, batch["id"]])
        elif batch.kind == "trades":
            before = self._before(batch["id"])
            step = batch["id"] - before
            self._back.add(step < 0, batch)
            self._steps += len(step)
            self._ones += int((step == 1).sum())
            jump = step > 1
            self._jumps.append((before[jump], batch["id"][jump], batch["time"][jump], batch.rows[jump]))

    def findings(self):
        """A warning for ids that are absent, one for ids that run backwards."""
        if self._steps and self._ones > self._consecutive * (self._steps - 1):
            yield from self._absent()
            yield from self._backwards()

    def _absent(self):
        before, after, times, rows = (np.concatenate(column) for column in zip(*self._jumps, strict=True))
        known = np.sort(self._off_book)
        absent = after - before - 1 - (np.searchsorted(known, after) - np.searchsorted(known, before))
        anew = absent > self._steps
        places, leaps = Tally(), Tally()
        places.add((absent > 0) & ~anew, Batch("trades", rows, {"time": times}))
        leaps.add(anew, Batch("trades", rows, {"time": times}))
        if places.rows:
            missing = int(absent[~anew].sum())
            yield places.finding(
                "warning", "missing trades", "trades",
                f"{count(missing, 'trade id')} absent ({percent(missing, missing + self._steps)} of the trades) in "
                f"{count(places.rows, 'place')}: volume and order flow are understated there")
        if leaps.rows:
            yield leaps.finding(
                "info", "trade ids numbered anew", "trades",
                f"ids leap over more than the whole recording has in {count(leaps.rows, 'place')}, the first at "
                f"{stamp(leaps.first)}: numbered anew, or a part is absent")

    def _backwards(self):
        if self._back.rows:
            yield self._back.finding(
                "warning", "trade ids backwards", "trades",
                f"trade ids run backwards {count(self._back.rows, 'time')}: the file is not in the order of trading, "
                "sort by id")


class LeadIn:
    """Trades before the first quote (or, without quotes, the first book).

    Parameters
    ----------
    most : int
        How many such trades are counted; beyond it the finding says "at least".
    """

    def __init__(self, most=1 << 17):
        self._most = most
        self._first = {}
        self._early = np.empty(0, "int64")

    def see(self, batch):
        """Keep the trades that no quote seen so far precedes."""
        time = batch["time"]
        if batch.kind in ("quotes", "depth"):
            self._first[batch.kind] = min(int(time.min()), self._first.get(batch.kind, CENTURY))
        elif batch.kind == "trades":
            early = np.concatenate([self._early, time[time < self._first.get("quotes", CENTURY)]])
            self._early = np.sort(early)[:self._most]

    def findings(self):
        """One warning where there are such trades."""
        kind = "quotes" if "quotes" in self._first else "depth"
        first = self._first.get(kind)
        early = self._early[self._early < first] if first is not None else self._early[:0]
        if len(early):
            least = "at least " if len(early) == self._most else ""
            yield Finding(
                "warning", "trades before the first quote", "trades",
                f"{least}{count(len(early), 'trade')}, from {stamp(early[0])} on, before the first of the {kind} at "
                f"{stamp(first)}: no quote to set them against, leave them out",
                len(early), int(early[0]), int(early[-1]))
