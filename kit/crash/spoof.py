"""A large bid that nobody means: what it does to the forecast, which trades it sets off, and what those are worth.

The fake size joins the best bid and leaves before it is hit. Only the imbalance of the touch sees it: no other feature
reads the size that is shown. The embedded market does not: its price does not follow what was never meant.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, in_columns, mean, quotient
from kit.execution import Signal
from kit.refusal import Refusal
from kit.units import BP

IMBALANCE = "l1_imbalance"
SIZES = (1e4, 3e4, 1e5, 3e5, 1e6, 3e6)


def fooled(study, dollars) -> np.ndarray:
    """Forecasts of the out-of-fold rows, had the best bid shown so much more.

    Parameters
    ----------
    study : kit.study.Study
    dollars : float or array, shape (n,)
        Quote currency added to the bid's size, for each out-of-fold row.

    Returns
    -------
    array of float64, shape (n,)
        Return units.
    """
    rows = study.X.iloc[study.oof.row]
    book = study.grid.set_index("time").loc[rows.index]
    bid = book["bid_size"] + dollars / book["bid"]
    shown = rows.assign(**{IMBALANCE: (bid - book["ask_size"]) / (bid + book["ask_size"])})
    forecast = np.empty(len(shown))
    for k, fold in enumerate(study.oof.folds):
        mine = study.oof.fold == k
        forecast[mine] = fold.model.predict(shown[mine])
    return forecast


def response(study, signal, inside, sizes=SIZES, by=BLOCKS) -> pd.DataFrame:
    """What fake bids of several sizes do in some seconds.

    Parameters
    ----------
    study : kit.study.Study
    signal : kit.execution.Signal
        The honest one, whose thresholds stand.
    inside : array of bool, shape (n,)
        Out-of-fold rows to look at.
    sizes : sequence of float
        Quote currency.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``dollars``; each with ``_low`` and ``_high``: ``shift_bp``, mean change of the forecast;
        ``per_100k_bp``, the same for each 100,000 shown; ``triggered``, share of seconds that turn into a buy;
        ``followed_bp``, mean return behind those, which who bought on the fake forecast would have had at the mid.
    """
    if not np.asarray(inside).any():
        raise Refusal("no second to look at", remedy="an event inside the test folds")
    time, table = study.oof.time[inside], {}
    honest, actual = study.oof.predicted[inside], study.oof.actual[inside]
    threshold = np.broadcast_to(signal.threshold, len(signal.time))[_rows(study, signal)][inside]
    for dollars in sizes:
        forecast = fooled(study, dollars)[inside]
        shift, bought = (forecast - honest) * BP, (forecast > threshold) & (honest <= threshold)
        table[dollars] = {"shift_bp": mean(shift, time, by), "per_100k_bp": mean(shift / dollars * 1e5, time, by),
                          "triggered": mean(bought, time, by),
                          "followed_bp": quotient(actual * bought * BP, bought, time, by, n=int(bought.sum()))}
    return pd.DataFrame({dollars: in_columns(scores) for dollars, scores in table.items()}).T.rename_axis("dollars")


def shown(study, signal, begin, seconds, dollars) -> Signal:
    """The signal of a market in which the fake bid stood for a few seconds.

    Parameters
    ----------
    begin : UTC timestamp
    seconds : int
    dollars : float
    """
    time = pd.DatetimeIndex(study.oof.time.view("M8[ns]"), tz="UTC")
    there = (time >= begin) & (time < until(begin, seconds))
    if not there.any():
        raise Refusal(f"no forecast at {begin}", remedy="a time inside the test folds")
    value = np.array(signal.value)
    value[_rows(study, signal)] = fooled(study, np.where(there, dollars, 0.0))
    return replace(signal, value=value)


def _rows(study, signal):
    """Rows of a signal that have a label."""
    return np.searchsorted(signal.time, study.oof.time)


def until(begin, seconds) -> pd.Timestamp:
    """When the fake bid is gone."""
    return begin + pd.Timedelta(seconds, "s")
