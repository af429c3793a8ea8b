"""Impact against closed forms: known answers, and small markets that can be followed by hand."""

import numpy as np
import pandas as pd
import pytest

from kit import compute
from kit.clock import SECOND, utc
from tests.factors.test_order_flow import bars, seconds


def met(middle, size, side, time=None):
    """Orders with the quote strictly before each, a spread of a hundredth about `middle`."""
    middle, side = np.asarray(middle, dtype=float), np.asarray(side)
    time = np.arange(len(middle)) if time is None else np.asarray(time)
    return pd.DataFrame({"time": utc(time * SECOND), "price": middle, "side": side, "bid": middle - 0.005,
                         "ask": middle + 0.005, "size": np.broadcast_to(size, len(middle)).astype(float),
                         "bid_size": 1.0, "ask_size": 1.0})


def symmetric(n, impact=1e-4, noise=0.0, seed=0):
    """Buys lift the mid by as much as sells press it, on average."""
    rng = np.random.default_rng(seed)
    side = rng.choice([-1, 1], n)
    move = impact * side + noise * rng.normal(size=n)
    return met(100 * np.exp(np.r_[0, np.cumsum(move)[:-1]]), 4.0, side)


def test_impact_has_the_sign_of_its_order():
    """A buy of 4 that lifted the mid by 1 %, a sale of 9 that pressed it by 2 %: both moved it their way."""
    found = compute(met(100 * np.exp([0, 0.01, -0.01]), [4, 9, 1], [1, -1, 1]), "temporary_impact")["temporary_impact"]
    assert found.iloc[1:].tolist() == pytest.approx([0.01 / 2, 0.02 / 3]) and np.isnan(found.iloc[0])


def test_an_order_of_unknown_side_has_no_impact_and_is_not_averaged():
    market = met(100 * np.exp([0, 0.01, 0.02, 0.03, 0.03]), 4.0, [1, 0, 1, 1, 1])
    found = compute(market, "temporary_impact", "vw_impact", window=2)
    assert np.isnan(found["temporary_impact"].iloc[2]) and found["vw_impact"].iloc[3] == pytest.approx(0.005)


def test_what_lasted_is_said_when_it_is_known():
    """The label at t is the factor at t + horizon."""
    market = symmetric(300, noise=1e-4)
    lasted = compute(market, "permanent_impact", horizon="10s")["permanent_impact"]
    ahead = compute(market, "impact_ahead", horizon="10s")["impact_ahead"]
    np.testing.assert_allclose(lasted.iloc[10:], ahead.iloc[:-10], rtol=1e-12)
    assert lasted.iloc[:10].isna().all() and ahead.iloc[-10:].isna().all()


def test_a_market_that_knows_no_sides_has_no_asymmetry():
    market = symmetric(4000, noise=5e-5)
    value = compute(market, "impact_asymmetry", "vw_impact", window="3000s").iloc[-1]
    assert abs(value["impact_asymmetry"]) < 0.03
    assert value["vw_impact"] == pytest.approx(1e-4 / 2, rel=0.05)


def test_buys_that_move_three_times_as_much_have_an_asymmetry_of_a_half():
    side = np.tile([1, -1], 200)
    move = np.where(side > 0, 3e-4, -1e-4)
    market = met(100 * np.exp(np.r_[0, np.cumsum(move)[:-1]]), 4.0, side)
    assert compute(market, "impact_asymmetry", window="100s").iloc[-1, 0] == pytest.approx(0.5)


def test_orders_weigh_by_their_size():
    market = met(100 * np.exp([0, 0.01, 0.01, 0.01]), [1, 9, 4, 1], [1, 1, 1, 1])
    assert compute(market, "vw_impact", window=3).iloc[-1, 0] == pytest.approx(0.01 / (1 + 9 + 4))


def test_momentum_is_a_difference_of_means():
    market = symmetric(200)
    market = pd.concat([market, symmetric(200, impact=3e-4).assign(time=utc((200 + np.arange(200)) * SECOND))])
    found = compute(market, "impact_momentum", smooth="20s", change="50s")["impact_momentum"]
    assert found.iloc[240] == pytest.approx(1e-4, rel=1e-6) and abs(found.iloc[-1]) < 1e-12


def test_the_root_of_size_doubles_what_four_times_the_size_does():
    market = symmetric(400)
    market.loc[market.index[-1], "size"] = 16.0
    two = compute(market, "square_root_impact", window="300s")["square_root_impact"].iloc[[-2, -1]]
    assert two.iloc[1] / two.iloc[0] == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("window", ["100s", "300s"])
def test_the_length_of_the_window_drops_out(window):
    """Volume and variance grow alike: impact of a move of 1e-4 and size 4 an order is 1e-4, whatever the window."""
    value = compute(symmetric(400), "square_root_impact", window=window).iloc[-1, 0]
    assert value == pytest.approx(1e-4, rel=1e-6)


def moved(flow, change):
    """A grid in which the mid changes by `change` in the second of each flow."""
    middle = 1000 + np.cumsum(change)
    table = seconds(np.maximum(flow, 0), np.maximum(-flow, 0))
    return table.assign(bid=middle - 0.5, ask=middle + 0.5)


def test_kyle_has_an_intercept():
    """Known: dp = .3 x + .1; through the origin the slope is wrong."""
    flow = np.random.default_rng(3).normal(2, 1, 300)
    change = 0.3 * flow + 0.1
    assert compute(moved(flow, change), "kyle_lambda", window="200s").iloc[-1, 0] == pytest.approx(0.3, rel=1e-9)
    assert (change @ flow) / (flow @ flow) > 0.33


def test_hasbrouck_takes_returns_with_their_sign():
    """The slope of signed returns is found; that of absolute ones on the same flow is about 0 (FRAMEWORK D-19)."""
    rng = np.random.default_rng(4)
    flow = rng.normal(0, 2, 3000)
    root = np.sign(flow) * np.sqrt(np.abs(flow) * 100.5)
    returns = 1e-5 * root + rng.normal(0, 1e-5, 3000)
    middle = 1000 * np.exp(np.cumsum(returns))
    table = moved(flow, 0 * flow).assign(bid=middle - 0.5, ask=middle + 0.5)
    assert compute(table, "hasbrouck_lambda", window="2900s").iloc[-1, 0] == pytest.approx(1e-5, rel=0.02)
    assert abs(np.cov(np.abs(returns), root)[0, 1] / root.var()) < 2e-7


def test_amihud():
    """Known: (.01, 1e6), (-.02, 2e6), (0, 1e6) -> 6.6667e-9; bars without trades do not count."""
    close = 100 * np.exp(np.cumsum([0, 0.01, -0.02, 0, 0]))
    table = bars(close, volume=[1, 1, 1, 1, 0]).assign(quote_volume=[1e6, 1e6, 2e6, 1e6, 0])
    assert compute(table, "amihud", window=3).iloc[3:, 0].tolist() == pytest.approx([6.6667e-9] * 2, rel=1e-4)


def test_quotes_that_begin_late_do_not_silence_the_hour():
    market = symmetric(400)
    market.loc[market.index[:3], ["bid", "ask"]] = np.nan
    value = compute(market, "impact_asymmetry", "vw_impact", "square_root_impact", window="380s").iloc[-1]
    assert value.notna().all()
