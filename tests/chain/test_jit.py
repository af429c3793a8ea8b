"""Just-in-time liquidity: clause by clause, what is no attack, the rules of others, and fees."""

import random

import pytest

from kit.chain.jit import fees, jits, pool, position, span
from kit.events import WETH, Liquidity, Transfer
from tests.chain.pools import TOKEN, UNISWAP_V2, swap

MANAGER = "manager"


def change(index, way, who="eve", owner=MANAGER, lower=-60, upper=0, amounts=(700, 300), **fields):
    its = {"block": 1, "index": index, "hash": f"0xt{index}", "place": (0,), "pool": "0xpool", "protocol": "uniswap_v3",
           "change": way, "origin": who, "target": f"{who}_bot", "owner": owner, "lower": lower, "upper": upper,
           "liquidity": 50, "tokens": (TOKEN, WETH), "amounts": amounts}
    return Liquidity(**its | fields)


def mint(index, who="eve", **fields):
    return change(index, 1, who, **fields)


def burn(index, who="eve", **fields):
    return change(index, -1, who, **fields)


def victim(index, who="ann", **fields):
    return swap(index, who, "buy", 1_000, 5_000, **fields)


def test_a_position_opened_before_a_strangers_swap_and_closed_behind_it():
    opened, closed = mint(0), burn(2, amounts=(200, 900))
    its, = jits([closed, opened], [victim(1)])
    assert (its.block, its.pool, its.owner, its.mint, its.burn) == (1, "0xpool", MANAGER, opened, closed)
    assert its.victims == (victim(1),)
    assert (its.width, its.same_signer, its.adjacent, its.change) == (60, True, True, (-500, 600))


def test_what_one_transaction_does_with_several_tokens_is_one_change():
    parts = {"lower": None, "upper": None, "liquidity": None}
    opened = [mint(0, tokens=(token,), amounts=(7,), place=(i,), **parts) for i, token in enumerate((TOKEN, WETH))]
    closed = [burn(2, tokens=(token,), amounts=(9,), place=(i,), **parts) for i, token in enumerate((WETH, TOKEN))]
    its, = jits(opened + closed, [victim(1)])
    assert (its.mint.tokens, its.mint.amounts, its.change) == ((TOKEN, WETH), (7, 7), (2, 2))
    alone, = jits([opened[0], closed[0]], [victim(1)])
    assert alone.change == (-7,) and fees(alone, []) == (0,)
    ranges = [mint(0, place=(0,)), mint(0, place=(1,), amounts=(1, 2), liquidity=3), burn(2)]
    its, = jits(ranges, [victim(1)])
    assert (its.mint.amounts, its.mint.liquidity, its.mint.place) == ((701, 302), 53, (0,))


@pytest.mark.parametrize(("liquidity", "swaps"), [
    ([mint(0), burn(2)], []),
    ([mint(0), burn(2)], [victim(0, place=(9,))]),
    ([mint(0), burn(2)], [victim(2, place=(0,))]),
    ([mint(0), burn(2)], [victim(3)]),
    ([mint(0), burn(2)], [victim(1, block=2)]),
    ([mint(0), burn(2)], [victim(1, pool="0xother")]),
    ([mint(0), burn(2)], [victim(1, "eve")]),
    ([mint(0, owner="eve_bot"), burn(2, owner="eve_bot")], [victim(1, "bob", target="eve_bot")]),
    ([mint(0, owner="eve_bot"), burn(2, owner="eve_bot")], [victim(1, "bob", sender="eve_bot")]),
    ([mint(0), burn(0, place=(2,))], [victim(0, place=(1,))]),
    ([mint(0), burn(2, block=2)], [victim(1), victim(1, block=2)]),
    ([mint(2), burn(0)], [victim(1)]),
    ([mint(0)], [victim(1)]),
    ([mint(0), burn(2, pool="0xother")], [victim(1)]),
    ([mint(0), burn(2, lower=-120)], [victim(1)]),
    ([mint(0), burn(2, upper=60)], [victim(1)]),
    ([mint(0, owner="bob"), burn(2)], [victim(1)]),
    ([mint(0), burn(2, liquidity=0)], [victim(1)]),
    ([mint(0), burn(2, liquidity=None, amounts=(0, 0))], [victim(1)]),
], ids=["no swap", "within the mint's transaction", "within the burn's", "behind both", "another block", "another pool",
        "own swap", "owner's contract called", "owner's contract asks", "one transaction", "burnt a block later",
        "burnt before", "not burnt", "burnt elsewhere", "another lower tick", "another upper tick", "another's mint",
        "fees collected", "nothing taken out"])
def test_what_is_no_attack(liquidity, swaps):
    assert jits(liquidity, swaps) == []


def test_several_victims_and_others_in_between():
    its, = jits([mint(0), burn(5)], [victim(3), victim(1), victim(2, "eve")])
    assert [one.index for one in its.victims] == [1, 3] and not its.adjacent
    its, = jits([mint(3), burn(6)], [victim(4), victim(5)])
    assert its.adjacent


def test_a_victim_that_comes_through_a_router_is_one():
    assert len(jits([mint(0), burn(2)], [victim(1, target=UNISWAP_V2, sender=UNISWAP_V2)])) == 1


def test_pools_without_ranges_have_no_width():
    its, = jits([mint(0, lower=None, upper=None), burn(2, lower=None, upper=None)], [victim(1)])
    assert its.width is None


def test_signers_may_differ():
    its, = jits([mint(0), burn(2, "bob")], [victim(1)])
    assert its.same_signer is False
    its, = jits([mint(0, origin=None), burn(2, origin=None)], [victim(1)])
    assert its.same_signer is None
    assert jits([mint(0), burn(2, "bob")], [victim(1, "bob")]) == []


def test_a_burn_closes_the_last_open_mint_once():
    two = [mint(0), mint(1), burn(3), burn(5)]
    assert [(its.mint.index, its.burn.index) for its in jits(two, [victim(2), victim(4)])] == [(1, 3), (0, 5)]


def test_a_mint_of_the_burns_own_transaction_closes_nothing():
    moved = [mint(0), mint(2), burn(2, place=(1,))]
    assert [its.mint.index for its in jits(moved, [victim(1)])] == [0]


def test_strangers_of_one_manager_and_range_are_one_owner_unless_each_mint_closes_once():
    """As in block 15,870,349: one stranger's attack after the other's."""
    theirs = [mint(0), burn(2), mint(3, "bob"), burn(5, "bob")]
    victims = [victim(1), victim(4, "cat")]
    assert [(its.mint.index, its.burn.index) for its in jits(theirs, victims)] == [(0, 2), (3, 5)]
    pairs = jits(theirs, victims, once=False)
    assert [(its.mint.index, its.burn.index, its.same_signer) for its in pairs] == [
        (0, 2, True), (0, 5, False), (3, 5, True)]


def test_others_ask_for_less():
    moved, owned = burn(2, lower=-120), burn(2, owner="bob")
    assert {same.__name__: [len(jits([mint(0), closed], [victim(1)], same=same)) for closed in (burn(2), owned, moved)]
            for same in (position, span, pool)} == {"position": [1, 0, 0], "span": [1, 1, 0], "pool": [1, 1, 1]}


def test_fees_are_what_the_pool_paid_beyond_what_was_taken_out():
    def paid(token, amount, sender="0xpool", hash="0xt2"):
        return Transfer(1, 2, hash, (1,), token, sender, "eve", amount)

    its, = jits([mint(0), burn(2, amounts=(200, 900))], [victim(1)])
    assert fees(its, [paid(TOKEN, 203), paid(WETH, 900)]) == (3, 0)
    assert fees(its, [paid(TOKEN, 203), paid(WETH, 800), paid(WETH, 107), paid(WETH, 5, sender="0xother"),
                      paid(WETH, 5, hash="0xt3")]) == (3, 7)


def test_the_order_in_which_events_are_given_does_not_matter():
    liquidity = [each._replace(block=block) for block in range(4) for each in (mint(0), mint(1), burn(4), burn(6))]
    swaps = [victim(index, block=block) for block in range(4) for index in (2, 5)]
    draw = random.Random(7)
    found = jits(draw.sample(liquidity, len(liquidity)), draw.sample(swaps, len(swaps)))
    assert found == jits(liquidity, swaps) and len(found) == 8
