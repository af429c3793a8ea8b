"""Where ticks come from: readers of recordings, the embedded market, the store, and the doctor who examines them."""

from __future__ import annotations

import pandas as pd


def gather(batches) -> dict:
    """Concatenate a reader's batches.

    Parameters
    ----------
    batches : iterable of dict of str to pandas.DataFrame
        As every reader of this package yields them.

    Returns
    -------
    dict of str to pandas.DataFrame
        One frame a kind, rows in recording order, index 0..n-1.
    """
    parts = {}
    for batch in batches:
        for kind, frame in batch.items():
            parts.setdefault(kind, []).append(frame)
    return {kind: pd.concat(frames, ignore_index=True) for kind, frames in parts.items()}


def in_order(frame):
    """Rows sorted by `time`; rows of one time stay in recording order. Sorted frames come back as they are."""
    if frame["time"].is_monotonic_increasing:
        return frame
    return frame.sort_values("time", kind="stable", ignore_index=True)
