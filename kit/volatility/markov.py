"""Two regimes of volatility that follow each other by chance: filtered, never smoothed, fitted on the past alone.

A smoothed probability knows what came after; so does a filtered one whose parameters were fitted to the whole sample.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.bootstrap import Score
from kit.refusal import Refusal

STARTS = (1.5, 2.5, 4.0)
"""Ratios of the two volatilities from which the likelihood is climbed; the highest summit counts."""
STAY = 0.95


@dataclass(frozen=True)
class Fitted:
    """Two regimes, the calm one first.

    Attributes
    ----------
    volatility : array, shape (2,)
        Standard deviation of a return in each.
    transitions : array, shape (2, 2)
        Probability of the next regime (column) in each (row).
    volatilities, durations : list of Score
        The same standard deviations, and expected rows in each, 1 / (1 - p), with 95 % intervals from the curvature of
        the likelihood.
    loglikelihood : float
    n : int
    converged : bool
    """

    volatility: np.ndarray
    transitions: np.ndarray
    volatilities: list[Score]
    durations: list[Score]
    loglikelihood: float
    n: int
    converged: bool


@dataclass(frozen=True)
class Walk:
    """What was known of the regime, day by day.

    Attributes
    ----------
    turbulent : pandas.Series
        Probability that the row was turbulent, given the returns up to it and parameters fitted before it.
    variance : pandas.Series
        Of each row, forecast from the rows before it.
    refits : pandas.DataFrame
        A row a fit, indexed by the first row it filters: ``calm``, ``turbulent`` (standard deviations), ``stay_calm``,
        ``stay_turbulent``, ``rows_calm``, ``rows_turbulent``, ``loglikelihood``, ``n``, ``converged``.
    """

    turbulent: pd.Series
    variance: pd.Series
    refits: pd.DataFrame


def fit(returns) -> Fitted:
    """Maximum likelihood of normal returns of mean zero, whose variance follows a Markov chain of two states.

    Parameters
    ----------
    returns : pandas.Series or array, shape (n,)
        None missing.

    References
    ----------
    Hamilton (1989), A new approach to the economic analysis of nonstationary time series and the business cycle.
    """
    x = np.asarray(returns, dtype=np.float64)
    if not np.isfinite(x).all() or x.std() == 0:
        raise Refusal("returns are missing, or do not move", remedy="drop what is missing before")
    scale = x.std()
    best = max((_climb(x / scale, ratio) for ratio in STARTS), key=lambda fitted: fitted.llf)
    order = np.argsort(best.params[2:])
    variances, errors = best.params[2:][order], _errors(best).reshape(2, 2)[:, order]
    transitions = best.regime_transition[:, :, 0].T[np.ix_(order, order)]
    volatility, leave = scale * np.sqrt(variances), 1 - np.diag(transitions)
    volatilities = [_score(*row, len(x)) for row in zip(volatility, errors[1] / (2 * variances), strict=True)]
    durations = [_score(*row, len(x)) for row in zip(1 / leave, errors[0] / leave, strict=True)]
    return Fitted(volatility, transitions, volatilities, durations, float(best.llf - len(x) * np.log(scale)), len(x),
                  bool(best.mle_retvals["converged"]))


def _climb(x, ratio):
    """The summit of the likelihood above one start."""
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    model = MarkovRegression(x, k_regimes=2, trend="n", switching_variance=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what does not converge is said so in the answer
        return model.fit([STAY, 1 - STAY, 1 / ratio, ratio], em_iter=20, disp=False)


def _errors(fitted):
    """Standard errors of the parameters; NaN where the likelihood is flat, and there are none."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore")
        return np.asarray(fitted.bse)


def _score(value, error, n) -> Score:
    """A positive number; the interval is symmetric in its logarithm, whose standard error is given."""
    low, high = value * np.exp(-1.96 * error), value * np.exp(1.96 * error)
    return Score(float(value), float(low), float(high), n, "delta method on the logarithm, 95 %")


def filtered(returns, volatility, transitions):
    """Probabilities of regimes given the returns up to each row, and what is expected of the next.

    Parameters
    ----------
    returns : array, shape (n,)
    volatility : array, shape (k,)
        Standard deviation in each regime.
    transitions : array, shape (k, k)
        Probability of the next regime (column) in each (row).

    Returns
    -------
    now, ahead : array, shape (n, k)
        Of the row, and of the row after it; the chain begins in its stationary distribution.

    References
    ----------
    Hamilton (1994), Time Series Analysis, equations 22.4.5 and 22.4.6.
    """
    x, volatility = np.asarray(returns, dtype=np.float64)[:, None], np.asarray(volatility)
    density = np.exp(-0.5 * (x / volatility) ** 2) / volatility
    now, ahead, expected = np.empty(density.shape), np.empty(density.shape), stationary(transitions)
    for t, likely in enumerate(density):
        joint = expected * likely
        now[t] = joint / joint.sum()
        ahead[t] = expected = now[t] @ transitions
    return now, ahead


def stationary(transitions):
    """Share of rows that a chain spends in each state in the long run, shape (k,)."""
    k = len(transitions)
    system = np.vstack([np.eye(k) - np.transpose(transitions), np.ones(k)])
    return np.linalg.lstsq(system, np.append(np.zeros(k), 1.0), rcond=None)[0]


def walk(returns, first=365, every=30) -> Walk:
    """Filtered probabilities, row by row: parameters are fitted on all rows before, again every `every` rows.

    Parameters
    ----------
    returns : pandas.Series
        Time-indexed, none missing.
    first : int
        Rows before the first answer.
    every : int
        Rows between fits.
    """
    parts = [_block(returns.iloc[:s + every], s) for s in range(first, len(returns), every)]
    if not parts:
        raise Refusal(f"{len(returns)} returns, the first answer after {first}", remedy="give more, or a smaller first")
    turbulent, variance, refits = zip(*parts, strict=True)
    refits = pd.DataFrame(refits, index=[part.index[0] for part in variance])
    return Walk(pd.concat(turbulent), pd.concat(variance), refits)


def _block(returns, s):
    """Probabilities and forecasts of rows from s on, from a fit on those before; and that fit."""
    fitted = fit(returns.iloc[:s])
    now, ahead = filtered(returns, fitted.volatility, fitted.transitions)
    index = returns.index[s:]
    refit = {"calm": fitted.volatility[0], "turbulent": fitted.volatility[1], "stay_calm": fitted.transitions[0, 0],
             "stay_turbulent": fitted.transitions[1, 1], "rows_calm": fitted.durations[0].value,
             "rows_turbulent": fitted.durations[1].value, "loglikelihood": fitted.loglikelihood, "n": fitted.n,
             "converged": fitted.converged}
    return (pd.Series(now[s:, 1], index, name="turbulent"),
            pd.Series(ahead[s - 1:-1] @ fitted.volatility**2, index, name="Markov switching"), refit)
