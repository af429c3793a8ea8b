"""Walk forward: fit on each fold's past, forecast its future, keep only forecasts of rows not trained on."""

from __future__ import annotations

import numpy as np
from tqdm import tqdm

from kit import backend
from kit.model.gmadl import a_scale
from kit.model.oof import FoldFit, OutOfFold
from kit.model.trees import Trees
from kit.refusal import Refusal


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
        Its result has ``predict(X)``, in return units. Default `Trees`; `kit.model.Tuned` chooses the settings in
        each fold's training rows.
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


def foretell(oof, features, essential=("spread",)):
    """Forecasts of every quoted row of the test windows, whether its label came to be known or not.

    What was left out for want of a label was left out by the future: a trader has to be told before each hole of the
    quotes, too. Rows after one test window and before the next are forecast by the earlier window's model.

    Parameters
    ----------
    oof : OutOfFold
        Of a walk forward.
    features : frame
        Indexed by time (UTC, ascending), all rows of it.
    essential : sequence of str
        As `kit.model.design` takes them.

    Returns
    -------
    time : array of int64, shape (n,)
    predicted : array of float64, shape (n,)
        Returns.
    fold : array of int, shape (n,)
    """
    time = backend.host(backend.nanoseconds(features.index, "index"))
    fold = np.searchsorted([one.test_start for one in oof.folds], time, side="right") - 1
    quoted = backend.host(backend.array(features[list(essential)].notna().all(axis=1)))
    rows = np.flatnonzero(quoted & (fold >= 0))
    predicted = np.concatenate([one.model.predict(features.iloc[rows[fold[rows] == k]])
                                for k, one in enumerate(oof.folds)])
    return time[rows], predicted, fold[rows]
