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

import numpy as np

from kit import backend, clock
from kit.kernels import decay, joins, rolling
from kit.refusal import Refusal


class Past:
    """The memory of one factor over one uninterrupted stretch of data.

    Use it as ``answer = factor(columns, past.at(columns.time))`` for one chunk after another. Where the feed has a gap,
    begin a new one.
    """

    def __init__(self):
        self._memories, self._asked, self._time, self._rows, self._began = [], 0, None, 0, None

    def at(self, time):
        """Take in the clock of the next chunk, int64 ns, before the factor sees the chunk."""
        if self._time is not None:
            self._rows += self._time.shape[0]
        if self._began is None and time.shape[0]:
            self._began = int(time[0])
        self._time, self._asked = time, 0
        return self

    def _memory(self, fresh):
        """The memory of the question being asked: the n-th question of a chunk is the n-th of every chunk."""
        if self._asked == len(self._memories):
            self._memories.append(fresh())
        self._asked += 1
        return self._memories[self._asked - 1]

    def _windows(self, window, *series):
        """Windows over what is remembered and new, the series to match, and how many rows are remembered."""
        tail = self._memory(_Tail)
        time, series, skipped = tail.extend(self._time, series)
        if isinstance(window, str):
            nanoseconds = clock.duration(window)
            windows = rolling.by_clock(nanoseconds, time, self._began)
            keep = _rows_since(time, (int(time[-1]) // nanoseconds - 1) * nanoseconds)
        else:
            windows = rolling.by_rows(window, time.shape[0], backend.namespace(time))
            keep = max(0, (time.shape[0] // window - 1) * window)
        tail.keep(keep)
        return windows, series, skipped

    def _roll(self, window, kernel, *series):
        if not isinstance(window, str) and (window != int(window) or window < 1):
            raise Refusal(f"a window of {window} rows", remedy="give a whole number of rows, or a duration as in '60s'")
        if self._time.shape[0] == 0:
            return series[0]
        windows, series, skipped = self._windows(window, *map(_real, series))
        return kernel(windows, *series)[skipped:]

    def sum(self, x, window):
        """Sum over the window."""
        return self._roll(window, rolling.total, x)

    def mean(self, x, window):
        """Mean over the window."""
        return self._roll(window, _mean, x)

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
        return -self._roll(window, rolling.maximum, -_real(x))

    def max(self, x, window):
        """Largest value of the window."""
        return self._roll(window, rolling.maximum, x)

    def quantile(self, x, q, window):
        """Quantile q of the window, linear between order statistics."""
        return self._roll(window, lambda w, x: rolling.quantile(w, q, x), x)

    def rank(self, x, window):
        """Rank of the row within its window, in (0, 1], ties averaged."""
        return self._roll(window, rolling.rank, x)

    def agreement(self, x, window, lag=1):
        """Share of the window's rows whose sign equals that of the row `lag` before them."""
        xp = backend.namespace(x)
        before = self.lag(x, lag)
        same = xp.astype(xp.sign(x) == xp.sign(before), xp.float64)
        return self.mean(xp.where(xp.isnan(x) | xp.isnan(before), xp.asarray(np.nan), same), window)

    def lag(self, x, by=1):
        """The value `by` rows before, or the last one known a duration ``by`` before; missing before the data began."""
        if self._time.shape[0] == 0:
            return x
        tail = self._memory(_Tail)
        time, (x,), skipped = tail.extend(self._time, (_real(x),))
        xp, n = backend.namespace(x), x.shape[0]
        if isinstance(by, str):
            back = clock.duration(by)
            row = joins.asof(time[skipped:] - back, time, at_or_before=True)
            tail.keep(max(0, int(joins.asof(time[-1:] - back, time, at_or_before=True)[0])))
        else:
            row = xp.arange(skipped, n, dtype=xp.int64) - by
            tail.keep(max(0, n - by))
        missing = xp.full_like(x[skipped:], np.nan)
        return xp.where(row < 0, missing, xp.take(x, xp.where(row < 0, xp.zeros_like(row), row)))

    def diff(self, x, by=1):
        """The value less the one `by` rows, or a duration, before."""
        return _real(x) - self.lag(x, by)

    def ewm(self, x, halflife):
        """Exponentially weighted mean: what is `halflife` rows, or a duration, old counts half.

        Begins at the first value; a missing value leaves the mean as it is.
        """
        x = _real(x)
        if self._time.shape[0] == 0:
            return x
        xp = backend.namespace(x)
        if isinstance(halflife, str):
            age = _real(self._time - _shifted(self._time, self._memory(_Last), xp))
            weight = xp.exp(age * (-math.log(2) / clock.duration(halflife)))
        else:
            weight = xp.full_like(x, 0.5 ** (1.0 / halflife))
        memory = self._memory(_Last)
        out, memory.value = decay.ewm(weight, x, memory.value)
        return out

    def since(self, happened):
        """Seconds since the last row at which `happened` was true; missing where it has not been."""
        age = _real(self._time - self._began) / clock.SECOND if self._began is not None else _real(self._time)
        return age - self.last(age, happened)

    def last(self, x, valid):
        """The value of x at the last row at which `valid` was true; missing where it has not been."""
        if self._time.shape[0] == 0:
            return x
        memory, xp, x = self._memory(_Last), backend.namespace(x), _real(x)
        rows = xp.nonzero(valid)[0]
        known = xp.concat([xp.asarray([memory.value]), xp.take(x, rows)])
        here = xp.arange(x.shape[0], dtype=rows.dtype)
        out = xp.take(known, xp.searchsorted(rows, here, side="right"))
        memory.value = float(out[-1])
        return out


def _real(x):
    xp = backend.namespace(x)
    return x if x.dtype == xp.float64 else xp.astype(x, xp.float64)


def _mean(windows, x):
    xp = backend.namespace(x)
    if windows.width < 0:
        return rolling.total(windows, x) / -windows.width
    return rolling.total(windows, x) / rolling.total(windows, xp.ones_like(x))


def _rows_since(time, moment):
    """Number of rows before `moment`."""
    xp = backend.namespace(time)
    return int(joins.asof(xp.asarray([moment], dtype=xp.int64), time)[0]) + 1


def _shifted(time, memory, xp):
    """The clock one row before; at the first row ever, the row itself."""
    first = time[:1] if memory.value != memory.value else xp.asarray([int(memory.value)], dtype=xp.int64)
    memory.value = int(time[-1])
    return xp.concat([first, time[:-1]])


class _Last:
    """A memory of one number."""

    def __init__(self):
        self.value = float("nan")


class _Tail:
    """A memory of the last rows of a few series, and of their clock."""

    def __init__(self):
        self._kept = None

    def extend(self, time, series):
        """What is remembered followed by what is new, and how many rows are remembered."""
        if self._kept is None:
            self._whole = time, tuple(series)
            return *self._whole, 0
        xp = backend.namespace(time)
        old, olds = self._kept
        self._whole = xp.concat([old, time]), tuple(xp.concat([a, b]) for a, b in zip(olds, series, strict=True))
        return *self._whole, old.shape[0]

    def keep(self, row):
        """Forget what lies before `row` of what `extend` returned."""
        time, series = self._whole
        self._kept, self._whole = (time[row:], tuple(x[row:] for x in series)), None
