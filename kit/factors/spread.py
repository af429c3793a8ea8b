"""What it costs to trade at once: the spread as it is quoted, and as it is paid.

- Windows are by the clock. A quote counts for as long as it stood, not once a row: rows are events, and events cluster.
- What is paid is twice the distance to the mid, so that it compares with a spread; the sign is the aggressor's.
- A realised spread and what the mid took away of the effective one are known only after a horizon: labels say them of
  the order at t, factors of the orders that were made a horizon ago.
"""

from __future__ import annotations

import numpy as np

from kit import backend, clock
from kit.columns import Matched, Quotes
from kit.factor import factor
from kit.features import mid, share, spread


@factor(unit="price")
def quoted_spread(q: Quotes):
    r"""Ask less bid; negative where the book is crossed.

    .. math:: P_a - P_b
    """
    return q.ask - q.bid


@factor(unit="1")
def twa_spread(q: Quotes, past, window="24h"):
    r"""Spread averaged over the time that each quote stood: that of the quote in force when the window began, too.

    .. math:: \frac{1}{w} \int_{t-w}^{t} s(u) \, du

    References
    ----------
    The framework's twa_spread, there a mean of rows (FRAMEWORK D-21).
    """
    return _standing(spread(q), q.time, past, window)


def _standing(x, time, past, window):
    """Mean of x over the clock, each value held until the next row."""
    length, now = clock.duration(window), backend.namespace(x).astype(time, x.dtype)
    stood = past.sum(past.lag(x) * past.diff(now), window)
    outside = past.lag(x, window) * (now - length - past.lag(now, window))
    return (stood - outside) / length


@factor(unit="1")
def relative_spread(q: Quotes, past, window="24h"):
    r"""Spread against its time-weighted mean; missing where that is 0.

    .. math:: s_t / \mathrm{TWA}_w(s)

    References
    ----------
    The framework's relative_spread.
    """
    now = spread(q)
    return share(now, _standing(now, q.time, past, window))


@factor(unit="1", low=-1)
def spread_momentum(q: Quotes, past, window="1h"):
    r"""Change of the spread over `window`, as a share; missing where the book was locked or crossed then or is now.

    .. math:: s_t / s_{t-w} - 1

    References
    ----------
    The framework's spread_momentum, there over 60 rows.
    """
    xp, now = backend.namespace(q.bid), spread(q)
    before = past.lag(now, window)
    return xp.where((now > 0) & (before > 0), share(now, before) - 1, xp.asarray(np.nan))


@factor(unit="1", low=0)
def spread_volatility(q: Quotes, past, window="2h"):
    r"""Standard deviation of the spread over the clock: each quote weighs as long as it stood.

    The quote that stood when the window began weighs with all of its time.

    .. math:: \left( \sum \Delta t_i (s_i - \bar s)^2 / \sum \Delta t_i \right)^{1/2}

    References
    ----------
    The framework's spread_volatility, there over 120 rows.
    """
    return backend.namespace(q.bid).sqrt(past.var(past.lag(spread(q)), window, weight=past.diff(q.time)))


@factor(unit="1", mirror=-1, low=-1, high=1)
def liquidity_impact(q: Quotes, past, window="1h"):
    r"""Correlation of the mid's log change from row to row with the spread that was known before it.

    .. math:: \mathrm{corr}(\log M_i - \log M_{i-1}, s_{i-1})

    References
    ----------
    The framework's liquidity_impact, whose returns were never defined (FRAMEWORK D-02).
    """
    xp = backend.namespace(q.bid)
    return past.corr(past.diff(xp.log(mid(q))), past.lag(spread(q)), window)


@factor(unit="1")
def effective_spread(m: Matched):
    r"""Twice what the order paid beyond the mid strictly before it; missing where its side is unknown.

    .. math:: 2 D (P - M) / M

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: a paired comparison of execution costs.
    """
    return _paid(m, mid(m), mid(m))


@factor(unit="1")
def realised_spread(m: Matched, future, horizon="60s"):
    r"""What of the effective spread is left to the maker when the mid is looked at `horizon` later: a label.

    The later mid is that strictly before the last order until then. Where orders are rarer than the horizon, take
    `kit.evaluate.markouts`, which reads all quotes.

    .. math:: 2 D (P - M_{t+h}) / M

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: a paired comparison of execution costs.
    """
    return _paid(m, future.at(mid(m), horizon), mid(m))


@factor(unit="1")
def adverse_selection(m: Matched, future, horizon="60s"):
    r"""How far the mid went the order's way in `horizon`, twice: a label. Effective less realised spread.

    .. math:: 2 D (M_{t+h} - M) / M

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: there the price impact.
    """
    return _paid(m, mid(m), mid(m)) - _paid(m, future.at(mid(m), horizon), mid(m))


@factor(unit="1")
def trailing_effective_spread(m: Matched, past, window="1h"):
    r"""Effective spread of the orders in `window`, averaged by size.

    .. math:: \sum q_i \, 2 D_i (P_i - M_i) / M_i \Big/ \sum q_i

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: a paired comparison of execution costs.
    """
    return _by_size(_paid(m, mid(m), mid(m)), m.size, past, window)


@factor(unit="1")
def trailing_realised_spread(m: Matched, past, horizon="60s", window="1h"):
    r"""Realised spread of orders made `horizon` ago, averaged by size: known now.

    Each row brings the order that was the last one `horizon` before it, and looks at the mid of its own quote.

    .. math:: \sum q_j \, 2 D_j (P_j - M_i) / M_j \Big/ \sum q_j, \quad j = j(t_i - h)

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: a paired comparison of execution costs.
    """
    then = _before(m, past, horizon)
    return _by_size(_paid(then, mid(m), mid(then)), then.size, past, window)


@factor(unit="1")
def trailing_adverse_selection(m: Matched, past, horizon="60s", window="1h"):
    r"""How far the mid went the way of orders made `horizon` ago, twice, averaged by size: known now.

    .. math:: \sum q_j \, 2 D_j (M_i - M_j) / M_j \Big/ \sum q_j, \quad j = j(t_i - h)

    References
    ----------
    Huang and Stoll (1996), Dealer versus auction markets: there the price impact.
    """
    then = _before(m, past, horizon)
    gone = _paid(then, mid(then), mid(then)) - _paid(then, mid(m), mid(then))
    return _by_size(gone, then.size, past, window)


def _paid(m, reference, middle):
    """Twice the signed distance of orders from a reference, over the mid before them."""
    xp = backend.namespace(m.price)
    side = xp.astype(m.side, xp.float64)
    return xp.where(side == 0, xp.asarray(np.nan), 2 * side * (m.price - reference) / middle)


def _before(m, past, horizon):
    """Of each row, the order that was the last one `horizon` before it."""
    return m._replace(price=past.lag(m.price, horizon), size=past.lag(m.size, horizon), side=past.lag(m.side, horizon),
                      bid=past.lag(m.bid, horizon), ask=past.lag(m.ask, horizon))


def _by_size(x, size, past, window):
    """Mean of what is known of x, by size."""
    xp = backend.namespace(x)
    known = past.among(~xp.isnan(x))
    return share(known.sum(size * x, window), known.sum(size, window))
