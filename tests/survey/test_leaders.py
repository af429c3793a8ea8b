"""Builders beside each other, at known answers."""

import numpy as np
import pytest

from kit.chain import builders
from kit.survey import leaders
from tests.chain.gas_market import built

WEEK = ["a", "b", "a", "c", "a", "b", "a", "a", "d", "a"] * 40


def test_shares_are_of_the_largest_and_of_all_others():
    found = leaders.shares(builders.amounts(built(WEEK), every="1h"), most=2)
    assert list(found) == ["a", "b", "2 others"]
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found["a"].mean() == pytest.approx(0.6, abs=0.02)


def test_every_identity_and_way_has_its_row_with_an_interval():
    frame = built(["a", "a", "a", "b", None] * 300, pubkey=[f"0x{i % 9}" for i in range(1500)], every="1min")
    found = leaders.by_identity(frame.drop(columns="owner"))
    assert found.index.unique(0).tolist() == ["name", "label", "fee_recipient", "pubkey", "extra_data"]
    row = found.loc[("name", "relayed blocks")]
    assert row["hhi"] == pytest.approx(0.625) and row["effective"] == pytest.approx(1.6) and row["leader"] == "a"
    assert row["hhi_low"] <= row["hhi"] <= row["hhi_high"] and row["effective_high"] == 1 / row["hhi_low"]
    assert found.loc[("pubkey", "all blocks"), "builders"] == 9


def test_a_block_of_two_relays_counts_twice_in_their_tables():
    frame = built(["a", "a", "b", None], relays=["x|y", "x|y", "x", None])
    rows = leaders.reported(frame)
    assert rows["label"].tolist() == list("aaaab") and rows["relays"].tolist() == list("xyxyx")
    found = leaders.counted_twice(frame)
    assert found["leader_share"].tolist() == pytest.approx([2 / 3, 0.8]) and found["rows"].tolist() == [3, 5]


def test_bids_are_late_once_the_slot_has_begun():
    frame = built(["a", "a", "b", "b"], slot_ms=[11_500, 12_500, 12_100, 12_300])
    found = leaders.bids(frame)
    assert found["late"].tolist() == [0.75, 0.5, 1.0] and found.index.tolist() == ["all", "a", "b"]
    assert found["mean"].tolist() == pytest.approx([0.1, 0.0, 0.2])


def test_the_dearest_hundredth_makes_its_share_of_all_payments():
    value = [10**9] * 199 + [201 * 10**9]
    found = leaders.paid(built(["a"] * 200, value_gwei=value)).loc["all"]
    assert found["top"] == pytest.approx(201 / 400) and found["median"] == 1 and found["mean"] == 2


def test_tails_are_quantiles_down_to_one_block():
    tails = leaders.tails(built(["a"] * 90 + ["b"] * 10, value_gwei=[10**9 * (i + 1) for i in range(100)]))
    assert tails["all"].iloc[0] == 1 and tails["all"].iloc[-1] == pytest.approx(99.01)
    assert tails["b"].isna().iloc[-1] and tails["b"].iloc[0] == 91


def test_amounts_of_the_last_stretches_are_added():
    counted = builders.amounts(built(["a"] * 600 + ["b"] * 600, every="12s"), every="1h")
    found = leaders.over(counted, 2)
    assert len(found) == len(counted) - 1
    np.testing.assert_array_equal(found.iloc[0], counted.iloc[0] + counted.iloc[1])


def test_a_recording_without_a_table_of_hours_has_none():
    assert leaders.hours({"builder_blocks": built(WEEK)}) is None
