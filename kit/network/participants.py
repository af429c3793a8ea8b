"""Everybody's measures in one table, and what a market would show in which the same people met by chance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.network.graph import Graph, aggregate, numbered
from kit.network.measures import bound, engine, market_centrality, market_clustering, participant_influence
from kit.network.rolling import DIRECTIONS
from kit.network.structure import concentration, reciprocity, rich_core

EXACT = 20_000
"""Nodes up to which betweenness follows paths from all of them."""
SOURCES = 500
"""Nodes that it follows them from in larger graphs."""


def of_deals(deals, direction="seller to buyer") -> Graph:
    """The graph of a frame of deals, edges in one of `DIRECTIONS`."""
    source, target = DIRECTIONS[direction]
    return aggregate(deals[source], deals[target], deals["volume"], deals["price"])


def measured(graph: Graph, variant="fagiolo", seed=0) -> pd.DataFrame:
    """Measures of every node, the strongest first.

    Parameters
    ----------
    graph : Graph
    variant : str
        Of `market_clustering`.
    seed : int
        Of the nodes that betweenness follows paths from, where there are more than `EXACT`.

    Returns
    -------
    pandas.DataFrame
        ``volume, out, in, core, market_centrality, market_clustering, participant_influence`` by node.
    """
    table = pd.DataFrame({
        "volume": graph.strength("both"), "out": graph.strength("out"), "in": graph.strength("in"),
        "core": rich_core(graph).members, "market_centrality": market_centrality(graph, _sources(graph), seed),
        "market_clustering": market_clustering(graph, variant), "participant_influence": participant_influence(graph)},
        index=pd.Index(graph.names, name="node"))
    return table.sort_values("volume", ascending=False, kind="stable")


def how(graph: Graph, variant="fagiolo") -> pd.DataFrame:
    """How `measured` computes: a row a measure, with its ``definition`` and its ``engine`` and why that."""
    some = _sources(graph)
    paths = "paths from all nodes" if some is None else (
        f"paths from {some} of {graph.n:,} nodes, 95 % of samples within {bound(graph.n, some):.2g} of all of them")
    said = {"market_centrality": f"betweenness, distance 1 / volume, {paths}", "market_clustering": variant,
            "participant_influence": "PageRank, to receivers"}
    return pd.DataFrame({"definition": said, "engine": {name: str(engine(name)) for name in said}})


def _sources(graph):
    """From how many nodes betweenness follows paths; None: from all."""
    return None if graph.n <= EXACT else SOURCES


def against_chance(deals, direction="seller to buyer", variant="fagiolo", draws=99, seed=0,
                   within=None) -> pd.DataFrame:
    """The network's shape beside that of the same deals whose buyers have been exchanged at random.

    - Everybody sells and buys as often as before, at the same prices, but meets whom chance sends: what is left of a
      measure then tells who is active, not who deals with whom. What a buyer pays in all changes with the exchange.
    - `within` keeps everybody's deals to about their time. Without it, those who were never in the market together
      meet, too: that they never did would be told as a choice of partners.
    - Nobody deals with himself, before or after.

    Parameters
    ----------
    deals : pandas.DataFrame
    direction, variant
        See `kit.network.rolling.by_class`.
    draws, seed : int
    within : str, optional
        Duration: buyers are exchanged within each of the periods of this length; over the whole where not given.

    Returns
    -------
    pandas.DataFrame
        A row a measure: ``found``, and ``chance_low`` and ``chance_high`` that 95 % of the draws lie between.
    """
    rng = np.random.default_rng(seed)
    deals = deals[deals["seller"] != deals["buyer"]].sort_values("time", kind="stable")
    time = backend.nanoseconds(deals["time"], "deals")
    period = time // clock.duration(within) if within else np.zeros(len(deals), dtype=np.int64)
    _, (seller, buyer) = numbered(deals["seller"], deals["buyer"])
    drawn = pd.DataFrame([_shape(of_deals(deals.assign(seller=seller, buyer=_exchanged(seller, buyer, period, rng)),
                                          direction), variant) for _ in range(draws)])
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return pd.DataFrame({"found": _shape(of_deals(deals, direction), variant), "chance_low": low, "chance_high": high})


def _exchanged(seller, buyer, period, rng):
    """Buyers in another order, in which none of them is the seller; periods ascend, and buyers stay in theirs."""
    buyer = buyer[np.lexsort((rng.random(len(buyer)), period))]
    first, last = (np.searchsorted(period, period, side) for side in ("left", "right"))
    while (own := np.flatnonzero(seller == buyer)).size:
        for row, other in zip(own, rng.integers(first[own], last[own]), strict=True):
            buyer[row], buyer[other] = buyer[other], buyer[row]
    return buyer


def _shape(graph, variant) -> pd.Series:
    held = concentration(graph.strength("both"))
    core = rich_core(graph)
    return pd.Series({"edges": graph.m, "reciprocity of volume": reciprocity(graph),
                      "clustering, mean": market_clustering(graph, variant).mean(), "Gini of volume": held.gini,
                      "HHI of volume": held.hhi, "nodes in the core": core.members.sum(), "fit of the core": core.fit})
