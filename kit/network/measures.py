"""The framework's three measures of a participant: between whom it stands, how its partners trade, who pays into it."""

from __future__ import annotations

import importlib
from typing import NamedTuple

import numpy as np

from kit import backend
from kit.kernels.betweenness import betweenness
from kit.kernels.graph import pagerank
from kit.network.clustering import market_clustering
from kit.network.graph import Graph
from kit.refusal import Refusal

ENGINES = ("kernels", "nx-cugraph")
TOLERANCE, ROUNDS = 1e-12, 1000

__all__ = ["ENGINES", "Engine", "Sampled", "bound", "centrality_from", "engine", "market_centrality",
           "market_clustering", "participant_influence", "sampled_centrality"]


class Engine(NamedTuple):
    """What computes a measure, and why that."""

    name: str
    reason: str

    def __str__(self):
        return f"{self.name} ({self.reason})"


class Sampled(NamedTuple):
    """Betweenness from some of the sources."""

    value: np.ndarray  #: float64, shape (n,)
    error: np.ndarray  #: standard error, shape (n,)
    sources: np.ndarray  #: the nodes that paths were followed from, shape (k,)


def engine(measure) -> Engine:
    """What computes a measure where nothing else is asked for.

    Parameters
    ----------
    measure : str
        ``"market_centrality"``, ``"market_clustering"`` or ``"participant_influence"``.
    """
    lacks = {"market_centrality": "nx-cugraph's betweenness takes no weights",
             "market_clustering": "nx-cugraph's clustering takes neither weights nor directions",
             "participant_influence": None}[measure]
    graphs, where = backend.chosen().graphs, backend.chosen().reason
    if lacks is None and graphs == "nx-cugraph":
        return Engine("nx-cugraph", f"float64, {where}")
    return Engine("kernels", lacks or f"{graphs}: {where}")


def market_centrality(graph: Graph, sources=None, seed=0):
    r"""Betweenness: the share of pairs of others whose shortest path a node lies on.

    .. math:: b(v) = \frac{1}{(n-1)(n-2)} \sum_{s \ne v \ne t} \frac{\sigma_{st}(v)}{\sigma_{st}}

    - The length of an edge is one over its volume: who trades more is nearer. With the volume itself as the length,
      trade would avoid its own hubs.
    - Paths that are equally long, to the bit, share. Volumes that are sums of fractions are seldom equal to the bit.
    - Edges count in their direction only.

    Parameters
    ----------
    graph : Graph
    sources : int, optional
        Follow paths from so many nodes, drawn without replacement (see `sampled_centrality`); from all by default.
    seed : int
        Of the drawing.

    Returns
    -------
    array of float64, shape (n,)
        Between 0 and 1; 0 where there are fewer than three nodes. As networkx's ``betweenness_centrality`` with
        ``weight`` set to one over the volume.

    Raises
    ------
    Refusal
        `sources` is less than 1 or more than there are nodes.

    References
    ----------
    Freeman (1977), A set of measures of centrality based on betweenness. Brandes (2001), equation 1.
    """
    if sources is not None:
        return sampled_centrality(graph, sources, seed).value
    xp = backend.namespace(graph.begin)
    sums, _ = betweenness(xp.arange(graph.n), *_lengths(graph))
    return sums / max((graph.n - 1) * (graph.n - 2), 1)


def sampled_centrality(graph: Graph, sources, seed=0) -> Sampled:
    """Betweenness from `sources` nodes, drawn without replacement; see `market_centrality` and `centrality_from`."""
    if not 1 <= sources <= graph.n:
        raise Refusal(f"sources={sources}", remedy=f"from 1 to {graph.n}, the number of nodes")
    return centrality_from(graph, np.sort(np.random.default_rng(seed).choice(graph.n, sources, replace=False)))


def centrality_from(graph: Graph, drawn) -> Sampled:
    """Betweenness from some sources, and its standard error.

    - Unbiased for every node: a mean over the sources other than the node itself, as networkx scales it.
    - The error is that of drawing without replacement: none where all sources are taken. Its square is right on
      average, but what is between many pairs often is so for few sources: of the ten most central of 300 nodes (400
      samples), twice the error held the truth in 13 to 92 % with 30 sources, in 43 to 96 % with 100. Where no source
      drawn has a path through the node it is 0. `bound` holds for any node.

    Parameters
    ----------
    graph : Graph
    drawn : array of int, shape (k,)
        Different nodes, all as likely to be among them.

    Returns
    -------
    Sampled
        On the host. NaN where a node is the only source drawn; errors are NaN where fewer than two others are.

    References
    ----------
    Brandes and Pich (2007), Centrality estimation in large networks.
    """
    xp = backend.namespace(graph.begin)
    sums, squares = map(backend.host, betweenness(xp.asarray(drawn), *_lengths(graph)))
    k = np.full(graph.n, float(len(drawn)))
    k[drawn] -= 1
    others, pairs = max(graph.n - 1, 1), max(graph.n - 2, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.maximum(squares - sums**2 / k, 0) / (k - 1)
        error = np.sqrt(spread / k * (1 - k / others))
        return Sampled(sums / k / pairs, np.where(k < 2, np.nan, error) / pairs, drawn)


def bound(n, sources, level=0.95) -> float:
    r"""How far from exact betweenness a node's value from some of n sources is at most, in `level` of all samples.

    .. math:: \sqrt{(1 - f) \frac{\log (2 / (1 - \mathrm{level}))}{2 k}}, \quad f = (k - 1) / (n - 1)

    with k one less than `sources`, as a node is no source of its own paths. Whatever the graph: a source's share of
    paths through a node lies between 0 and 1.

    References
    ----------
    Serfling (1974), Probability inequalities for the sum in sampling without replacement, corollary 1.1.
    """
    k = sources - 1
    if k < 1:
        return 1.0
    return min(1.0, float(np.sqrt((1 - (k - 1) / (n - 1)) * np.log(2 / (1 - level)) / (2 * k))))


def _lengths(graph):
    """Edges as `betweenness` takes them, by both of their ends."""
    length, into = 1.0 / graph.volume, graph.incoming
    return (graph.begin, graph.target, length), (into.begin, into.other, length[into.edge])


def participant_influence(graph: Graph, damping=0.85, *, tolerance=TOLERANCE, rounds=ROUNDS, by=None):
    r"""PageRank: how often one comes to a node who follows the volume, and now and then begins anywhere.

    .. math:: x = d \, (x P + x_0 / n) + (1 - d) / n

    with P the volumes as shares of their sources' and :math:`x_0` what lies at nodes that give nothing.

    - It rewards those who receive: in a graph from seller to buyer those who buy much from those who buy much. Ask
      `Graph.reverse` for the other side.
    - float64 throughout.

    Parameters
    ----------
    graph : Graph
    damping : float
        In [0, 1).
    tolerance : float
        Stop when a round moves less than this in all. networkx's ``tol`` is n times looser: its default of 1e-6 is 0.1
        in all on 100,000 nodes.
    rounds : int
        At most.
    by : str, optional
        One of `ENGINES`; by default what `engine` says.

    Returns
    -------
    array of float64, shape (n,)
        Adds up to 1. As networkx's ``pagerank``.

    Raises
    ------
    Refusal
        `damping` outside of [0, 1), an unknown engine, or no convergence.

    References
    ----------
    Page, Brin, Motwani and Winograd (1999), The PageRank citation ranking. Langville and Meyer (2005), A survey of
    eigenvector methods of web information retrieval.
    """
    by = engine("participant_influence").name if by is None else by
    if by not in ENGINES or not 0 <= damping < 1:
        raise Refusal(f"by={by!r}, damping={damping}", remedy=f"choose from {', '.join(ENGINES)}; 0 <= damping < 1")
    if not graph.n:
        return graph.strength()
    if by == "nx-cugraph":
        return _cugraph(graph, damping, tolerance, rounds)
    xp, out, into = backend.namespace(graph.begin), graph.strength(), graph.incoming
    share = graph.volume[into.edge] / out[into.other]
    rank, moved = pagerank(into.begin, into.other, share, xp.flatnonzero(out == 0), damping, tolerance, rounds)
    if moved >= tolerance:
        raise Refusal(f"PageRank still moves by {moved:.1e} after {rounds} rounds",
                      remedy="allow more rounds, or a larger tolerance")
    return rank


def _cugraph(graph, damping, tolerance, rounds):
    """The same by nx-cugraph, whose own default is float32."""
    cugraph, there = importlib.import_module("nx_cugraph"), graph.to(importlib.import_module("cupy"))
    theirs = cugraph.DiGraph.from_coo(graph.n, there.source, there.target, edge_values={"weight": there.volume})
    rank = cugraph.pagerank(theirs, alpha=damping, tol=tolerance / graph.n, max_iter=rounds, weight="weight",
                            dtype=np.float64)
    return backend.namespace(graph.begin).asarray([rank[v] for v in range(graph.n)])
