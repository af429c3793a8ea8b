"""Impact by size and Kyle's slope, where the answer is known."""

import numpy as np
import pytest

from kit.bootstrap import Bootstrap
from kit.clock import SECOND
from kit.flow import impact, stylised
from kit.refusal import Refusal
from tests.factors.test_impact import met as market

FEW = Bootstrap(draws=199)


@pytest.fixture(scope="module")
def sizes():
    return impact.grouped(*stylised.power_law(40_000), by=FEW)


@pytest.mark.parametrize("fit", [impact.least_squares, impact.binned_means])
def test_the_free_exponent_of_a_square_root_is_a_half(sizes, fit):
    law = fit(sizes, FEW)
    assert law.exponent.low < 0.5 < law.exponent.high and abs(law.exponent.value - 0.5) < 0.05
    assert law.amplitude.low < 1 < law.amplitude.high
    assert law.at(4.0) == pytest.approx(law.amplitude.value * 4**law.exponent.value)


def test_leaving_out_orders_that_went_the_other_way_bends_the_law(sizes):
    """Known: a line through the logarithms of single orders with a positive impact is far too flat."""
    size, moved, _ = stylised.power_law(40_000)
    up = moved > 0
    assert np.polyfit(np.log(size[up]), np.log(moved[up]), 1)[0] < 0.15


@pytest.mark.parametrize("exponent", [0.3, 1.0])
def test_other_exponents_are_found_as_well(exponent):
    size, moved, time = stylised.power_law(20_000, exponent, noise=0.5)
    found = impact.least_squares(impact.grouped(size, moved, time, by=FEW), FEW).exponent.value
    assert found == pytest.approx(exponent, abs=0.03)


def test_an_exponent_at_the_end_of_what_was_tried_is_none():
    size, _, time = stylised.power_law(5000)
    falling = impact.grouped(size, 1 / size, time, by=FEW)
    assert np.isnan(impact.least_squares(falling, FEW).exponent.value)


def test_groups_keep_every_order_and_their_means():
    size, moved, time = stylised.power_law(3000)
    sizes = impact.grouped(size, np.where(size > 2, np.nan, moved), time, by=FEW)
    table = impact.by_size(sizes, FEW)
    assert table["orders"].sum() == sizes.n == (size <= 2).sum()
    assert (table["orders"] * table["impact"]).sum() == pytest.approx(moved[size <= 2].sum())
    assert table["orders"].iloc[[0, -1]].min() >= impact.OUTERMOST
    told = table.dropna()
    assert len(told) > 15 and told["impact"].between(told["impact_low"], told["impact_high"]).all()


def test_moves_are_those_to_the_next_order():
    met = market(100 * np.exp([0, 1e-4, 3e-4, 3e-4]), [1, 4, 2, 9], [1, 1, -1, 1])
    moves = impact.moves(met)
    assert moves["change"].tolist() == pytest.approx([1, 2, 0]) and moves["size"].tolist() == [1, 4, 2]
    assert moves["side"].tolist() == [1, 1, -1]


def test_orders_of_one_size_are_refused():
    with pytest.raises(Refusal, match="one size"):
        impact.grouped(np.ones(100), np.ones(100), np.arange(100) * SECOND)


def test_kyle_has_an_intercept_and_an_interval():
    rng = np.random.default_rng(0)
    flow = rng.normal(2, 1, 3000)
    fit = impact.kyle(0.3 * flow + 0.1 + rng.normal(0, 0.5, 3000), flow)
    assert fit.loc["lambda", "low"] < 0.3 < fit.loc["lambda", "high"]
    assert fit.loc["intercept", "low"] < 0.1 < fit.loc["intercept", "high"]
    with pytest.raises(Refusal, match="does not vary"):
        impact.kyle(flow, np.ones(3000))
