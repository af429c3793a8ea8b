"""D-34 to D-36: the framework's order-flow network, where the answer is known, beside the kit's."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from kit.network import measures
from kit.network.graph import aggregate
from kit.network.measures import market_centrality, market_clustering, participant_influence


def sketch(trades):
    """The graph of the framework's loop."""
    graph = nx.DiGraph()
    for _, trade in trades.iterrows():
        graph.add_edge(trade["seller_id"], trade["buyer_id"], weight=trade["volume"], price=trade["price"])
    return graph


def of(trades):
    return aggregate(trades["seller_id"], trades["buyer_id"], trades["volume"], trades["price"])


def market(*rows):
    return pd.DataFrame(rows, columns=["seller_id", "buyer_id", "volume", "price"])


def hub_and_dust():
    """Four trade 1,000 a piece through a hub, and 1 a piece through one that hardly trades."""
    sides = [("a", "c"), ("b", "d")]
    return market(*[row for middle, volume in (("hub", 1000.0), ("dust", 1.0)) for seller, buyer in sides
                    for row in ((seller, middle, volume, 1.0), (middle, buyer, volume, 1.0))])


def test_d34_the_sketch_takes_volume_for_distance_and_dust_for_the_hub():
    trades = hub_and_dust()
    wrong = nx.betweenness_centrality(sketch(trades), weight="weight")
    right = dict(zip(of(trades).names, market_centrality(of(trades)), strict=True))
    assert wrong["hub"] == 0 and wrong["dust"] > 0
    assert right["hub"] == wrong["dust"] and right["dust"] == 0


def test_d35_the_sketch_forgets_all_but_the_last_trade():
    trades = market(("a", "b", 10.0, 5.0), ("a", "b", 3.0, 18.0))
    assert sketch(trades)["a"]["b"] == {"weight": 3.0, "price": 18.0}
    graph = of(trades)
    assert (graph.volume[0], graph.count[0], graph.vwap[0]) == (13.0, 2, (10 * 5 + 3 * 18) / 13)


def test_d36_weights_matter_where_the_gpus_library_takes_none():
    """Unweighted betweenness, all that nx-cugraph has, sees no difference between a hub and dust; the kit's does."""
    graph, trades = of(hub_and_dust()), hub_and_dust()
    without = nx.betweenness_centrality(sketch(trades))
    assert without["hub"] == without["dust"] > 0
    hub, dust = (int(np.flatnonzero(graph.names == name)[0]) for name in ("hub", "dust"))
    assert market_centrality(graph)[hub] > market_centrality(graph)[dust] == 0
    for measure in ("market_centrality", "market_clustering"):
        assert measures.engine(measure).name == "kernels" and "nx-cugraph" in measures.engine(measure).reason


def test_d36_directions_matter_to_clustering():
    """Of five edges of which some go both ways, Fagiolo's clustering counts the ways; the undirected one does not."""
    one_way = of(market(("a", "b", 2.0, 1.0), ("b", "c", 2.0, 1.0), ("c", "a", 2.0, 1.0), ("a", "d", 2.0, 1.0)))
    both_ways = of(market(("a", "b", 2.0, 1.0), ("b", "c", 2.0, 1.0), ("c", "a", 2.0, 1.0), ("a", "d", 2.0, 1.0),
                          ("b", "a", 2.0, 1.0)))
    unweighted = [market_clustering(graph, "unweighted")[0] for graph in (one_way, both_ways)]
    directed = [market_clustering(graph)[0] for graph in (one_way, both_ways)]
    assert unweighted[0] == unweighted[1]
    assert directed == pytest.approx([1 / 6, 2 / 10])


def test_d36_influence_is_that_of_float64():
    """Ranks that differ by less than float32 can tell are told apart."""
    n = 5000
    sellers, volume = np.arange(n), 1 + 1e-9 * np.arange(n)
    graph = aggregate(np.r_[sellers, np.full(n, 2 * n)], np.r_[np.full(n, 2 * n), sellers], np.r_[volume, volume])
    rank = participant_influence(graph)[:n]
    assert rank.dtype == np.float64
    assert (np.diff(rank) > 0).all()
    assert len(np.unique(rank.astype(np.float32))) < n / 50
