"""D-09, D-10, D-11 and D-15: the framework's GARCH and regime formulas, where the answer is known, beside the kit's."""

import numpy as np
import pandas as pd
import pytest
from arch import arch_model
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

import kit
from kit.volatility import garch, markov
from tests.kernels.test_garch import clustered, variances
from tests.volatility.test_markov import CHAIN, switching

DAYS = pd.date_range("2018-01-01", periods=3001, tz="UTC")
TRUE = (0, 0.05e-4, 0.1, 0, 0.85)


def bars(returns):
    """Daily bars with these log returns from close to close."""
    close = 100 * np.exp(np.concatenate([[0.0], np.cumsum(returns)]))
    flat = dict.fromkeys(("volume", "quote_volume", "n_trades", "buy_volume"), 1.0)
    return {"bars": pd.DataFrame({"time": DAYS[:len(close)], "open": close, "high": close, "low": close, "close": close,
                                  **flat})}


@pytest.fixture(scope="module")
def market():
    """Returns of a GARCH(1,1) with a daily volatility of 1 %, and the variance they were drawn with."""
    x = clustered(3000, seed=7)
    return pd.Series(x, DAYS[1:]), pd.Series(variances(x, TRUE, 1e-4)[:-1], DAYS[1:])


def sketch(returns):
    """The framework's: one fit to all rows."""
    fitted = arch_model(returns * 100, vol="Garch", p=1, q=1).fit(disp="off")
    return fitted.conditional_volatility / 100


def test_d09_the_sketchs_forecast_of_the_first_year_changes_with_the_last_and_the_kits_does_not(market):
    returns, _ = market
    other = returns.copy()
    other.iloc[2000:] = 0.03 * np.random.default_rng(0).normal(size=1000)
    assert (sketch(returns)[400:2000] / sketch(other)[400:2000] - 1).abs().max() > 0.05
    for name in ("garch_vol_forecast", "garch_persistence", "vol_surprise"):
        one, two = (kit.compute(bars(x), name)[name].iloc[:2001] for x in (returns, other))
        np.testing.assert_array_equal(one, two)
    one, two = (garch.walk(x, first=1000, every=500).variance.iloc[:1001] for x in (returns, other))
    np.testing.assert_array_equal(one, two)


def test_d09_the_sketch_lags_a_forecast_twice(market):
    """What arch calls the volatility of a day is known the day before; the sketch takes that of the day before."""
    returns, variance = market
    moved = np.sqrt(variance).diff()
    kits = kit.compute(bars(returns), "garch_vol_forecast", window=1000, every=250)["garch_vol_forecast"]
    assert sketch(returns).diff().corr(moved) > 0.95 > 0.2 > sketch(returns).shift(1).diff().corr(moved)
    assert kits.shift(1).diff().corr(moved) > 0.9


def test_d10_the_sketchs_surprise_is_a_fifth_of_the_forecast_too_low_and_the_kits_is_zero(market):
    returns, variance = market
    sketched = (abs(returns) - np.sqrt(variance)) / np.sqrt(variance)
    assert sketched.mean() == pytest.approx(-0.202, abs=0.03)
    found = kit.compute(bars(returns), "vol_surprise", "squared_surprise", window=1000, every=100).dropna()
    assert len(found) >= 1900
    for name in found:
        assert abs(found[name].mean()) < 3 * found[name].std() / np.sqrt(len(found)), name


def test_d11_the_sketchs_clustering_is_that_of_returns_which_do_not_cluster(market):
    returns, _ = market
    signed = returns.rolling(250).apply(lambda x: x.autocorr()).mean()
    kits = kit.compute(bars(returns), "vol_clustering", window="250d")["vol_clustering"].mean()
    assert abs(signed) < 0.03 < 0.07 < kits < abs(returns).autocorr() + 0.02


def test_d15_the_sketchs_first_year_is_not_high_and_the_kits_is_unknown():
    wild = 0.02 * np.random.default_rng(1).normal(size=3000) * np.where(np.arange(3000) < 300, 5, 1)
    frame = bars(wild)
    vol = pd.Series(wild).rolling(20).std() * np.sqrt(365)
    high = (vol > vol.rolling(252).median() + vol.rolling(252).std()).astype(int)
    assert (high[:271] == 0).all()  # five times as wild as ever after
    found = kit.compute(frame, "high_vol_regime", "low_vol_regime", "regime_transition_prob", "regime_momentum")
    regimes = found[["high_vol_regime", "low_vol_regime"]]
    assert regimes.iloc[:384].isna().all().all() and regimes.iloc[384:].isin([0.0, 1.0]).all().all()
    assert found["regime_transition_prob"].iloc[:444].isna().all() and found["regime_momentum"].iloc[:393].isna().all()


def test_d15_a_year_of_the_market_has_365_days():
    """A threshold from the year before: a change 300 days ago is in it, and not in the sketch's 252."""
    x = np.resize([0.01, -0.01], 1000) * np.where(np.arange(1000) < 500, 1, 3)
    vol = pd.Series(x).rolling(20).std()
    sketched = vol > vol.rolling(252).median() + vol.rolling(252).std()
    kits = kit.compute(bars(x), "high_vol_regime")["high_vol_regime"].iloc[1:]
    late = slice(500 + 150, 500 + 175)  # more than half of 252 days are wild, less than half of 365
    assert not sketched[late].any() and (kits.iloc[late] == 1).all()


def test_d15_a_switch_frequency_is_no_transition_probability_and_smoothing_knows_the_future():
    returns, state = switching(3000, seed=3)
    frequency = np.abs(np.diff(state)).mean()
    fitted = markov.fit(returns)
    assert frequency == pytest.approx(2 * 0.015 * 0.044 / 0.059, abs=0.006)  # of either kind, far from .044
    assert 1 - fitted.transitions[1, 1] == pytest.approx(0.044, abs=0.012)
    model = MarkovRegression(returns.to_numpy(), 2, trend="n", switching_variance=True)
    smoothed = model.smooth([CHAIN[0, 0], CHAIN[1, 0], 1, 9]).smoothed_marginal_probabilities[:, 1]
    now, _ = markov.filtered(returns, fitted.volatility, fitted.transitions)
    right = [((p > 0.5) == state).mean() for p in (smoothed, now[:, 1])]
    assert right[0] > right[1] + 0.01 and right[1] > 0.92
