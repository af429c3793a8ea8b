"""A random forest behind the boosted trees' interface: seeded, blind to threads, explained on rows it never saw."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kit import backend
from kit.bootstrap import Bootstrap
from kit.evaluate import rivals
from kit.explain.heldout import permutation_importance
from kit.explain.learned import Learned
from kit.explain.values import out_of_fold_shap, shap_values
from kit.model import Forest, PurgedWalkForward, walk_forward
from kit.refusal import Refusal

QUICK = Bootstrap(draws=99)


@pytest.fixture(scope="module")
def forest():
    return Forest(n_estimators=40, max_depth=4, library="scikit-learn", thread_count=2)


@pytest.fixture(scope="module")
def grown(planted, forest):
    return forest.fit(*planted)


@pytest.fixture(scope="module")
def walked(planted, forest):
    X, y = planted
    return walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), forest, progress=False)


@pytest.fixture(scope="module")
def learned(planted, walked):
    return Learned(walked, planted[0], rows_per_fold=300, by=QUICK)


def test_the_same_seed_grows_the_same_forest_whatever_the_threads(planted, forest, grown):
    X, y = planted
    np.testing.assert_array_equal(replace(forest, thread_count=1).fit(X, y).predict(X), grown.predict(X))
    assert (replace(forest, random_seed=1).fit(X, y).predict(X) != grown.predict(X)).any()


def test_a_missing_value_is_the_smallest_in_learning_forecasting_and_explaining(planted, forest):
    X, y = planted
    holey, lowest = (X.assign(x=X["x"].where(np.arange(len(X)) % 7 > 0, gap)) for gap in (np.nan, -1e9))
    fitted = forest.fit(holey, y)
    np.testing.assert_array_equal(fitted.predict(holey), forest.fit(lowest, y).predict(lowest))
    values, base = shap_values(fitted, holey[:50])
    np.testing.assert_allclose(values.sum(axis=1) + base, fitted.predict(holey[:50]), rtol=0, atol=1e-12)


def test_forecasts_scale_with_the_label(planted, forest, grown):
    X, y = planted
    assert np.allclose(forest.fit(X, 1000 * y).predict(X), 1000 * grown.predict(X), rtol=1e-9)


def test_a_column_is_found_by_its_name_or_refused(planted, grown):
    X, _ = planted
    np.testing.assert_array_equal(grown.predict(X[X.columns[::-1]]), grown.predict(X))
    with pytest.raises(Refusal, match="x.*missing|missing.*x"):
        grown.predict(X.drop(columns="x"))


def test_an_unknown_library_is_refused(planted, forest):
    with pytest.raises(Refusal, match="LightGBM"):
        replace(forest, library="LightGBM").fit(*planted)


def test_it_finds_what_was_planted_and_no_more(walked):
    table = rivals.scored({"forest": walked}, QUICK)
    assert 0.03 < table.loc["forest", "r2_zero"] < 0.1
    assert table.loc["forest", "r2_zero_low"] > 0


def test_shap_values_add_up_to_forecasts_of_rows_it_has_not_seen(planted, walked):
    explained = out_of_fold_shap(walked, planted[0], rows_per_fold=200)
    said = pd.Series(walked.predicted, walked.time)[explained.time].to_numpy()
    np.testing.assert_allclose(explained.values.sum(axis=1) + explained.base, said, rtol=0, atol=1e-12)
    assert (explained.values[:, explained.features.index("flat")] == 0).all()


def test_interventional_values_add_up_too_and_start_from_the_background(planted, grown):
    X, _ = planted
    values, base = shap_values(grown, X[:20], background=X[-80:])
    np.testing.assert_allclose(values.sum(axis=1) + base, grown.predict(X[:20]), rtol=0, atol=1e-12)
    assert base[0] == pytest.approx(grown.predict(X[-80:]).mean(), abs=1e-12)


def test_predictions_are_missing_where_no_model_had_been_learned(planted, walked, learned):
    X, _ = planted
    assert learned.ml_predictions.index.equals(X.index)
    assert learned.ml_predictions[:walked.row.min()].isna().all()
    np.testing.assert_array_equal(learned.ml_predictions.dropna().to_numpy(), walked.predicted)


def test_what_knows_is_worth_more_than_noise_and_the_flat_feature_nothing(learned):
    table = learned.feature_importance
    assert list(table.index) == ["x", "noise", "flat"]
    assert table.loc["x", "lost_low"] > max(0.0, table.loc["noise", "lost_r2"])
    assert table.loc["noise", "lost_low"] < 1e-3
    assert (table.loc["flat", ["shap_bp", "lost_r2"]] == 0).all()


def test_shuffling_costs_twice_the_variance_of_the_forecast_that_it_takes_away(planted, walked, oof):
    """Of a forecast b(x) alone, shuffling x costs 2 var(b) in squared error; cov(r, b) is var(b) where b is right."""
    for walk in (walked, oof):
        lost = permutation_importance(walk, planted[0], rows_per_fold=4000, by=QUICK).loc["x", "lost_r2"]
        expected = 2 * np.cov(walk.actual, walk.predicted)[0, 1] / (walk.actual**2).mean()
        assert lost == pytest.approx(expected, rel=0.1)


def test_importances_come_out_again(planted, walked):
    once, again = (permutation_importance(walked, planted[0], rows_per_fold=100, by=QUICK) for _ in range(2))
    pd.testing.assert_frame_equal(once, again)


def test_forests_and_boosted_trees_are_compared_row_by_row(walked, oof):
    table = rivals.compared(walked, oof, horizon=3)
    other = rivals.compared(oof, walked, horizon=3)
    assert table.loc["squared error", "mean"] == pytest.approx(-other.loc["squared error", "mean"])
    with pytest.raises(Refusal, match="other rows"):
        rivals.compared(walked.only(0), oof, horizon=3)


@pytest.mark.gpu
def test_cumls_forest_finds_as_much_and_comes_out_again(planted, forest, walked):
    if backend.chosen().forests != "cuML":
        pytest.skip(f"no cuML here: {backend.chosen().reason}")
    X, y = planted
    own = replace(forest, library="cuML")
    theirs = walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), own, progress=False)
    np.testing.assert_array_equal(own.fit(X, y).predict(X), own.fit(X, y).predict(X))
    table = rivals.scored({"cuML": theirs, "scikit-learn": walked}, QUICK)
    assert table.loc["cuML", "r2_zero"] == pytest.approx(table.loc["scikit-learn", "r2_zero"], abs=0.01)
