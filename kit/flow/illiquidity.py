"""What a coin or a dollar of flow moved in time: the trailing lambdas of one recording, on one clock."""

from __future__ import annotations

import pandas as pd

from kit import backend, clock
from kit.factor import compute
from kit.sampling import bars

SHARE = 10
"""Windows in a recording, where no length is given."""
BARS = 30
"""Bars in a window."""


def in_time(grid, trades, window=None) -> pd.DataFrame:
    """Kyle's, Hasbrouck's and Amihud's measures over a trailing window.

    Parameters
    ----------
    grid, trades : frame
        The 1-second grid (`kit.grid`) and the prints of a recording.
    window : str, optional
        Whole seconds; by default a tenth of the recording. Amihud's bars are a thirtieth of it, a second at least.

    Returns
    -------
    pandas.DataFrame
        On the grid's clock: ``kyle_lambda, hasbrouck_lambda, amihud``, the latter as of its last bar, missing while the
        window reaches back before the data.
    """
    clocked = backend.release(grid)["time"]
    span = (clocked.iloc[-1] - clocked.iloc[0]).total_seconds()
    window = window or f"{int(span / SHARE)}s"
    every = f"{max(1, clock.duration(window) // clock.SECOND // BARS)}s"
    known = backend.release(compute(grid, "kyle_lambda", "hasbrouck_lambda", window=window))
    amihud = backend.release(compute(bars(trades, every), "amihud", window=window))
    return known.join(amihud.reindex(known.index, method="ffill"))
