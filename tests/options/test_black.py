"""Black's formula: known answers, identities of coin-settled options, and the volatility behind every price."""

import numpy as np
import pytest

from kit.options import black
from kit.refusal import Refusal

F, K, VOL, YEARS = 100.0, 100.0, 0.6, 30 / 365


def test_known_answers():
    """Known; QuantLib and vollib agree (vollib's vega is per 1 %)."""
    assert black.price(F, K, VOL, YEARS, black.CALL) == pytest.approx(6.853940718, abs=5e-10)
    assert black.vega(F, K, VOL, YEARS) == pytest.approx(11.395095, abs=5e-7)
    assert black.delta(F, K, VOL, YEARS, black.CALL) == pytest.approx(0.534270, abs=5e-7)
    assert black.gamma(F, K, VOL, YEARS) == pytest.approx(0.0231067, abs=5e-8)


def test_hull_put_on_a_future():
    """Hull's example: F = K = 20, four months, 9 %, 25 %: 1.12."""
    assert black.price(20, 20, 0.25, 4 / 12, black.PUT, rate=0.09) == pytest.approx(1.12, abs=0.005)


@pytest.fixture(scope="module")
def grid():
    """Options far in and far out of the money, of hours and of years."""
    rng = np.random.default_rng(0)
    n = 5000
    return (F, F * np.exp(rng.normal(0, 0.5, n)), rng.uniform(0.1, 2.5, n), rng.uniform(0.003, 1, n),
            rng.choice([black.CALL, black.PUT], n))


def test_put_call_parity(grid):
    forward, strike, vol, years, _ = grid
    call, put = (black.price(forward, strike, vol, years, right, rate=0.05) for right in (black.CALL, black.PUT))
    np.testing.assert_allclose(call - put, np.exp(-0.05 * years) * (forward - strike), atol=1e-9)


def test_slopes_are_those_of_the_price(grid):
    forward, strike, vol, years, right = grid
    step = 1e-4
    up, down = (black.price(forward + e, strike, vol, years, right) for e in (step, -step))
    np.testing.assert_allclose((up - down) / (2 * step), black.delta(forward, strike, vol, years, right), atol=1e-6)
    up, down = (black.price(forward, strike, vol + e, years, right) for e in (step, -step))
    np.testing.assert_allclose((up - down) / (2 * step), black.vega(forward, strike, vol, years), atol=1e-4)


def test_premium_included_delta_is_the_slope_of_the_premium_in_coin(grid):
    """Known: coin premium = money / F, delta with the extra - V / F."""
    forward, strike, vol, years, right = grid
    step = 1e-3
    up, down = (black.inverse_price(forward + e, strike, vol, years, right) for e in (step, -step))
    expected = forward * (up - down) / (2 * step)
    np.testing.assert_allclose(black.premium_included_delta(forward, strike, vol, years, right), expected, atol=1e-6)


def test_implied_vol_finds_the_volatility_of_every_price(grid):
    forward, strike, vol, years, right = grid
    premium = black.price(forward, strike, vol, years, right)
    worth = premium - np.maximum(right * (forward - strike), 0) > 1e-8 * forward
    assert worth.mean() > 0.95
    implied = black.implied_vol(premium, forward, strike, years, right)
    np.testing.assert_allclose(implied[worth], vol[worth], atol=1e-7)
    coins = black.coin_implied_vol(premium / forward, forward, strike, years, right)
    np.testing.assert_allclose(coins[worth], implied[worth], atol=1e-7)


def test_implied_vol_of_a_price_that_cannot_be_is_missing():
    cannot = [0.0, -1.0, 100.0, 150.0, np.nan]
    assert np.isnan(black.implied_vol(cannot, F, K, YEARS, black.CALL)).all()
    assert np.isnan(black.implied_vol(5.0, F, 90.0, YEARS, black.CALL)), "below what exercise pays"
    assert np.isnan(black.implied_vol(5.0, F, K, [0.0, -0.1], black.CALL)).all(), "no time is left"


def test_without_deviation_the_price_is_the_payoff():
    strike = np.array([90.0, 100.0, 110.0])
    np.testing.assert_array_equal(black.price(F, strike, VOL, 0.0, black.CALL), [10, 0, 0])
    np.testing.assert_array_equal(black.price(F, strike, 0.0, 1.0, black.PUT), [0, 0, 10])


def test_a_price_that_is_not_positive_is_refused():
    with pytest.raises(Refusal, match="not positive"):
        black.price(F, [100.0, 0.0], VOL, YEARS, black.CALL)
