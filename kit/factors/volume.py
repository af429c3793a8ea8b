"""Volume and price, bar by bar: windows are bars, or durations, of whatever bars there are: minutes, days, volumes."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import Bars
from kit.factor import factor


@factor(unit="1", mirror=-1)
def vwap_deviation(b: Bars, past, window=20):
    r"""How far the close is above the volume-weighted average price of the window, as a share of it.

    The average is of what was paid, not of closes: notional over volume. Missing where nothing was traded.

    .. math:: c / \mathrm{VWAP} - 1, \; \mathrm{VWAP} = \sum N_i / \sum V_i

    References
    ----------
    Berkowitz, Logue and Noser (1988), The total cost of transactions on the NYSE.
    """
    vwap = _share(past.sum(b.quote_volume, window), past.sum(b.volume, window))
    return b.close / vwap - 1


@factor(unit="1", mirror=-1, low=-1, high=1)
def price_volume_corr(b: Bars, past, pairs=60):
    r"""Correlation of returns with changes of log volume over the last `pairs` bars in which there was trading.

    .. math:: \mathrm{corr}(\Delta \log c_i, \Delta \log V_i)

    References
    ----------
    Karpoff (1987), The relation between price changes and trading volume: changes, as levels trend by themselves.
    """
    xp, traded = backend.namespace(b.close), past.among(b.volume > 0)
    growth = traded.diff(xp.log(xp.where(b.volume > 0, b.volume, xp.ones_like(b.volume))))
    return traded.corr(traded.diff(xp.log(b.close)), growth, pairs)


@factor(unit="1", mirror=1, low=-1, high=1)
def move_volume_corr(b: Bars, past, pairs=60):
    r"""Correlation of the size of returns with volume over the last `pairs` bars.

    .. math:: \mathrm{corr}(|\Delta \log c_i|, V_i)

    References
    ----------
    Karpoff (1987), The relation between price changes and trading volume, section III.
    """
    return past.corr(abs(_returns(b, past)), b.volume, pairs)


@factor(unit="1", mirror=1, low=-1)
def volume_momentum(b: Bars, past, window=20):
    r"""Growth of volume over the window; missing where nothing was traded at its beginning.

    .. math:: V_t / V_{t-w} - 1

    References
    ----------
    The framework's volume_momentum.
    """
    return _share(b.volume, past.lag(b.volume, window)) - 1


@factor(unit="1", mirror=1, low=0)
def relative_volume(b: Bars, past, window=20):
    r"""Volume over its mean of the window that ends here; missing where nothing was traded in it.

    .. math:: V_t / \bar V

    References
    ----------
    The framework's relative_volume.
    """
    return _share(b.volume, past.mean(b.volume, window))


@factor(unit="1", mirror=1, low=0)
def volume_dispersion(b: Bars, past, window=20):
    r"""Coefficient of variation of volume over the window; missing where nothing was traded in it.

    .. math:: \mathrm{sd}(V) / \bar V

    References
    ----------
    The framework's "concentration of trading".
    """
    return _share(past.std(b.volume, window), past.mean(b.volume, window))


@factor(unit="1", low=0, off={"mirror": "a ratio of up to down: mirrored it is its reciprocal"})
def updown_volume_ratio(b: Bars, past, window=20):
    r"""Volume of the window's bars that closed higher, over that of those that closed lower; missing where none did.

    .. math:: \sum V_i 1[r_i > 0] / \sum V_i 1[r_i < 0]

    References
    ----------
    The framework's updown_volume_ratio, both sums over the same bars.
    """
    xp, change = backend.namespace(b.close), _returns(b, past)
    up, down = (xp.where(side, b.volume, 0 * change) for side in (change > 0, change < 0))
    return _share(past.sum(up, window), past.sum(down, window))


def _returns(b, past):
    return past.diff(backend.namespace(b.close).log(b.close))


def _share(part, whole):
    """part / whole, and missing where the whole is 0."""
    xp = backend.namespace(whole)
    return xp.where(whole == 0, xp.asarray(np.nan), part / xp.where(whole == 0, xp.ones_like(whole), whole))
