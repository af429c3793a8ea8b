"""Weighted betweenness: Brandes' sums over shortest paths, found by Dijkstra, a group of sources an item.

The queue is a heap of `ARITY` children whose keys lie beside it, so that a comparison is one look at the memory. Nodes
that are done lie at its far end, in the order of their distance: the heap and they are never more than all nodes.

Going back, a node owes to the one it was reached from; only where several paths are equally short are the edges into it
looked at again. Lengths of paths are equal where their sums are, to the bit, as in networkx.
"""

from __future__ import annotations

import math

import numpy as np

from kit import backend
from kit.kernels.launch import launch

ARITY = 4
INF = math.inf
NUMBERS = 1 << 24  # numbers that the sums of all groups together may take: as many groups as fit


def rise(k, node, x, heap, key, place):
    """Put a node into the heap at place k or above, where its key x belongs."""
    while k > 0:
        up = (k - 1) // ARITY
        if key[up] <= x:
            break
        other = heap[up]
        heap[k], key[k], place[other] = other, key[up], k
        k = up
    heap[k], key[k], place[node] = node, x, k


def sink(size, heap, key, place):
    """Fill the root with the node behind the last one, and put that where it belongs."""
    node, x, k, child = heap[size], key[size], 0, 1
    while child < size:
        least, smallest = child, key[child]
        for other in range(child + 1, min(child + ARITY, size)):
            if key[other] < smallest:
                least, smallest = other, key[other]
        if smallest >= x:
            break
        other = heap[least]
        heap[k], key[k], place[other] = other, smallest, k
        k, child = least, ARITY * least + 1
    heap[k], key[k], place[node] = node, x, k


def reach(v, size, begin, target, length, distance, paths, before, heap, key, place):
    """Along the edges out of a node that is done; the heap's new size. A node with several paths has no one before.

    Unsigned places cannot wrap around and need no check.
    """
    so_far, ways = distance[v], paths[v]
    for e in range(np.uint64(begin[v]), np.uint64(begin[v + 1])):
        w, x = np.uint64(target[e]), so_far + length[e]
        known = distance[w]
        if x < known:
            k = size if known == INF else place[w]
            size += known == INF
            distance[w], paths[w], before[w] = x, ways, v
            rise(k, w, x, heap, key, place)
        elif x == known and x > so_far:
            paths[w] += ways
            before[w] = -1
    return size


def explore(s, begin, target, length, distance, paths, before, heap, key, place):
    """Shortest paths from a source; the number of nodes reached, which lie at the heap's far end, nearest last."""
    distance[s], paths[s], before[s], heap[0], key[0], place[s] = 0.0, 1.0, s, s, 0.0, 0
    size, done, last = 1, 0, heap.shape[0] - 1
    while size > 0:
        v, size = heap[0], size - 1
        if size > 0:
            sink(size, heap, key, place)
        heap[last - done] = v
        done += 1
        size = reach(v, size, begin, target, length, distance, paths, before, heap, key, place)
    return done


def repay(w, begin, source, length, distance, paths, owed):
    """Share what is owed for a node among all that lie before it on shortest paths."""
    each = (1.0 + owed[w]) / paths[w]
    for e in range(begin[w], begin[w + 1]):
        v = source[e]
        if distance[v] < distance[w] and distance[v] + length[e] == distance[w]:
            owed[v] += paths[v] * each


def settle(reached, begin, source, length, distance, paths, before, owed, total):
    """Add to each node reached, farthest first, what the source owes it, and the square; forget them."""
    for i in range(reached.shape[0]):
        owed[reached[i]] = 0.0
    for i in range(reached.shape[0] - 1):  # all but the source
        w = reached[i]
        if before[w] < 0:
            repay(w, begin, source, length, distance, paths, owed)
        else:
            owed[before[w]] += 1.0 + owed[w]
        total[0, w] += owed[w]
        total[1, w] += owed[w] * owed[w]
    for i in range(reached.shape[0]):
        distance[reached[i]] = INF


def dependencies(lo, hi, reals, whole, sources, begin, target, length, into, source, length_in, out):
    """Each item: a group of sources, what they owe to each node and the squares of that, summed source after source."""
    distance, paths, owed, key = reals[0], reals[1], reals[2], reals[3]
    heap, place, before = whole[0], whole[1], whole[2]
    for v in range(distance.shape[0]):
        distance[v] = INF
    for group in range(lo, hi):
        first, end = group * sources.shape[0] // out.shape[0], (group + 1) * sources.shape[0] // out.shape[0]
        for i in range(first, end):
            done = explore(sources[i], begin, target, length, distance, paths, before, heap, key, place)
            reached = heap[heap.shape[0] - done:]
            settle(reached, into, source, length_in, distance, paths, before, owed, out[group])


def betweenness(sources, out_edges, in_edges):
    """Dependencies of sources on nodes (Brandes 2001, equation 5), summed over the sources.

    - The pair's ends are not between it: a source owes nothing to itself.
    - A node that takes one of several shortest paths counts for its share of them.

    Parameters
    ----------
    sources : array of int64, shape (k,)
    out_edges, in_edges : (begin, ends, length)
        CSR of the edges by where they come from, and by where they go to: int64 of shape (n + 1,), int32 and float64 of
        shape (m,). Lengths are positive. NumPy or CuPy.

    Returns
    -------
    sums, squares : array of float64, shape (n,)

    References
    ----------
    Brandes (2001), A faster algorithm for betweenness centrality. Algorithm 1, with lengths.
    """
    n = out_edges[0].shape[0] - 1
    groups = max(1, min(sources.shape[0], NUMBERS // max(2 * n, 1)))
    out = backend.namespace(out_edges[0]).zeros((groups, 2, n))
    if sources.shape[0]:
        launch(dependencies, groups, sources, *out_edges, *in_edges, out, reals=(4, n), whole=(3, n))
    return out[:, 0].sum(axis=0), out[:, 1].sum(axis=0)
