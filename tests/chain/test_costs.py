"""Costs of attacks: gas and payments of the attacker's own transactions, once each; unknown is not nothing."""

from kit.chain.costs import costs
from kit.chain.sandwich import sandwiches
from kit.events import WETH
from tests.chain.pools import ETH, sandwich, swap, transaction


def ether():
    """An attack that gains a tenth of an ether."""
    return [its._replace(amount_in=its.amount_in * 10**15, amount_out=its.amount_out * 10**15) for its in sandwich()]


def test_gas_and_payments_of_front_and_back_are_taken_off():
    swaps = ether()
    front, victim, back = (transaction(its) for its in swaps)
    its, = costs(sandwiches(swaps), [front, victim._replace(gas_price=10**12), back._replace(coinbase=ETH // 50)])
    assert (its.block, its.gas, its.payments) == (1, 2 * 100_000 * 50 * 10**9, ETH // 50)
    assert its.net == ETH // 10 - its.gas - its.payments == 7 * ETH // 100


def test_unknown_is_none_and_not_nothing():
    swaps = ether()
    front, victim, back = (transaction(its) for its in swaps)
    for unknown in ({"gas_used": None}, {"gas_price": None}):
        its, = costs(sandwiches(swaps), [front, victim, back._replace(**unknown)])
        assert (its.gas, its.payments, its.net) == (None, 0, None)
    its, = costs(sandwiches(swaps), [front, victim, back._replace(coinbase=None)])
    assert its.gas and (its.payments, its.net) == (None, None)
    assert costs(sandwiches(swaps), [])[0][2:] == (None, None, None)


def test_gas_that_cost_nothing_is_known():
    swaps = ether()
    its, = costs(sandwiches(swaps), [transaction(its, gas_price=0, coinbase=ETH // 40) for its in swaps])
    assert (its.gas, its.net) == (0, ETH // 20)


def test_gains_that_are_not_ether_have_no_net():
    swaps = [its._replace(token_in="0xusd" if its.token_in == WETH else its.token_in,
                          token_out="0xusd" if its.token_out == WETH else its.token_out) for its in ether()]
    its, = costs(sandwiches(swaps), [transaction(its) for its in swaps])
    assert its.gas and its.net is None


def test_a_transaction_that_serves_two_attacks_is_paid_once():
    swaps = ether()
    twin = [its._replace(pool="0xtwin", place=(1,), token_in=its.token_in if its.token_in == WETH else "0xtwin token",
                         token_out=its.token_out if its.token_out == WETH else "0xtwin token") for its in swaps]
    attacks = sandwiches(swaps + twin)
    found = costs(attacks, [transaction(its) for its in swaps])
    assert [its.gas for its in found] == [10**16, 0] and sum(its.net for its in found) == 2 * ETH // 10 - 10**16


def test_two_swaps_in_one_transaction_are_paid_once():
    swaps = ether()
    swaps += [swap(2, "eve", "sell", 1, 1, hash=swaps[2].hash, place=(9,))]
    assert costs(sandwiches(swaps), [transaction(its) for its in swaps])[0].gas == 10**16
