"""Volatility from closes and ranges: known answers, one scale for minutes and days, planted variance found."""

import numpy as np
import pandas as pd
import pytest

from kit import clock, compute
from kit.sources import datasets

DAY = clock.UNITS["d"]


def bars(close, every=DAY, open=None, high=None, low=None):
    """Bars on a regular grid; of closes alone where no more is given."""
    close = np.asarray(close, dtype=float)
    given = {"open": open, "high": high, "low": low}
    prices = {name: close if values is None else np.asarray(values, dtype=float) for name, values in given.items()}
    time = clock.utc(clock.instant("2025-01-01T00:00Z") + every * np.arange(1, len(close) + 1))
    flows = dict.fromkeys(("volume", "quote_volume", "n_trades", "buy_volume"), np.nan)
    return pd.DataFrame({"time": time, **prices, "close": close, **flows})


@pytest.mark.parametrize(("name", "value"), [("parkinson", 0.529331686), ("garman_klass", 0.555574360),
                                             ("rogers_satchell", 0.543881110), ("yang_zhang", 0.543037250)])
def test_ranges_of_three_days_by_hand(name, value):
    """Known answers, of which the open of the first day is the close before: nothing happens overnight."""
    frame = bars([102, 101, 105, 104], open=[102, 102, 101, 105], high=[102, 104, 106, 107], low=[102, 100, 100, 103])
    assert compute(frame, name, window="3d")[name].iloc[-1] == pytest.approx(value, abs=5e-10)


def test_rv_is_the_framework_s_formula_on_daily_bars():
    rng = np.random.default_rng(0)
    frame = bars(100 * np.exp(np.cumsum(rng.normal(0, 0.03, 400))))
    ours = compute(frame, "rv_20d", "vol_mom_20d", "vol_rev_20d")
    returns = np.log(frame["close"]).diff().set_axis(ours.index)
    rv = returns.rolling(20).std() * np.sqrt(365)
    mean = rv.rolling(40).mean()
    theirs = pd.DataFrame({"rv_20d": rv, "vol_mom_20d": rv.pct_change(20), "vol_rev_20d": (rv - mean) / mean})
    pd.testing.assert_frame_equal(ours, theirs, rtol=1e-9, check_freq=False)


def test_minutes_and_days_agree_in_scale():
    """D-16's other half: sqrt(365) is right for days alone; here the same market has one volatility on any bars."""
    rng = np.random.default_rng(1)
    minutes = 100 * np.exp(np.cumsum(rng.normal(0, 0.6 / np.sqrt(365 * 1440), 60 * 1440)))
    fine = compute(bars(minutes, clock.UNITS["min"]), "rv", "realised_volatility", window="20d").iloc[-1]
    daily = compute(bars(minutes[1439::1440]), "rv", window="20d").iloc[-1]
    assert fine.to_numpy() == pytest.approx(0.6, rel=0.02)
    assert daily.to_numpy() == pytest.approx(0.6, rel=0.45)


def test_absent_bars_do_not_shrink_the_year():
    rng = np.random.default_rng(2)
    frame = bars(100 * np.exp(np.cumsum(rng.normal(0, 0.6 / np.sqrt(365 * 1440), 20 * 1440))), clock.UNITS["min"])
    thinned = frame[rng.random(len(frame)) < 0.7]
    assert compute(thinned, "rv", window="10d")["rv"].iloc[-1] == pytest.approx(0.6, rel=0.03)


@pytest.mark.parametrize("name", ["parkinson", "garman_klass", "rogers_satchell", "yang_zhang"])
def test_ranges_find_the_planted_variance_of_synthetic_days(name):
    """Six years; ranges are of continuous paths, so that none is too low, and each is more precise than closes."""
    tables = datasets.load("synthetic-days", "SIM-BTC").tables
    days, truth = tables["days"], tables["truth"].set_index("time")
    of_day = compute(days, name, window="5d")[name] ** 2 / 365
    planted = truth["variance"].rolling(5).mean()
    closes = compute(days, "rv", window="5d")["rv"] ** 2 / 365
    assert (of_day / planted).mean() == pytest.approx(1, abs=0.05)
    assert np.log(of_day / planted).std() < 0.7 * np.log(closes / planted).std()


def test_a_market_that_stood_still_has_no_momentum_of_volatility():
    frame = bars([100.0] * 50)
    assert compute(frame, "rv", window="5d")["rv"].iloc[-1] == 0
    assert np.isnan(compute(frame, "vol_mom", "vol_rev", window="5d").iloc[-1]).all()
