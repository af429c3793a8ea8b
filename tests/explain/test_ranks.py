"""Rankings across assets: the paper's own order, known coefficients, planted agreement, noise and sign flips."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

import kit
from kit.bootstrap import Bootstrap
from kit.claims.appendix import APPENDIX, ranks
from kit.clock import utc
from kit.explain import Explanation
from kit.explain.interactions import asymmetry, attenuation, realised, terciles
from kit.explain.likeness import spearman
from kit.explain.monitors import NOISE, above_noise, monitors, with_noise
from kit.explain.ranks import agreement, concordance, critical, kendall_w
from kit.refusal import Refusal

BY = Bootstrap(draws=199)


def seconds(n):
    return np.arange(n) * 10**9 + 10**18


def explained(scales, n=4000, seed=0, features=None):
    """Explanation in which feature j has normal SHAP values of a given scale, basis points."""
    rng = np.random.default_rng(seed)
    values = 1e-4 * rng.normal(size=(n, len(scales))) * scales
    names = features or tuple(f"f{j}" for j in range(len(scales)))
    return Explanation(seconds(n), np.arange(n) * 5 // n, values, np.zeros(n), np.full(n, 1e-4), names,
                       values.astype(np.float32))


def test_the_papers_own_order_is_that_of_its_ten_features():
    assert list(APPENDIX) == ["BTC", "LTC", "ETC", "ENJ", "ROSE"]
    assert all(sorted(order) == sorted(kit.PAPER) and order[0] == "l1_imbalance" for order in APPENDIX.values())
    assert ranks()[:, kit.PAPER.index("spread")].tolist() == [5, 9, 9, 7, 2]


def test_the_papers_own_order_does_not_show_highly_correlated_rankings():
    rho = [spearman(a, b) for a, b in combinations(ranks(), 2)]
    assert np.mean(rho) == pytest.approx(0.37, abs=0.005)
    assert (min(rho), max(rho)) == pytest.approx((0.08, 0.70), abs=0.005)
    assert sum(value >= critical(10) for value in rho) == 2


def test_without_imbalance_the_papers_order_is_hardly_better_than_chance():
    rest = np.delete(ranks(), kit.PAPER.index("l1_imbalance"), axis=1)
    rho = [spearman(a, b) for a, b in combinations(rest, 2)]
    assert np.mean(rho) == pytest.approx(0.13, abs=0.005)
    found = concordance(-rest, draws=4999)
    assert found.w == pytest.approx(0.31, abs=0.006) and found.p_chi2 == pytest.approx(0.14, abs=0.005)
    assert found.p.value == pytest.approx(0.13, abs=4 * found.p.error)


def test_ten_features_agree_by_chance_up_to_065():
    assert critical(10) == pytest.approx(0.648, abs=0.001)
    assert critical(10, level=0.06) == pytest.approx(0.636, abs=0.001)


def test_kendalls_w_is_1_for_one_opinion_and_0_for_two_that_contradict_each_other():
    one = np.arange(1.0, 6)
    assert kendall_w(np.stack([one, one, one])) == pytest.approx(1)
    assert kendall_w(np.stack([one, one[::-1]])) == pytest.approx(0)
    tied = np.array([1.0, 2.5, 2.5, 4])
    assert kendall_w(np.stack([tied, tied])) == pytest.approx(1), "ties at their mean are corrected for"


def test_chance_is_reached_at_the_level():
    rng = np.random.default_rng(1)
    p = [concordance(rng.normal(size=(5, 10)), draws=199, seed=k).p.value for k in range(200)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.05)


@pytest.fixture(scope="module")
def agreed():
    """Two assets of one order, and one that shares its winner only."""
    scales = np.array([9.0, 5, 4, 3, 2, 1])
    return agreement({"a": explained(scales, seed=1), "b": explained(2 * scales, seed=2),
                      "c": explained(scales[[0, 5, 4, 3, 2, 1]], seed=3)}, BY)


def test_a_common_winner_hides_that_the_rest_is_reversed(agreed):
    assert agreed.top == "f0" and agreed.ranks[2].tolist() == [1, 6, 5, 4, 3, 2]
    pairs, rest = agreed.pairs()["value"], agreed.without("f0").pairs()["value"]
    assert pairs["a", "b"] == rest["a", "b"] == pytest.approx(1)
    assert rest["a", "c"] == pytest.approx(-1) and pairs["a", "c"] > -0.5


def test_importances_are_means_of_absolute_values_and_their_lead_is_measured(agreed):
    sizes = np.abs(explained(np.array([9.0, 5, 4, 3, 2, 1]), seed=1).bp).mean(axis=0)
    np.testing.assert_allclose(agreed.table()["a"], sizes)
    lead = agreed.lead("f0")
    assert (lead["low"] > 1).all() and lead.loc["b", "value"] == pytest.approx(1.8, rel=0.1)
    assert (lead["low"] < 1.9).all() and (lead["high"] > 1.8).all()
    assert (agreed.lead("f5").loc[["a", "b"], "high"] < 1).all()


def test_every_entry_has_an_interval_and_few_rows_a_wider_one():
    close = np.array([1.0, 1.02, 1.04, 1.06, 1.08, 1.1])
    wide, narrow = (agreement({"a": explained(close, n, 1), "b": explained(close, n, 2)}, BY).pairs().iloc[0]
                    for n in (300, 200_000))
    assert wide["high"] - wide["low"] > 0.5 > narrow["high"] - narrow["low"]


def test_the_mean_of_pairs_carries_its_interval(agreed):
    score = agreed.mean()
    assert score.value == pytest.approx(agreed.pairs()["value"].mean())
    assert score.low <= score.value + 1e-9 and np.isfinite(score.high)


def test_what_cannot_be_compared_is_refused():
    one = explained(np.ones(3))
    with pytest.raises(Refusal, match="nothing to compare"):
        agreement({"a": one})
    with pytest.raises(Refusal, match="other features"):
        agreement({"a": one, "b": explained(np.ones(3), features=("x", "y", "z"))})
    with pytest.raises(Refusal, match="no such feature"):
        agreement({"a": one, "b": one}).without("spread")


def test_dominance_and_a_sign_that_turns_are_seen():
    fine, turned = explained(np.array([1.0, 1.0])), explained(np.array([5.0, 0.1]))
    turned.data[turned.fold == 4, 1] *= -1
    table = monitors({"fine": fine, "turned": turned})
    assert table.loc[("turned", "f0"), "dominant"] == 5 and table.loc[("fine", "f0"), "most"] < 0.6
    assert table["flips"].to_dict() == {("fine", "f0"): 0, ("fine", "f1"): 0, ("turned", "f0"): 0, ("turned", "f1"): 1}


def test_noise_knows_nothing_remembers_and_comes_again():
    X = pd.DataFrame({"x": np.arange(50_000.0)}, index=utc(seconds(50_000)))
    noise = with_noise(X, seed=3, memory="10s")[NOISE]
    assert noise.std() == pytest.approx(1, abs=0.05) and noise.autocorr(10) == pytest.approx(np.exp(-1), abs=0.05)
    pd.testing.assert_series_equal(noise, with_noise(X, seed=3)[NOISE])
    assert list(X.columns) == ["x"]


def test_noise_is_ranked():
    table = above_noise({"a": explained(np.array([3.0, 1, 2]), features=("x", "y", NOISE))})
    assert table.loc["a", ["rank", "of"]].tolist() == [2, 3]


def planted(n=30_000, wide=0.5, right=1.0, noise=1.0, seed=0):
    """y follows x by 1 where z is low and by `wide` where it is high; below 0 by 1 and above by `right`."""
    rng = np.random.default_rng(seed)
    x, z = rng.uniform(-1, 1, n), rng.uniform(size=n)
    strength = np.where(z > 2 / 3, wide, 1.0) * np.where(x > 0, right, 1.0)
    return x, z, strength * x + noise * rng.normal(size=n), seconds(n), np.arange(n) * 3 // n


@pytest.mark.parametrize("wide", [0.5, 1.0, 1.5])
def test_a_planted_attenuation_is_measured_and_an_absent_one_is_not_claimed(wide):
    table = attenuation(*planted(wide=wide), by=BY)
    ratio = table.loc["slope ratio"]
    assert ratio["low"] < wide < ratio["high"] and ratio["high"] - ratio["low"] < 0.3
    assert table.loc["slope narrow", "value"] == pytest.approx(1, abs=0.1)
    assert wide == 1.0 or (ratio["agree"], ratio["folds"]) == (3, 3)


@pytest.mark.parametrize("right", [0.5, 1.0])
def test_planted_sides_are_measured_and_a_saturating_effect_is_not_called_asymmetric(right):
    x, _, y, time, fold = planted(wide=1.0, right=right, noise=0.3)
    difference = asymmetry(x, y, time, fold, by=BY).loc["difference"]
    assert difference["low"] < right - 1 < difference["high"] < 0.1
    skewed = np.concatenate([x, x + 0.5])
    saturating = asymmetry(skewed, np.tanh(3 * skewed) + np.concatenate([y, y]) * 0, seconds(2 * len(x)), by=BY)
    assert abs(saturating.loc["difference", "value"]) < 0.2 * saturating.loc["left", "value"]


def test_a_spread_of_one_tick_is_narrow_and_what_is_more_is_wide():
    assert terciles(np.array([1.0] * 7 + [2, 3, np.nan])).tolist() == [0] * 7 + [2, 2, -1]
    flat = attenuation(*(column[:400] if k != 1 else np.ones(400) for k, column in enumerate(planted(500)[:4])), by=BY)
    assert np.isnan(flat.loc["slope ratio", "value"]) and flat.loc["slope ratio", "rows"] == 0


def test_one_sided_features_have_no_two_sides():
    table = asymmetry(np.abs(np.random.default_rng(0).normal(size=500)), np.ones(500), seconds(500), by=BY)
    assert table["value"].isna().all() and table["rows"].sum() == 0


def test_the_return_behind_a_row_is_that_of_its_second():
    one = explained(np.ones(2), n=100)
    returns = pd.Series(np.arange(200.0) * 1e-4, index=utc(seconds(200)))
    np.testing.assert_allclose(realised(one, returns), np.arange(100.0))
