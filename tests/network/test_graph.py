"""Trades become a graph: nothing is overwritten, nothing is lost, and the order of the trades does not matter."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.network.graph import aggregate
from kit.refusal import Refusal
from tests.network.graphs import by_node, crowd, known, markets

NAMES = st.sampled_from(["0xb", "0xa", "c", "dd", "e"])


@settings(max_examples=50, deadline=None)
@given(trades=st.lists(st.tuples(NAMES, NAMES, st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=40))
def test_an_edge_is_the_groupby_of_its_trades(trades):
    frame = pd.DataFrame(trades, columns=["source", "target", "volume", "price"])
    frame["notional"] = frame["volume"] * frame["price"]
    graph = aggregate(frame["source"], frame["target"], frame["volume"], frame["price"], loops="keep")
    expected = frame.groupby(["source", "target"], as_index=False).agg(
        volume=("volume", "sum"), notional=("notional", "sum"), count=("volume", "size"))
    assert list(graph.names) == sorted({*frame["source"], *frame["target"]})
    np.testing.assert_array_equal(graph.names[graph.source], expected["source"])
    np.testing.assert_array_equal(graph.names[graph.target], expected["target"])
    np.testing.assert_array_equal(graph.volume, expected["volume"])
    np.testing.assert_array_equal(graph.count, expected["count"])
    np.testing.assert_array_equal(graph.vwap, expected["notional"] / expected["volume"])


@settings(max_examples=50, deadline=None)
@given(graph=markets())
def test_rows_lie_between_their_begins_both_ways(graph):
    into = graph.incoming
    for v in range(graph.n):
        out, back = slice(*graph.begin[v:v + 2]), slice(*into.begin[v:v + 2])
        assert (graph.source[out] == v).all() and (np.diff(graph.target[out]) > 0).all()
        assert (graph.target[into.edge[back]] == v).all() and (np.diff(into.other[back]) > 0).all()
    np.testing.assert_array_equal(into.other, graph.source[into.edge])
    assert graph.begin[-1] == into.begin[-1] == graph.m
    assert (graph.source.dtype, graph.target.dtype, graph.begin.dtype) == ("int32", "int32", "int64")


def test_whole_numbers_far_apart_and_text_name_the_same_graph():
    close, seed = crowd(), np.random.default_rng(1)
    names = np.sort(seed.choice(10**15, close.n, replace=False)) - 10**14
    for ids in (names, np.array([f"{name + 10**15:020d}" for name in names]), pd.Categorical(names.astype(str)),
                np.arange(close.n) + 10**12):
        ids = np.asarray(ids)
        far = aggregate(ids[close.source], ids[close.target], close.volume)
        assert set(far.names) == set(ids)
        edges = {(a, b): w for a, b, w in zip(far.names[far.source], far.names[far.target], far.volume, strict=True)}
        assert edges == {(ids[a], ids[b]): w for a, b, w in zip(close.source, close.target, close.volume, strict=True)}


def test_the_order_of_trades_does_not_matter():
    rng = np.random.default_rng(0)
    source, target, volume = rng.integers(0, 9, 500), rng.integers(0, 9, 500), rng.integers(1, 99, 500)
    mixed = rng.permutation(500)
    one, other = aggregate(source, target, volume), aggregate(source[mixed], target[mixed], volume[mixed])
    for name in ("names", "begin", "source", "target", "volume", "count"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_trades_with_oneself_are_dropped_or_kept_and_never_forgotten():
    trades = (["a", "a", "b"], ["a", "b", "b"], [5.0, 2.0, 3.0])
    dropped, kept = aggregate(*trades), aggregate(*trades, loops="keep")
    assert (dropped.m, dropped.loops, kept.m, kept.loops) == (1, 8.0, 3, 0.0)
    assert list(dropped.names) == list(kept.names) == ["a", "b"]


def test_rows_that_stand_for_several_trades_count_as_many():
    graph = aggregate([1, 1, 2], [2, 2, 1], [1.0, 2.0, 4.0], count=[3, 4, 5])
    np.testing.assert_array_equal(graph.count, [7, 5])


def test_turned_around_twice_it_is_the_same_and_once_it_is_networkxs():
    graph = crowd()
    there, back = graph.reverse(), graph.reverse().reverse()
    assert nx.utils.graphs_equal(known(there), known(graph).reverse())
    for name in ("begin", "source", "target", "volume", "count"):
        np.testing.assert_array_equal(getattr(back, name), getattr(graph, name))


def test_prices_and_counts_stay_with_their_edges_when_turned_around():
    trades = [1, 2, 3, 1], [2, 3, 1, 2], [1.0, 2.0, 4.0, 3.0], [10.0, 20.0, 30.0, 50.0]
    graph = aggregate(*trades).reverse()
    edges = zip(graph.source, graph.target, graph.vwap, graph.count, strict=True)
    assert {(int(graph.names[a]), int(graph.names[b])): (p, c) for a, b, p, c in edges} == {
        (2, 1): (40.0, 2), (3, 2): (20.0, 1), (1, 3): (30.0, 1)}


def test_strengths_are_networkxs_weighted_degrees():
    graph = crowd(ties=True)
    theirs = known(graph)
    for way, degree in {"out": theirs.out_degree, "in": theirs.in_degree, "both": theirs.degree}.items():
        np.testing.assert_array_equal(graph.strength(way), by_node(dict(degree(weight="weight"))))


def test_memory_is_as_stated():
    graph = aggregate([1, 2, 3], [2, 3, 1], [1.0, 1.0, 1.0], [7.0, 7.0, 7.0])
    assert graph.nbytes == 3 * (24 + 8) + 8 * 4


@pytest.mark.parametrize("wrong, said", [
    ({"volume": [1.0, 0.0]}, "column 'volume', row 1: .*not a positive number"),
    ({"volume": [np.nan, 1.0]}, "column 'volume', row 0"),
    ({"price": [1.0, np.inf]}, "column 'price', row 1: .*not a finite number"),
    ({"source": ["a", None]}, "column 'source', row 1: has no name"),
    ({"target": [None, "b"]}, "column 'target', row 0: has no name"),
    ({"volume": [1.0]}, "different lengths"),
    ({"price": [1.0]}, "different lengths"),
    ({"loops": "sum"}, "loops='sum'"),
])
def test_what_is_not_known_is_refused(wrong, said):
    with pytest.raises(Refusal, match=said):
        aggregate(**{"source": ["a", "b"], "target": ["b", "a"], "volume": [1.0, 2.0]} | wrong)


def test_no_trades_make_no_nodes():
    graph = aggregate([], [], [])
    assert (graph.n, graph.m) == (0, 0)
