"""Prices that jump and come back in one row: bad prints."""

from __future__ import annotations

import numpy as np

from kit.sources.doctor.batch import Batch
from kit.sources.doctor.tally import Tally
from kit.sources.doctor.wording import count, percent


class Spikes:
    """A lone price far from both its neighbours, which agree with each other: a bad print.

    - The price is the trade's, or the mid of a quote that is not crossed.
    - It leaves the price before it by more than `jump` and comes back to within a fifth of that.
    - No other step among the `reach` rows around is larger than a fifth of it: in a crash, where prices do jump from
      print to print, no print is called bad.
    """

    def __init__(self, kind, jump=0.01, reach=50):
        self._kind, self._jump, self._reach = kind, jump, reach
        self._spikes = Tally()
        self._largest = 0.0
        self._pool = None
        self._judged = 0

    def see(self, batch):
        """Judge the rows whose surroundings are known by now."""
        bid, ask = (batch[name] for name in (("price", "price") if self._kind == "trades" else ("bid", "ask")))
        sound = (bid > 0) & (ask < np.inf) & (bid <= ask)
        price = (bid + ask) / 2
        pool = (np.log(price[sound]), batch["time"][sound], batch.rows[sound])
        if self._pool is not None:
            pool = tuple(np.concatenate(pair) for pair in zip(self._pool, pool, strict=True))
        ready = max(self._judged, len(pool[0]) - self._reach - 1)
        self._judge(pool, ready)
        drop = max(0, ready - self._reach - 1)
        self._pool, self._judged = tuple(column[drop:] for column in pool), ready - drop

    def _judge(self, pool, end):
        log_price, times, rows = pool
        step = np.abs(np.diff(log_price))
        there_and_back = np.flatnonzero((step[:-1] > self._jump) & (step[1:] > self._jump)) + 1
        bad = [i for i in there_and_back if self._judged <= i < end and self._lone(log_price, step, i)]
        if bad:
            self._largest = max(self._largest, float(max(step[i - 1] for i in bad)))
            self._spikes.add(np.ones(len(bad), bool), Batch(self._kind, rows[bad], {"time": times[bad]}))

    def _lone(self, log_price, step, i):
        height = min(step[i - 1], step[i]) / 5
        around = np.concatenate([step[max(0, i - 1 - self._reach):i - 1], step[i + 1:i + 1 + self._reach]])
        return abs(log_price[i + 1] - log_price[i - 1]) < height and len(around) > 0 and around.max() < height

    def findings(self):
        """One warning where there are bad prints."""
        if self._pool is not None:
            self._judge(self._pool, len(self._pool[0]))
        if self._spikes.rows:
            name = "trade" if self._kind == "trades" else "quote"
            yield self._spikes.finding(
                "warning", "bad print", self._kind,
                f"{count(self._spikes.rows, name)} left the price for one row, by up to "
                f"{percent(np.expm1(self._largest), 1)}, while nothing around moved as far: leave them out")
