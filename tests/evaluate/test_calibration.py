"""The pipeline's headline test holds its level where nothing can be forecast, and finds what is planted."""

import numpy as np
import pytest
from scipy import stats

from kit.evaluate import predictability
from kit.evaluate.calibration import Pipeline, calibrate, wilson
from kit.refusal import Refusal
from tests.model.known_market import market

RUNS = 60


def test_wilson_intervals_are_those_of_wilson():
    low, high = wilson(0, 10)
    assert (low, high) == pytest.approx((0.0, 1.96**2 / (10 + 1.96**2)), abs=1e-4)
    assert wilson(5, 10) == pytest.approx((0.2366, 0.7634), abs=1e-4)


def test_block_t_is_students_t_of_the_sums_of_equal_stretches():
    values, time = np.random.default_rng(0).normal(size=400), np.arange(400) * 10**9
    ours = predictability.block_t(values, time, 20)
    theirs = stats.ttest_1samp(values.reshape(20, 20).sum(axis=1), 0, alternative="greater")
    assert (ours.t, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert ours.mean == pytest.approx(values.mean())


def test_block_t_refuses_missing_values_and_holes_as_long_as_a_stretch():
    time = np.arange(400) * 10**9
    with pytest.raises(Refusal, match="missing"):
        predictability.block_t(np.where(np.arange(400) == 7, np.nan, 1.0), time)
    with pytest.raises(Refusal, match="stretches"):
        predictability.block_t(np.ones(300), np.concatenate([time[:150], time[250:]]))


def test_block_t_holds_its_level_with_overlapping_labels_and_clustered_volatility():
    """Where a t-test of the rows would reject a third of the time."""
    rejected = naive = 0
    for seed in range(600):
        rng = np.random.default_rng(seed)
        pace = np.exp(0.5 * np.convolve(rng.normal(size=1300), np.ones(100) / 10, "valid"))[:1200]
        label = np.convolve(pace * rng.normal(size=1200), np.ones(3), "full")[2:]
        signal = np.convolve(rng.normal(size=1219), np.ones(20), "valid")
        values = (label * signal)[:-2]
        rejected += predictability.block_t(values, np.arange(1198)).p < 0.05
        naive += stats.ttest_1samp(values, 0, alternative="greater").pvalue < 0.05
    assert stats.binomtest(rejected, 600, 0.05).pvalue > 0.001
    assert naive > 1.8 * rejected


def test_the_whole_pipeline_rejects_on_a_market_without_edge_as_often_as_it_says():
    """A binomial bound: a pipeline at its level fails this once in a thousand, one at 25 % nearly always."""
    found = calibrate(RUNS, (0.0,), Pipeline(length="30min", iterations=30), progress=False).set_index("test")
    assert (found["runs"] == RUNS).all() and (found["low"] < found["rate"] + 1e-12).all()
    for name in ("forecast", "sign", "gmadl"):
        assert stats.binom.sf(found.loc[name, "rejected"] - 1, RUNS, 0.05) > 0.001, name


def test_the_bound_above_would_catch_a_test_at_a_quarter():
    allowed = stats.binom.isf(0.001, RUNS, 0.05)
    assert stats.binom.sf(allowed, RUNS, 0.25) > 0.9


def test_the_planted_edge_is_found_and_a_larger_one_more_often():
    found = calibrate(6, (0.3, 1.0), progress=False).set_index(["edge", "test"])["rejected"]
    assert found[1.0, "forecast"] == 6
    assert found[0.3, "forecast"] <= found[1.0, "forecast"]


def test_the_answer_depends_on_neither_processes_nor_chance():
    settings = {"runs": 2, "edges": (1.0,), "pipeline": Pipeline(length="15min"), "progress": False}
    assert calibrate(**settings).equals(calibrate(**settings, processes=2))


def test_intervals_are_counted_when_asked_for():
    found = calibrate(2, (1.0,), Pipeline(draws=99), progress=False).set_index("test")
    assert found.loc["interval of correlation", "rejected"] == 2


def test_the_moments_are_zero_for_a_forecast_of_nothing():
    X, y = market(4000, seed=3, beta=0.0)
    noise = np.random.default_rng(1).normal(size=len(y))
    test = predictability.block_t(y.to_numpy() * noise, X.index.as_unit("ns").asi8)
    assert test.p > 0.001 and abs(test.mean) < 1e-5
