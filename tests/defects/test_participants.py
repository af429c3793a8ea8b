"""D-37: buyers and sellers that no public feed names, and a rank that goes to whoever the edges point to."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from kit.columns import Trades
from kit.network.graph import aggregate
from kit.network.measures import market_centrality, market_clustering, participant_influence
from kit.sources import datasets


def sketched(trades):
    """The framework's measures, as it wrote them."""
    graph = nx.DiGraph()
    graph.add_nodes_from(set(trades["buyer_id"]) | set(trades["seller_id"]))
    for _, trade in trades.iterrows():
        graph.add_edge(trade["seller_id"], trade["buyer_id"], weight=trade["volume"], price=trade["price"])
    return {"market_centrality": nx.betweenness_centrality(graph, weight="weight"),
            "market_clustering": nx.clustering(graph, weight="weight"),
            "participant_influence": nx.pagerank(graph, weight="weight")}


def named_at_random(prints, seed, participants=20):
    """Prints of an exchange, which say what was traded and not by whom, with names made up for both sides."""
    rng = np.random.default_rng(seed)
    popular = 1 / np.arange(1, participants + 1)
    buyer, seller = (rng.choice(participants, len(prints), p=popular / popular.sum()) for _ in range(2))
    table = pd.DataFrame({"buyer_id": buyer, "seller_id": seller, "volume": prints["size"], "price": prints["price"]})
    return table[table["buyer_id"] != table["seller_id"]]


@pytest.fixture(scope="module")
def prints():
    return datasets.load("synthetic", "SIM-BTC", None, "2025-01-06T01:00Z").tables["trades"]


def test_d37_no_print_of_an_exchange_says_who_traded(prints):
    assert not [name for name in (*Trades._fields, *prints.columns) if "buyer" in name or "seller" in name]


def test_d37_made_up_names_have_a_network_too_and_its_ranks_are_stable(prints):
    """The same prints with names drawn twice: hubs and ranks come from the drawing, and look like a finding."""
    drawings = [named_at_random(prints, seed) for seed in (0, 1)]
    measures = sketched(drawings[0])
    assert max(measures["market_centrality"].values()) > 0.02 and min(measures["market_clustering"].values()) > 0
    graphs = [aggregate(one["seller_id"], one["buyer_id"], one["volume"]) for one in drawings]
    first, second = (pd.Series(participant_influence(graph), graph.names) for graph in graphs)
    assert first.max() > 3 * first.median()
    assert first.corr(second, method="spearman") > 0.7


def test_d37_whose_influence_it_is_follows_from_the_direction_that_was_drawn():
    """By hand: s1 sells 3 to b, s2 sells 1, b sells 1 to s1. From seller to buyer, who buys is influential."""
    seller, buyer, volume = ["s1", "s2", "b"], ["b", "b", "s1"], [3.0, 1.0, 1.0]
    goods = aggregate(seller, buyer, volume)
    assert dict(zip(goods.names, participant_influence(goods).round(5), strict=True)) == {
        "b": 0.48649, "s1": 0.46351, "s2": 0.05}
    money = dict(zip(goods.names, participant_influence(goods.reverse()), strict=True))
    assert money["s2"] > 0.15 and money["b"] < 0.45 and money["s1"] < 0.4


def test_d37_a_graph_of_one_seller_and_many_buyers_turns_its_ranking_round_with_its_edges():
    star = aggregate(["maker"] * 5, list("abcde"), np.ones(5))
    place = list(star.names).index("maker")
    assert participant_influence(star).argmin() == place and participant_influence(star.reverse()).argmax() == place
    assert market_centrality(star).max() == market_clustering(star).max() == 0  # nothing passes through a star's end
