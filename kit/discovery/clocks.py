"""What the clocks of a recording allow: ticks of each venue at their own times, lags and windows that can be told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.clock import SECOND, duration
from kit.columns import labels


def ticks(frame) -> pd.Series:
    """Prices by time of a frame of trades: the last of each moment, as changes within a moment have no duration."""
    prices = frame.set_index("time")["price"]
    return prices[~prices.index.duplicated(keep="last")]


def paths(tables) -> dict[str, pd.Series]:
    """Prices of every venue at its own times: its prints where there are any, else the rows of a common clock.

    Parameters
    ----------
    tables : dict of str to frame
        ``venues``, and perhaps ``trades`` with a column ``venue``.
    """
    venues = labels(tables["venues"], "venues")
    if "trades" in tables:
        return {venue: ticks(tables["trades"][tables["trades"]["venue"] == venue]) for venue in venues}
    clock = tables["venues"].set_index("time")
    return {venue: clock[f"price_{venue}"].dropna() for venue in venues}


def resolution(paths) -> str:
    """Distance of lags that ticks can tell apart: 100 ms, or their usual distance where that is above ten seconds."""
    usual = max(int(np.median(np.diff(path.index.as_unit("ns").asi8))) for path in paths.values())
    return "100ms" if usual <= 10 * SECOND else f"{usual}ns"


def window(frame, parts=6, longest="1h") -> str:
    """A window of which the recording holds several: one of `parts` of it, `longest` at most, whole seconds."""
    time = pd.DatetimeIndex(frame["time"]).as_unit("ns").asi8
    return f"{max(SECOND, min(duration(longest), int(time[-1] - time[0]) // parts)) // SECOND}s"


def times(window, count) -> str:
    """A duration several times as long."""
    return f"{count * duration(window)}ns"
