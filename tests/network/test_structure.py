"""The shape of networks whose shape is known, and networkx's where it knows."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from kit.network.graph import aggregate
from kit.network.structure import concentration, lorenz, reciprocity, rich_core, tail
from kit.refusal import Refusal
from tests.network.graphs import crowd, known, markets


def test_what_comes_back_is_the_smaller_of_two_ways():
    graph = aggregate(["a", "b", "a"], ["b", "a", "c"], [10.0, 4.0, 6.0])
    assert reciprocity(graph) == 8 / 20
    assert reciprocity(graph, weighted=False) == 2 / 3


def test_what_nodes_trade_with_themselves_neither_goes_nor_comes_back():
    assert reciprocity(aggregate(["a", "b", "a"], ["b", "a", "a"], [10.0, 4.0, 6.0], loops="keep")) == 8 / 14


@settings(max_examples=50, deadline=None)
@given(graph=markets())
def test_unweighted_reciprocity_is_networkxs(graph):
    if not graph.m:
        assert np.isnan(reciprocity(graph, weighted=False))
    else:
        assert reciprocity(graph, weighted=False) == pytest.approx(nx.overall_reciprocity(known(graph)))


def test_all_that_goes_both_ways_comes_back_whole():
    graph = crowd()
    both = aggregate(np.r_[graph.source, graph.target], np.r_[graph.target, graph.source],
                     np.r_[graph.volume, graph.volume])
    assert reciprocity(both) == pytest.approx(1)


def planted(core=5, outside=20):
    """Members of the core all trade with each other, much; each of the others sells a little to all of them."""
    pairs = [(a, b, 100.0 + a) for a in range(core) for b in range(core) if a != b]
    pairs += [(core + k, b, 1.0) for k in range(outside) for b in range(core)]
    return aggregate(*zip(*pairs, strict=True))


def test_a_planted_core_is_found():
    core = rich_core(planted())
    np.testing.assert_array_equal(np.flatnonzero(core.members), np.arange(5))
    assert (core.upwards[5:] == 5.0).all()


def test_an_ideal_core_fits_and_fit_is_the_correlation_of_matrices():
    ideal = aggregate(*zip(*[(a, b, 100.0 if a < 2 and b < 2 else 1.0) for a in range(8) for b in range(8)
                             if a != b and (a < 2 or b < 2)], strict=True))
    assert rich_core(ideal).fit == pytest.approx(1)
    graph = crowd()
    members, _, fit = rich_core(graph)
    traded, off = np.zeros((2, graph.n, graph.n))
    traded[graph.source, graph.target] = 1
    off = ~np.eye(graph.n, dtype=bool)
    assert fit == pytest.approx(np.corrcoef(traded[off], (members[:, None] | members)[off])[0, 1], rel=1e-12)
    assert 0 < fit < 1


def test_ranks_above_are_of_the_volume_both_ways():
    """From the strongest down: none is above the first; the second trades 7 with it; the third 1 with both."""
    core = rich_core(aggregate(["a", "b", "b", "c"], ["b", "a", "c", "a"], [5.0, 2.0, 3.0, 0.5]))
    np.testing.assert_array_equal(core.upwards, [7.0, 0.0, 3.5])
    np.testing.assert_array_equal(core.members, [True, True, False])


def test_nothing_has_no_core():
    with pytest.raises(Refusal, match="without edges has no core"):
        rich_core(aggregate(["a"], ["a"], [1.0]))


def test_concentration_is_as_known():
    hhi, effective, normalised, _, largest = concentration(np.array([2.0, 5.0, 3.0]))
    assert (hhi, largest) == (pytest.approx(0.38), 0.5)
    assert (effective, normalised) == (pytest.approx(2.6316, abs=5e-5), pytest.approx(0.07))


def test_gini_is_half_the_relative_mean_difference():
    amounts = np.random.default_rng(0).pareto(1.5, 50)
    differences = abs(amounts[:, None] - amounts).mean()
    assert concentration(amounts).gini == pytest.approx(differences / (2 * amounts.mean()), rel=1e-12)


@pytest.mark.parametrize("amounts, expected", [
    ([1.0] * 4, (0.25, 4.0, 0.0, 0.0, 0.25)), ([0.0, 0.0, 0.0, 7.0], (1.0, 1.0, 1.0, 0.75, 1.0)),
    ([5.0], (1.0, 1.0, np.nan, 0.0, 1.0)), ([0.0, 0.0], (np.nan,) * 5)])
def test_all_alike_and_all_with_one_are_the_ends(amounts, expected):
    np.testing.assert_allclose(concentration(np.array(amounts)), expected, atol=1e-15)


@pytest.mark.parametrize("amounts", [[1.0, -1.0], [1.0, np.nan]])
def test_amounts_that_cannot_be_shares_are_refused(amounts):
    with pytest.raises(Refusal, match="negative or missing"):
        concentration(np.array(amounts))


@pytest.mark.parametrize("exponent", [0.8, 1.5, 3.0])
def test_tails_of_paretos_are_found_within_their_errors(exponent):
    rng, errors = np.random.default_rng(0), []
    for _ in range(200):
        found = tail(rng.pareto(exponent, 2000) + 1)
        errors.append((found.exponent - exponent) / found.error)
        assert found.n == 100
    assert abs(np.mean(errors)) < 0.3 and 0.85 < np.std(errors) < 1.15


def test_no_tail_of_few_or_of_equals():
    assert np.isnan(tail(np.ones(100)).exponent)
    assert np.isnan(tail(np.arange(10.0)).exponent)


def test_a_lorenz_curve_of_equals_is_the_diagonal_and_of_one_owner_is_empty_until_the_end():
    even, alone = lorenz(np.ones(4)), lorenz(np.array([0.0, 0, 0, 2]))
    np.testing.assert_allclose(even["held"], even["holders"])
    assert alone["held"].tolist() == [0, 0, 0, 0, 1] and alone["holders"].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert len(lorenz(np.ones(10_000))) == 200
