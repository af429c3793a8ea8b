"""Up or down next: the odds that the ask empties before the bid, of counted queues and of their diffusion limit."""

from __future__ import annotations

import numpy as np
from scipy.special import roots_legendre

from kit.refusal import Refusal


def cont_de_larrard(bid, ask):
    r"""Probability that the ask empties before the bid, where each queue gains or loses one unit with equal odds.

    .. math:: p(n, p) = \frac{1}{\pi} \int_0^\pi \left(2 - \cos t - \sqrt{(2 - \cos t)^2 - 1}\right)^p
              \frac{\sin(nt) \cos(t/2)}{\sin(t/2)} \, dt

    - The two queues move independently; every step is one unit of one of them.
    - Taken by Gauss-Legendre quadrature with more nodes than the integrand has waves, exact to 1e-12.

    Parameters
    ----------
    bid, ask : array of int, any shape
        Sizes at the touch, n and p, in units; at least 1.

    Returns
    -------
    array of float64
        In (0, 1); `cont_de_larrard(n, p) + cont_de_larrard(p, n)` is 1.

    Raises
    ------
    Refusal
        A size that is no whole number of units, or below 1.

    References
    ----------
    Cont and de Larrard (2013), Price dynamics in a Markovian limit order market, proposition 1.
    """
    bid, ask = _units(bid, "bid"), _units(ask, "ask")
    return _table(int(bid.max()), int(ask.max()))[bid - 1, ask - 1]


def _units(sizes, name):
    sizes = np.asarray(sizes)
    if sizes.dtype.kind not in "iu" or (sizes < 1).any():
        raise Refusal("a queue that is no whole number of units, at least 1", column=name,
                      remedy="divide sizes by the unit and round")
    return sizes


def _table(bids, asks):
    """The integral for all sizes up to those given, shape (bids, asks)."""
    node, weight = roots_legendre(64 + bids + asks)
    t = np.pi * (node + 1) / 2
    slow = 2 - np.cos(t)
    ask = (slow - np.sqrt(slow**2 - 1)) ** np.arange(1, asks + 1)[:, None]
    bid = np.sin(t * np.arange(1, bids + 1)[:, None]) / np.tan(t / 2)
    return bid @ (weight / 2 * ask).T


def diffusion(bid, ask, correlation=0.0):
    r"""Probability that the ask empties before the bid, where the queues are correlated Brownian motions.

    .. math:: \frac{1}{2} \left(1 - \frac{\arctan(\kappa (y - x) / (y + x))}{\arctan \kappa}\right), \quad
              \kappa = \sqrt{(1 + \rho) / (1 - \rho)}

    With x the bid and y the ask. At a correlation of -1 it is x / (x + y), so that the expected price is the weighted
    mid; at 0 it is (2 / pi) arctan(x / y).

    Parameters
    ----------
    bid, ask : array, shape (n,)
        Sizes at the touch, not both 0.
    correlation : float
        Of the changes of the two queues, in [-1, 1).

    Raises
    ------
    Refusal
        The correlation is out of range.

    References
    ----------
    Avellaneda, Reed and Stoikov (2011), Forecasting prices from level-I quotes in the presence of hidden liquidity.
    """
    if not -1 <= correlation < 1:
        raise Refusal(f"a correlation of {correlation}", remedy="give one in [-1, 1)")
    bid, ask = np.asarray(bid, dtype=np.float64), np.asarray(ask, dtype=np.float64)
    lean = (bid - ask) / (bid + ask)
    if correlation == -1:
        return (1 + lean) / 2
    kappa = np.sqrt((1 + correlation) / (1 - correlation))
    return (1 + np.arctan(kappa * lean) / np.arctan(kappa)) / 2
