"""GARCH fits against arch, derivatives against differences, rolling refits against each window by itself."""

import math

import numpy as np
import pytest
from arch import arch_model
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.kernels import garch
from kit.kernels.garch_likelihood import backcast, curvature, loss, slopes, tie
from kit.past import Past

DAY = 86_400 * 10**9


def clustered(n, seed=0, alpha=0.1, beta=0.85, scale=0.01):
    """Returns of a GARCH(1,1)."""
    rng, h, x = np.random.default_rng(seed), 1.0, np.empty(n)
    for t in range(n):
        x[t] = math.sqrt(h) * rng.normal()
        h = 1 - alpha - beta + alpha * x[t] ** 2 + beta * h
    return scale * x


def variances(x, p, start):
    """The definition: what each row's variance is, given those before, and that of the row after the last."""
    mu, omega, alpha, gamma, beta = p
    h = [omega + (alpha + gamma / 2 + beta) * start]
    for e in x - mu:
        h.append(omega + (alpha + gamma * (e < 0)) * e**2 + beta * h[-1])
    return np.array(h)


def arch_start(x):
    weight = 0.94 ** np.arange(min(75, len(x)))
    return (weight * (x[:75] - x.mean()) ** 2).sum() / weight.sum()


def likelihood(x, p, start):
    h = variances(x, p, start)[:-1]
    return -0.5 * (np.log(2 * np.pi) + np.log(h) + (x - p[0]) ** 2 / h).sum()


@pytest.mark.parametrize("sample", [False, True])
@pytest.mark.parametrize("tied", [False, True])
def test_derivatives_are_those_of_the_loss(tied, sample):
    z = np.random.default_rng(0).standard_t(4, size=120)
    p, start = np.array([0.1, 0.1, 0.1, 0.1 if tied else 0.2, 0.7]), 1.0 if sample else backcast(z, False)
    moves = np.eye(5) if not tied else np.array([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]])

    def gradient(q):
        h, d, g, hessian = np.empty(120), np.empty((5, 120)), np.empty(5), np.zeros((5, 5))
        slopes(z, q, start, sample, h, d)
        curvature(z, q, sample, h, d, g, hessian)
        if tied:
            tie(g, hessian)
        which = [0, 1, 2, 4] if tied else range(5)
        return g[which], np.tril(hessian)[np.ix_(which, which)]

    tiny = 1e-6
    ahead, behind = ([loss(z, p + side * tiny * m, start, sample) for m in moves] for side in (1, -1))
    numeric = (np.array(ahead) - behind) / (2 * tiny)
    second = [(gradient(p + tiny * m)[0] - gradient(p - tiny * m)[0]) / (2 * tiny) for m in moves]
    np.testing.assert_allclose(gradient(p)[0], numeric, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(gradient(p)[1], np.tril(second), rtol=1e-6, atol=1e-5)


def test_the_loss_is_the_gaussian_likelihood_written_out():
    x = clustered(400, scale=1.0)
    z, p = (x - x.mean()) / x.std(), np.array([0.05, 0.1, 0.08, 0.15, 0.8])
    plain = likelihood(z, [0.05, 0.1, 0.08, 0.07, 0.8], backcast(z, False))
    assert -loss(z, p, backcast(z, False), False) - 200 * math.log(2 * math.pi) == pytest.approx(plain, abs=1e-9)


@pytest.mark.parametrize("asymmetric", [False, True])
@pytest.mark.parametrize("n", [120, 365, 1000])
def test_no_fit_is_less_likely_than_that_of_arch(asymmetric, n):
    rng = np.random.default_rng(n)
    series = [100 * clustered(n, seed) for seed in range(4)] + [rng.normal(size=n), rng.standard_t(3, size=n)]
    for x in series:
        theirs = arch_model(x, p=1, o=int(asymmetric), q=1, rescale=False).fit(disp="off")
        ours = garch.fit(x, asymmetric)
        assert ours.loglikelihood >= theirs.loglikelihood - 1e-6
        assert likelihood(x, ours[:5], arch_start(x)) == pytest.approx(ours.loglikelihood, abs=1e-7)


def test_where_volatility_clusters_the_parameters_are_those_of_arch():
    x = 100 * clustered(3000)
    theirs = arch_model(x, rescale=False).fit(disp="off", tol=1e-10)
    ours = garch.fit(x)
    assert [ours.mu, ours.omega, ours.alpha, ours.beta] == pytest.approx(list(theirs.params), abs=2e-4)
    assert ours.persistence == pytest.approx(0.95, abs=0.03)


def test_the_unit_of_returns_does_not_matter():
    x = clustered(1000)
    small, large = garch.fit(x), garch.fit(1e4 * x)
    assert small.persistence == pytest.approx(large.persistence, rel=1e-9)
    assert 1e8 * small.omega == pytest.approx(large.omega, rel=1e-9)


def test_what_explodes_shows_in_its_persistence():
    x = np.random.default_rng(2).normal(size=400) * np.exp(np.linspace(0, 4, 400))
    assert garch.fit(x).persistence >= 1


def rolled(x, window=150, every=40, cuts=(), **keywords):
    past, edges, parts = Past(), [0, *sorted(cuts), len(x)], []
    time = np.arange(len(x)) * DAY
    for i, j in zip(edges[:-1], edges[1:], strict=True):
        parts.append(past.at(time[i:j]).garch(x[i:j], window, every, **keywords))
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


@pytest.mark.parametrize("asymmetric", [False, True])
def test_rolling_forecasts_are_those_of_each_window_by_itself(asymmetric):
    x = clustered(330)
    sigma, persistence = rolled(x, asymmetric=asymmetric)
    assert np.isnan(sigma[:160]).all() and np.isfinite(sigma[160:]).all()
    for block in (160, 200, 280, 320):
        window, here = x[block - 150:block], x[block - 150:min(block + 40, 330)]
        fitted = garch.fit(window, asymmetric)
        expected = np.sqrt(variances(here, fitted[:5], arch_start(window))[151:])
        np.testing.assert_allclose(sigma[block:block + 40], expected, rtol=1e-9)
        np.testing.assert_allclose(persistence[block:block + 40], fitted.persistence, rtol=1e-9)


def test_one_row_at_a_time_is_the_whole():
    x = clustered(260)
    x[100] = np.nan
    for parts, whole in zip(rolled(x, 60, 20, range(261)), rolled(x, 60, 20), strict=True):
        np.testing.assert_array_equal(parts, whole)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 260), max_size=6))
def test_any_cut_is_the_whole(cuts):
    x = clustered(260, seed=3)
    for parts, whole in zip(rolled(x, 60, 25, cuts), rolled(x, 60, 25), strict=True):
        np.testing.assert_array_equal(parts, whole)


def test_what_is_missing_or_flat_has_no_forecast():
    x = clustered(300)
    x[130], x[200:260] = np.nan, 0.001
    sigma, persistence = rolled(x, 60, 20)
    assert np.isfinite(sigma[60:130]).all()
    assert np.isnan(sigma[130:200]).all() and np.isfinite(persistence[130:140]).all()
    assert np.isnan(sigma[260:280]).all() and np.isnan(persistence[260:280]).all()


def simulated_answer():
    """For the simulator: small, with a block that is fitted twice."""
    sigma, persistence = rolled(clustered(110), 50, 30, [85], asymmetric=True)
    return {"garch sigma": sigma, "garch persistence": persistence}
