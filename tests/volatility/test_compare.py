"""Losses of variance forecasts: known answers, and who wins where the winner is known."""

import numpy as np
import pandas as pd
import pytest

from kit.evaluate.forecasts import qlike
from kit.refusal import Refusal
from kit.volatility import compare, daily
from tests.kernels.test_garch import clustered, variances

N = 3000
DAYS = pd.date_range("2010-01-01", periods=N, tz="UTC")


@pytest.fixture(scope="module")
def market():
    """Returns and the variance they were drawn with."""
    x = clustered(N, seed=4, scale=1.0)
    return pd.Series(x, DAYS), pd.Series(variances(x, (0, 0.05, 0.1, 0, 0.85), 1.0)[:-1], DAYS)


def test_qlike_of_twice_and_of_half():
    assert qlike(1.0, 2.0) == pytest.approx(0.1931, abs=5e-5)
    assert qlike(1.0, 0.5) == pytest.approx(0.3069, abs=5e-5)


def test_qlike_is_least_at_the_expected_variance():
    v, h = np.random.default_rng(0).chisquare(1, 400_000), np.linspace(0.8, 1.2, 401)
    losses = [compare.losses(v, np.full_like(v, x))["qlike"].mean() for x in h[::20]]
    assert h[::20][np.argmin(losses)] == pytest.approx(1, abs=0.021)


def test_it_differs_from_the_textbook_by_what_no_forecast_changes():
    v, one, two = np.random.default_rng(1).chisquare(3, (3, 100))
    gain = compare.losses(v, one)["qlike"].mean() - compare.losses(v, two)["qlike"].mean()
    assert gain == pytest.approx(qlike(v, one).mean() - qlike(v, two).mean())


def test_exponential_smoothing_by_hand():
    r = pd.Series([1.0, 2.0, 0.0], DAYS[:3])
    assert list(compare.ewma(r, 0.9)[1:]) == pytest.approx([1.0, 0.9 * 1 + 0.1 * 4])
    assert np.isnan(compare.ewma(r).iloc[0])


def test_the_true_variance_wins_and_the_test_says_so(market):
    returns, variance = market
    found = compare.table(returns**2, {"EWMA": compare.ewma(returns), "truth": variance, "constant": 0 * variance + 1},
                          "EWMA")
    assert found["qlike"].idxmin() == "truth"
    assert found.loc["truth", "gain_low"] > 0 and found.loc["truth", "p"] < 0.01
    assert found.loc["constant", "gain"] < 0 and found.loc["EWMA", "gain"] == 0
    assert (found["n"] == N - 1).all()


def test_what_is_right_is_calibrated_and_its_surprises_are_zero(market):
    returns, variance = market
    found = compare.calibration(returns**2, {"truth": variance, "half": variance / 2})
    assert found.loc["truth", "ratio_low"] < 1 < found.loc["truth", "ratio_high"] and found.loc["truth", "p"] > 0.01
    assert found.loc["half", "ratio"] == pytest.approx(2 * found.loc["truth", "ratio"])
    biases = compare.biases(returns, {"truth": variance})
    assert (biases["mean_low"] < 0).all() and (biases["mean_high"] > 0).all()


def test_returns_do_not_remember_and_their_size_does(market):
    found = compare.clustering(market[0])
    assert found.loc[("Ljung–Box of r", 10), "p"] > 0.01
    assert found.loc[("Ljung–Box of |r|", 10), "p"] < 1e-10 and found.loc[("ARCH-LM", 5), "p"] < 1e-10


def test_autocorrelations_by_hand():
    x = np.random.default_rng(3).normal(size=500)
    found, d = compare.autocorrelation(x, 5), x - x.mean()
    assert found.loc[2, "acf"] == pytest.approx((d[2:] * d[:-2]).sum() / (d @ d))
    assert found.loc[1, "high"] - found.loc[1, "acf"] == pytest.approx(1.96 / np.sqrt(500), rel=1e-4)


def test_a_forecast_that_is_not_positive_is_refused():
    with pytest.raises(Refusal, match="not positive"):
        compare.losses(np.ones(3), np.array([1.0, 0.0, 1.0]))


def test_the_variance_of_a_range_is_unbiased_for_brownian_motion():
    rng = np.random.default_rng(5)
    path = np.cumsum(rng.normal(size=(2000, 5000)) / np.sqrt(5000), axis=1)
    days = pd.DataFrame({"time": pd.date_range("2010", periods=2000, tz="UTC"), "open": 1.0,
                         "high": np.exp(np.maximum(path.max(axis=1), 0)),
                         "low": np.exp(np.minimum(path.min(axis=1), 0)), "close": np.exp(path[:, -1])})
    variance = daily.range_variance(days)
    assert variance.mean() == pytest.approx(1, abs=0.05)  # of 5,000 steps the range falls short by 3 %
    assert (path[:, -1] ** 2).var() / variance.var() == pytest.approx(7.4, rel=0.25)
