"""Models beside each other on the same folds: their scores, which is better, and what their own rows would claim."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, in_columns
from kit.evaluate.forecasts import diebold_mariano
from kit.model import scores
from kit.model.gmadl import losses
from kit.refusal import Refusal


def scored(walks, by=BLOCKS) -> pd.DataFrame:
    """Every score of every walk with its interval, as `kit.model.scores.summary` has them, a row a walk.

    Parameters
    ----------
    walks : dict of str to kit.model.OutOfFold
    """
    rows = {name: in_columns(scores.summary(oof, by)) for name, oof in walks.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")


def compared(walk, other, horizon) -> pd.DataFrame:
    """Diebold and Mariano's test of two walks over the same rows, by squared error and by GMADL.

    Parameters
    ----------
    walk, other : kit.model.OutOfFold
    horizon : int
        Rows that a label spans.

    Returns
    -------
    pandas.DataFrame
        Indexed by loss: the fields of `kit.evaluate.inference.Tested`; ``mean`` is positive where `walk` is better.

    Raises
    ------
    Refusal
        The walks forecast other rows.
    """
    if not np.array_equal(walk.time, other.time):
        raise Refusal("the walks forecast other rows", remedy="walk the same frame with the same splitter")
    pairs = {"squared error": [(oof.actual - oof.predicted) ** 2 for oof in (walk, other)],
             "GMADL": [losses(oof.actual, oof.predicted, oof.of_fold("a")) for oof in (walk, other)]}
    tests = {name: vars(diebold_mariano(*pair, horizon, kernel="bartlett")) for name, pair in pairs.items()}
    return pd.DataFrame.from_dict(tests, orient="index").rename_axis("loss")


def optimism(oof, X, y) -> pd.DataFrame:
    """R² against 0 of each fold's model on the rows that it learned from, and on the rows after them.

    The first is what fitting and forecasting the same rows would report.

    Parameters
    ----------
    oof : kit.model.OutOfFold
        Of a walk forward, each fold trained on one stretch.
    X, y : frame and series
        Those that were walked.

    Returns
    -------
    pandas.DataFrame
        By fold: ``learned`` and ``after``.
    """
    time, label = backend.host(backend.nanoseconds(X.index, "index")), backend.host(backend.array(y))
    rows = []
    for k, fold in enumerate(oof.folds):
        own = np.flatnonzero((fold.train_start <= time) & (time <= fold.train_end))
        tested = oof.only(k)
        rows.append({"learned": _r2(label[own], fold.model.predict(X.iloc[own])),
                     "after": _r2(tested.actual, tested.predicted)})
    return pd.DataFrame(rows).rename_axis("fold")


def _r2(actual, predicted):
    return 1 - float(((actual - predicted) ** 2).sum() / (actual**2).sum())
