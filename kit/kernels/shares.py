"""Rolling shares of keys: how concentrated a window's weight is on those to whom its rows belong.

A key's weight in a window is the tail of one block of rows and the head of the next, as in `blocks`; what is asked is
then taken over all keys of the two blocks, in the order of their first rows. So every answer is a sum over the window's
own weights, without a running difference, the same bits however the data are cut.
"""

from __future__ import annotations

from kit.kernels.blocks import NAN, begun

CONCENTRATION, KEYS, LARGEST = 0, 1, 2


def numbered(key, place, number):
    """Number the keys of some rows in the order of their first appearance; returns how many there are."""
    known = 0
    for i in range(key.shape[0]):
        place[key[i]] = -1
    for i in range(key.shape[0]):
        if place[key[i]] < 0:
            place[key[i]] = known
            known += 1
        number[i] = place[key[i]]
    return known


def remembered(number, weight, tail, behind):
    """Weight of each key over all rows before a block, and over the rows behind each of these."""
    for k in range(weight.shape[0] - 1, -1, -1):
        behind[k] = tail[number[k]]
        tail[number[k]] += weight[k]


def asked(measure, tail, head):
    """Of the keys' weights: the sum of the squared shares, the number above zero, or the largest share."""
    total = squares = largest = 0.0
    count = 0
    for k in range(tail.shape[0]):
        w = tail[k] + head[k]
        total += w
        squares += w * w
        count += w > 0.0
        largest = w if w > largest else largest
    if not total > 0.0:
        return NAN
    if measure == KEYS:
        return float(count)
    return largest / total if measure == LARGEST else squares / (total * total)


def shares(lo, hi, reals, whole, starts, before, clock, width, began, measure, key, weight, out):
    """What is asked of each window. Keys are whole numbers from 0, few enough for a place each in private memory."""
    for item in range(lo, hi):
        p, s, e = before[item], starts[item], starts[item]
        while e < starts[item + 1]:
            e = min(s - width, starts[item + 1]) if width < 0 else starts[item + 1]
            slide(p, s, e, clock, width, measure, key, weight, reals, whole, out)
            p, s = s, e
        begun(clock, starts[item], width, began, out[starts[item]:e])


def slide(p, s, e, clock, width, measure, key, weight, reals, whole, out):
    """Answers of the windows that end in the rows s..e-1, and begin in those or in the rows p..s-1."""
    number, behind, j = whole[1], reals[2], p
    keys = numbered(key[p:e], whole[0], number)
    tail, head = reals[0, 0:keys], reals[1, 0:keys]
    for k in range(keys):
        tail[k] = head[k] = 0.0
    remembered(number, weight[p:s], tail, behind)
    for i in range(s, e):
        head[number[i - p]] += weight[i]
        while j < s and (j < i + 1 + width if width < 0 else clock[j] <= clock[i] - width):
            tail[number[j - p]] = behind[j - p]
            j += 1
        out[i] = asked(measure, tail, head)
