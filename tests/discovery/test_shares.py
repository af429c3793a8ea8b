"""Cointegration, VECM and shares of price discovery: known answers, statsmodels, and laws."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.vector_ar.vecm import VECM, coint_johansen

from kit.bootstrap import Bootstrap
from kit.discovery import attempts, cointegration, shares, vecm
from kit.discovery.moments import lags_by_bic, moments
from kit.refusal import Refusal
from tests.discovery import market

EVEN = np.ones(2)
HALF = np.array([[1.0, 0.5], [0.5, 1.0]])


def psi(alpha):
    return vecm.long_run(np.array(alpha)[:, None], np.eye(2), EVEN)


def test_known_shares_of_independent_shocks():
    known, omega = psi([-0.1, 0.3]), np.eye(2)
    orderings = shares.information_shares(known, omega)
    np.testing.assert_allclose(orderings, [[0.9, 0.1], [0.9, 0.1]])
    np.testing.assert_allclose(shares.component_shares(known), [0.75, 0.25])
    np.testing.assert_allclose(shares.information_leadership(orderings[0], shares.component_shares(known)), [0.9, 0.1])


def test_known_bounds_of_shocks_that_correlate():
    first, second = shares.information_shares(psi([-0.1, 0.3]), HALF)
    np.testing.assert_allclose(first, [0.942, 0.058], atol=5e-4)
    np.testing.assert_allclose(second, [0.519, 0.481], atol=5e-4)


def test_a_price_that_nobody_follows_has_no_share():
    """The second one never adjusts: it alone is the trend."""
    known = psi([-0.1, 0.0])
    np.testing.assert_allclose(shares.component_shares(known), [0, 1], atol=1e-15)
    np.testing.assert_allclose(shares.information_shares(known, np.eye(2)), [[0, 1], [0, 1]], atol=1e-15)


@pytest.mark.parametrize("constant", ["restricted", "unrestricted"])
def test_estimates_are_those_of_statsmodels(constant):
    prices = market.prices(4_000, correlation=0.4)
    ours = vecm.fit(moments(prices, 3), beta="estimated", constant=constant)
    deterministic = {"restricted": "ci", "unrestricted": "co"}[constant]
    log = np.log(prices.to_numpy() / prices.to_numpy()[0])
    theirs = VECM(log, k_ar_diff=3, coint_rank=1, deterministic=deterministic).fit()
    np.testing.assert_allclose(ours.beta / ours.beta[0], theirs.beta / theirs.beta[0], rtol=1e-6)
    np.testing.assert_allclose(ours.alpha * ours.beta[0], theirs.alpha * theirs.beta[0], rtol=1e-5)
    np.testing.assert_allclose(ours.omega, theirs.sigma_u, rtol=1e-3)  # theirs counts coefficients off
    np.testing.assert_allclose(ours.omega / ours.omega[0, 0], theirs.sigma_u / theirs.sigma_u[0, 0], rtol=1e-6)
    row = theirs.irf(200).irfs[-1][0]
    np.testing.assert_allclose(ours.psi / ours.psi.sum(), row / row.sum(), rtol=1e-5)


@pytest.mark.parametrize("prices", [market.prices(3_000), market.walks(3_000), market.walks(3_000, k=3, seed=2)])
def test_traces_are_those_of_statsmodels(prices):
    ours = cointegration.johansen(prices, lags=2)
    theirs = coint_johansen(np.log(prices.to_numpy()), 0, 2)
    np.testing.assert_allclose(ours.trace, theirs.lr1, rtol=1e-6)
    np.testing.assert_allclose(ours.critical, theirs.cvt[:, 1])


def test_planted_adjustment_is_recovered_between_its_intervals():
    found = shares.discovery(market.prices(correlation=0.5), by=Bootstrap(block="100s"))
    a = found.table.loc["a"]
    assert found.johansen.lags == 0 and found.johansen.rank >= 1
    assert a["cs_low"] < 0.75 < a["cs_high"] and a["cs_high"] - a["cs_low"] < 0.2
    assert a["is_lowest_low"] < 0.519 < a["is_lowest_high"] and a["is_highest_low"] < 0.942 < a["is_highest_high"]
    assert found.correlation == pytest.approx(0.5, abs=0.02)


def test_prices_without_a_common_trend_are_refused_and_the_refusal_is_an_answer():
    walks = market.walks()
    with pytest.raises(Refusal, match=r"a, b: cointegration rank 0 where one common trend needs 1 \(trace"):
        shares.discovery(walks)
    found = attempts.attempts(walks)
    assert attempts.table(found).empty
    assert "rank 0" in attempts.refusals(found).loc["a and b", "refused"]


def test_a_price_that_copies_another_is_refused():
    walk = market.walks()
    with pytest.raises(Refusal, match="a price is a function of the others"):
        shares.discovery(walk.assign(b=walk["a"].shift(1)).dropna(), lags=2)


def test_equal_noisy_copies_leave_the_bounds_far_apart():
    """Known: on a coarse clock the bounds of two equal copies are .09 to .91, and say nothing."""
    rng = np.random.default_rng(1)
    walk = np.cumsum(rng.normal(0, 1e-4, 20_000))[:, None]
    copies = market.frame(np.exp(walk + rng.normal(0, 2e-5, (20_000, 2))))
    a = shares.discovery(copies, lags=5).table.loc["a"]
    assert a["is_lowest"] < 0.15 and a["is_highest"] > 0.85 and a["is_mean"] == pytest.approx(0.5, abs=0.05)


def test_shares_of_every_ordering_sum_to_one_and_are_their_mean():
    rng = np.random.default_rng(0)
    omega = np.cov(rng.normal(size=(4, 50)))
    orderings = shares.information_shares(rng.random(4), omega)
    assert orderings.shape == (24, 4)
    np.testing.assert_allclose(orderings.sum(axis=1), 1)


def test_bic_finds_the_planted_lag():
    rng = np.random.default_rng(0)
    changes = rng.normal(0, 1e-4, (6_000, 2))
    for t in range(3, len(changes)):
        changes[t, 1] += 0.4 * changes[t - 3, 0]
    assert lags_by_bic(market.frame(np.exp(np.cumsum(changes, axis=0))), most=8) == 3


def test_a_rolling_measure_knows_no_more_than_its_past():
    prices = market.prices(8_000)
    settings = {"window": "1000s", "lags": 1, "by": Bootstrap(block="250s")}
    whole, part = shares.rolling(prices, **settings), shares.rolling(prices[:5_000], **settings)
    early = whole[whole.index < part.index[-1]]
    np.testing.assert_allclose(early, part.loc[early.index], rtol=1e-7)
    assert whole["a"].median() == pytest.approx(0.9, abs=0.08)


def test_a_rolling_measure_has_forgotten_what_lies_before_its_window():
    prices = market.prices(4_000)
    other = pd.concat([market.prices(2_000, alpha=np.array([-0.3, 0.1]), seed=1), prices[2_000:]])
    settings = {"window": "1000s", "lags": 1, "by": Bootstrap(block="250s")}
    one, two = (shares.rolling(x, **settings) for x in (prices, other))
    late = one.index >= prices.index[3_300]
    np.testing.assert_allclose(one[late], two[late], rtol=1e-6)
    assert (one[~late] - two[~late]).abs().max(axis=None) > 0.1


def test_windows_without_cointegration_are_missing():
    rolled = shares.rolling(market.walks(8_000), "1000s", 1, by=Bootstrap(block="250s"))
    assert rolled["a"].isna().mean() > 0.8


def test_rows_next_to_a_missing_price_are_left_out():
    prices = market.prices(2_000)
    prices.iloc[700, 0] = np.nan
    assert moments(prices, 2).rows.sum() == 2_000 - 3 - 4
