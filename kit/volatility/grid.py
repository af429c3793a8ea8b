"""Bars on a full grid of UTC days: what tests by the day need, and what bars that are absent do not give."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.refusal import Refusal

DAY = clock.UNITS["d"]
SUMS = ("volume", "quote_volume", "n_trades", "buy_volume")


def regular(bars, every="5min") -> pd.DataFrame:
    """Bars of whole UTC days, each `every` long, none absent.

    - A bar of the grid holds the bars that close in it; where none does, the last close stands and nothing was traded.
    - Days of which the recording has the beginning or the end alone are left out.

    Parameters
    ----------
    bars : frame
        As `kit.columns.Bars`.
    every : str
        A duration that divides a day, and is no shorter than the bars.

    Returns
    -------
    pandas.DataFrame
        The columns of `kit.columns.Bars`, and ``bars``: how many the grid's bar was made of.

    Raises
    ------
    Refusal
        `every` does not divide a day or is shorter than the bars, or no whole day is covered.
    """
    step, bars = clock.duration(every), backend.release(bars)
    usual = spacing(bars)
    if DAY % step or step < usual:
        raise Refusal(f"every={every!r} is no grid for bars of {usual / clock.SECOND:g} s",
                      remedy="a duration that divides a day and is at least as long as the bars")
    known = bars.set_index("time").resample(f"{step}ns", closed="right", label="right")
    made = known.agg({"open": "first", "high": "max", "low": "min", "close": "last"} | dict.fromkeys(SUMS, "sum"))
    made["bars"] = known.size()
    made = made[_whole_days(made.index, bars["time"], step, usual)]
    close = made["close"].ffill()
    made = made.assign(**{name: made[name].fillna(close) for name in ("open", "high", "low")}, close=close)
    return made.rename_axis("time").reset_index()


def _whole_days(grid, time, step, usual):
    """Rows of the whole days that `time` covers; a day is covered from its first bar's beginning to its last's end."""
    ends, first, last = (pd.Index(stamps).as_unit("ns").asi8 for stamps in (grid, time.iloc[:1], time.iloc[-1:]))
    begin, end = -(-(first[0] - usual) // DAY) * DAY, last[0] // DAY * DAY
    if end <= begin:
        raise Refusal("no whole UTC day is covered", column="time", remedy="take a recording of two days at least")
    return (ends > begin) & (ends <= end)


def spacing(bars) -> int:
    """Nanoseconds from bar to bar, the median."""
    return int(np.median(np.diff(pd.Index(bars["time"]).as_unit("ns").asi8)))


def by_day(grid, values) -> np.ndarray:
    """Values of the rows of a `regular` grid, shape (days, bars a day)."""
    return np.asarray(values, dtype=np.float64).reshape(-1, len(grid) // days(grid).size)


def days(grid) -> pd.DatetimeIndex:
    """The days of a `regular` grid, by their ends, when they are known."""
    time = pd.DatetimeIndex(grid["time"])
    return time[time == time.normalize()]
