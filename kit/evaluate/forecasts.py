"""Which forecast is better, and does its sign know the direction: tests that allow for overlapping labels.

A label of h rows on a grid of one row overlaps its neighbours, so that losses are a moving average of order h - 1 even
when nothing is known. `horizon` is h, in rows.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kit.bootstrap import ratio
from kit.evaluate.hac import bandwidth, long_run_variance
from kit.evaluate.inference import Tested, newey_west
from kit.refusal import Refusal


def diebold_mariano(loss, other, horizon=1, kernel="rectangular") -> Tested:
    """Whether `other` loses more than `loss`: equal accuracy of two forecasts, small-sample corrected.

    Parameters
    ----------
    loss, other : array of float, shape (n,)
        Losses of the two forecasts, row by row. The mean is of `other` - `loss`: positive where the first is better.
    horizon : int
        Lags of the long-run variance are horizon - 1.
    kernel : {"rectangular", "bartlett"}
        Rectangular as in the source; it can give a negative variance, which is refused.

    References
    ----------
    Diebold and Mariano (1995), Comparing predictive accuracy.
    Harvey, Leybourne and Newbold (1997), Testing the equality of prediction mean squared errors.
    """
    d = _difference(other, loss)
    n, lags = len(d), horizon - 1
    variance = long_run_variance(d, lags, kernel)
    if variance < 0:
        raise Refusal(f"the long-run variance of {n} rows is negative", remedy='kernel="bartlett"')
    shrink = np.sqrt((n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n)
    t = float(ratio(d.mean(), np.sqrt(variance / n))) * shrink
    return Tested(float(d.mean()), t, float(stats.t.sf(t, n - 1)), float(2 * stats.t.sf(abs(t), n - 1)), n, n - 1,
                  f"Diebold–Mariano (HLN), {lags} lags, {kernel}")


def diebold_mariano_pooled(losses, others, horizon=1, kernel="rectangular") -> pd.DataFrame:
    """The test asset by asset, and of the mean over the assets at every stamp that all of them have.

    Parameters
    ----------
    losses, others : dict of str to pandas.Series
        Losses of the two forecasts by asset, UTC-indexed.

    Returns
    -------
    pandas.DataFrame
        A row an asset and ``pooled``: the fields of `Tested`.
    """
    gains = pd.DataFrame({name: others[name] - loss for name, loss in losses.items()})
    gains = {name: gain.dropna() for name, gain in gains.items()} | {"pooled": gains.dropna().mean(axis=1)}
    return pd.DataFrame({name: vars(diebold_mariano(0 * gain, gain, horizon, kernel))
                         for name, gain in gains.items()}).T


def clark_west(actual, small, large, horizon=1) -> Tested:
    r"""Whether a model beats one nested in it: the mean of :math:`e_0^2 - (e_1^2 - (\hat y_0 - \hat y_1)^2)`.

    The larger model's own noise is taken off, so that p_greater, the test, holds under the smaller one.

    Parameters
    ----------
    actual, small, large : array of float, shape (n,)
        Returns, forecasts of the nested model (0 where it forecasts nothing), forecasts of the larger.

    References
    ----------
    Clark and West (2007), Approximately normal tests for equal predictive accuracy in nested models.
    """
    actual, small, large = (np.asarray(x, dtype=np.float64) for x in (actual, small, large))
    return newey_west((actual - small) ** 2 - (actual - large) ** 2 + (small - large) ** 2, horizon)


def giacomini_white(loss, other, horizon=1, instruments=None) -> Tested:
    """Equal predictive ability of two forecasting methods, estimation noise and rolling windows included.

    Parameters
    ----------
    loss, other : array of float, shape (n,)
    instruments : array of float, shape (n,) or (n, q), optional
        Known when each forecast was made: is the better one predictable from them? Default 1, the unconditional test.

    Returns
    -------
    Tested
        The Wald statistic, chi-squared with q degrees of freedom, has no side: its p stands as two-sided.

    References
    ----------
    Giacomini and White (2006), Tests of conditional predictive ability.
    """
    d = _difference(other, loss)
    z = np.ones_like(d) if instruments is None else np.asarray(instruments, dtype=np.float64)
    z = z.reshape(len(d), -1) * d[:, None]
    mean, lags = z.mean(axis=0), bandwidth(len(d), horizon) if horizon > 1 else 0
    statistic = float(len(d) * mean @ np.linalg.solve(_covariance(z, lags), mean))
    return Tested(float(d.mean()), statistic, np.nan, float(stats.chi2.sf(statistic, z.shape[1])), len(d), z.shape[1],
                  f"Giacomini–White, {lags} lags")


def pesaran_timmermann(actual, predicted, horizon=1) -> Tested:
    """Whether signs of forecasts and returns go together more often than their shares of ups would have them.

    - Rows where either is 0 have no direction and are left out.
    - Overlapping labels (horizon > 1) take the covariance of the two signs with a Newey–West standard error, which
      for independent rows is the same test to first order.

    Returns
    -------
    Tested
        Mean: share of right signs less the share expected of independent ones.

    References
    ----------
    Pesaran and Timmermann (1992), A simple nonparametric test of predictive performance.
    """
    r, forecast = (np.asarray(x, dtype=np.float64) for x in (actual, predicted))
    kept = (r != 0) & (forecast != 0)
    up, said = (r[kept] > 0).astype(float), (forecast[kept] > 0).astype(float)
    if horizon > 1:
        return newey_west(2 * (up - up.mean()) * (said - said.mean()), horizon)
    expected = up.mean() * said.mean() + (1 - up.mean()) * (1 - said.mean())
    beyond = float((up == said).mean() - expected)
    t = float(ratio(beyond, np.sqrt(_variance_beyond(len(up), up.mean(), said.mean(), expected))))
    return Tested(beyond, t, float(stats.norm.sf(t)), float(2 * stats.norm.sf(abs(t))), len(up), np.inf,
                  "Pesaran–Timmermann")


def _variance_beyond(n, up, said, expected):
    """Variance of the share of right signs less the expected one, where ups and calls are independent."""
    rise, call = up * (1 - up), said * (1 - said)
    of_expected = (2 * up - 1) ** 2 * call + (2 * said - 1) ** 2 * rise + 4 * rise * call / n
    return max(expected * (1 - expected) - of_expected, 0.0) / n


def mincer_zarnowitz(actual, predicted, horizon=1):
    """Slope and intercept of returns on forecasts, and the chance that they are 1 and 0: an unbiased forecast.

    Returns
    -------
    dict of str to float
        ``intercept``, ``slope``, their Newey–West ``intercept_se``, ``slope_se``, and ``p`` of the joint Wald test.
    """
    import statsmodels.api as sm

    lags = bandwidth(len(actual), horizon)
    fit = sm.OLS(actual, sm.add_constant(np.asarray(predicted))).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
    wald = fit.wald_test((np.eye(2), np.array([0.0, 1.0])), scalar=True)
    return {"intercept": float(fit.params[0]), "slope": float(fit.params[1]), "intercept_se": float(fit.bse[0]),
            "slope_se": float(fit.bse[1]), "p": float(wald.pvalue)}


def qlike(variance, forecast):
    """QLIKE loss of variance forecasts, v / h - ln(v / h) - 1: 0 where right, more for too low than for too high.

    References
    ----------
    Patton (2011), Volatility forecast comparison using imperfect volatility proxies.
    """
    share = np.asarray(variance, dtype=np.float64) / forecast
    return share - np.log(share) - 1


def _difference(a, b):
    d = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    if not np.isfinite(d).all():
        raise Refusal("a loss is missing", row=int(np.isfinite(d).argmin()), remedy="compare forecasts on common rows")
    return d


def _covariance(z, lags):
    """Bartlett long-run second moments of z, shape (n, q) -> (q, q), about 0."""
    total = z.T @ z
    for k in range(1, lags + 1):
        cross = z[k:].T @ z[:-k]
        total = total + (1 - k / (lags + 1)) * (cross + cross.T)
    return total / len(z)
