"""Implied volatility at constant maturities: level, slope, bend and skew, and what it asks above what is expected."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import TENORS, Curve
from kit.factor import factor
from kit.refusal import Refusal

YEAR = 365
"""Days."""


@factor(unit="1", mirror=1, low=0, also={f"iv_level_{days}d": {"days": days} for days in TENORS})
def iv_level(c: Curve, days=30):
    r"""Implied volatility at the forward, `days` ahead; annual.

    .. math:: \sigma_{T}, \; T = days / 365

    References
    ----------
    Factor framework, item 8d; at the forward and a constant maturity in place of the mean over all strikes of one
    expiry (D-27).
    """
    return _at(c.atm, days)


@factor(unit="1", mirror=1, also={"vol_term_slope_short": {"short": 7, "long": 30}})
def vol_term_slope(c: Curve, short=30, long=180):
    r"""Change of implied volatility at the forward from `short` to `long` days, per year of maturity.

    .. math:: (\sigma_{T_l} - \sigma_{T_s}) / (T_l - T_s)

    References
    ----------
    Factor framework, item 8a; per year in place of per listed expiry (D-27).
    """
    return (_at(c.atm, long) - _at(c.atm, short)) * YEAR / (long - short)


@factor(unit="1", mirror=1)
def vol_term_curvature(c: Curve, short=30, middle=60, long=90):
    r"""Implied volatility at `middle` days less the line from `short` to `long` days.

    .. math:: \sigma_{T_m} - \frac{(T_l - T_m) \sigma_{T_s} + (T_m - T_s) \sigma_{T_l}}{T_l - T_s}

    References
    ----------
    Factor framework, item 8b; on constant maturities (D-27).
    """
    line = (long - middle) * _at(c.atm, short) + (middle - short) * _at(c.atm, long)
    return _at(c.atm, middle) - line / (long - short)


@factor(unit="1", mirror=1, low=0)
def vol_forward(c: Curve, short=30, long=90):
    r"""Implied volatility between `short` and `long` days: of the total variance that the longer maturity adds.

    .. math:: \sqrt{(\sigma_{T_l}^2 T_l - \sigma_{T_s}^2 T_s) / (T_l - T_s)}

    Missing where that is negative, which is calendar arbitrage.

    References
    ----------
    Gatheral and Jacquier (2014), Arbitrage-free SVI volatility surfaces, definition 2.2.
    """
    xp = backend.namespace(c.atm)
    added = _at(c.atm, long) ** 2 * long - _at(c.atm, short) ** 2 * short
    return xp.sqrt(xp.where(added < 0, xp.asarray(np.nan), added) / (long - short))


@factor(unit="1", mirror=-1, also={f"iv_skew_{days}d": {"days": days} for days in TENORS})
def iv_skew(c: Curve, days=30):
    r"""Implied volatility of the 25-delta put less that of the 25-delta call, `days` ahead: what falls cost more.

    .. math:: \sigma_{T}(\Delta = -0.25) - \sigma_{T}(\Delta = 0.25)

    References
    ----------
    Bollen and Whaley (2004), Does net buying pressure affect the shape of implied volatility functions?
    """
    return _at(c.skew, days)


@factor(unit="1", mirror=1)
def iv_convexity(c: Curve, days=30):
    r"""Model-free less at-the-forward volatility, `days` ahead: what the wings of the smile add.

    .. math:: \sigma^{MF}_{T} - \sigma_{T}

    References
    ----------
    Carr and Wu (2009), Variance risk premiums.
    """
    return _at(c.model_free, days) - _at(c.atm, days)


@factor(unit="1", mirror=1)
def vol_risk_premium(c: Curve):
    r"""Model-free variance of the next 30 days less the variance forecast of them; annual, known ahead of both.

    .. math:: (\sigma^{MF}_{30d})^2 - E_t RV_{t, t + 30d}

    References
    ----------
    Factor framework, item 8c; one horizon, and variances in place of volatilities (D-28).
    Carr and Wu (2009), Variance risk premiums.
    """
    return _at(c.model_free, 30) ** 2 - c.forecast**2


@factor(unit="1", mirror=1)
def vol_risk_premium_trailing(c: Curve):
    r"""Model-free variance of the next 30 days less the variance of the last 30; annual, known ahead.

    .. math:: (\sigma^{MF}_{30d})^2 - RV_{t - 30d, t}

    References
    ----------
    Factor framework, item 8c; one horizon, and variances in place of volatilities (D-28).
    Bollerslev, Tauchen and Zhou (2009), Expected stock returns and variance risk premia.
    """
    return _at(c.model_free, 30) ** 2 - c.realised**2


def _at(volatility, days):
    """The column of a tenor."""
    if days not in TENORS:
        raise Refusal(f"no tenor of {days} days", remedy=f"choose from {', '.join(map(str, TENORS))}")
    return volatility[:, TENORS.index(days)]
