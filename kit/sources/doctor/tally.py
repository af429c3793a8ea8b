"""What a check remembers between batches: rows that offend, the row before, an even sample."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import count

EXAMPLES = 5


@dataclass
class Tally:
    """Offending rows: how many, from when to when, in which blocks of a chain, and the numbers of the first few."""

    rows: int = 0
    first: int | None = None
    last: int | None = None
    examples: tuple[int, ...] = ()
    blocks: set[int] = field(default_factory=set)

    def add(self, offends, batch):
        """Count the rows of a batch at which `offends` holds."""
        if not offends.any():
            return
        rows = batch.rows[offends]
        self.rows += len(rows)
        self.examples = (self.examples + tuple(int(row) for row in rows[:EXAMPLES]))[:EXAMPLES]
        if "block" in batch:
            self.blocks.update(np.unique(batch["block"][offends]).tolist())
        if "time" in batch:
            self._span(batch["time"][offends])

    def _span(self, times):
        first, last = int(times.min()), int(times.max())
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)

    @property
    def where(self) -> str:
        """``, the first in block 12,775,690``, with the number of blocks where they are fewer than the rows."""
        if not self.blocks:
            return ""
        of = f" of {count(len(self.blocks), 'block')}" if len(self.blocks) < self.rows else ""
        return f"{of}, the first in block {min(self.blocks):,}"

    def finding(self, severity, what, kind, message) -> Finding:
        """The finding that these rows make."""
        return Finding(severity, what, kind, message, self.rows, self.first, self.last, self.examples)


class Previous:
    """The value one row earlier, across batches; the very first row has itself before it."""

    def __init__(self):
        self._last = None

    def __call__(self, array):
        if not len(array):
            return array
        before = np.concatenate([array[:1] if self._last is None else self._last, array[:-1]])
        self._last = array[-1:].copy()
        return before


class Highest:
    """The highest value of the rows before, across batches; the very first row has itself before it."""

    def __init__(self):
        self._reached = None

    def __call__(self, array):
        start = array[:1] if self._reached is None else self._reached
        reached = np.fmax.accumulate(np.concatenate([start, array]))
        self._reached = reached[-1:]
        return reached[:-1]


class Sample:
    """Every so many-th value of a stream, from the first on: all of a short one, never more than `most`.

    Which values are kept depends on their number alone, not on how the stream was cut.
    """

    def __init__(self, most=1 << 17):
        self.values = np.empty(0)
        self.seen = 0
        self._most = most
        self._stride = 1

    def add(self, array):
        """Take the next values of the stream."""
        self.values = np.concatenate([self.values, array[-self.seen % self._stride::self._stride]])
        self.seen += len(array)
        while len(self.values) > self._most:
            self.values = self.values[::2].copy()
            self._stride *= 2
