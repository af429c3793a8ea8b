"""Suppression: blocks that somebody fills, clause by clause."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain.suppression import suppressions
from kit.events import Trace
from tests.chain.test_displacement import call


def burner(block, index, to="burner", **fields):
    return call(block, index, to=to, **{"gas_used": 499_999, "gas_limit": 500_000, "success": False} | fields)


def campaign(blocks=(5, 6), calls=2, **fields):
    return [burner(block, index, **fields) for block in blocks for index in range(calls)]


def test_two_blocks_of_two_calls_that_burn_their_gas():
    first, second = suppressions(campaign())
    assert (first.block, first.contract, first.gas, first.first, first.last) == (5, "burner", 999_998, 5, 6)
    assert first.transactions == tuple(campaign()[:2])
    assert (second.block, second.first, second.last) == (6, 5, 6)


@pytest.mark.parametrize("calls", [
    campaign((5,)),
    campaign((5, 7)),
    campaign(calls=1),
    campaign(value=1),
    campaign(gas_used=495_000),
    campaign(gas_used=21_000, gas_limit=21_000),
    campaign(gas_used=None),
    campaign(gas_limit=None),
    campaign(to=None),
    campaign((5,)) + campaign((6,), to="other"),
], ids=["one block", "a gap", "one call a block", "ether sent", "99 % and no more", "transfers", "gas unknown",
        "limit unknown", "creations", "another contract"])
def test_what_suppresses_nothing(calls):
    assert suppressions(calls) == []


def test_a_campaign_ends_where_a_block_is_missing():
    found = suppressions(campaign((5, 6, 8, 9, 10, 12)))
    assert [(its.block, its.first, its.last) for its in found] == [(5, 5, 6), (6, 5, 6), (8, 8, 10), (9, 8, 10),
                                                                   (10, 8, 10)]


def test_contracts_have_campaigns_of_their_own():
    found = suppressions(campaign() + campaign((6, 7), to="other"))
    assert [(its.block, its.contract) for its in found] == [(5, "burner"), (6, "burner"), (6, "other"), (7, "other")]
    side_by_side = suppressions(campaign() + campaign(to="other"))
    assert [(its.block, its.contract) for its in side_by_side] == [(5, "burner"), (5, "other"), (6, "burner"),
                                                                   (6, "other")]


def test_what_counts_as_used_up_and_how_many_calls_are_said():
    assert suppressions(campaign(gas_used=400_000)) == []
    assert len(suppressions(campaign(gas_used=400_000), usage=0.7)) == 2
    assert suppressions(campaign(), least=3) == []


def traced(calls, *outside):
    """Each call reaches these, by way of its own contract."""
    for one in calls:
        for place, to in enumerate([one.to, one.to, *outside]):
            path = (place,) if place else ()
            yield Trace(one.block, one.index, one.hash, path, "call", "any", to, 0, "0x", "0x", True)


@pytest.mark.parametrize(("outside", "found"), [((), 0), (("game",), 2), (("game", "game"), 2), (("game", "token"), 0)])
def test_with_traces_a_call_must_reach_one_other_contract(outside, found):
    assert len(suppressions(campaign(), list(traced(campaign(), *outside)))) == found


def test_a_call_without_a_trace_does_not_count_where_traces_are_asked():
    assert suppressions(campaign(), []) == []
    assert suppressions(campaign(), list(traced(campaign()[:3], "game"))) == []


@given(st.lists(st.tuples(st.integers(0, 8), st.sampled_from(["one", "two"]), st.booleans()), max_size=40),
       st.randoms())
def test_it_is_its_definition_in_any_order(drawn, order):
    calls = [burner(block, index, to=to, value=int(sends)) for index, (block, to, sends) in enumerate(drawn)]
    full = {(block, to) for block in range(9) for to in ("one", "two")
            if sum(each == (block, to, False) for each in drawn) > 1}
    found = suppressions(order.sample(calls, len(calls)))
    assert found == suppressions(calls)
    assert {(its.block, its.contract) for its in found} == {
        (block, to) for block, to in full if {(block - 1, to), (block + 1, to)} & full}
