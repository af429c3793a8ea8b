"""Ticks into periods of a regular grid, in one scan: the last row, what was traded, how quotes moved."""

from __future__ import annotations

import math

import numpy as np

from kit import backend
from kit.kernels.joins import first_after
from kit.kernels.launch import launch

SUMS = ("n_trades", "volume", "buy_volume", "sell_volume", "notional", "buy_notional", "sell_notional",
        "squared_size", "dispersion")
TOUCH = ("bid", "bid_size", "ask", "ask_size")
MOVES = ("n_quotes", "ofi", "resting_spread")


def until(time, end, row, guess):
    """Number of rows at or before `end`, of which there are at least `row`; looked for from a guess."""
    stop = min(row + guess, time.shape[0])
    while stop > row and time[stop - 1] > end:
        stop -= 1
    while stop < time.shape[0] and time[stop] <= end:
        stop += 1
    return stop


def last_rows(lo, hi, reals, whole, grid, time, out):
    """Row of `time` that is last at or before each grid point; as many on are guessed as in the period before."""
    row, rows = first_after(time, grid[lo], True), 0
    for k in range(lo, hi):
        stop = until(time, grid[k], row, rows)
        row, rows = stop, stop - row
        out[k] = row - 1


def last(grid, time):
    """Row of `time` that is last at or before each point of a sorted grid; -1 where there is none."""
    xp = backend.namespace(grid)
    grid, time = backend.lend(grid), backend.lend(time)
    out = backend.namespace(grid).empty(grid.shape[0], dtype=np.int64)
    launch(last_rows, grid.shape[0], grid, time, out)
    return xp.asarray(out)


def stood(lo, hi, reals, whole, row, stands, bid, bid_size, ask, ask_size, out):
    """The quote of a row at each grid point, one column of `out` a row of `TOUCH`."""
    for k in range(lo, hi):
        r = row[k]
        if r >= 0 and stands[k]:
            out[0, k], out[1, k], out[2, k], out[3, k] = bid[r], bid_size[r], ask[r], ask_size[r]
        else:
            out[0, k] = out[1, k] = out[2, k] = out[3, k] = math.nan


def touch(row, stands, quotes):
    """Quotes by their rows.

    Parameters
    ----------
    row : array of int64
        As `last` finds them.
    stands : array of bool
        Whether the quote is still good.
    quotes : Quotes

    Returns
    -------
    dict of str to array
        The columns `TOUCH`; missing where there is no such row, or the quote does not stand.
    """
    return _by_period(stood, TOUCH, row, stands, *quotes[1:])


def traded(lo, hi, reals, whole, grid, period, heard, stale, time, price, size, side, out):
    """What was traded in (grid - period, grid], one column of `out` a row of `SUMS`."""
    row, rows = first_after(time, grid[lo] - period, True), 0
    for k in range(lo, hi):
        stop = until(time, grid[k], row, rows)
        out[0, k] = stop - row
        add_up(time[row:stop], price[row:stop], size[row:stop], side[row:stop], out[1:9, k])
        if grid[k] - heard[k] > stale and (stop == 0 or grid[k] - time[stop - 1] > stale):
            for r in range(out.shape[0]):
                out[r, k] = math.nan
        row, rows = stop, stop - row


def add_up(time, price, size, side, out):
    """Sums over the trades of one period. Prints with one time and one side, next to each other, are one taker order.

    Without a branch on the side, which nobody can foresee. The dispersion takes two passes about the first price, so it
    cannot be negative, and a single price has none.
    """
    volume = buys = sells = notional = paid = earned = squares = order = shift = spread = 0.0
    stamp, taker = 0, 0
    for i in range(price.shape[0]):
        p, q, s = price[i], size[i], side[i]
        if (time[i] != stamp) | (s != taker) | (s == 0):
            squares += order * order
            order, stamp, taker = 0.0, time[i], s
        order += q
        bought, sold = q * (s > 0), q * (s < 0)
        volume, buys, sells = volume + q, buys + bought, sells + sold
        notional, paid, earned = notional + p * q, paid + p * bought, earned + p * sold
        shift += q * (p - price[0])
    if volume > 0.0:
        shift /= volume
        for i in range(price.shape[0]):
            d = (price[i] - price[0]) - shift
            spread += size[i] * d * d
    out[0], out[1], out[2], out[3], out[4], out[5] = volume, buys, sells, notional, paid, earned
    out[6], out[7] = squares + order * order, spread


def sums(grid, period, trades, heard=None, stale=0):
    """Sums over the trades of each period.

    Parameters
    ----------
    grid : array of int64
        Ends of the periods, ns since the epoch, `period` apart.
    period : int
        Nanoseconds.
    trades : Trades
    heard : array of int64, optional
        When the feed was last known to live at each grid point, trades apart; by default it always lives.
    stale : int
        Nanoseconds of silence after which the feed is dead.

    Returns
    -------
    dict of str to array
        The columns `SUMS`; 0 in a period without trades, missing where the feed is dead.
    """
    return _by_period(traded, SUMS, grid, int(period), grid if heard is None else heard, int(stale), *trades)


def moved(lo, hi, reals, whole, grid, period, time, bid, bid_size, ask, ask_size, out):
    """How quotes moved in (grid - period, grid], one column of `out` a row of `MOVES`."""
    row, rows = first_after(time, grid[lo] - period, True), 0
    for k in range(lo, hi):
        stop, stood = until(time, grid[k], row, rows), max(row - 1, 0)
        out[0, k] = stop - row
        flow, area = follow(time[stood:stop], bid[stood:stop], bid_size[stood:stop], ask[stood:stop],
                            ask_size[stood:stop], grid[k] - period, grid[k])
        out[1, k], out[2, k] = flow, area / period if row > 0 else math.nan
        row, rows = stop, stop - row


def follow(time, bid, bid_size, ask, ask_size, began, end):
    """Order flow imbalance from quote to quote, and spread times duration; the first quote stood when it began."""
    flow = area = 0.0
    since = began
    for i in range(1, time.shape[0]):
        b, a, b0, a0 = bid[i], ask[i], bid[i - 1], ask[i - 1]
        flow += (bid_size[i] * (b >= b0) - bid_size[i - 1] * (b <= b0)) \
            - (ask_size[i] * (a <= a0) - ask_size[i - 1] * (a >= a0))
        area += (a0 - b0) * (time[i] - since)
        since = time[i]
    if time.shape[0] > 0:
        area += (ask[time.shape[0] - 1] - bid[time.shape[0] - 1]) * (end - since)
    return flow, area


def moves(grid, period, quotes):
    """How the touch moved within each period, quote by quote.

    - `ofi` sums what each quote adds to the bid and takes from the ask, by size: from the quote before
      it, in whatever period that was. The first quote of all adds nothing.
    - `resting_spread` weighs each quote by how long it stood within the period; a quote that is replaced within
      the nanosecond weighs nothing.
    - A dead feed is not masked: a quote stands until the next one.

    Parameters
    ----------
    grid : array of int64
        Ends of the periods, ns since the epoch, `period` apart.
    period : int
        Nanoseconds.
    quotes : Quotes

    Returns
    -------
    dict of str to array
        The columns `MOVES`: a count, a size, a price. Without quotes in a period the first two are 0; the third is
        missing where no quote stood yet when the period began.

    References
    ----------
    Cont, Kukanov & Stoikov (2014), The price impact of order book events, J. Financial Econometrics 12(1), eq. 4.
    """
    return _by_period(moved, MOVES, grid, int(period), *quotes)


def _by_period(body, names, grid, *args):
    xp = backend.namespace(grid)
    grid, *args = (backend.lend(a) if hasattr(a, "shape") else a for a in (grid, *args))
    out = backend.namespace(grid).empty((len(names), grid.shape[0]))
    launch(body, grid.shape[0], grid, *args, out)
    return {name: xp.asarray(out[k]) for k, name in enumerate(names)}
