"""GARCH(1,1) of bars' returns, refitted on past rows alone, and how volatility clusters; item 9 of the framework.

Parameters are fitted again every `every` bars on the `window` bars before, and serve until the next fit: no answer
knows a row that it should not. The framework's sketch fits once, on all rows, and forecasts the past.
"""

from __future__ import annotations

import math

from kit import backend
from kit.columns import Bars
from kit.factor import factor

WINDOW, EVERY = 365, 60
MEAN_ABSOLUTE = math.sqrt(2 / math.pi)
"""E|z| of a standard normal z."""


def _returns(b, past):
    return past.diff(backend.namespace(b.close).log(b.close))


@factor(unit="1", low=0)
def garch_vol_forecast(b: Bars, past, window=WINDOW, every=EVERY):
    r"""Standard deviation of the next bar's log return as GARCH(1,1) forecasts it at this close; a bar, not a year.

    .. math:: \sigma_{t+1} = \sqrt{\omega + \alpha (r_t - \mu)^2 + \beta \sigma_t^2}

    Missing until `window` bars are known, and where no fit converges.

    References
    ----------
    Bollerslev (1986), Generalized autoregressive conditional heteroskedasticity, equation 1; the factor framework, item
    9a, there fitted to the whole sample.
    """
    return past.garch(_returns(b, past), window, every)[0]


@factor(unit="1", low=0)
def garch_persistence(b: Bars, past, window=WINDOW, every=EVERY):
    r"""How slowly the GARCH(1,1) of the last refit forgets a shock; from 1 on it has no unconditional variance.

    .. math:: \alpha + \beta

    Above .999 or where volatility does not cluster (alpha near 0, and beta then says nothing) it is no half-life.

    References
    ----------
    Bollerslev (1986), Generalized autoregressive conditional heteroskedasticity, theorem 1; the factor framework, item
    9b, there one number for the whole sample.
    """
    return past.garch(_returns(b, past), window, every)[1]


@factor(unit="1", low=-MEAN_ABSOLUTE)
def vol_surprise(b: Bars, past, window=WINDOW, every=EVERY):
    r"""Size of the return in units of what GARCH(1,1) forecast one bar before, less its mean if that was right.

    .. math:: |r_t| / \sigma_t - \sqrt{2 / \pi}

    The mean is 0 where the forecast is right and returns are normal given it; fat tails make it negative.

    References
    ----------
    The factor framework, item 9c, there |r| less a forecast two bars old, whose mean is -.2 of it.
    """
    r = _returns(b, past)
    return abs(r) / past.lag(past.garch(r, window, every)[0]) - MEAN_ABSOLUTE


@factor(unit="1", low=-1)
def squared_surprise(b: Bars, past, window=WINDOW, every=EVERY):
    r"""Squared return as a share of the variance that GARCH(1,1) forecast one bar before, less 1.

    .. math:: r_t^2 / \sigma_t^2 - 1

    The mean is 0 where the forecast is right, whatever the distribution.

    References
    ----------
    Patton (2011), Volatility forecast comparison using imperfect volatility proxies, section 2.
    """
    r = _returns(b, past)
    return (r / past.lag(past.garch(r, window, every)[0])) ** 2 - 1


@factor(unit="1", low=-1, high=1)
def vol_clustering(b: Bars, past, window="20d"):
    r"""Correlation of the size of returns with that of the return before, over `window`.

    .. math:: \mathrm{corr}(|r_s|, |r_{s-1}|), \; s \in (t - W, t]

    Of w bars its standard error is 1 / sqrt(w) where nothing clusters: .22 of 20 days.

    References
    ----------
    Cont (2001), Empirical properties of asset returns: stylized facts and statistical issues, section 5; the factor
    framework, item 9d, there of signed returns, which hardly correlate.
    """
    return past.autocorr(abs(_returns(b, past)), window)
