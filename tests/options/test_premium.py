"""The variance premium: windows that end where they say, forecasts that know only the past, intervals that hold."""

import numpy as np
import pandas as pd
import pytest

from kit.evaluate.hac import long_run_variance
from kit.options import premium
from kit.refusal import Refusal


def prices(returns, start="2024-01-01"):
    index = pd.date_range(start, periods=len(returns), freq="D", tz="UTC")
    return pd.Series(100 * np.exp(np.cumsum(returns)), index=index)


@pytest.fixture(scope="module")
def path():
    """Two years of days at 60 %, then two hundred at 30 %."""
    rng = np.random.default_rng(1)
    return prices(rng.normal(0, 1, 930) * np.repeat([0.6, 0.3], [730, 200]) / np.sqrt(365))


def test_variance_is_annual_and_of_the_returns_that_end_in_the_window():
    """Returns of 0.01 r, r = 0, 1, 2 ...: the first of a path has no beginning."""
    steady = prices(0.01 * np.arange(40))
    variance = premium.trailing(steady, steady.index, "30d")
    expected = 365 * np.mean((0.01 * np.arange(10, 40)) ** 2)
    assert variance.iloc[-1] == pytest.approx(expected)
    assert variance.first_valid_index() == steady.index[30]
    label = premium.ahead(steady, steady.index, "30d")
    assert label.iloc[9] == pytest.approx(expected) and label.iloc[11:].isna().all()


def test_snapshots_at_wandering_hours_are_weighed_by_their_time():
    rng = np.random.default_rng(0)
    daily = prices(np.full(60, 0.02))
    wandering = pd.Series(daily.to_numpy(), daily.index + pd.to_timedelta(rng.uniform(-4, 4, 60), "h"))
    found = premium.trailing(wandering, wandering.index, "30d").iloc[-1]
    assert found == pytest.approx(365 * 0.02**2, rel=0.02)


def test_a_hole_in_the_path_is_missing_not_calm():
    holed = prices(np.full(90, 0.02)).drop(pd.date_range("2024-02-10", periods=10, freq="D", tz="UTC"))
    day = holed.loc["2024-02-20":].index[:1]
    assert np.isnan(premium.variance_between(holed, day - pd.Timedelta(5, "D"), day)).all()
    assert premium.trailing(holed, holed.index)["2024-02-20"] == pytest.approx(365 * (19 * 0.02**2 + 0.22**2) / 30)


def test_forecasts_know_only_the_past(path):
    row, at = 800, path.index
    other = path.copy()
    other.iloc[row + 1:] *= np.exp(np.random.default_rng(9).normal(0, 0.2, len(path) - row - 1))
    whole, changed = (premium.forecast(x, at) for x in (path, other))
    np.testing.assert_array_equal(whole.iloc[:row + 1], changed.iloc[:row + 1])
    assert (whole.iloc[row + 2:] != changed.iloc[row + 2:]).all()
    alone = premium.forecast(path.iloc[:row + 1], path.index[row:row + 1])
    assert alone.iloc[0] == whole.iloc[row]


def test_the_day_of_the_forecast_is_the_last_return_alone():
    """Days of 24 hours: in 36 hours there would be two returns."""
    steady = prices(0.01 * np.arange(40))
    days = premium._lags(steady, steady.index)[:, 1]
    np.testing.assert_allclose(days[1:], 365 * (0.01 * np.arange(1, 40)) ** 2)
    assert np.isnan(days[0]) and np.isnan(premium._lags(steady, steady.index[-1:] + pd.Timedelta("2D"))[0, 1])


def test_a_forecast_waits_for_its_labels_and_stays_among_them(path):
    forecast = premium.forecast(path, path.index)
    assert forecast.first_valid_index() == path.index[30 + 30 + premium.FEWEST - 1]
    label = premium.ahead(path, path.index)
    assert forecast.min() >= label.min() and forecast.max() <= label.max()


def test_of_constant_returns_every_variance_is_the_same():
    steady = prices(np.full(200, 0.02))
    implied = pd.Series(0.2, index=steady.index[150:160])
    table = premium.of(implied, steady)
    np.testing.assert_allclose(table.drop(columns="implied"), 365 * 0.02**2)
    np.testing.assert_allclose(premium.premiums(table), 0.2 - 365 * 0.02**2)


def test_the_planted_premium_is_in_the_interval(path):
    """Implied is the true variance plus .05."""
    truth = np.repeat([0.36, 0.09], [730, 200])
    ahead = pd.Series(truth, index=path.index).rolling(30).mean().shift(-30)
    scores = {name: premium.mean(series) for name, series in
              premium.premiums(premium.of(ahead + 0.05, path)).items()}
    assert scores["over realised"].low < 0.05 < scores["over realised"].high
    assert scores["over realised"].high - scores["over realised"].low < 0.1


def test_intervals_of_overlapping_windows_hold_where_the_normal_law_does_not():
    """Of 600 worlds of 200 days and windows of 30 without a premium."""
    rng = np.random.default_rng(0)
    noise = rng.standard_normal((600, 229))
    windows = np.lib.stride_tricks.sliding_window_view(noise, 30, axis=1).mean(axis=-1)
    index = pd.date_range("2025-01-01", periods=200, freq="D", tz="UTC")
    scores = [premium.mean(pd.Series(world, index=index)) for world in windows]
    missed = np.mean([not score.low <= 0 <= score.high for score in scores])
    errors = np.sqrt(long_run_variance(windows, 29) / 200)
    naive = np.mean(np.abs(windows.mean(axis=1)) > 1.96 * errors)
    assert 0.02 < missed < 0.12 < naive - 0.05


def test_a_mean_of_next_to_nothing_has_no_interval():
    few = pd.Series([1.0, np.nan, 2.0], index=pd.date_range("2025-01-01", periods=3, freq="D", tz="UTC"))
    assert np.isnan(premium.mean(few).value) and premium.mean(few).n == 2


def test_prices_out_of_order_are_refused():
    with pytest.raises(Refusal, match="not in order"):
        premium.trailing(prices(np.ones(3)).iloc[::-1], pd.DatetimeIndex([]))
