"""What a surprising order does to the price once all that follows from it has happened: Hasbrouck's regressions.

The price answers orders, orders answer the price, and orders follow orders. Where the impact of an order is looked at
in isolation, later orders that it announced are counted as its own or not at all; here they are counted once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS
from kit.refusal import Refusal


def impulse(change, side, time, lags=5, steps=20, by=BLOCKS) -> pd.DataFrame:
    r"""Cumulated change of the mid after a buy that nothing announced, order by order.

    .. math:: r_t = \sum_{i=1}^p a_i r_{t-i} + \sum_{i=0}^p b_i x_{t-i} + e_t, \quad
              x_t = \sum_{i=1}^p c_i r_{t-i} + \sum_{i=1}^p d_i x_{t-i} + u_t

    - Rows are orders; changes are taken to have no mean, nor sides.
    - Intervals are by the stationary bootstrap over blocks of time; regressions run within blocks of lags as they were.

    Parameters
    ----------
    change : array of float, shape (n,)
        Of the mid (a log return, or basis points) from each order to the next, not signed by its side.
    side : array, shape (n,)
        +1 bought, -1 sold.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch.
    lags, steps : int
        p, and how many orders later it is looked at.

    Returns
    -------
    pandas.DataFrame
        A row an order later, from 0, the buy itself: ``change`` with ``change_low`` and ``change_high``. Its last rows
        are the permanent impact.

    Raises
    ------
    Refusal
        There are not many more orders than coefficients.

    References
    ----------
    Hasbrouck (1991), Measuring the information content of stock trades, equations 4 and 5 (†).
    """
    rows = _lagged(np.asarray(change, dtype=np.float64), np.asarray(side, dtype=np.float64), lags)
    known = np.isfinite(rows).all(axis=1)
    if known.sum() < 10 * rows.shape[1]:
        raise Refusal(f"{known.sum()} orders are too few for {lags} lags", remedy="fewer lags, or a longer recording")
    rows, block = rows[known], by.block_of(np.asarray(time)[lags:][known])
    begins = np.flatnonzero(np.diff(block, prepend=-1))
    grams = np.stack([part.T @ part for part in np.split(rows, begins[1:])])

    def after(sums):
        return _after(sums, lags, steps)

    drawn = after(by.resampled(grams, after))
    scores = [by.scored(value, column, len(rows)) for value, column in zip(after(grams.sum(axis=0)), drawn.T,
                                                                           strict=True)]
    return pd.DataFrame([{"change": s.value, "change_low": s.low, "change_high": s.high} for s in scores])


def _lagged(change, side, lags):
    """A row an order: change, side, then both of each order before."""
    n = len(change)
    before = [series[lags - k:n - k] for k in range(1, lags + 1) for series in (change, side)]
    return np.column_stack([change[lags:], side[lags:], *before])


def _after(grams, lags, steps):
    """Cumulated change from sums of products, shape (..., k, k) -> (..., steps + 1)."""
    price = _regressed(grams, 0, slice(1, None))
    orders = _regressed(grams, 1, slice(2, None))
    seen = np.zeros((*grams.shape[:-2], 2 * lags))
    changes = []
    for step in range(steps + 1):
        side = (orders * seen).sum(axis=-1) + (step == 0)
        change = price[..., 0] * side + (price[..., 1:] * seen).sum(axis=-1)
        seen = np.concatenate([change[..., None], side[..., None], seen[..., :-2]], axis=-1)
        changes.append(change)
    return np.cumsum(np.stack(changes, axis=-1), axis=-1)


def _regressed(grams, of, on):
    return np.linalg.solve(grams[..., on, on], grams[..., on, of][..., None])[..., 0]
