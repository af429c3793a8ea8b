"""Windows over arrays of any library: where they begin, and the kernels that fill them.

A window is a number of rows, or a duration on the clock: the rows in (t - duration, t]. One policy for what is missing:
a window that contains a missing value is missing, and so is one that reaches back before the data began.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from kit import backend
from kit.kernels import comoments, moments, order, shares
from kit.kernels.launch import launch

STRETCH = 256  # rows that an item has at least, so that narrow windows do not pay for many short loops


class Windows(NamedTuple):
    """The windows that end at each row, cut into items (see `blocks`).

    ``starts`` (items + 1) holds the first row of each item and, last, the number of rows; ``before`` the first row of
    the block just before, or the item's own where that is empty.
    """

    starts: Any
    before: Any
    clock: Any
    width: int  #: minus the number of rows, or nanoseconds
    began: int  #: clock of the first row ever seen
    memory: int  #: numbers that a series over an item, or over the block before, takes at most, and one


def stretch(rows: int) -> int:
    """Rows of an item: one block, or as many blocks as are not short."""
    return rows * max(1, STRETCH // rows)


def by_rows(rows: int, n: int, xp) -> Windows:
    """Windows of `rows` rows over n rows; row 0 begins a block, and the first block is an item of its own."""
    borders = xp.arange(rows, n, stretch(rows), dtype=xp.int64)
    starts = xp.concat([xp.asarray([0], dtype=xp.int64), borders, xp.asarray([n], dtype=xp.int64)])
    before = xp.maximum(starts[:-1] - rows, xp.zeros_like(starts[:-1]))
    return Windows(starts, before, xp.zeros(1, dtype=xp.int64), -rows, 0, min(stretch(rows), n) + 1)


def by_clock(nanoseconds: int, clock, began: int) -> Windows:
    """Windows of a duration on `clock` (int64 ns, not decreasing), first ticked at `began`."""
    xp = backend.namespace(clock)
    block = clock // nanoseconds
    edge = xp.nonzero(block[1:] != block[:-1])[0] + 1
    starts = xp.concat([xp.asarray([0], dtype=xp.int64), edge, xp.asarray([clock.shape[0]], dtype=xp.int64)])
    number = block[starts[:-1]]
    follows = xp.concat([xp.asarray([False]), number[1:] == number[:-1] + 1])
    before = xp.where(follows, xp.concat([starts[:1], starts[:-2]]), starts[:-1])
    return Windows(starts, before, clock, nanoseconds, began, int(xp.max(starts[1:] - starts[:-1])) + 1)


def _fill(body, w: Windows, *args, reals=0, whole=1, length=0):
    """Run a body of windows over borrowed arrays, and return what it wrote, in its input's library.

    `reals` and `whole` are the numbers of series that it keeps, over an item or the block before, or longer: `length`.
    """
    xp = backend.namespace(args[-1])
    lent = [backend.lend(a) for a in (w.starts, w.before, w.clock)]
    args = [backend.lend(a) if hasattr(a, "dtype") and getattr(a, "ndim", 0) else a for a in args]
    out = backend.namespace(args[-1]).empty(args[-1].shape[0])
    length = max(length, w.memory + 1)
    launch(body, lent[0].shape[0] - 1, *lent, w.width, w.began, *args, out, reals=(reals, length),
           whole=(whole, length))
    return xp.asarray(out)


def total(w, x):
    """Sum over each window."""
    return _fill(moments.sums, w, False, x, reals=2)


def mean(w, x):
    """Mean over each window."""
    return _fill(moments.sums, w, True, x, reals=2)


def variance(w, x, root=False):
    """Variance (n - 1 in the denominator) over each window, or the standard deviation."""
    return _fill(moments.variances, w, root, x, reals=8)


def weighted_variance(w, x, weight):
    """Weighted mean of squares about the weighted mean of each window; missing where the weights sum to zero."""
    return _fill(comoments.weighted_variances, w, x, weight, reals=9)


def relation(w, x, y, normed):
    """Covariance (n - 1), or correlation if `normed`, over each window."""
    return _fill(comoments.relations, w, normed, x, y, reals=17)


def agree(x, y):
    """1 at rows where x and y have one sign, 0 where they differ, missing where either is."""
    xp, lent = backend.namespace(x), (backend.lend(x), backend.lend(y))
    out = backend.namespace(lent[0]).empty(x.shape[0])
    launch(comoments.agreements, x.shape[0], *lent, out)
    return xp.asarray(out)


def maximum(w, x):
    """Largest value of each window."""
    return _fill(order.maxima, w, x, reals=2)


def rank(w, x):
    """Rank of each row within its window, in (0, 1], ties averaged."""
    return _fill(order.ranks, w, x)


def quantile(w, q, x):
    """Quantile q of each window, linear between order statistics."""
    return _fill(order.quantiles, w, float(q), x, reals=3, whole=8)


def share(w, measure, key, weight):
    """What is asked (see `shares`) of the weights of each window, summed by key; missing where they sum to zero.

    A weight that is missing, or belongs to nobody (key -1) and is not zero, makes its windows missing.
    """
    xp = backend.namespace(weight)
    weight = xp.where((key < 0) & (weight != 0.0), xp.asarray(math.nan), weight)
    lent = backend.lend(key)
    known, number = backend.namespace(lent).unique(lent, return_inverse=True)
    return _fill(shares.shares, w, measure, number, weight, reals=3, whole=2,
                 length=max(known.shape[0], 2 * w.memory))
