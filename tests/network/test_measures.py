"""Measures of participants: the known answers, and networkx's on any graph."""

import itertools

import igraph
import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from kit import backend
from kit.kernels.betweenness import betweenness
from kit.network import measures
from kit.network.graph import aggregate
from kit.network.measures import (
    centrality_from,
    market_centrality,
    market_clustering,
    participant_influence,
    sampled_centrality,
)
from kit.refusal import Refusal
from tests.network.graphs import by_node, crowd, known, markets

ALIKE = {"rtol": 1e-12, "atol": 1e-12}


def pendant():
    """A triangle of trades of 1, and one of 8 with a fourth, along edges in one direction each."""
    return aggregate([0, 1, 2, 0], [1, 2, 0, 3], [1.0, 1.0, 1.0, 8.0])


def test_trade_goes_through_the_middleman_who_trades_much():
    graph = aggregate(["A", "B", "A"], ["B", "C", "C"], [100.0, 100.0, 1.0])
    np.testing.assert_array_equal(market_centrality(graph) * 2, [0, 1, 0])


def test_a_tie_shares_the_pair():
    graph = aggregate(list("AABC"), list("BCDD"), [4.0] * 4)
    np.testing.assert_array_equal(market_centrality(graph) * 6, [0, 0.5, 0.5, 0])


def test_beside_a_trade_of_one_wei_others_have_no_length_and_still_no_way_leads_back():
    """From s only dust leads on; a and b, between which much goes both ways, are equally far from it, to the bit."""
    graph = aggregate(list("sabb"), list("abac"), [1e-18, 1.0, 1.0, 1.0])
    centrality = dict(zip(graph.names, market_centrality(graph) * 6, strict=True))
    assert centrality == pytest.approx({"a": 2, "b": 2, "c": 0, "s": 0})
    graph = aggregate(list("sabbsp"), list("abacpa"), [1e-18, 1.0, 1.0, 1.0, 2e-18, 2e-18])  # two ways to a, as long
    centrality = dict(zip(graph.names, market_centrality(graph) * 12, strict=True))
    assert centrality == pytest.approx({"a": 4, "b": 3, "c": 0, "p": 1.5, "s": 0})


@pytest.mark.parametrize("variant, first", [("onnela", 1 / 24), ("barrat", 0.1), ("unweighted", 1 / 3)])
def test_variants_of_clustering_differ_as_known(variant, first):
    assert market_clustering(pendant(), variant)[0] == pytest.approx(first, abs=1e-15)


def test_influence_of_two_sellers_and_a_buyer_is_as_known():
    graph = aggregate(["s1", "s2", "b"], ["b", "b", "s1"], [3.0, 1.0, 1.0])
    rank = dict(zip(graph.names, participant_influence(graph), strict=True))
    assert [round(rank[name], 5) for name in ("s1", "b", "s2")] == [0.46351, 0.48649, 0.05]


@settings(max_examples=150, deadline=None)
@given(graph=markets())
def test_centrality_is_networkxs(graph):
    theirs = by_node(nx.betweenness_centrality(known(graph), weight="distance"))
    np.testing.assert_allclose(market_centrality(graph), theirs, **ALIKE)


@settings(max_examples=150, deadline=None)
@given(graph=markets())
def test_clustering_is_networkxs_directed_and_weighted(graph):
    np.testing.assert_allclose(market_clustering(graph), by_node(nx.clustering(known(graph), weight="weight")), **ALIKE)


@settings(max_examples=150, deadline=None)
@given(graph=markets())
def test_influence_is_networkxs(graph):
    theirs = nx.pagerank(known(graph), tol=1e-13 / graph.n, max_iter=1000)
    found = participant_influence(graph, tolerance=1e-13)
    np.testing.assert_allclose(found, by_node(theirs), **ALIKE)
    assert found.sum() == pytest.approx(1, abs=1e-12)


def undirected(graph):
    """Volumes of both directions summed."""
    both = nx.Graph()
    both.add_nodes_from(range(graph.n))
    for a, b, w in zip(graph.source.tolist(), graph.target.tolist(), graph.volume.tolist(), strict=True):
        both.add_edge(a, b, weight=w + both.get_edge_data(a, b, {"weight": 0.0})["weight"])
    return both


@settings(max_examples=100, deadline=None)
@given(graph=markets())
def test_undirected_clustering_is_networkxs_by_onnela_and_without_weights(graph):
    both = undirected(graph)
    onnela = by_node(nx.clustering(both, weight="weight"))
    np.testing.assert_allclose(market_clustering(graph, "onnela"), onnela, **ALIKE)
    np.testing.assert_allclose(market_clustering(graph, "unweighted"), by_node(nx.clustering(both)), **ALIKE)


@settings(max_examples=100, deadline=None)
@given(graph=markets())
def test_undirected_clustering_is_igraphs_by_barrat(graph):
    both = undirected(graph)
    both.remove_edges_from([(v, v) for v in both])
    theirs = igraph.Graph(n=graph.n, edges=list(both.edges))
    weights = [w for _, _, w in both.edges(data="weight")]
    expected = theirs.transitivity_local_undirected(weights=weights, mode="zero") if weights else np.zeros(graph.n)
    np.testing.assert_allclose(market_clustering(graph, "barrat"), expected, **ALIKE)


@pytest.mark.parametrize("ties", [False, True])
def test_a_crowd_has_networkxs_measures(ties):
    graph = crowd(200, 2000, ties=ties)
    theirs = known(graph)
    np.testing.assert_allclose(market_centrality(graph),
                               by_node(nx.betweenness_centrality(theirs, weight="distance")), **ALIKE)
    np.testing.assert_allclose(market_clustering(graph), by_node(nx.clustering(theirs, weight="weight")), **ALIKE)


@pytest.mark.parametrize("factor", [1e-6, 1024.0])
def test_measures_know_no_unit_of_volume(factor):
    graph = crowd(60, 400)
    scaled = aggregate(graph.source, graph.target, graph.volume * factor)
    for measure in (market_centrality, market_clustering, participant_influence):
        np.testing.assert_allclose(measure(scaled), measure(graph), rtol=1e-12)


def test_sampling_all_sources_is_exact_and_without_error():
    graph = crowd(ties=True)
    value, error, sources = sampled_centrality(graph, graph.n)
    np.testing.assert_allclose(value, market_centrality(graph), rtol=1e-13)
    assert (error == 0).all() and (sources == np.arange(graph.n)).all()


def test_sampled_centrality_is_right_on_average_over_all_samples_and_so_is_its_error():
    """All sets of four of eight sources, each as likely."""
    graph, samples = crowd(8, 60, seed=6), list(itertools.combinations(range(8), 4))
    value, error = np.array([centrality_from(graph, np.array(drawn))[:2] for drawn in samples]).transpose(1, 0, 2)
    exact = market_centrality(graph)
    np.testing.assert_allclose(value.mean(axis=0), exact, rtol=1e-12)
    for v in range(8):
        drawn = np.array([v in sample for sample in samples])
        for alike in (drawn, ~drawn):
            np.testing.assert_allclose((error[alike, v]**2).mean(), value[alike, v].var(), rtol=1e-9, atol=1e-18)
    assert graph.n == 8 and exact.max() > 0.1


@pytest.mark.parametrize("sources", [30, 100])
def test_the_bound_of_a_sample_holds_for_every_node_where_standard_errors_do_not(sources):
    graph = crowd(300, 2000, seed=1)
    exact, top = market_centrality(graph), market_centrality(graph) > 0.01
    samples = [sampled_centrality(graph, sources, seed) for seed in range(40)]
    assert max(abs(value - exact).max() for value, _, _ in samples) <= measures.bound(graph.n, sources)
    held = np.mean([abs(value - exact)[top] <= 2 * error[top] for value, error, _ in samples])
    assert held < 0.9


def test_the_bound_is_serflings():
    assert measures.bound(101, 11) == pytest.approx(np.sqrt((1 - 9 / 100) * np.log(40) / 20))
    assert measures.bound(5, 1) == measures.bound(10**6, 2) == 1


def test_a_sample_scales_as_networkxs():
    graph = crowd(seed=5)
    value, _, sources = sampled_centrality(graph, 7, seed=2)
    theirs = known(graph)
    sums = sum(by_node(nx.betweenness_centrality_subset(theirs, [s], range(graph.n), weight="distance"))
               for s in sources.tolist())
    seen = np.where(np.isin(np.arange(graph.n), sources), 6, 7)
    np.testing.assert_allclose(value, sums / seen / (graph.n - 2), rtol=1e-12)


@pytest.mark.parametrize("sources, answered", [(1, False), (2, True)])
def test_a_node_that_is_the_only_source_is_not_known(sources, answered):
    value, error, drawn = sampled_centrality(crowd(), sources)
    assert np.isfinite(value[drawn]).all() == answered
    assert np.isnan(error[drawn]).all()


def test_sums_over_sources_do_not_depend_on_how_many_groups_fit(monkeypatch):
    graph = crowd(ties=True)
    whole = market_centrality(graph)
    monkeypatch.setattr("kit.kernels.betweenness.NUMBERS", 6 * graph.n)
    np.testing.assert_allclose(market_centrality(graph), whole, rtol=1e-13)


def test_no_source_owes_nothing():
    graph = crowd()
    edges = measures._lengths(graph)
    assert not np.any(betweenness(np.arange(0), *edges))


@pytest.mark.parametrize("graph", [aggregate([], [], []), aggregate([1], [1], [2.0]), aggregate([1], [2], [2.0])],
                         ids=["none", "alone", "two"])
def test_small_graphs_have_measures(graph):
    for measure in (market_centrality, market_clustering):
        np.testing.assert_array_equal(measure(graph), np.zeros(graph.n))
    assert participant_influence(graph).sum() == pytest.approx(min(graph.n, 1))


@pytest.mark.parametrize("ask, said", [
    (lambda graph: market_clustering(graph, "mean"), "variant='mean'.*fagiolo, onnela, barrat, unweighted"),
    (lambda graph: market_centrality(graph, sources=99), "sources=99.*from 1 to 31"),
    (lambda graph: participant_influence(graph, damping=1.0), "damping=1.0"),
    (lambda graph: participant_influence(graph, by="gpu"), "by='gpu'"),
    (lambda graph: participant_influence(graph, rounds=2), "still moves by .* after 2 rounds"),
])
def test_what_makes_no_sense_is_refused(ask, said):
    with pytest.raises(Refusal, match=said):
        ask(crowd())


def test_what_runs_where_is_said_with_its_reason(monkeypatch):
    for measure in ("market_centrality", "market_clustering", "participant_influence"):
        assert measures.engine(measure).name == "kernels"
    there = backend.chosen()._replace(graphs="nx-cugraph", reason="a GPU")
    monkeypatch.setattr(backend, "chosen", lambda: there)
    assert str(measures.engine("participant_influence")) == "nx-cugraph (float64, a GPU)"
    assert "no weights" in measures.engine("market_centrality").reason
    assert "neither weights nor directions" in measures.engine("market_clustering").reason


@pytest.mark.gpu
@pytest.mark.parametrize("measure", [market_centrality, market_clustering,
                                     lambda graph: participant_influence(graph, by="kernels")])
def test_a_gpu_measures_what_the_host_measures(measure):
    cupy, graph = pytest.importorskip("cupy", reason="no CuPy here"), crowd(200, 2000, ties=True)
    there = measure(graph.to(cupy))
    assert isinstance(there, cupy.ndarray) and there.dtype == np.float64
    np.testing.assert_allclose(there.get(), measure(graph), rtol=1e-9, atol=1e-12)


@pytest.mark.gpu
def test_influence_by_nx_cugraph_is_that_of_the_kernels_to_more_than_float32():
    pytest.importorskip("nx_cugraph", reason="no nx-cugraph here")
    graph = crowd(200, 2000)
    theirs, ours = (participant_influence(graph, by=by) for by in ("nx-cugraph", "kernels"))
    np.testing.assert_allclose(theirs, ours, rtol=1e-9)
