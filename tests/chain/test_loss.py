"""Victims' losses: the formula's known numbers, replays that are refused, and laws of who loses and who gains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.chain.loss import amount_in, amount_out, losses
from kit.chain.sandwich import sandwiches
from kit.events import WETH
from kit.refusal import Refusal
from tests.chain.pools import ETH, TOKEN, Pool, swap


def attacked(victims=(10 * ETH,), front=5 * ETH, **pool):
    """A pool in which a front of ether precedes victims and is undone behind them."""
    pool = Pool(**pool)
    tokens = pool.trade(0, "eve", "buy", front)
    for i, paid in enumerate(victims, 1):
        pool.trade(i, f"victim{i}", "buy", paid)
    pool.trade(len(victims) + 1, "eve", "sell", tokens)
    return pool


def test_amounts_are_the_routers_own():
    """Uniswap's own test of its library: 2 paid into (100, 100) give 1; for 1 out, 2 must be paid."""
    assert amount_out(2, 100, 100, 9_970) == 1 and amount_in(1, 100, 100, 9_970) == 2
    assert amount_in(100, 100, 100, 9_970) is None
    assert amount_out(10**18, 5 * 10**18, 10**19, 9_970) == 1662497915624478906


@given(st.integers(1, 10**24), st.integers(10**3, 10**27), st.integers(10**3, 10**27), st.integers(1, 1_000))
def test_what_was_asked_for_is_got_for_what_must_be_paid(paid, reserve_in, reserve_out, fee):
    kept = 10_000 - fee
    got = amount_out(paid, reserve_in, reserve_out, kept)
    assert 0 <= got < reserve_out and amount_in(got, reserve_in, reserve_out, kept) <= paid + 1
    assert amount_out(amount_in(got, reserve_in, reserve_out, kept), reserve_in, reserve_out, kept) >= got


def test_the_loss_is_what_the_untouched_pool_would_have_paid_more():
    pool = attacked()
    (loss,) = losses(sandwiches(pool.swaps), pool.swaps)
    untouched = Pool().trade(0, "victim", "buy", 10 * ETH)
    assert (loss.received, loss.without) == (pool.swaps[1].amount_out, untouched)
    assert loss.loss == untouched - pool.swaps[1].amount_out > 0 and loss.token == TOKEN and loss.reason is None
    assert (loss.block, loss.pool, loss.hash) == (1, "0xpool", "0xt1")


def test_a_loss_in_ether_is_what_was_paid_too_much_or_received_too_little():
    pool = attacked()
    (loss,) = losses(sandwiches(pool.swaps), pool.swaps)
    assert loss.ether == loss.overpaid == 10 * ETH * loss.loss // loss.without
    assert loss.received * 10 * ETH == pytest.approx((10 * ETH - loss.ether) * loss.without, rel=1e-15)
    pool = Pool()
    ether = pool.trade(0, "eve", "sell", 9_000 * ETH)
    pool.trade(1, "ann", "sell", 8_000 * ETH)
    pool.trade(2, "eve", "buy", ether)
    (loss,) = losses(sandwiches(pool.swaps), pool.swaps)
    assert (loss.token_in, loss.token, loss.ether) == (TOKEN, WETH, loss.loss) and loss.loss > 0
    assert loss._replace(without=0, received=0, loss=0).overpaid == 0
    assert loss._replace(token="0xusd").ether is loss._replace(loss=None).ether is None


def test_the_second_victim_comes_after_the_first_in_both_histories():
    pool, untouched = attacked((10 * ETH, 3 * ETH)), Pool()
    expected = [untouched.trade(i, "v", "buy", paid) for i, paid in enumerate((10 * ETH, 3 * ETH))]
    assert [its.without for its in losses(sandwiches(pool.swaps), pool.swaps)] == expected


def test_strangers_between_trade_in_both_histories():
    pool, untouched = Pool(), Pool()
    tokens = pool.trade(0, "eve", "buy", 5 * ETH)
    for its in (pool, untouched):
        its.trade(1, "bob", "sell", 4_000 * ETH)
        its.trade(2, "ann", "buy", 10 * ETH)
    pool.trade(3, "eve", "sell", tokens)
    (loss,) = losses(sandwiches(pool.swaps), pool.swaps)
    assert loss.without == untouched.swaps[-1].amount_out


def test_another_fee_is_another_parameter():
    pool = attacked(fee=25)
    assert losses(sandwiches(pool.swaps), pool.swaps, fee=25)[0].loss > 0
    assert losses(sandwiches(pool.swaps), pool.swaps)[0].reason == "no constant product with this fee"


def test_who_fixes_what_it_buys_is_replayed_too():
    pool = Pool()
    tokens = pool.trade(0, "eve", "buy", 5 * ETH)
    wanted = 7_777 * ETH
    paid = amount_in(wanted, pool.held[WETH], pool.held[TOKEN], 9_970)
    held = pool.held[WETH] + paid, pool.held[TOKEN] - wanted
    pool.swaps.append(swap(1, "ann", "buy", paid, wanted, reserve_in=held[0], reserve_out=held[1]))
    pool.held = dict(zip((WETH, TOKEN), held, strict=True))
    pool.trade(2, "eve", "sell", tokens)
    (loss,) = losses(sandwiches(pool.swaps), pool.swaps)
    assert loss.received == wanted and loss.loss == Pool().trade(0, "ann", "buy", paid) - wanted > 0


def test_unknown_is_none_and_says_why():
    pool = attacked()
    blind = [its._replace(reserve_in=None) for its in pool.swaps]
    victim, back = pool.swaps[1:]
    less = victim._replace(amount_out=victim.amount_out - ETH, reserve_out=victim.reserve_out + ETH)
    curved = [pool.swaps[0], less, back]
    filled = [pool.swaps[0], victim._replace(reserve_in=victim.reserve_in + ETH), back]
    for swaps, reason in ((blind, "reserves are not recorded"), (curved, "no constant product with this fee"),
                          (filled, "liquidity changed in between")):
        (loss,) = losses(sandwiches(swaps), swaps)
        assert (loss.without, loss.loss, loss.reason) == (None, None, reason)


def test_an_attack_whose_swaps_are_missing_is_refused():
    pool = attacked()
    with pytest.raises(Refusal, match="missing"):
        losses(sandwiches(pool.swaps), pool.swaps[1:])


AMOUNT = st.integers(10**15, 30 * ETH)


@given(AMOUNT, st.lists(AMOUNT, min_size=1, max_size=4))
def test_every_victim_of_an_attack_on_a_constant_product_loses(front, victims):
    pool = attacked(victims, front)
    (attack,) = sandwiches(pool.swaps)
    found = losses([attack], pool.swaps)
    assert len(found) == len(victims) and all(its.loss > 0 for its in found)


@given(AMOUNT, st.lists(AMOUNT, min_size=1, max_size=4), st.sampled_from([0, 30]))
def test_what_the_attacker_gains_the_victims_lose(front, victims, fee):
    """The gain is what the victims' losses together would fetch in the untouched pool; with a fee it is less, and
    providers have the rest.
    """
    pool = attacked(victims, front, fee=fee)
    (attack,) = sandwiches(pool.swaps)
    lost = sum(its.loss for its in losses([attack], pool.swaps, fee=fee))
    untouched = Pool(fee=fee)
    for i, paid in enumerate(victims):
        untouched.trade(i, "victim", "buy", paid)
    fetched = amount_out(lost, untouched.held[TOKEN], untouched.held[WETH], 10_000)
    gain, rounding = attack.got - attack.paid, len(victims) + 2
    assert gain <= fetched + rounding
    assert fee or abs(gain - fetched) <= rounding
