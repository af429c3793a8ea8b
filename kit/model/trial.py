"""One trial of settings: learned in each inner fold, judged where that fold ends, at many numbers of trees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from catboost import Pool

from kit import backend
from kit.model.criteria import loss, simplest, standard_error, sums
from kit.model.design import matrix
from kit.model.gmadl import a_scale
from kit.model.quantised import TrainingRows
from kit.model.trees import Fitted, Trees
from kit.units import BP


class InnerFold:
    """Rows to learn from, and later ones to judge by.

    Parameters
    ----------
    X : frame, shape (n, features)
    label : array, shape (n,)
        Returns.
    train, test : array of int
        Rows.
    kappa, b : float
        GMADL's slope in units of 1 / variance of the training returns, and the weight of large moves.
    """

    def __init__(self, X, label, train, test, kappa, b):
        self.rows = TrainingRows(X.iloc[train], label[train])
        self.time = backend.host(backend.nanoseconds(X.index, "index"))[test]
        self.actual = label[test]
        self._a, self._b = a_scale(label[train], kappa), b
        self._asked = Pool(matrix(X.iloc[test]), feature_names=list(X.columns))

    def judged(self, fitted, every) -> np.ndarray:
        """Sums of the criteria after each `every` trees: array, shape (stages, criteria, 2)."""
        stages = fitted.model.staged_predict(self._asked, eval_period=every)
        return np.stack([sums(self.actual, forecast / BP, self._a, self._b) for forecast in stages])

    def forecasts(self, fitted, trees) -> pd.DataFrame:
        """What a model's first trees say of the rows to judge by: ``time, actual, predicted``."""
        predicted = fitted.model.predict(self._asked, ntree_end=trees) / BP
        return pd.DataFrame({"time": self.time, "actual": self.actual, "predicted": predicted})


@dataclass(frozen=True)
class Trial:
    """Settings, their models by inner fold, and the sums of the criteria, shape (folds, stages, criteria, 2)."""

    trees: Trees
    models: tuple[Fitted, ...]
    parts: np.ndarray

    @staticmethod
    def of(trees, folds, every) -> Trial:
        """Learn and judge in every fold."""
        models = tuple(trees.learn(fold.rows) for fold in folds)
        parts = [fold.judged(model, every) for fold, model in zip(folds, models, strict=True)]
        return Trial(trees, models, np.stack(parts))

    def losses(self) -> list[float]:
        """By criterion, the pooled loss at its best number of trees."""
        return loss(self.parts.sum(axis=0)).min(axis=0).tolist()

    def cut(self, trees) -> Trial:
        """The same settings with fewer trees."""
        return replace(self, trees=replace(self.trees, iterations=int(trees)))

    def forecasts(self, folds) -> pd.DataFrame:
        """Of the rows to judge by, fold after fold: ``inner_fold, time, actual, predicted``."""
        parts = [fold.forecasts(model, self.trees.iterations)
                 for fold, model in zip(folds, self.models, strict=True)]
        return pd.concat(parts, keys=range(len(parts)), names=["inner_fold", None]).reset_index("inner_fold")


class Verdict(NamedTuple):
    """What one criterion says of each trial, and which it chooses; arrays of shape (trials,) but for `folds`."""

    trees: np.ndarray  #: the number of them that is best
    value: np.ndarray  #: loss with so many, pooled over inner folds
    error: np.ndarray  #: its standard error
    folds: np.ndarray  #: the folds' own losses, shape (trials, folds)
    chosen: int

    @staticmethod
    def of(tried, criterion, counts, within) -> Verdict:
        """Of trials, by the criterion of that number; `counts` are the stages' numbers of trees."""
        parts = np.stack([trial.parts[:, :, criterion] for trial in tried])
        stage = loss(parts.sum(axis=1)).argmin(axis=1)
        best = parts[np.arange(len(tried)), :, stage]
        trees, value = counts[stage], loss(best.sum(axis=1))
        error = standard_error(best.swapaxes(0, 1))
        leaves = trees * 2 ** np.array([trial.trees.depth for trial in tried])
        return Verdict(trees, value, error, loss(best), simplest(value, error, leaves, within))
