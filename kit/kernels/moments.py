"""Rolling sums, variances and correlations, without a running difference and without a cumulative sum.

Rows lie in blocks as long as the window: w rows, or a stretch of the clock that begins at a multiple of the duration.
A window is then the tail of one block and the head of the next. Heads are summed forwards and tails backwards from the
border between them, about an anchor taken from the earlier block. So every window is a sum over its own rows, in an order
that depends on nothing else: no drift, no trace of what has left the window, the same bits however the data are cut.
A window that contains a missing value is missing. Where the sums have lost six digits, the window is summed again about
its own last value, so a flat window has variance zero exactly.
"""

from __future__ import annotations

import math

NAN = math.nan
LOST = 1e-6  # variance over sum of squares below which the window is summed again


def anchor(x):
    """About where the values of a block lie: the median of its first, middle and last; zero where that is missing."""
    if x.shape[0] == 0:
        return 0.0
    a, b, c = x[0], x[x.shape[0] // 2], x[x.shape[0] - 1]
    low, high = (a, b) if a < b else (b, a)
    middle = low if c < low else high if c > high else c
    return middle if middle - middle == 0.0 else 0.0


def heads(x, c, h1, h2):
    """Sums of x - c and of its square over rows 0..i."""
    a = b = 0.0
    for i in range(x.shape[0]):
        d = x[i] - c
        a += d
        b += d * d
        h1[i] = a
        h2[i] = b


def tails(x, c, t1, t2):
    """Sums of x - c and of its square over the rows behind i; entry n - 1 is zero."""
    a = b = 0.0
    for k in range(x.shape[0]):
        i = x.shape[0] - 1 - k
        t1[i] = a
        t2[i] = b
        d = x[i] - c
        a += d
        b += d * d
    return a, b


def heads_and_tails(x, y, c, h1, h2, t1, t2):
    """`heads` of y and `tails` of x, of one length, in one loop: four sums in flight."""
    a = b = p = q = 0.0
    for i in range(y.shape[0]):
        u = y[i] - c
        a += u
        b += u * u
        h1[i] = a
        h2[i] = b
        k = x.shape[0] - 1 - i
        t1[k] = p
        t2[k] = q
        v = x[k] - c
        p += v
        q += v * v
    return p, q


def squares_again(x):
    """Sum of squares about the mean of x, in two passes about its last value."""
    n = x.shape[0]
    last, mean, total = x[n - 1], 0.0, 0.0
    for i in range(n):
        mean += x[i] - last
    mean /= n
    for i in range(n):
        d = (x[i] - last) - mean
        total += d * d
    return total


def sums(lo, hi, reals, whole, starts, before, clock, width, began, x, out):
    """Window sums. `width` < 0: rows; else nanoseconds of `clock`, of which the first was `began`."""
    longest = reals.shape[0]
    tail = reals[0:longest]
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        total = 0.0
        for k in range(s - p):
            tail[s - p - 1 - k] = total
            total += x[s - 1 - k]
        head, j = 0.0, p
        for i in range(s, e):
            head += x[i]
            if width < 0:
                j = p + (i - s)
                known = i + 1 >= -width
                rest = tail[j - p] if j < s else 0.0
            else:
                while j < s and clock[j] <= clock[i] - width:
                    j += 1
                known = clock[i] - began >= width
                rest = 0.0 if j == s else (tail[j - 1 - p] if j > p else total)
            out[i] = head + rest if known else NAN


def variances(lo, hi, reals, whole, starts, before, clock, width, began, root, x, out):
    """Window variances (n - 1 in the denominator), or their roots. Windows as in `sums`."""
    m = reals.shape[0] // 4
    h1, h2, t1, t2 = reals[0:m], reals[m:2 * m], reals[2 * m:3 * m], reals[3 * m:4 * m]
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        x0, x1, o = x[p:s], x[s:e], out[s:e]
        c = anchor(x0) if s > p else anchor(x1[0:1])
        if s - p == e - s:
            a1, a2 = heads_and_tails(x0, x1, c, h1, h2, t1, t2)
        else:
            a1, a2 = tails(x0, c, t1, t2)
            heads(x1, c, h1, h2)
        if width < 0:
            lost = variances_by_rows(x, p, s, -width, root, h1, h2, t1, t2, o)
        else:
            lost = variances_by_clock(clock, p, s, width, began, root, h1, h2, t1, t2, a1, a2, o)
        if lost:
            variances_again(x, clock, p, s, width, root, o)


def variances_by_rows(x, p, s, w, root, h1, h2, t1, t2, o):
    """Heads plus tails; says in how many windows too many digits were lost, and leaves those negative."""
    lost = 0
    if s == p:  # the first block: only its last row has a window behind it
        for i in range(o.shape[0]):
            o[i] = NAN
        if o.shape[0] < w:
            return lost
    one, each, free = o.shape[0] - 1 if s == p else 0, 1.0 / w, 1.0 / (w - 1) if w > 1 else NAN
    for i in range(one, o.shape[0]):
        s1 = h1[i] + (t1[i] if s > p else 0.0)
        s2 = h2[i] + (t2[i] if s > p else 0.0)
        v = s2 - s1 * s1 * each
        bad = v < LOST * s2
        lost += bad
        v = -1.0 if bad else v * free
        o[i] = math.sqrt(v) if root and v > 0.0 else v
    return lost


def variances_by_clock(clock, p, s, width, began, root, h1, h2, t1, t2, a1, a2, o):
    """As `variances_by_rows`, for windows of a duration."""
    lost, j = 0, p
    for i in range(o.shape[0]):
        while j < s and clock[j] <= clock[s + i] - width:
            j += 1
        n = i + 1 + s - j
        s1 = h1[i] + (0.0 if j == s else (t1[j - 1 - p] if j > p else a1))
        s2 = h2[i] + (0.0 if j == s else (t2[j - 1 - p] if j > p else a2))
        v = s2 - s1 * s1 / n
        bad = v < LOST * s2
        v = -1.0 if bad else v / (n - 1) if n > 1 else NAN
        known = clock[s + i] - began >= width
        lost += bad and known
        o[i] = (math.sqrt(v) if root and v > 0.0 else v) if known else NAN
    return lost


def variances_again(x, clock, p, s, width, root, o):
    """The windows left negative, each summed by itself."""
    j = p
    for i in range(o.shape[0]):
        if width < 0:
            j = s + i + 1 + width
        else:
            while clock[j] <= clock[s + i] - width:
                j += 1
        if o[i] < 0.0:
            v = squares_again(x[j:s + i + 1]) / (s + i - j) if s + i > j else NAN
            o[i] = math.sqrt(v) if root else v
