"""The signature plot: flat without noise, and its slope is the noise that was planted."""

import numpy as np
import pytest

from kit import clock
from kit.sources import datasets
from kit.volatility import measures, signature
from tests.factors.test_volatility import bars

MINUTE = clock.UNITS["min"]


@pytest.mark.parametrize("symbol", ["SIM-BTC", "SIM-ROSE"])
def test_the_planted_noise_is_found(symbol):
    recording = datasets.load("synthetic-minutes", symbol)
    variances, planted = signature.daily(recording.tables["bars"]), recording.planted.noise**2
    noise = signature.noise_variance(variances)
    assert noise.low < planted < noise.high
    assert noise.value == pytest.approx(planted, rel=0.12)
    expected = signature.expected(measures.known(recording.tables["truth"]), planted, variances.columns)
    curve = signature.plot(variances)
    assert ((curve["low"] < expected) & (expected < curve["high"])).all()
    assert curve["variance"].iloc[:5].to_numpy() == pytest.approx(expected.iloc[:5].to_numpy(), rel=0.03)
    assert (curve["ratio_high"] - curve["ratio_low"] < (curve["high"] - curve["low"]) / curve["variance"]).all()


def test_without_noise_the_signature_is_flat():
    rng = np.random.default_rng(0)
    frame = bars(np.exp(np.cumsum(rng.normal(0, 1e-3, 60 * 1440))), MINUTE)
    variances = signature.daily(frame)
    noise = signature.noise_variance(variances)
    assert noise.low < 0 < noise.high
    assert variances["1min"].mean() == pytest.approx(1440e-6, rel=0.01)


def test_steps_that_bars_cannot_make_are_left_out():
    frame = bars(np.exp(np.cumsum(np.random.default_rng(1).normal(0, 1e-2, 24 * 20))), 60 * MINUTE)
    assert list(signature.daily(frame)) == ["1h", "2h", "4h"]


def test_best_reach_grows_with_noise_as_the_papers_say():
    """Flat volatility: xi is the noise's deviation over the day's; H = 3.5134 xi^(4/5) n^(3/5)."""
    best = signature.best(noise=1e-6, quarticity=(4e-4) ** 2, n=1440)
    assert best["xi"] == pytest.approx(0.05)
    assert best["lags"] == pytest.approx(3.5134 * 0.05**0.8 * 1440**0.6)
    assert best["slow"] == pytest.approx((12e-12 / 1.6e-7) ** (1 / 3) * 1440 ** (2 / 3))
    assert signature.best(0.0, 1e-7, 1440) == {"xi": 0.0, "slow": 1.0, "lags": 1.0, "step": 1.0}
