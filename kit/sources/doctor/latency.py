"""What the local clock says of the exchange's: messages that arrive before they were sent, or too late to matter."""

from __future__ import annotations

import numpy as np

from kit.clock import SECOND
from kit.sources.doctor.batch import MISSING
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.tally import Sample, Tally
from kit.sources.doctor.wording import count, percent, seconds

LATE = 5 * SECOND
"""A message that took longer is late: the grid has given the quote before it up by then."""


class Offset:
    """Local time less exchange time, row by row; snapshots of the book have no exchange time and are left out."""

    def __init__(self, kind):
        self._kind = kind
        self._negative, self._late = Tally(), Tally()
        self._least = self._most = 0
        self._sample = Sample()
        self.estimated = False

    def see(self, batch):
        """Take the latencies of a batch."""
        if "local_time" not in batch:
            return
        batch = batch.streamed
        batch = batch.where(batch["local_time"] != MISSING)
        latency = batch["local_time"] - batch["time"]
        self._negative.add(latency < 0, batch)
        self._late.add(latency > LATE, batch)
        self._least = min(self._least, int(latency.min(initial=0)))
        self._most = max(self._most, int(latency.max(initial=0)))
        self._sample.add(latency)
        self.estimated |= batch.estimated

    @property
    def known(self) -> bool:
        """Whether there is a local time at all."""
        return self._sample.seen > 0

    @property
    def local_only(self) -> bool:
        """Whether every time is the local one: the feed states no exchange time."""
        return self.known and self._least == 0 == self._most and not self.estimated

    @property
    def quantiles(self):
        """1st percentile, median and 99th percentile in ns; exact up to 131,072 rows, then of an even sample."""
        return np.quantile(self._sample.values, [0.01, 0.5, 0.99])

    def findings(self):
        """The offset: a warning where it is negative or where messages come late, else a note."""
        if self.estimated:
            yield Finding("warning", "estimated clock", self._kind,
                          f"the feed states no exchange time: `time` is the local one shifted by "
                          f"{seconds(-self.quantiles[1])}, as other messages show, and good to some ms; do not sign "
                          f"trades by these {self._kind}")
        elif self.local_only:
            yield Finding("info", "no exchange clock", self._kind,
                          "the feed states no exchange time: `time` is the local one")
        elif self.known:
            yield from self._offset()
            yield from self._lateness()

    def _offset(self):
        low, middle, high = self.quantiles
        spread = f"median {seconds(middle)}, 1st to 99th percentile {seconds(low)} to {seconds(high)}"
        if not self._negative.rows:
            yield Finding("info", "latency", self._kind, f"rows arrive after they were sent: {spread}")
            return
        blame = f"is {seconds(-middle)}" if middle < 0 else f"strays, and is up to {seconds(-self._least)}"
        yield self._negative.finding(
            "warning", "negative latency", self._kind,
            f"the local clock {blame} behind the exchange's ({spread}; "
            f"{percent(self._negative.rows, self._sample.seen)} of the rows arrive before they were sent): "
            "order and join by exchange time only")

    def _lateness(self):
        if self._late.rows and self.quantiles[1] <= LATE:
            yield self._late.finding(
                "warning", "late messages", self._kind,
                f"{count(self._late.rows, 'row')} arrived more than {seconds(LATE)} after their exchange time, up "
                f"to {seconds(self._most)}: whoever trades on this feed did not know them in time")


def shared_clock(offsets):
    """A warning for each kind that bears local times while another bears exchange times.

    Parameters
    ----------
    offsets : dict of str to Offset
    """
    apart = {kind: offset.quantiles[1] for kind, offset in sorted(offsets.items())
             if offset.known and not offset.local_only and not offset.estimated}
    if not apart:
        return
    other = max(apart, key=lambda kind: abs(apart[kind]))
    for kind, offset in sorted(offsets.items()):
        if offset.local_only:
            yield Finding(
                "warning", "two clocks", kind,
                f"{kind} bear local times and {other} exchange times, {seconds(apart[other])} apart in the median: "
                "join them on local_time, or shift one by the offset")
