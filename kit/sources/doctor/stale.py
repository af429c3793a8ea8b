"""A best price that stays put while trades go through it: the feed has stopped, the market has not."""

from __future__ import annotations

import numpy as np

from kit.clock import SECOND
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import seconds, stamp


class Runs:
    """Times during which a price did not change, kept where they last longer than `floor` ns."""

    def __init__(self, floor):
        self._floor = floor
        self._long = []
        self._price, self._begin, self._end = np.nan, 0, 0

    def see(self, price, time):
        """Follow the price; NaN is no price."""
        price, time = np.concatenate([[self._price], price]), np.concatenate([[self._begin], time])
        start = np.concatenate([[0], np.flatnonzero(price[1:] != price[:-1]) + 1])
        end = time[start[1:]]
        long = (end - time[start[:-1]] > self._floor) & ~np.isnan(price[start[:-1]])
        self._long += zip(price[start[:-1]][long], time[start[:-1]][long], end[long], strict=True)
        self._price, self._begin, self._end = price[start[-1]], time[start[-1]], time[-1]

    def all(self):
        """Price, begin and end of each long run; the last one ends with the recording."""
        last = (self._price, self._begin, self._end)
        return self._long + [last] * bool(self._end - self._begin > self._floor and not np.isnan(self._price))


class StaleLevel:
    """Best bids that trades go below, best asks that trades go above, for as long as they stand unchanged.

    - A run counts from `floor` on; the second in which it begins and the one in which it ends are left out.
    - It is stale where trades went through it in at least `least` seconds, and in a third of those with trades.

    A sweep that takes a level leaves a trade beyond it too, but only in the second in which it happens.
    """

    def __init__(self, kind, floor=5 * SECOND, least=3):
        self._kind, self._least = kind, least
        self._bids, self._asks = Runs(floor), Runs(floor)

    def see(self, batch):
        """Follow both sides."""
        top = "_0" if self._kind == "depth" else ""
        self._bids.see(batch["bid" + top], batch["time"])
        self._asks.see(batch["ask" + top], batch["time"])

    def findings(self, trades):
        """One warning per stale run.

        Parameters
        ----------
        trades : Lines
            The trades by second, with lowest and highest price.
        """
        for side, runs in (("bid", self._bids), ("ask", self._asks)):
            for price, begin, end in runs.all():
                inside = slice(*np.searchsorted(trades.second, [begin // SECOND + 2, end // SECOND - 1]))
                beyond = trades.low[inside] < price if side == "bid" else trades.high[inside] > price
                if beyond.sum() >= max(self._least, beyond.size / 3):
                    yield self._finding(side, price, int(begin), int(end), f"{beyond.sum()} of {beyond.size}")

    def _finding(self, side, price, begin, end, share):
        return Finding(
            "warning", "stale level", self._kind,
            f"the best {side} stands at {price:.10g} for {seconds(end - begin)} from {stamp(begin)} on, while trades "
            f"go through it in {share} seconds that have any: the book is not up to date, mask it", 0, begin, end)
