"""Walks of the GARCH family: arch's own numbers, nothing of the future, units once, and forecasts that are right."""

import numpy as np
import pandas as pd
import pytest
from arch import arch_model

from kit.refusal import Refusal
from kit.volatility import compare, garch
from tests.kernels.test_garch import arch_start, clustered, variances


@pytest.fixture(scope="module")
def returns():
    return pd.Series(clustered(900, seed=5), pd.date_range("2022-01-01", periods=900, tz="UTC"))


def test_forecasts_are_those_of_arch_filtered_with_frozen_parameters(returns):
    walk = garch.walk(returns, first=600, every=100)
    fitted = arch_model(100 * returns[:700], rescale=False).fit(disp="off")
    p = fitted.params
    expected = variances(100 * returns[:800].to_numpy(), (p.mu, p.omega, p["alpha[1]"], 0, p["beta[1]"]),
                         arch_start(100 * returns[:700].to_numpy()))[700:800] / 1e4
    np.testing.assert_allclose(walk.variance[100:200], expected, rtol=1e-6)
    assert list(walk.refits.index) == list(returns.index[[600, 700, 800]])
    assert walk.refits["persistence"].iloc[1] == pytest.approx(p["alpha[1]"] + p["beta[1]"])


@pytest.mark.parametrize("kind", garch.MODELS)
def test_no_forecast_knows_its_own_day_or_any_after(returns, kind):
    other = returns.copy()
    other.iloc[650:] = -3 * other.iloc[650:].to_numpy()[::-1]
    one, two = (garch.walk(x, kind, first=600, every=100).variance for x in (returns, other))
    np.testing.assert_array_equal(one[:51], two[:51])
    assert not np.array_equal(one[51:], two[51:])


def test_windows_that_roll_forget(returns):
    other = returns.copy()
    other.iloc[:50] *= 5
    one, two = (garch.walk(x, first=600, every=150, window=500) for x in (returns, other))
    np.testing.assert_array_equal(one.variance, two.variance)
    assert (one.refits["n"] == 500).all()


def test_the_unit_is_restored_once(returns):
    small, large = (garch.walk(scale * returns, first=800, every=100).variance for scale in (1, 2))
    np.testing.assert_allclose(large, 4 * small, rtol=1e-3)
    assert np.sqrt(small.mean()) == pytest.approx(returns.std(), rel=0.3)


def test_surprises_are_right_on_average_where_the_model_is():
    returns = pd.Series(clustered(6000, seed=1), pd.date_range("2005-01-01", periods=6000, tz="UTC"))
    came = compare.surprises(returns, garch.walk(returns, first=3000, every=1500).variance)
    assert abs(came["absolute"].mean()) < 3 * came["absolute"].std() / np.sqrt(3000)
    assert abs(came["squared"].mean()) < 3 * came["squared"].std() / np.sqrt(3000)


@pytest.mark.parametrize(("kind", "errors", "expected"),
                         [("gjr", "t", {"gamma[1]", "nu"}), ("egarch", "normal", {"gamma[1]"})])
def test_the_family(returns, kind, errors, expected):
    refit = garch.walk(returns, kind, errors, first=800, every=100).refits.iloc[0]
    assert expected <= set(refit.index) and 0 < refit["persistence"] < 1 and refit["converged"] and refit["stationary"]


def test_persistence_of_one_is_flagged():
    x = np.random.default_rng(2).normal(size=500) * np.exp(np.linspace(0, 4, 500)) / 100
    refit = garch.walk(pd.Series(x, pd.date_range("2022", periods=500, tz="UTC")), first=450, every=50).refits.iloc[0]
    assert not refit["stationary"] and refit["persistence"] >= 0.9999


def test_refusals(returns):
    with pytest.raises(Refusal, match="no model"):
        garch.walk(returns, "figarch", first=800)
    with pytest.raises(Refusal, match="missing"):
        garch.walk(returns.where(returns.index != returns.index[3]), first=800)
    with pytest.raises(Refusal, match="window"):
        garch.walk(returns, first=300, window=400)
