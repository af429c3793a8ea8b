"""Kernels that walk one side of a book from the touch outwards, a row at a time; a missing level ends the book."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch


def fills(lo, hi, reals, whole, price, size, notional, out):
    """Average price of an order that takes `notional` of money from each row's levels; missing where it runs out."""
    for i in range(lo, hi):
        left, filled, level = notional, 0.0, 0
        while left > 0.0 and level < price.shape[1] and price[i, level] == price[i, level]:
            worth = price[i, level] * size[i, level]
            if worth >= left:
                filled += left / price[i, level]
                left = 0.0
            else:
                filled += size[i, level]
                left -= worth
            level += 1
        out[i] = notional / filled if left == 0.0 else np.nan


def slopes(lo, hi, reals, whole, distance, size, reach, out):
    """Least-squares slope of the size up to each level against its distance, of the levels within `reach`.

    Missing where the levels end before, or fewer than two lie within.
    """
    for i in range(lo, hi):
        total, n, x, y, xx, xy, level, inside = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, True
        while inside and level < distance.shape[1]:
            inside = distance[i, level] <= reach
            if inside:
                n += 1.0
                total += size[i, level]
                dx, dy = distance[i, level] - x, total - y
                x += dx / n
                y += dy / n
                xx += dx * (distance[i, level] - x)
                xy += dx * (total - y)
                level += 1
        reached = level < distance.shape[1] and distance[i, level] > reach
        out[i] = xy / xx if reached and xx > 0.0 else np.nan


def average_price(price, size, notional):
    """Average price of an order of `notional` money, a row of (rows, levels) each; see `fills`."""
    return _fill(fills, price, size, float(notional))


def slope(distance, size, reach):
    """Slope of cumulative size against distance within `reach`, a row of (rows, levels) each; see `slopes`."""
    return _fill(slopes, distance, size, float(reach))


def _fill(body, levels, size, number):
    xp, lent = backend.namespace(levels), (backend.lend(levels), backend.lend(size))
    out = backend.namespace(lent[0]).empty(levels.shape[0])
    launch(body, levels.shape[0], *lent, number, out)
    return xp.asarray(out)
