"""The taker: known answers, exact fractions, and what must hold of any market."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from kit.execution import Constant, Fees, Funding, Signal, market, taker
from kit.mirror import mirror
from kit.refusal import Refusal
from tests.execution.plain_market import at, chance, exact_taker, flat, orders, quotes

NOW, FREE, FIVE = Constant("0ms"), Fees(0.0, 0.0), Fees(taker=5.0)


def test_going_long_costs_the_spread_at_once():
    equity = taker(flat(), orders(1, 1, 1), latency=NOW, fees=FREE, notional=1000.0, capital=10_000.0).equity()
    np.testing.assert_allclose(10_000 - equity, 1.998001998001998, rtol=1e-9)


def test_long_short_flat_at_five_basis_points():
    replayed = taker(flat(), orders(1, -1, 0), latency=NOW, fees=FIVE, notional=1000.0, capital=10_000.0)
    np.testing.assert_allclose(replayed.equity().iloc[:3], [9997.501998, 9994.500995, 9993.999994], atol=5e-7)
    assert len(replayed.fills) == replayed.summary()["fills"] == 4
    a, b, f = Fraction("100.1"), Fraction("99.9"), Fraction(5, 10_000)
    loss = 2 * 1000 * (a - b) * (1 / a + 1 / b) / 2 + 1000 * f * (2 + b / a + a / b)
    assert replayed.net == pytest.approx(-float(loss), rel=1e-9) == pytest.approx(-6.000006, abs=5e-7)


@pytest.mark.parametrize(("beyond", "sign"), [(-1e-7, -1), (1e-7, 1)])
def test_break_even_needs_the_spread_and_two_fees(beyond, sign):
    """The bid must reach ask (1 + f) / (1 - f): the mid must move by 0.300150, of a mid of 100."""
    move = 100.1 * 1.0005 / 0.9995 - 99.9
    assert move == pytest.approx(0.300150, abs=5e-7)
    rows = [(0, 99.9, 1e6, 100.1, 1e6), (1, 99.9 + move + beyond, 1e6, 100.1 + move + beyond, 1e6)]
    net = taker(market(quotes(rows)), orders(1, 0), latency=NOW, fees=FIVE, notional=1000.0).net
    assert np.sign(net) == sign and abs(net) < 1e-5


def test_fixed_notional_does_not_compound():
    """A hundred trades of 1 % each: 2.0 times the capital, not 2.7048 times."""
    rows, values = [], []
    for k in range(100):
        rows += [(2 * k, 100, 1e6, 100, 1e6), (2 * k + 1, 101, 1e6, 101, 1e6)]
        values += [1, 0]
    replayed = taker(market(quotes(rows)), orders(*values), latency=NOW, fees=FREE, notional=1000.0)
    assert replayed.equity().iloc[-1] == pytest.approx(2000.0, rel=1e-12)


@pytest.mark.parametrize("displayed", [True, False])
@pytest.mark.parametrize("hold", [None, "7s"])
@pytest.mark.parametrize("delay", ["0ms", "100ms", "3s"])
def test_exact_fractions_agree_on_random_markets(displayed, hold, delay):
    for seed in range(4):
        m, signal = chance(seed)
        replayed = taker(m, signal, latency=Constant(delay), fees=FIVE, notional=777.0, displayed=displayed, hold=hold)
        wait, longest = pd.Timedelta(delay).value, pd.Timedelta(hold or 0).value
        fills, net = exact_taker(m, signal, wait, Fraction(777), Fraction(5, 10_000), displayed, longest)
        got = replayed.fills
        assert len(got) == len(fills) > 40
        np.testing.assert_array_equal(got["time"].astype("int64"), [fill[0] for fill in fills])
        np.testing.assert_array_equal(got["side"], [fill[1] for fill in fills])
        np.testing.assert_array_equal(got["price"], [float(fill[2]) for fill in fills])
        np.testing.assert_allclose(got["size"], [float(fill[3]) for fill in fills], rtol=1e-9)
        assert replayed.net == pytest.approx(float(net), rel=1e-9)


def test_silence_trades_nothing():
    m, signal = chance(1)
    for quiet in (replace(signal, threshold=np.inf), replace(signal, value=np.full(len(signal.time), np.nan))):
        replayed = taker(m, quiet)
        assert replayed.fills.empty and replayed.net == 0
        assert (replayed.equity() == replayed.capital).all()


def test_a_threshold_for_each_row_is_the_same_as_one_for_all():
    m, signal = chance(2)
    one, each = taker(m, signal), taker(m, replace(signal, threshold=np.full(len(signal.time), 0.6)))
    assert one.fills.equals(each.fills)


@pytest.mark.parametrize("delay", ["0ms", "250ms"])
def test_the_mirrored_market_and_signal_mirror_the_profit(delay):
    """Reflected prices turn buys into sells, and give each base unit the same profit."""
    m, signal = chance(3)
    options = {"latency": Constant(delay), "fees": FREE, "displayed": False}
    there = taker(m, signal, **options)
    back = taker(replace(m, quotes=mirror(m.quotes, 250.0)), replace(signal, value=-signal.value), **options)
    np.testing.assert_array_equal(back.fills["side"], -there.fills["side"])
    np.testing.assert_array_equal(back.fills["time"], there.fills["time"])
    np.testing.assert_allclose(back.fills["price"], 250.0 - there.fills["price"], rtol=1e-12)
    profit, mirrored = (-(fills["side"] * fills["price"]).sum() for fills in (there.fills, back.fills))
    assert profit == pytest.approx(mirrored - 250.0 * there.fills["side"].sum(), rel=1e-9)


def test_an_order_meets_the_quote_one_latency_on():
    rows = [(0, 99, 5, 100, 5), (1, 199, 5, 200, 5), (2, 299, 5, 300, 5), (9, 299, 5, 300, 5)]
    prices = {delay: taker(market(quotes(rows)), Signal(at(1.0), np.ones(1)), latency=Constant(delay)).fills["price"]
              for delay in ("0ms", "1ms", "999ms", "1s", "8s", "9s")}
    assert {delay: list(price) for delay, price in prices.items()} == {
        "0ms": [200], "1ms": [200], "999ms": [200], "1s": [300], "8s": [300], "9s": []}


def test_what_is_not_displayed_is_asked_for_again_at_the_next_signal():
    m = flat(size=4.0, bid=99, ask=100)
    replayed = taker(m, orders(1, 1, 1, 1, 0, 0, 0), latency=NOW, fees=FREE, notional=1000.0)
    assert list(replayed.fills["size"]) == [4, 4, 2, 4, 4, 2]
    assert list(replayed.position().iloc[:7]) == [4, 8, 10, 10, 6, 2, 0]
    assert replayed.summary()["trades"] == 1 and replayed.summary()["orders"] == 2


def test_a_position_is_held_no_longer_than_told_nor_entered_again():
    replayed = taker(flat(20), orders(*[1] * 10, -1, 0, *[1] * 5), latency=NOW, hold="3s", notional=1000.0)
    assert [int(p > 0) - int(p < 0) for p in replayed.position()] == [1] * 3 + [0] * 7 + [-1, 0] + [1] * 3 + [0] * 5


def test_funding_is_paid_by_who_holds_at_the_hour():
    rows = [(second, 99.0, 1e6, 100.0, 1e6) for second in range(0, 9 * 3600, 600)]
    m = market(quotes(rows))
    payments = Funding(0.001).times(m.start, m.end)
    long = taker(m, orders(1), latency=NOW, fees=FREE, notional=1000.0, funding=Funding(0.001))
    assert len(payments) == 1 and payments[0] % (8 * 3600 * 10**9) == 0
    assert long.net == pytest.approx(-10.0 - 10 * 99 * 0.001)
    assert long.summary()["gross"] == pytest.approx(-10.0)
    assert long.summary()["net"] == pytest.approx(long.net)
    short = taker(m, orders(-1), latency=NOW, fees=FREE, notional=990.0, funding=Funding(0.001))
    assert short.net == pytest.approx(-10.0 + 10 * 100 * 0.001)


def test_profit_is_gross_less_fees_and_equity_ends_there():
    m, signal = chance(5)
    replayed = taker(m, signal, fees=FIVE)
    found = replayed.summary()
    assert found["net"] == pytest.approx(replayed.net, rel=1e-9)
    assert found["net"] == pytest.approx(found["gross"] - found["fees"], rel=1e-9)
    assert found["fees"] == pytest.approx(replayed.fills["fee"].sum(), rel=1e-12)
    assert replayed.equity().iloc[-1] - replayed.capital == pytest.approx(found["net"], rel=1e-9)
    assert found["max_position"] == pytest.approx(replayed.fills.eval("(side * size).cumsum().abs()").max())
    score = replayed.profit_per_trade()
    assert score.value == pytest.approx(found["net"] / found["trades"] / replayed.notional * 1e4)
    assert score.low < score.value < score.high
    turnover = replayed.profit_per_turnover()
    assert turnover.value == pytest.approx(found["net"] / found["turnover"] * 1e4)


@pytest.mark.parametrize("wrong", [
    lambda: Signal(at(1, 0), np.zeros(2)), lambda: Signal(at(0), np.zeros(2)), lambda: Signal(at(0), np.zeros(1), -1),
    lambda: Constant("soon"), lambda: Constant("-1ms"), lambda: Fees(np.nan),
    lambda: taker(flat(), orders(1), notional=0)])
def test_nonsense_is_refused(wrong):
    with pytest.raises(Refusal):
        wrong()
