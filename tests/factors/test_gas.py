"""The auction for gas: means over blocks that have fees, and what the base fee will do."""

import numpy as np
import pytest

import kit
from tests.factors.blocks_market import chain

MEANS = {"gas_price_competition": "tip_dispersion", "top_of_block_share": "top_share", "fee_order": "fee_order"}


@pytest.mark.parametrize(("name", "column"), MEANS.items())
def test_blocks_that_have_none_count_for_nothing(name, column):
    found = kit.compute(chain(4, **{column: [0.2, np.nan, 0.6, 0.4]}), name, window=3)[name]
    np.testing.assert_allclose(found, [np.nan, np.nan, 0.4, 0.5])
    assert kit.compute(chain(4, **{column: np.nan}), name, window=3)[name].isna().all()


def test_the_priority_fee_is_weighted_by_gas_and_an_empty_block_has_none():
    found = kit.compute(chain(3, tip=[1e9, np.nan, 4e9], gas_used=[20e6, 0.0, 10e6]), "priority_fee", window=3)
    assert found["priority_fee"].iloc[-1] == pytest.approx(2e9)


@pytest.mark.parametrize("name, told", [("priority_fee", "tip"), ("direct_payment_share", "payments")])
def test_a_block_of_which_it_is_not_known_counts_for_nothing(name, told):
    some = {"tip": [1e9, 1e9, 4e9], "payments": [3e16, 3e16, 0.0], "gas_used": 20e6}
    others = chain(2, **some | {"tip": [1e9, 4e9], "payments": [3e16, 0.0]})
    without = kit.compute(others, name, window=2)[name].iloc[-1]
    some[told] = [some[told][0], np.nan, some[told][2]]
    assert kit.compute(chain(3, **some), name, window=3)[name].iloc[-1] == pytest.approx(without)
    assert np.isnan(kit.compute(chain(3, **some), name, window=1)[name].iloc[1])


def test_direct_payments_are_a_share_of_the_producers_income():
    found = kit.compute(chain(2, tip=1e9, gas_used=15e6, payments=[0.0, 9e16]), "direct_payment_share", window=2)
    assert found["direct_payment_share"].iloc[-1] == pytest.approx(0.75)


@pytest.mark.parametrize(("used", "ahead"), [(30e6, 0.125), (15e6, 0.0), (0.0, -0.125), (31e6, np.nan)])
def test_the_next_base_fee_is_settled(used, ahead):
    found = kit.compute(chain(1, gas_used=used), "base_fee_ahead")["base_fee_ahead"].item()
    np.testing.assert_equal(found, ahead)


def test_before_there_was_a_base_fee_none_is_settled():
    assert kit.compute(chain(1, base_fee=0.0, gas_used=30e6), "base_fee_ahead")["base_fee_ahead"].isna().all()


def test_the_change_of_the_base_fee_is_logarithmic_and_missing_where_there_was_none():
    found = kit.compute(chain(4, base_fee=[0.0, 1e9, 2e9, 2e9]), "base_fee_change", change=1)["base_fee_change"]
    np.testing.assert_allclose(found, [np.nan, np.nan, np.log(2), 0.0])
