"""W4: a million trades between a hundred thousand participants, and who matters among them, against graph libraries.

Peers whose values are off by more than 1e-9 of the largest stop the bench. networkx's slow parts are timed on a sample,
which is printed, and scaled.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

import igraph
import networkx as nx
import numpy as np

from bench.compare import compare
from kit.network.graph import aggregate
from kit.network.measures import centrality_from, market_clustering, participant_influence, sampled_centrality
from kit.sources import datasets

NODES, TOLERANCE = 100_000, 1e-10
SOURCES, SLOW, FEW = 32, 2, 500  # sources for ours and igraph, for networkx; nodes for networkx's clustering
LIMITS = {"seconds": 60, "MB": 1500}  # of each step on the largest graph, and of the whole process


def market(n):
    """Trades of participants, by number, some of whom trade very much; who sells much need not buy much."""
    rng = np.random.default_rng(0)
    active = rng.pareto(1.2, NODES) + 0.1
    sells, buys = active / active.sum(), (active + rng.permutation(active)) / (2 * active.sum())
    ends = np.stack([rng.choice(NODES, n, p=sells), rng.choice(NODES, n, p=buys)])
    ends = ends[:, ends[0] != ends[1]]
    source, target = np.unique(ends, return_inverse=True)[1].reshape(ends.shape)
    return source, target, np.exp(rng.normal(0, 1.5, source.size))


def agree(name, theirs, ours):
    """Stop unless another's answer is ours."""
    off = np.abs(np.asarray(theirs) - ours).max() / np.abs(ours).max()
    assert off <= 1e-9, f"{name} is off by {off:.1e}"
    print(f"{name}: largest difference {off:.1e} of the largest value")


def looped(source, target, volume):
    """networkx's graph, an edge at a time, with volumes added up."""
    graph = nx.DiGraph()
    for a, b, w in zip(source.tolist(), target.tolist(), volume.tolist(), strict=True):
        if graph.has_edge(a, b):
            graph[a][b]["weight"] += w
        else:
            graph.add_edge(a, b, weight=w)
    return graph


def built(source, target):
    """igraph's graph."""
    return igraph.Graph(n=int(max(source.max(), target.max())) + 1, edges=np.stack([source, target], 1), directed=True)


def influence(trades):
    """Trades to PageRank, end to end."""
    graph, prebuilt, weights = aggregate(*trades), built(*trades[:2]), trades[2].tolist()
    ours = participant_influence(graph, tolerance=TOLERANCE)
    slow = nx.pagerank(looped(*trades), tol=TOLERANCE / graph.n, max_iter=1000)
    agree("networkx's PageRank", [slow[v] for v in range(graph.n)], ours)
    agree("igraph's PageRank", prebuilt.pagerank(weights=weights), ours)
    compare({
        "ours": lambda: participant_influence(aggregate(*trades), tolerance=TOLERANCE),
        "igraph": lambda: built(*trades[:2]).pagerank(weights=weights),
        "igraph, graph prebuilt": lambda: prebuilt.pagerank(weights=weights),
        "networkx": lambda: nx.pagerank(looped(*trades), tol=TOLERANCE / graph.n, max_iter=1000),
    }, repeat=3, title=f"{len(trades[0]):,} trades to PageRank, a round moving less than {TOLERANCE:g} in all",
        rows=len(trades[0]), goals={"networkx": 50, "igraph": 3})
    return graph


def betweenness(graph):
    """Weighted, directed betweenness, per source."""
    theirs, length = built(graph.source, graph.target), (1 / graph.volume).tolist()
    drawn = sampled_centrality(graph, SOURCES).sources
    seen = SOURCES - np.isin(np.arange(graph.n), drawn)
    sums = centrality_from(graph, drawn).value * seen * (graph.n - 2)
    agree("igraph's betweenness", theirs.betweenness(sources=drawn.tolist(), weights=length), sums)
    taken = compare({
        "ours": lambda: centrality_from(graph, drawn),
        "igraph": lambda: theirs.betweenness(sources=drawn.tolist(), weights=length),
    }, repeat=3, title=f"betweenness from {SOURCES} sources, {graph.n:,} nodes, {graph.m:,} edges", goals={"igraph": 2})
    slow = known(graph, distance=1 / graph.volume)
    start = time.perf_counter()
    nx.betweenness_centrality_subset(slow, drawn[:SLOW].tolist(), range(graph.n), weight="distance")
    scaled(f"networkx, {SLOW} sources", (time.perf_counter() - start) / SLOW, taken["ours"] / SOURCES, "a source", 80)


def clustering(graph):
    """Directed and weighted against networkx, undirected against igraph."""
    slow, few = known(graph, weight=graph.volume), np.random.default_rng(0).choice(graph.n, FEW, replace=False).tolist()
    start = time.perf_counter()
    found = nx.clustering(slow, few, weight="weight")
    took = (time.perf_counter() - start) / FEW
    agree("networkx's clustering", [found[v] for v in few], market_clustering(graph)[few])
    theirs = built(graph.source, graph.target)
    theirs.es["weight"] = graph.volume
    both = theirs.as_undirected(combine_edges="sum")
    for variant, weights in {"barrat": "weight", "unweighted": None}.items():
        agree(f"igraph's, {variant}", both.transitivity_local_undirected(weights=weights, mode="zero"),
              market_clustering(graph, variant))
    taken = compare({
        "ours": lambda: market_clustering(graph),
        "ours, Barrat": lambda: market_clustering(graph, "barrat"),
        "igraph, Barrat": lambda: both.transitivity_local_undirected(weights="weight", mode="zero"),
        "igraph, unweighted": lambda: both.transitivity_local_undirected(mode="zero"),
        "igraph, unweighted, from the directed graph": lambda: theirs.as_undirected(
            combine_edges="sum").transitivity_local_undirected(mode="zero"),
    }, repeat=3, title="clustering, igraph's undirected graph prebuilt", goals={"igraph, Barrat": 2,
                                                                             "igraph, unweighted": 1})
    scaled(f"networkx, {FEW} nodes drawn", took, taken["ours"] / graph.n, "a node", 80)


def known(graph, **attribute):
    """networkx's graph of the edges, with one attribute."""
    (name, values), = attribute.items()
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(graph.n))
    rows = zip(graph.source.tolist(), graph.target.tolist(), values.tolist(), strict=True)
    theirs.add_weighted_edges_from(rows, name)
    return theirs


def scaled(name, theirs, ours, each, goal):
    """Print what a sample took."""
    print(f"{name}: {theirs * 1e3:,.1f} ms {each}, ours {ours * 1e3:.4g} ms: {theirs / ours:,.0f} x faster, "
          f"goal >= {goal} x: {'yes' if theirs >= goal * ours else 'NO'}\n")


def large():
    """The largest graph at hand: what builders paid proposers. Nobody is paid by a builder and pays in turn, so there
    is nothing between two nodes and no triangle; betweenness runs along payments in both directions."""
    edges = datasets.load("builder-payments", "proposer").tables["edges"]
    columns = [edges[name].to_numpy() for name in ("source", "target", "volume", "n")]
    graph = timed("aggregate", lambda: aggregate(*columns[:3], count=columns[3]))
    print(f"{graph.n:,} nodes, {graph.m:,} edges, {graph.nbytes / 1e6:.0f} MB")
    rank = timed("PageRank", lambda: participant_influence(graph))
    assert abs(rank.sum() - 1) < 1e-9
    assert not timed("clustering", lambda: market_clustering(graph)).any()
    ends, back = (np.concatenate(pair) for pair in (columns[:2], columns[1::-1]))
    both = aggregate(ends, back, np.tile(columns[2], 2))
    value, error, _ = timed(f"betweenness from {SOURCES} sources, {both.m:,} edges",
                            lambda: sampled_centrality(both, SOURCES))
    print(f"the most central: {value.max():.3f} +- {error[value.argmax()]:.3f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    kept = "yes" if peak < LIMITS["MB"] else "NO"
    print(f"peak memory of the process {peak:,.0f} MB, limit {LIMITS['MB']:,} MB: {kept}")


def timed(name, call):
    """A step's answer; prints what it took, compilation included."""
    start = time.perf_counter()
    answer = call()
    took = time.perf_counter() - start
    print(f"{name}: {took:.2f} s, limit {LIMITS['seconds']} s: {'yes' if took < LIMITS['seconds'] else 'NO'}")
    return answer


def main(n=1_000_000) -> None:
    graph = influence(market(n))
    betweenness(graph)
    clustering(graph)
    if "builder-payments" not in datasets.available():
        print("the largest graph is not at hand: set KIT_DATA")
        return
    subprocess.run([sys.executable, "-m", "bench.w4_network", "large"], check=True, env=os.environ)


if __name__ == "__main__":
    large() if sys.argv[1:] == ["large"] else main(*map(int, sys.argv[1:]))
