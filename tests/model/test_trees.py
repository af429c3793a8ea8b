"""CatBoost behind fit and predict: reproducible on the CPU, blind to the unit of its label, saved whole."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostRegressor

from kit import backend
from kit.model import Fitted, Trees
from kit.model.design import matrix
from kit.model.quantised import TrainingRows
from kit.refusal import Refusal


@pytest.fixture(scope="module")
def fitted(planted, trees):
    return trees.fit(*planted)


def test_the_same_settings_give_the_same_model_to_the_bit(planted, trees, fitted):
    X, y = planted
    np.testing.assert_array_equal(trees.fit(X, y).predict(X), fitted.predict(X))
    np.testing.assert_array_equal(replace(trees, thread_count=1).fit(X, y).predict(X), fitted.predict(X))
    assert (replace(trees, random_seed=1).fit(X, y).predict(X) != fitted.predict(X)).any()


@pytest.mark.parametrize("border_count", [32, 254])
def test_a_model_learned_from_bins_is_catboosts_own(planted, trees, border_count):
    X, y = planted
    holey = X.assign(x=X["x"].where(np.arange(len(X)) % 7 > 0))
    own = CatBoostRegressor(depth=3, iterations=80, learning_rate=0.05, l2_leaf_reg=3, random_seed=0, has_time=True,
                            boosting_type="Plain", bootstrap_type="Bernoulli", subsample=0.5, silent=True,
                            border_count=border_count, allow_writing_files=False)
    own.fit(matrix(holey), y * 1e4)
    fitted = replace(trees, border_count=border_count).fit(holey, y)
    np.testing.assert_array_equal(fitted.predict(holey), own.predict(matrix(holey)) / 1e4)


def test_many_settings_learn_from_the_same_rows(planted, trees):
    X, y = planted
    rows = TrainingRows(X, y)
    for settings in (trees, replace(trees, depth=2), replace(trees, border_count=32), replace(trees, l2_leaf_reg=9.0)):
        np.testing.assert_array_equal(settings.learn(rows).predict(X), settings.fit(X, y).predict(X))
    assert rows.pool(254, "CPU") is rows.pool(254, "CPU") and rows.pool(32, "CPU") is not rows.pool(254, "CPU")


def test_bagging_is_a_share_of_the_rows_or_a_temperature(planted, trees):
    X, y = planted
    drawn, weighed = (settings.fit(X, y).model.get_all_params() for settings in
                      (trees, replace(trees, bagging_temperature=0.5)))
    assert (drawn["bootstrap_type"], drawn["subsample"]) == ("Bernoulli", 0.5)
    assert (weighed["bootstrap_type"], weighed["bagging_temperature"]) == ("Bayesian", 0.5)


def test_forecasts_scale_with_the_label(planted, trees, fitted):
    X, y = planted
    small, large = fitted.predict(X), trees.fit(X, 1e4 * y).predict(X) / 1e4
    assert np.abs(large - small).max() <= 1e-6 * np.abs(small).max()


def test_forecasts_are_in_the_unit_of_the_label(planted, fitted):
    X, y = planted
    slope = np.polyfit(fitted.predict(X), y, 1)[0]
    assert slope == pytest.approx(1, abs=0.15)


def test_a_series_and_an_array_of_labels_are_the_same(planted, trees, fitted):
    X, y = planted
    np.testing.assert_array_equal(trees.fit(X, y.to_numpy()).predict(X), fitted.predict(X))


def test_columns_are_found_by_name(planted, fitted):
    X, _ = planted
    np.testing.assert_array_equal(fitted.predict(X[["flat", "noise", "x"]].assign(more=1.0)), fitted.predict(X))
    with pytest.raises(Refusal, match="column 'noise': missing. Remedy: the model reads x, noise, flat"):
        fitted.predict(X[["x", "flat"]])


def test_what_is_saved_is_loaded_with_its_settings(planted, trees, fitted, tmp_path):
    X, _ = planted
    fitted.save(tmp_path / "model.cbm")
    loaded = Fitted.load(tmp_path / "model.cbm")
    assert loaded.trees == trees and loaded.features == ("x", "noise", "flat")
    np.testing.assert_array_equal(loaded.predict(X), fitted.predict(X))
    assert [path.name for path in tmp_path.iterdir()] == ["model.cbm"]


def test_files_that_are_no_model_of_the_kit_are_refused(tmp_path):
    with pytest.raises(Refusal, match="absent.cbm: not a CatBoost model"):
        Fitted.load(tmp_path / "absent.cbm")
    (tmp_path / "text.cbm").write_text("not a model")
    with pytest.raises(Refusal, match="text.cbm: not a CatBoost model"):
        Fitted.load(tmp_path / "text.cbm")
    CatBoostRegressor(iterations=1, silent=True, allow_writing_files=False).fit([[0], [1]], [0, 1]).save_model(
        str(tmp_path / "foreign.cbm"))
    with pytest.raises(Refusal, match="foreign.cbm: carries no settings of the kit"):
        Fitted.load(tmp_path / "foreign.cbm")


def test_a_model_that_cannot_be_written_leaves_nothing(fitted, tmp_path):
    (tmp_path / "taken").mkdir()
    for path in (tmp_path / "taken", tmp_path / "absent" / "model.cbm"):
        with pytest.raises(Refusal, match="cannot be written"):
            fitted.save(path)
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda X, y: (X, y * 0), "the label does not vary"),
    (lambda X, y: (X.iloc[:0], y.iloc[:0]), "the label does not vary"),
    (lambda X, y: (X, y.where(np.arange(len(y)) != 5)), "row 5: label is missing"),
    (lambda X, y: (X[["flat"]], y), "CatBoost: .*constant"),
    (lambda X, y: (X.assign(x=np.inf), y), "column 'x', row 0: infinite"),
])
def test_what_cannot_be_learned_from_is_refused(planted, trees, spoil, said):
    with pytest.raises(Refusal, match=said):
        trees.fit(*spoil(*planted))


def test_settings_that_catboost_refuses_name_the_training_rows(planted):
    with pytest.raises(Refusal, match="training rows 2024-08-08 00:00:00.* to .*CatBoost: .*depth"):
        Trees(depth=99, task_type="CPU").fit(*planted)


def test_the_device_is_that_of_the_backend():
    assert Trees().task_type == ("GPU" if backend.chosen().gpu else "CPU")


def test_missing_features_are_learned_from(planted, trees):
    X, y = planted
    holey = X.assign(x=X["x"].where(np.arange(len(X)) % 2 == 0))
    assert np.corrcoef(trees.fit(holey, y).predict(holey), y)[0, 1] > 0.15


@pytest.mark.gpu
@pytest.mark.skipif(not backend.chosen().gpu, reason=f"no GPU here: {backend.chosen().reason}")
def test_a_gpu_forecasts_as_the_cpu_does(planted, trees, fitted):
    X, y = planted
    there = replace(trees, task_type="GPU").fit(X, y).predict(X)
    assert np.corrcoef(there, fitted.predict(X))[0, 1] > 0.97
    assert pd.Series(there).notna().all()
