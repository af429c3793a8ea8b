"""Products of changes of two series whose times overlap: covariance of ticks that are not on one clock."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.joins import first_after
from kit.kernels.launch import launch


def overlapping(lo, hi, reals, whole, edges, time, x, others, y, shifts, out):
    """Item = shift x blocks + block: sum over the block's changes of x of the change of y while x changed.

    The changes of y that overlap (time[i - 1], time[i]] add up to y at the first tick that is not before its end, less
    y at the last tick that is not after its beginning: one running pointer for each.
    """
    blocks = edges.shape[0] - 1
    for item in range(lo, hi):
        shift, block = shifts[item // blocks], item % blocks
        begin, end = edges[block], edges[block + 1]
        before = first_after(others, time[begin] + shift, True) - 1
        after = first_after(others, time[begin] + shift, False)
        total = 0.0
        for i in range(begin, end):
            while before + 1 < others.shape[0] and others[before + 1] <= time[i] + shift:
                before += 1
            while after < others.shape[0] and others[after] < time[i + 1] + shift:
                after += 1
            total += (x[i + 1] - x[i]) * (y[min(after, others.shape[0] - 1)] - y[max(before, 0)])
        out[item // blocks, block] = total


def overlaps(edges, time, x, others, y, shifts):
    """Hayashi and Yoshida's sum for every shift, cut into blocks.

    Parameters
    ----------
    edges : array of int64, shape (blocks + 1,)
        Block b holds the changes of x from row i to i + 1, edges[b] <= i < edges[b + 1].
    time, others : array of int64
        Times of the ticks of x and of y, strictly increasing.
    x, y : array of float64
    shifts : array of int64
        Nanoseconds by which y is moved back before it is compared: a positive one where x leads.

    Returns
    -------
    array, shape (shifts, blocks)
    """
    xp = backend.namespace(x)
    lent = [backend.lend(a) for a in (edges, time, x, others, y, shifts)]
    blocks, n = lent[0].shape[0] - 1, lent[5].shape[0]
    out = backend.namespace(lent[2]).empty((n, blocks), dtype=np.float64)
    launch(overlapping, n * blocks, *lent, out)
    return xp.asarray(out)
