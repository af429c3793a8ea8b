"""Variance from options of all strikes, whatever their model: a sum over a strip of quotes, the integral of a smile."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.integrate import simpson

from kit.options import black
from kit.refusal import Refusal

POINTS = 801
"""Of the integral over strikes, one more than a multiple of four: Simpson's rule breaks at the forward."""
FAR = 8.0
"""Standard deviations, by the highest volatility, to which the integral goes."""


class Strip(NamedTuple):
    """Options out of the money of one expiry, arrays of shape (n,), strikes increasing."""

    strike: np.ndarray  #: price
    premium: np.ndarray  #: money, mid quotes; at `pivot` the mean of put and call
    pivot: float  #: highest strike at or below the forward, K0


def mid(bid, ask):
    """Middle of bid and ask; missing where either is 0 or missing, or the bid is above the ask."""
    bid, ask = np.asarray(bid, dtype=np.float64), np.asarray(ask, dtype=np.float64)
    return np.where((bid > 0) & (ask >= bid), (bid + ask) / 2, np.nan)


def parity_forward(strike, call, put, years, rate=0.0) -> float:
    r"""Forward at the strike where call and put cost most nearly the same, :math:`K^* + e^{rT} (C - P)`.

    Parameters
    ----------
    strike, call, put : array of float, shape (n,)
        Premiums in money; a strike at which either is missing is left out.

    Returns
    -------
    float
        NaN where no strike has both.

    References
    ----------
    CBOE (2009), The CBOE Volatility Index – VIX, step 1.
    """
    strike, gap = np.asarray(strike, dtype=np.float64), np.asarray(call, dtype=np.float64) - put
    if np.isnan(gap).all():
        return np.nan
    at = np.nanargmin(np.abs(gap))
    return float(strike[at] + np.exp(rate * years) * gap[at])


def strip(strike, call_bid, call_ask, put_bid, put_ask, forward) -> Strip:
    """Options that the CBOE's rules admit: mids out of the money, until two bids in a row are missing.

    Parameters
    ----------
    strike : array of float, shape (n,)
        Increasing.
    call_bid, call_ask, put_bid, put_ask : array of float, shape (n,)
        Money; a bid that is 0 or missing is none, and an option without a bid is left out.
    forward : float

    Raises
    ------
    Refusal
        Strikes do not increase, or none lies at or below the forward.

    References
    ----------
    CBOE (2009), The CBOE Volatility Index – VIX, step 1.
    """
    strike = np.asarray(strike, dtype=np.float64)
    if (np.diff(strike) <= 0).any():
        raise Refusal("strikes do not increase", column="strike", remedy="sort them, one row a strike")
    if not (strike <= forward).any():
        raise Refusal(f"no strike at or below the forward {forward:g}", column="strike", remedy="leave the expiry out")
    pivot = int((strike <= forward).nonzero()[0][-1])
    call, put = mid(call_bid, call_ask), mid(put_bid, put_ask)
    puts = _until_two_missing(put[:pivot][::-1])[::-1]
    calls = _until_two_missing(call[pivot + 1:])
    premium = np.concatenate([puts, [(call[pivot] + put[pivot]) / 2], calls])
    kept = ~np.isnan(premium)
    return Strip(strike[kept], premium[kept], float(strike[pivot]))


def total_variance(strip, forward, years, rate=0.0) -> float:
    r"""Variance to the expiry, :math:`2 e^{rT} \sum \Delta K / K^2 \, Q(K) - (F / K_0 - 1)^2`.

    - What lies beyond the last strikes is missing from the sum: of a flat 60 % over 30 days, strips that reach 2 and 1
      standard deviations give 59.7 % and 55.1 %.
    - Of options settled in coin the premiums are those in money, and the variance is that of the price in money.

    Parameters
    ----------
    strip : Strip
    forward : float
    years : float
        To the expiry.
    rate : float
        Annual, continuously compounded.

    Returns
    -------
    float
        Not annual; NaN where the pivot or all but one strike are missing.

    References
    ----------
    CBOE (2009), The CBOE Volatility Index – VIX, step 2.
    Demeterfi, Derman, Kamal and Zou (1999), More than you ever wanted to know about volatility swaps.
    """
    if len(strip.strike) < 2 or strip.pivot not in strip.strike:
        return np.nan
    total = (_steps(strip.strike) / strip.strike**2 * strip.premium).sum()
    return float(2 * np.exp(rate * years) * total - (forward / strip.pivot - 1) ** 2)


def of_smile(log_moneyness, vol, years) -> float:
    r"""Variance to the expiry, :math:`2 \int Q(K) / K^2 dK`, of a smile that is linear between strikes, flat beyond.

    Coarse strikes do not bias it as they do the sum over a strip, nor do missing wings shorten it; what lies beyond
    the last strikes is assumed.

    Parameters
    ----------
    log_moneyness : array of float, shape (n,)
        Log of strike over forward, increasing.
    vol : array of float, shape (n,)
        Annual, no missing values.
    years : float

    Returns
    -------
    float
        Not annual; NaN of an empty smile.

    References
    ----------
    Jiang and Tian (2005), The model-free implied volatility and its information content.
    """
    if len(log_moneyness) == 0:
        return np.nan
    far = FAR * np.max(vol) * np.sqrt(years)
    k = np.linspace(-far, far, POINTS)
    right = np.where(k < 0, black.PUT, black.CALL)
    premium = black.price(1.0, np.exp(k), np.interp(k, log_moneyness, vol), years, right)
    return float(2 * simpson(premium * np.exp(-k), x=k))


def _steps(strike):
    """Half the distance between a strike's neighbours; at both ends the distance to the only one."""
    gaps = np.diff(strike)
    return np.concatenate([gaps[:1], (strike[2:] - strike[:-2]) / 2, gaps[-1:]])


def _until_two_missing(premium):
    """Premiums from the money outwards, missing from the first of two missing ones on."""
    missing = np.isnan(premium)
    ends = (missing[:-1] & missing[1:]).nonzero()[0]
    return premium if not len(ends) else np.where(np.arange(len(premium)) < ends[0], premium, np.nan)
