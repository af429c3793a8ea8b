"""The Sharpe ratio and what is left of it: fat tails, memory, and the trials it was chosen from.

Ratios are per period and of arithmetic means, kurtosis is raw (3 for a normal): the formulas hold for nothing else. The
paper's IR* divides a compounded mean by a standard deviation and must not enter here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kit.bootstrap import Score, ratio
from kit.evaluate.hac import bandwidth, long_run_variance
from kit.evaluate.resample import ROWS
from kit.refusal import Refusal


def sharpe_ratio(returns):
    """Mean over standard deviation (n - 1) per period, shape (..., n) -> (...); NaN where returns do not vary."""
    returns = np.asarray(returns, dtype=np.float64)
    return ratio(returns.mean(axis=-1), returns.std(axis=-1, ddof=1))


def sharpe_interval(returns, by=ROWS) -> Score:
    """The Sharpe ratio per period with its stationary-bootstrap interval."""
    return by.score(sharpe_ratio, np.asarray(returns, dtype=np.float64))


def probabilistic_sharpe(sharpe, benchmark, n, skew=0.0, kurtosis=3.0) -> float:
    r"""Probability that the true Sharpe ratio exceeds a benchmark, given n periods.

    .. math:: \Phi\left[(SR - SR^*) \sqrt{n - 1} / \sqrt{1 - \gamma_3 SR + (\gamma_4 - 1) SR^2 / 4}\right]

    Parameters
    ----------
    sharpe, benchmark : float
        Per period.
    n : int
        Periods.
    skew, kurtosis : float
        Of returns per period; kurtosis raw.

    References
    ----------
    Bailey and López de Prado (2012), The Sharpe ratio efficient frontier.
    """
    return float(stats.norm.cdf((sharpe - benchmark) * np.sqrt((n - 1) / _spread(sharpe, skew, kurtosis))))


def expected_maximum(variance, trials) -> float:
    r"""Sharpe ratio that the best of N trials without skill is expected to show.

    .. math:: \sqrt V \left[(1 - \gamma) \Phi^{-1}(1 - 1/N) + \gamma \Phi^{-1}(1 - 1/(N e))\right]

    Parameters
    ----------
    variance : float
        Of the trials' Sharpe ratios, per period.
    trials : float
        Independent trials, more than 1; one trial needs no deflation: 0.

    References
    ----------
    Bailey and López de Prado (2014), The deflated Sharpe ratio.
    """
    if trials <= 1:
        return 0.0
    best, next_best = stats.norm.ppf([1 - 1 / trials, 1 - 1 / (trials * np.e)])
    return float(np.sqrt(variance) * ((1 - np.euler_gamma) * best + np.euler_gamma * next_best))


def deflated_sharpe(sharpe, variance, trials, n, skew=0.0, kurtosis=3.0) -> float:
    """Probability that the true Sharpe ratio exceeds 0 though it is the best of `trials`; all per period."""
    return probabilistic_sharpe(sharpe, expected_maximum(variance, trials), n, skew, kurtosis)


def minimum_track_record(sharpe, benchmark=0.0, skew=0.0, kurtosis=3.0, level=0.95) -> float:
    """Periods after which a Sharpe ratio is above a benchmark with probability `level`; inf where it is not above.

    References
    ----------
    Bailey and López de Prado (2012), The Sharpe ratio efficient frontier.
    """
    if sharpe <= benchmark:
        return np.inf
    return float(1 + _spread(sharpe, skew, kurtosis) * (stats.norm.ppf(level) / (sharpe - benchmark)) ** 2)


def _spread(sharpe, skew, kurtosis):
    return 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2


def annualised(returns, per_year, lags=None) -> float:
    r"""Sharpe ratio of a year, :math:`SR \cdot q / \sqrt{q + 2 \sum_k (q - k) \rho_k}`: memory changes the square root.

    Parameters
    ----------
    returns : array of float, shape (n,)
    per_year : float
        q, periods of a year.
    lags : int, optional
        Autocorrelations that count; default ⌊4 (n / 100)^{2/9}⌋. 0 gives SR times the square root of q.

    References
    ----------
    Lo (2002), The statistics of Sharpe ratios.
    """
    x = np.asarray(returns, dtype=np.float64)
    lags = bandwidth(len(x)) if lags is None else lags
    centred = x - x.mean()
    rho = [(centred[k:] * centred[:-k]).sum() / (centred * centred).sum() for k in range(1, lags + 1)]
    memory = per_year + 2 * sum((per_year - k) * r for k, r in enumerate(rho, 1))
    if memory <= 0:
        raise Refusal(f"{lags} autocorrelations leave no variance to a year", remedy="fewer lags")
    return float(sharpe_ratio(x) * per_year / np.sqrt(memory))


def standard_error(returns, lags=None) -> float:
    r"""Standard error of the Sharpe ratio per period, fat tails and memory allowed for.

    The long-run standard deviation of its influence function, :math:`z - SR (z^2 - 1) / 2` with z the standardised
    return, over the square root of n.

    References
    ----------
    Lo (2002), The statistics of Sharpe ratios, with Newey and West's covariance.
    """
    x = np.asarray(returns, dtype=np.float64)
    z = (x - x.mean()) / x.std()
    influence = z - x.mean() / x.std() * (z * z - 1) / 2
    return float(np.sqrt(long_run_variance(influence, bandwidth(len(x)) if lags is None else lags) / len(x)))


def effective_trials(returns, correlation=0.5) -> int:
    """Number of independent trials among many alike: clusters of trials that correlate above a threshold.

    A trial whose returns do not vary (it never traded) correlates with none.

    Parameters
    ----------
    returns : array of float, shape (n, trials)
        Returns per period of every trial that was run.
    correlation : float
        Average-linkage clusters are merged while their trials correlate more than this on average.
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if returns.shape[1] == 1:
        return 1
    centred = returns - returns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    distance = np.clip(1 - ratio(centred.T @ centred, np.outer(length, length)), 0, 2)
    distance[np.isnan(distance)] = 1
    np.fill_diagonal(distance, 0)
    return int(fcluster(linkage(squareform(distance, checks=False), "average"), 1 - correlation, "distance").max())


@dataclass(frozen=True)
class Deflated:
    """The best of many trials, per period, and the probability that it has any skill."""

    best: int  #: column of the trial
    sharpe: float
    expected_maximum: float  #: Sharpe ratio of the best of as many trials without skill
    probability: float  #: the deflated Sharpe ratio
    trials: int
    effective_trials: int


def deflate(returns, correlation=0.5) -> Deflated:
    """Deflated Sharpe ratio of the best trial.

    The variance is that of all trials' ratios, their number that of the independent ones.

    Parameters
    ----------
    returns : array of float, shape (n, trials)
        Returns per period of every trial that was run, the bad ones too.
    correlation : float
        See `effective_trials`.
    """
    returns = np.asarray(returns, dtype=np.float64)
    ratios = sharpe_ratio(returns.T)
    if np.isnan(ratios).all():
        raise Refusal("no trial's returns vary", remedy="trials that trade")
    best = int(np.nanargmax(ratios))
    x, independent = returns[:, best], effective_trials(returns, correlation)
    variance = float(np.nanvar(ratios, ddof=1)) if len(ratios) > 1 else 0.0
    probability = deflated_sharpe(ratios[best], variance, independent, len(x), stats.skew(x),
                                  stats.kurtosis(x, fisher=False))
    return Deflated(best, float(ratios[best]), expected_maximum(variance, independent), probability,
                    returns.shape[1], independent)
