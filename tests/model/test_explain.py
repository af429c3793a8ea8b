"""SHAP values: equal to the definition by enumeration, to shap's, and adding up to the forecast."""

import json
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest

from kit.model import Bootstrap, PurgedWalkForward, Trees, out_of_fold_shap, walk_forward
from kit.model.explain import shap_values
from kit.model.trees import BP
from kit.refusal import Refusal
from tests.model.known_market import grid, market


@pytest.fixture(scope="module")
def explanation(planted, oof):
    return out_of_fold_shap(oof, planted[0], rows_per_fold=400, seed=0)


@pytest.fixture(scope="module")
def small(trees):
    """A model of four correlated features with interactions, and rows to explain."""
    rng = np.random.default_rng(5)
    a, b, c, d = rng.normal(size=(4, 3000))
    X = pd.DataFrame({"a": a, "b": b + a, "c": c, "d": d}, index=grid(3000))
    y = 1e-4 * (a * b + np.tanh(c) * (d > 0) + rng.normal(size=3000))
    return Trees(depth=4, iterations=25, learning_rate=0.3, task_type="CPU").fit(X, y), X.iloc[:40]


def expectation(weights, values, splits, x, known):
    """Mean of a symmetric tree's leaves where only the `known` features are seen; training weights decide elsewhere."""
    if not splits:
        return float(values)
    (feature, border), rest = splits[0], splits[1:]
    left, right = (expectation(weights[side], values[side], rest, x, known) for side in (0, 1))
    if feature in known:
        return right if x[feature] > border else left
    share = weights.sum() and weights[1].sum() / weights.sum()
    return (1 - share) * left + share * right


def forest(fitted, path):
    """Trees of a model as (leaf weights, leaf values, splits from the root), from CatBoost's JSON."""
    fitted.model.save_model(str(path), format="json")
    for tree in json.loads(path.read_text())["oblivious_trees"]:
        splits = [(split["float_feature_index"], split["border"]) for split in tree["splits"]][::-1]
        shape = (2,) * len(splits)
        yield np.reshape(tree["leaf_weights"], shape), np.reshape(tree["leaf_values"], shape), splits


def by_enumeration(trees, x, m):
    """Shapley's definition, all 2^m coalitions."""
    def v(known):
        return sum(expectation(*tree, x, known) for tree in trees)

    phi = np.zeros(m)
    for j in range(m):
        others = [k for k in range(m) if k != j]
        for size in range(m):
            weight = factorial(size) * factorial(m - size - 1) / factorial(m)
            phi[j] += weight * sum(v({*s, j}) - v(set(s)) for s in combinations(others, size))
    return phi


def test_values_are_shapleys_by_enumeration(small, tmp_path):
    fitted, X = small
    trees = list(forest(fitted, tmp_path / "model.json"))
    values, _ = shap_values(fitted, X)
    rows = X.to_numpy(np.float32)
    known = np.array([by_enumeration(trees, x, 4) for x in rows])
    assert np.abs(values * BP - known).max() <= 1e-12


def test_values_are_those_of_shap(small):
    import shap

    fitted, X = small
    values, base = shap_values(fitted, X)
    explainer = shap.TreeExplainer(fitted.model)
    np.testing.assert_array_equal(explainer.shap_values(fitted.pool(X)) / BP, values)
    assert explainer.expected_value / BP == pytest.approx(base[0], rel=1e-12)


def test_values_add_up_to_the_forecast(planted, oof, explanation):
    forecast = pd.Series(oof.predicted, index=oof.time)[explanation.time].to_numpy()
    total = explanation.values.sum(axis=1) + explanation.base
    assert np.abs(total - forecast).max() <= 1e-9 * np.abs(forecast).max()


def test_a_feature_that_says_nothing_is_worth_nothing(explanation):
    assert (explanation.values[:, explanation.features.index("flat")] == 0).all()


def test_rows_are_drawn_one_from_each_equal_stretch_of_each_fold(planted, oof, explanation):
    X, _ = planted
    assert np.bincount(explanation.fold).tolist() == [400] * 5
    for k in range(5):
        rows = X.index.asi8.searchsorted(explanation.time[explanation.fold == k])
        place = rows - oof.only(k).row[0]
        stretch = place * 400 // oof.folds[k].n_test
        assert (np.diff(rows) > 0).all() and np.abs(stretch - np.arange(400)).max() <= 1
    rows = X.index.asi8.searchsorted(explanation.time)
    np.testing.assert_array_equal(explanation.data, X.to_numpy(np.float32)[rows])
    np.testing.assert_array_equal(explanation.sigma, [oof.folds[k].sigma for k in explanation.fold])


def test_the_same_seed_draws_the_same_rows(planted, oof, explanation):
    again, other = (out_of_fold_shap(oof, planted[0], rows_per_fold=400, seed=seed) for seed in (0, 1))
    np.testing.assert_array_equal(again.values, explanation.values)
    assert (other.time != explanation.time).any()


def test_all_rows_are_explained_where_they_are_few(planted, oof):
    np.testing.assert_array_equal(out_of_fold_shap(oof, planted[0]).time, oof.time)


def test_importance_is_the_mean_absolute_value_with_its_interval(explanation):
    table = explanation.importance(Bootstrap(draws=199))
    assert table.index[0] == "x" and table["importance_bp"].is_monotonic_decreasing
    by_hand = np.abs(explanation.bp).mean(axis=0)
    np.testing.assert_allclose(table.loc[list(explanation.features), "importance_bp"], by_hand)
    assert (table["low_bp"] <= table["importance_bp"]).all() and (table["importance_bp"] <= table["high_bp"]).all()
    assert table.loc["x", "high_bp"] - table.loc["x", "low_bp"] < 0.2 * table.loc["x", "importance_bp"]
    sigma = np.sqrt(10) * 1e-4  # of the planted market's label
    assert table.loc["x", "importance_sigma"] == pytest.approx(table.loc["x", "importance_bp"] / BP / sigma, rel=0.1)


def test_a_feature_that_dominates_is_named(explanation):
    table = explanation.by_fold()
    x = table.xs("x", level="feature")
    assert x["dominant"].all() and (x["direction"] > 0.9).all() and not x["flipped"].any()
    assert not table.drop("x", level="feature")["dominant"].any()
    np.testing.assert_allclose(table["share"].groupby("fold").sum(), 1)
    assert table.xs("flat", level="feature")["direction"].isna().all()


def test_a_sign_that_flips_is_named(trees):
    X, up = market(6000, seed=4)
    _, down = market(6000, seed=4, beta=-1.0)
    y = up.where(np.arange(len(up)) < 3600, down)
    splitter = PurgedWalkForward(train="1000s", test="900s", gap="63s")
    table = out_of_fold_shap(walk_forward(X, y, splitter, trees, progress=False), X).by_fold()
    assert table.xs("x", level="feature")["flipped"].tolist() == [False, False, False, False, True]


def test_another_frame_is_refused(planted, oof):
    with pytest.raises(Refusal, match="not the frame that was walked"):
        out_of_fold_shap(oof, planted[0].iloc[1:])
