"""Rolling extremes, ranks and quantiles: the windows of `moments` (tail of one block, head of the next) in order.

A quantile keeps two sorted lists, one a block (Suomela 2014, Median filtering is equivalent to sorting): the earlier
block loses rows as the window leaves them, the later block gets its rows back in the reverse order of their removal.
"""

from __future__ import annotations

import math

NAN = math.nan
INF = math.inf


def larger(a, v):
    """The larger of two values; missing if either is."""
    return v if v > a or v != v else a


def maxima(lo, hi, reals, whole, starts, before, clock, width, began, x, out):
    """Window maxima. Windows as in `moments.sums`."""
    for b in range(lo, hi):
        p, s, e = before[b], starts[b], starts[b + 1]
        best = -INF
        reals[s - p] = best
        for k in range(s - p):
            best = larger(best, x[s - 1 - k])
            reals[s - p - 1 - k] = best
        head, j = -INF, p
        for i in range(s, e):
            head = larger(head, x[i])
            if width < 0:
                j = min(s, p + (i - s) + 1)
                known = i + 1 >= -width
            else:
                while j < s and clock[j] <= clock[i] - width:
                    j += 1
                known = clock[i] - began >= width
            out[i] = larger(head, reals[j - p]) if known else NAN


def rank_within(x):
    """Share of a window below its last value, half of the ties (its own included) counted: pandas' average rank."""
    n = x.shape[0]
    last = x[n - 1]
    below = equal = holes = 0
    for i in range(n):
        below += x[i] < last
        equal += x[i] == last
        holes += x[i] != x[i]
    return NAN if holes > 0 else (below + (equal + 1) / 2) / n


def ranks(lo, hi, reals, whole, starts, before, clock, width, began, x, out):
    """Rank of each row within its window, in (0, 1]. Windows as in `moments.sums`."""
    for b in range(lo, hi):
        j = before[b]
        for i in range(starts[b], starts[b + 1]):
            if width < 0:
                j = max(0, i + 1 + width)
                known = i + 1 >= -width
            else:
                while clock[j] <= clock[i] - width:
                    j += 1
                known = clock[i] - began >= width
            out[i] = rank_within(x[j:i + 1]) if known else NAN


def sort_rows(x, order, spare):
    """Rows of x from the smallest to the largest, ties by row: runs of 8 by insertion, then merged pairwise."""
    n = x.shape[0]
    for i in range(n):
        first, k = i - i % 8, i
        while k > first and x[order[k - 1]] > x[i]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = i
    run = 8
    while run < n:
        for lo in range(0, n, 2 * run):
            mid, hi = min(lo + run, n), min(lo + 2 * run, n)
            a, b = lo, mid
            for k in range(lo, hi):
                if b >= hi or (a < mid and x[order[a]] <= x[order[b]]):
                    spare[k] = order[a]
                    a += 1
                else:
                    spare[k] = order[b]
                    b += 1
        for k in range(n):
            order[k] = spare[k]
        run *= 2


def link(x, values, place, after, ahead, order, spare):
    """Sort a block into the places 1..n of a list whose ends are 0 and n + 1. Missing values sort as infinite."""
    n = x.shape[0]
    for i in range(n):
        values[i] = INF if x[i] != x[i] else x[i]
    sort_rows(values[0:n], order, spare)
    values[0], values[n + 1] = -INF, INF
    for k in range(n):
        v = x[order[k]]
        values[k + 1] = INF if v != v else v
        place[order[k]] = k + 1
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
    """Window quantiles, linear between order statistics. Windows as in `moments.sums`.

    The pointers a and b stand where the `low` smallest values of the window end, in the earlier and the later block.
    """
    m = reals.shape[0] // 2
    va, vb = reals[0:m], reals[m:2 * m]
    place_a, after_a, ahead_a = whole[0:m], whole[m:2 * m], whole[2 * m:3 * m]
    place_b, after_b, ahead_b = whole[3 * m:4 * m], whole[4 * m:5 * m], whole[5 * m:6 * m]
    order, spare = whole[6 * m:7 * m], whole[7 * m:8 * m]
    for block in range(lo, hi):
        p, s, e = before[block], starts[block], starts[block + 1]
        link(x[p:s], va, place_a, after_a, ahead_a, order, spare)
        link(x[s:e], vb, place_b, after_b, ahead_b, order, spare)
        for k in range(e - s):
            drop(place_b[e - s - 1 - k], after_b, ahead_b)
        end_a, end_b, j, hole, low = s - p + 1, e - s + 1, p, p - 1, 0
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
            known = (i + 1 >= -width if width < 0 else clock[i] - began >= width) and hole < j
            out[i] = between(reach - want, a, va, after_a, end_a, b, vb, after_b, end_b) if known else NAN
