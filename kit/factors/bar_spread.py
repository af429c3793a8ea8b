"""Spreads from bars alone: what open, high, low and close give away of a quote that nobody recorded.

- Prices are taken in logarithms; an answer is a share of the price, as the quoted spread over the mid is.
- A bar counts together with the one before it: a window of n rows holds n such pairs.
- Sampling can make what is estimated negative where the spread is small. `negative` says what it is then:
  ``"missing"``, ``"zero"``, ``"absolute"`` (its size, as the authors' packages have it) or ``"signed"`` (as it is).
"""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import Bars
from kit.factor import factor
from kit.features import share
from kit.refusal import Refusal

ROOT = 3 - 2 * 2**0.5
"""A constant of Corwin and Schultz's alpha."""
NEAR_ZERO = {"mirror": "logarithms are reflected but nearly, and a square near zero may come out on its other side"}


@factor(unit="1", low=0)
def roll_spread(b: Bars, past, window="1h", negative="missing"):
    r"""Roll's spread: trades bounce between bid and ask, so that changes of the close reverse.

    .. math:: 2 \sqrt{-\mathrm{cov}(\Delta \log C_t, \Delta \log C_{t-1})}

    References
    ----------
    Roll (1984), A simple implicit measure of the effective bid-ask spread in an efficient market.
    """
    return _bounce(backend.namespace(b.close).log(b.close), past, window, negative)


@factor(unit="price", low=0)
def roll_spread_in_price(b: Bars, past, window="1h", negative="missing"):
    r"""Roll's spread of price changes as they are.

    .. math:: 2 \sqrt{-\mathrm{cov}(\Delta C_t, \Delta C_{t-1})}

    References
    ----------
    Roll (1984), A simple implicit measure of the effective bid-ask spread in an efficient market.
    """
    return _bounce(b.close, past, window, negative)


def _bounce(price, past, window, negative):
    change = past.diff(price)
    return _root(-4 * past.cov(change, past.lag(change), window), negative)


@factor(unit="1", low=0, also={"corwin_schultz_floored": {"floor": True}})
def corwin_schultz(b: Bars, past, window="1h", floor=False, gaps=True, smooth=1, negative="missing"):
    r"""Corwin and Schultz's spread: one spread, but not one variance, is in the range of one bar and of two.

    Of each pair, averaged over `window`; with `floor` a pair below zero counts as zero. With `gaps` a bar that lies
    beyond the close before it is moved back to it. Over `smooth` pairs beta is averaged first; over one, as published.

    .. math:: S = 2 \frac{e^\alpha - 1}{e^\alpha + 1}, \quad
        \alpha = \frac{\sqrt{2 \beta} - \sqrt{\beta}}{3 - 2 \sqrt 2} - \sqrt{\frac{\gamma}{3 - 2 \sqrt 2}}

    References
    ----------
    Corwin and Schultz (2012), A simple way to estimate bid-ask spreads from daily high and low prices.
    """
    xp = backend.namespace(b.high)
    high, low, before = xp.log(b.high), xp.log(b.low), past.lag(xp.log(b.close))
    gap = xp.maximum(0 * high, before - high) + xp.minimum(0 * low, before - low) if gaps else 0 * high
    reach = xp.maximum(high + gap, past.lag(high)) - xp.minimum(low + gap, past.lag(low))
    beta = past.mean(past.sum((high - low) ** 2, 2), smooth)
    alpha = (2**0.5 - 1) / ROOT * xp.sqrt(beta) - reach / ROOT**0.5
    pair = 2 * (xp.exp(alpha) - 1) / (xp.exp(alpha) + 1)
    spread = past.mean(xp.maximum(pair, 0 * pair) if floor else pair, window)
    return _settled(xp.abs(spread), spread < 0, negative)


@factor(unit="1", low=0, off=NEAR_ZERO, also={"abdi_ranaldo_floored": {"floor": True}})
def abdi_ranaldo(b: Bars, past, window="1h", floor=False, negative="missing"):
    r"""Abdi and Ranaldo's spread: the close bounces, the middle of the range does not.

    Root of the mean over `window`, or with `floor` the mean of each pair's root, zero where it has none.

    .. math:: 2 \sqrt{\mathrm E[(c_{t-1} - \eta_{t-1}) (c_{t-1} - \eta_t)]}, \quad \eta = (h + l) / 2

    References
    ----------
    Abdi and Ranaldo (2017), A simple estimation of bid-ask spreads from daily close, high, and low prices.
    """
    xp = backend.namespace(b.high)
    close, middle = past.lag(xp.log(b.close)), (xp.log(b.high) + xp.log(b.low)) / 2
    square = 4 * (close - past.lag(middle)) * (close - middle)
    return past.mean(_root(square, "zero"), window) if floor else _root(past.mean(square, window), negative)


@factor(unit="1", low=0, off=NEAR_ZERO,
        also={name: {"of": name} for name in ("ohl_spread", "chlo_spread", "chl_spread")})
def ohlc_spread(b: Bars, past, window="1h", of="ohlc_spread", negative="missing"):
    r"""One of the four products of log returns whose mean is the squared spread, whatever the variance.

    .. math:: S^2 = -\frac{8}{\pi} \left(\mathrm E[r\,r'] - \mathrm E[r] \mathrm E[\tau r'] / \mathrm E[\tau]\right)

    OHL has r from open to middle and r' from the last middle to the open; OHLC the same r, and r' from the last close
    to the open; CHL r from the last close to the middle and r' from the last middle to the last close; CHLO the same
    r', and r from the last close to the open. tau is 1 where the bar saw a price move, pi counts how often open (or
    last close) is not at an extreme.

    References
    ----------
    Ardia, Guidotti and Kroencke (2024), Efficient estimation of bid-ask spreads from open, high, low, and close prices.
    """
    r = _Returns(b, past, window)
    chosen = {"ohl_spread": (r.o_to_m, r.m1_to_o, r.open), "ohlc_spread": (r.o_to_m, r.c1_to_o, r.open),
              "chl_spread": (r.c1_to_m, r.m1_to_c1, r.close), "chlo_spread": (r.c1_to_o, r.m1_to_c1, r.close)}[of]
    return _root(r.mean_and_variance(chosen)[0], negative)


@factor(unit="1", low=0)
def edge(b: Bars, past, window="1h", negative="missing"):
    r"""EDGE: the four products in two pairs, weighted by how little each varies; missing prices are left out.

    .. math:: S^2 = \frac{v_2 \mathrm E[x_1] + v_1 \mathrm E[x_2]}{v_1 + v_2}, \quad
        x_1: \mathrm{OHL}, \mathrm{CHL}; \; x_2: \mathrm{OHLC}, \mathrm{CHLO}

    References
    ----------
    Ardia, Guidotti and Kroencke (2024), Efficient estimation of bid-ask spreads from open, high, low, and close prices.
    """
    r = _Returns(b, past, window)
    e1, v1 = r.mean_and_variance((r.o_to_m, r.m1_to_o, r.open), (r.c1_to_m, r.m1_to_c1, r.close))
    e2, v2 = r.mean_and_variance((r.o_to_m, r.c1_to_o, r.open), (r.c1_to_o, r.m1_to_c1, r.close))
    xp = backend.namespace(e1)
    alike = (e1 + e2) / 2
    square = xp.where(v1 + v2 > 0, share(v2 * e1 + v1 * e2, v1 + v2), alike)
    return _root(xp.where(r.moved < 2, xp.asarray(np.nan), square), negative)


class _Returns:
    """Log returns between open, middle of the range and close, of a bar and the one before, and means of them."""

    def __init__(self, b, past, window):
        self.past, self.window, self.xp = past, window, backend.namespace(b.open)
        o, h, lo, c = (self.xp.log(price) for price in (b.open, b.high, b.low, b.close))
        m = (h + lo) / 2
        h1, l1, c1, m1 = (past.lag(price) for price in (h, lo, c, m))
        self.o_to_m, self.c1_to_m, self.m1_to_o, self.c1_to_o, self.m1_to_c1 = m - o, m - c1, o - m1, o - c1, c1 - m1
        self.tau = self.xp.maximum(self._differ(h, lo), self._differ(lo, c1))
        self.moved, self.share_moved = self._sum(self.tau), self._mean(self.tau)
        self.open = self._inside(o, h, lo)
        self.close = self._inside(c1, h1, l1)

    def _differ(self, x, y):
        """1 where they differ, 0 where they do not, missing where either is."""
        return self.xp.where(self.xp.isnan(x + y), self.xp.asarray(np.nan), self.xp.astype(x != y, self.xp.float64))

    def _inside(self, price, high, low):
        """How often a price is not the highest, and not the lowest, of a bar that moved."""
        return self._mean(self.tau * self._differ(price, high)) + self._mean(self.tau * self._differ(price, low))

    def _sum(self, x):
        return self.past.sum(self.xp.where(self.xp.isnan(x), self.xp.zeros_like(x), x), self.window)

    def _mean(self, x):
        """Mean of those that are known."""
        known = self.xp.astype(~self.xp.isnan(x), self.xp.float64)
        return share(self._sum(x), self.past.sum(known, self.window))

    def mean_and_variance(self, *products):
        """Mean and variance of the average of squared spreads, each of two returns and the share of prices inside."""
        terms, weights = [], []
        for r, other, inside in products:
            scale = share(-8 / len(products) + 0 * inside, inside)
            terms += [r * other, self.tau * other]
            weights += [scale, -scale * share(self._mean(r), self.share_moved)]
        known = 0 * sum(terms)
        mean = sum(w * self._mean(x + known) for w, x in zip(weights, terms, strict=True))
        square = sum(v * w * self._mean(x * y + known) for v, x in zip(weights, terms, strict=True)
                     for w, y in zip(weights, terms, strict=True))
        return mean, self.xp.maximum(square - mean**2, 0 * square)


def _root(square, negative):
    xp = backend.namespace(square)
    return _settled(xp.sqrt(xp.abs(square)), square < 0, negative)


def _settled(size, below, negative):
    """A size, and where it was one below zero what `negative` says."""
    xp = backend.namespace(size)
    instead = {"missing": xp.asarray(np.nan), "zero": 0 * size, "absolute": size, "signed": -size}
    if negative not in instead:
        raise Refusal(f"unknown choice {negative!r} for negative estimates", remedy=f"one of {', '.join(instead)}")
    return xp.where(below, instead[negative], size)
