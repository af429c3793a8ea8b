"""What a trader is told: a forecast of the return, and how strong it must be to act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kit import backend
from kit.refusal import Refusal


@dataclass(frozen=True)
class Signal:
    """A forecast, each value of which stands from its time until the next.

    Parameters
    ----------
    time : array of int64, shape (n,)
        When a value is known, ns since the epoch, not decreasing.
    value : array of float64, shape (n,)
        Return foreseen; NaN is no forecast, on which no position is wanted.
    threshold : float or array of float64, shape (n,)
        The position wanted is the sign of the value where its size exceeds the threshold, else none. Must come from
        data before the value (`kit.execution.thresholds`); NaN wants nothing.

    Raises
    ------
    Refusal
        Lengths that differ, time that runs backwards, a negative threshold.
    """

    time: Any
    value: Any
    threshold: Any = 0.0

    def __post_init__(self):
        n, shape = len(self.time), getattr(self.threshold, "shape", ())
        if len(self.value) != n or shape not in ((), (n,)):
            raise Refusal(f"{n} times, {len(self.value)} values, thresholds of shape {shape}", file="signal",
                          remedy="one value a time, and one threshold in all or one a time")
        if bool((self.time[1:] < self.time[:-1]).any()):
            raise Refusal("time runs backwards", file="signal", column="time", remedy="sort by time")
        if bool((backend.namespace(self.value).asarray(self.threshold) < 0).any()):
            raise Refusal("negative threshold", file="signal", column="threshold", remedy="give a size >= 0")

    @property
    def strength(self):
        """The value in units of what it is compared with: the value itself, or value / threshold row by row.

        Where a threshold is a number of its own in each row, ``|value / threshold| > 1`` holds, in floating point too,
        exactly where ``|value| > threshold``.
        """
        value = backend.lend(self.value)
        if not getattr(self.threshold, "shape", ()):
            return value
        with np.errstate(divide="ignore", invalid="ignore"):
            return value / self.threshold

    @property
    def level(self) -> float:
        """What `strength` must exceed."""
        return 1.0 if getattr(self.threshold, "shape", ()) else float(self.threshold)
