"""Triangles of an undirected weighted graph, each found once, from its middle corner.

Edges are drawn from the end of lower rank (by degree) to the end of higher rank. An item is a node: it marks the nodes
that its edges lead to, and whatever the edges of those that lead to it lead to among these closes a triangle. What a
triangle adds to the lowest corner is written to the edge by which the item was reached, what it adds to the highest to
one of the item's own, so that no two items write to the same place; a second sweep collects it, a node an item.
"""

from __future__ import annotations

from kit import backend
from kit.kernels.launch import launch


def close(v, begin, tail, head, weight, into, edge, average, mark, up, down):
    """Triangles whose middle corner is v: what they add to it, to the lowest corners (`up`) and the highest (`down`).

    A triangle adds the product of its weights to each corner; or, where `average`, the weights of the corner's two
    edges.
    """
    own = 0.0
    for e in range(begin[v], begin[v + 1]):
        mark[head[e]] = e + 1
    for k in range(into[v], into[v + 1]):
        e, lowest = edge[k], 0.0
        for f in range(e + 1, begin[tail[e] + 1]):  # beyond v: heads ascend
            across = mark[head[f]] - 1
            if across >= 0:
                a, b, c = weight[e], weight[f], weight[across]
                own += a + c if average else a * b * c
                lowest += a + b if average else a * b * c
                down[across] += b + c if average else a * b * c
        up[e] = lowest
    for e in range(begin[v], begin[v + 1]):
        mark[head[e]] = 0
    return own


def middles(lo, hi, reals, whole, visit, begin, tail, head, weight, into, edge, average, up, down, own):
    """Triangles from their middle corners."""
    mark = whole[0]
    for v in range(mark.shape[0]):
        mark[v] = 0
    for i in range(lo, hi):
        own[i] = close(visit[i], begin, tail, head, weight, into, edge, average, mark, up, down)


def collect(lo, hi, reals, whole, visit, begin, into, edge, up, down, own):
    """Add to each node what the edges from it and to it hold."""
    for i in range(lo, hi):
        v, total = visit[i], own[i]
        for e in range(begin[v], begin[v + 1]):
            total += up[e]
        for k in range(into[v], into[v + 1]):
            total += down[edge[k]]
        own[i] = total


def triangles(visit, begin, tail, head, weight, into, edge, average=False):
    """What the triangles at each node add up to, each triangle counted once.

    Parameters
    ----------
    visit : array of int32, shape (n,)
        Nodes by rank, in the order in which they are visited and answered: one that mixes ranks evens out the work.
    begin, tail, head, weight : array of int64 (n + 1,), int32 (m,), int32 (m,) and float64 (m,)
        CSR of the edges, each once, from its end of lower rank, heads ascending; ranks in order of degree keep this
        fast.
    into, edge : array of int64 (n + 1,) and int32 or int64 (m,)
        Numbers of the edges that lead to each node.
    average : bool
        Add the weights of a corner's two edges, not the product of the three weights.

    Returns
    -------
    array of float64, shape (n,)
    """
    xp, n = backend.namespace(begin), begin.shape[0] - 1
    own, up, down = (xp.zeros(length) for length in (n, head.shape[0], head.shape[0]))
    launch(middles, n, visit, begin, tail, head, weight, into, edge, average, up, down, own, whole=(1, n))
    launch(collect, n, visit, begin, into, edge, up, down, own)
    return own
