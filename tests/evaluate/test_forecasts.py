"""Tests of forecasts: known statistics, their level under overlap, and their power."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from kit.evaluate import forecasts, hac
from kit.refusal import Refusal
from tests.evaluate.curves import autoregression


def worlds(count, n, horizon=3, memory=0.9):
    """Overlapping returns that nothing forecasts, and forecasts that remember."""
    for seed in range(count):
        rng = np.random.default_rng(seed)
        label = np.convolve(rng.normal(size=n + horizon - 1), np.ones(horizon), "valid")
        yield label, autoregression(n, memory, rng)


def test_overlapping_labels_widen_t_to_1_64_and_eight_lags_narrow_it_to_1_06():
    """By another simulation: three seconds on a grid of one, a forecast that remembers (.9)."""
    moments = np.stack([(label - label.mean()) * (x - x.mean()) for label, x in worlds(1000, 2000)])
    naive, wide = (moments.mean(axis=1) / hac.standard_error(moments, lags) for lags in (0, 8))
    assert naive.std() == pytest.approx(1.64, abs=0.08) and wide.std() == pytest.approx(1.06, abs=0.05)


def test_diebold_mariano_by_hand():
    loss, other = np.array([1.0, 2, 1, 3, 1, 2]), np.array([2.0, 2, 3, 3, 2, 5])
    d = other - loss  # 1 0 2 0 1 3: mean 7/6
    for horizon in (1, 2):
        gamma = [((d - d.mean())[k:] * (d - d.mean())[:6 - k]).sum() / 6 for k in range(horizon)]
        shrink = np.sqrt((7 - 2 * horizon + horizon * (horizon - 1) / 6) / 6)
        t = shrink * d.mean() / np.sqrt((gamma[0] + 2 * sum(gamma[1:])) / 6)
        tested = forecasts.diebold_mariano(loss, other, horizon)
        assert (tested.statistic, tested.p_greater) == pytest.approx((t, stats.t.sf(t, 5)))
    one = forecasts.diebold_mariano(loss, other)
    assert one.statistic == pytest.approx(stats.ttest_rel(other, loss).statistic)  # HLN makes h = 1 the paired t-test


def test_diebold_mariano_is_right_under_overlap_and_refuses_a_negative_variance():
    rejected = [forecasts.diebold_mariano(label, label[::-1] * 0, 3).p_two_sided < 0.05
                for label, _ in worlds(400, 500)]
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.033)
    turning = np.tile([1.0, -1.0], 20)
    with pytest.raises(Refusal, match="negative"):
        forecasts.diebold_mariano(turning, np.zeros(40), 2)
    assert np.isfinite(forecasts.diebold_mariano(turning, np.zeros(40), 2, "bartlett").statistic)


def test_pooling_is_the_mean_over_assets_at_common_stamps():
    rng = np.random.default_rng(0)
    stamps = pd.date_range("2025-10-10", periods=300, freq="s", tz="UTC")
    losses = {name: pd.Series(rng.normal(size=300), index=stamps) for name in ("BTC", "ETH")}
    others = {name: loss + 0.1 + rng.normal(size=300) for name, loss in losses.items()}
    losses["ETH"] = losses["ETH"].iloc[:250]
    table = forecasts.diebold_mariano_pooled(losses, others, 3)
    both = ((others["BTC"] - losses["BTC"])[:250] + (others["ETH"] - losses["ETH"])[:250]) / 2
    assert table["n"].tolist() == [300, 250, 250] and list(table.index) == ["BTC", "ETH", "pooled"]
    assert table.loc["pooled", "statistic"] == pytest.approx(forecasts.diebold_mariano(0 * both, both, 3).statistic)


def test_clark_west_forgives_the_larger_model_its_noise_where_squared_errors_do_not():
    """A forecast of pure noise loses to 0 in squared error; Clark and West's mean is 0."""
    found = [(forecasts.clark_west(label, 0 * x, 0.3 * x, 3).p_greater < 0.05,
              forecasts.diebold_mariano((label - 0.3 * x) ** 2, label**2, 3, "bartlett").statistic)
             for label, x in worlds(300, 500, memory=0.5)]
    rejected, statistic = map(np.mean, zip(*found, strict=True))
    assert rejected == pytest.approx(0.05, abs=0.045) and statistic < -1
    label, x = next(worlds(1, 500))
    assert forecasts.clark_west(label + 0.5 * x, 0 * x, 0.5 * x, 3).p_greater < 1e-4


def test_giacomini_white_is_chi_squared_of_t_and_sees_what_instruments_tell():
    rng = np.random.default_rng(0)
    loss, other = rng.normal(size=(2, 400))
    d = other - loss
    assert forecasts.giacomini_white(loss, other).statistic == pytest.approx(400 * d.mean() ** 2 / (d * d).mean())
    known = np.sign(rng.normal(size=400))
    blind = forecasts.giacomini_white(loss, loss + known)
    seen = forecasts.giacomini_white(loss, loss + known, instruments=known + 0.1 * loss)
    assert blind.p_two_sided > 0.05 and seen.p_two_sided < 1e-6 and seen.dof == 1


def test_pesaran_timmermann_by_hand_and_from_a_regression():
    """Seven of ten right; P 0.7, P* .6 .5 .4 .5 -> .5."""
    actual = np.array([1, 1, 1, 1, 1, 1, -1, -1, -1, -1.0])
    said = np.array([1, 1, 1, 1, -1, -1, 1, -1, -1, -1.0])
    tested = forecasts.pesaran_timmermann(actual, said)
    variance = 0.25 / 10 - (0.2**2 * 0.25 + 0 + 4 * 0.06 / 10) / 10
    assert tested.mean == pytest.approx(0.2) and tested.statistic == pytest.approx(0.2 / np.sqrt(variance))
    rng = np.random.default_rng(0)
    x = rng.normal(size=5000)
    y = 0.1 * x + rng.normal(size=5000)
    plain, robust = forecasts.pesaran_timmermann(y, x), forecasts.pesaran_timmermann(y, x, horizon=2)
    assert robust.mean == pytest.approx(plain.mean) and robust.statistic == pytest.approx(plain.statistic, rel=0.05)
    assert forecasts.pesaran_timmermann([0, 1, -1, 1], [1, 1, -1, 0]).n == 2


def test_direction_under_overlap_is_no_discovery():
    naive, robust = zip(*[(forecasts.pesaran_timmermann(label, x).p_two_sided < 0.05,
                           forecasts.pesaran_timmermann(label, x, 3).p_two_sided < 0.05)
                          for label, x in worlds(300, 1000)], strict=True)
    assert np.mean(naive) > 0.12 and np.mean(robust) < 0.11, (np.mean(naive), np.mean(robust))


def test_mincer_zarnowitz_knows_an_unbiased_forecast():
    rng = np.random.default_rng(0)
    x = rng.normal(size=3000)
    y = x + rng.normal(size=3000)
    fair, bold = forecasts.mincer_zarnowitz(y, x), forecasts.mincer_zarnowitz(y, 2 * x)
    assert fair["p"] > 0.05 and fair["slope"] == pytest.approx(sm.OLS(y, sm.add_constant(x)).fit().params[1])
    assert bold["p"] < 1e-6 and bold["slope"] == pytest.approx(0.5, abs=0.05)


def test_qlike_of_half_and_of_twice_the_variance():
    assert forecasts.qlike(1.0, [1, 2, 0.5]).tolist() == pytest.approx([0, 0.1931, 0.3069], abs=5e-5)
