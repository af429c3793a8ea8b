"""D-33, of gas prices, and D-06, of builders: the framework's formulas, where the answer is known, beside the kit's."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.chain import blocks
from kit.chain.gas import next_base_fee
from tests.chain.gas_market import GWEI, block, built, paying


def test_d33_the_sketchs_dispersion_is_of_base_fees_where_every_block_has_alike_bidders():
    """Full blocks raise the base fee by an eighth each; within each all pay the same tip."""
    chain = [block(0, gas_used=30_000_000)]
    for number in range(1, 20):
        chain.append(block(number, base_fee=next_base_fee(chain[-1]), gas_used=30_000_000))
    transactions = [t for one in chain for t in paying(*[2] * 10, of=one)]
    sketch = pd.Series([t.gas_price / GWEI for t in transactions]).rolling(100).std()
    assert sketch.iloc[-1] > 20
    table = blocks.table(chain, transactions)
    kept = kit.compute(table, "gas_price_competition", "priority_fee", window=10).iloc[-1]
    assert kept["gas_price_competition"] == 0 and kept["priority_fee"] == pytest.approx(2 * GWEI)


def test_d33_the_sketch_is_blind_to_bidders_that_differ_while_base_fees_fall_as_they_pay_more():
    """The price is flat: what the base fee gives up, one of two bidders pays to the producer."""
    chain = [block(number, base_fee=(40 - number) * GWEI) for number in range(20)]
    transactions = [t for one in chain for t in paying(*[one.block, one.block, one.block, one.block], of=one)]
    assert pd.Series([t.gas_price for t in transactions]).rolling(60).std().iloc[-1] == 0
    uneven = [t for one in chain for t in paying(0, 0, 0, 4 * one.block, of=one)]
    kept = kit.compute(blocks.table(chain, uneven), "gas_price_competition", window=10)["gas_price_competition"]
    assert kept.iloc[-1] == pytest.approx(0.75)


def test_d06_the_builder_concentration_that_the_sketch_does_not_define_is_the_known_index():
    table = blocks.table([block(100 + i) for i in range(10)], builders=built(list("aaaaabbbcc")))
    kept = kit.compute(table, "builder_concentration", "effective_builders", window=10).iloc[-1]
    np.testing.assert_allclose(kept, [0.38, 2.6316], atol=5e-5)
