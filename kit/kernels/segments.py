"""Rows in a row: what was traded in each of many segments, whatever made them.

A segment is a bar, an order or a bucket; its rows are edges[k] .. edges[k + 1] - 1, and it is never empty.
"""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch

CANDLE = ("open", "high", "low", "close", "volume", "quote_volume", "n_trades", "buy_volume")


def edges(begins, rows, xp):
    """Edges of segments of `rows` rows: 0, where each further one begins, and `rows`; no segment without rows."""
    ends = [xp.asarray([0], dtype=xp.int64), begins, xp.asarray([rows], dtype=xp.int64)]
    return xp.concat(ends if rows else ends[:1])


def candle(lo, hi, reals, whole, edge, price, size, side, out):
    """What was traded in each segment, one column of `out` a row of `CANDLE`."""
    for k in range(lo, hi):
        first = edge[k]
        high = low = price[first]
        volume = notional = bought = 0.0
        for i in range(first, edge[k + 1]):
            high, low = max(high, price[i]), min(low, price[i])
            volume += size[i]
            notional += price[i] * size[i]
            bought += size[i] * (side[i] > 0)
        out[0, k], out[1, k], out[2, k], out[3, k] = price[first], high, low, price[edge[k + 1] - 1]
        out[4, k], out[5, k], out[6, k], out[7, k] = volume, notional, edge[k + 1] - first, bought


def candles(edge, price, size, side):
    """Candles of the segments between edges.

    Parameters
    ----------
    edge : array of int64, shape (segments + 1,)
    price, size, side : array, shape (rows,)

    Returns
    -------
    dict of str to array
        The columns `CANDLE`, shape (segments,).
    """
    xp, lent = backend.namespace(price), [backend.lend(a) for a in (edge, price, size, side)]
    out = backend.namespace(lent[1]).empty((len(CANDLE), edge.shape[0] - 1))
    launch(candle, edge.shape[0] - 1, *lent, out)
    return {name: xp.asarray(out[k]) for k, name in enumerate(CANDLE)}


def fill(lo, hi, reals, whole, size, volume, full):
    """Whether a row fills a bucket of `volume` that began with the row after the one that filled the last."""
    held = 0.0
    for i in range(size.shape[0]):
        held += size[i]
        full[i] = held >= volume
        if held >= volume:
            held = 0.0


def filled(size, volume):
    """Rows with which a bucket is full, each bucket begun afresh; one item, since each depends on those before."""
    xp, lent = backend.namespace(size), backend.lend(size)
    full = backend.namespace(lent).empty(size.shape[0], dtype=np.bool_)
    launch(fill, 1, lent, float(volume), full)
    return xp.nonzero(xp.asarray(full))[0]
