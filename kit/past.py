"""Memory is an argument: what a factor may know of what came before.

A factor that looks back takes `past` and asks it for a few primitives, always the same ones in the same order. `Past`
keeps, for each of these questions, the few rows it will need again; so a day in one piece, in a thousand pieces or tick
by tick gives the same answer to the bit, and no answer can hold a row that has not happened yet.

- A window is a number of rows (``60``) or a duration on the clock (``"60s"``): the rows in (t - duration, t].
- Missing in, missing out: a window that contains a missing value is missing.
- Not yet is missing: so is a window that reaches back before the data began.
"""

from __future__ import annotations

import math
import operator

import numpy as np

from kit import backend, clock
from kit.kernels import decay, garch, joins, rolling, shares
from kit.memory import Among, Fitted, Last, Mean, Tail, length, real, rows_since
from kit.refusal import Refusal


class Past:
    """The memory of one factor over one uninterrupted stretch of data.

    Use it as ``answer = factor(columns, past.at(columns.time))`` for one chunk after another. Where the feed has a gap,
    begin a new one.
    """

    def __init__(self):
        self._memories, self._asked = [], 0
        self._time, self._began, self._ended, self._rows = None, None, None, 0

    def at(self, time):
        """Take in the clock of the next chunk, int64 ns, before the factor sees the chunk.

        Raises
        ------
        Refusal
            The chunk begins before the last one ended, or not every question was asked of the last one.
        """
        if self._time is not None and self._time.shape[0]:
            if self._asked != len(self._memories):
                raise Refusal(f"{self._asked} of {len(self._memories)} questions were asked of a chunk",
                              remedy="ask `past` unconditionally, and choose with `where`")
            self._rows += self._time.shape[0]
        if time.shape[0]:
            if self._ended is not None and int(time[0]) < self._ended:
                raise Refusal("a chunk begins before the last one ended", column="time", remedy="give chunks in order")
            self._began, self._ended = int(time[0]) if self._began is None else self._began, int(time[-1])
        self._time, self._asked = time, 0
        return self

    def _memory(self, fresh, *question):
        """The memory of the question being asked: the n-th question of a chunk is the n-th of every chunk."""
        if self._asked == len(self._memories):
            self._memories.append((question, fresh()))
        asked_before, memory = self._memories[self._asked]
        if asked_before != question:
            raise Refusal(f"past was asked for {question} where it had been asked for {asked_before}",
                          remedy="ask `past` unconditionally and in one order, and choose with `where`")
        self._asked += 1
        return memory

    def _series(self, *series):
        """Float series, one value for each row of the chunk."""
        for x in series:
            if x.shape[0] != self._time.shape[0]:
                raise Refusal(f"a series of {x.shape[0]} rows in a chunk of {self._time.shape[0]}",
                              remedy="take differences with past.diff, which keeps every row")
        return tuple(map(real, series))

    def _windows(self, window, *series):
        """Windows over what is remembered and new, the series to match, and how many rows are remembered."""
        tail = self._memory(Tail, "window", window)
        time, series, skipped = tail.extend(self._time, series)
        if isinstance(window, str):
            nanoseconds = clock.duration(window)
            windows = rolling.by_clock(nanoseconds, time, self._began)
            keep = rows_since(time, (int(time[-1]) // nanoseconds - 1) * nanoseconds)
        else:
            windows, step = rolling.by_rows(window, time.shape[0], backend.namespace(time)), rolling.stretch(window)
            keep = max(0, (time.shape[0] - window) // step * step)
        tail.keep(keep)
        return windows, series, skipped

    def _roll(self, window, kernel, *series):
        window, series = length(window), self._series(*series)
        if self._time.shape[0] == 0:
            return series[0]
        windows, series, skipped = self._windows(window, *series)
        return kernel(windows, *series)[skipped:]

    def count(self, window):
        """Number of rows in the window."""
        xp, window, n = backend.namespace(self._time), length(window), self._time.shape[0]
        if n == 0:
            return real(self._time)
        if not isinstance(window, str):
            full = xp.arange(n, dtype=xp.int64) + self._rows + 1 >= window
            return xp.where(full, xp.asarray(float(window)), xp.asarray(np.nan))
        tail, back = self._memory(Tail, "count", window), clock.duration(window)
        time, _, skipped = tail.extend(self._time, ())
        out = joins.count(time, skipped, back)
        tail.keep(max(0, int(joins.asof(time[-1:] - back, time, at_or_before=True)[0])))
        return out

    def sum(self, x, window):
        """Sum over the window."""
        return self._roll(window, rolling.total, x)

    def mean(self, x, window):
        """Mean over the window."""
        return self._roll(window, rolling.mean, x)

    def var(self, x, window, weight=None):
        """Variance over the window, n - 1 in the denominator; missing for fewer than two rows.

        With `weight`, the weighted mean of squares about the weighted mean; missing where the weights sum to zero.
        """
        if weight is not None:
            return self._roll(window, rolling.weighted_variance, x, weight)
        return self._roll(window, rolling.variance, x)

    def std(self, x, window):
        """Standard deviation over the window, n - 1 in the denominator; missing for fewer than two rows."""
        return self._roll(window, lambda w, x: rolling.variance(w, x, root=True), x)

    def cov(self, x, y, window):
        """Covariance over the window, n - 1 in the denominator."""
        return self._roll(window, lambda w, x, y: rolling.relation(w, x, y, False), x, y)

    def corr(self, x, y, window):
        """Correlation over the window, in [-1, 1]; missing where either series is flat."""
        return self._roll(window, lambda w, x, y: rolling.relation(w, x, y, True), x, y)

    def autocorr(self, x, window, lag=1):
        """Correlation of x with itself `lag` rows before.

        Of a window of rows, over the pairs that lie inside; of a duration, over the pairs whose later row does.
        """
        before = self.lag(x, lag)
        return self.corr(x, before, window if isinstance(window, str) else window - lag)

    def min(self, x, window):
        """Smallest value of the window."""
        return -self._roll(window, rolling.maximum, -real(x))

    def max(self, x, window):
        """Largest value of the window."""
        return self._roll(window, rolling.maximum, x)

    def quantile(self, x, q, window):
        """Quantile q, in [0, 1], of the window, linear between order statistics."""
        if not 0 <= q <= 1:
            raise Refusal(f"quantile {q!r}", remedy="give a share from 0 to 1")
        return self._roll(window, lambda w, x: rolling.quantile(w, q, x), x)

    def rank(self, x, window):
        """Rank of the row within its window, in (0, 1], ties averaged."""
        return self._roll(window, rolling.rank, x)

    def concentration(self, key, weight, window):
        """Herfindahl-Hirschman index of the window's weight by key: the sum of squared shares, in (0, 1].

        `key` is a whole number, -1 where it is not known; `weight` is not negative, and 1 counts rows. A window is
        missing where a weight is, or belongs to an unknown key, which is left out by a weight of zero; and where all
        weights are zero.
        """
        return self._roll(window, lambda w, key, x: rolling.share(w, shares.CONCENTRATION, key, x), key, weight)

    def distinct(self, key, weight, window):
        """Number of keys that have weight in the window; see `concentration`."""
        return self._roll(window, lambda w, key, x: rolling.share(w, shares.KEYS, key, x), key, weight)

    def leading(self, key, weight, window):
        """Share of the key that has most of the window's weight; see `concentration`."""
        return self._roll(window, lambda w, key, x: rolling.share(w, shares.LARGEST, key, x), key, weight)

    def agreement(self, x, window, lag=1):
        """Share of the window's rows whose sign equals that of the row `lag` before them."""
        x, = self._series(x)
        return self.mean(rolling.agree(x, self.lag(x, lag)), window)

    def lag(self, x, by=1):
        """The value `by` rows before, or the last one known a duration ``by`` before; missing before the data began."""
        by, series = length(by), self._series(x)
        if isinstance(by, str):
            return self.lags(x, (by,))
        if self._time.shape[0] == 0:
            return series[0]
        tail = self._memory(Tail, "lag", by)
        _, (x,), skipped = tail.extend(self._time, series)
        xp, n = backend.namespace(x), x.shape[0]
        tail.keep(max(0, n - by))
        known = x[max(0, skipped - by):max(0, n - by)]
        return xp.concat([xp.full(n - skipped - known.shape[0], np.nan), known])

    def lags(self, x, by):
        """Sum of the values last known each of several durations before, nearest first; missing where one is.

        Parameters
        ----------
        by : tuple of str
        """
        back, series = tuple(map(clock.duration, by)), self._series(x)
        if self._time.shape[0] == 0:
            return series[0]
        tail = self._memory(Tail, "lags", by)
        time, (x,), skipped = tail.extend(self._time, series)
        out = joins.lagged(time, x, skipped, back)
        tail.keep(max(0, int(joins.asof(time[-1:] - max(back), time, at_or_before=True)[0])))
        return out

    def diff(self, x, by=1):
        """The value less the one `by` rows, or a duration, before."""
        x, = self._series(x)
        return x - self.lag(x, by)

    def ewm(self, x, halflife):
        """Exponentially weighted mean: what is `halflife` rows, or a duration, old counts half as much as what is new.

        Begins at the first value, and is missing until a halflife has passed. A missing value is missing in the answer;
        the rows, or the time, that pass with it still age what is remembered.
        """
        halflife, (x,) = length(halflife), self._series(x)
        if self._time.shape[0] == 0:
            return x
        xp, memory = backend.namespace(x), self._memory(Mean, "ewm", halflife)
        if isinstance(halflife, str):
            nanoseconds, age = clock.duration(halflife), real(self._time - memory.clock_before(self._time))
            weight, known = xp.exp(age * (-math.log(2) / nanoseconds)), self._time - self._began >= nanoseconds
        else:
            weight = xp.full_like(x, 0.5 ** (1.0 / halflife))
            known = xp.arange(x.shape[0], dtype=xp.int64) + self._rows >= halflife
        out, memory.mean = decay.ewm(weight, x, memory.mean)
        return xp.where(known, out, xp.asarray(np.nan))

    def garch(self, x, window, every, asymmetric=False):
        """Standard deviation of the next row that GARCH(1,1) expects, and the persistence of its parameters.

        They are fitted anew at every `every`-th row, on the `window` rows before it, and serve until the next fit; with
        `asymmetric`, those of GJR-GARCH. Missing before there are so many rows, and where a fit fails: in a window that
        is flat or holds a missing value. See `kit.kernels.garch`.
        """
        window, every, (x,) = operator.index(window), operator.index(every), self._series(x)
        if self._time.shape[0] == 0:
            return x, x
        memory = self._memory(Fitted, "garch", window, every, asymmetric)
        _, (x,), skipped = memory.extend(self._time, (x,))
        before, ended = self._rows - skipped, self._rows - skipped + x.shape[0]
        sigma, persistence, memory.known = garch.blocks(x, before, skipped, window, every, asymmetric, False,
                                                        memory.known)
        memory.keep(max(0, ended // every * every - window - before))
        return sigma, persistence

    def among(self, happened):
        """The past of the rows at which `happened` is true alone; at other rows an answer is the last one given.

        It takes the same questions, about series of all rows, and counts rows that happened. Of a duration, windows end
        at the last row that happened.

        Examples
        --------
        >>> moved = past.among(change != 0)
        >>> typical = moved.quantile(abs(change), 0.5, 100)
        """
        self._series(happened)
        memory = self._memory(_among, "among") if self._time.shape[0] else _among()
        return memory.at(self._time, happened)

    def since(self, happened):
        """Seconds since the last row at which `happened` was true; missing where it has not been."""
        age = real(self._time - (self._began or 0)) / clock.SECOND
        return age - self.last(age, happened)

    def last(self, x, valid):
        """The value of x at the last row at which `valid` was true; missing where it has not been."""
        (x,), _ = self._series(x), self._series(valid)
        if self._time.shape[0] == 0:
            return x
        memory, xp = self._memory(Last, "last"), backend.namespace(x)
        rows = xp.nonzero(valid)[0]
        known = xp.concat([xp.asarray([memory.value]), xp.take(x, rows)])
        here = xp.arange(x.shape[0], dtype=rows.dtype)
        out = xp.take(known, xp.searchsorted(rows, here, side="right"))
        memory.value = float(out[-1])
        return out


def _among():
    return Among(Past())
