"""The paper's ten on the 1-second grid: by hand, and on what must not be used."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit import clock
from kit.refusal import Refusal
from kit.sampling import signed

T0 = 1_700_000_000
FLOW = {"flow": "2s", "vol": "2s"}


def at(*seconds):
    return clock.utc([round((T0 + s) * 1e9) for s in seconds])


def quotes(*rows):
    """Rows of (second, bid, bid size, ask, ask size)."""
    time, *columns = zip(*rows, strict=True)
    return pd.DataFrame({"time": at(*time), **dict(zip(("bid", "bid_size", "ask", "ask_size"), columns, strict=True))})


def trades(*rows):
    """Rows of (second, price, size, side)."""
    time, price, size, side = zip(*rows, strict=True)
    return pd.DataFrame({"time": at(*time), "price": price, "size": size, "side": np.array(side, np.int8)})


Q = quotes((0.0, 99.0, 3.0, 101.0, 1.0), (0.5, 99.0, 1.0, 101.0, 3.0), (2.0, 100.0, 2.0, 102.0, 2.0),
           (3.5, 100.0, 5.0, 102.0, 5.0))
T = trades((0.2, 101.0, 2.0, 1), (0.2, 102.0, 1.0, 1), (1.0, 99.0, 1.0, -1), (1.5, 101.0, 4.0, 1))


def features(q, t, *names, start=0, end=4, stale="5s", heard=None, **windows):
    return kit.compute(kit.grid(q, t, at(start)[0], at(end)[0], stale, heard), *names, **windows)


def by_hand():
    return features(Q, T, *kit.PAPER, "mid", "microprice", **FLOW)


def test_a_quote_is_the_last_at_or_before_the_second():
    f = by_hand()
    np.testing.assert_array_equal(f["mid"], [100, 100, 101, 101, 101])
    np.testing.assert_array_equal(f["l1_imbalance"], [0.5, -0.5, 0, 0, 0])
    np.testing.assert_allclose(f["spread"], [0.02, 0.02, 2 / 101, 2 / 101, 2 / 101])
    np.testing.assert_array_equal(f["microprice"][:2], [99 + 2 * 0.75, 99 + 2 * 0.25])


def test_flow_features_by_hand():
    """Seconds (0, 1] and (1, 2]: bought 2 at 101 and 1 at 102 in one order, and 4 at 101; sold 1 at 99."""
    row = by_hand().iloc[2]
    notional = 2 * 101 + 102 + 99 + 4 * 101
    assert row["volume_traded"] == 8
    assert row["n_trades"] == 4
    assert row["net_order_flow"] == pytest.approx((notional - 2 * 99) / notional)
    assert row["vwap_buy_to_mid"] == pytest.approx((2 * 101 + 102 + 4 * 101) / 7 / 101 - 1)
    assert row["vwap_sell_to_mid"] == pytest.approx(99 / 101 - 1)
    assert row["volume_concentration"] == pytest.approx((3**2 + 1 + 4**2) / 8**2)
    prices, sizes = np.array([101, 102, 99, 101]), np.array([2, 1, 1, 4])
    vwap = (prices * sizes).sum() / 8
    assert row["trade_price_variance"] == pytest.approx((sizes * (prices - vwap) ** 2).sum() / 8 / 101**2 * 1e8)


def test_volatility_is_the_sd_of_the_log_mids_changes():
    moves = np.diff(np.log([100, 100, 101]))
    assert by_hand()["volatility"].iloc[2] == pytest.approx(moves.std(ddof=1))
    assert by_hand()["volatility"].iloc[:2].isna().all()


def test_without_trades_flow_is_zero_and_not_missing():
    f = by_hand().iloc[4]
    assert (f[["net_order_flow", "vwap_buy_to_mid", "vwap_sell_to_mid", "volume_concentration", "volume_traded",
               "trade_price_variance", "n_trades"]] == 0).all()


def test_before_a_window_has_passed_flow_is_missing():
    assert by_hand().iloc[:2][["net_order_flow", "n_trades"]].isna().all(axis=None)


def test_a_quote_is_carried_while_the_feed_lives_and_no_longer():
    f = features(Q, T, "mid", end=9, stale="3s")
    np.testing.assert_array_equal(f["mid"].isna(), [False] * 7 + [True] * 3)
    late = pd.concat([T, trades((6.0, 101.0, 1.0, 1))], ignore_index=True)
    np.testing.assert_array_equal(features(Q, late, "mid", end=9, stale="3s")["mid"].isna(), f["mid"].isna(),
                                  "trades are no sign of life of the book")
    beat = pd.DataFrame({"time": at(6.0)})
    f = features(Q, T, "mid", end=9, stale="3s", heard=beat)
    assert f["mid"].notna().all()


def test_a_hole_in_the_whole_feed_is_missing_and_not_zero():
    f = features(Q, T, "n_trades", end=9, stale="3s", flow="1s")["n_trades"]
    np.testing.assert_array_equal(f, [np.nan, 3, 1, 0, 0, 0, 0, np.nan, np.nan, np.nan])


def test_by_default_the_grid_ends_seconds_that_were_recorded_whole():
    grid = kit.grid(Q, T)
    assert grid["time"].iloc[0] == at(1)[0] and grid["time"].iloc[-1] == at(3)[0]


def test_without_quotes_there_is_no_grid():
    with pytest.raises(Refusal, match="no quotes"):
        kit.grid(Q.iloc[:0], T, at(0)[0], at(4)[0])


def test_label_is_the_log_mid_return_over_the_horizon_and_missing_at_the_end():
    f = features(Q, T, "log_return", horizon="2s")
    np.testing.assert_allclose(f["log_return"], [np.log(1.01), np.log(1.01), 0, np.nan, np.nan])


def test_a_side_that_the_venue_states_is_kept_and_a_missing_one_taken_from_the_quote_strictly_before():
    q = kit.columns.read(quotes((1.0, 99, 1, 101, 1), (2.0, 109, 1, 111, 1)), "quotes")
    prints = trades((0.5, 100, 1, 0), (2.0, 105, 1, 0), (2.0, 105, 1, -1), (2.5, 110, 1, 0), (2.5, 109, 1, 0))
    t = kit.columns.read(prints, "trades")
    np.testing.assert_array_equal(signed(t, q).side, [0, 1, -1, 0, -1])


def test_seconds_are_labelled_by_their_end():
    t = trades((0.0, 100.0, 1.0, 1), (0.000001, 100.0, 2.0, 1), (1.0, 100.0, 4.0, 1))
    f = features(Q, t, "volume_traded", end=2, flow="1s")
    np.testing.assert_array_equal(f["volume_traded"], [np.nan, 6.0, 0.0])


def test_grid_refuses_a_period_without_a_second():
    with pytest.raises(Refusal, match="no whole second"):
        kit.grid(Q, T, start=at(0.2)[0], end=at(0.7)[0])


def test_naive_bounds_are_refused():
    with pytest.raises(Refusal, match="no time zone"):
        kit.grid(Q, T, start=pd.Timestamp("2023-11-14 22:13:20"))


def test_unknown_parameters_are_refused():
    with pytest.raises(Refusal, match="parameter wide"):
        features(Q, T, "spread", wide="10s")
