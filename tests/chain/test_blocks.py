"""The table of blocks: what was found is counted where it happened, what nobody looked for is missing."""

from types import SimpleNamespace

import numpy as np
import pytest

import kit
from kit import columns
from kit.chain import blocks
from kit.chain.costs import costs
from kit.chain.displacement import displacements
from kit.chain.sandwich import sandwiches
from kit.refusal import Refusal
from kit.sources import datasets
from tests.chain.gas_market import GWEI, block, built, paying

CHAIN = [block(number) for number in (100, 101, 102)]


def found(*numbers, **more):
    return [SimpleNamespace(block=number, **more) for number in numbers]


def test_what_nobody_looked_for_is_missing_and_what_was_not_found_is_zero():
    table = blocks.table(CHAIN, swaps=[], arbitrages=found(101, 101, 99), extracted=[(101, 5), (101, -2), (102, 7)])
    assert table["n_swaps"].tolist() == [0, 0, 0] and table["arbitrages"].tolist() == [0, 2, 0]
    assert table["extracted"].tolist() == [0, 3, 7]
    assert table[["sandwiches", "victims", "jits", "liquidations", "lost", "tip", "n_txs"]].isna().all(axis=None)
    assert table["builder"].tolist() == [-1, -1, -1]


def test_an_amount_that_is_not_known_makes_its_block_unknown():
    table = blocks.table(CHAIN, lost=[(100, 10**30), (100, None), (101, 10**30)])
    np.testing.assert_array_equal(table["lost"], [np.nan, 1e30, 0.0])


def test_a_victim_of_two_sandwiches_is_one():
    victim = (SimpleNamespace(hash="0xv"), SimpleNamespace(hash="0xv"))
    table = blocks.table(CHAIN, sandwiches=found(100, 100, victims=victim) + found(102, victims=victim[:1]))
    assert table["sandwiches"].tolist() == [2, 0, 1] and table["victims"].tolist() == [1, 0, 1]


def test_fees_are_those_of_the_block():
    table = blocks.table(CHAIN, paying(1, 2, 3, 4, of=CHAIN[1]))
    assert table["n_txs"].tolist() == [0, 4, 0]
    assert table["tip"].tolist()[1] == 2.5 * GWEI and np.isnan(table["tip"].tolist()[0])
    assert table["tip_dispersion"].tolist()[1] == pytest.approx(0.25) and table["fee_order"].tolist()[1] == 1


def test_builders_are_numbered_by_who_they_are_and_local_ones_are_unknown():
    table = blocks.table(CHAIN, builders=built(["b", None, "a"], slot_ms=[12_346, None, 10_000]))
    assert table["builder"].tolist() == [1, -1, 0] and table["value"].tolist() == [1e17] * 3
    np.testing.assert_allclose(table["bid_time"], [0.346, np.nan, -2.0])
    assert table["n_txs"].tolist() == [150] * 3


def test_a_block_that_two_relays_tell_of_is_refused():
    rows = built(["b", "b", "a"]).assign(block=[100, 101, 101])
    with pytest.raises(Refusal, match="row 2: is there twice"):
        blocks.table(CHAIN, builders=rows)


def test_a_block_that_the_relays_do_not_know_has_no_builder():
    table = blocks.table([*CHAIN, block(500)], builders=built(["b", "b", "a"]))
    assert table["builder"].tolist() == [1, 1, 0, -1] and np.isnan(table["value"].tolist()[-1])


def test_the_table_is_one_of_blocks_and_makes_factors():
    table = blocks.table(CHAIN, paying(1, 2, of=CHAIN[0]) + paying(3, 1, 1, of=CHAIN[2]), builders=built(list("aba")))
    assert columns.read(table, "blocks").builder.tolist() == [0, 1, 0]
    assert kit.compute(table, "builder_concentration", window=3).iloc[-1].item() == pytest.approx(5 / 9)


def test_what_detectors_find_on_the_embedded_chain_makes_factors():
    chain = datasets.load("synthetic-chain", "SIM-CHAIN", end="2025-01-06T00:40Z")
    happened = {kind: chain.events(kind) for kind in ("blocks", "transactions", "swaps")}
    attacks = sandwiches(happened["swaps"])
    earned = [(cost.block, cost.net) for cost in costs(attacks, happened["transactions"]) if cost.net is not None]
    table = blocks.table(happened["blocks"], happened["transactions"], swaps=happened["swaps"], sandwiches=attacks,
                         displacements=displacements(happened["transactions"]), extracted=earned,
                         builders=chain.tables["builder_blocks"])
    n = len(table)
    found = kit.compute(table, "sandwich_activity", "front_running_activity", "extracted_value",
                        "builder_concentration", "gas_price_competition", window=n).iloc[-1]
    assert n == 200 and len(attacks) > 10 and found["sandwich_activity"] * n == pytest.approx(len(attacks))
    assert found["extracted_value"] * n == pytest.approx(sum(net for _, net in earned)) and len(earned) > 5
    assert found["front_running_activity"] > 0 and 0.2 < found["builder_concentration"] < 0.4


def test_a_block_without_time_is_refused():
    with pytest.raises(Refusal, match="row 1: a block without time"):
        blocks.table([CHAIN[0], CHAIN[1]._replace(timestamp=None)])
