"""Binance's bookDepth: depth and notional cumulated within bands around the mid, whose mean prices must make sense.

The mean price of a band is its notional over its depth. Bids lie below asks, so no band of bids can have a mean price
above that of a band of asks. Where it has, levels of one side were left behind when the market moved on; what they hold
is added to every band of that side, also where its mean still looks possible.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from kit.sources.doctor.batch import Batch
from kit.sources.doctor.tally import Tally
from kit.sources.doctor.wording import count, percent, stamp


class Bands:
    """Snapshots (rows in succession with one time) whose bands contradict each other."""

    def __init__(self, kind):
        self._kind = kind
        self._crossed, self._shrinking = Tally(), Tally()
        self._waiting = None
        self._since = 0
        self._innermost = {"bid": Counter(), "ask": Counter()}

    def see(self, batch):
        """Judge the snapshots that are complete: all but the last, whose rows may go on in the next batch."""
        names = ("time", "percentage", "depth", "notional")
        rows = pd.DataFrame({name: batch[name] for name in names} | {"row": batch.rows})
        if self._waiting is not None:
            rows = pd.concat([self._waiting, rows], ignore_index=True)
        rows["snapshot"] = np.cumsum(np.diff(rows["time"].to_numpy(), prepend=0) != 0)
        complete = rows["snapshot"] < rows["snapshot"].iloc[-1]
        self._waiting = rows[~complete]
        self._judge(rows[complete])

    def _judge(self, rows):
        if rows.empty:
            return
        first = rows.groupby("snapshot").first()
        snapshots = Batch(self._kind, first["row"].to_numpy(), {"time": first["time"].to_numpy()})
        bid_depth, bid_price = _side(rows[rows["percentage"] < 0], first.index)
        ask_depth, ask_price = _side(rows[rows["percentage"] > 0], first.index)
        self._shrinking.add(_shrinks(bid_depth) | _shrinks(ask_depth), snapshots)
        crossed = np.fmax.reduce(bid_price, axis=1) > np.fmin.reduce(ask_price, axis=1)
        self._since += int((np.logical_or.accumulate(crossed) | bool(self._crossed.rows)).sum())
        self._crossed.add(crossed, snapshots)
        for side, depth, price in (("bid", bid_depth, bid_price), ("ask", ask_depth, ask_price)):
            self._innermost[side].update(zip(depth[crossed, 0], price[crossed, 0].round(6), strict=True))

    def findings(self):
        """An error from the first contradiction on, with the level that was left behind; one for depth that shrinks."""
        if self._waiting is not None:
            self._judge(self._waiting)
        if self._crossed.rows:
            yield self._crossed.finding("error", "stale bands", self._kind, self._told())
        if self._shrinking.rows:
            yield self._shrinking.finding(
                "error", "bands not cumulative", self._kind,
                f"{count(self._shrinking.rows, 'snapshot')} hold less in a wide band than in a narrow one: what "
                "these rows state is not the depth from the mid on")

    def _told(self):
        found = {side: counts.most_common(1)[0] for side, counts in self._innermost.items()}
        side = max(found, key=lambda side: found[side][1])
        (depth, price), often = found[side]
        return (f"from {stamp(self._crossed.first)} on the bids' mean price lies above the asks' in "
                f"{percent(self._crossed.rows, self._since)} of {count(self._since, 'snapshot')}, which cannot be: a "
                f"{side} of {depth:.10g} at {price:.10g} was left behind (alone in the innermost band in {often:,}) "
                f"and is added to every band; use no {side}s from there on")


def _side(rows, snapshots):
    """Depth and mean price of one side, shape (snapshots, bands), innermost band first; NaN where a band is absent."""
    rows = rows.assign(width=rows["percentage"].abs()).drop_duplicates(["snapshot", "width"])
    wide = rows.pivot(index="snapshot", columns="width", values=["depth", "notional"]).reindex(snapshots)
    depth, notional = (wide[name].to_numpy() if len(rows) else np.full((len(snapshots), 1), np.nan)
                       for name in ("depth", "notional"))
    return depth, np.divide(notional, depth, out=np.full(depth.shape, np.nan), where=depth > 0)


def _shrinks(depth):
    return (np.diff(depth, axis=1) < 0).any(axis=1)
