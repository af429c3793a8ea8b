"""Gas: EIP-1559 to the wei, and measures of how fees differ within a block at known answers."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain import builders, gas
from kit.sources import datasets
from tests.chain.gas_market import GWEI, block, paying

REFERENCE = [(10_000_000, 1_000_000_000), (9_000_000, 987_500_000), (11_000_000, 1_012_500_000)]
"""Gas used of 20,000,000 at a base fee of 1 gwei, and the next base fee: go-ethereum's TestCalcBaseFee."""


@pytest.mark.parametrize(("used", "following"), REFERENCE)
def test_base_fees_are_those_of_go_ethereum(used, following):
    assert gas.next_base_fee(block(base_fee=10**9, gas_used=used, gas_limit=20_000_000)) == following


def test_the_base_fee_rises_by_a_wei_at_least_and_need_not_fall():
    assert gas.next_base_fee(block(base_fee=7, gas_used=15_000_001)) == 8
    assert gas.next_base_fee(block(base_fee=7, gas_used=14_999_999)) == 7
    assert gas.next_base_fee(block(base_fee=0, gas_used=30_000_000)) == 1


@given(st.integers(0, 10**13), st.integers(0, 30_000_000))
def test_the_base_fee_moves_by_an_eighth_at_most(fee, used):
    change = gas.next_base_fee(block(base_fee=fee, gas_used=used)) - fee
    assert -fee <= 8 * change <= max(fee, 8)


def chain(n=50, seed=0):
    """Blocks whose base fee is what it must be."""
    made = [block(0)]
    for i, used in enumerate(np.random.default_rng(seed).integers(0, 30_000_001, n).tolist(), 1):
        made.append(block(i, base_fee=gas.next_base_fee(made[-1]), gas_used=used))
    return made


def test_a_sound_chain_has_no_deviations_and_a_gap_is_none():
    assert gas.deviations(chain()) == [] == gas.deviations(chain()[:20] + chain()[30:])


def test_a_limit_that_was_noted_wrongly_is_found_again():
    blocks = chain()
    noted = [one._replace(gas_limit=29_970_705) if one.block == 7 else one for one in blocks]
    found, = gas.deviations(noted)
    assert (found.block, found.base_fee) == (7, blocks[8].base_fee)
    assert found.limits == (30_000_000, 30_000_001)
    for limit in found.limits:
        assert gas.next_base_fee(noted[7]._replace(gas_limit=limit)) == blocks[8].base_fee


def test_a_fee_that_no_limit_explains_is_said_to_be_so():
    noted = [one._replace(base_fee=2 * one.base_fee) if one.block == 8 else one for one in chain()[:9]]
    assert gas.deviations(noted)[0].limits is None


@pytest.mark.recordings
def test_all_but_one_of_the_935_deviations_of_220000_blocks_are_gas_limits_that_the_source_rounds(relayed):
    blocks = builders.headers(relayed["builder_blocks"])
    assert len(blocks) == 220_000 and all(b.block == a.block + 1 for a, b in pairwise(blocks))
    found = gas.deviations(blocks)
    assert len(found) == 935 and [one.block for one in found if one.limits is None] == [19_138_394]
    limits = {one.limits for one in found if one.limits}
    noted = {one.gas_limit for one in blocks}
    assert noted >= {29_970_705, 30_029_295} and len(limits) == 12
    assert all(high == low + 1 and abs(low - 30_000_000) <= 2 * (30_000_000 // 1024) for low, high in limits)
    assert all(blocks[one.block - blocks[0].block].gas_limit == 30_000_000 for one in found)


def test_gini_and_variation_are_known():
    one, = gas.by_block([block()], paying(1, 2, 3, 4))
    assert one.gini == pytest.approx(0.25)
    assert one.variation == pytest.approx(np.std([1, 2, 3, 4], ddof=1) / 2.5)
    assert gas.gini(np.array([0.0, 0, 0, 1])) == pytest.approx(0.75)
    assert gas.gini(np.array([2.0, 2, 2])) == 0 == gas.gini(np.zeros(3))


@given(st.lists(st.integers(0, 10**12), min_size=2, max_size=30))
def test_gini_is_half_the_mean_difference_by_the_mean(fees):
    x = np.array(fees, dtype=float)
    expected = np.abs(x[:, None] - x).mean() / (2 * x.mean()) if x.mean() > 0 else 0.0
    assert gas.gini(x) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("tips", "order"), [((5, 4, 3, 2), -1), ((1, 2, 3, 4), 1), ((4, 1, 3, 2), -0.4)])
def test_order_is_spearmans(tips, order):
    assert gas.fees(block(), paying(*tips)).order == pytest.approx(order)


def test_the_top_of_the_block_is_a_tenth_of_its_gas():
    assert gas.fees(block(), paying(*[1] * 10)).top_share == pytest.approx(0.1)
    assert gas.fees(block(), paying(9, *[1] * 9)).top_share == pytest.approx(0.5)
    assert gas.fees(block(), paying(8, 1, 1, 1, 1)).top_share == pytest.approx(4 / 12)  # half of the first one
    assert gas.fees(block(), paying(8, 1), top=Fraction(1)).top_share == 1


def test_the_tip_is_weighted_by_gas():
    transactions = paying(1, 5)
    transactions[0] = transactions[0]._replace(gas_used=300_000)
    assert gas.fees(block(), transactions).tip == 2 * GWEI


def test_a_bid_with_its_base_fee_is_mev_inspects_price_with_the_payment():
    transaction, = paying(2, direct=3 * 10**15 + 1)
    paid = Fraction(transaction.gas_used * transaction.gas_price + transaction.coinbase, transaction.gas_used)
    assert gas.bid(transaction, block().base_fee) + block().base_fee == paid


def test_direct_payments_count_where_bids_are_asked_for():
    transactions = paying(0, 1, 1, 1)
    transactions[0] = transactions[0]._replace(coinbase=10**18)
    plain, bids = gas.fees(block(), transactions), gas.fees(block(), transactions, bids=True)
    assert plain.payments == bids.payments == 10**18
    assert plain.top_share == 0 and bids.top_share == pytest.approx(0.4, rel=1e-3)
    assert plain.order > 0 > bids.order


def test_what_is_not_known_is_missing_and_an_empty_block_has_no_fees():
    unknown = [t._replace(gas_price=None) if t.index == 1 else t for t in paying(1, 2, 3)]
    assert np.isnan([*gas.fees(block(), unknown)[1:-1]]).all()
    untraced = [t._replace(coinbase=None) for t in paying(1, 2, 3)]
    assert np.isnan(gas.fees(block(), untraced).payments) and gas.fees(block(), untraced).gini > 0
    assert np.isnan(gas.fees(block(), untraced, bids=True).gini)
    assert np.isnan([*gas.fees(block(base_fee=None), paying(1, 2, 3))[1:-1]]).all()
    assert np.isnan([*gas.fees(block(), [])[1:-1]]).all() and gas.fees(block(), []).payments == 0


def test_a_transaction_that_used_no_gas_has_no_bid():
    free, *others = paying(1, 2, 3)
    told = gas.fees(block(), [free._replace(gas_used=0), *others], bids=True)
    assert gas.bid(free._replace(gas_used=0), block().base_fee) is None
    assert np.isnan([told.gini, told.order]).all() and told.tip == 2.5 * GWEI


def test_the_order_is_that_of_the_block_whatever_the_lists():
    transactions = paying(4, 3, 2, 1)
    assert gas.by_block([block()], transactions[::-1]) == gas.by_block([block()], transactions)
    assert gas.by_block([block()], transactions[::-1])[0].order == -1


@pytest.fixture(scope="module")
def planted():
    """The hour in which the embedded chain becomes hot."""
    return datasets.load("synthetic-chain", "SIM-CHAIN", end="2025-01-06T01:00Z")


def test_the_embedded_chain_keeps_its_base_fee(planted):
    assert len(planted.events("blocks")) == 300 and gas.deviations(planted.events("blocks")) == []


def test_planted_dispersion_and_order_are_recovered(planted):
    """The Gini coefficient of a lognormal variable is erf(sigma / 2)."""
    law = planted.planted.gas
    found = gas.by_block(planted.events("blocks"), planted.events("transactions"))
    calm, hot = (np.array([one.gini for one in part]) for part in (found[:law.hot[0]], found[law.hot[0]:]))
    assert np.median(hot) == pytest.approx(math.erf(law.wild / 2), abs=0.03)
    assert np.median(calm) == pytest.approx(math.erf(law.calm / 2), abs=0.03)
    assert np.median([one.order for one in found]) == pytest.approx(law.order, abs=0.06)


@pytest.mark.recordings
def test_since_the_base_fee_no_transaction_pays_less_and_those_that_pay_more_go_first(kit_data):
    recording = datasets.load("ethereum-blocks-pevm", "mainnet")
    blocks = [one for one in recording.events("blocks") if one.base_fee]
    found = gas.by_block(blocks, recording.events("transactions"))
    at = {one.block: one.base_fee for one in blocks}
    tips = [gas.priority_fee(t, at[t.block]) for t in recording.events("transactions") if t.block in at]
    assert len(blocks) == 45 and min(tips) == 0
    order = np.array([one.order for one in found if not np.isnan(one.order)])
    assert len(order) == 43 and order.mean() == pytest.approx(-0.778, abs=5e-4)
