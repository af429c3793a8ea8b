"""How strong a signal must be to act on: chosen on training data, by the profit of forecasts of rows not learned from.

In-sample forecasts are larger than honest ones, and so are their quantiles and their profits: they choose nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.execution.fees import REGULAR
from kit.execution.signal import Signal
from kit.execution.sweep import sweep
from kit.model import PurgedWalkForward, foretell, walk_forward
from kit.model.choice import Choice
from kit.refusal import Refusal
from kit.units import BP

QUANTILES = (0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Threshold:
    """A threshold, return units, and every candidate that was tried for it, a row each."""

    value: float
    candidates: pd.DataFrame  #: quantile, and the columns of `sweep`


def choose(market, time, predicted, *, quantiles=QUANTILES, cost_aware=False, fees=REGULAR, **options) -> Threshold:
    """The quantile of forecasts' sizes whose replay earns most, net; of equals the largest.

    Parameters
    ----------
    market : Market
        Only what happens from the first forecast to the last is replayed.
    time : array of int64, shape (n,)
        When the forecasts are known, ns since the epoch, not decreasing.
    predicted : array of float, shape (n,)
        Returns, forecast by models that have not learned from these rows, all of them in the training window.
    quantiles : sequence of float
    cost_aware : bool
        Ask for no less than what one crossing costs: half the spread and the taker's fee (`cost`).
    fees : Fees
    **options
        As `sweep` takes them: latency, policy, queue, notional ….

    Returns
    -------
    Threshold

    Raises
    ------
    Refusal
        No forecasts.
    """
    time, predicted = np.asarray(time), np.asarray(predicted, dtype=np.float64)
    sizes = np.abs(predicted[np.isfinite(predicted)])
    if not len(sizes):
        raise Refusal("no forecasts to choose a threshold by", remedy="give inner out-of-fold forecasts")
    seen = market.between(int(time[0]), int(time[-1]))
    levels = np.maximum(np.quantile(sizes, quantiles), cost(seen, fees) if cost_aware else 0.0)
    table = sweep(seen, Signal(time, predicted), thresholds=levels.tolist(), fees=[fees], **options)
    table.insert(0, "quantile", np.asarray(quantiles))
    best = table[table["net"] == table["net"].max()]
    return Threshold(float(best["threshold"].max()), table)


def cost(market, fees=REGULAR) -> float:
    """Half the spread of the mid, by how long quotes stood, and the taker's fee: return units."""
    q = market.quotes
    stood = q.time[1:] - q.time[:-1]
    half = ((q.ask - q.bid) / (q.ask + q.bid))[:-1]
    total = int(stood.sum())
    return (float((half * stood).sum()) / total if total else 0.0) + fees.taker / BP


def inner_forecasts(fold, X, y, *, inner_folds=3, train_share=0.5, memory="60s", horizon="3s"):
    """Forecasts inside a fold's training window, by models that have not learned from the rows they forecast.

    - A tuned model has kept them: those of the settings that it chose. As the settings were chosen on the same rows,
      they are a little too good.
    - Any other is learned anew with its own settings on purged inner folds of the window.

    Parameters
    ----------
    fold : kit.model.train.FoldFit
    X, y : frame and series
        The rows that were walked; indexed by time (UTC, ascending).
    inner_folds, train_share, memory, horizon
        As in `PurgedWalkForward.for_span`.

    Returns
    -------
    (array of int64, array of float64)
        Times, ns since the epoch, and returns.
    """
    if isinstance(fold.model, Choice):
        kept = fold.model.search.inner[fold.model.criterion]
        return kept["time"].to_numpy(), kept["predicted"].to_numpy()
    stamps = X.index.as_unit("ns").asi8
    mine = (stamps >= fold.train_start) & (stamps <= fold.train_end)
    X, y = X[mine], y[mine]
    splitter = PurgedWalkForward.for_span(X.index[-1] - X.index[0], inner_folds, train_share, memory=memory,
                                          horizon=horizon)
    walked = walk_forward(X, y, splitter, fold.model.trees, progress=False)
    return walked.time, walked.predicted


def by_fold(oof, X, y, market, features, *, essential=("spread",), inner=None, **options):
    """The signal of out-of-fold forecasts, each fold's threshold chosen inside its own training window.

    Parameters
    ----------
    oof : kit.model.OutOfFold
    X, y : frame and series
        The rows that were walked.
    market : Market
    features : frame
        All rows, those without a label too.
    essential : sequence of str
        Its columns without which there is no quote: see `kit.model.foretell`.
    inner : dict, optional
        As `inner_forecasts` takes it.
    **options
        As `choose` takes them.

    Returns
    -------
    Signal
    list of Threshold
        One a fold.
    """
    chosen = [choose(market, *inner_forecasts(fold, X, y, **(inner or {})), **options) for fold in oof.folds]
    values = np.array([threshold.value for threshold in chosen])
    time, predicted, fold = foretell(oof, features, essential)
    return Signal(time, predicted, values[fold]), chosen
