"""Rates of what was detected: counts a block, and missing where nobody looked."""

import numpy as np
import pytest

import kit
from tests.factors.blocks_market import chain

ACTIVITY = {"sandwich_activity": "sandwiches", "front_running_activity": "displaced", "jit_activity": "jits",
            "arbitrage_activity": "arbitrages", "liquidation_activity": "liquidations"}
MONEY = {"extracted_value": "extracted", "victim_loss": "lost"}


@pytest.mark.parametrize(("name", "column"), [*ACTIVITY.items(), *MONEY.items()])
def test_it_is_the_mean_over_the_blocks_of_the_window(name, column):
    found = kit.compute(chain(4, **{column: [3.0, 0.0, 1.0, 5.0]}), name, window=3)[name]
    np.testing.assert_allclose(found, [np.nan, np.nan, 4 / 3, 2])


@pytest.mark.parametrize(("name", "column"), ACTIVITY.items())
def test_a_window_with_a_block_that_nobody_looked_at_is_missing(name, column):
    found = kit.compute(chain(5, **{column: [np.nan, 0.0, 1.0, 5.0, 0.0]}), name, window=3)[name]
    assert found.isna().tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(("name", "column"), MONEY.items())
def test_a_block_whose_amount_has_no_price_counts_for_nothing(name, column):
    found = kit.compute(chain(6, **{column: [np.nan, 0.0, 1.0, np.nan, np.nan, np.nan]}), name, window=3)[name]
    np.testing.assert_allclose(found, [np.nan, np.nan, 1 / 2, 1 / 2, 1.0, np.nan])


def test_a_duration_takes_the_blocks_that_came_in_it():
    found = kit.compute(chain(12, sandwiches=np.arange(12.0)), "sandwich_activity", window="60s")
    assert found["sandwich_activity"].tolist()[5:7] == [3.0, 4.0] and found["sandwich_activity"].isna().sum() == 5


def test_the_share_of_swaps_that_were_sandwiched_is_missing_where_there_were_none():
    found = kit.compute(chain(4, victims=[1.0, 1, 0, 0], n_swaps=[4.0, 6, 0, 0]), "sandwiched_share", window=2)
    np.testing.assert_allclose(found["sandwiched_share"], [np.nan, 0.2, 1 / 6, np.nan])
