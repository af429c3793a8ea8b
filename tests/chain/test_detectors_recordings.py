"""Arbitrage, back-runs, displacement, suppression, JIT and liquidations on recorded blocks, beside their labels."""

import collections
import json
import statistics

import pytest

from kit.chain.arbitrage import arbitrages
from kit.chain.backrun import backruns
from kit.chain.cycles import qin, weintraub
from kit.chain.displacement import displacements
from kit.chain.jit import fees, jits, pool, position, span
from kit.chain.liquidation import bonuses
from kit.chain.routers import ROUTERS
from kit.chain.suppression import suppressions
from kit.sources import datasets
from kit.sources.ethereum import inspect, node

pytestmark = pytest.mark.recordings


@pytest.fixture(scope="module")
def found(ethereum):
    return arbitrages(ethereum.events("swaps"))


def labels(recording, kind, source):
    """Labels of a kind, each with its source's entry."""
    return [(label, json.loads(label.note)) for label in recording.events("labels")
            if (label.kind, label.source) == (kind, source)]


def told(entries):
    return {(label.hashes[0], label.token, label.profit) for label, _ in entries}


def said(found):
    return {(its.hash, its.token, its.profit) for its in found}


def test_two_arbitrages_in_block_12914944_with_their_profits(found):
    assert [(its.index, len(its.swaps), its.profit) for its in found if its.block == 12_914_944] == [
        (1, 3, 53560707941943273628), (6, 3, 750005273675102326)]


def test_of_the_reference_detectors_swaps_all_its_loops_but_the_reverted_one_and_four_more(ethereum, folder):
    """Four that it missed: two whose last or first pool is a 0x order, two with a contract between a pair and Curve."""
    loops = arbitrages(inspect.swaps(folder))
    expected = told(labels(ethereum, "arbitrage", "reference detector"))
    assert len(expected) == 48 and expected < said(loops) and len(loops) == 52
    assert {(name[:10], profit) for name, _, profit in said(loops) - expected} == {
        ("0xa043976d", 56920514715036339), ("0x27c4d02c", 53829295347182735), ("0xd5639f59", 1397980612307637145),
        ("0x94c8cc09", 308662592399980177)}


def test_the_reverted_arbitrage_is_not_reported(ethereum, found, folder):
    (asserted, _), = labels(ethereum, "decoy_arbitrage", "asserted by tests")
    (reference, _), = labels(ethereum, "decoy_arbitrage", "reference detector")
    assert asserted.hashes == reference.hashes and asserted.hashes[0][:10] == "0x23a4dc70"
    assert asserted.hashes[0] not in {its.hash for its in found + arbitrages(inspect.swaps(folder))}


def test_of_the_kits_swaps_all_loops_but_one_whose_log_is_missing_and_sixteen_more(ethereum, found):
    expected = told(labels(ethereum, "arbitrage", "reference detector"))
    assert [name[:10] for name, *_ in expected - said(found)] == ["0x2586c5fb"]
    assert len(found) == 63


def test_what_the_reference_detector_missed_was_kept_to_the_wei(ethereum, found):
    """What the account and the called contract hold more of the loop's token is the profit of all the loops there.

    Of one the payment to the first pool is in no transfer that is read.
    """
    expected = told(labels(ethereum, "arbitrage", "reference detector"))
    more = {its.hash: its for its in found if (its.hash, its.token, its.profit) not in expected}
    profit, kept = collections.Counter(), collections.Counter()
    for its in found:
        profit[its.hash] += its.profit
    for transfer in ethereum.events("transfers"):
        its = more.get(transfer.hash)
        if its and transfer.token == its.token:
            own = {its.account, its.swaps[0].target}
            kept[its.hash] += transfer.amount * ((transfer.receiver in own) - (transfer.sender in own))
    assert len(more) == 16
    assert {name[:10] for name in more if kept[name] != profit[name]} == {"0xd02b3e52"}


def test_no_arbitrage_is_a_users_route(found):
    assert not {its.swaps[0].target for its in found} & ROUTERS


def test_other_rules_miss_loops_and_take_wash_trades_for_some(ethereum, found):
    swaps, own = ethereum.events("swaps"), {its.hash for its in found}
    theirs = {rule.__name__: {its.hash[:10] for its in rule(swaps)} for rule in (weintraub, qin)}
    assert {name: len(hashes) for name, hashes in theirs.items()} == {"weintraub": 52, "qin": 50}
    extra = {name: hashes - {one[:10] for one in own} for name, hashes in theirs.items()}
    assert extra == {"weintraub": {"0x38bde596", "0xc743e0ac"}, "qin": {"0x38bde596", "0xc743e0ac"}}


def test_a_quarter_of_arbitrages_run_behind_a_transaction_of_their_block(ethereum, found):
    behind = backruns(ethereum.events("swaps"), found)
    assert (len(behind), sum(its.adjacent for its in behind)) == (17, 9)
    assert all(its.trigger.index < its.arbitrage.index for its in behind)


def test_fifteen_liquidations_and_none_that_was_reverted(ethereum):
    seen = ethereum.events("liquidations")
    known = {(one.hash, one.liquidator, one.borrower, one.debt_token, one.debt, one.collateral_token, one.collateral,
              one.protocol) for one in seen}
    names = ("tx", "liquidator", "liquidated", "debt_token", "debt_amount", "received_token", "received_amount",
             "protocol")
    entries = [entry for _, entry in labels(ethereum, "liquidation", "asserted by tests")]
    expected = {tuple(int(entry[name]) if "amount" in name else entry[name] for name in names) for entry in entries}
    assert len(entries) == len(expected) == 15 and expected <= known
    (reverted, _), = labels(ethereum, "decoy_liquidation", "asserted by tests")
    assert reverted.hashes[0] not in {one.hash for one in seen}


def test_liquidators_took_about_a_twentieth_more_than_they_repaid(ethereum):
    valued = [its for its in bonuses(ethereum.events("liquidations"), ethereum.events("swaps"))
              if its.profit is not None]
    shares = [its.profit / its.debt for its in valued]
    assert len(shares) == 12 and 0.04 < statistics.median(shares) < 0.06


def test_four_just_in_time_positions_with_places_victims_amounts_and_fees(ethereum):
    found = {its.mint.hash: its for its in jits(ethereum.events("liquidity"), ethereum.events("swaps"))}
    entries = [entry for _, entry in labels(ethereum, "jit", "asserted by tests")]
    assert len(entries) == 4 and found.keys() == {entry["mint_tx"] for entry in entries}
    for entry in entries:
        its = found[entry["mint_tx"]]
        assert (its.burn.hash, its.pool, its.mint.target) == (entry["burn_tx"], entry["pool"], entry["bot"])
        assert (list(its.mint.place), list(its.burn.place)) == (entry["mint_trace"], entry["burn_trace"])
        assert [one.hash for one in its.victims] == entry["victim_txs"] and its.same_signer
        assert its.mint.tokens == (entry["token0"], entry["token1"])
        assert its.mint.amounts == (int(entry["mint_token0"]), int(entry["mint_token1"]))
        earned = fees(its, ethereum.events("transfers"))
        assert tuple(map(sum, zip(its.burn.amounts, earned, strict=True))) == (
            int(entry["burn_token0"]), int(entry["burn_token1"]))
        assert [one.amount_in for one in its.victims] == [int(entry["swap_volume_token0"])]
        assert 0 < earned[0] < its.victims[0].amount_in // 100 and earned[1] == 0


def test_a_day_of_uniswap_has_a_hundred_and_one_pairs_of_which_two_strangers_make_one(kit_data):
    uniswap = datasets.load("uniswap-usdcweth", "USDC-WETH")
    events = uniswap.events("liquidity"), uniswap.events("swaps")
    pairs, attacks = jits(*events, once=False), jits(*events)
    assert len(pairs) == 101 and {its.width for its in pairs} == {10}
    candidates = [label for label, _ in labels(uniswap, "jit", "same-origin candidates")]
    assert {((its.mint.hash, its.burn.hash), tuple(one.hash for one in its.victims)) for its in pairs} == {
        (label.hashes, label.victims) for label in candidates}
    crossed, = (its for its in pairs if not its.same_signer)
    assert (crossed.block, crossed.mint.hash[:10], crossed.burn.hash[:10]) == (15_870_349, "0x8ff79c33", "0xf5852feb")
    assert attacks == [its for its in pairs if its.same_signer] and len(attacks) == 100
    assert [len(jits(*events, same=same, once=False)) for same in (position, span, pool)] == [101, 101, 102]


@pytest.fixture(scope="module")
def torres(kit_data):
    return datasets.load("displacement", "mainnet")


def test_every_displaced_pair_of_torres_and_others_is_found_and_no_other(torres):
    expected = {(*label.hashes, *label.victims) for label in torres.events("labels") if label.kind == "displacement"}
    pairs = displacements(torres.events("transactions"))
    assert len(expected) == len(pairs) == 2_983
    assert {(pair.attacker.hash, pair.victim.hash) for pair in pairs} == expected
    assert sum(pair.attacker.block == pair.victim.block for pair in pairs) == 2_309


def test_the_pairs_that_they_set_aside_are_races_for_one_contract(torres):
    sent = {one.hash: one for one in torres.events("transactions")}
    aside = [(sent[label.hashes[0]], sent[label.victims[0]]) for label in torres.events("labels")
             if label.kind == "decoy_displacement"]
    assert len(aside) == 74 and all(attacker.to == victim.to for attacker, victim in aside)
    assert displacements([one for pair in aside for one in pair]) == []
    apart = [(attacker._replace(to="another"), victim) for attacker, victim in aside]
    assert all(displacements(pair) for pair in apart)


def test_no_false_alarm_of_displacement_or_suppression_in_fifteen_full_blocks(folder):
    calls = [one for path in sorted((folder / "raw_fulllogs").glob("*.json.gz"))
             for one in node.read(path)["transactions"]]
    assert sum(bool(one.to and (one.input or "").strip("0x")) for one in calls) == 2_062
    assert displacements(calls) == displacements(calls, window=10**7) == suppressions(calls) == []
