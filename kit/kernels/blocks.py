"""What all rolling windows are made of: the tail of one block of rows and the head of the next.

Rows lie in blocks as long as the window: w rows, or a stretch of the clock that begins at a multiple of the duration.
Heads are summed forwards and tails backwards from the border between two blocks. So every window is a sum over its own
rows, in an order that depends on nothing else: no running difference, no drift, no trace of what has left the window,
the same bits however the data are cut.

An item of a body is the rows s..e-1, one block or (of rows) several, and the rows p..s-1 of the block before them.
Bodies know a width: minus the number of rows, or nanoseconds of `clock`, whose first row ever seen was at `began`.
"""

from __future__ import annotations

import math

NAN = math.nan


def reach(p, s, e, width):
    """Of an item: the rows of a block, and the row where the last tail ends that its windows need."""
    if width < 0:
        return -width, s + (e - s - 1) // -width * -width
    return e - p, s


def heads_and_tails(x, y, w, h, t):
    """Sums of y over rows 0..i, and of x over the rows behind k, each within blocks of w rows; in t[n] of a block.

    One loop for both, so that two sums are in flight.
    """
    a = b = 0.0
    left = 0
    for i in range(max(x.shape[0], y.shape[0])):
        if left == 0:
            a = b = 0.0
            left = w
        left -= 1
        if i < y.shape[0]:
            a += y[i]
            h[i] = a
        k = x.shape[0] - 1 - i
        if k >= 0:
            t[k] = b
            b += x[k]
    t[x.shape[0]] = b


def aligned(t, u, clock, p, s, width, first):
    """The tails that belong to the rows of an item, one each. Of durations, also with which row a window begins."""
    if width > 0:
        begin(clock, p, s, width, first)
        pick(t, s - p, first, u)
        return u
    if s == p:
        clear(t)
    return t


def clear(t):
    """No tails: the data begin here."""
    for r in range(t.shape[0]):
        for i in range(t.shape[1]):
            t[r, i] = 0.0


def begin(clock, p, s, width, first):
    """Of each window of a duration, the row with which it begins, counted from p."""
    j = p
    for i in range(first.shape[0]):
        while clock[j] <= clock[s + i] - width:
            j += 1
        first[i] = j - p


def pick(t, n, first, u):
    """Of the tails of n rows, those of the windows that begin at `first`."""
    for r in range(t.shape[0]):
        for i in range(first.shape[0]):
            u[r, i] = t[r, first[i] - 1] if first[i] > 0 else t[r, n]


def start(i, n, width, first):
    """First row of the window that ends at row i of an item with n rows before it, counted from these."""
    return max(0, n + i + 1 + width) if width < 0 else first[i]


def begun(clock, s, width, began, o):
    """Windows that reach back before the data began are missing."""
    i = 0
    while i < o.shape[0] and (s + i + 1 < -width if width < 0 else clock[s + i] - began < width):
        o[i] = NAN
        i += 1
