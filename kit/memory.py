"""What a past remembers for each question that it is asked: plain data, one class a kind of question."""

from __future__ import annotations

import operator

from kit import backend, clock
from kit.kernels import joins
from kit.refusal import Refusal


class Last:
    """A memory of one value."""

    def __init__(self):
        self.value = float("nan")


class Mean:
    """A memory of a mean, of what it has aged since, and of the clock."""

    def __init__(self):
        self.mean, self._time = (float("nan"), 1.0), None

    def clock_before(self, time):
        """The clock one row before each; at the first row ever, the row itself."""
        xp = backend.namespace(time)
        first = time[:1] if self._time is None else xp.asarray([self._time], dtype=xp.int64)
        self._time = int(time[-1])
        return xp.concat([first, time[:-1]])


class Among:
    """A past of some rows, asked and answered in terms of all."""

    def __init__(self, past):
        self._past, self._answers = past, []

    def at(self, time, happened):
        xp = backend.namespace(time)
        self._rows, self._n, self._asked = xp.nonzero(happened)[0], time.shape[0], 0
        self._so_far = joins.asof(xp.arange(self._n, dtype=xp.int64), self._rows, at_or_before=True) + 1
        self._past.at(xp.take(time, self._rows))
        return self

    def __getattr__(self, question):
        if question.startswith("_"):
            raise AttributeError(question)
        return lambda *args: self._expanded(getattr(self._past, question)(*map(self._compressed, args)))

    def _compressed(self, x):
        if getattr(x, "ndim", 0) == 0 or x.shape[0] != self._n:
            return x
        return backend.namespace(x).take(x, self._rows)

    def _expanded(self, answer):
        if self._asked == len(self._answers):
            self._answers.append(float("nan"))
        xp = backend.namespace(answer)
        known = xp.concat([xp.asarray([self._answers[self._asked]]), answer])
        self._answers[self._asked] = float(known[-1])
        self._asked += 1
        return xp.take(known, self._so_far)


class Tail:
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


class Fitted(Tail):
    """A memory of the last rows of a series, and of the last model that was fitted to them."""

    known = None


def real(x):
    """A series as floats."""
    xp = backend.namespace(x)
    return x if x.dtype == xp.float64 else xp.astype(x, xp.float64)


def rows_since(time, moment):
    """Number of rows before `moment`."""
    xp = backend.namespace(time)
    return int(joins.asof(xp.asarray([moment], dtype=xp.int64), time)[0]) + 1


def length(window):
    """A duration, or a whole number of rows, at least one."""
    if isinstance(window, str):
        clock.duration(window)
        return window
    rows = operator.index(window) if hasattr(window, "__index__") else 0
    if rows < 1:
        raise Refusal(f"{window!r} is no length of time", remedy="give a whole number of rows, or a duration: '60s'")
    return rows
