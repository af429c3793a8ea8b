"""Order flow against closed forms: known answers, and what follows from the definitions."""

import numpy as np
import pandas as pd
import pytest
from scipy import special

from kit import compute, grid
from kit.clock import SECOND, utc
from kit.kernels.normal import error_function
from kit.sampling import orders


def quotes(*rows):
    table = pd.DataFrame(rows, columns=["bid", "bid_size", "ask", "ask_size"], dtype=float)
    return table.assign(time=utc(np.arange(len(rows)) * SECOND))


def trades(price, size, side, time=None):
    time = np.arange(len(side)) if time is None else np.asarray(time)
    frame = pd.DataFrame({"time": utc(time * SECOND), "side": side})
    return frame.assign(price=np.broadcast_to(price, len(side)).astype(float), size=np.broadcast_to(size, len(side)))


def seconds(bought, sold, bid=100.0, size=5.0):
    """A 1-second grid of given volumes a second at a price of 100.5."""
    n = len(bought)
    bought, sold = np.asarray(bought, dtype=float), np.asarray(sold, dtype=float)
    zero = np.zeros(n)
    return pd.DataFrame({
        "time": utc(np.arange(1, n + 1) * SECOND), "bid": bid + zero, "ask": bid + 1 + zero, "bid_size": size + zero,
        "ask_size": size + zero, "n_trades": zero, "volume": bought + sold, "buy_volume": bought, "sell_volume": sold,
        "notional": 100.5 * (bought + sold), "buy_notional": 100.5 * bought, "sell_notional": 100.5 * sold,
        "squared_size": zero, "dispersion": zero, "n_quotes": zero, "ofi": bought - sold, "resting_spread": 1 + zero})


def bars(close, volume=1.0, buy=0.5):
    close = np.asarray(close, dtype=float)
    volume = np.broadcast_to(volume, len(close)).astype(float)
    price = {name: close for name in ("open", "high", "low", "close")}
    return pd.DataFrame({"time": utc(np.arange(1, len(close) + 1) * SECOND), **price, "volume": volume,
                         "quote_volume": volume * close, "n_trades": volume, "buy_volume": buy * volume})


CONT = quotes((100, 10, 101, 5), (100, 14, 101, 5), (100, 14, 101, 2), (101, 3, 102, 7), (100, 8, 101, 4),
              (100, 8, 101, 4))
"""Known answers."""


def test_the_order_flow_imbalance_of_events():
    assert compute(CONT, "quote_ofi")["quote_ofi"].iloc[1:].tolist() == [4, 3, 5, -7, 0]


def test_the_grid_sums_the_same_events():
    rng = np.random.default_rng(1)
    bid = 100 + np.cumsum(rng.choice([-1, 0, 0, 1], 400)).astype(float)
    book = pd.DataFrame({"time": utc(np.sort(rng.integers(0, 90 * SECOND, 400))), "bid": bid, "ask": bid + 1,
                         "bid_size": rng.integers(1, 9, 400).astype(float), "ask_size": rng.integers(1, 9, 400) * 1.0})
    by_second = grid(book, trades(100.0, 1.0, [1, -1]), stale="60s").set_index("time")
    events = compute(book, "quote_ofi")["quote_ofi"]
    inside = events[(events.index > by_second.index[0]) & (events.index <= by_second.index[-1])]
    assert by_second["ofi"].iloc[1:].sum() == pytest.approx(inside.sum(), abs=1e-9)
    assert compute(by_second.reset_index(), "ofi", flow="10s")["ofi"].iloc[-1] == by_second["ofi"].iloc[-10:].sum()


def test_normalised_it_is_the_move_in_ticks():
    """Ten units a second in a book of 5 a side, for 10 seconds: 100 / (2 x 5)."""
    flow = compute(seconds([10] * 20, [0] * 20), "normalised_ofi")["normalised_ofi"]
    assert flow.iloc[-1] == 10 and np.isnan(flow.iloc[0])


def test_of_one_level_the_flow_of_many_is_that_of_the_touch():
    depth = CONT.rename(columns=lambda name: name if name == "time" else f"{name}_0")
    flow = compute(depth, "multi_level_ofi", flow="3s", levels=5)["multi_level_ofi"]
    sizes = (CONT["bid_size"] + CONT["ask_size"]).to_numpy()
    assert flow.iloc[3] == pytest.approx((4 + 3 + 5) / sizes[1:4].mean())


def test_imbalance_of_trades_is_the_papers_net_order_flow_over_a_minute():
    """One formula, two names; by notional."""
    table = seconds([3] * 130, [1] * 130)
    flow = compute(table, "order_flow_imbalance")["order_flow_imbalance"]
    assert flow.iloc[-1] == pytest.approx(0.5)
    paper = compute(table, "net_order_flow", flow="60s")["net_order_flow"]
    pd.testing.assert_series_equal(flow, paper, check_names=False)


def test_momentum_is_a_difference():
    table = seconds([1] * 120 + [0] * 120, [0] * 120 + [1] * 120)
    flow = compute(table, "flow_momentum", flow="10s", smooth="10s", change="30s")["flow_momentum"]
    assert flow.iloc[100] == 0 and flow.min() == pytest.approx(-2) and flow.iloc[-1] == 0


@pytest.mark.parametrize(("sides", "persistence"), [([1, -1] * 200, -1.0), ([1] * 40 + [-1] * 40, None)])
def test_persistence_is_of_seconds_that_do_not_overlap(sides, persistence):
    sides = np.tile(sides, 5)
    flow = compute(seconds(sides > 0, sides < 0), "flow_persistence")["flow_persistence"].iloc[-1]
    assert flow == pytest.approx(persistence) if persistence else flow > 0.9


def test_coins_have_no_persistence_though_their_minutes_overlap():
    up = np.random.default_rng(0).random(4000) < 0.5
    table = seconds(up, ~up)
    assert abs(compute(table, "flow_persistence", window="3000s").iloc[-1, 0]) < 0.05
    overlapping = compute(table, "order_flow_imbalance")["order_flow_imbalance"].dropna()
    assert overlapping.autocorr() > 0.97


def test_large_is_who_exceeds_the_orders_before():
    size = np.r_[np.ones(100), 5.0, np.ones(19), 7.0]
    side = np.r_[np.ones(100), -1, np.ones(20)].astype(int)
    flow = compute(trades(100.0, size, side), "institutional_flow", flow="10s", memory="60s")["institutional_flow"]
    assert np.isnan(flow.iloc[59]) and flow.iloc[99] == 0
    assert flow.iloc[100] == -5 and flow.iloc[115] == 0 and flow.iloc[-1] == 7


def test_prints_of_one_order_are_one():
    split = trades(100.0, 1.0, [1] * 5 + [-1], time=[3, 3, 3, 3, 3, 4])
    assert orders(split)["size"].tolist() == [5, 1]


@pytest.mark.parametrize(("buy", "expected"), [(1.0, 1.0), (0.5, 0.0), (0.0, 1.0), (0.75, 0.5)])
def test_vpin_of_sides_that_are_known(buy, expected):
    assert compute(bars([100.0] * 60, buy=buy), "vpin")["vpin"].iloc[-1] == pytest.approx(expected)


def test_vpin_in_bulk_is_the_share_of_a_normal_law():
    """Changes of one deviation: .68269; of none, but with a deviation: 0."""
    alternating = 100 + np.cumsum(np.tile([1.0, -1.0], 600))
    one = compute(bars(alternating), "vpin_bvc", memory=1000, buckets=10)["vpin_bvc"].iloc[-1]
    assert one == pytest.approx(0.68269, abs=5e-4)
    still = np.r_[alternating, [alternating[-1]] * 20]
    assert compute(bars(still), "vpin_bvc", memory=1000, buckets=10)["vpin_bvc"].iloc[-1] == 0


def test_vpin_in_bulk_is_a_half_where_nobody_knows_anything():
    walk = 1000 + np.cumsum(np.random.default_rng(2).normal(size=6000))
    value = compute(bars(walk), "vpin_bvc", memory=500, buckets=5000)["vpin_bvc"].iloc[-1]
    assert value == pytest.approx(0.5, abs=0.015)


def test_the_error_function_is_that_of_libm():
    x = np.r_[np.linspace(-6, 6, 101), np.nan, np.inf]
    np.testing.assert_allclose(error_function(x), special.erf(x), rtol=1e-15, atol=1e-16)
