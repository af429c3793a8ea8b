"""Vector autoregressions from sums of products per block of time: the whole, its resamples, its windows alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kit.bootstrap import BLOCKS
from kit.discovery.moments import solve
from kit.refusal import Refusal


@dataclass(frozen=True)
class Moments:
    r"""Sums of :math:`x x'` over rows, :math:`x = (y_t, 1, y_{t-1}, \ldots, y_{t-p})`."""

    sums: Any  #: float64, shape (blocks, m, m) or (..., m, m)
    names: tuple[str, ...]  #: K of them
    lags: int  #: p
    ends: Any  #: int64 ns, shape (blocks,): the last row of each block

    @property
    def rows(self):
        """Rows that the sums are of."""
        return self.sums[..., len(self.names), len(self.names)]

    def shorter(self, lags) -> Moments:
        """The same rows with fewer lags."""
        width = len(self.names) * (1 + lags) + 1
        return replace(self, sums=self.sums[..., :width, :width], lags=lags)


@dataclass(frozen=True)
class Var:
    r"""K series, :math:`y_t = c + \sum_{i=1}^{p} A_i y_{t-i} + u_t`; arrays may have leading dimensions."""

    A: Any  #: (..., p, K, K), per row an equation
    omega: Any  #: (..., K, K), covariance of u


def moments(series, lags, by=BLOCKS) -> Moments:
    """Moments of stationary series, such as returns.

    Parameters
    ----------
    series : pandas.DataFrame
        A column a node, indexed by UTC time, on one clock; a row is left out where it, or a row within its lags, lacks
        a value.
    lags : int
    by : kit.bootstrap.Bootstrap
        Its blocks.

    Raises
    ------
    Refusal
        Fewer than two series, one that does not move, or too few rows.
    """
    y, time = series.to_numpy(np.float64), series.index.as_unit("ns").asi8
    n, k = len(y) - lags, y.shape[1]
    if k < 2:
        raise Refusal(f"{k} series can spill over to nobody", remedy="give two or more on one clock")
    x = np.concatenate([y[lags:], np.ones((max(0, n), 1)), *(y[lags - i:lags - i + n] for i in range(1, lags + 1))], 1)
    known = np.isfinite(x).all(axis=1)
    x, time = x[known], time[lags:][known]
    if len(x) <= 2 * x.shape[1]:
        raise Refusal(f"{len(x)} rows in which all series are known for {x.shape[1]} columns",
                      remedy="fewer lags, fewer series, or a longer period")
    still = np.ptp(x[:, :k], axis=0) == 0
    if still.any():
        raise Refusal("a series that does not move", column=series.columns[still.argmax()], remedy="leave it out")
    edges = np.r_[0, np.flatnonzero(np.diff(by.block_of(time))) + 1, len(x)]
    sums = np.stack([x[i:j].T @ x[i:j] for i, j in zip(edges[:-1], edges[1:], strict=True)])
    return Moments(sums, tuple(series.columns), lags, time[edges[1:] - 1])


def fit(m: Moments, sums=None) -> Var:
    """Least squares, equation by equation; the shocks' covariance has the number of rows in the denominator.

    Parameters
    ----------
    m : Moments
    sums : array, shape (..., m, m), optional
        Of resamples or windows; all blocks together where not given.

    References
    ----------
    Luetkepohl (2005), New introduction to multiple time series analysis, section 3.2.
    """
    sums, k = m.sums.sum(axis=0) if sums is None else sums, len(m.names)
    cross = sums[..., k:, :k]
    found = solve(sums[..., k:, k:], cross)
    omega = (sums[..., :k, :k] - np.swapaxes(cross, -1, -2) @ found) / sums[..., k, k][..., None, None]
    lagged = found[..., 1:, :].reshape(*found.shape[:-2], m.lags, k, k)
    return Var(np.swapaxes(lagged, -1, -2), omega)


def best(m: Moments, sums=None):
    r"""Number of lags, 1 to that of `m`, of the smallest Bayesian information criterion; shape (...) of the sums.

    .. math:: \log |\hat\Omega_p| + \log(n) \, K (1 + p K) / n

    All on the rows that the most lags leave.

    References
    ----------
    Schwarz (1978), Estimating the dimension of a model; Luetkepohl (2005), section 4.3.
    """
    sums = m.sums.sum(axis=0) if sums is None else sums
    criteria = [_criterion(m.shorter(lags), sums) for lags in range(1, m.lags + 1)]
    return 1 + np.argmin(criteria, axis=0)


def _criterion(m, sums):
    k, width = len(m.names), len(m.names) * (1 + m.lags) + 1
    n = sums[..., k, k]
    return np.linalg.slogdet(fit(m, sums[..., :width, :width]).omega)[1] + np.log(n) * k * (width - k) / n


def moving_average(model: Var, horizon):
    r"""Responses to a unit shock, :math:`\Psi_0 = I, \Psi_h = \sum_{i=1}^{\min(h, p)} \Psi_{h-i} A_i`.

    Returns
    -------
    array, shape (horizon, ..., K, K)
    """
    A = np.moveaxis(model.A, -3, 0)
    responses = [np.broadcast_to(np.eye(A.shape[-1]), A.shape[1:])]
    for h in range(1, horizon):
        responses.append(sum(responses[h - i] @ A[i - 1] for i in range(1, min(h, len(A)) + 1)))
    return np.stack(responses)
