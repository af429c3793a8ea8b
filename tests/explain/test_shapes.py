"""Shapes of effects: a calibration by others, planted curves, intervals that hold, nulls that are null."""

import numpy as np
import pytest
from sklearn.isotonic import isotonic_regression

from kit.bootstrap import Bootstrap
from kit.explain import Explanation
from kit.explain.cells import cells, correlation, slope
from kit.explain.likeness import distance, folds_agree, folds_differ, likeness, pearson, spearman
from kit.explain.permutation import circular_sums, p_value
from kit.explain.shapes import bend, curve, dependence, even_grid, isotonic_r2, measures
from kit.refusal import Refusal

N = 20_000
LAWS = {"tanh": lambda x: np.tanh(2 * x), "half": lambda x: 0.5 * np.tanh(2 * x), "linear": lambda x: x,
        "cubic": lambda x: x**3, "absolute": np.abs}


def seconds(n):
    return np.arange(n) * 10**9 + 10**18


def sample(law, noise=0.0, seed=0, n=N):
    """An imbalance-like feature, and what follows it."""
    rng = np.random.default_rng(seed)
    x = np.clip(0.45 * rng.normal(size=n), -1, 1)
    return x, law(x) + noise * rng.normal(size=n), seconds(n)


def drawn(law, **more):
    return curve(*sample(law, **more), by=Bootstrap(draws=199))


@pytest.fixture(scope="module")
def curves():
    return {name: drawn(law) for name, law in LAWS.items()}


@pytest.mark.parametrize(("name", "monotone", "tail"), [("tanh", 1.0, 0.18), ("linear", 1.0, 1.01), ("cubic", 1.0, 36),
                                                        ("absolute", 0.37, None)])
def test_calibration_of_the_measures(curves, name, monotone, tail):
    found = measures(curves[name])["value"]
    assert found["monotone"] == pytest.approx(monotone, abs=0.01)
    if tail is not None:
        assert found[["left tail", "right tail"]].to_numpy() == pytest.approx(tail, rel=0.06)


@pytest.mark.parametrize(("name", "far"), [("half", 0.0), ("linear", 0.20), ("cubic", 0.71), ("absolute", 1.41)])
def test_calibration_of_the_distance_from_a_tanh(curves, name, far):
    assert distance(curves["tanh"].mean(), curves[name].mean()) == pytest.approx(far, abs=0.01)


def test_correlation_cannot_tell_a_line_from_a_tanh_nor_from_a_cube(curves):
    line = curves["linear"].mean()
    assert pearson(line, curves["tanh"].mean()) == pytest.approx(0.98, abs=0.005)
    assert pearson(line, curves["cubic"].mean()) == pytest.approx(0.86, abs=0.015)


def test_isotonic_r2_of_noise():
    shares = isotonic_r2(np.random.default_rng(0).normal(size=(4000, 20)))
    assert shares.mean() == pytest.approx(0.23, abs=0.02)
    assert np.quantile(shares, 0.95) == pytest.approx(0.48, abs=0.03)


def test_isotonic_fit_is_that_of_scikit_learn():
    for y in np.random.default_rng(1).normal(size=(50, 12)):
        misses = min(((y - isotonic_regression(y, increasing=up)) ** 2).sum() for up in (True, False))
        assert isotonic_r2(y) == pytest.approx(1 - misses / ((y - y.mean()) ** 2).sum())
    assert np.isnan(isotonic_r2(np.ones(5))) and np.isnan(isotonic_r2(np.array([1.0, np.nan, 2.0])))


def test_sums_by_hand():
    cut = cells(np.array([0, 0, 0, 1, 1]), 3, np.array([1.0, 2, 3, 5, 5]), np.array([2.0, 4, 6, 1, 2]), seconds(5),
                Bootstrap(draws=9))
    assert cut.sums[:, 0].tolist() == [3, 2, 0]
    np.testing.assert_allclose(slope(cut.sums), [2.0, np.nan, np.nan])
    np.testing.assert_allclose(correlation(cut.sums), [1.0, np.nan, np.nan])
    assert np.isnan(cut.draws).all(), "fewer blocks than are needed for an interval"


def test_bins_are_means_between_quantiles_and_ties_stay_together():
    tied = curve(np.array([0.0] * 6 + [1, 2, 3, 4]), np.arange(10.0), seconds(10), bins=5, by=Bootstrap(draws=9))
    np.testing.assert_allclose(tied.mean()[:3], np.mean(np.arange(6)))
    assert tied.rows[:3].tolist() == [6, 6, 6]
    missing = curve(np.array([np.nan, 1, 2, 3] * 10), np.ones(40), seconds(40), bins=2, by=Bootstrap(draws=9))
    assert missing.cells.sums[:, 0].sum() == 30


def test_resamples_are_of_blocks_not_of_rows():
    """Noise that stays for 100 s makes intervals that are as wide as those of a hundredth of the rows."""
    rng = np.random.default_rng(2)
    x, shock = rng.normal(size=(2, N))
    held = np.repeat(rng.normal(size=N // 100), 100)
    widths = [np.mean(table["high"] - table["low"]) for table in
              (curve(x, y, seconds(N), bins=4, by=Bootstrap(block="100s", draws=199)).table() for y in (shock, held))]
    assert widths[1] > 3 * widths[0]


def test_intervals_hold_the_planted_curve():
    x, y, time = sample(LAWS["tanh"], noise=1.0, seed=3)
    table = curve(x, y, time, bins=20, by=Bootstrap(draws=399)).table()
    assert np.tanh(2 * table["x"]).between(table["low"], table["high"]).sum() >= 17


def test_what_is_unrelated_is_not_found_and_what_is_related_is():
    p = [measures(drawn(lambda x: 0 * x, noise=1.0, seed=seed, n=4000))["p"] for seed in range(20)]
    assert sum(one["monotone"] < 0.05 for one in p) <= 3
    assert 0.2 < np.mean([one["swing"] for one in p]) < 0.8
    found = measures(drawn(LAWS["tanh"], noise=3.0, n=4000))
    assert found.loc["swing", "p"] <= 0.01 and found.loc["slope", "low"] > 0


def test_p_values_carry_their_monte_carlo_error():
    p = p_value(2.0, np.arange(99.0))
    assert p.value == pytest.approx((1 + 97) / 100) and p.draws == 99
    assert p.error == pytest.approx(np.sqrt(0.98 * 0.02 / 99))
    assert p_value(1e9, np.arange(99.0)).value == 0.01
    assert np.isnan(p_value(np.nan, np.arange(9.0)).value)


def test_moving_in_a_circle_by_transform_is_moving_by_hand():
    rng = np.random.default_rng(4)
    cell, weight, y = rng.integers(0, 3, 101), rng.normal(size=101), rng.normal(size=101)
    by_hand = [[(weight * np.roll(y, -shift))[cell == k].sum() for k in range(3)] for shift in (0, 7, 100)]
    np.testing.assert_allclose(circular_sums(cell, 3, weight, y, np.array([0, 7, 100])), by_hand, atol=1e-9)


def test_the_same_shape_is_not_called_different_and_another_is():
    """40 pairs of one shape and different size are told apart no more often than the level allows."""
    grid = np.linspace(-1, 1, 11)
    told = 0
    for seed in range(40):
        pair = {name: curve(*sample(LAWS[name], 1.0, seed + shift, n=4000), grid=grid,
                            by=Bootstrap(draws=199, seed=shift)) for shift, name in ((0, "tanh"), (1000, "half"))}
        told += likeness(pair)["p_same"].iloc[0] < 0.05
    assert told <= 6, f"{told} of 40"
    other = {name: curve(*sample(LAWS[name], 0.3, 7, n=4000), grid=grid, by=Bootstrap(draws=199))
             for name in ("tanh", "cubic")}
    assert likeness(other)["p_same"].iloc[0] < 0.05


def test_no_test_of_sameness_between_bins_of_different_assets(curves):
    table = likeness({"a": drawn(LAWS["tanh"], seed=1), "b": drawn(LAWS["tanh"], seed=2)})
    assert table["p_same"].isna().all() and table["p_unrelated"].iloc[0] <= 0.01
    assert table["distance_low"].iloc[0] <= table["distance"].iloc[0] + 0.01


def test_even_bins_weigh_every_asset_alike():
    few, many = np.zeros(100), np.full(10_000, 10.0)
    few[50:] = 1.0
    grid = even_grid([few, many])
    assert grid[0] == 0 and grid[-1] == 10 and np.ptp(np.diff(grid)) < 1e-12


@pytest.mark.parametrize(("low", "high", "said"), [(0.1, 0.5, "concave"), (1.5, 9, "convex"), (0.5, 1.5, "undecided"),
                                                   (np.nan, np.nan, "unmeasured")])
def test_the_verdict_on_a_tail_is_read_off_its_interval(low, high, said):
    assert bend(low, high) == said


def explained(laws, n=3000, folds=3):
    """Explanation of one feature a law, in units of 1e-4; the folds' models are the same."""
    rng = np.random.default_rng(5)
    data = np.clip(0.45 * rng.normal(size=(n, len(laws))), -1, 1).astype(np.float32)
    values = np.stack([law(data[:, j]) for j, law in enumerate(laws)], axis=1) * 1e-4
    return Explanation(seconds(n), np.arange(n) * folds // n, values, np.zeros(n), np.full(n, 2e-4),
                       tuple(f"f{j}" for j in range(len(laws))), data)


def test_dependence_is_in_basis_points_or_in_sigmas_of_the_fold():
    explanation = explained([LAWS["linear"]])
    by = Bootstrap(draws=19)
    in_bp, in_sigma = (dependence(explanation, "f0", unit, by=by).mean() for unit in ("bp", "sigma"))
    np.testing.assert_allclose(in_bp, 2 * in_sigma)
    with pytest.raises(Refusal, match="no unit"):
        dependence(explanation, "f0", "pips")


def test_folds_that_say_the_same_agree_and_others_do_not():
    explanation = explained([LAWS["tanh"], lambda x: 0.1 * x, lambda x: 0.01 * x])
    grid = even_grid([explanation.data[:, 0]])
    assert folds_agree(explanation) == 1.0 and folds_differ(explanation, "f0", grid) < 0.1
    explanation.values[explanation.fold == 1, 0] *= -1
    assert folds_differ(explanation, "f0", grid) > 1


def test_ties_of_ranks_stand_at_their_mean():
    assert spearman(np.array([1.0, 2, 2, 4]), np.array([1.0, 2, 3, 4])) == pytest.approx(0.948683, abs=1e-6)
    assert spearman(np.arange(5.0), np.array([1.0, 3, 2, 5, 4])) == pytest.approx(0.8)


def test_a_feature_that_does_not_vary_is_refused():
    with pytest.raises(Refusal, match="does not vary"):
        curve(np.ones(50), np.ones(50), seconds(50))
