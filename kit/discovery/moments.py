"""Sums of products per block of time, of which every estimate of a vector error correction model is a function.

A resample of blocks, a window of past blocks and the whole sample are then one and the same computation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kit.bootstrap import BLOCKS
from kit.clock import duration
from kit.refusal import Refusal


@dataclass(frozen=True)
class Moments:
    r"""Sums of :math:`x x'` over rows, :math:`x = (\Delta y_t, y_1 - y_2, \ldots, y_1 - y_K, y_1, 1, \Delta y_{t-1},
    \ldots, \Delta y_{t-k}, w_t)`, levels taken at t - 1.
    """

    sums: Any  #: float64, shape (blocks, m, m) or (m, m)
    venues: tuple[str, ...]  #: K of them
    lags: int  #: k, of changes: one less than of levels
    ends: Any  #: int64 ns, shape (blocks,): the last row of each block

    @property
    def k(self) -> int:
        """Number of prices."""
        return len(self.venues)

    @property
    def rows(self):
        """Rows that the sums are of."""
        return self.sums[..., 2 * self.k, 2 * self.k]

    def total(self):
        """Sums over all blocks, shape (m, m)."""
        return self.sums if self.sums.ndim == 2 else self.sums.sum(axis=0)

    def of(self, sums) -> Moments:
        """The same model of other sums, shape (..., m, m)."""
        return replace(self, sums=sums)

    def shorter(self, lags) -> Moments:
        """The same rows with fewer lags."""
        first = 2 * self.k + 1
        keep = np.r_[:first + lags * self.k, first + self.lags * self.k:self.sums.shape[-1]]
        return replace(self, sums=self.sums[..., keep[:, None], keep], lags=lags)


def moments(prices, lags, exogenous=None, by=BLOCKS) -> Moments:
    """Moments of log prices.

    - Lags are counted in rows: put the prices on one clock first. A row is left out where it, or a row within its
      lags, lacks a price; leave such rows out beforehand, and lags run over them.
    - Levels are measured from the first row, so that nothing cancels.

    Parameters
    ----------
    prices : pandas.DataFrame
        A column a venue, positive; indexed by UTC time. NaN where a price is not known.
    lags : int
        Of changes.
    exogenous : array, shape (rows, e), optional
        Further regressors of every row, such as seasonal dummies.
    by : kit.bootstrap.Bootstrap
        Its blocks.

    Raises
    ------
    Refusal
        Fewer than two venues, or fewer rows than coefficients.
    """
    if prices.shape[1] < 2:
        raise Refusal(f"prices of {prices.shape[1]} venue", remedy="give two or more on one clock")
    time = prices.index.as_unit("ns").asi8
    table = _design(np.log(prices.to_numpy(np.float64)), lags, exogenous)
    known = np.isfinite(table).all(axis=1)
    table, time = table[known], time[lags + 1:][known]
    if len(table) <= 2 * table.shape[1]:
        raise Refusal(f"{len(table)} rows in which all venues have prices for {table.shape[1]} columns",
                      remedy="fewer lags, fewer venues, or a longer period")
    edges = np.r_[0, np.flatnonzero(np.diff(by.block_of(time))) + 1, len(table)]
    sums = np.stack([table[i:j].T @ table[i:j] for i, j in zip(edges[:-1], edges[1:], strict=True)])
    return Moments(sums, tuple(prices.columns), lags, time[edges[1:] - 1])


def _design(y, lags, exogenous):
    """Columns of the model, a row for each price but the first ``lags + 1``."""
    known = np.isfinite(y).all(axis=1)
    y = y - y[int(known.argmax())]
    change, before = np.diff(y, axis=0), y[lags:-1]
    rows = len(change) - lags
    parts = [change[lags:], before[:, :1] - before[:, 1:], before[:, :1], np.ones((rows, 1))]
    parts += [change[lags - back:lags - back + rows] for back in range(1, lags + 1)]
    parts += [] if exogenous is None else [np.asarray(exogenous, dtype=np.float64)[lags + 1:]]
    return np.concatenate(parts, axis=1)


def trailing(m: Moments, window) -> Moments:
    """Sums over the blocks that ended within `window` before the end of each: past only.

    The first blocks, which do not reach back that far, are left out.
    """
    first = np.searchsorted(m.ends, m.ends - duration(window), side="right")
    whole = np.flatnonzero(m.ends - m.ends[0] >= duration(window))
    sums = np.stack([m.sums[first[i]:i + 1].sum(axis=0) for i in whole]) if len(whole) else m.sums[:0]
    return replace(m, sums=sums, ends=m.ends[whole])


def lags_by_bic(prices, most=20) -> int:
    r"""Number of lagged changes, 0 to `most`, with the smallest Bayesian information criterion.

    .. math:: \log |\hat\Omega_k| + \log(n) \, p_k / n

    with p the number of coefficients of all equations; levels enter freely, all on the rows that `most` leaves.

    References
    ----------
    Schwarz (1978), Estimating the dimension of a model; Luetkepohl (2005), section 8.1.
    """
    m = moments(prices, most)
    return min(range(most + 1), key=lambda lags: _criterion(m.shorter(lags)))


def _criterion(m):
    total, k, n = m.total(), m.k, float(m.total()[2 * m.k, 2 * m.k])
    right = total[k:, k:]
    residual = total[:k, :k] - total[:k, k:] @ solve(right, total[k:, :k])
    return np.linalg.slogdet(residual / n)[1] + np.log(n) * k * len(right) / n


def solve(square, right):
    """Solution of normal equations (..., m, m) x = (..., m, c), each column brought to the same size before."""
    size = _size(square)
    return np.linalg.solve(correlated(square), right / size[..., :, None]) / size[..., :, None]


def correlated(square):
    """Products of columns, each brought to the same size."""
    size = _size(square)
    return square / (size[..., :, None] * size[..., None, :])


def _size(square):
    size = np.sqrt(np.diagonal(square, axis1=-2, axis2=-1))
    return np.where(size > 0, size, 1.0)
