"""SHAP values of out-of-fold rows: they add up to the forecast, and their importance is told with its interval."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kit.bootstrap import Bootstrap
from kit.explain import out_of_fold_shap
from kit.explain.values import shap_values
from kit.model import PurgedWalkForward, Trees, walk_forward
from kit.refusal import Refusal
from kit.units import BP
from tests.model.known_market import grid, market


@pytest.fixture(scope="module")
def explanation(planted, oof):
    return out_of_fold_shap(oof, planted[0], rows_per_fold=400, seed=0)


@pytest.fixture(scope="module")
def interventional(planted, oof):
    return out_of_fold_shap(oof, planted[0], rows_per_fold=400, seed=0, background=100)


@pytest.fixture(params=["explanation", "interventional"])
def either(request):
    return request.getfixturevalue(request.param)


def test_values_add_up_to_the_forecast(oof, either):
    forecast = pd.Series(oof.predicted, index=oof.time)[either.time].to_numpy()
    total = either.values.sum(axis=1) + either.base
    assert np.abs(total - forecast).max() <= 1e-12 * np.abs(forecast).max()


def test_a_feature_that_says_nothing_is_worth_nothing(either):
    assert (either.values[:, either.features.index("flat")] == 0).all()


def test_the_base_is_the_mean_forecast_of_training_rows(planted, oof, explanation, interventional):
    X, _ = planted
    for k, fold in enumerate(oof.folds):
        stamps = X.index.asi8
        learned = X[(fold.train_start <= stamps) & (stamps <= fold.train_end)]
        forecast = fold.model.predict(learned)
        assert explanation.base[explanation.fold == k] == pytest.approx(forecast.mean(), rel=1e-9)
        noise = forecast.std() / np.sqrt(interventional.background)
        assert np.abs(interventional.base[interventional.fold == k] - forecast.mean()).max() < 4 * noise
    assert (explanation.background, interventional.background) == (None, 100)


def test_a_background_of_all_training_rows_is_the_training_set(planted, oof):
    X, _ = planted
    whole = out_of_fold_shap(oof, X, rows_per_fold=20, background=len(X))
    for k, fold in enumerate(oof.folds):
        learned = X[(fold.train_start <= X.index.asi8) & (X.index.asi8 <= fold.train_end)]
        mine = X.loc[pd.to_datetime(whole.time[whole.fold == k], utc=True)]
        np.testing.assert_array_equal(whole.values[whole.fold == k], shap_values(fold.model, mine, learned)[0])


@pytest.mark.parametrize("mode", ["path-dependent", "interventional"])
def test_of_an_additive_model_each_feature_has_its_own_part_less_the_parts_mean(mode):
    """Independent features, trees of one question each: phi_j = g_j(x_j) - E g_j."""
    rng = np.random.default_rng(5)
    X = pd.DataFrame(rng.normal(size=(3000, 3)), columns=["a", "b", "c"], index=grid(3000))
    y = 1e-4 * (np.tanh(X["a"]) + X["b"] ** 2 + 0.1 * rng.normal(size=3000))
    fitted = Trees(depth=1, iterations=80, learning_rate=0.3, task_type="CPU").fit(X, y)
    values, _ = shap_values(fitted, X[:50], None if mode == "path-dependent" else X)
    for j, name in enumerate(X):
        alone = pd.DataFrame(0.0, index=X.index, columns=X.columns).assign(**{name: X[name]})
        part = fitted.predict(alone)
        np.testing.assert_allclose(values[:, j], part[:50] - part.mean(), rtol=0, atol=1e-17)


def test_a_target_in_other_units_scales_the_values(planted, trees):
    X, y = planted
    X, y = X[:3000], y[:3000]
    for background in (None, X[:80]):
        one, other = (shap_values(trees.fit(X, scale * y), X[-100:], background)[0] for scale in (1, 1e4))
        assert np.abs(other / 1e4 - one).max() <= 1e-6 * np.abs(one).max()


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


def test_the_same_seed_draws_the_same_rows_and_background_in_either_mode(planted, oof, explanation, interventional):
    np.testing.assert_array_equal(explanation.time, interventional.time)
    again, other = (out_of_fold_shap(oof, planted[0], rows_per_fold=400, seed=seed, background=100) for seed in (0, 1))
    np.testing.assert_array_equal(again.values, interventional.values)
    assert (other.base != interventional.base).all()


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


def test_a_background_is_refused_where_training_was_not_on_one_stretch(planted, oof):
    broken = replace(oof, folds=tuple(replace(fold, n_train=fold.n_train - 7) for fold in oof.folds))
    with pytest.raises(Refusal, match="trained on .* of the .* rows between"):
        out_of_fold_shap(broken, planted[0], background=10)
