"""The exchange's clock: its unit, its resolution, its order; and whether the local clock runs backwards."""

from __future__ import annotations

import numpy as np

from kit.clock import SECOND, UNITS
from kit.sources.doctor.batch import MISSING
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.tally import Previous, Tally
from kit.sources.doctor.wording import count, percent, seconds, stamp

GENESIS, CENTURY = 1_230_940_800 * SECOND, 4_102_444_800 * SECOND
"""2009-01-03, before which there was no coin, and 2100-01-01."""


class Unit:
    """Times outside 2009 to 2100 were read in the wrong unit; the other checks do not see them."""

    def __init__(self, kind):
        self._kind = kind
        self._wrong = Tally()
        self._mistake = ""
        self._rows = 0

    def sound(self, batch):
        """The rows of a batch whose time can be one."""
        time = batch["time"]
        wrong = (time < GENESIS) | (time >= CENTURY)
        if wrong.any() and not self._wrong.rows:
            self._mistake = _mistake(int(time[wrong.argmax()]))
        self._wrong.add(wrong, batch)
        self._rows += len(batch)
        return batch.where(~wrong)

    def findings(self):
        """One error where there are such rows."""
        wrong = self._wrong
        if wrong.rows:
            share = percent(wrong.rows, self._rows)
            yield wrong.finding(
                "error", "clock unit" if wrong.rows == self._rows else "mixed clock units", self._kind,
                f"times outside 2009 to 2100 in {count(wrong.rows, 'row')} ({share}), the earliest {stamp(wrong.first)}"
                f"{self._mistake}: read them in their own unit")


def _mistake(time):
    """Which confusion of units would explain an impossible time."""
    for name in ("us", "ms", "s"):
        if GENESIS <= time * UNITS[name] < CENTURY:
            return f", as if {name} had been read as ns"
        if GENESIS <= time // UNITS[name] < CENTURY:
            return f", {UNITS[name]:,} times too late"
    return ""


class Resolution:
    """The coarsest unit that the exchange's clock can be counted in, and whether part of the rows needs a finer one.

    Parameters
    ----------
    kind : str
    chance : float
        Share of rows up to which a coarser stamp is chance: one µs in a thousand is a whole ms.
    """

    def __init__(self, kind, chance=0.05):
        self._kind, self._chance = kind, chance
        self._whole = dict.fromkeys(("s", "ms", "us", "ns"), 0)
        self._rows = 0

    def see(self, batch):
        """Count the stamps that are whole seconds, milliseconds, microseconds."""
        time = batch.streamed["time"]
        self._rows += len(time)
        for unit in self._whole:
            self._whole[unit] += int((time % UNITS[unit] == 0).sum())

    @property
    def unit(self) -> str:
        """``"s"``, ``"ms"``, ``"us"`` or ``"ns"``."""
        return next(unit for unit, rows in self._whole.items() if rows == self._rows)

    def findings(self):
        """A note where a coarser unit serves for too many rows to be chance, but not for all."""
        units = list(self._whole)
        coarser = [u for u in units[:units.index(self.unit)] if self._whole[u] > self._chance * self._rows]
        if coarser and self._rows >= 1 / self._chance:
            rows = self._whole[coarser[-1]]
            yield Finding(
                "info", "mixed clock resolution", self._kind,
                f"the clock ticks in {self.unit}, but {percent(rows, self._rows)} of the stamps are whole "
                f"{coarser[-1]}: two clocks in one file, or a change of its format", rows)


class Order:
    """Rows whose exchange time lies before one already seen."""

    def __init__(self, kind):
        self._kind = kind
        self._late = Tally()
        self._latest = None
        self._furthest = 0

    def see(self, batch):
        """Compare each time with the latest so far."""
        batch = batch.streamed
        if not len(batch):
            return
        start = batch["time"][:1] if self._latest is None else self._latest
        latest = np.maximum.accumulate(np.concatenate([start, batch["time"]]))
        behind = latest[:-1] - batch["time"]
        self._late.add(behind > 0, batch)
        self._furthest = max(self._furthest, int(behind.max()))
        self._latest = latest[-1:]

    def findings(self):
        """One warning where rows are out of order."""
        if self._late.rows:
            yield self._late.finding(
                "warning", "out of order", self._kind,
                f"exchange times before one already seen in {count(self._late.rows, 'row')}, by up to "
                f"{seconds(self._furthest)}: sort by time (stable) before computing")


class LocalOrder:
    """Local stamps that run backwards: the recorder's clock was set, or files were joined in the wrong order."""

    def __init__(self, kind):
        self._kind = kind
        self._back = Tally()
        self._furthest = 0
        self._before = Previous()

    def see(self, batch):
        """Compare each local stamp with the one before."""
        if "local_time" not in batch:
            return
        known = batch.where(batch["local_time"] != MISSING)
        step = known["local_time"] - self._before(known["local_time"])
        self._back.add(step < 0, known)
        self._furthest = min(self._furthest, int(step.min(initial=0)))

    def findings(self):
        """One warning where the clock ran backwards."""
        if self._back.rows:
            yield self._back.finding(
                "warning", "local clock backwards", self._kind,
                f"the local clock runs backwards {count(self._back.rows, 'time')}, by up to "
                f"{seconds(-self._furthest)}: order events by the exchange's clock")
