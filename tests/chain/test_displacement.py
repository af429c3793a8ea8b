"""Displacement: the rule clause by clause, against its slow definition, and its cost."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain.displacement import Displacement, displacements
from kit.events import Transaction

CALL = bytes.fromhex("a9059cbb") + bytes(range(1, 33))
"""A selector and an argument: nine pieces."""
COPY = bytes.fromhex("deadbeef") + CALL + bytes(8)


def call(block, index, data=CALL, who="ann", to="game", gas_price=10, **fields):
    its = {"block": block, "index": index, "hash": f"0x{block}.{index}", "sender": who, "to": to, "value": 0,
           "gas_price": gas_price, "gas_used": None, "gas_limit": None, "coinbase": None,
           "input": "0x" + data.hex(), "success": None}
    return Transaction(**its | fields)


def copy(block, index, data=COPY, who="eve", to="eve_bot", gas_price=11, **fields):
    return call(block, index, data, who, to, gas_price, **fields)


def test_an_earlier_dearer_call_carries_the_victims():
    attacker, victim = copy(7, 3), call(7, 9)
    assert displacements([victim, attacker]) == [Displacement(7, attacker, victim)]


def test_the_victim_may_come_blocks_later():
    attacker, victim = copy(7, 3), call(27, 0)
    assert displacements([attacker, victim]) == [Displacement(27, attacker, victim)]
    assert displacements([attacker, victim._replace(block=28)]) == []
    assert len(displacements([attacker, victim._replace(block=28)], window=21)) == 1


@pytest.mark.parametrize("pair", [
    [copy(7, 9), call(7, 3)],
    [copy(8, 0), call(7, 3)],
    [copy(7, 3), call(7, 3)],
    [copy(7, 3, CALL), call(7, 9)],
    [copy(7, 3, COPY[:-9]), call(7, 9)],
    [copy(7, 3, COPY[:20] + b"?" + COPY[21:]), call(7, 9)],
    [copy(7, 3, who="ann"), call(7, 9)],
    [copy(7, 3, to="game"), call(7, 9)],
    [copy(7, 3, to=None), call(7, 9)],
    [copy(7, 3), call(7, 9, to=None)],
    [copy(7, 3, gas_price=10), call(7, 9)],
    [copy(7, 3, gas_price=None), call(7, 9)],
    [copy(7, 3), call(7, 9, gas_price=None)],
    [copy(7, 3, success=False), call(7, 9)],
    [copy(7, 3), call(7, 9, input=None)],
    [copy(7, 3), call(7, 9, b"")],
    [copy(7, 3), call(7, 9, COPY[-3:])],
    [copy(7, 3, bytes(15) + b"!"), call(7, 9, bytes(8))],
], ids=["later", "a block later", "the same place", "equal", "cut off", "one byte differs", "own sender",
        "same contract", "creates a contract", "victim creates one", "no dearer", "price unknown",
        "victim's price unknown", "failed", "no calldata known", "no calldata", "no selector", "zeros"])
def test_what_displaces_nobody(pair):
    assert displacements(pair) == []


def test_a_victim_that_failed_was_displaced_all_the_same():
    assert len(displacements([copy(7, 3, success=True), call(7, 9, success=False)])) == 1


@pytest.mark.parametrize("before", range(9))
def test_the_copy_may_begin_at_any_byte(before):
    assert len(displacements([copy(7, 3, b"\xee" * before + CALL + b"!"), call(7, 9)])) == 1


@pytest.mark.parametrize(("length", "found"), [(4 * 35, 1), (4 * 35 + 1, 0), (4 * 36, 0)])
def test_the_victims_must_be_more_than_a_quarter_in_pieces(length, found):
    """Nine pieces of 35, and of 36, of which the last is short."""
    padded = (CALL + bytes(200))[:length]
    assert len(displacements([copy(7, 3, padded), call(7, 9)])) == found
    assert len(displacements([copy(7, 3, padded), call(7, 9)], share=0.1)) == 1


def test_one_attacker_has_many_victims_and_one_victim_many_attackers():
    calls = [copy(7, 1), copy(7, 2, who="bob"), call(7, 3), call(8, 0, who="cat")]
    found = [(pair.attacker.index, pair.victim.block) for pair in displacements(calls)]
    assert found == [(1, 7), (2, 7), (1, 8), (2, 8)]


def definition(transactions, window, share):
    """Every pair is looked at."""
    def pieces(data):
        return -(-len(data) // 4)

    calls = [(each, bytes.fromhex(each.input[2:])) for each in transactions]
    return {(attacker.hash, victim.hash) for attacker, theirs in calls for victim, its in calls
            if len(its) >= 4 and any(its) and its in theirs and its != theirs
            and (attacker.block, attacker.index) < (victim.block, victim.index)
            and victim.block - attacker.block <= window and attacker.sender != victim.sender
            and attacker.to != victim.to and attacker.gas_price > victim.gas_price
            and pieces(its) > share * pieces(theirs)}


WORDS = st.sampled_from([bytes(4), b"\x00\x00\x00\x01", b"\x01\x00\x00\x00", b"abcd", b"bcda", b"ab", b"a", b"\x00"])
CALLS = st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=8).map(b"".join), st.integers(0, 3),
                           st.sampled_from(["ann", "bob"]), st.sampled_from(["game", "bot"]), st.integers(1, 3)),
                 max_size=14)


@given(CALLS, st.integers(0, 3), st.sampled_from([0, 0.25, 0.5]), st.randoms())
def test_it_is_its_definition(drawn, window, share, order):
    calls = [call(block, index, data, who, to, price) for index, (data, block, who, to, price) in enumerate(drawn)]
    found = displacements(order.sample(calls, len(calls)), window=window, share=share)
    assert {(pair.attacker.hash, pair.victim.hash) for pair in found} == definition(calls, window, share)
    assert len(found) == len(definition(calls, window, share))


def crowd(n, seed=0):
    """Transfers and trades as they are in blocks: few selectors, addresses in fields of zeros, amounts of one's own."""
    draw = random.Random(seed)
    people = [bytes(12) + draw.randbytes(20) for _ in range(n // 4)]
    selectors = [draw.randbytes(4) for _ in range(30)]
    for i in range(n):
        words = [draw.choice(people) if draw.random() < 0.5 else draw.randrange(10**22).to_bytes(32)
                 for _ in range(draw.choice([1, 2, 2, 2, 7, 11]))]
        yield call(i // 200, i % 200, draw.choice(selectors) + b"".join(words), f"{draw.randrange(n)}",
                   f"{draw.randrange(500)}", draw.randrange(10, 99))


def test_cost_grows_with_the_transactions_and_not_with_their_pairs():
    calls, took = list(crowd(8_000)), {}
    for n in (1_000, 8_000):
        began = time.process_time()
        displacements(calls[:n])
        took[n] = time.process_time() - began
    assert took[8_000] < 24 * took[1_000]


def test_one_copy_is_found_in_a_crowd():
    calls = list(crowd(2_000, seed=1))
    attacker = copy(3, 500, b"\x01" + bytes.fromhex(calls[900].input[2:]) + b"\x02", gas_price=100)
    assert displacements([*calls, attacker]) == [Displacement(4, attacker, calls[900])]
