"""The clock: planted hours, weekends and funding are found with their intervals, and none where none was planted."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.refusal import Refusal
from kit.sources import datasets
from kit.volatility import seasonality


def test_a_return_belongs_to_the_hour_that_it_covers():
    """The bar that closes at 04:00 lies in the hour that begins at 03:00."""
    closes = pd.date_range("2025-01-01T00:05", periods=12 * 24, freq="5min", tz="UTC")
    variance = seasonality.hourly(pd.Series(0.01 * (closes == "2025-01-01T04:00Z"), closes))
    assert variance[variance > 0].index.tolist() == [pd.Timestamp("2025-01-01T03:00Z")] and len(variance) == 24


@pytest.fixture(scope="module")
def planted():
    return datasets.load("synthetic-minutes", "SIM-BTC")


@pytest.fixture(scope="module")
def returns(planted):
    return np.log(planted.tables["bars"].set_index("time")["close"]).diff()


@pytest.fixture(scope="module")
def known(planted):
    """Returns whose squares are the known variance."""
    return np.sqrt(planted.tables["truth"].set_index("time")["variance"])


@pytest.fixture(scope="module")
def sleepless():
    """Ninety days of minutes in which the clock does not matter."""
    index = clock.utc(clock.instant("2025-01-06T00:00Z") + clock.UNITS["min"] * np.arange(1, 90 * 1440 + 1))
    return pd.Series(np.random.default_rng(0).normal(0, 1e-3, len(index)), index)


def test_the_profile_of_known_variance_is_the_planted_one(planted, known):
    found = seasonality.profile(seasonality.hourly(known))["volatility"]
    law = planted.planted.profile().reshape(7, 24, 60).mean(axis=(0, 2))
    assert found.to_numpy() == pytest.approx(np.sqrt(law / law.mean()), rel=0.12)


def test_measured_hours_follow_the_known_ones(returns, known):
    """Noise and jumps lie between the two: most of the intervals hold what is known."""
    found, true = (seasonality.profile(seasonality.hourly(series)) for series in (returns, known))
    assert np.corrcoef(found["volatility"], true["volatility"])[0, 1] > 0.9
    assert ((found["low"] < true["volatility"]) & (true["volatility"] < found["high"])).mean() > 0.5
    blocks = seasonality.profile(seasonality.hourly(returns), "block")["volatility"]
    assert blocks["Europe"] > blocks["America"] > blocks["Asia"]


def test_planted_weekends_and_funding_are_found(planted, returns, known):
    """Of the known variance effects are exact; what is measured is what they are when noise is added to it."""
    law, true, found = planted.planted, seasonality.tests(known), seasonality.tests(returns)
    seen = seasonality.tests(np.sqrt(known**2 + 2 * law.noise**2))
    assert true.loc["weekend", "effect"] == pytest.approx(law.weekend - 1, abs=0.04)
    assert true.loc["funding", "effect"] == pytest.approx(law.funding - 1, abs=0.01)
    assert true.loc["any other full hour", "effect"] == pytest.approx(0, abs=0.02)
    assert found.loc[["hour of day", "weekend", "funding", "funding, by more"], "p"].max() < 1e-6
    assert found.loc["any other full hour", "p"] > 0.05
    for row in ("weekend", "funding", "funding, by more"):
        assert found.loc[row, "low"] < seen.loc[row, "effect"] < found.loc[row, "high"]
    assert seen["effect"]["funding"] < law.funding - 1


def test_a_market_that_never_sleeps_has_no_hours(sleepless):
    """A Wald test of 23 dummies with HAC errors of three days finds them here with p = 3e-6."""
    assert seasonality.tests(sleepless)["p"].min() > 0.01
    assert seasonality.profile(seasonality.hourly(sleepless))["volatility"].to_numpy() == pytest.approx(1, abs=0.05)


def test_deseasonalised_returns_have_lost_the_planted_hours(planted, returns):
    before, after = (seasonality.effects(seasonality.hourly(series)).loc["hour of day"] for series in
                     (returns, seasonality.deseasonalised(planted.tables["bars"])))
    assert after["effect"] < before["effect"] / 4
    assert after["statistic"] < before["statistic"] / 8


def test_hours_that_lack_bars_are_left_out(sleepless):
    thin = sleepless.drop(sleepless.index[15:50])
    assert len(seasonality.hourly(thin)) == len(seasonality.hourly(sleepless)) - 1


def test_what_a_recording_cannot_tell_is_said(sleepless):
    short, coarse = sleepless.iloc[:20 * 1440], sleepless.resample("1h", closed="right", label="right").sum()
    assert (seasonality.tests(short)["note"] == "needs 28d").all()
    assert seasonality.tests(coarse)["note"].tolist() == ["", ""] + ["needs bars of 5min"] * 3
    with pytest.raises(Refusal, match="24 h"):
        seasonality.hourly(sleepless.resample("1D").sum())
