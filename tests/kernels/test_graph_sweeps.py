"""Sweeps over graphs: the same to the bit however their items are cut, and what their plainest definitions say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import backend
from kit.kernels import betweenness, graph, launch, triangles
from kit.network import clustering, measures
from tests.network.graphs import crowd

SWEPT = {"centrality": measures.market_centrality, "sampled": lambda g: measures.sampled_centrality(g, 5).error,
         "influence": lambda g: measures.participant_influence(g, by="kernels")}
SWEPT |= {variant: lambda g, variant=variant: measures.market_clustering(g, variant) for variant in clustering.VARIANTS}


def simulated_answers():
    """What the CUDA simulator is to give to the bit: paths that tie, and paths that do not."""
    return {f"{name} of a crowd, ties={ties}": sweep(crowd(16, 60, ties=ties))
            for ties in (False, True) for name, sweep in SWEPT.items()}


@pytest.mark.parametrize("pieces", [1, 7, 40])
@pytest.mark.parametrize("name", SWEPT)
def test_answer_does_not_depend_on_how_items_are_cut(name, pieces, monkeypatch):
    whole = SWEPT[name](crowd(ties=True))
    for module in (betweenness, graph, triangles):
        monkeypatch.setattr(module, "launch", lambda *a, **k: launch.launch(*a, **{**k, "pieces": min(pieces, a[1])}))
    np.testing.assert_array_equal(SWEPT[name](crowd(ties=True)), whole)
    assert whole.max() > 0


@pytest.mark.parametrize("by_a_library_on_a_gpu", [False, True])
@settings(max_examples=50, deadline=None)
@given(keys=st.lists(st.integers(0, 9), max_size=50), other=st.integers(0, 1000))
def test_rows_are_in_numpys_stable_order(keys, other, by_a_library_on_a_gpu):
    keys = np.array(keys, dtype=np.int32)
    mixed = np.random.default_rng(other).permutation(len(keys))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend, "on_gpu", lambda array: by_a_library_on_a_gpu)
        (rows, begin), (again, _) = graph.order(keys, 10), graph.order(keys, 10, mixed)
    np.testing.assert_array_equal(rows, np.argsort(keys, kind="stable"))
    np.testing.assert_array_equal(begin, np.searchsorted(np.sort(keys), np.arange(11)))
    np.testing.assert_array_equal(again, mixed[np.argsort(keys[mixed], kind="stable")])


def test_the_heap_gives_its_keys_back_in_order():
    rng = np.random.default_rng(0)
    n, keys = 100, rng.integers(0, 30, 100).astype(float)
    heap, key, place = np.zeros(n, dtype=int), np.zeros(n), np.zeros(n, dtype=int)
    for node in range(n):
        betweenness.rise(node, node, keys[node] + 50, heap, key, place)
    for node in rng.permutation(n)[:60]:
        betweenness.rise(place[node], node, keys[node], heap, key, place)
        keys[node] -= 50
    given_back = []
    for size in range(n - 1, -1, -1):
        given_back.append(keys[heap[0]])
        if size:
            betweenness.sink(size, heap, key, place)
        np.testing.assert_array_equal(heap[place[heap[:size]]], heap[:size])
    assert given_back == sorted(keys)


def test_triangles_are_those_of_the_cubed_matrix():
    graph = crowd(60, 900)
    w = np.zeros((graph.n, graph.n))
    w[graph.source, graph.target] = np.cbrt(graph.volume / graph.volume.max())
    cubed = np.linalg.matrix_power(w + w.T, 3).diagonal()
    possible = np.where(cubed > 0, 1, 0)
    degree, mutual = ((w > 0).sum(axis=0) + (w > 0).sum(axis=1), ((w > 0) & (w.T > 0)).sum(axis=0))
    found = measures.market_clustering(graph) * possible * 2 * (degree * (degree - 1) - 2 * mutual)
    np.testing.assert_allclose(found, cubed, rtol=1e-12)


def test_influence_is_the_eigenvector_of_the_whole_matrix():
    graph = crowd()
    out = graph.strength()
    step = np.full((graph.n, graph.n), 1 / graph.n)
    step[out > 0] = 0
    step[graph.source, graph.target] = graph.volume / out[graph.source]
    values, vectors = np.linalg.eig((0.85 * step + 0.15 / graph.n).T)
    first = vectors[:, values.real.argmax()].real
    np.testing.assert_allclose(measures.participant_influence(graph), first / first.sum(), atol=1e-12)
