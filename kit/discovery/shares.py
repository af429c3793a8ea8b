"""Shares of price discovery: which venue's news moves the common price (Hasbrouck), which venue the others follow."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS, in_columns
from kit.discovery import cointegration, vecm
from kit.discovery.moments import lags_by_bic, moments, trailing
from kit.refusal import Refusal

MOST = 6
"""Venues beyond which there are too many orderings."""


@dataclass(frozen=True)
class Discovery:
    """Shares of price discovery of venues that share one trend."""

    johansen: cointegration.Johansen
    table: pd.DataFrame  #: a row a venue; see `discovery`
    correlation: float  #: largest of the shocks between two venues: above it bounds are wide and ILS is not to be read

    def __str__(self):
        return f"{self.johansen.n:,} rows, {self.johansen.lags} lags, rank {self.johansen.rank}"


def information_shares(psi, omega):
    r"""Hasbrouck's information shares for every ordering of the venues.

    .. math:: IS_j = ([\psi' F]_j)^2 / (\psi' \Omega \psi), \quad F F' = \Omega

    F is Cholesky's, so what venues learn in the same row counts for whoever comes first: the orderings are bounds.

    Parameters
    ----------
    psi : array, shape (..., K)
    omega : array, shape (..., K, K)

    Returns
    -------
    array, shape (K!, ..., K)
        In the order of `itertools.permutations`; each sums to one.

    References
    ----------
    Hasbrouck (1995), One security, many markets: determining the contributions to price discovery.
    """
    k = psi.shape[-1]
    if k > MOST:
        raise Refusal(f"{k} venues have {k}! orderings", remedy=f"compare {MOST} at most")
    return np.stack([_ordered(psi, omega, np.array(order)) for order in permutations(range(k))])


def _ordered(psi, omega, order):
    first = psi[..., order]
    root = np.linalg.cholesky(omega[..., order[:, None], order])
    squared = (first[..., None, :] @ root)[..., 0, :] ** 2
    shares = squared / squared.sum(axis=-1, keepdims=True)
    return shares[..., np.argsort(order)]


def component_shares(psi):
    r"""Gonzalo and Granger's weights of each price in the common trend, :math:`\psi_j / \sum \psi`; some below zero.

    References
    ----------
    Gonzalo and Granger (1995), Estimation of common long-memory components in cointegrated systems.
    """
    return psi / psi.sum(axis=-1, keepdims=True)


def information_leadership(share, component):
    r"""Who is fast, whatever the noise: :math:`(IS_j / CS_j)^2 / \sum_i (IS_i / CS_i)^2`.

    Of two venues that is Putniņš' ILS. It presumes shocks that hardly correlate: of two prices that move together the
    noisier one gets 0.8.

    Parameters
    ----------
    share, component : array, shape (..., K)

    References
    ----------
    Yan and Zivot (2010), A structural analysis of price discovery measures; Putniņš (2013), What do price discovery
    metrics really measure?
    """
    squared = (share / component) ** 2
    return squared / squared.sum(axis=-1, keepdims=True)


def measures(model):
    """IS (low, mean and high of all orderings), CS and ILS (of the mean IS) of a model: dict of arrays (..., K)."""
    orderings = information_shares(model.psi, model.omega)
    component, mean = component_shares(model.psi), orderings.mean(axis=0)
    return {"is_lowest": orderings.min(axis=0), "is_mean": mean, "is_highest": orderings.max(axis=0),
            "cs": component, "ils": information_leadership(mean, component)}


def discovery(prices, lags=None, beta="one", by=BLOCKS, most=20) -> Discovery:
    """Shares of price discovery, with intervals.

    - ``is_lowest`` and ``is_highest`` are bounds over orderings, not an interval: they stay apart however long the
      recording, and finer clocks bring them together. ``is_mean`` is the mean over all orderings.
    - ``_low`` and ``_high`` are intervals by the stationary bootstrap over blocks of time.

    Parameters
    ----------
    prices : pandas.DataFrame
        A column a venue, on one clock, in one currency; NaN where a price is not known or stale.
    lags : int, optional
        Of changes; by BIC among 0 to `most` where not given.
    beta : {"one", "estimated"}
        See `kit.discovery.vecm.fit`.
    by : kit.bootstrap.Bootstrap

    Raises
    ------
    Refusal
        The cointegration rank is less than the number of venues less one: there is no common price to discover.
    """
    m = moments(prices, lags_by_bic(prices, most) if lags is None else lags, by=by)
    test = cointegration.tested(m)
    test.require_one_trend()
    whole = vecm.fit(m, beta=beta)
    drawn = by.resampled(m.sums, lambda sums: measures(vecm.fit(m, sums, beta))["is_mean"])
    known = np.isfinite(drawn).all()
    draws = measures(vecm.fit(m, drawn, beta)) if known else {}
    rows = {venue: in_columns({name: by.scored(value[j], _draws(draws, name, j), test.n)
                               for name, value in measures(whole).items()}) for j, venue in enumerate(m.venues)}
    return Discovery(test, pd.DataFrame(rows).T.rename_axis("venue"), _largest(whole.omega))


def _draws(draws, name, j):
    return draws[name][:, j] if draws else np.empty(0)


def _largest(omega):
    size = np.sqrt(np.diagonal(omega))
    return float(np.abs(omega / np.outer(size, size) - np.eye(len(omega))).max())


def rolling(prices, window, lags, measure="is_mean", beta="one", by=BLOCKS) -> pd.DataFrame:
    """A measure over trailing windows: at each row it is known then, and NaN where the window's rank allows none.

    Parameters
    ----------
    prices : pandas.DataFrame
    window : str
        Duration, a multiple of `by`'s block.
    lags : int
        Fixed beforehand: a criterion of the whole sample would know the future.
    measure : str
        A key of `measures`.

    Returns
    -------
    pandas.DataFrame
        A column a venue, a row at the end of each block.
    """
    m = trailing(moments(prices, lags, by=by), window)
    eigenvalues, _ = cointegration.reduced_rank(m, m.sums)
    trace = cointegration.trace(eigenvalues, m.rows)
    one = (trace > cointegration.critical_values(m.k))[:, :-1].all(axis=1)
    values = measures(vecm.fit(m, m.sums, beta))[measure]
    index = pd.DatetimeIndex(m.ends, tz="UTC", name="time")
    return pd.DataFrame(np.where(one[:, None], values, np.nan), index=index, columns=list(m.venues))
