"""Tick by tick: how often the market trades, by how much and how steadily it moves, how noisy it is, who floods it."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import Seconds, Trades
from kit.factor import factor


@factor(unit="count", mirror=1, low=0)
def tick_frequency(t: Trades, past, ticks="60s"):
    r"""Number of prints in the last minute, by the clock and up to this print.

    .. math:: \#\{i : t - ticks < t_i \le t\}

    References
    ----------
    The framework's "trades per minute", which counted calendar minutes on an index of their own.
    """
    return past.sum(backend.namespace(t.price).ones_like(t.price), ticks)


@factor(unit="price", mirror=1, low=0)
def avg_tick_size(t: Trades, past, steps="5min"):
    r"""Median size of the price's moves from print to print over `steps`, prints that did not move it left out.

    As large as the tick or larger: the least move is the tick, the usual one need not be. Known from the past alone.

    .. math:: \mathrm{median}\{|\Delta p_i| : \Delta p_i \ne 0\}

    References
    ----------
    The framework's "price granularity", which was one number of the whole sample.
    """
    change = past.diff(t.price)
    return past.among(_moved(change)).quantile(abs(change), 0.5, steps)


@factor(unit="1", mirror=1, low=0, high=1)
def direction_persistence(t: Trades, past, moves=100):
    r"""Share of the last `moves` moves of the price that went where the move before them went.

    A half where directions are independent; less where prices bounce between bid and ask, more where they trend.
    Prints that did not move the price have no direction and are left out.

    .. math:: \frac1n \sum_{k} 1[\mathrm{sgn}\,\Delta p_k = \mathrm{sgn}\,\Delta p_{k-1}], \; \Delta p_k \ne 0

    References
    ----------
    Roll (1984), A simple implicit measure of the effective bid-ask spread: why it is below a half.
    """
    change = past.diff(t.price)
    return past.among(_moved(change)).agreement(change, moves)


@factor(unit="count", mirror=1, low=0)
def quote_stuffing(s: Seconds, past, usual="3min", sds=5.0, idle=2.0, stuffed="60s"):
    r"""Seconds of the last minute in which quotes poured in, hardly anybody traded, and the mid stayed where it was.

    - Poured: more quotes than the mean of the `usual` seconds before, by more than `sds` standard deviations.
    - Hardly traded: more than `idle` times as many quotes a trade as in those seconds.
    - Stayed: the mid ended no further from where it began than one standard deviation of those seconds' moves.
    - One trade is added to each second's, so that seconds without trades have a number of quotes a trade.

    .. math:: \sum 1[n_q > \bar n_q + k s_q]\, 1[m > c \bar m]\, 1[|\Delta M| \le s_M], \; m = n_q / (n_t + 1)

    References
    ----------
    Egginton, Van Ness and Van Ness (2016), Quote stuffing; thresholds and the rule on trades are the kit's.
    """
    xp, mid = backend.namespace(s.bid), (s.bid + s.ask) / 2
    whole = mid + s.n_quotes + s.n_trades
    known, ratio = whole == whole, s.n_quotes / (s.n_trades + 1)
    heard = past.among(known)
    move = heard.diff(mid)
    many = s.n_quotes > heard.lag(heard.mean(s.n_quotes, usual)) + sds * heard.lag(heard.std(s.n_quotes, usual))
    untraded = ratio > idle * heard.lag(heard.mean(ratio, usual))
    calm = heard.lag(heard.std(move, usual))
    event = xp.where(calm == calm, xp.astype(many & untraded & (abs(move) <= calm), xp.float64), calm)
    return xp.where(known, heard.sum(event, stuffed), xp.asarray(np.nan))


@factor(unit="1", mirror=1, low=0)
def microstructure_noise(t: Trades, past, noise="5min"):
    r"""Variance of the noise in the log price, from the realised variance of all prints' returns over `noise`.

    Biased upwards by half the price's own variance between two prints, which is small where prints are many.

    .. math:: \hat\omega^2 = \frac{1}{2n} \sum_{i=1}^n (\log p_i - \log p_{i-1})^2

    References
    ----------
    Bandi and Russell (2006), Separating microstructure noise from volatility.
    Zhang, Mykland and Aït-Sahalia (2005), A tale of two time scales, section 2.2: E[RV] = IV + 2 n ω².
    """
    change = _returns(t, past)
    return past.mean(change * change, noise) / 2


@factor(unit="1", mirror=1)
def roll_noise(t: Trades, past, noise="5min"):
    r"""Variance of the noise in the log price, from the covariance of successive returns over `noise`.

    Twice its root is Roll's spread, as a share of the price. Free of the price's own variance; too small where taker
    orders follow each other to one side. Negative where prices do not bounce, and then no estimate of a variance: not
    floored, as a floor would bias its mean.

    .. math:: -\mathrm{cov}(r_i, r_{i-1})

    References
    ----------
    Roll (1984), A simple implicit measure of the effective bid-ask spread, eq. 3.
    """
    change = _returns(t, past)
    return -past.cov(change, past.lag(change), noise)


def _moved(change):
    return (change != 0) & (change == change)


def _returns(t, past):
    return past.diff(backend.namespace(t.price).log(t.price))
