"""Scores: textbook values, exact pooling, and intervals that cover the truth as often as they say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from kit.bootstrap import Bootstrap, mean
from kit.clock import SECOND
from kit.model import normalised_gmadl, scores
from kit.refusal import Refusal

ROWS = np.arange(4) * SECOND


def clock(n):
    return 1_700_000_000 * SECOND + np.arange(n) * SECOND


def autoregression(n, phi, seed):
    from scipy.signal import lfilter

    shocks = np.random.default_rng(seed).normal(size=n + 200)
    return lfilter([1], [1, -phi], shocks)[200:]


def pair(n=3000, seed=0):
    forecast, noise = np.random.default_rng(seed).normal(scale=1e-4, size=(2, n))
    return forecast + 2 * noise, forecast


def test_r2_of_one_to_four_forecast_as_two():
    actual, predicted = np.array([1.0, 2, 3, 4]), np.full(4, 2.0)
    assert scores.r2_zero(actual, predicted, ROWS).value == pytest.approx(0.8)
    assert scores.r2_against(actual, predicted, actual.mean(), ROWS).value == pytest.approx(-0.2)
    assert r2_score(actual, predicted) == pytest.approx(-0.2)


def test_the_benchmarks_score_zero():
    actual, _ = pair()
    assert scores.r2_zero(actual, np.zeros(3000), clock(3000)).value == 0
    assert scores.r2_train_mean(actual, np.full(3000, 2e-6), 2e-6, clock(3000)).value == 0


def test_a_perfect_forecast_scores_one_and_has_no_width():
    actual, _ = pair()
    score = scores.r2_zero(actual, actual, clock(3000))
    assert (score.value, score.low, score.high) == (1, 1, 1)


def test_autoregression_is_forecast_with_phi_squared():
    y = autoregression(20_000, 0.6, seed=0)
    score = scores.r2_zero(y[1:], 0.6 * y[:-1], clock(19_999))
    assert score.low < 0.36 < score.high and score.high - score.low < 0.05


def test_pooling_adds_errors_and_never_averages_folds():
    actual, predicted = pair()
    actual[1500:] *= 10
    halves = slice(0, 1500), slice(1500, None)
    errors = sum(((actual[h] - predicted[h]) ** 2).sum() for h in halves)
    pooled = scores.r2_zero(actual, predicted, clock(3000)).value
    assert pooled == pytest.approx(1 - errors / (actual**2).sum())
    averaged = np.mean([scores.r2_zero(actual[h], predicted[h], clock(3000)[h]).value for h in halves])
    assert abs(averaged - pooled) > 0.05


def test_scores_are_those_of_numpy():
    actual, predicted = pair()
    time = clock(3000)
    assert scores.correlation(actual, predicted, time).value == pytest.approx(np.corrcoef(actual, predicted)[0, 1])
    signs = np.sign(actual) == np.sign(predicted)
    assert scores.hit_rate(actual, predicted, time).value == pytest.approx(signs.mean())
    a = np.repeat([1e7, 1e9], 1500)
    halves = [normalised_gmadl(actual[a == k], predicted[a == k], k) for k in (1e7, 1e9)]
    weights = [np.abs(actual[a == k]).sum() for k in (1e7, 1e9)]
    assert scores.gmadl_score(actual, predicted, a, time).value == pytest.approx(np.average(halves, weights=weights))


def test_rows_without_a_move_have_no_sign_to_hit():
    actual, predicted = np.array([0.0, 1, -1, 2]), np.array([1.0, 1, 1, 0])
    score = scores.hit_rate(actual, predicted, ROWS)
    assert (score.value, score.n) == (0.5, 2)


def test_nothing_to_divide_by_is_nan():
    actual, predicted = pair()
    assert np.isnan(scores.correlation(actual, np.full(3000, 0.1), clock(3000)).value)
    assert np.isnan(scores.r2_zero(np.zeros(3000), predicted, clock(3000)).value)
    assert np.isnan(scores.hit_rate(actual, np.zeros(3000), clock(3000)).value)


@pytest.mark.parametrize("column", ["actual", "predicted"])
def test_a_missing_value_is_refused_with_its_row(column):
    given = dict(zip(("actual", "predicted"), pair(), strict=True))
    given[column][7] = np.nan
    with pytest.raises(Refusal, match=rf"column '{column}', row 7: nan is no return. Remedy"):
        scores.r2_zero(**given, time=clock(3000))


def test_too_few_blocks_give_no_interval():
    actual, predicted = pair(50)
    score = scores.r2_zero(actual, predicted, clock(50))
    assert np.isnan(score.low) and np.isnan(score.high) and score.method == "no interval: 9 blocks of 6 s"


@pytest.mark.parametrize(("by", "seconds"), [
    (Bootstrap(), 6), (Bootstrap(horizon="10s"), 20), (Bootstrap(block="60s"), 60), (Bootstrap(block="1s"), 6)])
def test_a_block_is_never_shorter_than_two_horizons(by, seconds):
    actual, predicted = pair()
    assert f"blocks of {seconds} s" in scores.r2_zero(actual, predicted, clock(3000), by).method


def test_the_same_seed_gives_the_same_interval_and_rows_may_come_in_any_order():
    actual, predicted = pair()
    one = scores.r2_zero(actual, predicted, clock(3000))
    assert scores.r2_zero(actual, predicted, clock(3000)) == one
    order = np.random.default_rng(0).permutation(3000)
    other = scores.r2_zero(actual[order], predicted[order], clock(3000)[order])
    assert (other.low, other.high) == (pytest.approx(one.low), pytest.approx(one.high))
    assert scores.r2_zero(actual, predicted, clock(3000), Bootstrap(seed=1)).low != one.low


def test_on_independent_rows_the_interval_is_the_textbook_one():
    values = np.random.default_rng(0).normal(size=12_000)
    score = mean(values, clock(12_000))
    assert score.high - score.low == pytest.approx(2 * 1.96 / np.sqrt(12_000), rel=0.1)


def test_on_dependent_rows_the_interval_covers_and_the_textbook_one_does_not():
    """AR(1) with phi = 0.9: the textbook interval is too narrow by sqrt(19)."""
    covered, naive = 0, 0
    for seed in range(100):
        values = autoregression(3000, 0.9, seed)
        score = mean(values, clock(3000), Bootstrap(draws=199, seed=seed))
        covered += score.low <= 0 <= score.high
        naive += abs(values.mean()) <= 1.96 * values.std() / np.sqrt(3000)
    assert covered >= 86  # 95 expected, less the bootstrap's known shortfall; 86 is four standard errors below
    assert naive < 60


def test_null_forecasts_of_overlapping_returns_are_rarely_taken_for_skill():
    """Rejections at 5 %, in a thousand runs: 6.8 % with blocks, 24.2 % as if rows were independent."""
    rejected, naive, rows = 0, 0, 4000
    for seed in range(200):
        shocks = np.random.default_rng(seed).normal(scale=1e-4, size=rows + 2)
        actual, predicted = np.convolve(shocks, np.ones(3), "valid"), autoregression(rows, 0.9, 10_000 + seed)
        score = scores.correlation(actual, predicted, clock(rows), Bootstrap(draws=199, seed=seed))
        rejected += not score.low <= 0 <= score.high
        naive += abs(score.value) * np.sqrt(rows) > 1.96
    assert rejected <= 24 and naive >= 40  # three standard errors from 6.8 %, one and a half from 24.2 %


def test_summary_and_by_fold_say_the_same_as_the_scores(oof):
    summary = scores.summary(oof)
    assert summary["r2_zero"] == scores.r2_zero(oof.actual, oof.predicted, oof.time)
    table = scores.by_fold(oof, Bootstrap(draws=99))
    errors, totals = ((oof.actual - oof.predicted) ** 2, oof.actual**2)
    by_hand = 1 - pd.Series(errors).groupby(oof.fold).sum() / pd.Series(totals).groupby(oof.fold).sum()
    np.testing.assert_allclose(table["r2_zero"], by_hand)
    assert (table["r2_zero_low"] < table["r2_zero"]).all() and (table["r2_zero"] < table["r2_zero_high"]).all()
    assert table["n_test"].sum() == len(oof.row) and str(table["test_start"].dtype) == "datetime64[ns, UTC]"
    for name, score in summary.items():
        assert table[name].min() <= score.value <= table[name].max(), name
        assert str(score).startswith(f"{score.value:.4g} [")


def test_gmadl_under_other_slopes_from_signs_to_the_literature(oof):
    table = scores.gmadl_sensitivity(oof).set_index(["kappa", "b"])["normalised_gmadl"]
    assert table[10.0, 1.0] == pytest.approx(scores.summary(oof)["normalised_gmadl"].value, rel=1e-12)
    signs = -(np.sign(oof.actual * oof.predicted) * np.abs(oof.actual)).sum() / np.abs(oof.actual).sum()
    assert table[np.inf, 1.0] == pytest.approx(signs, rel=1e-12)
    louder = scores.gmadl_sensitivity(replace(oof, predicted=10 * oof.predicted))["normalised_gmadl"]
    assert louder.iloc[-1] / table.iloc[-1] == pytest.approx(10, rel=1e-4)
    assert louder.iloc[3] == pytest.approx(signs, rel=1e-12) and len(table) == 9


def test_nothing_to_measure_is_refused():
    with pytest.raises(Refusal, match="no rows to measure"):
        mean([], np.array([], dtype=np.int64))
