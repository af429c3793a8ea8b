"""Bars hold what was traded until they close: pandas agrees, and volume is lost nowhere but at the ends."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.refusal import Refusal
from kit.sampling import bars, volume_bars
from tests.test_features import at, trades

T = trades((0.5, 10.0, 1.0, 1), (1.0, 11.0, 2.0, -1), (1.5, 12.0, 1.0, 1), (2.0, 9.0, 3.0, -1), (2.0, 10.0, 1.0, 0),
           (5.5, 20.0, 1.0, 1), (6.0, 21.0, 2.0, 1), (6.2, 22.0, 1.0, 1))


def many(n=5000, seed=3):
    random = np.random.default_rng(seed)
    time = np.sort(random.integers(0, 3600 * clock.SECOND, n)) + 1_700_000_000 * clock.SECOND
    return pd.DataFrame({"time": clock.utc(time), "price": 100 + np.round(random.normal(0, 1, n), 2),
                         "size": random.integers(1, 9, n).astype(float),
                         "side": random.choice([-1, 1], n).astype(np.int8)})


def test_a_bar_is_stamped_at_its_close_and_holds_what_came_until_then():
    got = bars(T, "1s")
    assert got["time"].tolist() == list(at(2.0, 6.0)), "partial bars at both ends, and empty ones, are left out"
    assert got.iloc[0].drop("time").tolist() == [12.0, 12.0, 9.0, 10.0, 5.0, 49.0, 3, 1.0]
    assert got.iloc[1].drop("time").tolist() == [20.0, 21.0, 20.0, 21.0, 3.0, 62.0, 2, 3.0]


def test_bars_are_those_of_pandas():
    t = many()
    got = bars(t, "1min").set_index("time")
    expected = t.set_index("time")["price"].resample("1min", closed="right", label="right").ohlc().iloc[1:-1]
    pd.testing.assert_frame_equal(got[["open", "high", "low", "close"]], expected, check_freq=False, check_names=False)
    volume = t.set_index("time")["size"].resample("1min", closed="right", label="right").sum().iloc[1:-1]
    np.testing.assert_array_equal(got["volume"], volume)


def test_a_bar_of_volume_closes_with_the_print_that_fills_it():
    got = volume_bars(T, 3.0)
    assert got["volume"].tolist() == [3.0, 4.0, 4.0]
    assert got["time"].tolist() == list(at(1.0, 2.0, 6.0))


def test_bars_of_volume_lose_none_but_the_last():
    t = many()
    got = volume_bars(t, 50.0)
    rest = t["size"].sum() - got["volume"].sum()
    assert (got["volume"] >= 50.0).all() and (got["volume"] < 50.0 + 8).all() and 0 <= rest < 50.0
    assert got["n_trades"].sum() <= len(t) and (got["buy_volume"] <= got["volume"]).all()


def test_a_volume_that_fills_nothing_is_refused_and_one_too_large_gives_no_bar():
    with pytest.raises(Refusal, match="bars of volume 0"):
        volume_bars(T, 0)
    assert len(volume_bars(T, 1e9)) == 0
