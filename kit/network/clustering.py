"""Clustering of directed weighted networks, by the definitions that go by that name."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.graph import merge, order
from kit.kernels.triangles import triangles
from kit.network.graph import Graph
from kit.refusal import Refusal

VARIANTS = ("fagiolo", "onnela", "barrat", "unweighted")


def market_clustering(graph: Graph, variant="fagiolo"):
    r"""How far a node's partners trade with each other.

    - ``"fagiolo"``: directed and weighted, over the triangles of all directions,
      :math:`\frac{((W + W^T)^3)_{ii}}{2 [d_i (d_i - 1) - 2 d^\leftrightarrow_i]}` with
      :math:`W_{ij} = (w_{ij} / \max w)^{1/3}`, d the number of edges at i and :math:`d^\leftrightarrow` that of
      partners in both directions. As networkx's ``clustering`` of a ``DiGraph``.
    - ``"onnela"``: undirected, volumes of both directions summed:
      :math:`\frac{1}{k_i (k_i - 1)} \sum_{jk} (\hat w_{ij} \hat w_{jk} \hat w_{ki})^{1/3}` with k the number of
      partners. As networkx's ``clustering`` of a ``Graph``.
    - ``"barrat"``: undirected, :math:`\frac{1}{s_i (k_i - 1)} \sum_{jk} \frac{w_{ij} + w_{ik}}{2} a_{ij} a_{jk} a_{ki}`
      with s the volume at i. As igraph's.
    - ``"unweighted"``: the share of pairs of partners that trade, in any direction.

    Trades of a node with itself make no triangle; where they were kept, the largest weight may be theirs.

    Parameters
    ----------
    graph : Graph
    variant : str

    Returns
    -------
    array of float64, shape (n,)
        0 where a node has fewer than two partners.

    Raises
    ------
    Refusal
        Unknown variant.

    References
    ----------
    Fagiolo (2007), Clustering in complex directed networks. Onnela et al. (2005), Intensity and coherence of motifs in
    weighted complex networks. Barrat et al. (2004), The architecture of complex weighted networks, equation 5.
    """
    if variant not in VARIANTS:
        raise Refusal(f"variant={variant!r}", remedy=f"choose from {', '.join(VARIANTS)}")
    xp, (rank, pairs, weight, ways) = backend.namespace(graph.begin), _pairs(graph, variant)
    begin, low, high = pairs
    edge, into = order(high, graph.n)
    total = triangles(rank, begin, low, high, weight, into, edge, average=variant == "barrat")
    degree = (xp.diff(begin) + xp.diff(into))[rank]
    possible = degree * (degree - 1) / 2
    if variant == "fagiolo":
        mutual = _at_both_ends(low[ways == 2], high[ways == 2], graph.n)[rank]
        possible = (degree + mutual) * (degree + mutual - 1) - 2 * mutual
    elif variant == "barrat":
        possible = _at_both_ends(low, high, graph.n, weight)[rank] * (degree - 1)
    return xp.where(total > 0, total / xp.where(total > 0, possible, 1), 0.0)


def _at_both_ends(low, high, n, weight=None):
    """Number of edges at each node, or their weight."""
    xp = backend.namespace(low)
    return xp.bincount(low, weight, n) + xp.bincount(high, weight, n)


def _pairs(graph, variant):
    """Nodes that trade with each other: each node's rank by its number of edges, and the pairs from the lower rank on.

    Returns
    -------
    rank : array of int32, shape (n,)
    pairs : (begin, low, high)
        CSR by the lower rank.
    weight, ways : array, shape (pairs,)
        As `variant` has it; in how many directions they trade.
    """
    xp, n, keep = backend.namespace(graph.begin), graph.n, graph.source != graph.target
    source, target, weight = graph.source[keep], graph.target[keep], graph.volume[keep]
    if variant == "fagiolo" and graph.m:
        weight = xp.cbrt(weight / graph.volume.max())
    edges = _at_both_ends(source, target, n)
    rank = xp.empty(n, dtype=np.int32)
    rank[order(edges, int(edges.max()) + 1 if n else 1)[0]] = xp.arange(n, dtype=np.int32)
    source, target = rank[source], rank[target]
    begin, low, high, ways, weight = merge(xp.minimum(source, target), xp.maximum(source, target), n, weight)
    if variant == "onnela" and graph.m:
        weight = xp.cbrt(weight / xp.concatenate([weight, graph.volume[~keep]]).max())
    elif variant == "unweighted":
        weight = xp.ones_like(weight)
    return rank, (begin, low, high), weight, ways
