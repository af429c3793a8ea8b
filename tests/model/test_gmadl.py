"""GMADL: known answers, its limits and its symmetries."""

import array_api_strict
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from kit.model import a_scale, gmadl, normalised_gmadl
from kit.model.gmadl import losses
from kit.refusal import Refusal

MOVES = st.floats(-0.05, 0.05).filter(lambda x: x == 0 or abs(x) > 1e-9)


def returns(seed=0, n=20_000, sd=1e-4):
    return np.random.default_rng(seed).normal(scale=sd, size=(2, n))


@pytest.mark.parametrize(("actual", "predicted", "a", "b", "known"), [
    (0.01, 0.01, 1000, 2, -2.497918747894e-06),
    (0.01, -0.01, 1000, 2, 2.497918747894e-06),
    (-0.02, 0.005, 1000, 2, 9.991674991576e-06),
    (0.01, 0.02, 100, 1, -4.999833340000e-05),
])
def test_known_answers(actual, predicted, a, b, known):
    assert f"{gmadl(np.array([actual]), np.array([predicted]), a, b):.12e}" == f"{known:.12e}"


@pytest.mark.parametrize(("actual", "predicted"), [(0.01, 0.0), (0.0, 0.01)])
def test_no_move_or_no_opinion_is_zero(actual, predicted):
    assert gmadl(np.array([actual]), np.array([predicted]), 1000, 2) == 0


@given(st.lists(st.tuples(MOVES, MOVES), min_size=1), st.floats(1, 1e9), st.sampled_from([0.5, 1.0, 2.0]))
def test_the_sigmoid_of_the_paper_is_the_same_function(pairs, a, b):
    r, forecast = np.array(pairs).T
    with np.errstate(over="ignore"):
        paper = -(1 / (1 + np.exp(-a * r * forecast)) - 0.5) * np.abs(r) ** b
    np.testing.assert_allclose(losses(r, forecast, a, b), paper, rtol=1e-9, atol=1e-16)


@given(st.lists(st.tuples(MOVES, MOVES), min_size=1), st.floats(1, 1e9))
def test_opposite_forecasts_have_opposite_losses(pairs, a):
    r, forecast = np.array(pairs).T
    assert gmadl(r, -forecast, a) == -gmadl(r, forecast, a)


@pytest.mark.parametrize("b", [1, 2])
@pytest.mark.parametrize("a", [1, 10, 1000])
def test_far_below_the_scale_of_returns_it_is_linear(a, b):
    r, forecast = returns()
    linear = -a / 4 * np.mean(r * forecast * np.abs(r) ** b)
    assert gmadl(r, forecast, a, b) / linear == pytest.approx(1, abs=5e-5)
    assert gmadl(r, 10 * forecast, a, b) / gmadl(r, forecast, a, b) == pytest.approx(10, rel=1e-4)


def test_for_large_a_it_is_half_of_madl():
    r, forecast = returns()
    forecast[:10] = 0
    madl = np.mean(-np.sign(r * forecast) * np.abs(r))
    assert gmadl(r, forecast, 1e30) == pytest.approx(madl / 2, rel=1e-12)


@pytest.mark.parametrize(("moves", "best", "loss"), [
    ([0.01] * 3 + [-0.02] * 2, -0.19073, -5.430571e-05),
    ([0.01] * 4 + [-0.02], -0.10613, None),
])
def test_the_best_constant_of_a_two_point_law(moves, best, loss):
    r = np.array(moves)
    found = minimize_scalar(lambda c: gmadl(r, c * np.ones_like(r), 1000, 2), bounds=(-1, 1), method="bounded",
                            options={"xatol": 1e-9})
    assert found.x == pytest.approx(best, abs=5e-6)
    assert loss is None or found.fun == pytest.approx(loss, rel=1e-6)
    up, down = 0.01, 0.02
    slopes = [np.mean(r == move) * abs(move) ** 3 / np.cosh(500 * move * found.x) ** 2 for move in (up, -down)]
    assert slopes[0] == pytest.approx(slopes[1], rel=1e-5)


def test_moves_of_equal_size_have_no_best_constant():
    r = np.array([0.01] * 3 + [-0.01] * 2)
    curve = [gmadl(r, np.full(5, c), 1000, 2) for c in np.linspace(-2, 2, 401)]
    assert (np.diff(curve) < 0).all()


@given(st.lists(st.tuples(MOVES, MOVES), min_size=1), st.floats(1e-3, 1e12), st.sampled_from([1.0, 2.0]))
def test_normalised_it_lies_between_minus_one_and_one(pairs, a, b):
    r, forecast = np.array(pairs).T
    score = normalised_gmadl(r, forecast, a, b)
    assert -1 - 1e-12 <= score <= 1 + 1e-12 or (not r.any() and np.isnan(score))


def test_normalised_it_reaches_its_bounds():
    r, _ = returns()
    assert normalised_gmadl(r, r, 1e30) == pytest.approx(-1) and normalised_gmadl(r, -r, 1e30) == pytest.approx(1)


def test_a_is_ten_over_the_variance_and_moves_with_the_unit():
    r, forecast = returns(sd=1.4e-4)
    a = a_scale(r)
    assert a * r.var() == pytest.approx(10) and a_scale(r, kappa=100) == pytest.approx(10 * a)
    assert a_scale(1e4 * r) == pytest.approx(1e-8 * a)
    assert normalised_gmadl(1e4 * r, 1e4 * forecast, 1e-8 * a) == pytest.approx(normalised_gmadl(r, forecast, a))


def test_scaled_a_no_longer_rewards_large_forecasts_without_bound():
    r, noise = returns()
    forecast = 0.3 * r + noise
    one, hundred = (normalised_gmadl(r, k * forecast, a_scale(r)) for k in (1, 100))
    assert hundred / one < 2 < normalised_gmadl(r, 100 * forecast, 1000.0) / normalised_gmadl(r, forecast, 1000.0)


@pytest.mark.parametrize("bad", [np.zeros(5), np.array([1.0, np.nan]), np.array([1.0, np.inf])])
def test_a_scale_refuses_returns_without_variance(bad):
    with np.errstate(invalid="ignore"), pytest.raises(Refusal, match="variance"):
        a_scale(bad)


def test_float32_is_computed_in_float64():
    r, forecast = returns()
    near = gmadl(r.astype(np.float32), forecast.astype(np.float32), 1000, 2)
    assert near == pytest.approx(gmadl(r, forecast, 1000, 2), rel=1e-3)


def test_the_strict_array_library_agrees():
    r, forecast = returns(n=1000)
    strict = [array_api_strict.asarray(x) for x in (r, forecast)]
    assert gmadl(*strict, 1e8) == pytest.approx(gmadl(r, forecast, 1e8), rel=1e-12)
    assert normalised_gmadl(*strict, 1e8) == pytest.approx(normalised_gmadl(r, forecast, 1e8), rel=1e-12)
    assert a_scale(strict[0]) == pytest.approx(a_scale(r), rel=1e-12)


def test_a_missing_forecast_is_seen():
    assert np.isnan(gmadl(np.array([0.01, 0.02]), np.array([0.01, np.nan]), 1000))
