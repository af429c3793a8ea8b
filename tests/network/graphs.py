"""Graphs of trade for tests, and the same graphs as networkx knows them."""

import networkx as nx
import numpy as np
from hypothesis import strategies as st

from kit.network.graph import LOOPS, aggregate

VOLUMES = st.one_of(st.sampled_from([0.5, 1.0, 2.0, 4.0]), st.floats(1e-3, 1e3))
"""The first make paths that are equally long."""


@st.composite
def markets(draw, largest=14):
    """A graph of up to 60 trades, some of them of a node with itself."""
    node = st.integers(0, draw(st.integers(1, largest)))
    trades = draw(st.lists(st.tuples(node, node, VOLUMES), min_size=1, max_size=60))
    source, target, volume = zip(*trades, strict=True)
    return aggregate(source, target, volume, loops=draw(st.sampled_from(LOOPS)))


def crowd(n=40, m=300, seed=0, ties=False):
    """A graph in which few trade much; with ties, of volumes that make paths equally long."""
    rng = np.random.default_rng(seed)
    active = rng.pareto(1.2, n) + 0.1
    source, target = rng.choice(n, (2, m), p=active / active.sum())
    return aggregate(source, target, rng.integers(1, 3, m) if ties else rng.lognormal(size=m))


def known(graph):
    """The graph as networkx's: ``weight`` is the volume, ``distance`` one over it."""
    theirs = nx.DiGraph()
    theirs.add_nodes_from(range(graph.n))
    edges = zip(graph.source.tolist(), graph.target.tolist(), graph.volume.tolist(), strict=True)
    theirs.add_edges_from((a, b, {"weight": w, "distance": 1 / w}) for a, b, w in edges)
    return theirs


def by_node(found):
    """Values of networkx's answer, by node."""
    return np.array([found[v] for v in range(len(found))])
