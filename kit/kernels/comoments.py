"""Rolling statistics of two series, covariance, correlation and weighted variance: `moments` with more sums."""

from __future__ import annotations

import math

from kit.kernels.blocks import NAN, aligned, begun, reach, start
from kit.kernels.moments import LOST, anchor, counts, product


def products(x, y, x1, y1, cx, cy, w, h, t):
    """As `blocks.heads_and_tails` of x1, y1 and x, y: values less cx and cy, their squares, and their product."""
    a1 = a2 = a3 = a4 = a5 = b1 = b2 = b3 = b4 = b5 = 0.0
    left = 0
    for i in range(max(x.shape[0], x1.shape[0])):
        if left == 0:
            a1 = a2 = a3 = a4 = a5 = b1 = b2 = b3 = b4 = b5 = 0.0
            left = w
        left -= 1
        if i < x1.shape[0]:
            u, v = x1[i] - cx, y1[i] - cy
            a1, a2, a3, a4, a5 = a1 + u, a2 + v, a3 + u * u, a4 + v * v, a5 + u * v
            h[0, i], h[1, i], h[2, i], h[3, i], h[4, i] = a1, a2, a3, a4, a5
        k = x.shape[0] - 1 - i
        if k >= 0:
            t[0, k], t[1, k], t[2, k], t[3, k], t[4, k] = b1, b2, b3, b4, b5
            u, v = x[k] - cx, y[k] - cy
            b1, b2, b3, b4, b5 = b1 + u, b2 + v, b3 + u * u, b4 + v * v, b5 + u * v
    k = x.shape[0]
    t[0, k], t[1, k], t[2, k], t[3, k], t[4, k] = b1, b2, b3, b4, b5


def relations(lo, hi, reals, whole, starts, before, clock, width, began, normed, x, y, out):
    """Window covariances, or correlations if `normed`."""
    h, one, free = reals[0:5], reals[15], reals[16]
    if width < 0:
        counts(-width, width, whole[0], one, free)
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        o, first = out[s:e], whole[0, 0:e - s]
        w, end = reach(p, s, e, width)
        cx, cy = anchor(x[p:s] if s > p else x[s:s + 1]), anchor(y[p:s] if s > p else y[s:s + 1])
        products(x[p:end], y[p:end], x[s:e], y[s:e], cx, cy, w, h, reals[5:10])
        t = aligned(reals[5:10], reals[10:15], clock, p, s, width, first)
        if width > 0:
            counts(s - p, width, first, one[0:e - s], free[0:e - s])
        if relate(h, t, one, free, normed, o):
            relate_again(x[p:e], y[p:e], s - p, width, first, h, t, one, normed, o)
        begun(clock, s, width, began, o)


def relate(h, t, one, free, normed, o):
    """Sums to relations; says of how many too many digits were lost."""
    lost = 0
    for i in range(o.shape[0]):
        x, y = h[0, i] + t[0, i], h[1, i] + t[1, i]
        xx, yy, xy = h[2, i] + t[2, i], h[3, i] + t[3, i], h[4, i] + t[4, i]
        vx, vy = xx - x * x * one[i], yy - y * y * one[i]
        lost += (vx < LOST * xx) | (vy < LOST * yy)
        o[i] = related(vx, vy, xy - x * y * one[i], free[i], normed)
    return lost


def related(xx, yy, xy, free, normed):
    """Covariance, or correlation within [-1, 1]; missing where there is nothing to relate."""
    known = (xx > 0.0) & (yy > 0.0)
    r = xy / (math.sqrt(xx * yy) if known else 1.0)
    r = 1.0 if r > 1.0 else -1.0 if r < -1.0 else r
    return (r if known else NAN) if normed else xy * free


def relate_again(x, y, n, width, first, h, t, one, normed, o):
    """Those of which too many digits were lost, each window summed by itself."""
    for i in range(o.shape[0]):
        sx, sy, sxx, syy = h[0, i] + t[0, i], h[1, i] + t[1, i], h[2, i] + t[2, i], h[3, i] + t[3, i]
        if sxx - sx * sx * one[i] < LOST * sxx or syy - sy * sy * one[i] < LOST * syy:
            j = start(i, n, width, first)
            u, v = x[j:n + i + 1], y[j:n + i + 1]
            free = 1.0 / (u.shape[0] - 1) if u.shape[0] > 1 else NAN
            o[i] = related(product(u, u), product(v, v), product(u, v), free, normed)


def agreements(lo, hi, reals, whole, x, y, out):
    """1 at rows where two values have one sign, 0 where they differ."""
    for i in range(lo, hi):
        same = ((x[i] > 0.0) == (y[i] > 0.0)) & ((x[i] < 0.0) == (y[i] < 0.0))
        out[i] = (1.0 if same else 0.0) if (x[i] == x[i]) & (y[i] == y[i]) else NAN


def weights(x, y, x1, y1, c, w, h, t):
    """As `blocks.heads_and_tails` of x1, y1 and x, y: weights y, and with each x less c, and its square."""
    a1 = a2 = a3 = b1 = b2 = b3 = 0.0
    left = 0
    for i in range(max(x.shape[0], x1.shape[0])):
        if left == 0:
            a1 = a2 = a3 = b1 = b2 = b3 = 0.0
            left = w
        left -= 1
        if i < x1.shape[0]:
            u, v = x1[i] - c, y1[i]
            a1, a2, a3 = a1 + v, a2 + v * u, a3 + v * u * u
            h[0, i], h[1, i], h[2, i] = a1, a2, a3
        k = x.shape[0] - 1 - i
        if k >= 0:
            t[0, k], t[1, k], t[2, k] = b1, b2, b3
            u, v = x[k] - c, y[k]
            b1, b2, b3 = b1 + v, b2 + v * u, b3 + v * u * u
    t[0, x.shape[0]], t[1, x.shape[0]], t[2, x.shape[0]] = b1, b2, b3


def weighted_variances(lo, hi, reals, whole, starts, before, clock, width, began, x, weight, out):
    """Window means of squares about the mean, weighted."""
    h = reals[0:3]
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        o, first = out[s:e], whole[0, 0:e - s]
        w, end = reach(p, s, e, width)
        c = anchor(x[p:s] if s > p else x[s:s + 1])
        weights(x[p:end], weight[p:end], x[s:e], weight[s:e], c, w, h, reals[3:6])
        t = aligned(reals[3:6], reals[6:9], clock, p, s, width, first)
        for i in range(e - s):
            total, mean, squares = h[0, i] + t[0, i], h[1, i] + t[1, i], h[2, i] + t[2, i]
            v = squares - mean * mean / total if total > 0.0 else NAN
            if v < LOST * squares:
                j = start(i, s - p, width, first)
                v = weighted_again(x[p + j:s + i + 1], weight[p + j:s + i + 1], total)
            o[i] = v / total if total > 0.0 else NAN
        begun(clock, s, width, began, o)


def weighted_again(x, weight, total):
    """Weighted sum of squares of a window about its weighted mean, which is taken about the last value."""
    n = x.shape[0]
    mean = squares = 0.0
    for i in range(n):
        mean += weight[i] * (x[i] - x[n - 1])
    mean /= total
    for i in range(n):
        d = (x[i] - x[n - 1]) - mean
        squares += weight[i] * d * d
    return squares
