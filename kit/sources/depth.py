"""The book on a regular clock, as deep as it is known: rebuilt from updates, or the last of a venue's snapshots."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.kernels import joins
from kit.refusal import Refusal
from kit.sources.book import messages_of
from kit.sources.ladder import Ladder, Track, photograph

CUT = 1000
"""Levels a side at which Binance cuts a snapshot: what lies beyond the last of so many is not known."""
SIDES = ("bid", "bid_size", "ask", "ask_size")


def sampled(tables, every="1s", reach=2.0, stale="5s") -> pd.DataFrame:
    """Order book at whole multiples of `every`, with the levels within `reach` per cent of the mid, and one beyond.

    - The book at t is that of the last message stamped at or before t; missing once that is older than `stale`.
    - Of rebuilt books nothing is shown beyond the last level of a snapshot that was cut: updates tell of changes there,
      but not of what has not changed. So a distance that a row does not reach is not known, rather than empty.

    Parameters
    ----------
    tables : dict of str to frame
        With ``depth`` (see `kit.columns.Depth`) or ``updates`` (as `kit.sources.binance_raw` yields them), in the order
        of the exchange's clock.
    every : str
        Step of the clock.
    reach : float
        Per cent; of snapshots, which have what levels they have, all are kept.
    stale : str

    Returns
    -------
    pandas.DataFrame
        ``time`` (UTC) and ``bid_0, bid_size_0, ask_0, ask_size_0, bid_1 ...``; NaN where a level is not known.

    Raises
    ------
    Refusal
        There is neither depth nor updates, or no book in them.
    """
    for kind, picture in (("depth", _of_snapshots), ("updates", _of_updates)):
        if kind in tables:
            return picture(backend.release(tables[kind]), clock.duration(every), reach / 100, clock.duration(stale))
    raise Refusal("neither depth nor updates", file="depth", remedy="a recording of the book behind the touch")


def _of_snapshots(depth, step, reach, stale):
    time = depth["time"].astype("int64").to_numpy()
    moments = _moments(time, step)
    row = joins.asof(moments, time, at_or_before=True)
    levels = [name for name in depth if name.rsplit("_", 1)[0] in SIDES]
    found = depth[levels].iloc[row].reset_index(drop=True)
    found[moments - time[row] > stale] = np.nan
    return pd.concat([pd.DataFrame({"time": clock.utc(moments)}), found], axis=1)


def _of_updates(updates, step, reach, stale):
    heads, rows, messages = messages_of(updates)
    time = np.maximum.accumulate(heads["time"].astype("int64").to_numpy())
    moments = _moments(time, step)
    shown, which = np.unique(joins.asof(moments, time, at_or_before=True), return_inverse=True)
    due = np.full(len(heads), -1)
    due[shown] = np.arange(len(shown))
    levels = 0
    for _ in ("count", "show"):
        pictures, track = np.full((len(shown), levels, 4), np.nan), Track.of(0, len(heads), 0)
        levels = photograph(rows, messages, Ladder.empty().grown(len(updates)), track, due, reach, pictures)
    if not levels:
        raise Refusal("no book", file="updates", remedy="a recording that has a snapshot, and updates that follow it")
    _cut(pictures, *(bound[shown] for bound in _bounds(rows, messages)))
    pictures = pictures[which]
    pictures[moments - time[shown[which]] > stale] = np.nan
    known = np.maximum.accumulate(np.isfinite(pictures[:, 0]).all(axis=1))
    return frame(moments[known], pictures[known])


def _moments(time, step):
    """Whole multiples of the step while there are messages."""
    return np.arange(-(-time[0] // step), time[-1] // step + 1) * step


def _bounds(rows, messages):
    """Of each message, the lowest bid and the highest ask up to which its book is known."""
    low, high = np.full(len(messages.snapshot), np.nan), np.full(len(messages.snapshot), np.nan)
    for m in np.flatnonzero(messages.snapshot):
        part = slice(messages.start[m], messages.start[m + 1])
        bids, asks = (rows.price[part][rows.side[part] == side] for side in (1, -1))
        low[m] = bids.min() if len(bids) >= CUT else -np.inf
        high[m] = asks.max() if len(asks) >= CUT else np.inf
    return pd.Series(low).ffill().to_numpy(), pd.Series(high).ffill().to_numpy()


def _cut(pictures, low, high):
    """Take away what lies beyond the bounds."""
    pictures[:, :, :2][pictures[:, :, 0] < low[:, None]] = np.nan
    pictures[:, :, 2:][pictures[:, :, 2] > high[:, None]] = np.nan


def frame(moments, pictures) -> pd.DataFrame:
    """Depth frame of pictures, shape (rows, levels, 4), without the levels that no row has."""
    levels = int(np.isfinite(pictures).any(axis=(0, 2)).sum())
    names = [f"{name}_{level}" for level in range(levels) for name in SIDES]
    table = pd.DataFrame(pictures[:, :levels].reshape(len(pictures), -1), columns=names)
    table.insert(0, "time", clock.utc(moments))
    return table
