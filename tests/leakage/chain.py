"""The kit's chain from ticks to positions, every link of which can be exchanged for one that leaks."""

import functools

import numpy as np
import pandas as pd

import kit
from kit.model import PurgedWalkForward, Trees, design, walk_forward
from kit.sources.synthetic import generate

START = pd.Timestamp("2025-01-06T00:00Z")
SPLITTER = PurgedWalkForward(train="6min", test="2min", gap="65s")
TREES = Trees(depth=2, iterations=8, learning_rate=0.3, task_type="CPU", thread_count=1)


@functools.cache
def ticks():
    """Sixteen minutes of a market that can be forecast."""
    return generate("SIM-ETC", START, START + pd.Timedelta("16min"), seed=3)


def grid(tables):
    return kit.grid(tables["quotes"], tables["trades"], stale="60s")


def features(tables):
    return kit.compute(grid(tables), *kit.PAPER)


def label(tables):
    return kit.compute(grid(tables), "log_return")["log_return"]


def threshold(oof, X, k):
    """The forecast's 90 % quantile on the fold's training rows."""
    fold = oof.folds[k]
    time = X.index.as_unit("ns").asi8
    trained = X[(time >= fold.train_start) & (time <= fold.train_end)]
    return np.quantile(np.abs(fold.model.predict(trained)), 0.9)


def positions(tables, *, features=features, label=label, splitter=SPLITTER, trees=lambda X, y: TREES,
              threshold=threshold, scale=lambda oof, y: oof.of_fold("a")):
    """Forecast, GMADL's slope, threshold and position of every tested second."""
    X, y, _ = design(features(tables), label(tables))
    oof = walk_forward(X, y, splitter, trees(X, y), progress=False)
    theta = np.array([threshold(oof, X, k) for k in range(len(oof.folds))])[oof.fold]
    position = np.sign(oof.predicted) * (np.abs(oof.predicted) > theta)
    return pd.DataFrame({"forecast": oof.predicted, "a": scale(oof, y), "threshold": theta, "position": position},
                        index=X.index[oof.row])


@functools.cache
def beginnings(splitter=SPLITTER):
    """First stamp of every test window."""
    X, _, _ = design(features(ticks()), label(ticks()))
    return tuple(X.index[test[0]] for _, test in splitter.split(X))
