"""What orders do to the price: power laws of size with the exponent free, and Kyle's slope.

Public trades are no metaorders: who splits an order over an hour is seen as a hundred small ones. What is fitted here
is the impact of single orders at the touch, and says nothing on the square-root law of metaorders.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import backend, columns
from kit.bootstrap import BLOCKS, Score, ratio
from kit.evaluate.hac import bandwidth
from kit.refusal import Refusal
from kit.units import BP

WARNING = "trade-level impact: public trades are no metaorders, and no law of metaorders follows"
BINS = 24
OUTERMOST = 10
"""Orders that the smallest and the largest group hold at least."""
EXPONENTS = np.linspace(0, 2, 2001)
"""Exponents that are tried; one at either end is no answer."""


@dataclass(frozen=True)
class Sizes:
    """Impacts grouped by size and by block of time: all that the fits need."""

    x: np.ndarray  #: mean size of each group, shape (bins,)
    sums: np.ndarray  #: number of orders and sum of their impacts, shape (blocks, bins, 2)
    n: int

    @property
    def mean(self):
        """Mean impact of each group, shape (bins,)."""
        return ratio(*self.sums.sum(axis=0).T[::-1])


@dataclass(frozen=True)
class Law:
    """A fitted :math:`I = Y x^\\delta`."""

    amplitude: Score
    exponent: Score
    method: str

    def at(self, x):
        """Impact of size x."""
        return self.amplitude.value * np.asarray(x) ** self.exponent.value


def grouped(size, impact, time, bins=BINS, by=BLOCKS) -> Sizes:
    """Orders grouped by size, in bins that are equal on a logarithmic scale; the outermost hold the few beyond.

    Parameters
    ----------
    size : array of float, shape (n,)
        Positive.
    impact : array of float, shape (n,)
        Signed by the order's side. Rows in which it is missing are left out; those in which it is negative are not.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch.

    Raises
    ------
    Refusal
        There are hardly any orders, or they have one size.
    """
    known = np.isfinite(impact) & (size > 0)
    size, impact, time = size[known], impact[known], time[known]
    low, high = np.sort(size)[[OUTERMOST, -OUTERMOST - 1]] if len(size) > 2 * OUTERMOST else (1.0, 1.0)
    if low == high:
        raise Refusal("orders of one size tell nothing about size", column="size", remedy="a longer recording")
    which = np.floor(bins * np.log(size / low) / np.log(high / low)).clip(0, bins - 1)
    used, which = np.unique(which, return_inverse=True)
    block = by.block_of(time)
    cell = block * len(used) + which
    sums = [np.bincount(cell, w, minlength=(block.max() + 1) * len(used)) for w in (np.ones(len(size)), impact)]
    x = np.bincount(which, size) / np.bincount(which)
    return Sizes(x, np.stack(sums, axis=-1).reshape(-1, len(used), 2), len(size))


def moves(met) -> pd.DataFrame:
    """What the mid did from each order of a recording to the next.

    Parameters
    ----------
    met : frame
        Orders with the quote strictly before each (`kit.sampling.matched` of `kit.sampling.orders`).

    Returns
    -------
    pandas.DataFrame
        A row an order but the last: ``time`` (int64 ns), ``side``, ``size``, ``change`` (bp of the mid, not signed).
    """
    m = columns.Matched(*map(backend.host, columns.read(met, "matched")))
    change = BP * np.diff(np.log((m.bid + m.ask) / 2))
    return pd.DataFrame({"time": m.time[:-1], "side": m.side[:-1], "size": m.size[:-1], "change": change})


def of_orders(met, bins=BINS, by=BLOCKS) -> Sizes:
    """Orders of a recording grouped by size, in mean order sizes, with their signed `moves` in basis points."""
    m = moves(met)
    relative, impact = m["size"] / m["size"].mean(), m["side"] * m["change"]
    return grouped(relative.to_numpy(), impact.to_numpy(), m["time"].to_numpy(), bins, by)


def least_squares(sizes, by=BLOCKS) -> Law:
    r"""Amplitude and exponent of :math:`I = Y x^\delta` by least squares over orders, none left out.

    - For every exponent the best amplitude is known, so that the exponent is searched alone.
    - Orders of one group count as of its mean size.
    - Intervals are by the stationary bootstrap over blocks of time.

    Parameters
    ----------
    sizes : Sizes
    by : Bootstrap
        The one by which they were grouped.
    """
    def fit(sums):
        count, total = sums[..., 0], sums[..., 1]
        powers = sizes.x[:, None] ** EXPONENTS
        explained, scale = total @ powers, count @ powers**2
        best = np.argmax(explained**2 / scale, axis=-1)
        amplitude = np.take_along_axis(explained / scale, best[..., None], -1)[..., 0]
        inside = (best > 0) & (best < len(EXPONENTS) - 1)
        return np.stack([amplitude, np.where(inside, EXPONENTS[best], np.nan)], axis=-1)

    return _law(sizes, fit, by, "least squares over orders")


def binned_means(sizes, by=BLOCKS) -> Law:
    """The same by a straight line through logarithms of the groups' means, each weighted by its orders.

    Groups whose mean is not positive have no logarithm and are left out, which is said: means are taken first, because
    leaving out single orders that went the other way bends the line (it gives .06 where .5 is true).
    """
    def fit(sums):
        count, total = sums[..., 0], sums[..., 1]
        level = ratio(total, count)
        weight = np.where(level > 0, count, 0.0)
        x, y = np.broadcast_to(np.log(sizes.x), level.shape), np.log(np.where(level > 0, level, 1.0))
        x, middle = _centred(x, weight)
        y, height = _centred(y, weight)
        slope = ratio((weight * x * y).sum(axis=-1), (weight * x * x).sum(axis=-1))
        return np.stack([np.exp(height - slope * middle), slope], axis=-1)

    left = int((~(sizes.mean > 0)).sum())
    return _law(sizes, fit, by, f"line through logarithms of binned means, {left} of {len(sizes.x)} bins left out")


def _centred(values, weight):
    """Values less their weighted mean, and the mean."""
    middle = ratio((weight * values).sum(axis=-1), weight.sum(axis=-1))
    return values - middle[..., None], middle


def _law(sizes, fit, by, method):
    amplitude, exponent = fit(sizes.sums.sum(axis=0))
    drawn = fit(by.resampled(sizes.sums, fit))
    return Law(by.scored(amplitude, drawn[..., 0], sizes.n), by.scored(exponent, drawn[..., 1], sizes.n), method)


def by_size(sizes, by=BLOCKS) -> pd.DataFrame:
    """Mean impact by size.

    Returns
    -------
    pandas.DataFrame
        A row a group: ``size``, ``impact`` with ``impact_low`` and ``impact_high``, ``orders``.
    """
    def means(sums):
        return ratio(sums[..., 1], sums[..., 0])

    drawn = means(by.resampled(sizes.sums, means))
    scores = [by.scored(value, column, sizes.n) for value, column in zip(sizes.mean, drawn.T, strict=True)]
    return pd.DataFrame({"size": sizes.x, "impact": sizes.mean, "impact_low": [score.low for score in scores],
                         "impact_high": [score.high for score in scores],
                         "orders": sizes.sums[..., 0].sum(axis=0).astype(int)})


def kyle(change, flow, horizon=1) -> pd.DataFrame:
    r"""Kyle's lambda, :math:`\Delta M = a + \lambda Q + e`, with Newey and West's standard errors.

    Flow and change are of the same interval: the slope holds whatever moved both.

    Parameters
    ----------
    change : array of float, shape (n,)
        Of the mid; rows in which either is missing are left out.
    flow : array of float, shape (n,)
        Bought less sold.
    horizon : int
        Rows that an interval spans.

    Returns
    -------
    pandas.DataFrame
        Rows ``intercept`` and ``lambda``: ``value``, ``low``, ``high`` (95 %).

    References
    ----------
    Kyle (1985), Continuous auctions and insider trading.
    """
    import statsmodels.api as sm

    known = np.isfinite(change) & np.isfinite(flow)
    y, x = np.asarray(change)[known], np.asarray(flow)[known]
    if len(x) < 3 or np.ptp(x) == 0:
        raise Refusal("the flow does not vary", column="flow", remedy="a longer recording")
    fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HAC", cov_kwds={"maxlags": bandwidth(len(x), horizon)})
    return pd.DataFrame({"value": fit.params, "low": fit.params - 1.96 * fit.bse, "high": fit.params + 1.96 * fit.bse},
                        index=["intercept", "lambda"])
