"""Heterogeneous autoregressions of realised variance: tomorrow's from the means of a day, a week and a month."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.refusal import Refusal

CRYPTO, STOCKS = (1, 7, 30), (1, 5, 22)
"""Days in a day, a week and a month: of a market that never closes, and of one that does."""
KINDS = ("har", "log", "jumps", "quarticity")


@dataclass(frozen=True)
class Fitted:
    """A regression: coefficients with Newey–West standard errors, R² and residuals in time."""

    coefficients: pd.Series
    errors: pd.Series
    r2: float
    residuals: pd.Series


def design(rv, kind="har", lags=CRYPTO, robust=None, quarticity=None, quarticity_lags=(1,)) -> pd.DataFrame:
    r"""What is known at each day's end to forecast the next day's variance from.

    .. math:: RV_{t+1} = c + \sum_h \beta_h \overline{RV}_{t-h+1..t} + \dots + \epsilon_{t+1}

    Parameters
    ----------
    rv : pandas.Series
        Realised variance by day.
    kind : {"har", "log", "jumps", "quarticity"}
        HAR; log-HAR, logarithms of the same means; HARJ, with the means of jumps, max(rv - robust, 0); HARQ, with the
        mean's coefficient moving with sqrt(quarticity), which measures how noisy the day's variance is.
    lags : tuple of int
        Days of the means; `CRYPTO` or `STOCKS`.
    robust : pandas.Series
        Jump-robust variance of the same days, such as bipower; of "jumps".
    quarticity : pandas.Series
        Realised quarticity of the same days, in any unit; of "quarticity".
    quarticity_lags : tuple of int
        Of `lags`, the means whose coefficients move: (1,) is HARQ, all of them HARQ-F.

    Returns
    -------
    pandas.DataFrame
        NaN in the first days.

    References
    ----------
    Corsi (2009), A simple approximate long-memory model of realized volatility, equation 6.
    Andersen, Bollerslev and Diebold (2007), Roughing it up, equation 11.
    Bollerslev, Patton and Quaedvlieg (2016), Exploiting the errors, equations 6 and 8. They, and the kit, take the
    quarticity as it comes; that highfrequency subtracts a mean of the sample moves the coefficient of rv alone.
    """
    if kind not in KINDS or (kind == "jumps" and robust is None) or (kind == "quarticity" and quarticity is None):
        raise Refusal(f"no HAR of kind {kind!r} from what was given",
                      remedy=f"one of {', '.join(KINDS)}; jumps takes robust, quarticity takes quarticity")
    means = {f"rv_{h}": rv.rolling(h).mean() for h in lags}
    if kind == "log":
        means = {name: np.log(mean) for name, mean in means.items()}
    if kind == "jumps":
        jumps = (rv - robust).clip(lower=0)
        means |= {f"jump_{h}": jumps.rolling(h).mean() for h in lags}
    if kind == "quarticity":
        means |= {f"rq_{h}": np.sqrt(quarticity.rolling(h).mean()) * means[f"rv_{h}"] for h in quarticity_lags}
    return pd.DataFrame(means)


def fit(rv, kind="har", lags=CRYPTO, hac=None, prewhiten=True, **measures) -> Fitted:
    """Least squares over the whole sample.

    Parameters
    ----------
    rv, kind, lags, **measures
        Of `design`.
    hac : int, optional
        Lags of the standard errors; the longest mean's where not given.
    prewhiten : bool
        Whether the moments are first freed of a vector autoregression of order 1, as in R's sandwich.

    References
    ----------
    Newey and West (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
    covariance matrix.
    Andrews and Monahan (1992), An improved heteroskedasticity and autocorrelation consistent covariance matrix
    estimator.
    """
    import statsmodels.api as sm

    y, X = _pairs(rv, design(rv, kind, lags, **measures), kind)
    fitted = sm.OLS(y, X).fit()
    errors = _errors(X.to_numpy(), fitted.resid.to_numpy(), hac or max(lags), prewhiten)
    return Fitted(fitted.params, pd.Series(errors, X.columns), float(fitted.rsquared), fitted.resid)


def walk(rv, kind="har", lags=CRYPTO, first=365, every=1, retransform="smearing", **measures) -> pd.Series:
    """Forecasts of each day's variance from regressions on the days before it.

    - Coefficients are fitted on all days known, again every `every` days.
    - A forecast of variance that is not positive is replaced by the smallest variance of the days it was fitted on.

    Parameters
    ----------
    rv, kind, lags, **measures
        Of `design`.
    first : int
        Days before the first forecast.
    every : int
        Days between fits.
    retransform : {"smearing", "normal", None}
        How a forecast of the logarithm becomes one of the variance: times the mean of exp(residual), times exp(half
        their variance), or not at all, which is a forecast of the median.

    Returns
    -------
    pandas.Series
        Indexed by the day that is forecast.

    References
    ----------
    Duan (1983), Smearing estimate: a nonparametric retransformation method.
    """
    if retransform not in ("smearing", "normal", None):
        raise Refusal(f"no retransformation {retransform!r}", remedy="smearing, normal or None")
    if not max(lags) < first < len(rv):
        raise Refusal(f"{len(rv)} days, the first forecast after {first}, means of {max(lags)}",
                      remedy="longest mean < first < number of days")
    known = design(rv, kind, lags, **measures).shift(1)
    known.insert(0, "const", 1.0)
    parts = [_ahead(rv, known, s, min(s + every, len(rv)), kind, retransform) for s in range(first, len(rv), every)]
    return pd.Series(np.concatenate(parts), rv.index[first:], name=f"HAR, {kind}")


def family(rv, robust, quarticity, first=90) -> dict[str, pd.Series]:
    """Forecasts of each day's variance by every kind of HAR, and by the last day itself.

    Parameters
    ----------
    rv, robust, quarticity : pandas.Series
        As `design` takes them.
    first : int
        Days before the first forecast.
    """
    return {"last day": rv.shift(1).iloc[first:], "HAR": walk(rv, first=first), "log-HAR": walk(rv, "log", first=first),
            "HARJ": walk(rv, "jumps", first=first, robust=robust),
            "HARQ": walk(rv, "quarticity", first=first, quarticity=quarticity)}


def _ahead(rv, known, s, e, kind, retransform):
    """Forecasts of days s..e-1, fitted on those before s."""
    X, y = known.to_numpy(), (np.log(rv) if kind == "log" else rv).to_numpy()
    past = np.isfinite(X[:s]).all(axis=1) & np.isfinite(y[:s])
    coefficients, *_ = np.linalg.lstsq(X[:s][past], y[:s][past], rcond=None)
    forecast, least = X[s:e] @ coefficients, y[:s][past].min()
    if kind != "log":
        return np.where(forecast > 0, forecast, np.where(np.isnan(forecast), np.nan, least))
    residuals = y[:s][past] - X[:s][past] @ coefficients
    return np.exp(forecast) * {"smearing": np.exp(residuals).mean(), "normal": np.exp(residuals.var() / 2),
                               None: 1.0}[retransform]


def _pairs(rv, known, kind):
    """Each day's variance, or its logarithm, and what was known the day before; complete rows."""
    known = known.shift(1)
    known.insert(0, "const", 1.0)
    complete = known.notna().all(axis=1) & rv.notna()
    return (np.log(rv) if kind == "log" else rv)[complete], known[complete]


def _errors(X, residuals, lags, prewhiten):
    """Standard errors of least squares whose moments remember: Bartlett weights."""
    moments = residuals[:, None] * X
    colour = np.eye(X.shape[1])
    if prewhiten:
        follows, *_ = np.linalg.lstsq(moments[:-1], moments[1:], rcond=None)
        moments, colour = moments[1:] - moments[:-1] @ follows, np.linalg.inv(colour - follows.T)
    total = moments.T @ moments
    for k in range(1, lags + 1):
        cross = moments[k:].T @ moments[:-k]
        total = total + (1 - k / (lags + 1)) * (cross + cross.T)
    bread = np.linalg.inv(X.T @ X) @ colour
    return np.sqrt(np.diag(bread @ total @ bread.T))
