"""D-02, D-13, D-17 to D-20, D-26: sketches of flow and impact, and the markets that show what is wrong with them."""

import numpy as np
import pandas as pd
import pytest

from kit import compute
from kit.clock import SECOND, utc
from kit.factor import find
from kit.flow import classify, impact, stylised
from kit.sampling import matched, orders
from tests.factors.test_impact import met, symmetric
from tests.factors.test_order_flow import seconds


def sketch_classify(prices, volumes):
    """The framework's "Lee-Ready"."""
    mid = (prices["bid"] + prices["ask"]) / 2
    return np.where(prices["trade"] > mid, 1, -1)


def sketch_impacts(market):
    """The framework's market_impact_factors on orders with their mid before, unsigned as sketched."""
    mid = (market["bid"] + market["ask"]) / 2
    table = pd.DataFrame({"change": mid.shift(-1) - mid, "later": mid.shift(-100) - mid, "side": market["side"]})
    table["temporary"] = table["change"] / np.sqrt(market["size"])
    table["permanent"] = table["later"] / np.sqrt(market["size"])
    return table


def sketch_asymmetry(temporary, side):
    buy, sell = temporary[side == 1].mean(), temporary[side == -1].mean()
    return (buy - sell) / (buy + sell)


def test_d02_the_sketch_of_order_flow_does_not_run():
    ticks = pd.DataFrame({"bid": [1.0], "ask": [2.0], "trade": [2.0], "volume": [1.0]})
    with pytest.raises(TypeError):
        sketch_classify(ticks)
    assert compute(seconds([1] * 70, [0] * 70), "order_flow_imbalance").iloc[-1, 0] == 1


def test_d13_what_the_whole_sample_says_was_not_known_on_the_day():
    """Buyers move the market more in its second half only: the sketch says so of every row, the kit when it happens."""
    side = np.tile([1, -1], 400)
    move = np.where(side > 0, np.where(np.arange(800) < 400, 1e-4, 3e-4), -1e-4)
    market = met(100 * np.exp(np.r_[0, np.cumsum(move)[:-1]]), 4.0, side)
    table = sketch_impacts(market)
    assert sketch_asymmetry(table["temporary"] * side, table["side"]) > 0.3
    trailing = compute(market, "impact_asymmetry", window="100s")["impact_asymmetry"]
    assert trailing.iloc[399] == pytest.approx(0, abs=1e-9) and trailing.iloc[-1] == pytest.approx(0.5)
    again = compute(market.iloc[:400], "impact_asymmetry", window="100s")["impact_asymmetry"]
    pd.testing.assert_series_equal(trailing.iloc[:400], again)


def test_d13_permanent_impact_is_a_label_or_late():
    market = symmetric(300, noise=1e-4)
    whole, part = (sketch_impacts(table)["permanent"] for table in (market, market.iloc[:200]))
    assert whole.iloc[150] != part.iloc[150] and np.isnan(part.iloc[150]) and np.isfinite(whole.iloc[150])
    kept, cut = (compute(table, "permanent_impact", horizon="100s") for table in (market, market.iloc[:200]))
    pd.testing.assert_frame_equal(kept.iloc[:200], cut)
    assert find("impact_ahead").future and not find("permanent_impact").future


@pytest.mark.parametrize("name", ["flow_momentum", "impact_momentum"])
def test_d17_a_percentage_of_what_changes_its_sign_explodes(name):
    up = np.random.default_rng(0).random(6000) < 0.5
    flow = compute(seconds(up, ~up), "order_flow_imbalance")["order_flow_imbalance"]
    sketched = flow.rolling(20).mean().pct_change(10).replace([np.inf, -np.inf], np.nan).dropna()
    assert sketched.abs().quantile(0.999) > 20
    if name == "flow_momentum":
        momentum = compute(seconds(up, ~up), name)[name].dropna()
        assert momentum.abs().max() < 1 and abs(momentum.mean()) < 0.01
    else:
        momentum = compute(symmetric(3000, noise=1e-3), name, smooth="20s", change="10s")[name].dropna()
        assert momentum.abs().max() < 1e-3 and abs(momentum.mean()) < 1e-5


def test_d18_unsigned_impacts_cancel_where_they_should_add():
    """A market symmetric by construction: the sketch divides by what is nearly nothing."""
    market = symmetric(20_000, noise=2e-5, seed=3)
    table = sketch_impacts(market)
    assert abs(sketch_asymmetry(table["temporary"], table["side"])) > 30
    assert abs(compute(market, "impact_asymmetry", window="19000s").iloc[-1, 0]) < 0.005


def test_d19_impact_is_the_root_of_a_share_of_volume_and_its_exponent_is_fitted():
    """Called linear, sketched as a root, never used: counted in other units of size, impact over its root changes."""
    market = symmetric(400, noise=1e-5)
    finer = market.assign(size=market["size"] * 100)
    unsized, scaled = (sketch_impacts(table)["temporary"].abs().mean() for table in (market, finer))
    assert unsized == pytest.approx(10 * scaled)
    ours = [compute(table, "square_root_impact", window="300s").iloc[-1, 0] for table in (market, finer)]
    assert ours[0] == pytest.approx(ours[1])
    found = impact.least_squares(impact.grouped(*stylised.power_law(20_000, exponent=0.7, noise=1.0))).exponent
    assert found.low < 0.7 < found.high and found.high < 1


def test_d19_absolute_returns_know_no_sign():
    rng = np.random.default_rng(0)
    flow = rng.normal(size=5000)
    returns = 0.5 * flow + rng.normal(size=5000)
    assert abs(impact.kyle(np.abs(returns), flow).loc["lambda", "value"]) < 0.05
    assert impact.kyle(returns, flow).loc["lambda", "value"] == pytest.approx(0.5, abs=0.05)


def test_d20_trades_at_the_mid_are_not_all_sales():
    """A market in which every second buy is at the mid: the sketch calls these sales, the tick rule does not."""
    price = np.tile([100.0, 101.0], 200)
    ticks = pd.DataFrame({"trade": price, "bid": price - 1.0, "ask": price + 1.0})
    assert (sketch_classify(ticks, None) == -1).all()
    said = classify.lee_ready(price, price - 1, price + 1)
    assert said[0] == 0 and (said[1::2] == 1).all() and (said[2::2] == -1).all()


def test_d20_the_quote_of_the_trades_own_time_has_moved():
    """Every trade takes the touch and moves the quote past it in the same nanosecond."""
    side = np.random.default_rng(1).choice([-1, 1], 300)
    middle = 100 + 0.06 * np.cumsum(side)
    time = utc(np.arange(1, 301) * SECOND)
    trades = pd.DataFrame({"time": time, "price": middle - 0.06 * side + 0.01 * side, "size": 1.0, "side": 0})
    quotes = pd.DataFrame({"time": utc(np.arange(301) * SECOND), "bid": np.r_[100, middle] - 0.01,
                           "ask": np.r_[100, middle] + 0.01, "bid_size": 1.0, "ask_size": 1.0})
    late = pd.merge_asof(trades, quotes, on="time").rename(columns={"price": "trade"})
    assert (sketch_classify(late, None) == -side).all()
    assert (matched(trades, quotes)["side"] == side).all()


def test_d26_one_large_order_is_not_a_hundred_small_ones():
    """Every hundredth order is a hundred times as large, and is printed in a hundred pieces."""
    pieces = np.where(np.arange(3000) % 100 == 99, 100, 1)
    time = np.repeat(np.arange(3000), pieces)
    side = np.repeat(np.random.default_rng(0).choice([-1, 1], 3000), pieces)
    prints = pd.DataFrame({"time": utc(time * SECOND), "price": 100.0, "size": 1.0, "side": side})
    large = prints["size"] > prints["size"].rolling(1440).quantile(0.9)
    assert not large.any()
    flow = compute(orders(prints), "institutional_flow", flow="100s", memory="1000s")["institutional_flow"]
    assert (flow.dropna().abs() == 100).mean() > 0.95


def test_d26_an_order_is_not_compared_with_itself():
    """The first large order after many equal ones: in a window that holds it, at the top, it raises its own bar."""
    size = np.r_[np.ones(9), 10.0]
    assert not size[-1] > pd.Series(size).rolling(2).quantile(1.0).iloc[-1]
    orders_ = pd.DataFrame({"time": utc(np.arange(10) * SECOND), "price": 100.0, "size": size, "side": 1})
    assert compute(orders_, "institutional_flow", flow="2s", memory="2s", quantile=1.0).iloc[-1, 0] == 10
