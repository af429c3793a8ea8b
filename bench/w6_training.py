"""W6, training: the kit's default trees against CatBoost's, LightGBM's and XGBoost's, and what tuning saves on bins.

Every peer grows as many trees of as many leaves at the same rate. R² is that of rows none of them has learned from: a
peer that is faster by learning less would show there, and ours stops the bench where it is off by more than 2 %.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
from catboost import CatBoostRegressor

from bench.compare import compare
from kit.clock import SECOND, utc
from kit.model import Trees
from kit.model.design import matrix
from kit.model.quantised import TrainingRows
from kit.units import BP

THREADS = 2
RATE = 0.05
SHARE = 0.13  # R² of the best forecast


def market(n):
    """Ten features, some with heavy tails, and returns that six of them move a little, not all in straight lines."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 10))
    X[:, 1], X[:, 2], X[:, 3] = np.exp(X[:, 1]), X[:, 2] ** 3, rng.poisson(3, n)
    known = 0.3 * np.tanh(2 * X[:, 0]) * np.exp(-0.3 * X[:, 1]) + 0.15 * np.tanh(X[:, 2]) + 0.1 * np.sin(X[:, 5])
    known += 0.1 * X[:, 4] * (X[:, 3] > 3)
    noise = rng.standard_t(4, n) * np.sqrt(known.var() * (1 / SHARE - 1) / 2)
    frame = pd.DataFrame(X, columns=[f"x{j}" for j in range(10)], index=utc(np.arange(n) * SECOND))
    return frame, (known + noise) / BP


def peers(X, y, trees):
    """What learns from the rows; each answer forecasts a frame in basis points."""
    ours = Trees(iterations=trees, learning_rate=RATE, task_type="CPU", thread_count=THREADS)
    rows = TrainingRows(X, y)
    same = {"iterations": trees, "depth": 6, "learning_rate": RATE, "thread_count": THREADS, "verbose": False}
    learners = {
        "ours": lambda: in_bp(ours.fit(X, y)),
        "ours, 64 borders": lambda: in_bp(replace(ours, border_count=64).fit(X, y)),
        "ours, bins at hand": lambda: in_bp(ours.learn(rows)),
        "ours, bins at hand, Bayesian bagging": lambda: in_bp(replace(ours, bagging_temperature=1.0).learn(rows)),
        "CatBoost": lambda: CatBoostRegressor(**same, allow_writing_files=False).fit(matrix(X), y * BP).predict,
    }
    if importlib.util.find_spec("lightgbm"):
        import lightgbm
        leaves = lightgbm.LGBMRegressor(n_estimators=trees, num_leaves=64, learning_rate=RATE, n_jobs=THREADS,
                                        verbose=-1)
        learners["LightGBM"] = lambda: leaves.fit(matrix(X), y * BP).predict
    if importlib.util.find_spec("xgboost"):
        import xgboost
        grown = xgboost.XGBRegressor(n_estimators=trees, max_depth=6, learning_rate=RATE, n_jobs=THREADS)
        learners["XGBoost"] = lambda: grown.fit(matrix(X), y * BP).predict
    return learners


def in_bp(fitted):
    """Forecast of a matrix, as the others make it."""
    return fitted.model.predict


def training(X, y, unseen, truth, trees, repeat):
    """Side by side, with the R² of each."""
    learners = peers(X, y, trees)
    r2 = {name: explained(learn()(matrix(unseen)), truth * BP) for name, learn in learners.items()}
    compare(learners, repeat=repeat, title=f"{len(X):,} rows, 10 features, {trees} trees of depth 6",
            goals={"CatBoost": 1.4}, notes={"R²": {name: f"{value:.4f}" for name, value in r2.items()}})
    assert abs(r2["ours"] / r2["CatBoost"] - 1) < 0.02, "ours explains another share than CatBoost's defaults"


def explained(forecast, truth):
    return 1 - ((truth - forecast) ** 2).sum() / (truth**2).sum()


def tuning(X, y, trees, repeat):
    """Trials on the same rows: bins kept, against bins made for every trial."""
    trials = [Trees(depth=depth, iterations=trees, learning_rate=RATE, border_count=borders, task_type="CPU",
                    bagging_temperature=0.5, thread_count=THREADS) for depth in (3, 4, 5) for borders in (64, 254)]

    def kept():
        rows = TrainingRows(X, y)
        return [trial.learn(rows) for trial in trials]

    compare({"ours": kept, "bins made for every trial": lambda: [trial.fit(X, y) for trial in trials]}, repeat=repeat,
            title=f"{len(trials)} trials of {trees} trees on the same {len(X):,} rows")


def main(n=1_000_000, trees=500, repeat=3) -> None:
    X, y = market(2 * n)
    training(X.iloc[:n], y[:n], X.iloc[n:], y[n:], trees, repeat)
    tuning(X.iloc[:n], y[:n], trees // 10, repeat)
    absent = [name for name in ("lightgbm", "xgboost") if not importlib.util.find_spec(name)]
    print(f"not installed, hence not compared with: {', '.join(absent) or 'none'}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
