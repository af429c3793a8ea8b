"""Which forecast of variance was better, whether it was right on average, and whether volatility clusters at all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import bootstrap
from kit.evaluate.forecasts import diebold_mariano, mincer_zarnowitz
from kit.evaluate.hac import bandwidth
from kit.refusal import Refusal

MEAN_ABSOLUTE = np.sqrt(2 / np.pi)
"""E|z| of a standard normal z."""


def ewma(returns, memory=0.94) -> pd.Series:
    """Variance of each row, forecast from squared returns before it with exponentially falling weights.

    Parameters
    ----------
    returns : pandas.Series
    memory : float
        Weight of a row relative to the next: RiskMetrics' .94 by default.

    References
    ----------
    J.P. Morgan (1996), RiskMetrics technical document, table 5.1.
    """
    return (returns**2).ewm(alpha=1 - memory, adjust=False).mean().shift(1).rename("EWMA")


def losses(actual, forecast) -> pd.DataFrame:
    """QLIKE and squared error of a variance forecast, row by row.

    QLIKE is v / h - ln(m / h) - 1 with m the mean of v: it differs from `kit.evaluate.forecasts.qlike` by what no
    forecast changes, and stands where v, such as a squared return, is 0. Both rank forecasts as the true variance would
    if v is unbiased for it.

    Parameters
    ----------
    actual, forecast : array of float, shape (n,)
        A measure v of the variance that came, and its forecast h, positive; none missing.

    References
    ----------
    Patton (2011), Volatility forecast comparison using imperfect volatility proxies, equations 23 and 24.
    """
    v, h = np.asarray(actual, dtype=np.float64), np.asarray(forecast, dtype=np.float64)
    if not ((h > 0) & (v >= 0)).all():
        raise Refusal("a forecast of variance is not positive, or missing", row=int(((h > 0) & (v >= 0)).argmin()),
                      remedy="compare on rows that have both")
    index = getattr(actual, "index", None)
    return pd.DataFrame({"qlike": v / h - np.log(v.mean() / h) - 1, "mse": (v - h) ** 2}, index)


def table(actual, forecasts, benchmark) -> pd.DataFrame:
    """Losses of several forecasts on the rows that all of them have, and tests against one of them.

    Parameters
    ----------
    actual : pandas.Series
        Measure of the variance that came, UTC-indexed.
    forecasts : dict of str to pandas.Series
        Forecasts of the same rows.
    benchmark : str
        The forecast that the others are tested against.

    Returns
    -------
    pandas.DataFrame
        A row a forecast: mean ``qlike``; ``gain``, by how much it is less than the benchmark's, with its 95 % interval
        (stationary bootstrap); ``mse`` as a share of the benchmark's; ``t`` and ``p`` (two-sided) of Diebold and
        Mariano on QLIKE, positive where it beats the benchmark (Bartlett weights, Newey and West's bandwidth); ``n``.
    """
    rows = pd.DataFrame({"actual": actual, **forecasts}).dropna()
    by_row = {name: losses(rows["actual"], rows[name]) for name in forecasts}
    found = pd.DataFrame({name: _against(loss, by_row[benchmark]) for name, loss in by_row.items()}).T
    return found.reindex(columns=["qlike", "gain", "gain_low", "gain_high", "t", "p", "mse", "n"]).astype({"n": int})


def _against(loss, other):
    """A forecast's losses against another's, as one row."""
    time, gain = loss.index.as_unit("ns").asi8, other["qlike"] - loss["qlike"]
    found = {"qlike": loss["qlike"].mean(), "mse": loss["mse"].mean() / other["mse"].mean(), "n": len(loss)}
    if not gain.any():
        return found | {"gain": 0.0}
    score = bootstrap.mean(gain, time, bootstrap.by_day(time))
    test = diebold_mariano(loss["qlike"], other["qlike"], bandwidth(len(loss)) + 1, "bartlett")
    return found | bootstrap.in_columns({"gain": score}) | {"t": test.statistic, "p": test.p_two_sided}


def surprises(returns, variance) -> pd.DataFrame:
    """What came against what was forecast: |r| / sigma - sqrt(2 / pi), and r² / sigma² - 1, row by row.

    The mean of the second is 0 where forecasts are right, that of the first only if returns are also normal given them.
    """
    z = (returns / np.sqrt(variance)).dropna()
    return pd.DataFrame({"absolute": abs(z) - MEAN_ABSOLUTE, "squared": z**2 - 1})


def biases(returns, variances) -> pd.DataFrame:
    """Mean surprises of several forecasts: ``mean`` with its 95 % interval (stationary bootstrap), and ``n``.

    Parameters
    ----------
    returns : pandas.Series
        UTC-indexed.
    variances : dict of str to pandas.Series
        Forecasts, by what they are called; two rows each.
    """
    found = {}
    for name, variance in variances.items():
        came = surprises(returns, variance)
        time = came.index.as_unit("ns").asi8
        for measure, text in (("absolute", "|r| / σ − √(2/π)"), ("squared", "r² / σ² − 1")):
            score = bootstrap.mean(came[measure], time, bootstrap.by_day(time))
            found[f"{name}: {text}"] = {**bootstrap.in_columns({"mean": score}), "n": len(came)}
    return pd.DataFrame(found).T.astype({"n": int})


def calibration(actual, forecasts) -> pd.DataFrame:
    """Whether forecasts are right on average, and move as much as what they forecast (Mincer–Zarnowitz).

    Parameters
    ----------
    actual : pandas.Series
        Measure of the variance that came, UTC-indexed.
    forecasts : dict of str to pandas.Series

    Returns
    -------
    pandas.DataFrame
        A row a forecast: ``ratio``, mean of what came over mean of the forecasts, with its interval; ``slope`` of what
        came on the forecast, its HAC standard error, and ``p`` of intercept 0 and slope 1.
    """
    found = {}
    for name, forecast in forecasts.items():
        rows = pd.DataFrame({"v": actual, "h": forecast}).dropna()
        time = rows.index.as_unit("ns").asi8
        score = bootstrap.quotient(rows["v"], rows["h"], time, bootstrap.by_day(time))
        scale = rows["h"].mean()
        line = mincer_zarnowitz((rows["v"] / scale).to_numpy(), (rows["h"] / scale).to_numpy())
        found[name] = {**bootstrap.in_columns({"ratio": score}), "slope": line["slope"],
                       "slope_se": line["slope_se"], "p": line["p"]}
    return pd.DataFrame(found).T


def autocorrelation(x, lags=60) -> pd.DataFrame:
    """Autocorrelations of a series, with 95 % intervals after Bartlett, and the band of a series without memory.

    Parameters
    ----------
    x : array of float, shape (n,)
        None missing.

    Returns
    -------
    pandas.DataFrame
        Indexed by lag, from 1: ``acf``, ``low``, ``high``, ``band``.
    """
    from statsmodels.tsa.stattools import acf

    values, interval = acf(np.asarray(x), nlags=lags, alpha=0.05, result_object=False)
    return pd.DataFrame({"acf": values[1:], "low": interval[1:, 0], "high": interval[1:, 1],
                         "band": 1.96 / np.sqrt(len(x))}, pd.RangeIndex(1, lags + 1, name="lag"))


def clustering(returns, lags=(1, 5, 10, 20)) -> pd.DataFrame:
    """Tests of memory: Ljung–Box of returns and of their size, and Engle's Lagrange multiplier test for ARCH.

    Returns
    -------
    pandas.DataFrame
        Indexed by test and lags: ``statistic``, chi-squared with so many degrees of freedom where there is no memory,
        and ``p``.

    References
    ----------
    Ljung and Box (1978), On a measure of lack of fit in time series models.
    Engle (1982), Autoregressive conditional heteroscedasticity with estimates of the variance of United Kingdom
    inflation.
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox, het_arch

    r, found = np.asarray(returns, dtype=np.float64), {}
    for name, x in (("Ljung–Box of r", r), ("Ljung–Box of |r|", abs(r))):
        tested = acorr_ljungbox(x, lags=list(lags))
        found |= {(name, lag): tuple(tested.loc[lag]) for lag in lags}
    found |= {("ARCH-LM", lag): het_arch(r - r.mean(), nlags=lag, result_object=False)[:2] for lag in lags}
    return pd.DataFrame(found, index=["statistic", "p"]).T.rename_axis(["test", "lags"])
