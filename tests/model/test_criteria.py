"""What trials are judged by: the scores of the report, pooled over folds, and Breiman's rule of one standard error."""

import numpy as np
import pytest

from kit.model import a_scale
from kit.model.criteria import loss, reading, simplest, standard_error, sums
from kit.model.scores import gmadl_score, r2_zero


@pytest.fixture(scope="module")
def folds():
    rng = np.random.default_rng(0)
    actual = [rng.normal(scale=1e-4, size=n) for n in (300, 500, 400)]
    return [(r, 0.2 * r + rng.normal(scale=3e-5, size=len(r)), a_scale(r)) for r in actual]


@pytest.mark.parametrize("b", [1.0, 2.0])
def test_pooled_losses_are_the_scores_of_all_rows(folds, b):
    actual, predicted = (np.concatenate(part) for part in list(zip(*folds, strict=True))[:2])
    a = np.concatenate([np.full(len(r), a) for r, _, a in folds])
    time = np.arange(len(actual)) * 10**9
    pooled = loss(np.stack([sums(*fold, b) for fold in folds]).sum(axis=0))
    assert pooled[0] == pytest.approx(gmadl_score(actual, predicted, a, time, b).value, rel=1e-12)
    assert reading("r2", pooled[1]) == pytest.approx(r2_zero(actual, predicted, time).value, rel=1e-12)


def test_the_standard_error_of_equal_folds_is_that_of_a_mean():
    values = np.array([0.2, 0.5, 0.3, 0.6])
    parts = np.stack([values * 7, np.full(4, 7.0)], axis=1)
    assert standard_error(parts) == pytest.approx(values.std(ddof=1) / 2)


def test_one_fold_says_nothing_of_the_error(folds):
    np.testing.assert_array_equal(standard_error(sums(*folds[0])[None]), [0, 0])


def test_the_smallest_within_one_standard_error_is_taken():
    value, error, size = np.array([-0.30, -0.29, -0.28, -0.10]), np.full(4, 0.015), np.array([64, 32, 8, 1])
    assert simplest(value, error, size) == 1
    assert simplest(value, error, size, within=2) == 2
    assert simplest(value, error, size, within=0) == 0


def test_of_equal_sizes_the_better_is_taken():
    assert simplest(np.array([-0.28, -0.29, -0.30]), np.full(3, 1.0), np.array([8, 8, 9])) == 1


def test_only_the_error_of_the_best_counts():
    assert simplest(np.array([-0.30, -0.20]), np.array([0.01, 9.0]), np.array([64, 1])) == 0
