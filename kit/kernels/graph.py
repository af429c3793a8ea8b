"""Edges in order, and flows along them: counting sorts, and the sums that arrive at nodes."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch


def count(lo, hi, reals, whole, key, rows, out, begin):
    """Stable counting sort of rows, by a key each; one item, since each place depends on those before."""
    n, place = begin.shape[0] - 1, whole[0]
    for v in range(n + 1):
        begin[v] = 0
    for i in range(rows.shape[0]):
        begin[key[i] + 1] += 1
    for v in range(n):
        begin[v + 1] += begin[v]
        place[v] = begin[v]
    for i in range(rows.shape[0]):
        k = key[i]
        out[place[k]] = rows[i]
        place[k] += 1


def order(key, n, rows=None):
    """Rows in order of their keys, rows of one key in the order they had.

    Parameters
    ----------
    key : array of int, shape (m,)
        From 0 to n - 1.
    n : int
    rows : array of int, optional
        All of them, in the order that is kept among equals.

    Returns
    -------
    rows : array of int, shape (m,)
        int32 where that can number them.
    begin : array of int64, shape (n + 1,)
        Where the rows of each key begin.
    """
    xp = backend.namespace(key)
    if rows is None:
        rows = xp.arange(key.shape[0], dtype=xp.int32 if key.shape[0] < 1 << 31 else xp.int64)
    else:
        key = key[rows]
    if backend.on_gpu(key):  # one thread would take long
        sort = xp.argsort(key, kind="stable")
        return rows[sort], xp.searchsorted(key[sort], xp.arange(n + 1))
    out, begin = xp.empty_like(rows), xp.zeros(n + 1, dtype=np.int64)
    launch(count, 1, key, rows, out, begin, whole=(1, max(n, 1)))
    return out, begin


def sum_runs(lo, hi, reals, whole, first, rows, values, out):
    """Each item: a run of rows that makes an edge; what their values add up to, in the order of the rows."""
    for e in range(lo, hi):
        total = values[rows[first[e]]]
        for i in range(first[e] + 1, first[e + 1]):
            total += values[rows[i]]
        out[e] = total


def merge(source, target, n, *columns):
    """Edges of rows: all rows from one node to another in one edge, edges in order of source, then target.

    Parameters
    ----------
    source, target : array of int32, shape (rows,)
        Nodes by number, from 0 to n - 1.
    n : int
    *columns : array of float64 or int64, shape (rows,)
        What to add up.

    Returns
    -------
    begin : array of int64, shape (n + 1,)
        Where the edges of each source begin.
    source, target : array of int32, shape (m,)
    rows : array of int64, shape (m,)
        How many rows make each edge.
    *totals : array, shape (m,)
        Of each of the columns.
    """
    xp = backend.namespace(source)
    rows, begin = order(source, n, order(target, n)[0])
    s, t = source[rows], target[rows]
    new = xp.ones(rows.shape[0] + 1, dtype=np.bool_)
    new[1:-1] = (s[1:] != s[:-1]) | (t[1:] != t[:-1])
    first = xp.flatnonzero(new)
    totals = [xp.empty(first.shape[0] - 1, dtype=column.dtype) for column in columns]
    for column, total in zip(columns, totals, strict=True):
        launch(sum_runs, total.shape[0], first, rows, column, total)
    return xp.searchsorted(first, begin), s[first[:-1]], t[first[:-1]], xp.diff(first), *totals


def arrive(lo, hi, reals, whole, begin, source, share, x, out):
    """What flows into each node: the sum over its edges, in their order, of a share of what lies at their source.

    Unsigned places cannot wrap around and need no check.
    """
    for v in range(lo, hi):
        total = 0.0
        for e in range(np.uint64(begin[v]), np.uint64(begin[v + 1])):
            total += share[e] * x[np.uint64(source[e])]
        out[v] = total


def pagerank(begin, source, share, dangling, damping, tolerance, rounds):
    """PageRank by power iteration in float64, as networkx's.

    Parameters
    ----------
    begin, source, share : array of int64 (n + 1,), int32 (m,), float64 (m,)
        CSR of the edges by where they go to; of an edge, its share of what its source gives.
    dangling : array of int64
        Nodes that give nothing: what lies there is spread over all.
    damping, tolerance : float
        Stop when a round moves less than `tolerance` in all (networkx stops at n times its `tol`).
    rounds : int
        At most.

    Returns
    -------
    rank : array of float64, shape (n,)
        Adds up to 1.
    moved : float
        What the last round moved.
    """
    xp, n = backend.namespace(begin), begin.shape[0] - 1
    x, moved = xp.full(n, 1.0 / n), np.inf
    for _ in range(rounds):
        new = xp.empty(n)
        launch(arrive, n, begin, source, share, x, new)
        new *= damping
        new += (damping * x[dangling].sum() + (1.0 - damping)) / n
        x -= new
        moved, x = float(xp.abs(x).sum()), new
        if moved < tolerance:
            break
    return x, moved
