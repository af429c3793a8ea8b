"""Impact: what taker orders did to the mid, and what a trade, a coin or a dollar of flow moves.

- Rows of `Matched` are to be orders put together again (`kit.sampling.orders`), each with the quote strictly before it.
- Impact carries the order's sign: an order that moved the mid its own way has a positive one, whichever its side.
- What an order did is known when the next one comes: the answer at a row is about orders before it. Orders whose side
  nobody knows have none.
- These are impacts of single orders. Public trades are no metaorders.
"""

from __future__ import annotations

from kit import backend
from kit.columns import Bars, Matched, Seconds
from kit.factor import factor
from kit.features import mid, share


@factor(unit="size^-0.5", mirror=1)
def temporary_impact(m: Matched, past):
    r"""Log change of the mid from one order to the next, the way of the first, over the root of its size.

    .. math:: D_{i-1} (\log M_i - \log M_{i-1}) / \sqrt{V_{i-1}}

    References
    ----------
    The framework's temporary_impact, signed (FRAMEWORK D-18).
    """
    return _impact(m, past, 1)


@factor(unit="size^-0.5", mirror=1)
def permanent_impact(m: Matched, past, horizon="10min"):
    r"""Temporary impact's log change over `horizon`, of the last order that is so old: what lasted, once it is known.

    .. math:: D_i (\log M_t - \log M_i) / \sqrt{V_i}, \; i \text{ the last order at or before } t - h

    References
    ----------
    The framework's permanent_impact, available after its horizon (FRAMEWORK D-13).
    """
    return _impact(m, past, horizon)


@factor(unit="size^-0.5", mirror=1)
def impact_ahead(m: Matched, future, horizon="10min"):
    r"""What will have lasted of an order's impact after `horizon`: the label. Known at t + horizon.

    .. math:: D_t (\log M_{t+h} - \log M_t) / \sqrt{V_t}

    References
    ----------
    The framework's permanent_impact as it is sketched, which looks ahead (FRAMEWORK D-13).
    """
    xp = backend.namespace(m.bid)
    level, side = xp.log(mid(m)), xp.astype(m.side, xp.float64)
    return _per_root(side, future.at(level, horizon) - level, m.size)


@factor(unit="1", mirror=-1)
def impact_asymmetry(m: Matched, past, window="1h"):
    r"""Whether buyers move the mid more than sellers: difference of their mean impacts in `window` over the sum.

    Unbounded: where one side's orders moved the mid against themselves on average, the sum may be small.

    .. math:: (\bar I_{buy} - \bar I_{sell}) / (\bar I_{buy} + \bar I_{sell})

    References
    ----------
    The framework's impact_asymmetry, with signed impacts over a trailing window (FRAMEWORK D-13, D-18).
    """
    side, impact = past.lag(m.side), _impact(m, past, 1)
    known = impact == impact
    bought, sold = (past.among(known & (side == sign)).mean(impact, window) for sign in (1, -1))
    return share(bought - sold, bought + sold)


@factor(unit="size^-0.5", mirror=1)
def vw_impact(m: Matched, past, window="1h"):
    r"""Mean impact of the orders in `window`, weighted by their size.

    .. math:: \sum V_i I_i / \sum V_i

    References
    ----------
    The framework's vw_impact, over a trailing window (FRAMEWORK D-13).
    """
    size, impact = past.lag(m.size), _impact(m, past, 1)
    seen = past.among(impact == impact)
    return share(seen.sum(size * impact, window), seen.sum(size, window))


@factor(unit="size^-0.5", mirror=1)
def impact_momentum(m: Matched, past, smooth="20min", change="10min"):
    r"""By how much the mean impact over `smooth` differs from what it was `change` ago: a difference, not a ratio.

    .. math:: \bar I_t - \bar I_{t-c}

    References
    ----------
    The framework's impact_momentum; a percentage of what changes its sign explodes (FRAMEWORK D-17).
    """
    impact = _impact(m, past, 1)
    return past.diff(past.among(impact == impact).mean(impact, smooth), change)


def _impact(m, past, by):
    """Signed log change of the mid since the order `by` before, over the root of that order's size."""
    xp = backend.namespace(m.bid)
    level = xp.log(mid(m))
    return _per_root(past.lag(m.side, by), level - past.lag(level, by), past.lag(m.size, by))


def _per_root(side, change, size):
    """A change signed by an order's side, over the root of its size; missing of no side, and of no size."""
    xp = backend.namespace(size)
    return share(side * change, abs(side)) / xp.sqrt(share(size * size, size))


@factor(unit="1", mirror=1, low=0)
def square_root_impact(m: Matched, past, window="1d", amplitude=1.0):
    r"""Impact that this order is expected to have by the square-root law, from volatility and volume of `window`.

    Both are of one window, so that its length drops out where prices diffuse. What amplitude and exponent are is a
    question to the data: see `kit.flow.impact`.

    .. math:: Y \sigma_w \sqrt{Q / V_w}

    References
    ----------
    Torre and Ferrari (1997), BARRA market impact model handbook (†); Almgren, Thum, Hauptmann and Li (2005), Direct
    estimation of equity market impact, with an exponent of 3/5.
    """
    xp, level = backend.namespace(m.bid), backend.namespace(m.bid).log(mid(m))
    quoted = past.among(level == level)
    variance, volume = quoted.sum(quoted.diff(level) ** 2, window), past.sum(m.size, window)
    return amplitude * xp.sqrt(share(variance * m.size, volume)) + 0 * level


@factor(unit="price*size^-1", mirror=1)
def kyle_lambda(s: Seconds, past, window="1h"):
    r"""What a unit bought moves the mid: slope, with an intercept, of the mid's change on signed volume by the second.

    Change and flow are of the same second: whoever reacts to the price is in it as well.

    .. math:: \mathrm{cov}(\Delta M, B - S) / \mathrm{var}(B - S)

    References
    ----------
    Kyle (1985), Continuous auctions and insider trading, equation 2.2 (†).
    """
    flow = s.buy_volume - s.sell_volume
    return share(past.cov(past.diff((s.bid + s.ask) / 2), flow, window), past.var(flow, window))


@factor(unit="price^-0.5*size^-0.5", mirror=1)
def hasbrouck_lambda(s: Seconds, past, window="1h"):
    r"""Slope, with an intercept, of the mid's log return on the signed root of net notional, by the second.

    Returns carry their sign: regressed on a signed flow, absolute returns give about 0.

    .. math:: r = a + \lambda \, \mathrm{sign}(N) \sqrt{|N|} + e

    References
    ----------
    Hasbrouck (2009), Trading costs and returns for U.S. equities: estimating effective costs from daily data, the
    five-minute regression of section I (†).
    """
    xp, net = backend.namespace(s.bid), s.buy_notional - s.sell_notional
    root = xp.sign(net) * xp.sqrt(abs(net))
    change = past.diff(xp.log((s.bid + s.ask) / 2))
    return share(past.cov(change, root, window), past.var(root, window))


@factor(unit="price^-1*size^-1", mirror=1, low=0)
def amihud(b: Bars, past, window="1d"):
    r"""Mean absolute log return per notional traded, over the bars of `window` in which there was trading.

    Depends on the length of the bars: compare bars of one length.

    .. math:: \overline{|r| / N}

    References
    ----------
    Amihud (2002), Illiquidity and stock returns: cross-section and time-series effects, equation 1.
    """
    return _mean_per(b, past, b.quote_volume, abs(past.diff(backend.namespace(b.close).log(b.close))), window)


@factor(unit="price*size^-1", mirror=1, low=0)
def bar_kyle_lambda(b: Bars, past, window="1d"):
    r"""Kyle's slope where only bars are known: each is taken for bought or sold as a whole, by where its close went.

    More than `kyle_lambda`: of a bar that was bought and sold in equal parts all is taken for one.

    .. math:: \overline{|\Delta P| / V}

    References
    ----------
    López de Prado (2018), Advances in financial machine learning, section 19.4.1 (†).
    """
    return _mean_per(b, past, b.volume, abs(past.diff(b.close)), window)


@factor(unit="price^-0.5*size^-0.5", mirror=1, low=0)
def bar_hasbrouck_lambda(b: Bars, past, window="1d"):
    r"""Hasbrouck's slope where only bars are known, signed as in `bar_kyle_lambda`.

    .. math:: \overline{|r| / \sqrt{N}}

    References
    ----------
    López de Prado (2018), Advances in financial machine learning, section 19.4.3 (†).
    """
    xp = backend.namespace(b.close)
    return _mean_per(b, past, xp.sqrt(b.quote_volume), abs(past.diff(xp.log(b.close))), window)


def _mean_per(b, past, traded, moved, window):
    """Mean of what the price moved over what was traded, of the bars in which something was."""
    return past.among((b.volume > 0) & (moved == moved)).mean(share(moved, traded), window)
