"""What a check remembers between batches: rows that offend, the row before, an even sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit.sources.doctor.finding import Finding

EXAMPLES = 5


@dataclass
class Tally:
    """Offending rows: how many, from when to when, and the numbers of the first few."""

    rows: int = 0
    first: int | None = None
    last: int | None = None
    examples: tuple[int, ...] = ()

    def add(self, offends, batch):
        """Count the rows of a batch at which `offends` holds."""
        if not offends.any():
            return
        times = batch["time"][offends]
        first, last = int(times.min()), int(times.max())
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        self.rows += len(times)
        shown = batch.rows[offends][:EXAMPLES]
        self.examples = (self.examples + tuple(int(row) for row in shown))[:EXAMPLES]

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
