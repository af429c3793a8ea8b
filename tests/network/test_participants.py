"""Everybody's measures, the picture of the strongest, a market of chance, and what was planted in embedded deals."""

import numpy as np
import pandas as pd
import pytest

from kit.network import measures, participants, recovery, strongest
from kit.network.graph import aggregate
from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.synthetic.chain.deals import DEALERS


@pytest.fixture(scope="module")
def embedded():
    return datasets.load("synthetic-deals", "SIM-CHAIN").tables["deals"]


def test_planted_dealers_are_the_core_the_hub_is_first_and_its_share_falls_as_planted(embedded):
    table = participants.measured(participants.of_deals(embedded))
    found = recovery.of_deals(DEALERS["SIM-CHAIN"], embedded, table)
    exact = found[found["low"].isna()]
    assert (exact["planted"] == exact["found"]).all() and len(exact) == 3
    told = found[found["low"].notna()]
    reach = told["high"] - told["low"]
    assert ((told["low"] - reach / 2 < told["planted"]) & (told["planted"] < told["high"] + reach / 2)).all(), told
    assert reach.max() < 0.3


def test_the_table_has_the_measures_of_the_graph_the_strongest_first(embedded):
    graph = participants.of_deals(embedded[:500], "buyer to seller")
    table = participants.measured(graph)
    assert table["volume"].is_monotonic_decreasing and table["volume"].sum() == pytest.approx(2 * graph.volume.sum())
    by_name = table.loc[graph.names]
    np.testing.assert_array_equal(by_name["market_centrality"], measures.market_centrality(graph))
    np.testing.assert_array_equal(by_name["participant_influence"], measures.participant_influence(graph))
    turned = participants.of_deals(embedded[:500]).reverse()
    np.testing.assert_allclose(by_name["participant_influence"], measures.participant_influence(turned))


def market_of_chance(n=3_000, seed=0):
    rng = np.random.default_rng(seed)
    people = 1 / np.arange(1, 61)
    seller, buyer = rng.choice(60, (2, n), p=people / people.sum())
    time = pd.date_range("2025-01-06", periods=n, freq="min", tz="UTC")
    volume = rng.pareto(2.5, n) + 1
    deals = pd.DataFrame({"time": time, "seller": seller, "buyer": buyer, "volume": volume, "price": 1.0})
    return deals[deals["seller"] != deals["buyer"]]


def test_a_market_in_which_people_meet_by_chance_lies_within_the_bounds_of_chance():
    inside = [participants.against_chance(market_of_chance(seed=seed), draws=40) for seed in range(4)]
    held = np.mean([(one["found"] >= one["chance_low"]) & (one["found"] <= one["chance_high"]) for one in inside])
    assert held > 0.8


def test_partners_who_come_back_to_each_other_lie_beyond_it(embedded):
    found = participants.against_chance(embedded[:6_000], draws=20)
    assert found.loc["edges", "found"] < 0.7 * found.loc["edges", "chance_low"]
    assert found.loc["clustering, mean", "found"] > 1.5 * found.loc["clustering, mean", "chance_high"]


def generations(n=1_500):
    """Two markets of chance, one after the other; nobody is in both."""
    first, second = market_of_chance(n, 1), market_of_chance(n, 2)
    later = {"time": second["time"] + pd.Timedelta("10D"), "seller": second["seller"] + 100,
             "buyer": second["buyer"] + 100}
    return pd.concat([first, second.assign(**later)], ignore_index=True)


def test_those_who_never_were_in_the_market_together_are_no_choice_of_partners():
    """Mixed over all time, chance has many more pairs; mixed within a tenth of it, as many as were found."""
    deals = generations()
    whole, apart = (participants.against_chance(deals, draws=40, within=within).loc["edges"] for within in (None, "1d"))
    assert whole["found"] < 0.9 * whole["chance_low"]
    assert apart["chance_low"] <= apart["found"] <= apart["chance_high"]


def test_exchanged_buyers_stay_in_their_period_and_never_meet_themselves():
    rng, deals = np.random.default_rng(0), market_of_chance(400)
    seller, buyer, period = deals["seller"].to_numpy(), deals["buyer"].to_numpy(), np.arange(len(deals)) // 50
    drawn = participants._exchanged(seller, buyer, period, rng)
    assert (drawn != seller).all() and (drawn != buyer).mean() > 0.5
    for one in range(period[-1] + 1):
        np.testing.assert_array_equal(np.sort(drawn[period == one]), np.sort(buyer[period == one]))


def test_how_measures_are_computed_is_said(embedded, monkeypatch):
    graph = participants.of_deals(embedded)
    said = participants.how(graph, "barrat")
    assert said.loc["market_clustering", "definition"] == "barrat"
    assert said.loc["market_centrality"].tolist() == [
        "betweenness, distance 1 / volume, paths from all nodes", str(measures.engine("market_centrality"))]
    monkeypatch.setattr(participants, "EXACT", 100)
    monkeypatch.setattr(participants, "SOURCES", 40)
    sampled = participants.how(graph).loc["market_centrality", "definition"]
    assert "from 40 of 248 nodes, 95 % of samples within 0.2 " in sampled
    sampled = measures.market_centrality(graph, 40)
    np.testing.assert_array_equal(participants.measured(graph).loc[graph.names, "market_centrality"], sampled)


def test_the_picture_has_the_strongest_nodes_and_all_edges_between_them_and_is_always_the_same(embedded):
    graph = participants.of_deals(embedded)
    drawn, again = strongest.strongest(graph, 20), strongest.strongest(graph, 20)
    pd.testing.assert_frame_equal(drawn.nodes, again.nodes)
    strength = pd.Series(graph.strength("both"), graph.names)
    assert set(drawn.nodes.index) == set(strength.nlargest(20).index)
    chosen = np.isin(graph.names, drawn.nodes.index)
    inside = chosen[graph.source] & chosen[graph.target]
    assert len(drawn.edges) == inside.sum() and drawn.edges["volume"].is_monotonic_increasing
    assert drawn.share == pytest.approx(graph.volume[inside].sum() / graph.volume.sum())
    radius = np.hypot(drawn.nodes["x"], drawn.nodes["y"]).round(6)
    assert radius.tolist() == [0.5] * 8 + [1.0] * 12 and not drawn.nodes.round(6).duplicated(["x", "y"]).any()


def test_an_outer_node_stands_near_the_inner_one_that_it_deals_with():
    source, target = [0, 1, 2, 3, 0, 1, 2, 3, 10, 11, 12, 13], [1, 2, 3, 0, 2, 3, 0, 1, 0, 1, 2, 3]
    graph = aggregate(source, target, [9.0] * 8 + [1.0] * 4)
    place = strongest.strongest(graph, inner=4).nodes[["x", "y"]]
    for near in range(4):
        distances = (place.loc[[0, 1, 2, 3]] - place.loc[10 + near]).pow(2).sum(axis=1)
        assert distances.idxmin() == near


def test_a_graph_without_edges_has_no_picture():
    with pytest.raises(Refusal, match="a graph without edges"):
        strongest.strongest(aggregate(["a"], ["a"], [1.0]))
