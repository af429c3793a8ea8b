"""Options on a forward: Black's formula and its slopes, settled in money or in coin, and the volatility they imply.

- The forward is a martingale with lognormal marginals; rates are constant to the expiry.
- A coin-settled (inverse) option pays max(S - K, 0) / S coins: its premium in coin is the premium in money over F.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import elementwise
from scipy.special import ndtr

from kit.refusal import Refusal

CALL, PUT = 1, -1
WIDEST = 20.0
"""Standard deviation to the expiry up to which an implied volatility is looked for."""


def price(forward, strike, vol, years, right, rate=0.0):
    r"""Premium in money, :math:`e^{-rT} \theta (F N(\theta d_1) - K N(\theta d_2))` with :math:`\theta` = `right`.

    Parameters
    ----------
    forward, strike : array of float
        Price; all arguments broadcast.
    vol : array of float
        Annual, 0.6 for 60 %.
    years : array of float
        To the expiry, years of 365 days.
    right : array of int
        `CALL` (1) or `PUT` (-1).
    rate : float
        Annual, continuously compounded.

    Returns
    -------
    array of float
        Missing where an argument is; the payoff of the forward where ``vol * sqrt(years)`` is 0.

    References
    ----------
    Black (1976), The pricing of commodity contracts, eq. 16.
    """
    d1, d2 = _moneyness(forward, strike, vol, years)
    return np.exp(-rate * np.asarray(years)) * right * (forward * ndtr(right * d1) - strike * ndtr(right * d2))


def inverse_price(forward, strike, vol, years, right):
    """Premium in coin of an option that is settled in the coin: `price` without discounting, over the forward.

    References
    ----------
    Alexander, Chen and Imeraj (2023), Crypto quanto and inverse options.
    """
    return price(forward, strike, vol, years, right) / forward


def delta(forward, strike, vol, years, right, rate=0.0):
    r"""Slope of `price` in the forward, :math:`e^{-rT} \theta N(\theta d_1)`."""
    d1, _ = _moneyness(forward, strike, vol, years)
    return np.exp(-rate * np.asarray(years)) * right * ndtr(right * d1)


def premium_included_delta(forward, strike, vol, years, right):
    r"""Delta of a coin-settled option whose premium is paid in the coin, :math:`\theta N(\theta d_1) - V / F`.

    It is F times the slope of the coin premium in the forward: the coins that hedge the holder's wealth in coin.
    """
    return delta(forward, strike, vol, years, right) - inverse_price(forward, strike, vol, years, right)


def gamma(forward, strike, vol, years, rate=0.0):
    r"""Second slope of `price` in the forward, :math:`e^{-rT} \varphi(d_1) / (F \sigma \sqrt T)`."""
    d1, _ = _moneyness(forward, strike, vol, years)
    return np.exp(-rate * np.asarray(years)) * _density(d1) / (forward * vol * np.sqrt(years))


def vega(forward, strike, vol, years, rate=0.0):
    r"""Slope of `price` in the volatility, per 1.00, :math:`e^{-rT} F \varphi(d_1) \sqrt T`; over F that in coin."""
    d1, _ = _moneyness(forward, strike, vol, years)
    return np.exp(-rate * np.asarray(years)) * forward * _density(d1) * np.sqrt(years)


def implied_vol(premium, forward, strike, years, right, rate=0.0):
    """Volatility at which `price` is the premium, by a bracketing root finder: no starting value, no divergence.

    An option in the money is first turned into the one out of the money at the same strike.

    Parameters
    ----------
    premium : array of float
        In money; of a coin-settled option, coins times the forward.

    Returns
    -------
    array of float
        Missing where the premium is not above what exercise would pay and below what it can pay at most, where no time
        is left, and where an argument is missing.

    References
    ----------
    Chandrupatla (1997), A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function.
    """
    premium, forward, strike, years, right = np.broadcast_arrays(
        *(np.asarray(x, dtype=np.float64) for x in (premium, forward, strike, years, right)))
    growth = np.exp(rate * np.maximum(years, 0))
    value = premium * growth - np.maximum(right * (forward - strike), 0)
    out = np.where(forward < strike, CALL, PUT)
    possible = (value > 0) & (value < np.minimum(forward, strike)) & (years > 0)
    deviation = np.full(value.shape, np.nan)
    if possible.any():
        deviation[possible] = _deviation(*(x[possible] for x in (value / forward, np.log(strike / forward), out)))
    return deviation / np.sqrt(np.where(years > 0, years, np.nan))


def coin_implied_vol(coins, forward, strike, years, right):
    """`implied_vol` of a premium in coin."""
    return implied_vol(np.asarray(coins) * forward, forward, strike, years, right)


def _deviation(value, log_strike, right):
    """Standard deviation to the expiry that gives an undiscounted `value` per unit of forward, out of the money."""
    def excess(s, value, k, right):
        return right * (ndtr(right * (s / 2 - k / s)) - np.exp(k) * ndtr(right * (-s / 2 - k / s))) - value

    found = elementwise.find_root(excess, (np.full_like(value, 1e-6), np.full_like(value, WIDEST)),
                                  args=(value, log_strike, right), tolerances={"xrtol": 1e-14, "fatol": 0, "frtol": 0})
    return np.where(found.success, found.x, np.nan)


def _moneyness(forward, strike, vol, years):
    """d1 and d2; infinite where there is no deviation."""
    if np.any(np.less_equal(forward, 0) | np.less_equal(strike, 0)):
        raise Refusal("a price is not positive", column="forward, strike", remedy="drop the row")
    deviation, k = np.asarray(vol) * np.sqrt(years), np.log(np.asarray(strike, dtype=np.float64) / forward)
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where((k == 0) & (deviation == 0), np.inf, -k / deviation)
    return shift + deviation / 2, shift - deviation / 2


def _density(x):
    return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
