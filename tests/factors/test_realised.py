"""Realised measures: known answers on five returns, and what they find on a market that is known."""

import math

import numpy as np
import pytest

from kit import clock, compute
from kit.sources import datasets
from kit.volatility import grid, measures
from tests.factors.test_volatility import bars

MINUTE = clock.UNITS["min"]
FIVE = np.array([0.01, -0.02, 0.015, 0.005, -0.01])
"""Known answers."""


def last(name, returns, window, **parameters):
    """A measure at the end of minute bars with these returns."""
    frame = bars(np.exp(np.concatenate([[0.0], np.cumsum(returns)])), MINUTE)
    return compute(frame, name, window=window, **parameters)[name].iloc[-1]


def test_realised_variance_of_five_returns():
    assert last("realised_variance", FIVE, "5min") == pytest.approx(8.5e-4, rel=1e-12)
    a_year = math.sqrt(8.5e-4 * 365 * 1440 / 5)
    assert last("realised_volatility", FIVE, "5min") == pytest.approx(a_year, rel=1e-12)


def test_bipower_of_five_returns():
    """Of a day by itself there are four products of two; packages leave the factor 5/4 out."""
    four = last("bipower_variation", FIVE, "4min")
    assert four == pytest.approx(9.8174770e-4, abs=5e-12)
    assert four * 5 / 4 == pytest.approx(1.22718e-3, abs=5e-9)


def test_median_and_minimum_of_five_returns():
    assert last("med_rv", FIVE, "3min") * 5 / 3 == pytest.approx(1.3010784e-3, abs=5e-11)
    assert last("min_rv", FIVE, "4min") * 5 / 4 == pytest.approx(1.2899711e-3, abs=5e-11)


def test_realised_kernel_of_five_returns():
    """By hand: nothing happens before them, so that all autocovariances are those of the five."""
    padded = np.concatenate([np.zeros(40), FIVE])
    weights = [1 - 6 * x**2 + 6 * x**3 for x in (1 / 15, 2 / 15, 3 / 15, 4 / 15)]
    by_hand = 8.5e-4 + 2 * np.dot(weights, [-4.75e-4, -1e-4, 2.5e-4, -1e-4])
    assert last("realised_kernel", padded, "20min", lags=14) == pytest.approx(by_hand, rel=1e-9)
    assert by_hand == pytest.approx(8.7111e-6, abs=5e-11)


def test_semivariances_are_the_variance():
    up, down = (last(f"realised_semivariance_{way}", FIVE, "5min") for way in ("up", "down"))
    assert (up, down) == pytest.approx((3.5e-4, 5.0e-4))


@pytest.fixture(scope="module")
def noisy():
    """Thirty days of minutes: a day's integrated variance is 4e-4, that of noise 4e-7."""
    rng = np.random.default_rng(3)
    n = 30 * 1440
    efficient = np.cumsum(rng.normal(0, np.sqrt(4e-4 / 1440), n))
    return bars(np.exp(efficient + rng.normal(0, np.sqrt(4e-7), n)), MINUTE)


def daily_mean(frame, name, **parameters):
    return compute(frame, name, window="1d", **parameters)[name].iloc[1439 * 2::1440].mean()


def test_noise_adds_its_variance_to_every_return_twice(noisy):
    assert daily_mean(noisy, "realised_variance") == pytest.approx(4e-4 + 2 * 1440 * 4e-7, rel=0.02)


@pytest.mark.parametrize(("name", "parameters"), [("tsrv", {"slow": "45min"}), ("realised_kernel", {"lags": 30}),
                                                  ("pre_averaged_variance", {"block": 30})])
def test_noise_is_taken_out(noisy, name, parameters):
    assert daily_mean(noisy, name, **parameters) == pytest.approx(4e-4, rel=0.12)


def test_two_scales_of_one_length_are_no_scales():
    frame = bars(100 + np.arange(200.0), 30 * MINUTE)
    assert compute(frame, "tsrv", window="1d", slow="30min")["tsrv"].isna().all()
    assert compute(frame, "tsrv", window="1d", slow="60min")["tsrv"].notna().any()


def test_quarticities_and_moments_of_normal_returns():
    rng = np.random.default_rng(4)
    returns, n = rng.normal(0, 0.001, 20_000), 19_000
    for name in ("realised_quarticity", "tripower_quarticity", "med_rq"):
        assert last(name, returns, f"{n}min") == pytest.approx((n * 1e-6) ** 2, rel=0.05)
    assert last("realised_kurtosis", returns, f"{n}min") == pytest.approx(3, abs=0.1)
    assert last("realised_skewness", returns, f"{n}min") == pytest.approx(0, abs=0.06)
    assert last("jump_share", returns, f"{n}min") < 0.03


def test_one_jump_is_its_share():
    rng = np.random.default_rng(5)
    returns = rng.normal(0, 0.001, 2000)
    returns[1500] = 0.03
    assert last("jump_share", returns, "1000min") == pytest.approx(9e-4 / (9e-4 + 1e-3), abs=0.05)


def test_the_planted_variance_is_found_on_synthetic_minutes():
    """Those that bear noise find variance and jumps; those that bear jumps the variance alone, and a little noise."""
    tables = datasets.load("synthetic-minutes", "SIM-BTC").tables
    known = measures.known(tables["truth"])
    found = measures.compare(measures.daily(tables["bars"]), known["variance"])
    with_jumps = 1 + known["jumps"].sum() / known["variance"].sum()
    for name in ("tsrv, 1 min", "realised_kernel, 1 min", "pre_averaged_variance, 1 min"):
        assert found.loc[name, "low"] < with_jumps < found.loc[name, "high"]
    noise = 1 + 2 * 288 * 2.0e-4**2 / known["variance"].mean()
    for name in ("med_rv, 5 min", "min_rv, 5 min"):
        assert found.loc[name, "ratio"] == pytest.approx(noise, abs=0.03)
    plain, bipower = (found.loc[f"{name}, 5 min", "ratio"] for name in ("realised_variance", "bipower_variation"))
    assert noise < bipower < plain - 0.05
    assert found.loc["realised_variance, 1 min", "low"] > with_jumps + 0.05
    assert found.loc[list(found.index[-3:]), "error"].min() > 3 * found.loc["med_rv, 5 min", "error"]


def test_bars_on_a_grid_are_whole_days_without_holes():
    rng = np.random.default_rng(6)
    frame = bars(100 * np.exp(np.cumsum(rng.normal(0, 1e-3, 3 * 1440 + 100))), MINUTE)
    thin = frame[rng.random(len(frame)) < 0.5]
    made = grid.regular(thin, "15min")
    assert len(made) == 3 * 96
    assert grid.by_day(made, made["close"]).shape == (3, 96)
    at = frame.set_index("time")["close"].reindex(thin["time"])
    assert (made["close"].to_numpy() == at.asof(made["time"]).to_numpy()).all()
