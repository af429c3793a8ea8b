"""The order book, rebuilt from incremental updates and snapshots by the venue's rule of sequence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import clock
from kit.sources.ladder import BROKEN, SILENT, Ladder, Messages, Rows, Track, replay

HELD = 100_000
"""Rows of past updates that are kept: a snapshot asked for over REST arrives after updates that build on it."""


class Rebuilt(NamedTuple):
    """A book, and where it broke."""

    depth: pd.DataFrame  #: a row a message; `sequence` is its last id; NaN where the book broke
    breaks: pd.DataFrame  #: time, local_time, and the ids `expected` and `found`
    leftovers: int  #: levels removed because a newer one crossed them


def rebuild(updates, levels=1) -> Rebuilt:
    """The book after each message.

    Parameters
    ----------
    updates : pandas.DataFrame
        As the readers yield them: recording order, a message's rows together.
    levels : int, optional
        How many levels a side to report; the book has them all.

    Returns
    -------
    Rebuilt
        Depth has NaN where a side has fewer levels than asked for.

    Notes
    -----
    - A snapshot replaces the book. Updates recorded before it that are newer are applied at once: one row for all.
    - Futures (updates have a prev_id): after a snapshot of id L, updates of last_id < L are old; the first other one
      has first_id <= L; the prev_id of each later one is the last_id of the one before.
    - Spot (only a first_id): updates of last_id <= L are old; the first other one has first_id <= L + 1; the
      first_id of each later one is the last_id of the one before, plus 1.
    - No ids (Tardis): every update is applied.
    - Any other id is a break: one row of NaN, then none until the next snapshot. Nor are there any before the first.
    - A level stays until it is deleted, unless a newer one of the other side crosses it: then its deletion was lost
      and it is removed. Where one message brings both, the bid stays.
    - A snapshot is cut (Binance: at 1000 levels a side). What lies beyond is unknown until it changes.

    References
    ----------
    Binance API documentation, How to manage a local order book correctly: spot, and USD-M futures.
    """
    book = Book(levels)
    return Rebuilt(book.feed(updates), book.breaks, book.leftovers)


class Book:
    """A book fed batch by batch, by the rules of `rebuild`, in memory bounded by its levels, the batch and `HELD`."""

    def __init__(self, levels=1):
        self.levels = levels
        self.breaks = pd.DataFrame({"time": clock.utc([]), "local_time": clock.utc([]),
                                    "expected": np.empty(0, "int64"), "found": np.empty(0, "int64")})
        self._ladder, self._held = Ladder.empty(), None

    @property
    def leftovers(self) -> int:
        return int(self._ladder.state[2])

    def feed(self, updates) -> pd.DataFrame:
        """Depth after each message of `updates`, which are whole messages."""
        rows = updates if self._held is None else pd.concat([self._held, updates], ignore_index=True)
        heads, levels, messages = messages_of(rows)
        begin = int(np.searchsorted(messages.start, len(rows) - len(updates)))
        self._ladder, track = self._ladder.grown(len(rows)), Track.of(begin, len(heads), self.levels)
        replay(levels, messages, begin, self._ladder, track)
        self._held = rows.iloc[messages.start[np.searchsorted(messages.start, len(rows) - HELD)]:]
        self._note(heads.iloc[begin:], track)
        return _depth(heads, begin, track)

    def _note(self, heads, track):
        """Keep the breaks."""
        broken = track.did == BROKEN
        if broken.any():
            ids = {"expected": track.expected[broken], "found": track.found[broken]}
            found = heads.loc[broken, ["time", "local_time"]].assign(**ids)
            self.breaks = pd.concat([self.breaks, found], ignore_index=True)


def messages_of(rows):
    """First row of each message as a frame, all rows, and the runs of them that are messages."""
    starts = _starts(rows)
    heads = rows.iloc[starts[:-1]].reset_index(drop=True)
    messages = Messages(starts, *(heads[name].to_numpy() for name in Messages._fields[1:]))
    return heads, Rows(*(rows[name].to_numpy() for name in Rows._fields)), messages


def _starts(rows):
    """First row of each message, and the number of rows."""
    fresh = np.zeros(len(rows) + 1, dtype=bool)
    fresh[[0, -1]] = True
    for name in ("local_time", "snapshot", "first_id", "last_id"):
        values = rows[name].astype("int64").to_numpy()
        fresh[1:-1] |= values[1:] != values[:-1]
    return fresh.nonzero()[0]


def _depth(heads, begin, track):
    """Rows of the messages that changed or broke the book, each at the time of the newest update in it."""
    row = (track.did != SILENT).nonzero()[0]
    own, newest = begin + row, track.newest[row]
    time = heads["time"].astype("int64").to_numpy()
    frame = {"time": clock.utc(np.maximum(time[own], time[newest])), "local_time": heads["local_time"].array[own]}
    for level in range(track.touch.shape[1]):
        for column, name in enumerate(("bid", "bid_size", "ask", "ask_size")):
            frame[f"{name}_{level}"] = track.touch[row, level, column]
    return pd.DataFrame(frame | {"sequence": heads["last_id"].to_numpy()[newest]}, copy=False)
