"""Back-runs: arbitrage behind what set it off, and what does not."""

import pytest

from kit.chain.arbitrage import arbitrages
from kit.chain.backrun import backruns
from kit.events import WETH
from tests.chain.pools import TOKEN, swap
from tests.chain.test_arbitrage import USD, triangle


def behind(*earlier):
    """Back-runs of the triangle, which takes tokens out of pool a in transaction 3, behind other swaps."""
    loop = triangle()
    return backruns([*loop, *earlier], arbitrages(loop))


def test_an_arbitrage_against_the_transaction_before_it():
    moved = swap(2, "ann", "sell", 9_000, 1_500, pool="a")
    its, = behind(moved)
    assert (its.block, its.trigger, its.adjacent) == (1, moved, True)
    assert its.arbitrage == arbitrages(triangle())[0]


def test_the_last_of_several_triggers_counts():
    first, last = swap(0, "ann", "sell", 9_000, 1_500, pool="a"), swap(1, "bob", "sell", 100, 15, pool="a")
    its, = behind(last, first)
    assert its.trigger == last and not its.adjacent


def test_any_pool_of_the_loop_may_have_been_moved():
    moved = swap(2, "ann", "buy", 1, 1, pool="c", token_in=WETH, token_out=USD)
    assert [its.trigger for its in behind(moved)] == [moved]


@pytest.mark.parametrize("earlier", [
    [],
    [swap(2, "ann", "buy", 1_500, 9_000, pool="a")],
    [swap(2, "ann", "sell", 9_000, 1_500, pool="a", protocol="0x")],
    [swap(4, "ann", "sell", 9_000, 1_500, pool="a")],
    [swap(2, "ann", "sell", 9_000, 1_500, pool="z")],
    [swap(2, "ann", "sell", 9_000, 1_500, pool="a", block=2)],
    [swap(2, "ann", "sell", 9_000, 1_500, pool="a", token_out=USD)],
    [swap(1, "ann", "sell", 9_000, 1_500, pool="a"), swap(2, "bob", "buy", 1_500, 9_000, pool="a")],
    [swap(2, "mary", "sell", 9_000, 1_500, pool="a")],
    [swap(2, "eve", "sell", 9_000, 1_500, pool="a", target="bot")],
    [swap(2, "eve", "sell", 9_000, 1_500, pool="a", recipient="bot")],
], ids=["nothing", "same way", "an order", "later", "another pool", "another block", "another pair", "taken back",
        "own signer", "own contract", "own account"])
def test_what_sets_nothing_off(earlier):
    assert behind(*earlier) == []


def test_contracts_that_are_not_known_are_not_the_same():
    loop = [one._replace(target=None) for one in triangle()]
    moved = swap(2, "ann", "sell", 9_000, 1_500, pool="a", target=None)
    assert len(backruns([moved, *loop], arbitrages(loop))) == 1


def test_a_deal_half_taken_back_still_stands():
    sold, bought = swap(1, "ann", "sell", 9_000, 1_500, pool="a"), swap(2, "bob", "buy", 700, 4_000, pool="a")
    assert [its.trigger for its in behind(sold, bought)] == [sold]
    assert sold.token_in == TOKEN
