"""Time is int64 nanoseconds since 1970-01-01 UTC, and nothing else.

A frame's time columns are ``datetime64[ns, UTC]``; columns and kernels see their int64 nanoseconds. A timestamp without
a time zone is refused: 23:20 in Warsaw and 23:20 in London are not the same crash.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from kit.refusal import Refusal

SECOND = 1_000_000_000
UNITS = {"ns": 1, "us": 1_000, "ms": 1_000_000, "s": SECOND, "min": 60 * SECOND, "h": 3600 * SECOND,
         "d": 86400 * SECOND}
YEAR = 365 * 86400 * SECOND
"""A market that never closes has years of 365 days: annualise by the clock, not by trading days."""

_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(ns|us|ms|s|min|h|d)\s*")


def duration(text) -> int:
    """Nanoseconds in a duration such as ``"100ms"``, ``"3s"``, ``"10min"``, ``"28d"``.

    Raises
    ------
    Refusal
        If `text` is not a number followed by one of ns, us, ms, s, min, h, d, or is not positive.
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    nanoseconds = round(float(match[1]) * UNITS[match[2]]) if match else 0
    if nanoseconds <= 0:
        raise Refusal(f"{text!r} is not a duration",
                      remedy=f"write a number and one of {', '.join(UNITS)}, as in '10s'")
    return nanoseconds


def is_duration(text) -> bool:
    """Whether `duration` would take it."""
    return isinstance(text, str) and _DURATION.fullmatch(text) is not None


def longest(*texts) -> str:
    """The longest of some durations."""
    return max(texts, key=duration)


def instant(when) -> int:
    """Nanoseconds since the epoch of a time-zone-aware timestamp, or of such nanoseconds; ``None`` stays ``None``.

    Raises
    ------
    Refusal
        If `when` carries no time zone, or is a number that no nanoseconds since the epoch could be.
    """
    if when is None:
        return None
    if isinstance(when, (int, np.integer)):
        if unit_of(when) != "ns":
            raise Refusal(f"{when} is not in nanoseconds since the epoch", remedy="give a timestamp with a time zone")
        return int(when)
    stamp = pd.Timestamp(when)
    if stamp.tz is None:
        raise Refusal(f"timestamp {when!r} has no time zone", remedy="append 'Z' or '+00:00'; the kit reads UTC only")
    return stamp.as_unit("ns").value


def unit_of(stamp, **place) -> str:
    """Unit of an integer epoch timestamp from its size: ``s``, ``ms``, ``us`` or ``ns`` (years 2001 to 2286).

    Parameters
    ----------
    stamp : int
    **place
        ``file``, ``column`` and ``row``, named in the error.

    Raises
    ------
    Refusal
        If the number of digits fits none of them.
    """
    unit = {10: "s", 13: "ms", 16: "us", 19: "ns"}.get(len(str(int(stamp))))
    if unit is None or stamp < 0:
        raise Refusal(f"{stamp} is not an epoch timestamp", **place,
                      remedy="10, 13, 16 or 19 digits mean s, ms, us or ns")
    return unit


class Stamps:
    """Integer epoch stamps of one column of one file: the first one tells the unit, which may not change.

    Parameters
    ----------
    file, column : named in errors
    """

    def __init__(self, file, column):
        self.file, self.column, self.unit = file, column, None

    def nanoseconds(self, stamps, row=0):
        """int64 nanoseconds of the next stamps of the column.

        Parameters
        ----------
        stamps : array of int64
        row : int or array of int
            Row of the first stamp, or of each of them, in the file.

        Raises
        ------
        Refusal
            A stamp whose size does not fit the unit of the file's first one.
        """
        stamps = np.asarray(stamps, dtype="int64")
        if self.unit is None and len(stamps):
            self.unit = unit_of(stamps[0], file=self.file, column=self.column, row=int(np.min(row)))
        smallest = 10**18 // UNITS[self.unit or "ns"]
        wrong = (stamps < smallest) | (stamps // 10 >= smallest)
        if wrong.any():
            self._refuse(stamps, int(wrong.argmax()), row)
        return stamps * UNITS[self.unit or "ns"]

    def _refuse(self, stamps, first, row):
        row = int(row[first]) if np.ndim(row) else row + first
        place = {"file": self.file, "column": self.column, "row": row}
        unit = unit_of(stamps[first], **place)
        raise Refusal(f"clock unit changes from {self.unit} to {unit}: {stamps[first]}", **place,
                      remedy="split the file where its clock unit changes")


def utc(nanoseconds):
    """``DatetimeIndex`` (UTC, ns) of int64 nanoseconds since the epoch."""
    return pd.DatetimeIndex(np.asarray(nanoseconds, dtype="int64").view("M8[ns]")).tz_localize("UTC")
