"""Volatility of bars from closes and from ranges, a year, over windows of days; items 6a to 6c of the framework.

What is annualised is annualised by the clock: variance is summed over the bars of the window, and the window is a known
part of a year of 365 days. So minutes and days agree in scale, and absent bars do not shrink the year.
"""

from __future__ import annotations

import math

import numpy as np

from kit import backend, clock
from kit.columns import Bars
from kit.factor import factor

WINDOWS = (5, 10, 20, 60, 120)
"""Days of the framework."""


def _named(name):
    return {f"{name}_{days}d": {"window": f"{days}d"} for days in WINDOWS}


@factor(unit="1", low=0, also=_named("rv"))
def rv(b: Bars, past, window="20d"):
    r"""Standard deviation of log returns from close to close, a year.

    .. math:: s_W(\log C_i - \log C_{i-1}) \sqrt{n_W \, \mathrm{year} / W}

    n_W is the number of bars in the window, so that daily bars are multiplied by sqrt(365), as in the framework; it
    takes simple returns. The sum of squared intraday returns is `realised_volatility`.

    References
    ----------
    The factor framework, item 6a; Hull (2018), Options, Futures, and Other Derivatives, section 15.4.
    """
    r = past.diff(backend.namespace(b.close).log(b.close))
    return annual(past.var(r, window) * past.count(window), window)


@factor(unit="1", low=-1, also=_named("vol_mom"))
def vol_mom(b: Bars, past, window="20d"):
    r"""Change of `rv` over its own window, as a share of what it was.

    .. math:: \mathrm{rv}_t / \mathrm{rv}_{t-W} - 1

    References
    ----------
    The factor framework, item 6b.
    """
    now = rv.function(b, past, window)
    return over(now, past.lag(now, window)) - 1


@factor(unit="1", low=-1, also=_named("vol_rev"))
def vol_rev(b: Bars, past, window="20d"):
    r"""Distance of `rv` from its mean over twice its window, as a share of that mean: what would have to revert.

    .. math:: \mathrm{rv}_t / \overline{\mathrm{rv}}_{2W} - 1

    References
    ----------
    The factor framework, item 6c.
    """
    now = rv.function(b, past, window)
    return over(now, past.mean(now, _times(window, 2))) - 1


@factor(unit="1", low=0)
def parkinson(b: Bars, past, window="20d"):
    r"""Volatility from highs and lows, a year; five times as precise as closes, and too low where prices are few.

    .. math:: \sqrt{\frac{1}{4 \ln 2} \sum \ln^2 (H/L) \; \mathrm{year} / W}

    - No drift, no jumps, and a price at every moment: of 10, 60, 390 prices a bar the variance is .66, .85, .93.
    - Moves between bars are not seen; in a market that never closes there are none but where bars are absent.

    References
    ----------
    Parkinson (1980), The extreme value method for estimating the variance of the rate of return.
    """
    xp = backend.namespace(b.close)
    return annual(past.sum(xp.log(b.high / b.low) ** 2 / (4 * math.log(2)), window), window)


@factor(unit="1", low=0)
def garman_klass(b: Bars, past, window="20d"):
    r"""Volatility from open, high, low and close, a year; seven times as precise as closes, under no drift.

    .. math:: \sqrt{\sum \left( \tfrac12 \ln^2 (H/L) - (2 \ln 2 - 1) \ln^2 (C/O) \right) \mathrm{year} / W}

    References
    ----------
    Garman and Klass (1980), On the estimation of security price volatilities from historical data, equation 20 (there
    the "practical" estimator).
    """
    return annual(past.sum(_practical(b), window), window)


@factor(unit="1", low=0)
def garman_klass_yang_zhang(b: Bars, past, window="20d"):
    r"""The same with the moves between bars: volatility from open, high, low, close and the close before, a year.

    .. math:: \sqrt{\sum \left( \ln^2 (O_i / C_{i-1}) + \tfrac12 \ln^2 (H/L) - (2 \ln 2 - 1) \ln^2 (C/O) \right)
        \mathrm{year} / W}

    In a market that never closes it sees more than `garman_klass` only where bars are absent.

    References
    ----------
    Yang and Zhang (2000), Drift-independent volatility estimation based on high, low, open, and close prices, there
    the extension of Garman and Klass.
    """
    xp = backend.namespace(b.close)
    between = xp.log(b.open) - past.lag(xp.log(b.close))
    return annual(past.sum(between**2 + _practical(b), window), window)


@factor(unit="1", low=0)
def rogers_satchell(b: Bars, past, window="20d"):
    r"""Volatility from open, high, low and close, a year, whatever the drift within bars.

    .. math:: \sqrt{\sum \left( \ln (H/C) \ln (H/O) + \ln (L/C) \ln (L/O) \right) \mathrm{year} / W}

    References
    ----------
    Rogers and Satchell (1991), Estimating variance from high, low and closing prices.
    """
    return annual(past.sum(_driftless(b), window), window)


@factor(unit="1", low=0)
def yang_zhang(b: Bars, past, window="20d"):
    r"""Volatility from open, high, low, close and the close before, a year, whatever the drift.

    .. math:: \sqrt{\left( s^2_o + k s^2_c + (1 - k) s^2_{RS} \right) n_W \, \mathrm{year} / W}, \quad
        k = \frac{0.34}{1.34 + (n_W + 1) / (n_W - 1)}

    s²_o is the variance of ln(O / C before): overnight in a market that closes. Here it is what happens between the
    last print of a bar and the first of the next, next to nothing but where bars are absent. s²_c is that of ln(C / O).

    References
    ----------
    Yang and Zhang (2000), Drift-independent volatility estimation based on high, low, open, and close prices,
    equations 7 and 8.
    """
    xp = backend.namespace(b.close)
    between = xp.log(b.open) - past.lag(xp.log(b.close))
    n = past.count(window)
    k = 0.34 / (1.34 + (n + 1) / (n - 1))
    closes = past.var(xp.log(b.close / b.open), window)
    return annual(past.var(between, window) * n + k * closes * n + (1 - k) * past.sum(_driftless(b), window), window)


def _practical(b):
    """Garman and Klass's variance of each bar."""
    xp = backend.namespace(b.close)
    return xp.log(b.high / b.low) ** 2 / 2 - (2 * math.log(2) - 1) * xp.log(b.close / b.open) ** 2


def _driftless(b):
    """Rogers and Satchell's variance of each bar."""
    xp = backend.namespace(b.close)
    return xp.log(b.high / b.close) * xp.log(b.high / b.open) + xp.log(b.low / b.close) * xp.log(b.low / b.open)


def annual(variance, window):
    """Volatility a year of the variance in a window; missing of a negative one, as impossible ranges give."""
    xp = backend.namespace(variance)
    known = xp.where(variance >= 0, variance, xp.asarray(np.nan))
    return xp.sqrt(known * (clock.YEAR / clock.duration(window)))


def over(part, whole):
    """part / whole, missing where the whole is 0: nothing moved."""
    xp = backend.namespace(whole)
    return part / xp.where(whole > 0, whole, xp.asarray(np.nan))


def _times(window, by):
    return f"{by * clock.duration(window)}ns"
