"""One asset at several venues: how far prices are apart, whether that could be taken, and who moves first."""

from __future__ import annotations

import numpy as np

from kit import backend, clock
from kit.columns import Venues
from kit.factor import factor
from kit.units import BP


@factor(unit="1", mirror=-1, each="spread_{a}_{b}")
def venue_spread(v: Venues, a=0, b=1, stale="60s"):
    r"""Log ratio of two venues' prices; missing where either has not been heard of for longer than `stale`.

    The same distance whichever venue is named first, but for its sign. Prices are as quoted: a dollar and a stablecoin
    are two currencies (`kit.discovery.edge.in_one_currency`).

    .. math:: \log(P_a / P_b)

    References
    ----------
    Makarov and Schoar (2020), Trading and arbitrage in cryptocurrency markets; the framework divided by one price.
    """
    return _apart(v, a, b, stale)


@factor(unit="1", mirror=1, low=0, each="abs_spread_{a}_{b}")
def abs_venue_spread(v: Venues, a=0, b=1, stale="60s"):
    r"""Size of the log ratio of two venues' prices.

    .. math:: |\log(P_a / P_b)|

    References
    ----------
    Makarov and Schoar (2020), Trading and arbitrage in cryptocurrency markets.
    """
    return abs(_apart(v, a, b, stale))


@factor(unit="1", mirror=-1, each="spread_mom_{a}_{b}")
def venue_spread_momentum(v: Venues, past, a=0, b=1, smooth="10min", change="5min", stale="60s"):
    r"""Change over `change` of the mean of the spread over `smooth`, among rows where both prices are fresh.

    A difference, not a ratio: a spread crosses zero, and per cent of nothing is everything (FRAMEWORK D-17).

    .. math:: \bar s_t - \bar s_{t - change}, \; s = \log(P_a / P_b)

    References
    ----------
    The framework's spread momentum, corrected.
    """
    xp, spread = backend.namespace(v.price), _apart(v, a, b, stale)
    known = xp.isfinite(spread)
    fresh = past.among(known)
    moved = fresh.diff(fresh.mean(spread, smooth), change)
    return xp.where(known, moved, np.nan)


@factor(unit="1", mirror=1, low=-2, high=2, each="leadership_{a}")
def leadership(v: Venues, past, a=0, window="1h", reach=5, stale="60s"):
    r"""How much a venue's last changes tell of the others' next one, less how much theirs tell of its own; past only.

    Above zero it leads, by `reach` rows at most. Of rows at which all venues are fresh, within `window`. A venue that
    trades seldom shows old prices and seems to follow: where there are ticks, ask `kit.discovery.leadlag`.

    .. math:: \mathrm{corr}(p^a_{s-1} - p^a_{s-1-reach}, \bar p_s - \bar p_{s-1})
              - \mathrm{corr}(\bar p_{s-1} - \bar p_{s-1-reach}, p^a_s - p^a_{s-1}), \; s \in (t - window, t]

    with :math:`\bar p` the mean log price of all other venues.

    References
    ----------
    Hoffmann, Rosenbaum and Yoshida (2013), whose contrast it is on one clock; FRAMEWORK D-08.
    """
    xp = backend.namespace(v.price)
    prices = [xp.log(_fresh(v, venue, stale)) for venue in range(v.price.shape[1])]
    others = sum(price for venue, price in enumerate(prices) if venue != a) / (len(prices) - 1)
    known = xp.isfinite(others + prices[a])
    together = past.among(known)
    leads = together.corr(together.lag(together.diff(prices[a], reach)), together.diff(others), window)
    follows = together.corr(together.lag(together.diff(others, reach)), together.diff(prices[a]), window)
    return xp.where(known, leads - follows, np.nan)


@factor(unit="bp", mirror=1, each="executable_edge_{a}_{b}")
def executable_edge(v: Venues, a=0, b=1, taker=5.0, haircut=1.0, stale="5s"):
    r"""What is left of buying at one venue's ask and selling at the other's bid, the better of both directions.

    After `taker` fees at both and a `haircut` for what moves until the orders are there, all in bp; below zero where
    nothing is to be had. Missing where a venue has no quotes or none fresher than `stale`. Stock must lie at both
    venues, and prices are as quoted.

    .. math:: 10^4 \max(\log(B_a / A_b), \log(B_b / A_a)) - 2 f - h

    References
    ----------
    FRAMEWORK D-29: last prices cannot be traded at.
    """
    xp, log = backend.namespace(v.bid), backend.namespace(v.bid).log
    edge = xp.maximum(log(v.bid[:, a] / v.ask[:, b]), log(v.bid[:, b] / v.ask[:, a]))
    oldest = xp.maximum(v.age[:, a], v.age[:, b])
    return xp.where(oldest <= clock.duration(stale) / clock.SECOND, BP * edge - 2 * taker - haircut, np.nan)


def _apart(v, a, b, stale):
    """Log ratio of two fresh prices."""
    return backend.namespace(v.price).log(_fresh(v, a, stale) / _fresh(v, b, stale))


def _fresh(v, venue, stale):
    """A venue's price where it has been heard of lately."""
    xp = backend.namespace(v.price)
    return xp.where(v.age[:, venue] <= clock.duration(stale) / clock.SECOND, v.price[:, venue], np.nan)
