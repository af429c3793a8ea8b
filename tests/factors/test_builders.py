"""Concentration of builders: the known index, weights, and blocks that nobody is known to have built."""

import numpy as np
import pytest

import kit
from tests.factors.blocks_market import chain

KNOWN = np.repeat([0, 1, 2], [5, 3, 2])
NAMES = ("builder_concentration", "builder_concentration_normalised", "effective_builders", "leading_builder_share")


def test_the_known_concentration():
    found = kit.compute(chain(10, builder=KNOWN), *NAMES, window=10).iloc[-1]
    assert found.tolist() == [pytest.approx(0.38), pytest.approx(0.07), pytest.approx(1 / 0.38), pytest.approx(0.5)]


def test_by_value_a_dear_block_counts_for_many():
    found = kit.compute(chain(3, builder=[0, 0, 1], value=[1e17, 1e17, 6e17]), "builder_concentration_by_value",
                        "leading_builder_share_by_value", "effective_builders_by_value", window=3).iloc[-1]
    assert found.tolist() == [pytest.approx(0.625), pytest.approx(0.75), pytest.approx(1.6)]


def test_blocks_of_nobody_known_are_left_out_and_a_window_of_them_is_missing():
    builder, value = [0, -1, 1, -1, -1], [1e17, np.nan, 1e17, np.nan, np.nan]
    frame = chain(5, builder=builder, value=value)
    found = kit.compute(frame, "builder_concentration", "builder_concentration_by_value", window=2)
    for name in found:
        np.testing.assert_array_equal(found[name], [np.nan, 1, 1, 1, np.nan])


def test_one_builder_has_no_normalised_index():
    found = kit.compute(chain(4), *NAMES, window=2).iloc[-1]
    assert found.tolist()[0] == 1 and np.isnan(found.tolist()[1]) and found.tolist()[2:] == [1, 1]


def test_winning_bids_count_where_there_was_one():
    found = kit.compute(chain(4, bid_time=[0.5, np.nan, -0.3, np.nan]), "winning_bid_time", window=2)
    np.testing.assert_allclose(found["winning_bid_time"], [np.nan, 0.5, -0.3, -0.3])
