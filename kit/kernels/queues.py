"""Queues at the touch that gain and lose one unit at a time, and are filled anew where one of them empties."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch


def worn(lo, hi, reals, whole, steps, refills, most, every, bid, ask, price):
    """One item: one book. `steps` are 0 to 3: the bid gains or loses a unit, the ask gains or loses one."""
    for book in range(lo, hi):
        used, at = 0, 0
        b, a = refills[book, 0, 0], refills[book, 0, 1]
        for i in range(steps.shape[1]):
            if i % every == 0:
                bid[book, i // every], ask[book, i // every], price[book, i // every] = b, a, at
            step = steps[book, i]
            change = 1 - 2 * (step % 2)
            if step < 2:
                b = min(b + change, most[book])
            else:
                a = min(a + change, most[book])
            if b == 0 or a == 0:
                at += 1 if a == 0 else -1
                used += 1
                b, a = refills[book, used, 0], refills[book, used, 1]


def wear(steps, refills, most, every=1):
    """Books before each step, or before one step in so many.

    Parameters
    ----------
    steps : array of int8, shape (books, n)
        0: the bid gains a unit, 1: it loses one, 2: the ask gains one, 3: it loses one.
    refills : array of int64, shape (books, enough, 2)
        Sizes of bid and ask, at the start and after each move of the price; at least 1. No more than n divided by the
        smallest size, and one, are ever used.
    most : array of int64, shape (books,)
        Units beyond which a queue does not grow.
    every : int
        Books before the steps 0, `every`, 2 `every` … are kept.

    Returns
    -------
    bid, ask, price : arrays of int64, shape (books, ceil(n / every))
        Units at the best prices, and moves of the price since the start.
    """
    xp = backend.namespace(steps)
    steps, refills, most = backend.lend(steps), backend.lend(refills), backend.lend(most)
    shape = steps.shape[0], -(-steps.shape[1] // every)
    out = [backend.namespace(steps).empty(shape, dtype=np.int64) for _ in range(3)]
    launch(worn, steps.shape[0], steps, refills, most, every, *out)
    return tuple(map(xp.asarray, out))
