"""W6: exact SHAP values of a CatBoost model of symmetric trees, one of our threads against two of CatBoost's.

Values that differ from CatBoost's by more than 1e-12 of the forecasts' reach stop the bench; so does a forecast that is
not CatBoost's to the bit.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import shap
from catboost import Pool

from bench.compare import compare
from kit.explain.crosscheck import difference_to_catboost
from kit.explain.symmetric import symmetric
from kit.explain.values import shap_values
from kit.kernels.launch import threads
from kit.model import Trees

FEATURES, TREES, DEPTH = 10, 500, 6
THEIRS = 2  # CatBoost's threads


def market(n):
    """Features, and returns that follow some of them, together and by themselves, under noise."""
    random = np.random.default_rng(0)
    X = pd.DataFrame(random.normal(size=(n, FEATURES)).astype(np.float32), columns=[f"x{j}" for j in range(FEATURES)])
    signal = np.tanh(X.x0) + X.x1 * X.x2 + np.abs(X.x3) + 0.3 * (X.x4 > 0) * X.x5 + 0.1 * X.iloc[:, 6:].sum(axis=1)
    return X, 1e-4 * (signal + 2 * random.normal(size=n)).to_numpy()


def on(count, call):
    """`call` with so many of our threads."""
    def run():
        threads(count)
        return call()

    return run


def path_dependent(fitted, X):
    """All rows; each peer's whole way from the frame to values."""
    print(f"largest difference to CatBoost: {checked(fitted, X[:500]):.1e} of the forecasts' reach")
    compare({
        "ours": on(1, lambda: shap_values(fitted, X)),
        "ours, two threads": on(2, lambda: shap_values(fitted, X)),
        "CatBoost ShapValues, two threads": lambda: fitted.model.get_feature_importance(
            fitted.pool(X), type="ShapValues", shap_calc_type="Regular", thread_count=THEIRS),
        "shap.TreeExplainer": lambda: shap.TreeExplainer(fitted.model).shap_values(fitted.pool(X)),
    }, repeat=3, title=f"path-dependent SHAP values, {TREES} trees of depth {DEPTH}, {FEATURES} features",
        goals={"CatBoost ShapValues, two threads": 10})


def interventional(fitted, X, background):
    """Fewer rows: CatBoost's time grows with rows times background rows."""
    print(f"largest difference to CatBoost: {checked(fitted, X[:50], background):.1e} of the forecasts' reach")
    pools = [Pool(part, label=np.zeros(len(part))) for part in (X, background)]
    compare({
        "ours": on(1, lambda: shap_values(fitted, X, background)),
        "CatBoost ShapValues, two threads": lambda: fitted.model.get_feature_importance(
            pools[0], reference_data=pools[1], type="ShapValues", shap_calc_type="Regular", thread_count=THEIRS),
    }, repeat=3, title=f"interventional SHAP values, {len(background)} background rows")


def forecasts(fitted, X):
    """The same arrays answer what the model says of other features."""
    model = symmetric(fitted)
    np.testing.assert_array_equal(model.predict(X), fitted.predict(X))
    compare({"ours": on(1, lambda: model.predict(X)), "CatBoost": lambda: fitted.predict(X)}, repeat=7,
            title="forecasts")


def checked(*args):
    gap = difference_to_catboost(*args)
    assert gap <= 1e-12, f"off by {gap:.1e}"
    return gap


def main(n=100_000) -> None:
    X, y = market(n)
    fitted = Trees(depth=DEPTH, iterations=TREES, task_type="CPU", thread_count=2).fit(X, y)
    path_dependent(fitted, X)
    interventional(fitted, X[:500], X[-100:])
    forecasts(fitted, X)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
