"""When: the event, what it is compared with, and the paper's clock put right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import clock
from kit.refusal import Refusal

PAPER = {"the paper's crash, 23:20": pd.Timestamp("2025-10-10 23:20", tz="Europe/Warsaw").tz_convert("UTC"),
         "the paper's large bid, 23:27": pd.Timestamp("2025-10-10 23:27", tz="Europe/Warsaw").tz_convert("UTC")}
"""The paper prints local time without saying so: its 23:20 is 21:20 UTC, inside the crash that others saw."""


@dataclass(frozen=True)
class Event:
    """A stretch of time, begin <= t < end, in int64 nanoseconds since the epoch; everything else is the control."""

    begin: int
    end: int

    def covers(self, time) -> np.ndarray:
        """Which of some times lie inside, bool.

        Parameters
        ----------
        time : array of int64 (ns), or UTC DatetimeIndex or Series
        """
        time = stamps(time)
        return (time >= self.begin) & (time < self.end)

    @property
    def first(self) -> pd.Timestamp:
        return pd.Timestamp(self.begin, tz="UTC")

    @property
    def last(self) -> pd.Timestamp:
        return pd.Timestamp(self.end, tz="UTC")

    def __str__(self):
        return f"{self.first:%Y-%m-%d %H:%M} to {self.last:%H:%M} UTC"


def event(day="2025-10-10", begin="20:50", end="22:00") -> Event:
    """The event of a day.

    Parameters
    ----------
    day : str
        UTC date.
    begin, end : str
        Hour and minute of that day, UTC.

    Raises
    ------
    Refusal
        end is not after begin.
    """
    first, last = (clock.instant(f"{day}T{hour}Z") for hour in (begin, end))
    if first >= last:
        raise Refusal(f"the event ends at {end}, which is not after {begin}", remedy="give begin < end")
    return Event(first, last)


def stamps(time) -> np.ndarray:
    """int64 nanoseconds since the epoch of times in any form that the kit uses."""
    if isinstance(time, (pd.Series, pd.DatetimeIndex)):
        return pd.DatetimeIndex(time).as_unit("ns").asi8
    return np.asarray(time, dtype=np.int64)
