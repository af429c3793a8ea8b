"""As-of joins, seconds and decay against the obvious loops, and against pandas."""

import numpy as np
import pandas as pd
import pytest

from kit.columns import Trades
from kit.kernels import decay, joins, seconds

SECOND = 10**9


@pytest.mark.parametrize("at_or_before", [True, False])
def test_asof_is_that_of_pandas(at_or_before):
    rng = np.random.default_rng(0)
    left, right = (np.sort(rng.integers(0, 500, n)) for n in (400, 300))
    expected = pd.merge_asof(pd.DataFrame({"t": left}), pd.DataFrame({"t": right, "row": np.arange(300)}), on="t",
                             allow_exact_matches=at_or_before)["row"].fillna(-1)
    np.testing.assert_array_equal(joins.asof(left, right, at_or_before), expected)


def test_asof_of_unsorted_moments_is_looked_up_each_by_itself():
    moments, time = np.array([5, 1, 9, 0, 7]), np.array([1, 5, 5, 8])
    np.testing.assert_array_equal(joins.asof(moments, time, at_or_before=True), [2, 0, 3, -1, 2])
    np.testing.assert_array_equal(joins.asof(moments, time), [0, -1, 3, -1, 2])


def test_last_row_of_each_second():
    rng = np.random.default_rng(1)
    time = np.sort(rng.integers(0, 50 * SECOND, 4000))
    time = time[(time < 20 * SECOND) | (time > 31 * SECOND)]
    grid = np.arange(-2, 60) * SECOND
    np.testing.assert_array_equal(seconds.last(grid, time), np.searchsorted(time, grid, side="right") - 1)


def test_seconds_of_trades_by_hand():
    time = np.array([1, SECOND, SECOND, SECOND + 1, SECOND + 1, SECOND + 1, 3 * SECOND]) + 10**18
    trades = Trades(time, np.array([10.0, 11, 12, 10, 10, 14, 9]), np.array([1.0, 2, 1, 3, 1, 4, 5]),
                    np.array([1, 1, 1, -1, -1, 1, 0], np.int8))
    got = seconds.sums(10**18 + np.arange(1, 4) * SECOND, SECOND, trades)
    np.testing.assert_array_equal(got["n_trades"], [3, 3, 1])
    np.testing.assert_array_equal(got["volume"], [4, 8, 5])
    np.testing.assert_array_equal(got["buy_volume"], [4, 4, 0])
    np.testing.assert_array_equal(got["sell_volume"], [0, 4, 0])
    np.testing.assert_array_equal(got["notional"], [44, 96, 45])
    np.testing.assert_array_equal(got["buy_notional"], [44, 56, 0])
    np.testing.assert_array_equal(got["squared_size"], [10, 32, 25], "prints of one time and side are one order")
    np.testing.assert_allclose(got["dispersion"], [2.0, 32.0, 0.0])


def test_seconds_are_those_of_groupby():
    rng = np.random.default_rng(2)
    n = 5000
    time = np.sort(rng.integers(0, 300 * SECOND, n))
    price, size, side = rng.normal(100, 1, n), rng.pareto(2, n), rng.choice([-1, 1], n).astype(np.int8)
    grid = np.arange(1, 301) * SECOND
    got = seconds.sums(grid, SECOND, Trades(time, price, size, side))
    frame = pd.DataFrame({"second": -(-time // SECOND), "v": size, "pv": price * size, "p2v": price**2 * size})
    expected = frame.groupby("second").sum().reindex(range(1, 301), fill_value=0)
    np.testing.assert_allclose(got["volume"], expected.v, rtol=1e-12)
    np.testing.assert_allclose(got["notional"], expected.pv, rtol=1e-12)
    variance = expected.p2v - expected.pv**2 / expected.v
    np.testing.assert_allclose(got["dispersion"], variance.fillna(0), rtol=1e-6, atol=1e-9)


def test_second_with_one_price_has_no_dispersion_at_all():
    trades = Trades(np.arange(1, 50), np.full(49, 61_800.3), np.linspace(0.001, 2, 49), np.ones(49, np.int8))
    assert seconds.sums(np.array([SECOND]), SECOND, trades)["dispersion"][0] == 0.0


def test_ewm_is_that_of_pandas():
    x = np.random.default_rng(3).normal(size=500)
    got, last = decay.ewm(np.full(500, 0.5 ** (1 / 20)), x, (np.nan, 1.0))
    np.testing.assert_allclose(got, pd.Series(x).ewm(halflife=20, adjust=False).mean(), rtol=1e-12)
    assert last == (got[-1], 1.0)


def test_what_is_missing_ages_the_mean_all_the_same():
    got, last = decay.ewm(np.full(4, 0.5), np.array([np.nan, 2.0, np.nan, 4.0]), (np.nan, 1.0))
    np.testing.assert_array_equal(got, [np.nan, 2.0, np.nan, 2.0 * 0.25 + 4.0 * 0.75])
    assert last == (3.5, 1.0)
