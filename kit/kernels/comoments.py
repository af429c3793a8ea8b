"""Rolling statistics of two series, covariance, correlation and weighted variance: `moments` with more sums."""

from __future__ import annotations

import math

from kit.kernels.moments import LOST, NAN, anchor



def pair_heads(x, y, cx, cy, h):
    """Sums of dx, dy, dx dx, dy dy, dx dy over rows 0..i, one row of `h` each."""
    a = b = aa = bb = ab = 0.0
    h0, h1, h2, h3, h4 = h[0], h[1], h[2], h[3], h[4]
    for i in range(x.shape[0]):
        u, v = x[i] - cx, y[i] - cy
        a += u
        b += v
        aa += u * u
        bb += v * v
        ab += u * v
        h0[i] = a
        h1[i] = b
        h2[i] = aa
        h3[i] = bb
        h4[i] = ab


def pair_tails(x, y, cx, cy, t):
    """The same sums over rows i.. to the last; entry n is zero."""
    a = b = aa = bb = ab = 0.0
    n = x.shape[0]
    t0, t1, t2, t3, t4 = t[0], t[1], t[2], t[3], t[4]
    t0[n] = t1[n] = t2[n] = t3[n] = t4[n] = 0.0
    for k in range(n):
        i = n - 1 - k
        u, v = x[i] - cx, y[i] - cy
        a += u
        b += v
        aa += u * u
        bb += v * v
        ab += u * v
        t0[i] = a
        t1[i] = b
        t2[i] = aa
        t3[i] = bb
        t4[i] = ab


def pair_again(x, y):
    """Centred sums xx, yy, xy of a window by itself, in two passes about its last values."""
    n = x.shape[0]
    lx, ly, mx, my = x[n - 1], y[n - 1], 0.0, 0.0
    for i in range(n):
        mx += x[i] - lx
        my += y[i] - ly
    mx /= n
    my /= n
    xx = yy = xy = 0.0
    for i in range(n):
        u, v = (x[i] - lx) - mx, (y[i] - ly) - my
        xx += u * u
        yy += v * v
        xy += u * v
    return xx, yy, xy


def related(n, xx, yy, xy, normed):
    """Covariance (n - 1), or correlation within [-1, 1]; missing where there is nothing to relate."""
    if n < 2:
        return NAN
    if not normed:
        return xy / (n - 1)
    if xx <= 0.0 or yy <= 0.0:
        return NAN
    r = xy / math.sqrt(xx * yy)
    return 1.0 if r > 1.0 else -1.0 if r < -1.0 else r


def relations(lo, hi, reals, whole, starts, before, clock, width, began, normed, x, y, out):
    """Window covariances, or correlations if `normed`. Windows as in `moments.sums`."""
    m = reals.shape[0] // 10
    h, t = reals[0:5 * m].reshape((5, m)), reals[5 * m:10 * m].reshape((5, m))
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        cx = anchor(x[p:s]) if s > p else anchor(x[s:s + 1])
        cy = anchor(y[p:s]) if s > p else anchor(y[s:s + 1])
        pair_tails(x[p:s], y[p:s], cx, cy, t)
        pair_heads(x[s:e], y[s:e], cx, cy, h)
        j = p
        for i in range(s, e):
            if width < 0:
                j = min(s, p + (i - s) + 1)
                known = i + 1 >= -width
            else:
                while j < s and clock[j] <= clock[i] - width:
                    j += 1
                known = clock[i] - began >= width
            if not known:
                out[i] = NAN
                continue
            n, k, r = i + 1 - j, i - s, j - p
            sx, sy = h[0, k] + t[0, r], h[1, k] + t[1, r]
            sxx, syy = h[2, k] + t[2, r], h[3, k] + t[3, r]
            xx, yy, xy = sxx - sx * sx / n, syy - sy * sy / n, h[4, k] + t[4, r] - sx * sy / n
            if xx < LOST * sxx or yy < LOST * syy:
                xx, yy, xy = pair_again(x[j:i + 1], y[j:i + 1])
            out[i] = related(n, xx, yy, xy, normed)


def weighted_again(x, weight):
    """Weighted sum of squares of a window about its weighted mean, in two passes about its last value."""
    n = x.shape[0]
    last, total, mean, squares = x[n - 1], 0.0, 0.0, 0.0
    for i in range(n):
        total += weight[i]
        mean += weight[i] * (x[i] - last)
    mean /= total
    for i in range(n):
        d = (x[i] - last) - mean
        squares += weight[i] * d * d
    return squares


def weighted_variances(lo, hi, reals, whole, starts, before, clock, width, began, x, weight, out):
    """Window means of squares about the mean, weighted. Windows as in `moments.sums`."""
    m = reals.shape[0] // 6
    h, t = reals[0:3 * m].reshape((3, m)), reals[3 * m:6 * m].reshape((3, m))
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        c = anchor(x[p:s]) if s > p else anchor(x[s:s + 1])
        t[0, s - p] = t[1, s - p] = t[2, s - p] = 0.0
        for k in range(s - p):
            i = s - p - 1 - k
            d, w = x[p + i] - c, weight[p + i]
            t[0, i], t[1, i], t[2, i] = t[0, i + 1] + w, t[1, i + 1] + w * d, t[2, i + 1] + w * d * d
        h0 = h1 = h2 = 0.0
        j = p
        for i in range(s, e):
            d, w = x[i] - c, weight[i]
            h0 += w
            h1 += w * d
            h2 += w * d * d
            if width < 0:
                j = min(s, p + (i - s) + 1)
                known = i + 1 >= -width
            else:
                while j < s and clock[j] <= clock[i] - width:
                    j += 1
                known = clock[i] - began >= width
            w0, w1, w2 = h0 + t[0, j - p], h1 + t[1, j - p], h2 + t[2, j - p]
            if not known or w0 <= 0.0:
                out[i] = NAN
                continue
            v = w2 - w1 * w1 / w0
            if v < LOST * w2:
                v = weighted_again(x[j:i + 1], weight[j:i + 1])
            out[i] = v / w0
