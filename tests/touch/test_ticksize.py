"""Tick and SHAP: exact orders of a handful of assets, steps of prices, a quantile whose interval holds."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kit import clock
from kit.bootstrap import Bootstrap
from kit.refusal import Refusal
from kit.sources import datasets
from kit.touch.ticksize import associate, association, high_quantile, price_step

SECONDS = 10**18 + np.arange(20_000) * clock.SECOND


def recording(bid, ask, dataset="hyperliquid"):
    quotes = pd.DataFrame({"time": clock.utc(SECONDS[:len(bid)]), "bid": bid, "bid_size": 1.0, "ask": ask,
                           "ask_size": 1.0})
    return datasets.Recording(dataset, "", "SIM-ROSE", "", dataset == "synthetic", "5s", {"quotes": quotes})


def test_five_assets_in_perfect_order_give_one_in_120_and_no_less():
    perfect = association([1, 2, 3, 4, 5], [10, 20, 30, 40, 50])
    assert perfect.rho == pytest.approx(1) and perfect.p == pytest.approx(1 / 120)
    assert (perfect.least, perfect.error) == (1 / 120, 0)
    assert association([1, 2, 3, 4, 5], [50, 40, 30, 20, 10]).p == pytest.approx(1)


def test_the_p_of_every_order_of_five_is_its_rank_among_them():
    assert association([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]).rho == pytest.approx(0.8)
    assert association([1, 2, 3, 4, 5], [1, 3, 2, 5, 4]).p == pytest.approx(8 / 120)
    x, y = [0.1, 0.7, 0.5, 2.0, 2.0], [1.0, 1.0, 3.0, 2.0, 5.0]
    assert association(x, y).rho == pytest.approx(stats.spearmanr(x, y).statistic)


def test_many_assets_are_drawn_and_own_up_to_their_error():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 12))
    drawn = association(x, y + 0.4 * x)
    exact = stats.spearmanr(x, y + 0.4 * x, alternative="greater").pvalue
    assert 0 < drawn.error < 0.006 and abs(drawn.p - exact) < 4 * drawn.error + 0.01
    assert drawn.least == pytest.approx(1e-4) and "random orders" in drawn.method


def test_what_the_volatility_explains_is_taken_out():
    sigma = np.array([1, 2, 3, 4, 5, 6, 7, 8])
    x, y = sigma + [0.2, 1.5, -0.3, 0.9, 1.8, -0.7, 0.1, 0.6], sigma + [1.1, -0.4, 1.9, 0.2, -0.6, 1.3, -1.2, 0.4]
    ranks = pd.DataFrame({"x": x, "y": y, "s": sigma}).rank().corr()
    xy, xs, ys = ranks["x"]["y"], ranks["x"]["s"], ranks["y"]["s"]
    partial = association(x, y, given=sigma)
    assert partial.rho == pytest.approx((xy - xs * ys) / np.sqrt((1 - xs**2) * (1 - ys**2)))
    assert partial.p > association(x, y).p
    nothing = association(x, sigma, given=sigma)
    assert np.isnan(nothing.rho) and np.isnan(nothing.p) and "undefined" in str(nothing)


def test_two_assets_have_no_order():
    with pytest.raises(Refusal, match="2 assets"):
        association([1, 2], [1, 2])
    assert associate(pd.DataFrame({"relative_tick_bp": [1, 2], "shap_bp": [1, 2]}), "shap_bp") is None
    with pytest.raises(Refusal, match="do not vary"):
        association([1, 1, 1], [1, 2, 3])


def test_a_null_relation_is_found_as_often_as_chance_says():
    rng = np.random.default_rng(1)
    small = [association(*rng.normal(size=(2, 5))).p <= 0.05 for _ in range(400)]
    assert 0.02 < np.mean(small) < 0.08


def test_the_tick_is_measured_on_the_past_only():
    bid = np.array([10.0, 10.5, 10.5, 11.5, 11.4])
    assert price_step(recording(bid, bid + 0.5)).tick == pytest.approx(0.1)
    before = price_step(recording(bid, bid + 0.5), clock.utc(SECONDS)[4])
    assert before.tick == 0.5 and "smallest step of 4" in before.source
    often = np.array([10.0, 10.5, 11.0, 11.5, 11.4])
    assert price_step(recording(often, often + 1), rule="modal").tick == 0.5


def test_the_embedded_market_states_its_tick():
    step = price_step(recording(np.array([0.02, 0.03]), np.array([0.021, 0.031]), "synthetic"))
    assert step.tick == 1e-5 and "embedded" in step.source
    with pytest.raises(Refusal, match="fewer than two"):
        price_step(recording(np.full(3, 10.0), np.full(3, 10.0)))
    with pytest.raises(Refusal, match="no rule"):
        price_step(recording(np.full(3, 10.0), np.full(3, 11.0)), rule="mean")


def test_the_interval_of_a_quantile_holds_the_truth():
    truth, held, wide = stats.norm.ppf(0.975), 0, []
    for seed in range(40):
        values = np.abs(np.random.default_rng(seed).normal(size=20_000))
        score = high_quantile(values, SECONDS, by=Bootstrap(draws=199))
        assert score.value == np.quantile(values, 0.95)
        held += score.low <= truth <= score.high
        wide.append(score.high - score.low)
    assert 34 <= held <= 40 and np.mean(wide) < 0.1
