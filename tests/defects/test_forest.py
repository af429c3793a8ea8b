"""D-12: a forest judged on the rows that it was grown on knows everything, and ranks features by their many values."""

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestRegressor

from kit.bootstrap import Bootstrap
from kit.explain.learned import Learned
from kit.model import Forest, PurgedWalkForward, walk_forward
from tests.model.known_market import grid

ROWS = 3000


def market(beta):
    """A feature of two values that moves the next row by `beta` standard deviations, and noise that moves nothing."""
    rng = np.random.default_rng(4)
    sign, noise = rng.choice([-1.0, 1.0], ROWS), rng.normal(size=(2, ROWS))
    features = pd.DataFrame({"sign": sign, "noise": noise[0]}, index=grid(ROWS))
    returns = 1e-4 * np.append(0.0, beta * sign[:-1] + noise[1][:-1])
    return features, pd.Series(returns, index=features.index, name="returns")


def sketch(features, returns):
    """The framework's ml_microstructure_factors, with a seed."""
    targets = returns.shift(-1)
    model = RandomForestRegressor(n_estimators=100, random_state=0, n_jobs=2)
    model.fit(features[:-1], targets[:-1])
    return model.predict(features), pd.Series(model.feature_importances_, index=features.columns), targets


def out_of_fold(features, returns):
    label = returns.shift(-1)[:-1]
    splitter = PurgedWalkForward.for_span(features.index[-1] - features.index[0])
    forest = Forest(n_estimators=50, library="scikit-learn", thread_count=2)
    walked = walk_forward(features[:-1], label, splitter, forest, progress=False)
    return walked, Learned(walked, features[:-1], by=Bootstrap(draws=99))


def r2(actual, predicted):
    return 1 - ((actual - predicted) ** 2).sum() / (actual**2).sum()


def test_d12_the_sketch_forecasts_pure_noise_and_the_kit_does_not():
    features, returns = market(beta=0.0)
    predicted, _, targets = sketch(features, returns)
    assert r2(targets[:-1], predicted[:-1]) > 0.7
    walked, _ = out_of_fold(features, returns)
    assert r2(walked.actual, walked.predicted) < 0.01


def test_d12_impurity_ranks_noise_of_many_values_above_what_knows_and_held_out_importance_does_not():
    features, returns = market(beta=0.3)
    _, impurity, _ = sketch(features, returns)
    assert impurity["noise"] > 5 * impurity["sign"]
    _, learned = out_of_fold(features, returns)
    importance = learned.feature_importance
    assert importance["lost_r2"]["sign"] == pytest.approx(2 * 0.09 / 1.09, rel=0.3)
    assert importance["lost_low"]["sign"] > 0 > importance["lost_low"]["noise"]
    assert importance["shap_bp"]["sign"] > 2 * importance["shap_bp"]["noise"]


def test_d12_no_forecast_stands_where_its_model_has_learned():
    walked, learned = out_of_fold(*market(beta=0.3))
    for fold in walked.folds:
        assert fold.test_start - fold.train_end > 10**9
    assert learned.ml_predictions.isna().sum() == ROWS - 1 - len(walked.row)
