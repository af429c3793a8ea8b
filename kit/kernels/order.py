"""Rolling extremes, ranks and quantiles, over the windows of `blocks`: the tail of one block, the head of the next.

A quantile keeps two sorted lists, one a block (Suomela 2014, Median filtering is equivalent to sorting): the earlier
block loses rows as the window leaves them, the later block gets its rows back in the reverse order of their removal.
"""

from __future__ import annotations

import math

import numpy as np

from kit.kernels.blocks import NAN, aligned, begun, reach

INF = math.inf


def larger(a, v):
    """The larger of two values; missing if either is."""
    return v if v > a or v != v else a


def largest(x, y, w, h, t):
    """As `blocks.heads_and_tails`, of the largest values."""
    a = b = -INF
    left = 0
    for i in range(max(x.shape[0], y.shape[0])):
        if left == 0:
            a = b = -INF
            left = w
        left -= 1
        if i < y.shape[0]:
            a = larger(a, y[i])
            h[i] = a
        k = x.shape[0] - 1 - i
        if k >= 0:
            t[k] = b
            b = larger(b, x[k])
    t[x.shape[0]] = b


def maxima(lo, hi, reals, whole, starts, before, clock, width, began, x, out):
    """Window maxima."""
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        o, first = out[s:e], whole[0, 0:e - s]
        w, end = reach(p, s, e, width)
        largest(x[p:end], x[s:e], w, o, reals[0])
        t = aligned(reals[0:1], reals[1:2], clock, p, s, width, first)
        if s > p:
            for i in range(e - s):
                o[i] = larger(o[i], t[0, i])
        begun(clock, s, width, began, o)


def rank_within(x):
    """Share of a window below its last value, half of the ties (its own included) counted: pandas' average rank."""
    n = x.shape[0]
    below = up_to = 0
    for i in range(n):
        below += x[i] < x[n - 1]
        up_to += x[i] <= x[n - 1]
    return (below + up_to + 1) / (2 * n)


def ranks(lo, hi, reals, whole, starts, before, clock, width, began, x, out):
    """Rank of each row within its window, in (0, 1]."""
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        j, hole = p, p - 1
        for k in range(p, s):
            hole = k if x[k] != x[k] else hole
        for i in range(s, e):
            hole = i if x[i] != x[i] else hole
            while j < i + 1 + width if width < 0 else clock[j] <= clock[i] - width:
                j += 1
            out[i] = rank_within(x[j:i + 1]) if hole < j else NAN
        begun(clock, s, width, began, out[s:e])


def merge(values, rows, lo, mid, hi, values_out, rows_out):
    """Merge the sorted runs lo..mid-1 and mid..hi-1, whose lengths differ by one at most; ties stay in order.

    From both ends at once, without a branch. Unsigned places cannot wrap around and need no check.
    """
    a, b, c, d = np.uint64(lo), np.uint64(mid), np.uint64(mid - 1), np.uint64(hi - 1)
    front, back, one = np.uint64(lo), np.uint64(hi - 1), np.uint64(1)
    for _ in range((hi - lo) // 2):
        u, v = values[a], values[b]
        values_out[front] = min(u, v)
        rows_out[front] = rows[a if u <= v else b]
        a, b = a + np.uint64(u <= v), b + np.uint64(u > v)
        front += one
        u, v = values[c], values[d]
        values_out[back] = max(u, v)
        rows_out[back] = rows[c if u > v else d]
        c, d = c - np.uint64(u > v), d - np.uint64(u <= v)
        back -= one
    if (hi - lo) % 2:
        middle = a if a <= c else b
        values_out[front], rows_out[front] = values[middle], rows[middle]


def insert(values, rows, lo, hi):
    """Sort the places lo..hi-1, which are few; ties stay in order."""
    for i in range(lo + 1, hi):
        value, row, k = values[i], rows[i], i
        while k > lo and values[k - 1] > value:
            values[k], rows[k] = values[k - 1], rows[k - 1]
            k -= 1
        values[k], rows[k] = value, row


def sort(n, values, rows, values_too, rows_too):
    """Sort the places 1..n, ties in order: runs of 8 or fewer by insertion, then merged pairwise, there and back."""
    runs = 1
    while n > 8 * runs:
        runs *= 4
    for k in range(runs):
        insert(values, rows, 1 + k * n // runs, 1 + (k + 1) * n // runs)
    while runs > 1:
        for k in range(0, runs, 2):
            lo, mid, hi = 1 + k * n // runs, 1 + (k + 1) * n // runs, 1 + (k + 2) * n // runs
            merge(values, rows, lo, mid, hi, values_too, rows_too)
        for k in range(0, runs, 4):
            lo, mid, hi = 1 + k * n // runs, 1 + (k + 2) * n // runs, 1 + (k + 4) * n // runs
            merge(values_too, rows_too, lo, mid, hi, values, rows)
        runs //= 4


def link(x, values, place, after, ahead, rows, values_too, rows_too):
    """Sort a block into the places 1..n of a list whose ends are 0 and n + 1. Missing values sort as infinite."""
    n = x.shape[0]
    for i in range(n):
        values[i + 1], rows[i + 1] = (x[i] if x[i] == x[i] else INF), i
    sort(n, values, rows, values_too, rows_too)
    values[0], values[n + 1] = -INF, INF
    for k in range(1, n + 1):
        place[rows[k]] = k
    for k in range(n + 2):
        after[k], ahead[k] = k + 1, k - 1


def drop(here, after, ahead):
    """Take a place out of its list."""
    after[ahead[here]] = after[here]
    ahead[after[here]] = ahead[here]


def put_back(here, after, ahead):
    """Undo the last `drop` that has not been undone."""
    after[ahead[here]] = here
    ahead[after[here]] = here


def retreat(a, va, ahead_a, b, vb, ahead_b):
    """Move one pointer back over the largest of the values before them."""
    back_a, back_b = ahead_a[a], ahead_b[b]
    if back_b == 0 or (back_a != 0 and va[back_a] > vb[back_b]):
        return back_a, b
    return a, back_b


def advance(a, va, after_a, end_a, b, vb, after_b, end_b):
    """Move one pointer on over the smallest of the values from them on."""
    if b == end_b or (a != end_a and va[a] <= vb[b]):
        return after_a[a], b
    return a, after_b[b]


def between(part, a, va, after_a, end_a, b, vb, after_b, end_b):
    """The smallest value from the pointers on, and `part` of the way to the next."""
    value = min(va[a], vb[b])
    if part == 0.0:
        return value
    a, b = advance(a, va, after_a, end_a, b, vb, after_b, end_b)
    return value + part * (min(va[a], vb[b]) - value)


def quantiles(lo, hi, reals, whole, starts, before, clock, width, began, q, x, out):
    """Window quantiles, linear between order statistics. A block is sorted once, the later one becomes the earlier."""
    va, vb, values_too = reals[0], reals[1], reals[2]
    place_a, after_a, ahead_a, rows = whole[0], whole[1], whole[2], whole[3]
    place_b, after_b, ahead_b, rows_too = whole[4], whole[5], whole[6], whole[7]
    linked, until = -1, -1
    for block in range(lo, hi):
        p, s, e = before[block], starts[block], starts[block]
        while e < starts[block + 1]:
            e = min(s - width, starts[block + 1]) if width < 0 else starts[block + 1]
            if (linked, until) == (p, s):
                va, vb, place_a, place_b = vb, va, place_b, place_a
                after_a, after_b, ahead_a, ahead_b = after_b, after_a, ahead_b, ahead_a
            else:
                link(x[p:s], va, place_a, after_a, ahead_a, rows, values_too, rows_too)
            link(x[s:e], vb, place_b, after_b, ahead_b, rows, values_too, rows_too)
            slide(p, s, e, clock, width, q, x, va, place_a, after_a, ahead_a, vb, place_b, after_b, ahead_b, out)
            linked, until, p, s = s, e, s, e
        begun(clock, starts[block], width, began, out[starts[block]:e])


def slide(p, s, e, clock, width, q, x, va, place_a, after_a, ahead_a, vb, place_b, after_b, ahead_b, out):
    """Quantiles of the windows that end in one block.

    The pointers a and b stand where the `low` smallest values of the window end, in the earlier and the later block.
    """
    end_a, end_b, j, hole, low = s - p + 1, e - s + 1, p, p - 1, 0
    for k in range(e - s):
        drop(place_b[e - s - 1 - k], after_b, ahead_b)
    a, b = after_a[0], end_b
    for k in range(p, s):
        hole = k if x[k] != x[k] else hole
    for i in range(s, e):
        here = place_b[i - s]
        put_back(here, after_b, ahead_b)
        if here < b:  # it came in among the smallest, so the largest of these goes out
            a, b = retreat(a, va, ahead_a, b, vb, ahead_b)
        hole = i if x[i] != x[i] else hole
        while j < s and (j < i + 1 + width if width < 0 else clock[j] <= clock[i] - width):
            gone = place_a[j - p]
            drop(gone, after_a, ahead_a)
            low -= gone < a
            a = after_a[a] if gone == a else a
            j += 1
        reach = (i - j) * q
        want = int(math.floor(reach))
        while low > want:
            a, b = retreat(a, va, ahead_a, b, vb, ahead_b)
            low -= 1
        while low < want:
            a, b = advance(a, va, after_a, end_a, b, vb, after_b, end_b)
            low += 1
        part = reach - want
        out[i] = between(part, a, va, after_a, end_a, b, vb, after_b, end_b) if hole < j else NAN
