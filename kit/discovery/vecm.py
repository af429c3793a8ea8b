"""The vector error correction model: how each venue's price gives way to the others, and what of a shock stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kit.discovery.cointegration import reduced_rank
from kit.discovery.moments import Moments, solve
from kit.refusal import Refusal


@dataclass(frozen=True)
class Vecm:
    r"""K log prices of one trend, :math:`\Delta y_t = \alpha \beta' y_{t-1} + \sum \Gamma_i \Delta y_{t-i} + u`.

    Arrays may have leading dimensions: resamples, or windows.
    """

    venues: tuple[str, ...]
    alpha: Any  #: (..., K, K - 1), per row: share of a deviation that a venue's price makes good
    beta: Any  #: (..., K, K - 1)
    omega: Any  #: (..., K, K), covariance of u
    psi: Any  #: (..., K), permanent effect of a unit shock to each venue on all prices


def fit(m: Moments, sums=None, beta="one", constant="restricted") -> Vecm:
    r"""Estimates from moments.

    - With ``beta="one"`` prices differ by a stationary margin: the relations are :math:`y_1 - y_i`, not estimated, for
      the same asset is worth the same everywhere. Only then is the model least squares.
    - ``beta="estimated"`` is Johansen's maximum likelihood.
    - Shocks' covariance has the number of rows in the denominator.

    Parameters
    ----------
    m : Moments
    sums : array, shape (..., m, m), optional
        Of resamples or windows; all blocks together where not given.
    beta : {"one", "estimated"}
    constant : {"unrestricted", "restricted"}
        In the changes, or only in the relations: about their mean over the rows.

    References
    ----------
    Engle and Granger (1987), Co-integration and error correction; Johansen (1995), equations 4.5 and 4.8.
    """
    sums, k = m.total() if sums is None else sums, m.k
    relations = _relations(m, sums, beta, constant)
    columns = _regressors(m, sums.shape[-1], relations, constant)
    right = np.swapaxes(columns, -1, -2) @ sums @ columns
    cross = np.swapaxes(columns, -1, -2) @ sums[..., :, :k]
    coefficients = solve(right, cross)
    n = sums[..., 2 * k, 2 * k][..., None, None]
    omega = (sums[..., :k, :k] - np.swapaxes(cross, -1, -2) @ coefficients) / n
    alpha = np.swapaxes(coefficients[..., :k - 1, :], -1, -2)
    levels = _levels(relations, k)
    gamma = _gamma(coefficients, k, m.lags, first=k - 1 + (constant == "unrestricted"))
    return Vecm(m.venues, alpha, levels, omega, long_run(alpha, gamma, common(levels)))


def _relations(m, sums, beta, constant):
    """Relations as weights of (y_1 - y_2, ..., y_1 - y_K, y_1, 1), shape (..., K + 1, K - 1)."""
    k = m.k
    if beta == "estimated":
        _, vectors = reduced_rank(m, sums, constant)
        found = np.zeros((*sums.shape[:-2], k + 1, k - 1))
        found[..., :vectors.shape[-2], :] = vectors[..., :, :k - 1]
        return _normalised(found)
    if beta != "one":
        raise Refusal(f"beta {beta!r}", remedy="one or estimated")
    means = sums[..., k:2 * k - 1, 2 * k] / sums[..., 2 * k, 2 * k][..., None]
    found = np.zeros((*sums.shape[:-2], k + 1, k - 1))
    found[..., :k - 1, :] = np.eye(k - 1)
    found[..., k, :] = -means if constant == "restricted" else 0.0
    return found


def _normalised(relations):
    """Rotated so that relation i has y_1 - y_{i+1} with weight one, and no other difference."""
    k = relations.shape[-2] - 1
    return relations @ np.linalg.inv(relations[..., :k - 1, :])


def _levels(relations, k):
    """Relations as weights of (y_1, ..., y_K), shape (..., K, K - 1)."""
    first = relations[..., :k, :].sum(axis=-2, keepdims=True)
    return np.concatenate([first, -relations[..., :k - 1, :]], axis=-2)


def _regressors(m, width, relations, constant):
    """Matrix that takes the columns of moments to relations, constant, lags and what is exogenous."""
    k = m.k
    rest = np.eye(width)[:, 2 * k + (constant == "restricted"):]
    picked = np.zeros((*relations.shape[:-2], width, k - 1 + rest.shape[1]))
    picked[..., k:2 * k + 1, :k - 1] = relations
    picked[..., :, k - 1:] = rest
    return picked


def _gamma(coefficients, k, lags, first):
    r""":math:`I - \sum \Gamma_i`, shape (..., K, K)."""
    lagged = coefficients[..., first:first + k * lags, :]
    total = lagged.reshape(*lagged.shape[:-2], lags, k, k).sum(axis=-3)
    return np.eye(k) - np.swapaxes(total, -1, -2)


def common(beta):
    r"""The direction in which prices move together, :math:`\beta_\perp` with first weight one, shape (..., K)."""
    k = beta.shape[-2]
    rest = np.linalg.solve(np.swapaxes(beta[..., 1:, :], -1, -2), -np.swapaxes(beta[..., :1, :], -1, -2))
    return np.concatenate([np.ones((*beta.shape[:-2], 1)), rest.reshape(*beta.shape[:-2], k - 1)], axis=-1)


def long_run(alpha, gamma, direction):
    r"""Permanent effect of a unit shock to each venue, shape (..., K).

    The row :math:`\psi` with :math:`\psi' \alpha = 0` and :math:`\psi' \Gamma \beta_\perp = 1`: that is Johansen's
    :math:`(\alpha_\perp' \Gamma \beta_\perp)^{-1} \alpha_\perp'`.

    Parameters
    ----------
    alpha : array, shape (..., K, K - 1)
    gamma : array, shape (..., K, K)
        The unit matrix less the sum of the lags' coefficients.
    direction : array, shape (..., K)
        See `common`.

    References
    ----------
    Johansen (1995), Likelihood-based inference in cointegrated vector autoregressive models, equation 4.8.
    """
    system = np.concatenate([alpha, gamma @ direction[..., None]], axis=-1)
    wanted = np.zeros((*system.shape[:-1], 1))
    wanted[..., -1, 0] = 1.0
    return np.linalg.solve(np.swapaxes(system, -1, -2), wanted)[..., 0]
