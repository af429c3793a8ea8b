"""Symmetric trees of any shape against plain walks down them, and their Shapley values against the definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.kernels import launch, shapley, trees
from tests.explain import enumeration

FEATURES = 4


def listed(seed=0, count=6, deepest=5, borders=9, same_weights=False):
    """Trees as lists: features come twice in a tree, leaves have no weight, a tree asks nothing."""
    rng = np.random.default_rng(seed)
    depths = [0, deepest, *rng.integers(0, deepest + 1, count - 2)]
    levels = np.round(rng.normal(size=(FEATURES, borders)), 2).astype(np.float32)
    splits = [[(int(j), levels[j, rng.integers(borders)]) for j in rng.integers(0, FEATURES - 1, depth)]
              for depth in depths]
    values = [rng.normal(size=1 << depth) for depth in depths]
    weights = [np.ones(1 << depth) if same_weights else rng.integers(0, 4, 1 << depth).astype(float)
               for depth in depths]
    return splits, values, weights


def rows(n=20, seed=1):
    """Values that meet borders, and missing ones; the last feature is never asked about."""
    x = np.round(np.random.default_rng(seed).normal(size=(FEATURES, n)), 1).astype(np.float32)
    x[0, ::5] = np.nan
    return x


def planted(seed=0, above=(False,) * FEATURES, **shape):
    return trees.plant(*listed(seed, **shape), list(above))


def explained(forest, x, background=None):
    """Values by row and feature, and what is said of nothing."""
    weight = None if background is None else trees.shares(forest, trees.bins(forest, background))
    owed, mean = shapley.credits(forest, weight)
    return trees.look_up(forest, trees.bins(forest, x), owed).T, mean.sum()


def from_the_root(splits, values, weights):
    """The same trees as the enumeration takes them."""
    return [(np.reshape(w, (2,) * len(s)), np.reshape(v, (2,) * len(s)), s[::-1])
            for s, v, w in zip(splits, values, weights, strict=True)]


def walked(tree, x):
    """The leaf value that a row comes to."""
    _, values, splits = tree
    return values[tuple(int(x[j] > border) for j, border in splits)]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), deepest=st.integers(1, 7))
def test_rows_come_to_the_leaves_that_a_walk_down_comes_to(seed, deepest):
    x, shape = rows(seed=seed), {"seed": seed, "deepest": deepest}
    by_hand = [sum(walked(tree, row) for tree in from_the_root(*listed(**shape))) for row in x.T]
    forest = planted(**shape)
    np.testing.assert_allclose(trees.say(forest, trees.bins(forest, x)), by_hand, rtol=0, atol=1e-13)


def test_a_bin_is_the_number_of_borders_below_and_missing_is_below_or_above_all():
    x, above = rows(200), (True, False, False, False)
    splits = listed()[0]
    for forest, missing in ((planted(above=above), None), (planted(), 0)):
        found = trees.bins(forest, x)
        for j in range(FEATURES):
            borders = np.unique([border for tree in splits for feature, border in tree if feature == j])
            expected = (borders[:, None] < x[j]).sum(axis=0)
            if j == 0:
                expected[np.isnan(x[j])] = len(borders) if missing is None else missing
            np.testing.assert_array_equal(found[j], expected)


def test_more_borders_than_a_byte_counts():
    borders = np.arange(600, dtype=np.float32)
    splits = [[(0, borders[k]), (0, borders[k + 1])] for k in range(0, 600, 2)]
    forest = trees.plant(splits, [[0.0, 0.0, 0.0, 1.0]] * 300, [[1.0] * 4] * 300, [False])
    x = np.array([[-1.0, 0.0, 0.5, 1.5, 256.5, 599.5]], dtype=np.float32)
    np.testing.assert_array_equal(trees.bins(forest, x)[0], [0, 0, 1, 2, 257, 600])
    np.testing.assert_array_equal(trees.say(forest, trees.bins(forest, x)), [0, 0, 0, 1, 128, 300])


@pytest.mark.parametrize("seed", range(6))
def test_path_dependent_values_are_shapleys_by_enumeration(seed):
    forest, x = planted(seed), rows(12)
    values, mean = explained(forest, x)
    for row, got in zip(x.T, values, strict=True):
        phi, nothing = enumeration.shapley(from_the_root(*listed(seed)), row, enumeration.along_the_path)
        np.testing.assert_allclose(got, phi, rtol=0, atol=1e-13)
        assert mean == pytest.approx(nothing, abs=1e-13)


@pytest.mark.parametrize("seed", range(3))
def test_interventional_values_are_shapleys_by_enumeration(seed):
    forest, x, background = planted(seed), rows(8), rows(7, seed=2)
    values, mean = explained(forest, x, background)
    for row, got in zip(x.T, values, strict=True):
        phi, nothing = enumeration.shapley(from_the_root(*listed(seed)), row, enumeration.over_rows(background.T))
        np.testing.assert_allclose(got, phi, rtol=0, atol=1e-13)
        assert mean == pytest.approx(nothing, abs=1e-13)


@pytest.mark.parametrize("background", [None, rows(50, seed=3)], ids=["path", "interventional"])
def test_values_add_up_and_what_is_not_asked_about_is_worth_nothing(background):
    forest, x = planted(seed=7, count=60, deepest=9), rows(300)
    values, mean = explained(forest, x, background)
    said = trees.say(forest, trees.bins(forest, x))
    np.testing.assert_allclose(values.sum(axis=1) + mean, said, rtol=0, atol=1e-12)
    assert (values[:, FEATURES - 1] == 0).all()


def test_features_that_play_the_same_part_share():
    splits, values, weights = listed(seed=3)
    mirrored = [[({0: 1, 1: 0}.get(j, j), border) for j, border in tree] for tree in splits]
    x, background = rows(), rows(40, seed=4)
    x[1], background[1] = x[0], background[0]
    forest = trees.plant(splits + mirrored, values * 2, weights * 2, [False] * FEATURES)
    for behind in (None, background):
        phi, _ = explained(forest, x, behind)
        np.testing.assert_allclose(phi[:, 0], phi[:, 1], rtol=0, atol=1e-13)
        assert np.abs(phi[:, 0]).max() > 0.1


def test_two_modes_agree_where_the_background_is_all_the_leaves_alike():
    """Independent questions, each answered yes by half of the background."""
    x = np.array([[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]], dtype=np.float32)
    border = np.float32(0.5)
    forest = trees.plant([[(0, border), (1, border)]], [[1.0, 5.0, 2.0, -3.0]], [[1.0] * 4], [False, False])
    path, by_rows = (explained(forest, x, background) for background in (None, x))
    np.testing.assert_allclose(path[0], by_rows[0], atol=1e-15)
    assert path[1] == by_rows[1] == 1.25


def test_trees_that_ask_nothing_say_the_same_of_all():
    forest, x = trees.plant([[], []], [[2.0], [0.5]], [[3.0], [4.0]], [False] * FEATURES), rows()
    values, mean = explained(forest, x)
    assert mean == 2.5 and (values == 0).all()
    assert (trees.say(forest, trees.bins(forest, x)) == 2.5).all()


def test_shares_are_those_of_rows_in_each_leaf():
    x, (splits, _, weights) = rows(33), listed()
    numbers = [np.arange(len(leaves), dtype=float) for leaves in weights]
    found = trees.shares(planted(), trees.bins(planted(), x))
    for share, tree in zip(found, from_the_root(splits, numbers, weights), strict=True):
        leaves = [int(walked(tree, row)) for row in x.T]
        np.testing.assert_allclose(share, np.bincount(leaves, minlength=share.size) / 33, rtol=1e-15)


@pytest.mark.parametrize("pieces", [1, 3, 2100])
def test_answer_does_not_depend_on_how_rows_are_cut(pieces, monkeypatch):
    forest, x = planted(count=30), rows(2100)
    whole = explained(forest, x, x[:, :50])
    monkeypatch.setattr(trees, "SLAB", 700 + pieces)
    for module in (trees, shapley):
        monkeypatch.setattr(module, "launch", lambda *a, **k: launch.launch(*a, pieces=pieces, **k))
    cut = explained(forest, x, x[:, :50])
    np.testing.assert_array_equal(whole[0], cut[0])
    one_by_one = np.concatenate([explained(forest, x[:, i:i + 1], x[:, :50])[0] for i in range(0, 2100, 300)])
    np.testing.assert_array_equal(whole[0][::300], one_by_one)


def simulated_answers():
    """What the CUDA simulator is to give to the bit."""
    forest, x = planted(count=4, deepest=3, above=(True, False, False, False)), rows(30)
    bins = trees.bins(forest, x)
    path, behind = explained(forest, x), explained(forest, x, x[:, :9])
    return {"bins": bins, "shares": trees.shares(forest, bins), "forecasts": trees.say(forest, bins),
            "path-dependent SHAP values": path[0], "interventional SHAP values": behind[0]}
