"""Prints: whose they were, which of them were one order, and the quote that each met."""

from __future__ import annotations

import numpy as np

from kit import backend, columns
from kit.columns import Matched
from kit.kernels import joins, segments

ROUNDING = 1e-12
"""Share of a price below which two prices are the same: decimals are no exact doubles."""


def beside_mid(price, bid, ask, rounding=ROUNDING):
    """1 above the mid, -1 below it, 0 at it but for `rounding`; missing where there is no quote."""
    xp, above = backend.namespace(price), price - (bid + ask) / 2
    return xp.where(abs(above) <= rounding * price, xp.zeros_like(above), xp.sign(above))


def signed(trades, quotes):
    """Trades whose missing sides are taken from the quote strictly before: above the mid a buy, below it a sale.

    A side that the venue states is kept. A print at the mid, or before the first quote, stays 0.

    Parameters
    ----------
    trades : Trades
    quotes : Quotes
    """
    xp = backend.namespace(trades.side)
    unknown = xp.nonzero(trades.side == 0)[0]
    if unknown.shape[0] == 0:
        return trades
    row = joins.asof(trades.time, quotes.time)
    known = xp.where(row < 0, xp.zeros_like(row), row)
    rule = beside_mid(trades.price, xp.take(quotes.bid, known), xp.take(quotes.ask, known))
    rule = xp.where(row < 0, xp.zeros_like(rule), rule)
    return trades._replace(side=xp.where(trades.side == 0, xp.astype(rule, xp.int8), trades.side))


def orders(trades):
    """Prints put together again: neighbours of one time and side were one order that walked the book.

    Parameters
    ----------
    trades : frame
        ``time, price, size, side``, as `kit.columns.Trades`; prints of unknown side are left out.

    Returns
    -------
    frame
        ``time`` (UTC), ``side``, ``price`` (average), ``size`` (sum), ``prints`` (count), a row an order: trades again.
    """
    t = columns.read(trades[trades["side"] != 0], "trades")
    xp = backend.namespace(t.time)
    begins = xp.nonzero((t.time[1:] != t.time[:-1]) | (t.side[1:] != t.side[:-1]))[0] + 1
    edges = segments.edges(begins, t.time.shape[0], xp)
    first = edges[:-1]
    bar = segments.candles(edges, t.price, t.size, t.side)
    prints = xp.diff(edges)
    price = xp.where(prints == 1, t.price[first], bar["quote_volume"] / bar["volume"])
    data = {"side": t.side[first], "price": price, "size": bar["volume"], "prints": prints}
    return backend.frame(data, t.time[first], like=trades).reset_index()


def matched(trades, quotes):
    """Trades with the quote that stood strictly before each, and with its side where the venue does not state it.

    Parameters
    ----------
    trades, quotes : frame
        See `kit.columns`; trades may be prints or `orders`.

    Returns
    -------
    frame
        The columns of `kit.columns.Matched`; the quote is missing before the first one.
    """
    t, q = columns.read(trades, "trades"), columns.read(quotes, "quotes")
    xp, t = backend.namespace(t.time), signed(t, q)
    row = joins.asof(t.time, q.time)
    touch = [xp.where(row < 0, xp.asarray(np.nan), column[xp.where(row < 0, 0, row)]) for column in q[1:]]
    data = Matched(*t, *touch)._asdict()
    return backend.frame(data, data.pop("time"), like=trades).reset_index()
