"""Volume and price: known answers by hand, and pandas where it can say the same."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.clock import SECOND, utc

BEGAN = 1_723_075_200 * SECOND


def bars(close, volume, quote_volume=None):
    close, volume = np.asarray(close, dtype=float), np.asarray(volume, dtype=float)
    paid = close * volume if quote_volume is None else np.asarray(quote_volume, dtype=float)
    return pd.DataFrame({"time": utc(BEGAN + np.arange(len(close)) * 60 * SECOND), "open": close, "high": close,
                         "low": close, "close": close, "volume": volume, "quote_volume": paid,
                         "n_trades": np.nan, "buy_volume": np.nan})


def market(n=500, seed=0):
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(1e-3 * rng.normal(size=n)))
    volume = rng.lognormal(size=n)
    return bars(close, volume, volume * close * (1 + 1e-4 * rng.normal(size=n)))


def one(frame, name, **parameters):
    return kit.compute(frame, name, **parameters)[name].to_numpy()


def test_vwap_deviation_by_hand():
    """Bars of 2 at 10 and 1 at 13 cost 33: a VWAP of 11."""
    got = one(bars([10.0, 12.0], [2.0, 1.0], [20.0, 13.0]), "vwap_deviation", window=2)
    assert np.isnan(got[0]) and got[1] == pytest.approx(12 / 11 - 1)


def test_vwap_deviation_is_missing_where_nothing_was_traded_or_the_notional_is_not_known():
    assert np.isnan(one(bars([10.0] * 4, [0.0] * 4), "vwap_deviation", window=2)).all()
    unknown = bars([10.0] * 4, [1.0] * 4, [np.nan] * 4)
    assert np.isnan(one(unknown, "vwap_deviation", window=2)).all()


def test_correlations_are_pandas():
    frame = market()
    close, volume = frame["close"], frame["volume"]
    returns = np.log(close).diff()
    np.testing.assert_allclose(one(frame, "price_volume_corr"), returns.rolling(60).corr(np.log(volume).diff()),
                               atol=1e-9)
    np.testing.assert_allclose(one(frame, "move_volume_corr"), returns.abs().rolling(60).corr(volume), atol=1e-9)


def test_price_volume_corr_leaves_out_bars_in_which_nothing_was_traded():
    frame, rng = market(), np.random.default_rng(1)
    silent = np.sort(rng.choice(np.arange(1, 500), 100, replace=False))
    frame.loc[silent, ["volume", "quote_volume"]] = 0.0
    kept = frame.drop(index=silent)
    whole, part = one(frame, "price_volume_corr"), one(kept, "price_volume_corr")
    np.testing.assert_array_equal(whole[kept.index], part)


def test_the_other_volume_factors_are_pandas():
    frame = market()
    volume = frame["volume"]
    expected = {"volume_momentum": volume.pct_change(20), "relative_volume": volume / volume.rolling(20).mean(),
                "volume_dispersion": volume.rolling(20).std() / volume.rolling(20).mean()}
    for name, values in expected.items():
        np.testing.assert_allclose(one(frame, name), values, rtol=1e-9, err_msg=name)


def test_updown_volume_ratio_by_hand():
    """Up 3 and 1, flat 9, down 2: the flat bar belongs to neither side."""
    frame = bars([10, 11, 11, 10, 12], [5, 3, 9, 2, 1])
    assert one(frame, "updown_volume_ratio", window=4)[-1] == (3 + 1) / 2
    assert np.isnan(one(bars([10, 11, 12, 13, 14], [1] * 5), "updown_volume_ratio", window=4)).all()


def test_windows_may_be_durations():
    frame = market()
    by_clock, by_bars = one(frame, "relative_volume", window="20min"), one(frame, "relative_volume")
    np.testing.assert_allclose(by_clock[20:], by_bars[20:], rtol=1e-12)
