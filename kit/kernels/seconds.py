"""Ticks into periods of a regular grid: one scan over the trades, one search a period over the quotes."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.joins import first_after
from kit.kernels.launch import launch

SUMS = ("n_trades", "volume", "buy_volume", "sell_volume", "notional", "buy_notional", "sell_notional",
        "squared_size", "dispersion")


def traded(lo, hi, reals, whole, grid, period, time, price, size, side, out):
    """What was traded in (grid - period, grid], one column of `out` a row of `SUMS`.

    Dispersion is updated about the running mean (West 1979), so it cannot turn negative. Prints with one time and one
    side, next to each other, are one taker order.
    """
    row = first_after(time, grid[lo] - period, True)
    for k in range(lo, hi):
        prints = 0
        volume = buys = sells = notional = paid = earned = squares = mean = spread = 0.0
        order, stamp, taker = 0.0, 0, 0
        while row < time.shape[0] and time[row] <= grid[k]:
            p, q, s = price[row], size[row], side[row]
            if time[row] != stamp or s != taker or s == 0:
                squares += order * order
                order, stamp, taker = 0.0, time[row], s
            order += q
            prints += 1
            volume += q
            notional += p * q
            if s > 0:
                buys += q
                paid += p * q
            elif s < 0:
                sells += q
                earned += p * q
            if volume > 0.0:
                step = p - mean
                mean += step * q / volume
                spread += q * step * (p - mean)
            row += 1
        out[0, k], out[1, k], out[2, k], out[3, k] = prints, volume, buys, sells
        out[4, k], out[5, k], out[6, k] = notional, paid, earned
        out[7, k], out[8, k] = squares + order * order, spread


def sums(grid, period, trades):
    """Sums over the trades of each period.

    Parameters
    ----------
    grid : array of int64
        Ends of the periods, ns since the epoch, `period` apart.
    period : int
        Nanoseconds.
    trades : Trades

    Returns
    -------
    dict of str to array
        The columns `SUMS`; 0 in a period without trades.
    """
    xp = backend.namespace(grid)
    lent = [backend.lend(a) for a in (grid, *trades)]
    out = backend.namespace(lent[0]).empty((len(SUMS), lent[0].shape[0]))
    launch(traded, lent[0].shape[0], lent[0], int(period), *lent[1:], out)
    return {name: xp.asarray(out[k]) for k, name in enumerate(SUMS)}


def last_rows(lo, hi, reals, whole, grid, time, out):
    """Row of `time` that is last at or before each grid point, found from the one before by doubling steps."""
    row = first_after(time, grid[lo], True)
    for k in range(lo, hi):
        step = 1
        while row + step <= time.shape[0] and time[row + step - 1] <= grid[k]:
            row += step
            step *= 2
        while step > 0:
            if row + step <= time.shape[0] and time[row + step - 1] <= grid[k]:
                row += step
            step //= 2
        out[k] = row - 1


def last(grid, time):
    """Row of `time` that is last at or before each point of a sorted grid; -1 where there is none."""
    xp = backend.namespace(grid)
    grid, time = backend.lend(grid), backend.lend(time)
    out = backend.namespace(grid).empty(grid.shape[0], dtype=np.int64)
    launch(last_rows, grid.shape[0], grid, time, out)
    return xp.asarray(out)
