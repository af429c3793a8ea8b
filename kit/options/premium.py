"""The variance risk premium: what is implied of the next 30 days, less what was to be expected, or less what came.

Variances are annual (0.36 for 60 %), of log returns about zero. What a date could know is a forecast; what came after
it is a label, dated by the row it belongs to and known 30 days later.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import Score, in_columns
from kit.evaluate.hac import bandwidth, standard_error
from kit.refusal import Refusal

HORIZON = "30d"
HAR = ("7d", "30d")
"""Week and month of a market that never closes; its day is the last return."""
MEMORY, FEWEST = "365d", 60
"""How far back a HAR learns, for the level of variance drifts; and rows below which it is not fitted."""
SLACK = clock.duration("36h")
"""Time at an end of a window that returns may leave out or add: snapshots are daily, their hour wanders."""
FIXED_B = (1.9600, 2.9694, 0.4160, -0.5324)
"""97.5 % quantile of a mean's t with Bartlett weights over the share b of the sample, as a polynomial in b."""


def variance_between(prices, start, end) -> np.ndarray:
    r"""Annual variance of a path between instants, :math:`\sum r_i^2 / \sum \Delta_i`, over the returns that end there.

    Parameters
    ----------
    prices : pandas.Series
        On a UTC index, in order.
    start, end : pandas.DatetimeIndex, length n
        Returns with start < stamp <= end count.

    Returns
    -------
    array of float, shape (n,)
        Missing where the returns do not cover the time between, to `SLACK`.
    """
    time = prices.index.as_unit("ns").asi8
    if (np.diff(time) <= 0).any():
        raise Refusal("prices are not in order", column="time", remedy="sort them, one row a stamp")
    squares = np.diff(np.log(prices.to_numpy(dtype=np.float64)), prepend=np.nan) ** 2
    spans = np.diff(time, prepend=time[:1])
    wanted = end.as_unit("ns").asi8 - start.as_unit("ns").asi8
    rows = [np.searchsorted(time, stamps.as_unit("ns").asi8, side="right") for stamps in (start, end)]
    covered = np.array([spans[i:j].sum() for i, j in zip(*rows, strict=True)], dtype=float)
    total = np.array([squares[i:j].sum() for i, j in zip(*rows, strict=True)])
    enough = (np.abs(covered - wanted) <= SLACK) & (covered > 0)
    return np.divide(total * clock.YEAR, covered, out=np.full(len(total), np.nan), where=enough)


def trailing(prices, at, horizon=HORIZON) -> pd.Series:
    """Variance realised over the `horizon` that ends at each instant."""
    return pd.Series(variance_between(prices, at - _long(horizon), at), index=at)


def ahead(prices, at, horizon=HORIZON) -> pd.Series:
    """Variance realised over the `horizon` behind each instant: a label, known only then; missing at the end."""
    return pd.Series(variance_between(prices, at, at + _long(horizon)), index=at)


def forecast(prices, at, horizon=HORIZON, memory=MEMORY, fewest=FEWEST) -> pd.Series:
    r"""Variance of the next `horizon` as it was to be expected, by a HAR that is fitted anew on every row's past.

    .. math:: RV_{t,t+h} = \beta_0 + \beta_d RV_{t-1d,t} + \beta_w RV_{t-7d,t} + \beta_m RV_{t-30d,t}

    - It learns from the rows of `prices`, each once its label is known: the fit at t takes those of the time `memory`
      that ends at t - `horizon`.
    - What lies outside the labels that were learned from is set to the nearest of them.

    Parameters
    ----------
    prices : pandas.Series
        On a UTC index, daily.
    at : pandas.DatetimeIndex
    horizon, memory : str
        How far it looks ahead, and how far back it learns.
    fewest : int
        Rows to fit on; missing before.

    References
    ----------
    Corsi (2009), A simple approximate long-memory model of realized volatility.
    Bekaert and Hoerova (2014), The VIX, the variance premium and stock market volatility.
    """
    rows = prices.index
    label, x, now = ahead(prices, rows, horizon).to_numpy(), _lags(prices, rows), _lags(prices, at)
    learnable = ~(np.isnan(label) | np.isnan(x).any(axis=1))
    known, label, x = (rows + _long(horizon))[learnable], label[learnable], x[learnable]
    out = np.full(len(at), np.nan)
    ends = (known.searchsorted(stamps, side="right") for stamps in (at - _long(memory), at))
    for row, (first, last) in enumerate(zip(*ends, strict=True)):
        past = slice(first, last)
        if last - first >= fewest and not np.isnan(now[row]).any():
            slopes = np.linalg.lstsq(x[past], label[past], rcond=None)[0]
            out[row] = np.clip(now[row] @ slopes, label[past].min(), label[past].max())
    return pd.Series(out, index=at)


def _lags(prices, at):
    """Regressors of the HAR, shape (n, 4). The shortest window is the last return, however long it took."""
    last = prices.index.searchsorted(at, side="right") - 1
    begun, ended = (prices.index[row.clip(0)] for row in (last - 1, last))
    fresh = (last > 0) & (at - ended <= pd.Timedelta(SLACK, "ns"))
    day = np.where(fresh, variance_between(prices, begun, ended), np.nan)
    return np.column_stack([np.ones(len(at)), day, *(trailing(prices, at, window) for window in HAR)])


def of(implied, prices, horizon=HORIZON, memory=MEMORY) -> pd.DataFrame:
    """What was implied of the next `horizon`, and what it is to be compared with.

    Parameters
    ----------
    implied : pandas.Series
        Annual variance of the next `horizon`, on a UTC index.
    prices : pandas.Series
        The underlying, daily, on a UTC index.
    horizon, memory : str
        See `forecast`.

    Returns
    -------
    pandas.DataFrame
        Annual variances on the index of `implied`: ``implied``, ``trailing`` and ``forecast``, known there and then,
        and ``ahead``, a label.
    """
    at = implied.index
    return pd.DataFrame({"implied": implied, "trailing": trailing(prices, at, horizon),
                         "forecast": forecast(prices, at, horizon, memory),
                         "ahead": ahead(prices, at, horizon)})


def premiums(variances) -> pd.DataFrame:
    """The premium three ways, of variances as `of` returns them.

    Returns
    -------
    pandas.DataFrame
        ``over trailing`` and ``over forecast`` are known ahead. ``over realised`` is what a seller of variance earned:
        a label, known a horizon later.
    """
    names = {"over trailing": "trailing", "over forecast": "forecast", "over realised": "ahead"}
    return pd.DataFrame({name: variances["implied"] - variances[column] for name, column in names.items()})


def mean(premium, horizon=HORIZON) -> Score:
    """Mean of a premium, with an interval that allows for windows which overlap.

    - Newey-West with lags of twice the overlap, and critical values for that share of the sample.
    - Of 1,500 worlds of 200 days whose windows are 30 days of noise, the 95 % interval missed 0 in 9 %; one of 29 lags
      and the normal's 1.96 missed it in 19 %.

    Parameters
    ----------
    premium : pandas.Series
        On a UTC index; missing rows are left out.
    horizon : str
        Over which a row's windows reach, ahead or back.

    References
    ----------
    Kiefer and Vogelsang (2005), A new asymptotic theory for HAC robust tests, table 1.
    """
    known = premium.dropna()
    if len(known) < 3:
        return Score(np.nan, np.nan, np.nan, len(known), "fewer than three rows")
    rows = int(np.ceil(clock.duration(horizon) / known.index.to_series().diff().median().value))
    lags = bandwidth(len(known), 2 * rows)
    value, error = float(known.mean()), float(standard_error(known.to_numpy(), lags))
    critical = float(np.polynomial.polynomial.polyval((lags + 1) / len(known), FIXED_B))
    how = f"Newey–West, {lags} lags of {len(known)} rows, 95 % at {critical:.2f} standard errors (fixed b)"
    return Score(value, value - critical * error, value + critical * error, len(known), how)


def means(premiums, horizon=HORIZON) -> pd.DataFrame:
    """Mean of every column with its interval (see `mean`): ``mean, mean_low, mean_high, n``."""
    scores = {name: mean(premiums[name], horizon) for name in premiums}
    return pd.DataFrame({name: in_columns({"mean": score}) | {"n": score.n} for name, score in scores.items()}).T


def _long(horizon):
    return pd.Timedelta(clock.duration(horizon), "ns")
