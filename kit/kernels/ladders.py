"""Kernels that walk one side of a book from the touch outwards, a row at a time."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch


def fills(lo, hi, reals, whole, price, size, notional, out):
    """Average price of an order that takes `notional` of money from each row's levels; missing where it runs out.

    A missing level ends the book.
    """
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

    Missing where the levels end before, or fewer than two lie within; a missing level ends the book.
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


def sums(lo, hi, reals, whole, price, size, reference, side, reach, out):
    """Size, squared size and number of the levels within `reach` per cent of each row's reference, a row of `out` each.

    Bids (`side` -1) below it, asks (1) above. Missing where the levels end before; a missing level is passed over.
    """
    for i in range(lo, hi):
        total, squares, n, away, level = 0.0, 0.0, 0.0, -np.inf, 0
        while away < reach and level < price.shape[1]:
            distance = side * 100.0 * (price[i, level] / reference[i] - 1.0)
            if distance == distance:
                away = distance
            if distance <= reach:
                total += size[i, level]
                squares += size[i, level] * size[i, level]
                n += size[i, level] > 0.0
            level += 1
        out[0, i], out[1, i], out[2, i] = total, squares, n
        if not away >= reach:
            out[0, i] = out[1, i] = out[2, i] = np.nan


def within(price, size, reference, side, reach):
    """Size, squared size and number of levels within `reach` per cent of `reference` (rows,); see `sums`.

    Parameters
    ----------
    price, size : array, shape (rows, levels)
        Best level first.
    reference : array, shape (rows,)
    side : {-1, 1}
        Bids lie below the reference, asks above it.
    reach : float

    Returns
    -------
    array, shape (3, rows)
    """
    xp, lent = backend.namespace(price), [backend.lend(a) for a in (price, size, reference)]
    out = backend.namespace(lent[0]).empty((3, price.shape[0]))
    launch(sums, price.shape[0], *lent, float(side), float(reach), out)
    return xp.asarray(out)


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
