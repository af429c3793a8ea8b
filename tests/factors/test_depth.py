"""Depth: against books of known thickness, and against what is not known of a book."""

import numpy as np
import pytest

from kit.columns import Depth
from kit.factor import apply, find
from kit.factors.depth import LEVELS
from kit.kernels import ladders
from kit.past import Past

RNG = np.random.default_rng(5)


def even(levels=300, size=2.0, tick=0.01, mid=100.0, rows=1):
    """A book of equal sizes at every tick: 1 % of 100 is 100 ticks of 0.01."""
    away = tick * (0.5 + np.arange(levels))
    sizes = np.full((rows, levels), size)
    return Depth(np.arange(rows) * 10**9, np.tile(mid - away, (rows, 1)), sizes, np.tile(mid + away, (rows, 1)), sizes)


def of(name, table, **parameters):
    return apply(find(name), table, Past(), **parameters)


@pytest.mark.parametrize("level", LEVELS)
def test_depth_of_an_even_book_under_the_names_of_the_framework(level):
    book = even()
    assert of(f"total_depth_{level}pct", book)[0] == pytest.approx(2 * 2.0 * level * 100)
    assert of(f"depth_imbalance_{level}pct", book)[0] == 0


def test_imbalance_within_a_distance_is_of_what_lies_within_it():
    book = even()
    bids = book.bid_sizes.copy()
    bids[:, :50] *= 3  # within half a per cent
    leaning = book._replace(bid_sizes=bids)
    assert of("depth_imbalance_0.5pct", leaning)[0] == pytest.approx((3 - 1) / (3 + 1))
    assert of("depth_imbalance_1.0pct", leaning)[0] == pytest.approx((200 - 100) / (200 + 100))


def test_momentum_is_by_the_clock():
    book = even(rows=12)
    grown = book._replace(bid_sizes=book.bid_sizes * np.arange(1, 13)[:, None],
                          ask_sizes=book.ask_sizes * np.arange(1, 13)[:, None])
    np.testing.assert_allclose(of("depth_momentum_1.0pct", grown)[9:], [np.nan, 10, 5])


def test_what_the_book_does_not_reach_is_missing():
    book = even(levels=60)
    assert np.isfinite(of("total_depth_0.5pct", book)).all()
    for name in ("total_depth_1.0pct", "depth_imbalance_1.0pct", "book_slope", "depth_concentration"):
        assert np.isnan(of(name, book)).all(), name


def test_one_short_side_makes_the_sum_missing():
    book = even()
    short = np.where(np.arange(300) < 60, book.asks, np.nan)
    assert np.isnan(of("total_depth_1.0pct", book._replace(asks=short)))


def test_an_empty_book_is_missing_not_infinite():
    nothing = np.full((1, 300), np.nan)
    empty = Depth(np.zeros(1, np.int64), nothing, nothing, nothing, nothing)
    for name in ("total_depth", "depth_imbalance", "price_impact", "book_slope", "depth_concentration"):
        assert np.isnan(of(name, empty)).all(), name


def test_a_known_distance_in_which_nothing_stands_is_zero():
    book = even()
    hollow = book._replace(bid_sizes=np.where(np.arange(300) < 50, 0.0, book.bid_sizes),
                           ask_sizes=np.where(np.arange(300) < 50, 0.0, book.ask_sizes))
    assert of("total_depth_0.5pct", hollow)[0] == 0
    assert np.isnan(of("depth_imbalance_0.5pct", hollow)[0])


def test_the_reference_price_is_a_choice():
    """From the touch the half spread does not count: of a book with a wide spread more lies near."""
    away = 1.0 + 0.01 * np.arange(300)
    sizes = np.ones((1, 300))
    wide = Depth(np.zeros(1, np.int64), (100 - away)[None], sizes, (100 + away)[None], sizes)
    assert of("total_depth_0.5pct", wide)[0] == 0
    assert of("total_depth_0.5pct", wide, reference="touch")[0] == pytest.approx(100, abs=2)


def test_cost_of_an_amount_of_money_in_an_even_book_is_half_its_way_through_it():
    """Each level holds about 2 x 100 of money: an order of k levels pays the mean of their distances."""
    for levels in (1, 10, 200):
        bought = 2.0 * (100 + 0.01 * (0.5 + np.arange(levels)))
        cost = bought.sum() / (2.0 * levels) / 100 - 1
        assert of("price_impact_buy", even(), notional=bought.sum())[0] == pytest.approx(cost, rel=1e-9)
        assert cost == pytest.approx(0.01 * levels / 2 / 100)


def test_cost_is_of_both_sides_and_grows_with_the_amount():
    thin = even(levels=20_000, size=200.0, tick=0.001)
    sides = [of(f"price_impact_{side}", thin)[0] for side in ("buy", "sell")]
    assert of("price_impact", thin)[0] == pytest.approx(sum(sides) / 2)
    named = [of(f"price_impact_{name}", thin)[0] for name in ("1e4", "1e5", "1e6")]
    assert named[0] < named[1] < named[2] and named[1] == of("price_impact", thin)[0]


def test_cost_scales_with_money_and_is_missing_where_the_book_runs_out():
    book = even()
    dearer = book._replace(bids=book.bids * 1000, asks=book.asks * 1000)
    for name in ("price_impact_buy", "price_impact_sell"):
        assert of(name, dearer, notional=5e6)[0] == pytest.approx(of(name, book, notional=5e3)[0], rel=1e-9)
        assert np.isnan(of(name, book, notional=1e6)[0])


def test_slope_of_an_even_book_is_its_size_in_a_per_cent():
    assert of("book_slope", even())[0] == pytest.approx(2.0 * 100)


def test_slope_is_least_squares():
    distance, size = np.sort(RNG.uniform(0, 2, (6, 40)), axis=1), RNG.pareto(2, (6, 40))
    for row, found in enumerate(ladders.slope(distance, size, 1.5)):
        near = distance[row] <= 1.5
        assert found == pytest.approx(np.polyfit(distance[row][near], np.cumsum(size[row])[near], 1)[0])


def test_average_price_is_that_of_a_loop_over_levels():
    price, size = 100 + np.sort(RNG.uniform(0, 1, (6, 40)), axis=1), RNG.pareto(2, (6, 40))
    for row, found in enumerate(ladders.average_price(price, size, 500.0)):
        left, bought = 500.0, 0.0
        for p, q in zip(price[row], size[row], strict=True):
            taken = min(left, p * q)
            left, bought = left - taken, bought + taken / p
        assert found == pytest.approx(500.0 / bought)


def test_concentration_of_equal_levels_is_one_over_their_number():
    assert of("depth_concentration", even())[0] == pytest.approx(1 / 100)
    assert of("normalised_depth_concentration", even())[0] == pytest.approx(0, abs=1e-12)


def test_concentration_of_all_at_one_level_is_one():
    sizes = np.where(np.arange(300) == 3, 7.0, 0.0)[None]
    book = even()._replace(bid_sizes=sizes, ask_sizes=sizes)
    assert of("depth_concentration", book)[0] == pytest.approx(1)
    assert np.isnan(of("normalised_depth_concentration", book)[0])


def test_concentration_of_methods_example():
    """Known: shares .5, .3, .2 have an index of .38, normalised .07."""
    sizes = np.zeros((1, 300))
    sizes[0, [2, 5, 9]] = 0.5, 0.3, 0.2
    book = even()._replace(bid_sizes=sizes, ask_sizes=sizes)
    assert of("depth_concentration", book)[0] == pytest.approx(0.38)
    assert of("normalised_depth_concentration", book)[0] == pytest.approx(0.07)
