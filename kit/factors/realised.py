"""Realised measures of the returns of bars over a trailing window: variance, what of it jumps are, and its moments.

All are sums over the bars whose close lies in (t - window, t]. Terms of several returns reach back over the window's
edge, so that a window of n bars has n of every kind, and none needs the factor n / (n - 1) of a day taken by itself.
Variances are those of the window; `realised_volatility` is a year's.
"""

from __future__ import annotations

import math

import numpy as np

from kit import backend, clock
from kit.columns import Bars
from kit.factor import factor
from kit.factors.volatility import annual, over

MED = math.pi / (6 - 4 * math.sqrt(3) + math.pi)
MED_4 = 3 * math.pi / (9 * math.pi + 72 - 52 * math.sqrt(3))
MIN = math.pi / (math.pi - 2)
TRIPOWER = (math.gamma(0.5) / (2 ** (2 / 3) * math.gamma(7 / 6))) ** 3
"""One by the cube of E|Z|^(4/3)."""


@factor(unit="1", low=0)
def realised_variance(b: Bars, past, window="1d"):
    r"""Sum of squared log returns: the integrated variance and squared jumps, and twice the noise of every price.

    .. math:: RV = \sum r_i^2

    References
    ----------
    Andersen, Bollerslev, Diebold and Labys (2003), Modeling and forecasting realized volatility.
    """
    return past.sum(_returns(b, past) ** 2, window)


@factor(unit="1", low=0)
def realised_volatility(b: Bars, past, window="1d"):
    r"""Root of the realised variance, a year.

    .. math:: \sqrt{RV \; \mathrm{year} / W}

    References
    ----------
    Andersen, Bollerslev, Diebold and Labys (2003), Modeling and forecasting realized volatility.
    """
    return annual(past.sum(_returns(b, past) ** 2, window), window)


@factor(unit="1", low=0)
def bipower_variation(b: Bars, past, window="1d"):
    r"""Variance of which a jump is but one factor of two: in the limit the integrated variance alone.

    .. math:: BV = \frac{\pi}{2} \sum |r_i| |r_{i-1}|

    References
    ----------
    Barndorff-Nielsen and Shephard (2004), Power and bipower variation with stochastic volatility and jumps.
    """
    a = abs(_returns(b, past))
    return math.pi / 2 * past.sum(a * past.lag(a), window)


@factor(unit="1", low=0)
def med_rv(b: Bars, past, window="1d"):
    r"""Variance from the median of three neighbouring returns: a jump is never the median.

    .. math:: \frac{\pi}{6 - 4\sqrt3 + \pi} \sum \mathrm{med}(|r_i|, |r_{i-1}|, |r_{i-2}|)^2

    References
    ----------
    Andersen, Dobrev and Schaumburg (2012), Jump-robust volatility estimation using nearest neighbor truncation, eq. 6.
    """
    return MED * past.sum(_median(abs(_returns(b, past)), past) ** 2, window)


@factor(unit="1", low=0)
def min_rv(b: Bars, past, window="1d"):
    r"""Variance from the smaller of two neighbouring returns; a return of 0 counts as no variance.

    .. math:: \frac{\pi}{\pi - 2} \sum \min(|r_i|, |r_{i-1}|)^2

    References
    ----------
    Andersen, Dobrev and Schaumburg (2012), Jump-robust volatility estimation using nearest neighbor truncation, eq. 5.
    """
    a = abs(_returns(b, past))
    return MIN * past.sum(backend.namespace(a).minimum(a, past.lag(a)) ** 2, window)


@factor(unit="1", low=0, mirror="realised_semivariance_down")
def realised_semivariance_up(b: Bars, past, window="1d"):
    r"""Part of the realised variance that rises made.

    .. math:: \sum r_i^2 \, 1[r_i > 0]

    References
    ----------
    Barndorff-Nielsen, Kinnebrock and Shephard (2010), Measuring downside risk: realised semivariance.
    """
    r = _returns(b, past)
    return past.sum(r * backend.namespace(r).maximum(r, 0 * r), window)


@factor(unit="1", low=0, mirror="realised_semivariance_up")
def realised_semivariance_down(b: Bars, past, window="1d"):
    r"""Part of the realised variance that falls made.

    .. math:: \sum r_i^2 \, 1[r_i < 0]

    References
    ----------
    Barndorff-Nielsen, Kinnebrock and Shephard (2010), Measuring downside risk: realised semivariance.
    """
    r = _returns(b, past)
    return past.sum(r * backend.namespace(r).minimum(r, 0 * r), window)


@factor(unit="1")
def tsrv(b: Bars, past, window="1d", slow="30min"):
    r"""Variance on two scales: subsampled slow returns, less the noise that all returns show.

    .. math:: \frac{\frac1K \sum (x_i - x_{i-K})^2 - \frac1K \sum r_i^2}{1 - 1/K}

    K bars are as long as `slow`. It may be negative, and is missing where bars are as long as that.

    References
    ----------
    Zhang, Mykland and Aït-Sahalia (2005), A tale of two time scales, equation 64.
    """
    xp = backend.namespace(b.close)
    x = xp.log(b.close)
    every, far = past.sum(past.diff(x) ** 2, window), past.sum(past.diff(x, slow) ** 2, window)
    share = clock.duration(window) / (past.count(window) * clock.duration(slow))
    return share * (far - every) / xp.where(share < 1, 1 - share, xp.asarray(np.nan))


@factor(unit="1")
def realised_kernel(b: Bars, past, window="1d", lags=6):
    r"""Variance with autocovariances of returns, which noise makes negative, by Parzen's weights.

    .. math:: \gamma_0 + 2 \sum_{h=1}^{H} k\left(\tfrac{h}{H+1}\right) \gamma_h, \quad \gamma_h = \sum r_i r_{i-h}

    Best `lags` grow with noise and with the number of bars: see `kit.volatility.signature`. It may be negative.

    References
    ----------
    Barndorff-Nielsen, Hansen, Lunde and Shephard (2009), Realized kernels in practice: trades and quotes.
    """
    r = _returns(b, past)
    weighted = sum(2 * parzen(h / (lags + 1)) * past.lag(r, h) for h in range(1, lags + 1))
    return past.sum(r * (r + weighted), window)


def parzen(x) -> float:
    """Parzen's weight of a lag that is the share x of the longest."""
    return 1 - 6 * x**2 + 6 * x**3 if x <= 0.5 else 2 * (1 - x) ** 3


@factor(unit="1")
def pre_averaged_variance(b: Bars, past, window="1d", block=10):
    r"""Variance of returns averaged over overlapping blocks, less what is left of noise.

    .. math:: \frac{\sum \bar r_i^2 / (k \psi_2) - \frac{\psi_1}{2 k^2 \psi_2} \sum r_i^2}
        {1 - \psi_1 / (2 k^2 \psi_2)}, \quad \bar r_i = \sum_{j=1}^{k-1} g(j/k) r_{i-j+1}, \; g(x) = \min(x, 1 - x)

    psi_1 and psi_2 are k times the sum of squared steps of g and its mean square. It may be negative.

    References
    ----------
    Jacod, Li, Mykland, Podolskij and Vetter (2009), Microstructure noise in the continuous case, equation 3.6 and the
    correction for finite blocks.
    """
    r, g = _returns(b, past), [min(j, block - j) / block for j in range(block + 1)]
    steps, square = block * sum((g[j + 1] - g[j]) ** 2 for j in range(block)), sum(x * x for x in g) / block
    smooth, noise = g[1] * r, steps / (2 * block**2 * square)
    for j in range(2, block):
        smooth = smooth + g[j] * past.lag(r, j - 1)
    rough = past.sum(r**2, window)
    return (past.sum(smooth**2, window) / (block * square) - noise * rough) / (1 - noise)


@factor(unit="1", low=0)
def realised_quarticity(b: Bars, past, window="1d"):
    r"""Integrated fourth power of volatility, on which the error of the realised variance depends; jumps inflate it.

    .. math:: RQ = \frac{n}{3} \sum r_i^4

    References
    ----------
    Barndorff-Nielsen and Shephard (2002), Econometric analysis of realized volatility.
    """
    r = _returns(b, past)
    return past.count(window) / 3 * past.sum(r**4, window)


@factor(unit="1", low=0)
def tripower_quarticity(b: Bars, past, window="1d"):
    r"""The same from products of three neighbouring returns: robust to jumps.

    .. math:: n \, E|Z|^{4/3 \, \cdot \, -3} \sum |r_i r_{i-1} r_{i-2}|^{4/3}

    References
    ----------
    Barndorff-Nielsen and Shephard (2006), Econometrics of testing for jumps, equation 6.
    """
    a = abs(_returns(b, past))
    product = a * past.lag(a) * past.lag(a, 2)
    return TRIPOWER * past.count(window) * past.sum(product ** (4 / 3), window)


@factor(unit="1", low=0)
def med_rq(b: Bars, past, window="1d"):
    r"""The same from the median of three neighbouring returns: robust to jumps, and less hurt by returns of 0.

    .. math:: \frac{3 \pi n}{9\pi + 72 - 52\sqrt3} \sum \mathrm{med}(|r_i|, |r_{i-1}|, |r_{i-2}|)^4

    References
    ----------
    Andersen, Dobrev and Schaumburg (2012), Jump-robust volatility estimation using nearest neighbor truncation, eq. 13.
    """
    a = abs(_returns(b, past))
    return MED_4 * past.count(window) * past.sum(_median(a, past) ** 4, window)


@factor(unit="1", mirror=-1)
def realised_skewness(b: Bars, past, window="1d"):
    r"""Skewness of the window's returns about zero; missing where nothing moved.

    .. math:: \sqrt n \sum r_i^3 / RV^{3/2}

    References
    ----------
    Amaya, Christoffersen, Jacobs and Vasquez (2015), Does realized skewness predict the cross-section of equity
    returns?
    """
    r = _returns(b, past)
    n, square = past.count(window), past.sum(r**2, window)
    return over(n**0.5 * past.sum(r**3, window), square**1.5)


@factor(unit="1", low=0)
def realised_kurtosis(b: Bars, past, window="1d"):
    r"""Kurtosis of the window's returns about zero, 3 of normal ones; missing where nothing moved.

    .. math:: n \sum r_i^4 / RV^2

    References
    ----------
    Amaya, Christoffersen, Jacobs and Vasquez (2015), Does realized skewness predict the cross-section of equity
    returns?
    """
    r = _returns(b, past)
    n, square = past.count(window), past.sum(r**2, window)
    return over(n * past.sum(r**4, window), square**2)


@factor(unit="1", low=0, high=1)
def jump_share(b: Bars, past, window="1d"):
    r"""Share of the realised variance that jumps made; missing where nothing moved.

    .. math:: \max(RV - BV, 0) / RV

    References
    ----------
    Huang and Tauchen (2005), The relative contribution of jumps to total price variance, equation 8.
    """
    a = abs(_returns(b, past))
    every, steady = past.sum(a**2, window), math.pi / 2 * past.sum(a * past.lag(a), window)
    return over(backend.namespace(a).maximum(every - steady, 0 * every), every)


def _returns(b, past):
    return past.diff(backend.namespace(b.close).log(b.close))


def _median(a, past):
    """Median of a value and the two before."""
    xp, one, two = backend.namespace(a), past.lag(a), past.lag(a, 2)
    return xp.maximum(xp.minimum(a, one), xp.minimum(xp.maximum(a, one), two))
