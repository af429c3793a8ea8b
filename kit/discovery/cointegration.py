"""Do prices belong together? Johansen's test of how many relations hold between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kit.discovery.moments import Moments, correlated, lags_by_bic, moments, solve
from kit.refusal import Refusal

LEVELS = (0.10, 0.05, 0.01)
"""Sizes of which statsmodels has critical values."""
EXACT = 1e13
"""Condition of the columns' correlations above which one of them is told by the others to the last digits."""


@dataclass(frozen=True)
class Johansen:
    """Trace test of cointegration."""

    venues: tuple[str, ...]
    lags: int
    n: int  #: rows
    eigenvalues: Any  #: (K,), from the largest
    trace: Any  #: (K,), of at most 0, 1, ... K - 1 relations
    critical: Any  #: (K,), at `size`
    size: float

    @property
    def rank(self) -> int:
        """Number of relations: the first trace that is not above its critical value."""
        return int(np.argmin(np.append(self.trace > self.critical, False)))

    def table(self) -> pd.DataFrame:
        """A row a hypothesis."""
        return pd.DataFrame({"trace": self.trace, "critical": self.critical, "eigenvalue": self.eigenvalues},
                            index=pd.Index([f"at most {r}" for r in range(len(self.trace))], name="relations"))

    def require_one_trend(self):
        """Refuse prices that share no common trend: they have no shares of price discovery.

        Rank K, prices that do not even wander, is let pass: the test says it of one random walk in twenty.

        Raises
        ------
        Refusal
            The rank is less than the number of venues less one.
        """
        if self.rank < len(self.venues) - 1:
            raise Refusal(f"{', '.join(self.venues)}: cointegration rank {self.rank} where one common trend needs "
                          f"{len(self.venues) - 1} (trace {self.trace[self.rank]:.5g}, critical "
                          f"{self.critical[self.rank]:.5g} at {self.size:.0%})",
                          remedy="put prices into one currency, leave out the venue that strays, or another period")


def johansen(prices, lags=None, size=0.05) -> Johansen:
    r"""Trace test of log prices, the constant unrestricted.

    .. math:: \mathrm{trace}_r = -n \sum_{i > r} \log(1 - \lambda_i)

    Parameters
    ----------
    prices : pandas.DataFrame
        A column a venue, indexed by UTC time.
    lags : int, optional
        Of changes; by BIC where not given.
    size : {0.10, 0.05, 0.01}
        Of each test; critical values are MacKinnon, Haug and Michelis', as statsmodels has them.

    References
    ----------
    Johansen (1991), Estimation and hypothesis testing of cointegration vectors in Gaussian vector autoregressive
    models; MacKinnon, Haug and Michelis (1999).
    """
    return tested(moments(prices, lags_by_bic(prices) if lags is None else lags), size)


def tested(m: Moments, size=0.05) -> Johansen:
    """The same of moments."""
    if np.linalg.cond(correlated(m.total())) > EXACT:
        raise Refusal(f"{', '.join(m.venues)}: a price is a function of the others and their past",
                      remedy="leave out one of two venues that show the same price")
    eigenvalues, _ = reduced_rank(m, m.total())
    n = int(m.total()[2 * m.k, 2 * m.k])
    return Johansen(m.venues, m.lags, n, eigenvalues, trace(eigenvalues, n), critical_values(m.k, size), size)


def critical_values(k, size=0.05):
    """Of the trace of k prices, from at most none to at most k - 1 relations, shape (k,)."""
    from statsmodels.tsa.coint_tables import c_sjt

    if size not in LEVELS:
        raise Refusal(f"no critical values at {size}", remedy=f"one of {', '.join(map(str, LEVELS))}")
    return np.array([c_sjt(left, 0)[LEVELS.index(size)] for left in range(k, 0, -1)])


def trace(eigenvalues, n):
    """Trace statistics, shape (..., K), of eigenvalues (..., K) of n rows."""
    return -np.asarray(n)[..., None] * np.cumsum(np.log1p(-eigenvalues)[..., ::-1], axis=-1)[..., ::-1]


def reduced_rank(m: Moments, sums, constant="unrestricted"):
    """Squared canonical correlations of changes and levels, given lags.

    Parameters
    ----------
    m : Moments
        Whose layout `sums` have.
    sums : array, shape (..., m, m)
    constant : {"unrestricted", "restricted"}
        In the changes, or only in the relations between levels.

    Returns
    -------
    eigenvalues, shape (..., K), from the largest
    vectors, shape (..., l, K)
        Of (y_1 - y_2, ..., y_1 - y_K, y_1) and, where it is restricted, the constant.
    """
    if constant not in ("restricted", "unrestricted"):
        raise Refusal(f"constant {constant!r}", remedy="restricted or unrestricted")
    k, levels = m.k, 2 * m.k + (constant == "restricted")
    s = _given(sums, np.r_[:levels], np.r_[levels:sums.shape[-1]])
    s00, s01, s11 = s[..., :k, :k], s[..., :k, k:], s[..., k:, k:]
    left = solve(s11, np.swapaxes(s01, -1, -2) @ solve(s00, s01))
    values, vectors = np.linalg.eig(left)
    order = np.argsort(-values.real, axis=-1)[..., :k]
    values = np.take_along_axis(values.real, order, axis=-1)
    return values, np.take_along_axis(vectors.real, order[..., None, :], axis=-1)


def _given(sums, kept, given):
    """Products of what is left of some columns when others have explained what they can."""
    top, side = sums[..., kept[:, None], kept], sums[..., kept[:, None], given]
    if not len(given):
        return top
    return top - side @ solve(sums[..., given[:, None], given], np.swapaxes(side, -1, -2))
