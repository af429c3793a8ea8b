"""Rolling sums, means and variances, over the windows of `blocks`.

Sums of squares are taken about an anchor from the block before. Where they have lost six digits all the same, the
window is summed again about its own last value, so a flat window has variance zero exactly. A window that contains a
missing value is missing.
"""

from __future__ import annotations

import math

from kit.kernels.blocks import NAN, aligned, begun, heads_and_tails, reach, start

LOST = 1e-6  # variance over sum of squares below which the window is summed again


def sums(lo, hi, reals, whole, starts, before, clock, width, began, mean, x, out):
    """Window sums, or means."""
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        o, first = out[s:e], whole[0, 0:e - s]
        w, end = reach(p, s, e, width)
        heads_and_tails(x[p:end], x[s:e], w, o, reals[0])
        t = aligned(reals[0:1], reals[1:2], clock, p, s, width, first)
        for i in range(e - s):
            o[i] += t[0, i]
        if mean:
            for i in range(e - s):
                o[i] /= s - p + i + 1 - start(i, s - p, width, first)
        begun(clock, s, width, began, o)


def anchor(x):
    """About where the values of a block lie: the median of its first, middle and last; zero where that is missing."""
    a, b, c = x[0], x[x.shape[0] // 2], x[x.shape[0] - 1]
    low, high = (a, b) if a < b else (b, a)
    middle = low if c < low else high if c > high else c
    return middle if middle - middle == 0.0 else 0.0


def counts(n, width, first, one, free):
    """One by the number of rows of each window, and by one less, where n rows lie before the item."""
    for i in range(one.shape[0]):
        rows = n + i + 1 - start(i, n, width, first)
        one[i] = 1.0 / rows
        free[i] = 1.0 / (rows - 1) if rows > 1 else NAN


def squares(x, y, c, w, h, t):
    """As `blocks.heads_and_tails`, of the values less c and of their squares."""
    a1 = a2 = b1 = b2 = 0.0
    left = 0
    for i in range(max(x.shape[0], y.shape[0])):
        if left == 0:
            a1 = a2 = b1 = b2 = 0.0
            left = w
        left -= 1
        if i < y.shape[0]:
            u = y[i] - c
            a1 += u
            a2 += u * u
            h[0, i], h[1, i] = a1, a2
        k = x.shape[0] - 1 - i
        if k >= 0:
            t[0, k], t[1, k] = b1, b2
            u = x[k] - c
            b1 += u
            b2 += u * u
    t[0, x.shape[0]], t[1, x.shape[0]] = b1, b2


def variances(lo, hi, reals, whole, starts, before, clock, width, began, root, x, out):
    """Window variances (n - 1 in the denominator), or their roots."""
    h, one, free = reals[0:2], reals[6], reals[7]
    if width < 0:
        counts(-width, width, whole[0], one, free)
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        o, first = out[s:e], whole[0, 0:e - s]
        w, end = reach(p, s, e, width)
        squares(x[p:end], x[s:e], anchor(x[p:s] if s > p else x[s:s + 1]), w, h, reals[2:4])
        t = aligned(reals[2:4], reals[4:6], clock, p, s, width, first)
        if width > 0:
            counts(s - p, width, first, one[0:e - s], free[0:e - s])
        if spread(h, t, one, free, root, o):
            variances_again(x[p:e], s - p, width, first, h, t, one, root, o)
        begun(clock, s, width, began, o)


def spread(h, t, one, free, root, o):
    """Sums to variances; says of how many too many digits were lost."""
    lost = 0
    for i in range(o.shape[0]):
        s1, s2 = h[0, i] + t[0, i], h[1, i] + t[1, i]
        v = s2 - s1 * s1 * one[i]
        lost += v < LOST * s2
        v *= free[i]
        o[i] = math.sqrt(v) if root and v > 0.0 else v
    return lost


def variances_again(x, n, width, first, h, t, one, root, o):
    """Those of which too many digits were lost, each window summed by itself."""
    for i in range(o.shape[0]):
        s1, s2 = h[0, i] + t[0, i], h[1, i] + t[1, i]
        if s2 - s1 * s1 * one[i] < LOST * s2:
            window = x[start(i, n, width, first):n + i + 1]
            v = product(window, window) / (window.shape[0] - 1) if window.shape[0] > 1 else NAN
            o[i] = math.sqrt(v) if root else v


def product(x, y):
    """Sum of the products of two windows' distances from their means, which are taken about the last values."""
    n = x.shape[0]
    mx = my = total = 0.0
    for i in range(n):
        mx += x[i] - x[n - 1]
        my += y[i] - y[n - 1]
    mx /= n
    my /= n
    for i in range(n):
        total += ((x[i] - x[n - 1]) - mx) * ((y[i] - y[n - 1]) - my)
    return total
