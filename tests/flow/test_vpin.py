"""VPIN and chance: coin flips leave an imbalance, and only what exceeds it is information."""

import numpy as np
import pandas as pd
import pytest

from kit.clock import SECOND, utc
from kit.flow import stylised, vpin
from kit.refusal import Refusal


@pytest.mark.parametrize(("n", "mean"), [(1, 1.0), (2, 0.5), (10, 0.246), (100, 0.080)])
def test_the_imbalance_of_coin_flips(n, mean):
    """Known: .246 of 10, .080 of 100; about sqrt(2 / (pi n))."""
    assert vpin.coin_null(n) == pytest.approx(mean, abs=5e-4)
    assert vpin.coin_null(n) == pytest.approx(np.sqrt(2 / (np.pi * n)), rel=0.3 / n)


def test_buckets_are_of_whole_orders_behind_the_first():
    bars, placed = vpin.buckets(stylised.coin_flips(1000), per_bucket=20, first=500)
    assert len(bars) == 25 and (bars["volume"] == 20).all() and len(placed) == 500
    with pytest.raises(Refusal, match="not more than the first"):
        vpin.buckets(stylised.coin_flips(100), first=500)


def test_no_later_order_says_how_large_a_bucket_is():
    trades = stylised.coin_flips(1000)
    swollen = trades.assign(size=np.where(np.arange(1000) < 800, 1.0, 50.0))
    early, late = (vpin.buckets(one, per_bucket=20, first=500)[0].iloc[:15] for one in (trades, swollen))
    pd.testing.assert_frame_equal(early, late)


def test_chance_has_no_excess():
    found = vpin.against_null(*vpin.buckets(stylised.coin_flips(8000, seed=1)))
    row = found.loc["true sides"]
    assert row["null"] == pytest.approx(vpin.coin_null(20), rel=0.02)
    assert row["excess_low"] < 0 < row["excess_high"]
    assert found.loc["bulk", "null"] == vpin.BULK_NULL and abs(found.loc["bulk", "excess"]) < 0.04


def test_one_sided_stretches_have_an_excess():
    trades = stylised.coin_flips(8000, seed=1)
    trades["side"] = np.repeat(np.random.default_rng(0).choice([-1, 1], 80), 100)
    trades["time"] += pd.to_timedelta(np.arange(8000), unit="ns")
    row = vpin.against_null(*vpin.buckets(trades)).loc["true sides"]
    assert row["vpin"] > 0.95 and row["excess_low"] > 0.7


def test_orders_of_many_sizes_are_more_one_sided_by_chance():
    trades = stylised.coin_flips(8000)
    trades["size"] = np.random.default_rng(0).pareto(1.5, 8000) + 0.1
    row = vpin.against_null(*vpin.buckets(trades)).loc["true sides"]
    assert row["null"] > 2 * vpin.coin_null(20) and row["excess_low"] < 0 < row["excess_high"]


def test_where_the_price_stands_still_bulk_says_nothing():
    bars, placed = vpin.buckets(stylised.coin_flips(1000))
    row = vpin.against_null(bars.assign(close=1.0), placed).loc["bulk"]
    assert np.isnan(row["vpin"]) and row["buckets"] == 0


def test_time_bars_are_poured_into_buckets():
    """Bars of volume 3 into buckets of 2: volume is split in proportion, none is lost but the last."""
    rise = np.tile([1.0, -1.0], 100)
    bars = pd.DataFrame({"time": utc(np.arange(200) * SECOND), "close": 100 + np.cumsum(rise), "volume": 3.0})
    found = vpin.of_time_bars(bars, 2.0, window=10, memory=50)
    assert len(found) == 150 * 3 // 2 and found["vpin"].iloc[:9].isna().all()
    share = 0.84
    assert found["buy_volume"].sum() == pytest.approx(225, rel=0.01)
    assert found["buy_volume"].max() == pytest.approx(2 * share, rel=0.02)
    assert found["time"].iloc[0] == bars["time"].iloc[50]


def test_poured_buckets_of_a_walk_are_one_sided_by_a_half():
    walk = np.cumsum(np.random.default_rng(5).normal(size=6000))
    bars = pd.DataFrame({"time": utc(np.arange(6000) * SECOND), "close": 1000 + walk, "volume": 1.0})
    assert vpin.of_time_bars(bars, 1.0, memory=200)["vpin"].mean() == pytest.approx(0.5, abs=0.02)
