"""All rows of one kind: which checks see them, and what these find."""

from __future__ import annotations

from kit.sources.doctor.bands import Bands
from kit.sources.doctor.bars import Volume
from kit.sources.doctor.batch import batch
from kit.sources.doctor.builders import Built, Names
from kit.sources.doctor.clocks import LocalOrder, Order, Resolution, Unit
from kit.sources.doctor.coverage import empty_periods, regularity
from kit.sources.doctor.deals import Deals
from kit.sources.doctor.finding import Fact, Finding
from kit.sources.doctor.headers import BaseFee, Numbers
from kit.sources.doctor.holes import early_end, holes, late_start, quiet_time
from kit.sources.doctor.latency import Offset
from kit.sources.doctor.ledger import Ledger
from kit.sources.doctor.sequences import Chain, Repeats, Versions
from kit.sources.doctor.spikes import Spikes
from kit.sources.doctor.stale import StaleLevel
from kit.sources.doctor.values import Values

ALWAYS = (Order, LocalOrder)
"""What is looked at in every kind, row by row."""

CHECKS = {"quotes": (Values, Versions, Repeats, Spikes),
          "trades": (Values, Repeats, Spikes),
          "depth": (Values, Versions, Repeats),
          "updates": (Values, Chain),
          "bars": (Values, Repeats, Volume),
          "days": (Values, Repeats, Volume),
          "bands": (Values, Repeats, Bands),
          "builder_blocks": (Built, Repeats, Numbers, BaseFee, Names),
          "builder_hours": (Built,),
          "deals": (Deals, Repeats)}
"""What is looked at besides; of a kind that is not named no more is known than that it has a clock."""

REGULAR = ("bars", "days", "bands")
"""Kinds that come at set times."""

FEEDS = ("quotes", "trades", "depth", "updates")
"""Kinds that come when the market moves."""


class Patient:
    """All rows of one kind, and what is known about them so far."""

    def __init__(self, kind):
        self.kind = kind
        self.ledger = Ledger("price" if kind == "trades" else None)
        self.offset = Offset(kind)
        self.stale = StaleLevel(kind) if kind in ("quotes", "depth") else None
        self._rows = 0
        self._unit, self._resolution = Unit(kind), Resolution(kind)
        self._checks = [self.offset, self._resolution, *(check(kind) for check in ALWAYS + CHECKS.get(kind, ()))]

    def see(self, frame, name):
        """Show a frame to every check; returns the rows whose time can be one."""
        rows = batch(frame, self.kind, self._rows, name)
        self._rows += len(rows)
        sound = self._unit.sound(rows)
        if len(sound):
            for check in (self.ledger, *([self.stale] if self.stale else ()), *self._checks):
                check.see(sound)
        return sound

    @property
    def fact(self) -> Fact:
        """How much there is."""
        lines = self.ledger.lines()
        if not len(lines.second):
            return Fact(self.kind, self._rows)
        span = int(lines.first[0]), int(lines.last[-1])
        return Fact(self.kind, self._rows, *span, len(lines.second), self._resolution.unit)

    def findings(self, begin, end):
        """What is wrong with these rows, taken alone, in a recording from `begin` (None: unknown) to `end`."""
        yield from self._unit.findings()
        lines = self.ledger.lines()
        if not len(lines.second):
            yield Finding("error", "no rows", self.kind, f"there are no {self.kind} that can be used: get them again")
            return
        for check in self._checks:
            yield from check.findings()
        yield from _between(self.kind, lines, lines.first[0] if begin is None else begin, end)

    def stale_levels(self, trades):
        """Prices that trades went through while they stood still; `trades` are the lines of their ledger."""
        return self.stale.findings(trades) if self.stale else ()


def _between(kind, lines, begin, end):
    """What is wrong with the time between rows."""
    if kind in REGULAR:
        yield from regularity(kind, lines)
    if kind in FEEDS:
        yield from empty_periods(kind, lines, int(begin), int(end))
        yield from holes(kind, lines)
        yield from late_start(kind, lines, int(begin))
        yield from early_end(kind, lines, int(end))
    if kind in ("quotes", "depth"):
        yield from quiet_time(kind, lines)
