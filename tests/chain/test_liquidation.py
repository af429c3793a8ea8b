"""Liquidations: worth and bonus on known prices."""

import pytest

from kit.chain.costs import costs
from kit.chain.liquidation import bonuses
from kit.events import ETHER, WETH, Liquidation
from tests.chain.pools import TOKEN, swap, transaction

USD = "0x" + "0d" * 20


def liquidation(debt=(USD, 3_000), collateral=(WETH, 1_050), index=3, block=1):
    return Liquidation(block, index, f"0xt{index}", (5,), "aave", "eve", "bob", *debt, *collateral)


def quote(index, usd, wei, place=0, block=1):
    """Dollars for ether."""
    return swap(index, "ann", "sell", usd, wei, token_in=USD, place=(place,), block=block)


def test_the_bonus_is_the_collaterals_worth_above_the_debts():
    one = liquidation()
    its, = bonuses([one], [quote(1, 300, 100)])
    assert (its.block, its.liquidation, its.own) == (1, one, ("0xt3",))
    assert (its.debt, its.collateral, its.profit, its.token) == (1_000, 1_050, 50, WETH)


def test_both_directions_of_a_swap_tell_one_price():
    bought = swap(1, "ann", "buy", 100, 300, token_out=USD)
    assert [its.debt for its in bonuses([liquidation()], [bought])] == [1_000]


@pytest.mark.parametrize(("quotes", "debt"), [
    ([quote(1, 300, 100), quote(2, 300, 90), quote(4, 300, 80)], 900),
    ([quote(2, 300, 90), quote(3, 300, 70, place=4), quote(3, 300, 60, place=6)], 700),
    ([quote(3, 300, 60, place=6), quote(4, 300, 80)], 600),
    ([quote(1, 300, 100, block=2)], None),
    ([quote(1, 0, 100)], None),
    ([quote(1, 7, 5)], 2_142),
], ids=["the last before", "within the transaction", "the first after", "another block", "nothing for something",
        "rounded down"])
def test_the_price_is_the_last_before_or_else_the_first_after(quotes, debt):
    its, = bonuses([liquidation()], quotes[::-1])
    assert its.debt == debt


def test_each_block_has_prices_of_its_own():
    both = [liquidation(), liquidation(block=2)]
    assert [its.debt for its in bonuses(both, [quote(1, 300, 100), quote(1, 300, 90, block=2)])] == [1_000, 900]


def test_without_a_price_nothing_is_known():
    its, = bonuses([liquidation(collateral=(TOKEN, 9))], [quote(1, 300, 100)])
    assert (its.debt, its.collateral, its.profit, its.token) == (1_000, None, None, None)


def test_ether_is_worth_itself_wrapped_or_not():
    its, = bonuses([liquidation((ETHER, 1_000), (WETH, 1_080))], [])
    assert (its.debt, its.collateral, its.profit) == (1_000, 1_080, 80)


def test_amounts_are_exact_beyond_floats():
    its, = bonuses([liquidation((ETHER, 10**30), (WETH, 10**30 + 1))], [])
    assert its.profit == 1


def test_what_it_cost_is_taken_off():
    known, unknown = bonuses([liquidation(), liquidation(collateral=(TOKEN, 9), index=4)], [quote(1, 300, 100)])
    paid = [transaction(swap(index, "eve", "buy", 1, 1), gas_price=2, gas_used=10, coinbase=5) for index in (3, 4)]
    assert [cost.net for cost in costs([known, unknown], paid)] == [25, None]
