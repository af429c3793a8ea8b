"""Two regimes: the Hamilton filter, what was planted, and nothing of the future."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

from kit.refusal import Refusal
from kit.volatility import markov

CHAIN = np.array([[0.985, 0.015], [0.044, 0.956]])


def switching(n, seed=0):
    """Normal returns of variance 1 and 9, and the regime they come from."""
    rng, state = np.random.default_rng(seed), np.zeros(n, dtype=int)
    for t in range(1, n):
        state[t] = rng.random() < CHAIN[state[t - 1], 1]
    return pd.Series(rng.normal(size=n) * np.where(state, 3.0, 1.0), pd.date_range("2018", periods=n, tz="UTC")), state


@pytest.fixture(scope="module")
def market():
    return switching(2500)


@pytest.fixture(scope="module")
def walk(market):
    return markov.walk(market[0], first=1000, every=750)


def test_the_filter_is_that_of_statsmodels(market):
    now, ahead = markov.filtered(market[0], [1.0, 3.0], CHAIN)
    theirs = MarkovRegression(market[0].to_numpy(), 2, trend="n", switching_variance=True).filter([0.985, 0.044, 1, 9])
    np.testing.assert_allclose(now, theirs.filtered_marginal_probabilities, atol=5e-15)
    np.testing.assert_allclose(ahead[:-1], theirs.predicted_marginal_probabilities[1:], atol=5e-15)


def test_one_step_of_the_filter_by_hand():
    now, ahead = markov.filtered([2.0], [1.0, 2.0], np.array([[0.9, 0.1], [0.3, 0.7]]))
    calm, wild = 0.75 * np.exp(-2.0), 0.25 * np.exp(-0.5) / 2  # the chain spends three quarters of its time calm
    assert now[0] == pytest.approx([calm / (calm + wild), wild / (calm + wild)])
    assert ahead[0, 1] == pytest.approx(0.1 * now[0, 0] + 0.7 * now[0, 1])


def test_planted_regimes_are_recovered_the_calm_one_first(market):
    fitted = markov.fit(market[0])
    assert fitted.converged and fitted.volatility == pytest.approx([1, 3], rel=0.05)
    for known, spread in zip((1, 3), fitted.volatilities, strict=True):
        assert spread.low < known < spread.high
    assert np.diag(fitted.transitions) == pytest.approx([0.985, 0.956], abs=0.012)
    np.testing.assert_allclose(fitted.transitions.sum(axis=1), 1)
    for stay, days in zip(np.diag(fitted.transitions), fitted.durations, strict=True):
        assert days.value == pytest.approx(1 / (1 - stay)) and days.low < days.value < days.high


def test_the_market_is_told_apart_as_well_as_a_filter_can(market, walk):
    """About .94 by the filter, where smoothing, which knows the future, would have .97."""
    right = ((walk.turbulent > 0.5) == market[1][1000:]).mean()
    assert 0.92 < right < 0.96


def test_no_answer_knows_what_comes_after(market, walk):
    other = market[0].copy()
    other.iloc[1500:] *= -4
    again = markov.walk(other[:1751], first=1000, every=750)
    np.testing.assert_array_equal(again.turbulent[:500], walk.turbulent[:500])
    np.testing.assert_array_equal(again.variance[:501], walk.variance[:501])


def test_variance_forecasts_are_of_the_size_of_what_comes(market, walk):
    assert (market[0][1000:] ** 2 / walk.variance).mean() == pytest.approx(1, abs=0.1)


def test_the_unit_of_returns_does_not_matter(market):
    small = markov.fit(market[0][:1000] / 100)
    large = markov.fit(market[0][:1000])
    np.testing.assert_allclose(100 * small.volatility, large.volatility, rtol=1e-6)
    assert small.loglikelihood == pytest.approx(large.loglikelihood + 1000 * np.log(100))


def test_a_stationary_chain():
    assert markov.stationary(CHAIN) == pytest.approx([0.044 / 0.059, 0.015 / 0.059])


def test_refusals():
    with pytest.raises(Refusal, match="do not move"):
        markov.fit(np.zeros(100))
    with pytest.raises(Refusal, match="first answer"):
        markov.walk(switching(100)[0], first=365)
