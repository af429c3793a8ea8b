"""Defects of the framework's volatility and sessions: on a known market the sketch is wrong, and the kit is right."""

import numpy as np
import pandas as pd
import pytest

from kit import clock, compute
from kit.sources import datasets
from tests.factors.test_sessions import awake
from tests.factors.test_volatility import bars

MINUTE = clock.UNITS["min"]


def minute_returns(frame):
    return frame.set_index("time")["close"].pct_change().dropna()


def test_d01_overnight_volatility_divides_returns():
    """Forty days at 1.9 % a day, no night: the sketch divides one minute's return by another, for 1,000 % and more."""
    daily = 0.019
    rng = np.random.default_rng(0)
    frame = bars(100 * np.exp(np.cumsum(rng.normal(0, daily / np.sqrt(1440), 40 * 1440))), MINUTE)
    returns = minute_returns(frame)
    overnight = returns.resample("D").first() / returns.resample("D").last().shift(1) - 1
    sketch = overnight.rolling(20).std() * np.sqrt(365)
    assert sketch.median() > 10
    ours = compute(frame, "overnight_vol", "intraday_vol", "vol_ratio_day_night").iloc[-1]
    assert ours[["overnight_vol", "intraday_vol"]].to_numpy() == pytest.approx(daily * np.sqrt(365), rel=0.03)
    assert ours["vol_ratio_day_night"] == pytest.approx(1, abs=0.03)


def test_d01_there_are_weekends():
    """"No weekend effects" is a claim: planted ones are found, in the kit's tests of the clock."""
    from kit.volatility import seasonality

    close = datasets.load("synthetic-minutes", "SIM-LTC").tables["bars"].set_index("time")["close"]
    weekend = seasonality.tests(np.log(close).diff()).loc["weekend"]
    assert weekend["high"] < -0.1
    assert weekend["p"] < 1e-6


def test_d13_time_of_day_volatility_of_the_whole_sample_knows_the_future():
    """The busy hour moves from 3 to 15 UTC half way: the sketch's early profile changes with what comes later."""
    sketch = lambda r: (vol := r.groupby(r.index.hour).std()) / vol.mean()
    early, late = awake(40, [3], seed=1), awake(40, [15], seed=2)
    joined = np.concatenate([early["close"], late["close"] * early["close"].iloc[-1] / late["close"].iloc[0]])
    whole, half = bars(joined, MINUTE), early
    assert sketch(minute_returns(whole))[3] < 0.8 * sketch(minute_returns(half))[3]
    known, then = (compute(frame, "time_of_day_vol")["time_of_day_vol"] for frame in (whole, half))
    pd.testing.assert_series_equal(known.iloc[:len(then)], then, check_freq=False)
    at = lambda day, hour: known[pd.Timestamp(f"2025-01-{day}T{hour:02}:30Z")]
    assert at(31, 3) > 2.3 > 1.2 > at(31, 15)


def test_d14_a_bar_labelled_by_its_opening_is_known_before_it_happened():
    """With labels for stamps, today's row has today's range at midnight, when nothing of it has happened."""
    days = datasets.load("synthetic-days", "SIM-BTC").tables["days"]
    range_of = lambda frame: compute(frame, "parkinson", window="1d")["parkinson"]
    labelled = days.assign(time=days["time"] - pd.Timedelta(days=1))
    noon = pd.Timestamp("2023-06-15T12:00Z")
    day = np.log(days["high"] / days["low"]).set_axis(days["time"])
    today, yesterday = (day[noon.normalize() + pd.Timedelta(days=n)] for n in (1, 0))
    in_range = lambda values: values.asof(noon) * np.sqrt(4 * np.log(2) / 365)
    assert in_range(range_of(labelled)) == pytest.approx(today)
    assert in_range(range_of(days)) == pytest.approx(yesterday)


def test_d16_deviation_of_daily_returns_is_no_realised_volatility():
    """One day at five times the volatility: twenty daily returns see it by chance, the sum of squares that day."""
    rng = np.random.default_rng(4)
    scale = np.repeat(np.where(np.arange(40) == 30, 0.1, 0.02), 1440) / np.sqrt(1440)
    close = 100 * np.exp(np.cumsum(rng.normal(0, scale)))
    sketch = pd.Series(close[1439::1440]).pct_change().rolling(20).std() * np.sqrt(365)
    truth = np.sqrt(365 * np.where(np.arange(40) == 30, 0.1, 0.02) ** 2)
    ours = compute(bars(close, MINUTE), "realised_volatility", window="1d").iloc[1439::1440, 0].to_numpy()
    assert abs(sketch[30] / truth[30] - 1) > 0.4
    assert ours[1:] == pytest.approx(truth[1:], rel=0.08)


def test_d16_a_year_is_not_always_365_rows():
    """The sketch on hourly bars: sqrt(365) for sqrt(8760), five times too low."""
    rng = np.random.default_rng(5)
    frame = bars(100 * np.exp(np.cumsum(rng.normal(0, 0.6 / np.sqrt(8760), 5000))), clock.UNITS["h"])
    sketch = frame["close"].pct_change().rolling(20).std() * np.sqrt(365)
    assert sketch.median() == pytest.approx(0.6 / np.sqrt(24), rel=0.05)
    assert compute(frame, "rv_20d")["rv_20d"].median() == pytest.approx(0.6, rel=0.05)
