"""Daily bars, and every model's forecast of the next day's variance, each from the days before it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.factor import compute
from kit.volatility import compare, garch, har, markov

FAMILY = (("garch", "normal"), ("garch", "t"), ("gjr", "t"), ("egarch", "t"))
"""Members of the GARCH family that are walked: variance, errors."""


@dataclass(frozen=True)
class Study:
    """Returns, what the variance of each day came to, and what was forecast of it.

    Attributes
    ----------
    returns : pandas.Series
        Log returns from close to close, indexed by the close.
    measured : pandas.Series
        Variance of each day from its range.
    forecasts : dict of str to pandas.Series
        Variance of each day, forecast from the days before it, by model.
    walks : dict of str to kit.volatility.garch.Walk
    regimes : kit.volatility.markov.Walk
    """

    returns: pd.Series
    measured: pd.Series
    forecasts: dict[str, pd.Series]
    walks: dict[str, garch.Walk]
    regimes: markov.Walk


def returns(days) -> pd.Series:
    """Log returns from close to close, from the second bar on.

    Parameters
    ----------
    days : pandas.DataFrame
        As `kit.columns.Bars`.
    """
    close = pd.Series(np.log(days["close"].to_numpy()), pd.DatetimeIndex(days["time"]), name="return")
    return close.diff().iloc[1:]


def range_variance(days) -> pd.Series:
    r"""Variance of each day's log return from its open, high, low and close.

    .. math:: \tfrac12 (\log H / L)^2 - (2 \log 2 - 1) (\log C / O)^2

    - The price moves continuously, without drift, and opens where it closed.
    - Then it is unbiased, with a seventh of the variance of the squared return.

    References
    ----------
    Garman and Klass (1980), On the estimation of security price volatilities from historical data, equation 20.
    """
    high, low, opened, close = (np.log(days[name].to_numpy()) for name in ("high", "low", "open", "close"))
    variance = 0.5 * (high - low) ** 2 - (2 * math.log(2) - 1) * (close - opened) ** 2
    return pd.Series(variance, pd.DatetimeIndex(days["time"]), name="range variance")


def study(days, first=365, every=30) -> Study:
    """Walk every model through the same days.

    - Days that did not move at all are left out of the measured variance: their logarithm does not exist.
    - Beside models that know all days before stands the factor `garch_vol_forecast`, which knows the last 365.

    Parameters
    ----------
    days : pandas.DataFrame
        As `kit.columns.Bars`, one row a day.
    first : int
        Days before the first forecast.
    every : int
        Days between fits of the GARCH family, and of the regimes.
    """
    r, measured = returns(days), range_variance(days).iloc[1:]
    measured = measured.where(measured > 0)
    walks = {f"{kind}, {errors}": garch.walk(r, kind, errors, first, every) for kind, errors in FAMILY}
    regimes = markov.walk(r, first, every)
    forecasts = {"EWMA": compare.ewma(r).iloc[first:]} | {name: walk.variance for name, walk in walks.items()}
    sigma = compute({"bars": days}, "garch_vol_forecast", every=every)["garch_vol_forecast"]
    forecasts |= {"garch, 365 days": sigma.shift(1) ** 2, "HAR": har.walk(measured, "har", first=first),
                  "log-HAR": har.walk(measured, "log", first=first), "Markov switching": regimes.variance}
    return Study(r, measured, forecasts, walks, regimes)


def regimes(fitted, planted=None) -> pd.DataFrame:
    """What a fit of two regimes says of them, beside what was planted.

    Parameters
    ----------
    fitted : kit.volatility.markov.Fitted
    planted : kit.sources.synthetic.days.Regimes, optional
        Any other known answer has no regimes.

    Returns
    -------
    pandas.DataFrame
        A row a quantity: ``value``, ``low`` and ``high`` of its 95 % interval, ``planted``.
    """
    known, found = planted if hasattr(planted, "duration") else None, {}
    for k, name in enumerate(("calm", "turbulent")):
        days, spread, year = fitted.durations[k], fitted.volatilities[k], math.sqrt(365)
        stay = [1 - 1 / x for x in (days.value, days.low, days.high)]
        found[f"{name}: volatility a year"] = [year * x for x in (spread.value, spread.low, spread.high)]
        found[f"{name}: chance to stay a day"] = stay
        found[f"{name}: expected days"] = [days.value, days.low, days.high]
    answers = [answer for k in (0, 1) for answer in (known.volatility[k], known.transition[k, k], known.duration[k])
               ] if known else np.nan
    return pd.DataFrame(found, ["value", "low", "high"]).T.assign(planted=answers)


def told_right(turbulent, high, truth=None) -> pd.DataFrame:
    """Share of days whose regime was told right, on days that both ways of telling know; empty without a truth.

    Parameters
    ----------
    turbulent : pandas.Series
        Filtered probability.
    high : pandas.Series
        `high_vol_regime`.
    truth : pandas.DataFrame, optional
        ``time``, ``state`` (1 turbulent), as embedded days have it.
    """
    if truth is None or not truth["state"].any():
        return pd.DataFrame(columns=["right", "turbulent days found", "calm days found", "n"])
    state = pd.Series(truth["state"].to_numpy(), pd.DatetimeIndex(truth["time"]))
    days = pd.DataFrame({"state": state, "filtered": turbulent, "threshold": high}).dropna()
    wild = days["state"] == 1
    said = {"probability above one half": days["filtered"] > 0.5, "above the threshold": days["threshold"] == 1}
    return pd.DataFrame({name: {"right": (call == wild).mean(), "turbulent days found": call[wild].mean(),
                                "calm days found": 1 - call[~wild].mean(), "n": len(days)}
                         for name, call in said.items()}).T.astype({"n": int})
