"""A model in arrays says what CatBoost says: forecasts to the bit, both kinds of SHAP values to rounding."""

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostRegressor, sum_models

from kit.explain.crosscheck import catboost_shap_values, difference_to_catboost
from kit.explain.symmetric import symmetric
from kit.explain.values import shap_values
from kit.kernels import launch
from kit.model import Fitted, Trees
from kit.refusal import Refusal
from kit.units import BP
from tests.explain import enumeration
from tests.model.known_market import grid

ROUNDING = 1e-12
"""Of the forecasts' reach."""


def rows(n, seed=5, missing=0):
    """Four correlated features; of one, every so-manieth value is missing."""
    a, b, c, d = np.random.default_rng(seed).normal(size=(4, n))
    X = pd.DataFrame({"a": a, "b": b + a, "c": c, "d": d}, index=grid(n))
    if missing:
        X.loc[X.index[::missing], "b"] = np.nan
    return X


def target(X):
    noise = np.random.default_rng(6).normal(size=len(X))
    return 1e-4 * (X["a"] * X["b"].fillna(3) + np.tanh(X["c"]) * (X["d"] > 0) + noise).to_numpy()


def trained(n=2000, missing=0, **settings):
    X, plain = rows(n, missing=missing), {"depth": 4, "iterations": 25, "learning_rate": 0.3, "task_type": "CPU"}
    return Trees(**plain | settings).fit(X, target(X))


def of_catboost(X, y=None, weight=None, **settings):
    """A model that the kit would not train itself."""
    settings = {"iterations": 10, "depth": 3, "verbose": 0, "allow_writing_files": False} | settings
    y = target(X) * BP if y is None else y
    return Fitted(Trees(), CatBoostRegressor(**settings).fit(X, y, sample_weight=weight))


def rescaled(scale, bias):
    fitted = trained()
    fitted.model.set_scale_and_bias(scale, bias)
    return fitted


MODELS = {
    **{f"depth {depth}": lambda depth=depth: trained(depth=depth) for depth in (1, 2, 4, 6)},
    "depth 8, missing values": lambda: trained(missing=7, depth=8, iterations=10),
    "depth 10, leaves that no row reached": lambda: trained(n=300, depth=10, iterations=3),
    "one tree": lambda: trained(iterations=1),
    "another bias": lambda: rescaled(1.0, -40.0),
    "missing values above all": lambda: of_catboost(rows(400, missing=7), nan_mode="Max", depth=4),
    "weighted rows": lambda: of_catboost(rows(400), weight=np.arange(400) % 5),
    "trees of several depths": lambda: Fitted(Trees(), sum_models([trained(depth=2).model, trained(depth=5).model],
                                                                  weights=[0.3, 0.7])),
}


@pytest.fixture(scope="module", params=MODELS)
def fitted(request):
    return MODELS[request.param]()


def asked(fitted, n=60):
    """Rows to explain: missing values, and values on borders, beside them, and near enough to be rounded on to them."""
    X = rows(n, seed=8, missing=9)
    border = next(iter(edges for edges in fitted.model.get_borders().values() if edges))[0]
    near = [border, np.nextafter(np.float32(border), np.float32(9)), border * (1 + 1e-12), border * (1 - 1e-12)]
    X.iloc[1:5, 0] = near
    return X


def test_forecasts_are_catboosts_to_the_bit(fitted):
    X = asked(fitted)
    np.testing.assert_array_equal(symmetric(fitted).predict(X), fitted.predict(X))


def test_path_dependent_values_are_catboosts(fitted):
    assert difference_to_catboost(fitted, asked(fitted)) <= ROUNDING


def test_interventional_values_are_catboosts(fitted):
    assert difference_to_catboost(fitted, asked(fitted), rows(30, seed=9, missing=4)) <= ROUNDING


def test_values_are_shapleys_by_enumeration(fitted, tmp_path):
    part = Fitted(fitted.trees, fitted.model.copy())
    part.model.shrink(min(3, part.model.tree_count_))
    trees, scale, missing = enumeration.stated(part.model, tmp_path)
    X, background = asked(part, 8), rows(5, seed=9, missing=4)
    rows_, behind = (np.where(frame.isna(), missing, frame).astype(np.float32) for frame in (X, background))
    for frame, worth in ((None, enumeration.along_the_path), (background, enumeration.over_rows(behind))):
        values, base = shap_values(part, X, frame)
        for row, got in zip(rows_, values * BP, strict=True):
            phi, nothing = enumeration.shapley(trees, row, worth)
            assert np.abs(got - scale * phi).max() <= 1e-12
            assert base[0] * BP - part.model.get_scale_and_bias()[1] == pytest.approx(scale * nothing, abs=1e-12)


def test_a_scale_multiplies_what_is_explained():
    plain, X, behind = trained(), rows(20), rows(9, seed=9)
    scaled = rescaled(2.5, plain.model.get_scale_and_bias()[1])
    np.testing.assert_array_equal(symmetric(scaled).predict(X), scaled.predict(X))
    for background in (None, behind):
        (values, base), before = shap_values(scaled, X, background), shap_values(plain, X, background)
        np.testing.assert_allclose(values, 2.5 * before[0], rtol=0, atol=1e-18)
        np.testing.assert_allclose(values.sum(axis=1) + base, scaled.predict(X), rtol=0, atol=1e-17)


def test_some_leaves_have_no_weight():
    forest = symmetric(MODELS["depth 10, leaves that no row reached"]()).forest
    assert (forest.weight == 0).mean() > 0.3


def test_features_come_twice_in_a_tree():
    forest = symmetric(trained(depth=6)).forest
    assert (forest.used < forest.depth).any()


def test_base_is_the_mean_forecast_with_the_models_bias():
    fitted, training = trained(), rows(2000)
    assert fitted.model.get_scale_and_bias()[1] != 0
    for behind, rows_ in ((None, training), (training[:50], training[:50])):
        _, base = shap_values(fitted, training[:3], behind)
        np.testing.assert_allclose(base, fitted.predict(rows_).mean(), rtol=1e-9)


def test_catboosts_expected_value_in_shap_lacks_the_bias():
    """Why the base is not taken from there."""
    import shap

    fitted, X = rescaled(1.0, -40.0), rows(50)
    said = shap.TreeExplainer(fitted.model, data=X, feature_perturbation="interventional").expected_value
    ours = shap_values(fitted, X, X)[1][0] * BP
    assert ours == pytest.approx(fitted.predict(X).mean() * BP, rel=1e-12)
    assert abs(said - ours) > 1


def test_rows_one_by_one_are_explained_as_all_at_once_bit_for_bit():
    fitted, X, background = trained(depth=6), rows(40, missing=9), rows(30, seed=9)
    model = symmetric(fitted)
    for behind in (None, background):
        values, _ = model.shap_values(X, behind)
        each = [model.shap_values(X.iloc[i:i + 1], behind)[0] for i in range(40)]
        np.testing.assert_array_equal(np.concatenate(each), values)
    launch.threads(1)
    alone = model.shap_values(X)[0]
    launch.threads(2)
    np.testing.assert_array_equal(model.shap_values(X)[0], alone)


def test_no_row_is_no_answer_and_no_background_is_refused():
    fitted, X = trained(), rows(5)
    values, base = shap_values(fitted, X[:0])
    assert values.shape == (0, 4) and base.shape == (0,)
    with pytest.raises(Refusal, match="background: no row"):
        shap_values(fitted, X, X[:0])


@pytest.mark.parametrize("column", ["a", "d"])
def test_a_missing_column_is_named(column):
    fitted, X = trained(), rows(5)
    with pytest.raises(Refusal, match=f"features, column '{column}': missing"):
        shap_values(fitted, X.drop(columns=column))
    with pytest.raises(Refusal, match=f"column '{column}'"):
        shap_values(fitted, X, X.drop(columns=column))


def test_columns_are_found_by_name():
    fitted, X = trained(), rows(20)
    shuffled = X[["d", "b", "a", "c"]].assign(other=1.0)
    np.testing.assert_array_equal(shap_values(fitted, shuffled)[0], shap_values(fitted, X)[0])


def test_what_is_no_forest_of_symmetric_trees_of_numbers_is_refused():
    X, y = rows(300), target(rows(300)) * BP
    lettered = Fitted(Trees(), CatBoostRegressor(iterations=3, verbose=0, allow_writing_files=False, cat_features=["d"])
                      .fit(X.assign(d=np.where(X["d"] > 0, "x", "y")), y))
    refused = {"not numbers": lettered, "not symmetric": of_catboost(X, grow_policy="Depthwise"),
               "several outputs": of_catboost(X, np.stack([y, -y], axis=1), loss_function="MultiRMSE"),
               "11 levels": of_catboost(X, depth=11, iterations=1)}
    for reason, fitted in refused.items():
        with pytest.raises(Refusal, match=reason):
            symmetric(fitted)


def test_catboosts_values_are_those_of_shap():
    import shap

    fitted, X = trained(), rows(40)
    values, base = catboost_shap_values(fitted, X)
    explainer = shap.TreeExplainer(fitted.model)
    np.testing.assert_array_equal(explainer.shap_values(fitted.pool(X)) / BP, values)
    assert explainer.expected_value / BP == pytest.approx(base[0], rel=1e-12)
