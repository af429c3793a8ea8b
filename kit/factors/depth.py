"""What the book offers behind the touch: how much, on which side, how steeply, and at what cost.

- Distances are per cent of a reference price: the mid (``reference="mid"``, as Binance publishes depth), or the best
  price of each side (``"touch"``, as Kaiko does).
- A book is known as far as its levels go. What lies within a distance that they do not reach is missing, and so is
  everything about an empty side: never 0, never infinite (FRAMEWORK D-31).
"""

from __future__ import annotations

from kit.columns import Depth
from kit.factor import factor
from kit.features import share
from kit.kernels import ladders
from kit.refusal import Refusal

LEVELS = (0.1, 0.5, 1.0, 2.0)
"""Per cent, of the framework."""
MONEY = {"scale": "the notional is an amount of money", "mirror": "at reflected prices it buys another size"}


def _at_levels(name):
    """The framework's names of one formula, one for each distance."""
    return {f"{name}_{level}pct": {"level": level} for level in LEVELS}


@factor(unit="size", low=0, also=_at_levels("total_depth"))
def total_depth(d: Depth, level=1.0, reference="mid"):
    r"""Size of both sides within `level` per cent of the reference price.

    .. math:: B_L + A_L, \quad B_L = \sum_{P_k \ge R (1 - L / 100)} Q_k

    References
    ----------
    The framework's total_depth_{L}pct.
    """
    bid, ask = _depths(d, level, reference)
    return bid + ask


@factor(unit="1", mirror=-1, low=-1, high=1, also=_at_levels("depth_imbalance"))
def depth_imbalance(d: Depth, level=1.0, reference="mid"):
    r"""Share of the size within `level` per cent that is bid, less the share that is ask; missing where there is none.

    .. math:: (B_L - A_L) / (B_L + A_L)

    References
    ----------
    The framework's depth_imbalance_{L}pct.
    """
    bid, ask = _depths(d, level, reference)
    return share(bid - ask, bid + ask)


@factor(unit="1", low=-1, also=_at_levels("depth_momentum"))
def depth_momentum(d: Depth, past, level=1.0, window="10s", reference="mid"):
    r"""Change of the size within `level` per cent over `window`, as a share; missing where there was none.

    .. math:: D_t / D_{t-w} - 1

    References
    ----------
    The framework's depth_momentum_{L}pct, there over 10 rows.
    """
    bid, ask = _depths(d, level, reference)
    return share(bid + ask, past.lag(bid + ask, window)) - 1


@factor(unit="1", off=MONEY,
        also={f"price_impact_{name}": {"notional": float(name)} for name in ("1e4", "1e5", "1e6")})
def price_impact(d: Depth, notional=1e5):
    r"""What an order of `notional` money costs beyond the mid, as a share of it: the mean of both sides.

    .. math:: (c_{buy} + c_{sell}) / 2

    References
    ----------
    The framework's price_impact, there undefined (FRAMEWORK 3.6).
    """
    return (_cost_of_buying(d, notional) + _cost_of_selling(d, notional)) / 2


@factor(unit="1", mirror="price_impact_sell", off=MONEY)
def price_impact_buy(d: Depth, notional=1e5):
    r"""How far above the mid a market order to buy for `notional` money is filled; missing where the book ends before.

    .. math:: \mathrm{VWAP}_{buy}(Q) / M - 1
    """
    return _cost_of_buying(d, notional)


@factor(unit="1", mirror="price_impact_buy", off=MONEY)
def price_impact_sell(d: Depth, notional=1e5):
    r"""How far below the mid a market order to sell for `notional` money is filled; missing where the book ends before.

    .. math:: 1 - \mathrm{VWAP}_{sell}(Q) / M
    """
    return _cost_of_selling(d, notional)


@factor(unit="size", low=0)
def book_slope(d: Depth, level=1.0, reference="mid"):
    r"""Slope of the size up to a price against its distance, by least squares within `level` per cent.

    In size a per cent of the price, the mean of both sides: large where the book is thick.

    .. math:: \mathrm{cov}(\delta_k, \textstyle\sum_{j \le k} Q_j) / \mathrm{var}(\delta_k)

    References
    ----------
    Næs and Skjeltorp (2006), Order book characteristics and the volume-volatility relation, there of elasticities.
    """
    return sum(_slope(*side, level) for side in _sides(d, reference)) / 2


@factor(unit="1", low=0, high=1, also={"normalised_depth_concentration": {"normalised": True}})
def depth_concentration(d: Depth, level=1.0, normalised=False, reference="mid"):
    r"""Herfindahl index of the sizes of a side's levels within `level` per cent: both sides' mean.

    1 where all lies at one level. With `normalised`, 0 where it is spread evenly; missing where there is one level.

    .. math:: H = \sum Q_k^2 / (\sum Q_k)^2, \quad H^* = (H - 1/n) / (1 - 1/n)

    References
    ----------
    The framework's depth_concentration, there undefined (FRAMEWORK 3.6).
    """
    return sum(_concentration(side, level, normalised) for side in _sides(d, reference)) / 2


def _sides(d, reference):
    """Prices, sizes, reference price and sign of bids and of asks."""
    if reference not in ("mid", "touch"):
        raise Refusal(f"unknown reference price {reference!r}", remedy="mid or touch")
    from_bid, from_ask = (_middle(d), _middle(d)) if reference == "mid" else (d.bids[:, 0], d.asks[:, 0])
    return (d.bids, d.bid_sizes, from_bid, -1), (d.asks, d.ask_sizes, from_ask, 1)


def _depths(d, level, reference):
    """Size within a distance, of bids and of asks; missing where the levels end before it."""
    return [ladders.within(*side, level)[0, :] for side in _sides(d, reference)]


def _concentration(side, level, normalised):
    found = ladders.within(*side, level)
    total, squares, n = (found[k, :] for k in range(3))
    index = share(squares, total**2)
    return share(index * n - 1, n - 1) if normalised else index


def _slope(price, size, reference, side, level):
    return ladders.slope(side * 100 * (price / reference[:, None] - 1), size, level)


def _cost_of_buying(d, notional):
    return ladders.average_price(d.asks, d.ask_sizes, notional) / _middle(d) - 1


def _cost_of_selling(d, notional):
    return 1 - ladders.average_price(d.bids, d.bid_sizes, notional) / _middle(d)


def _middle(d):
    return (d.bids[:, 0] + d.asks[:, 0]) / 2
