"""Walk forward: fit on each fold's past, forecast its future, keep only forecasts of rows not trained on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from tqdm import tqdm

from kit import backend
from kit.model.gmadl import a_scale
from kit.model.trees import Fitted, Trees
from kit.refusal import Refusal


@dataclass(frozen=True)
class FoldFit:
    """One fold: its first and last stamps (int64 ns), its model, and what its training returns say."""

    train_start: int
    train_end: int
    test_start: int
    test_end: int
    n_train: int
    n_test: int
    model: Fitted
    train_mean: float  #: mean training return, the benchmark of Campbell and Thompson's R²
    sigma: float  #: standard deviation of training returns
    a: float  #: GMADL's slope, kappa / sigma²


@dataclass(frozen=True)
class OutOfFold:
    """Forecasts of rows that their model has not seen, fold after fold."""

    row: np.ndarray  #: int, position in the frame that was walked
    time: np.ndarray  #: int64 ns since the epoch
    actual: np.ndarray  #: return
    predicted: np.ndarray  #: return
    fold: np.ndarray  #: int, index into `folds`
    folds: tuple[FoldFit, ...]

    def of_fold(self, name) -> np.ndarray:
        """A number of each row's fold, row by row: ``a``, ``sigma``, ``train_mean`` …"""
        return np.array([getattr(fold, name) for fold in self.folds])[self.fold]

    def only(self, fold: int) -> OutOfFold:
        """The rows of one fold."""
        mine = self.fold == fold
        return replace(self, row=self.row[mine], time=self.time[mine], actual=self.actual[mine],
                       predicted=self.predicted[mine], fold=self.fold[mine])


def walk_forward(X, y, splitter, trees=None, *, kappa=10.0, progress=True) -> OutOfFold:
    """Out-of-fold forecasts.

    Parameters
    ----------
    X : frame (pandas or cuDF), shape (n, features)
        Indexed by time (UTC, ascending), as `kit.model.design` returns it.
    y : series, shape (n,)
        Returns, on the same rows; none missing.
    splitter : scikit-learn splitter
        For instance `kit.model.PurgedWalkForward`.
    trees : object with ``fit(X, y)``, optional
        Its result has ``predict(X)``, in return units. Default `Trees`.
    kappa : float
        GMADL's slope in units of 1 / variance of each fold's training returns.
    progress : bool
        Show a bar on stderr.

    Raises
    ------
    Refusal
        X and y are not on the same index, no fold fits, or one cannot be learned from (its time is named).
    """
    if not X.index.equals(y.index):
        raise Refusal("features and label are not on the same index", column=y.name,
                      remedy="see kit.model.design")
    trees = Trees() if trees is None else trees
    time = backend.host(backend.nanoseconds(X.index, "index"))
    label = backend.host(backend.array(y)).astype(np.float64)
    folds, tested, forecasts = [], [], []
    with tqdm(total=splitter.get_n_splits(X), desc="walk-forward", unit="fold", disable=not progress) as bar:
        for train, test in splitter.split(X):
            model = trees.fit(X.iloc[train], label[train])
            folds.append(_fold(model, time, label, train, test, kappa))
            tested.append(test)
            forecasts.append(model.predict(X.iloc[test]))
            bar.update()
    row = np.concatenate(tested)
    fold = np.repeat(np.arange(len(folds)), [len(test) for test in tested])
    return OutOfFold(row, time[row], label[row], np.concatenate(forecasts), fold, tuple(folds))


def _fold(model, time, label, train, test, kappa):
    past = label[train]
    stamps = time[[train[0], train[-1], test[0], test[-1]]].tolist()
    return FoldFit(*stamps, len(train), len(test), model,
                   float(past.mean()), float(past.std()), a_scale(past, kappa))
