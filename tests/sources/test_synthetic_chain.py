"""The embedded chain as a known answer: its rules hold to the last unit, and what was planted is there."""

import functools
from collections import Counter, defaultdict
from itertools import pairwise

import pandas as pd
import pytest

from kit.sources import datasets
from kit.sources.synthetic.chain.pools import pools

MOVING = ("transfers", "swaps", "liquidity", "liquidations")


@functools.cache
def recording(seed=0):
    return datasets.load("synthetic-chain", "SIM-CHAIN", seed=seed)


@functools.cache
def events(kind):
    return recording().events(kind)


@functools.cache
def by_hash(kind):
    found = defaultdict(list)
    for event in events(kind):
        found[event.hash].append(event)
    return found


def labelled(kind, note=None):
    return [label for label in events("labels") if label.kind == kind and note in (None, label.note)]


def swaps_of(hashes):
    return [swap for one in hashes for swap in by_hash("swaps")[one]]


# Laws of the chain

def test_pools_hold_what_they_held_and_what_was_swapped_exactly():
    held = {pool.address: dict(pool.reserves) for pool in pools().values() if pool.protocol == "uniswap_v2"}
    for swap in events("swaps"):
        if swap.pool in held:
            reserves = held[swap.pool]
            reserves[swap.token_in] += swap.amount_in
            reserves[swap.token_out] -= swap.amount_out
            assert (swap.reserve_in, swap.reserve_out) == (reserves[swap.token_in], reserves[swap.token_out])


def test_swaps_pay_what_uniswaps_integers_say():
    """Either as much as the input buys, or the least input that buys the output."""
    exact_output = 0
    for swap in events("swaps"):
        if swap.protocol == "uniswap_v2":
            x, y = swap.reserve_in - swap.amount_in, swap.reserve_out + swap.amount_out
            quoted = 997 * swap.amount_in * y // (1000 * x + 997 * swap.amount_in)
            needed = 1000 * x * swap.amount_out // (997 * (y - swap.amount_out)) + 1
            assert quoted == swap.amount_out or needed == swap.amount_in
            exact_output += quoted != swap.amount_out
    assert 0 < exact_output <= len(labelled("sandwich", "gain in the other token"))


def test_the_product_of_reserves_never_falls():
    for swap in events("swaps"):
        if swap.protocol == "uniswap_v2":
            before = (swap.reserve_in - swap.amount_in) * (swap.reserve_out + swap.amount_out)
            assert swap.reserve_in * swap.reserve_out >= before


def test_what_was_transferred_to_a_pool_is_what_it_swapped_and_was_lent():
    moved, told = Counter(), Counter()
    addresses = {pool.address for pool in pools().values()}
    for one in events("transfers"):
        moved[one.receiver, one.token] += one.amount
        moved[one.sender, one.token] -= one.amount
    for swap in events("swaps"):
        told[swap.pool, swap.token_in] += swap.amount_in
        told[swap.pool, swap.token_out] -= swap.amount_out
    for one in events("liquidity"):
        for token, amount in zip(one.tokens, one.amounts, strict=True):
            told[one.pool, token] += one.change * amount
    assert {account for account, _ in told} == addresses
    assert {key: amount for key, amount in moved.items() if key[0] in addresses} == dict(told)


def test_the_base_fee_follows_from_the_block_before_in_every_block():
    for before, block in pairwise(events("blocks")):
        target, used, fee = before.gas_limit // 2, before.gas_used, before.base_fee
        up, down = max(fee * (used - target) // target // 8, 1), fee * (target - used) // target // 8
        assert block.base_fee == (fee + up if used > target else fee - down)
        assert (block.block, block.timestamp) == (before.block + 1, before.timestamp + 12)


def test_blocks_use_the_gas_of_their_transactions_and_no_more_than_there_is():
    used = Counter()
    for one in events("transactions"):
        used[one.block] += one.gas_used
        assert 21_000 <= one.gas_used <= one.gas_limit
    for block in events("blocks"):
        assert block.gas_used == used[block.block] <= block.gas_limit


def test_nobody_pays_less_than_the_base_fee_and_every_transaction_has_its_place():
    fees = {block.block: block.base_fee for block in events("blocks")}
    places = defaultdict(list)
    for one in events("transactions"):
        assert one.gas_price >= fees[one.block]
        places[one.block].append(one.index)
    assert all(index == list(range(len(index))) for index in places.values())
    assert len({one.hash for one in events("transactions")}) == len(events("transactions"))


def test_failed_transactions_leave_nothing():
    failed = {one.hash for one in events("transactions") if not one.success}
    assert len(failed) > 300
    assert all(one.hash not in failed for kind in MOVING for one in events(kind))


def test_events_of_a_block_are_numbered_in_the_order_in_which_they_happen():
    logs = sorted((one for kind in MOVING for one in events(kind)), key=lambda one: (one.block, one.place))
    for before, after in pairwise(logs):
        assert before.block < after.block or before.place[0] + 1 == after.place[0] and before.index <= after.index


def test_a_seed_names_a_world():
    first, again, other = (datasets.load("synthetic-chain", "SIM-CHAIN", end="2025-01-06T00:10Z", seed=seed)
                           for seed in (7, 7, 8))
    for kind, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[kind])
        assert kind == "liquidations" or not frame.equals(other.tables[kind])


def test_a_shorter_world_is_the_beginning_of_a_longer_one():
    short = datasets.load("synthetic-chain", "SIM-CHAIN", end="2025-01-06T00:10:00Z")
    assert len(short.tables["blocks"]) == 50
    assert short.events("swaps") == [swap for swap in events("swaps") if swap.block < events("blocks")[50].block]


# What is planted

def test_scenes_are_as_many_as_planted():
    planted = recording().planted
    assert Counter(label.kind for label in events("labels")) == planted.counts
    assert Counter((label.kind, label.note) for label in events("labels")) == {
        (kind, note): number for kind, sorts in planted.sorts.items() for note, number in sorts.items()}


def test_labels_name_transactions_of_their_block_and_after():
    there = {one.hash: one for one in events("transactions")}
    for label in events("labels"):
        assert there[label.hashes[0]].block == label.block
        assert all(0 <= there[one].block - label.block <= 2 for one in label.hashes + label.victims)
    named = Counter(one for label in events("labels") for one in label.hashes + label.victims)
    assert max(named.values()) == 1


@pytest.mark.parametrize("seed", [0, 1])
def test_every_planted_attack_that_states_a_profit_gains(seed):
    profits = [label.profit for label in recording(seed).events("labels") if label.profit is not None]
    assert len(profits) > 150 and min(profits) > 0


@pytest.mark.parametrize("kind, notes", [
    ("sandwich", ("one victim", "several victims", "two fronts", "two signers", "a stranger between",
                  "gain in the other token")),
    ("arbitrage", ("two venues", "triangle")), ("backrun", ("after a large trade",)),
    ("displacement", ("in its block", "blocks before"))])
def test_profit_is_what_the_attackers_contract_has_more_of(kind, notes):
    there = {one.hash: one for one in events("transactions")}
    for label in (label for note in notes for label in labelled(kind, note)):
        contract, gained = there[label.hashes[0]].to, Counter()
        for one in (one for hash in label.hashes for one in by_hash("transfers")[hash]):
            gained[one.token] += one.amount * ((one.receiver == contract) - (one.sender == contract))
        assert {token: amount for token, amount in gained.items() if amount} == {label.token: label.profit}


def test_sandwiches_close_around_their_victims():
    for label in labelled("sandwich"):
        *fronts, back = swaps_of(label.hashes)
        victims = swaps_of(label.victims)
        ways = {(one.pool, one.token_in) for one in fronts + victims}
        assert ways == {(back.pool, back.token_out)} and len(victims) == len(label.victims) > 0
        assert all(fronts[0].index < one.index < back.index for one in victims)
        assert {one.target for one in fronts} == {back.target} and back.origin not in {one.origin for one in victims}


@pytest.mark.parametrize("note, signers, sold", [
    ("one victim", 1, 1), ("two signers", 2, 1), ("two fronts", 1, 1), ("back-heavy", 1, 2.6), ("front-heavy", 1, 0.7)])
def test_backs_sell_the_stated_share_of_what_fronts_bought(note, signers, sold):
    for label in labelled("sandwich", note):
        *fronts, back = swaps_of(label.hashes)
        assert len({one.origin for one in (*fronts, back)}) == signers
        assert back.amount_in / sum(one.amount_out for one in fronts) == pytest.approx(sold, rel=1e-9)


def test_gain_in_the_other_token_gets_back_exactly_what_it_spent():
    for label in labelled("sandwich", "gain in the other token"):
        front, back = swaps_of(label.hashes)
        assert back.amount_out == front.amount_in and back.amount_in < front.amount_out
        assert label.token == front.token_out


def test_displacers_copy_their_victims_calldata_and_pay_more():
    there = {one.hash: one for one in events("transactions")}
    for label in labelled("displacement"):
        attacker, victim = there[label.hashes[0]], there[label.victims[0]]
        assert victim.input[2:] in attacker.input and attacker.gas_price > victim.gas_price
        assert (attacker.block, attacker.index) < (victim.block, victim.index)
        assert not {attacker.sender, attacker.to} & {victim.sender, victim.to}


def test_stuffing_burns_all_its_gas_in_three_blocks():
    there = {one.hash: one for one in events("transactions")}
    for label in labelled("suppression"):
        calls = [there[one] for one in label.hashes]
        assert Counter(one.block - label.block for one in calls) == {0: 3, 1: 3, 2: 3}
        assert len({one.to for one in calls}) == 1
        assert all(one.gas_used > 0.99 * one.gas_limit and one.value == 0 for one in calls)


@pytest.mark.parametrize("kind", ["arbitrage", "backrun"])
def test_loops_end_where_they_began(kind):
    for label in labelled(kind):
        loop = swaps_of(label.hashes)
        assert all(one.token_out == after.token_in and one.amount_out == after.amount_in
                   for one, after in pairwise(loop))
        assert loop[0].token_in == loop[-1].token_out and len({one.pool for one in loop}) == len(loop)
        assert (loop[0].index == 0) == (kind == "arbitrage")


def test_jit_positions_hold_the_trade_between_and_are_one_spacing_wide():
    for label in labelled("jit"):
        (put,), (taken,) = (by_hash("liquidity")[one] for one in label.hashes)
        assert (put.change, taken.change, put.upper - put.lower) == (1, -1, 60)
        assert (put.owner, put.lower, put.liquidity) == (taken.owner, taken.lower, taken.liquidity)
        assert all(put.index < swap.index < taken.index and swap.pool == put.pool for swap in swaps_of(label.victims))


def test_liquidations_are_the_planted_ones_and_none_of_the_reverted():
    planted = {one for label in labelled("liquidation") for one in label.hashes}
    assert {one.hash for one in events("liquidations")} == planted
