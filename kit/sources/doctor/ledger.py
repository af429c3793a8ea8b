"""One line a second: what a recording keeps of its rows once they have passed.

- A second with a message takes 40 bytes, one without takes none: at most 3.5 MB a day and kind.
- Lines add up in any order, so that late rows and the cutting into batches leave no trace.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kit.clock import SECOND

PATIENCE = 1 << 16
"""Lines that may wait before they are merged with the rest; more where there are more."""


class Lines(NamedTuple):
    """Seconds that had a message, in order, and what was in them; arrays of one length."""

    second: np.ndarray  #: int64, whole seconds since the epoch
    first: np.ndarray  #: int64 ns, earliest time in the second
    last: np.ndarray  #: int64 ns, latest
    low: np.ndarray  #: lowest price, NaN where there is none
    high: np.ndarray  #: highest


class Ledger:
    """Adds up rows by second.

    Parameters
    ----------
    price : str, optional
        The column whose lowest and highest value to keep.
    """

    def __init__(self, price=None):
        self._price = price
        self._waiting = []

    def see(self, batch):
        """Add the rows of a batch, which has some."""
        time = batch["time"]
        price = batch[self._price].astype(float) if self._price else np.full(len(time), np.nan)
        self._waiting.append(_merged(Lines(time // SECOND, time, time, price, price)))
        if sum(len(lines.second) for lines in self._waiting[1:]) > max(PATIENCE, len(self._waiting[0].second)):
            self._waiting = [self.lines()]

    def lines(self) -> Lines:
        """All that was seen, by second."""
        if not self._waiting:
            return Lines(*(np.empty(0, "int64"),) * 3, *(np.empty(0),) * 2)
        together = Lines(*(np.concatenate(column) for column in zip(*self._waiting, strict=True)))
        order = np.argsort(together.second, kind="stable")
        return _merged(Lines(*(column[order] for column in together)))


def _merged(lines):
    """Neighbouring lines of the same second made one."""
    new = np.flatnonzero(np.diff(lines.second, prepend=lines.second[0] - 1))
    return Lines(lines.second[new], np.minimum.reduceat(lines.first, new), np.maximum.reduceat(lines.last, new),
                 np.fmin.reduceat(lines.low, new), np.fmax.reduceat(lines.high, new))
