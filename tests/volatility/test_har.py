"""HAR: known answers, nothing of the future, and forecasts of the mean, not of the median."""

import numpy as np
import pandas as pd
import pytest
from arch.univariate import HARX

from kit.refusal import Refusal
from kit.volatility import har

INDEX = pd.date_range("2020-01-01", periods=800, tz="UTC")


@pytest.fixture(scope="module")
def rv():
    """Variance whose logarithm is a slow autoregression."""
    rng, log = np.random.default_rng(0), np.zeros(800)
    for t in range(1, 800):
        log[t] = 0.9 * log[t - 1] + 0.5 * rng.normal()
    return pd.Series(1e-4 * np.exp(log), INDEX)


def test_coefficients_are_those_of_arch(rv):
    theirs = HARX(1e4 * rv, lags=[1, 5, 22]).fit(disp="off").params
    ours = har.fit(1e4 * rv, lags=(1, 5, 22)).coefficients
    np.testing.assert_allclose(ours, theirs[:4], atol=1e-6)


@pytest.mark.parametrize("kind", ["har", "log"])
def test_constant_variance_is_forecast_as_it_is(kind):
    np.testing.assert_allclose(har.walk(pd.Series(2e-4, INDEX), kind, first=100), 2e-4, rtol=1e-9)


@pytest.mark.parametrize("kind", ["har", "log", "jumps", "quarticity"])
def test_no_forecast_knows_its_own_day_or_any_after(rv, kind):
    other = rv.copy()
    other.iloc[500:] *= 7
    walks = [har.walk(x, kind, first=400, robust=0.9 * x, quarticity=x**2) for x in (rv, other)]
    np.testing.assert_array_equal(walks[0][:101], walks[1][:101])
    assert not np.array_equal(walks[0][101:], walks[1][101:])


def test_a_forecast_is_the_regression_on_the_days_before(rv):
    walk = har.walk(rv, first=400)
    fitted = har.fit(rv[:600]).coefficients
    known = har.design(rv).loc[INDEX[599]]
    assert walk[INDEX[600]] == pytest.approx(fitted["const"] + (fitted.iloc[1:] * known).sum(), rel=1e-9)


def test_the_logarithm_is_taken_back_without_bias():
    """exp(E log x) / E x is .28 of chi-squared with one degree of freedom; smearing makes it 1."""
    x = np.random.default_rng(1).chisquare(1, 20_000)
    series = pd.Series(x, pd.date_range("1960-01-01", periods=20_000, tz="UTC"))
    raw, smeared = (har.walk(series, "log", first=19_999, retransform=how).iloc[0] for how in (None, "smearing"))
    assert raw == pytest.approx(0.28, abs=0.03) and smeared == pytest.approx(1, abs=0.1)


def test_forecasts_of_variance_are_positive(rv):
    spiked = rv.copy()
    spiked.iloc[450] = 0.5
    assert (har.walk(spiked, first=400) > 0).all()


def test_refusals(rv):
    with pytest.raises(Refusal, match="jumps"):
        har.design(rv, "jumps")
    with pytest.raises(Refusal, match="retransformation"):
        har.walk(rv, "log", retransform="mean")


def test_the_family_begins_together_and_the_last_day_is_the_day_before(rv):
    family = har.family(rv, 0.9 * rv, rv**2, first=400)
    assert {tuple(forecast.index[[0, -1]]) for forecast in family.values()} == {(INDEX[400], INDEX[-1])}
    assert family["last day"][INDEX[600]] == rv[INDEX[599]]
    pd.testing.assert_series_equal(family["HARQ"], har.walk(rv, "quarticity", first=400, quarticity=rv**2))


def test_fewer_days_than_the_first_forecast_needs_are_refused():
    days = pd.Series(1e-4, pd.date_range("2025-01-01", periods=40, tz="UTC"))
    for first in (30, 40):
        with pytest.raises(Refusal, match="first forecast"):
            har.walk(days, first=first)
