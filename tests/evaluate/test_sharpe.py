"""Sharpe ratios: Bailey and López de Prado's worked example, Lo's standard errors, and how often luck passes."""

import numpy as np
import pytest
from scipy import stats

from kit.evaluate import sharpe
from kit.evaluate.resample import Resample
from kit.refusal import Refusal
from tests.evaluate.curves import autoregression

DAILY = 2.5 / np.sqrt(250)
VARIANCE = 0.5 / 250


def test_deflated_sharpe_of_the_worked_example():
    """Known: SR 2.5 a year of 250, T 1250, skew -3, raw kurtosis 10, V .5: SR0 .1132, DSR .9004; N 46: .9505."""
    assert sharpe.expected_maximum(VARIANCE, 100) == pytest.approx(0.1132, abs=5e-5)
    deflated = [sharpe.deflated_sharpe(DAILY, VARIANCE, trials, 1250, -3, 10) for trials in (100, 46)]
    assert deflated == pytest.approx([0.9004, 0.9505], abs=5e-5)
    assert sharpe.deflated_sharpe(DAILY, VARIANCE, 100, 1250, -3, 7) != pytest.approx(0.9004, abs=5e-4)  # excess


def test_expected_maximum_is_that_of_normals():
    drawn = np.random.default_rng(0).normal(size=(20_000, 50)).max(axis=1).mean()
    assert sharpe.expected_maximum(1.0, 50) == pytest.approx(drawn, rel=0.02)
    assert sharpe.expected_maximum(4.0, 50) == pytest.approx(2 * sharpe.expected_maximum(1.0, 50))
    assert sharpe.expected_maximum(1.0, 1) == 0


def test_minimum_track_record_is_where_the_probability_reaches_its_level():
    needed = sharpe.minimum_track_record(0.1, 0.02, -1, 6, 0.95)
    assert sharpe.probabilistic_sharpe(0.1, 0.02, needed, -1, 6) == pytest.approx(0.95)
    assert sharpe.minimum_track_record(0.1, 0.1) == np.inf


def test_standard_error_of_independent_normals_is_lo_s():
    x = np.random.default_rng(0).normal(0.1, 1, 200_000)
    assert sharpe.standard_error(x) == pytest.approx(np.sqrt((1 + 0.1**2 / 2) / 200_000), rel=0.02)


def test_standard_error_covers_in_fat_tails_and_memory():
    spread = [(sharpe.sharpe_ratio(x), sharpe.standard_error(x, 12)) for x in (
        0.1 + autoregression(1000, 0.4, np.random.default_rng(seed)) for seed in range(300))]
    ratios, errors = np.array(spread).T
    assert errors.mean() == pytest.approx(ratios.std(), rel=0.12)
    assert ratios.std() > 1.3 / np.sqrt(1000)


def test_memory_changes_the_square_root_of_time():
    """AR(rho): Lo's factor over sqrt(q) tends to sqrt((1 - rho) / (1 + rho))."""
    x = 0.05 + autoregression(100_000, 0.3, np.random.default_rng(0))
    ratio = sharpe.annualised(x, 365, 20) / sharpe.annualised(x, 365, 0)
    assert ratio == pytest.approx(np.sqrt(0.7 / 1.3), rel=0.02)
    assert sharpe.annualised(x, 365, 0) == pytest.approx(sharpe.sharpe_ratio(x) * np.sqrt(365))
    with pytest.raises(Refusal, match="no variance"):
        sharpe.annualised(np.tile([1.0, -1.001], 50), 365, 1)


def test_interval_of_the_ratio_agrees_with_its_standard_error():
    x = np.random.default_rng(0).standard_t(5, 1000) + 0.1
    score = sharpe.sharpe_interval(x, Resample(draws=499))
    assert (score.high - score.low) / 3.92 == pytest.approx(sharpe.standard_error(x), rel=0.15)
    assert np.isnan(sharpe.sharpe_ratio(np.ones(5)))


def test_alike_trials_count_once():
    rng = np.random.default_rng(0)
    ideas = rng.normal(size=(500, 6))
    trials = np.repeat(ideas, 5, axis=1) + 0.3 * rng.normal(size=(500, 30))
    assert sharpe.effective_trials(trials) == 6
    assert sharpe.effective_trials(ideas) == 6 and sharpe.effective_trials(trials[:, :5]) == 1
    assert sharpe.effective_trials(trials[:, :1]) == 1
    assert sharpe.effective_trials(np.column_stack([np.zeros((500, 1)), ideas[:, :2]])) == 3
    with pytest.raises(Refusal, match="vary"):
        sharpe.deflate(np.zeros((50, 3)))


def test_the_best_of_lucky_trials_deflates_to_a_coin_toss_and_skill_survives():
    lucky = [sharpe.deflate(np.random.default_rng(seed).normal(size=(500, 20))) for seed in range(60)]
    assert np.mean([d.probability for d in lucky]) == pytest.approx(0.5, abs=0.1)
    assert np.mean([d.probability > 0.95 for d in lucky]) < 0.1
    trials = np.random.default_rng(0).normal(size=(500, 20))
    trials[:, 7] += 0.4
    skilled = sharpe.deflate(trials)
    assert skilled.best == 7 and skilled.probability > 0.95 and skilled.effective_trials == 20
    x = trials[:, 7]
    assert skilled.probability == pytest.approx(sharpe.deflated_sharpe(
        x.mean() / x.std(ddof=1), np.var(sharpe.sharpe_ratio(trials.T), ddof=1), 20, 500, stats.skew(x),
        3 + stats.kurtosis(x)))
