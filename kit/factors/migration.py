"""Where an asset is traded: venues' shares of the volume, how concentrated they are, and where they go.

Volume is what venues say it is. Where they are unregulated much of it is a trader with himself (Cong, Li, Tang and Yang
2023, Crypto wash trading): shares, concentration and the dominant venue are those of reported volume, no more.
"""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import Venues
from kit.factor import factor


@factor(unit="1", mirror=1, low=0, high=1, each="market_share_{a}")
def market_share(v: Venues, past, a=0, window="1h"):
    r"""Share of the volume of all venues over `window` that was traded at one; missing where nothing was traded.

    .. math:: s_a = V_a / \sum_j V_j

    References
    ----------
    The framework's market shares, over a window; reported volume, wash trades included.
    """
    return _share(v, past, a, window)


@factor(unit="1", mirror=1, each="market_share_momentum_{a}")
def market_share_momentum(v: Venues, past, a=0, window="1h", change="1h"):
    r"""Change of a venue's share over `change`: a difference, as nothing has no per cent (FRAMEWORK D-30).

    .. math:: s_a(t) - s_a(t - change)

    References
    ----------
    The framework's market share momentum, corrected.
    """
    return past.diff(_share(v, past, a, window), change)


@factor(unit="1", mirror=1, low=0, each="liquidity_stability_{a}")
def liquidity_stability(v: Venues, past, a=0, window="1h", over="6h"):
    r"""Standard deviation of a venue's share over `over`: the lower, the more stable.

    .. math:: \mathrm{sd}(s_a)

    References
    ----------
    The framework's liquidity stability.
    """
    return past.std(_share(v, past, a, window), over)


@factor(unit="1", mirror=1, low=0, high=1)
def liquidity_concentration(v: Venues, past, window="1h"):
    r"""Herfindahl-Hirschman index of venues' shares: 1 where all is traded at one, 1/K where all K share alike.

    .. math:: H = \sum_j s_j^2

    References
    ----------
    Rhoades (1993), The Herfindahl-Hirschman index; on reported volume, wash trades included.
    """
    return _concentration(v, past, window)


@factor(unit="1", mirror=1, low=0, high=1)
def liquidity_concentration_normalised(v: Venues, past, window="1h"):
    r"""Herfindahl-Hirschman index from 0, all venues alike, to 1, one venue, however many there are.

    .. math:: (H - 1/K) / (1 - 1/K)

    References
    ----------
    FRAMEWORK D-30: (.5, .3, .2) has 0.07, where H is 0.38.
    """
    alike = 1 / v.volume.shape[1]
    xp = backend.namespace(v.volume)
    scaled = (_concentration(v, past, window) - alike) / (1 - alike)
    return xp.clip(scaled, 0.0, 1.0)  # venues that are alike to the last bit are not less than alike


@factor(unit="1", mirror=1, low=1)
def effective_venues(v: Venues, past, window="1h"):
    r"""Number of equal venues that would be as concentrated.

    .. math:: 1 / H

    References
    ----------
    Adelman (1969), Comment on the "H" concentration measure as a numbers-equivalent.
    """
    return 1 / _concentration(v, past, window)


@factor(unit="1", mirror=1, low=0)
def dominant_exchange(v: Venues, past, window="1h"):
    r"""The venue with the largest share, as its place in the table's order: a category. Of several the first.

    .. math:: \arg\max_j s_j

    References
    ----------
    The framework's dominant exchange; name it by ``columns.labels(frame, "venues")``.
    """
    shares = _shares(v, past, window)
    xp = backend.namespace(v.volume)
    largest, which = shares[0], 0.0 * shares[0]
    for venue, share in enumerate(shares):
        which = xp.where(share > largest, float(venue), which)
        largest = xp.maximum(share, largest)
    return which


def _shares(v, past, window):
    """Share of each venue, missing where nothing was traded in the window."""
    traded = [past.sum(v.volume[:, venue], window) for venue in range(v.volume.shape[1])]
    whole = _not_zero(sum(traded))
    return [one / whole for one in traded]


def _share(v, past, a, window):
    """Share of one venue; never above 1, as its volume and that of all are summed, and rounded, in one order."""
    traded, of_all = v.volume[:, a], backend.namespace(v.volume).sum(v.volume, axis=1)
    return past.sum(traded, window) / _not_zero(past.sum(of_all, window))


def _not_zero(x):
    return backend.namespace(x).where(x > 0, x, np.nan)


def _concentration(v, past, window):
    return backend.namespace(v.volume).clip(sum(share**2 for share in _shares(v, past, window)), 0.0, 1.0)
