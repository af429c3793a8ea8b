"""All detectors on one recording, in tables: on the embedded chain, whose attacks are planted, and on less of it."""

import math

import numpy as np
import pytest

from kit.chain import rules
from kit.events import Label
from kit.refusal import Refusal
from kit.sources import datasets
from kit.survey import anatomy, concordance, findings, takings
from kit.survey.attacks import Survey, survey
from tests.chain.pools import ETH, sandwich, swap, transaction


@pytest.fixture(scope="module")
def recording():
    return datasets.load("synthetic-chain", "SIM-CHAIN")


@pytest.fixture(scope="module")
def whole(recording):
    return survey(recording)


@pytest.fixture(scope="module")
def taken(whole):
    return takings.each(whole)


def of(swaps, labels=(), **fields):
    """A survey of a few swaps."""
    empty = dict.fromkeys(("blocks", "transfers", "liquidity", "liquidations"), [])
    calls = [transaction(one) for one in swaps]
    return Survey(**empty | {"transactions": calls, "swaps": swaps, "labels": list(labels), "unasked": {}} | fields)


def test_a_range_of_blocks_is_what_is_looked_at(recording, whole):
    first, last = whole.blocks[100].block, whole.blocks[149].block
    part = survey(recording, first, last)
    assert len(part.blocks) == 50 and {one.block for one in part.transactions} <= set(range(first, last + 1))
    assert part.sandwiches == [its for its in whole.sandwiches if first <= its.block <= last]
    with pytest.raises(Refusal, match="no block lies between"):
        survey(recording, last_block=1)


def test_questions_that_have_no_answer_are_not_asked_and_say_why(recording):
    tables = {kind: recording.tables[kind] for kind in ("blocks", "transactions", "swaps")}
    tables["transactions"] = tables["transactions"].assign(input=None, gas_limit=None, to=None)
    one_pool = tables["swaps"]["pool"].iloc[0]
    tables["swaps"] = tables["swaps"][tables["swaps"]["pool"] == one_pool]
    bare = survey(recording._replace(tables=tables))
    assert bare.unasked.keys() == {"arbitrage", "displacement", "suppression", "liquidation", "JIT liquidity",
                                   "labels", "framework"}
    assert dict(findings.asked(bare))["displacement"] == "not asked: no calldata is recorded"
    assert list(findings.by_kind(bare).index) == ["strict sandwich", "loose sandwich"]
    assert findings.copied(bare).isna().all(axis=None) and concordance.by_source(bare).empty
    by_block = findings.blocks(bare, takings.each(bare))
    assert by_block[["displaced", "arbitrages", "liquidations", "jits"]].isna().all(axis=None)
    assert by_block["sandwiches"].sum() == len(bare.sandwiches)


def test_rates_are_counts_over_blocks_within_their_intervals(whole):
    often = findings.by_kind(whole)
    assert np.allclose(often["per_block"] * 600, often["found"])
    assert (often["per_block_low"] < often["per_block"]).all() and (often["per_block"] < often["per_block_high"]).all()
    assert often.loc["back-run", "found"] == 30 and often.loc["arbitrage", "found"] == 40


def test_what_was_taken_adds_up_and_nothing_counts_twice(whole, taken):
    money = takings.by_kind(taken)
    known = taken.dropna(subset="net")
    assert np.allclose(known["gross"] - known["gas"] - known["payments"], known["net"])
    assert money["gas"].sum() == pytest.approx(sum(cost.gas for cost in whole.costs) / 1e18)
    assert money.loc["arbitrage", "gross"] + money.loc["back-run", "gross"] == pytest.approx(
        sum(loop.profit for loop in whole.arbitrages) / 1e18)
    assert money.loc["loose sandwich", "n_gross"] <= len(whole.sandwiches) - len(whole.strict)


def test_a_loop_in_a_leg_of_a_sandwich_is_the_sandwichs(whole):
    legs = {name for attack in whole.sandwiches for name in attack.own}
    assert not legs & {loop.hash for loop in whole.loops}
    round_trip = swap(0, "eve", "sell", 5_000, 1_010)._replace(pool="another", place=(1,))
    both = of([*sandwich(), round_trip])
    assert (len(both.sandwiches), len(both.arbitrages), both.loops) == (1, 1, [])


def test_attackers_gain_about_what_victims_lose(taken):
    share = takings.per_loss(taken)
    assert share.low < share.value < share.high and 0.9 < share.value < 1


def test_a_sandwich_comes_back_to_the_price_at_which_each_trade_found_the_pool(whole, taken):
    largest = anatomy.largest(taken, whole.sandwiches)
    legs = anatomy.legs(largest, whole.swaps, whole.losses)
    assert legs["before"].iloc[0] == 1 and np.allclose(legs["after"][:-1], legs["before"][1:])
    assert list(legs["role"])[0] == "front" and list(legs["role"])[-1] == "back"
    forth = legs["role"] != "back"
    assert (legs["average"][forth].between(legs["before"][forth], 1.004 * legs["after"][forth])).all()
    assert (legs["without"].dropna() < legs["average"][legs["without"].notna()]).all()
    assert -legs.loc[~forth, "ether"].sum() - legs.loc[legs["role"] == "front", "ether"].sum() == pytest.approx(
        largest.profit / 1e18, rel=1e-6)


def test_labels_of_every_kind_are_found_and_decoys_are_called_so(whole):
    agreed = concordance.by_source(whole).loc["planted"]
    assert (agreed.drop("strict sandwich")["recall"] == 1).all() and len(agreed) == 9
    assert agreed.loc["JIT, one signer", "precision"] == 1 > agreed.loc["JIT liquidity", "precision"] == 0.8
    differences = concordance.differences(whole)
    assert differences["reason"].str.contains("labelled decoy_").all() and len(differences) == 64


def test_examples_have_no_precision_and_labels_without_hashes_are_told():
    swaps = sandwich()
    named = Label("sandwich", 1, (swaps[0].hash, swaps[2].hash), (), None, None, "asserted by tests", "")
    its = of(swaps, [named, named._replace(hashes=(), block=2)])
    row = concordance.by_source(its).loc["asserted by tests", "sandwich"]
    assert (row["labels"], row["recall"]) == (1, 1) and math.isnan(row["precision"])
    assert list(concordance.differences(its)["reason"]) == ["names no transaction, only a profit"]


def test_rules_are_beside_labels_as_the_kits_own_agreement_says(whole):
    judged = concordance.rules_by_source(whole).loc["planted"]
    agreed = concordance.by_source(whole).loc["planted"]
    assert judged.loc["kit", "precision"] == agreed.loc["sandwich", "precision"]
    assert judged.loc["kit strict", "recall"] == agreed.loc["strict sandwich", "recall"]
    assert judged.loc["framework", "recall"] == 0


def test_shared_pairs_and_patterns_count_the_same_pairs(whole):
    table = rules.disagreement(whole.by_rule)
    shared, patterns = concordance.shared(table), concordance.patterns(table)
    assert (shared.to_numpy() == shared.to_numpy().T).all() and patterns["pairs"].sum() == len(table)
    assert shared.loc["kit", "kit"] == len({its.pair for its in whole.sandwiches})


def test_a_gain_is_worth_what_its_token_was_exchanged_for_before_the_attack_or_in_its_first_swap():
    """A hundred tokens, at 5e14 wei each where somebody bought 6,000 for 3 ether, else at 5 as the front sold them."""
    attack = [swap(1, "eve", "sell", 1_000, 5_000), swap(2, "ann", "sell", 2_000, 8_000),
              swap(3, "eve", "buy", 5_000, 1_100)]
    for swaps, worth in ((attack, 500), ([swap(0, "joe", "buy", 3 * ETH, 6_000), *attack], 5 * 10**16)):
        assert takings.each(of(swaps))["gross"].tolist() == [worth / 1e18]
