"""Detectors on the embedded chain, whose attacks are planted: all of them are found, and no decoy by a strict rule."""

from collections import Counter

import pytest

from kit.chain import gas, rules
from kit.chain.arbitrage import arbitrages
from kit.chain.backrun import backruns
from kit.chain.displacement import displacements
from kit.chain.jit import jits
from kit.chain.loss import losses
from kit.chain.sandwich import sandwiches
from kit.chain.suppression import suppressions
from kit.sources import datasets
from kit.survey.agreement import agreement

HEAVY = {"back-heavy", "front-heavy"}
OTHER = "gain in the other token"
LOOSE_DECOYS = {"decoy_market_maker", "decoy_round_trip", "decoy_aggregator"}
"""Trades of one account, or of one contract that no list names, around a stranger's: only amounts tell them apart."""


@pytest.fixture(scope="module", params=[0, 1])
def chain(request):
    return datasets.load("synthetic-chain", "SIM-CHAIN", seed=request.param)


@pytest.fixture(scope="module")
def swaps(chain):
    return chain.events("swaps")


@pytest.fixture(scope="module")
def transactions(chain):
    return chain.events("transactions")


@pytest.fixture(scope="module")
def labels(chain):
    return chain.events("labels")


@pytest.fixture(scope="module")
def found(swaps):
    return sandwiches(swaps)


@pytest.fixture(scope="module")
def kind_of(labels):
    """What a hash is labelled as."""
    return {one: label.kind for label in labels for one in label.hashes}


def planted(labels, *kinds):
    return [label for label in labels if label.kind in kinds]


def test_every_planted_sandwich_is_found_with_its_victims_and_its_profit(found, labels):
    known = {(attack.own, attack.harmed, attack.token, attack.profit) for attack in found}
    expected = {(label.hashes, label.victims, label.token, label.profit) for label in planted(labels, "sandwich")}
    assert expected <= known and len(expected) == 88


def test_strict_sandwiches_are_planted_and_lack_those_with_unequal_legs_or_another_gain(found, labels):
    """The two are told from market makers and round trips by their profit alone, so they are loose."""
    strict = {attack.own for attack in found if attack.tier == "strict"}
    assert strict == {label.hashes for label in planted(labels, "sandwich") if label.note not in HEAVY | {OTHER}}


def test_loose_sandwiches_that_are_none_have_unequal_legs_or_lose(found, kind_of):
    extra = [attack for attack in found if kind_of.get(attack.fronts[0].hash) != "sandwich"]
    assert {kind_of[attack.fronts[0].hash] for attack in extra} == LOOSE_DECOYS
    assert all(attack.tier == "loose" and (attack.legs != "equal" or attack.profit < 0) for attack in extra)


def test_market_makers_lose_what_attackers_gain(found, kind_of):
    profits = {kind: [attack.profit for attack in found if kind_of.get(attack.fronts[0].hash) == kind]
               for kind in ("sandwich", "decoy_market_maker")}
    assert min(profits["sandwich"]) > 0 > max(profits["decoy_market_maker"])


def test_agreement_with_what_was_planted_is_stated(found, labels, swaps, transactions):
    strict = [attack for attack in found if attack.tier == "strict"]
    ours = agreement(strict, labels, swaps, transactions=transactions)
    assert ours.precision.value == 1 and ours.recall.value == 68 / 88
    whole = agreement(found, labels, swaps, transactions=transactions)
    assert whole.recall.value == 1 and whole.precision.value == 88 / 146


def test_victims_lost_what_the_pool_would_have_paid_without_the_front(found, swaps, labels):
    """Written out for one front and one victim: the pool's integers on its reserves before the front."""
    lost, by_hash = {loss.hash: loss for loss in losses(found, swaps)}, {swap.hash: swap for swap in swaps}
    for label in planted(labels, "sandwich"):
        assert all(lost[one].loss > 0 for one in label.victims)
        if (len(label.hashes), len(label.victims)) == (2, 1):
            front, victim = by_hash[label.hashes[0]], by_hash[label.victims[0]]
            x, y = front.reserve_in - front.amount_in, front.reserve_out + front.amount_out
            without = 997 * victim.amount_in * y // (1000 * x + 997 * victim.amount_in)
            assert lost[victim.hash].loss == without - victim.amount_out


@pytest.mark.parametrize("rule, decoys", [
    (rules.mev_inspect, {"decoy_market_maker": 30, "decoy_round_trip": 20}),
    (rules.qin, {"decoy_market_maker": 10, "decoy_round_trip": 20}), (rules.dune, {"decoy_market_maker": 10}),
    (rules.allium, {"decoy_market_maker": 30, "decoy_round_trip": 20})])
def test_each_other_rule_takes_its_own_decoys_for_sandwiches(swaps, kind_of, rule, decoys):
    reported = Counter(kind_of.get(pair.front.hash) for pair in rule(swaps))
    assert {kind: number for kind, number in reported.items() if kind != "sandwich"} == decoys


def test_the_gas_auction_finds_a_part_and_neighbourhood_takes_market_makers_too(swaps, transactions, kind_of):
    by_gas, by_place = (Counter(kind_of.get(pair.front.hash) for pair in rule(swaps, transactions))
                        for rule in (rules.torres, rules.weintraub))
    assert set(by_gas) == {"sandwich"} and set(by_place) == {"sandwich", "decoy_market_maker"}
    assert 0 < by_gas["sandwich"] < by_place["sandwich"] < 68 and by_place["decoy_market_maker"] == 10


def test_the_frameworks_rules_find_decoys_and_hardly_an_attack(transactions, kind_of, labels):
    middles = [transactions[i].hash for i, is_one in enumerate(rules.framework_sandwich(transactions)) if is_one]
    assert {kind_of.get(one) for one in middles} == {"decoy_passage"}
    ahead = Counter(kind_of.get(transactions[i].hash)
                    for i, is_one in enumerate(rules.framework_front_running(transactions)) if is_one)
    assert ahead["decoy_router_traffic"] == 30 and ahead[None] > 500 and ahead["displacement"] == 0


def test_every_loop_is_found_with_its_profit_and_nothing_else(swaps, labels):
    expected = {(label.hashes, label.profit) for label in planted(labels, "arbitrage", "backrun")}
    assert {(one.own, one.profit) for one in arbitrages(swaps)} == expected


def test_back_runs_follow_their_triggers_and_arbitrage_at_the_head_of_a_block_is_none(swaps, labels):
    expected = {(label.hashes[0], label.victims[0]) for label in planted(labels, "backrun")}
    assert {(one.arbitrage.hash, one.trigger.hash) for one in backruns(swaps, arbitrages(swaps))} == expected


def test_every_displacement_is_found_and_nothing_else(transactions, labels):
    expected = {(label.hashes[0], label.victims[0]) for label in planted(labels, "displacement")}
    assert {(one.attacker.hash, one.victim.hash) for one in displacements(transactions)} == expected


def test_every_stuffed_block_is_found_and_nothing_else(transactions, labels):
    expected = {one for label in planted(labels, "suppression") for one in label.hashes}
    stuffed = suppressions(transactions)
    assert {call.hash for one in stuffed for call in one.transactions} == expected
    assert len({one.contract for one in stuffed}) == 6 and len(stuffed) == 18


def test_every_jit_position_is_found_and_of_decoys_only_strangers_behind_one_manager(chain, swaps, labels, kind_of):
    """Two strangers with positions of one range at one manager look like one owner; their signers differ."""
    opened = jits(chain.events("liquidity"), swaps)
    expected = {(label.hashes, label.victims) for label in planted(labels, "jit")}
    one_signer, others = ([jit for jit in opened if jit.same_signer is same] for same in (True, False))
    assert {((jit.mint.hash, jit.burn.hash), tuple(swap.hash for swap in jit.victims))
            for jit in one_signer} == expected
    assert {kind_of[jit.mint.hash] for jit in others} == {"decoy_provider"} and len(others) == 6


def test_liquidations_are_the_planted_ones(chain, labels):
    assert {one.hash for one in chain.events("liquidations")} == {
        label.hashes[0] for label in planted(labels, "liquidation")}


def test_the_base_fee_deviates_nowhere(chain):
    assert not gas.deviations(chain.events("blocks"))
