"""Order flow: what takers bought less what they sold, what quotes added less what they took away, and who is large.

Three things go by the name of order flow imbalance and are kept apart: of the book (`l1_imbalance`), of trades
(`order_flow_imbalance`, the paper's `net_order_flow` over a minute: by notional, so that coins of any price compare)
and of the quote's events (`ofi`).
"""

from __future__ import annotations

from kit import backend
from kit.columns import Bars, Depth, Quotes, Seconds, Trades
from kit.factor import factor
from kit.features import net_order_flow, share
from kit.kernels.normal import error_function


@factor(unit="1", mirror=-1, low=-2, high=2)
def flow_momentum(s: Seconds, past, flow="60s", smooth="20s", change="10s"):
    r"""By how much the average flow imbalance differs from what it was `change` ago: a difference, not a ratio.

    .. math:: \bar F_t - \bar F_{t-c}, \; \bar F \text{ the mean of the imbalance over } smooth

    References
    ----------
    The framework's flow_momentum; a percentage of what changes its sign explodes (FRAMEWORK D-17).
    """
    return past.diff(past.mean(net_order_flow(s, past, flow), smooth), change)


@factor(unit="1", mirror=1, low=-1, high=1)
def flow_persistence(s: Seconds, past, window="300s", lag=1):
    r"""Autocorrelation of the flow imbalance of single seconds over `window`.

    Seconds do not overlap: the autocorrelation of an imbalance over a minute is that of its overlap with itself.

    .. math:: \mathrm{corr}(F_s, F_{s-1}), \; F_s = \sum d_i p_i q_i / \sum p_i q_i \text{ of one second}

    References
    ----------
    The framework's flow_persistence; Hasbrouck and Ho (1987), Order arrival, quote behavior, and the return-generating
    process, on the persistence of signs.
    """
    return past.autocorr(net_order_flow(s, past, "1s"), window, lag)


@factor(unit="size", mirror=-1)
def institutional_flow(t: Trades, past, flow="60s", memory="1h", quantile=0.9):
    r"""Size that large takers bought less what they sold in `flow`; large is who exceeds a quantile of earlier orders.

    Rows are to be orders put together again (`kit.sampling.orders`): an order that walked the book is printed as many
    small ones. An order is not among those that it is compared with.

    .. math:: \sum d_i q_i 1[q_i > Q_{0.9}(q_j, \; j < i)]

    References
    ----------
    The framework's institutional_flow, with the threshold and the orders of FRAMEWORK D-26.
    """
    xp, threshold = backend.namespace(t.size), past.lag(past.quantile(t.size, quantile, memory))
    signed = xp.astype(t.side, xp.float64) * t.size
    large = xp.where(t.size > threshold, signed, 0 * signed)
    return past.sum(xp.where(xp.isnan(threshold), threshold, large), flow)


@factor(unit="size", mirror=-1)
def quote_ofi(q: Quotes, past):
    r"""Order flow imbalance of one change of the quote: what the bid gained less what the ask gained.

    .. math:: e_n = Q^b_n 1[P^b_n \ge P^b_{n-1}] - Q^b_{n-1} 1[P^b_n \le P^b_{n-1}]
        - Q^a_n 1[P^a_n \le P^a_{n-1}] + Q^a_{n-1} 1[P^a_n \ge P^a_{n-1}]

    References
    ----------
    Cont, Kukanov and Stoikov (2014), The price impact of order book events.
    """
    return _event(past, q.bid, q.bid_size, q.ask, q.ask_size)


@factor(unit="size", mirror=-1)
def ofi(s: Seconds, past, flow="10s"):
    r"""Order flow imbalance of all changes of the quote in `flow`, event by event.

    .. math:: \sum e_n

    References
    ----------
    Cont, Kukanov and Stoikov (2014), The price impact of order book events.
    """
    return past.sum(s.ofi, flow)


@factor(unit="1", mirror=-1)
def normalised_ofi(s: Seconds, past, flow="10s"):
    r"""Order flow imbalance over the depth of both sides together: the ticks by which it should move the mid.

    .. math:: \mathrm{OFI} / 2 \bar D, \; \bar D = (Q^b + Q^a) / 2

    References
    ----------
    Cont, Kukanov and Stoikov (2014), The price impact of order book events, section 2: the slope is 1 / (2 D).
    """
    return share(past.sum(s.ofi, flow), past.mean(s.bid_size + s.ask_size, flow))


@factor(unit="1", mirror=-1)
def multi_level_ofi(d: Depth, past, flow="10s", levels=5):
    r"""Order flow imbalance of the best `levels` of the book, over their mean depth; the same price of each index.

    From snapshots, not from events: what came and went between two of them is not seen, and a level's identity changes
    when one before it goes.

    .. math:: \sum_m \mathrm{OFI}^m / \sum_m 2 \bar D^m

    References
    ----------
    Xu, Gould and Howison (2018), Multi-level order-flow imbalance in a limit order book; scaled as by Cont, Cucuringu
    and Zhang (2023), Cross-impact of order flow imbalance in equity markets.
    """
    of = range(min(levels, d.bids.shape[1]))
    event = sum(_event(past, d.bids[:, k], d.bid_sizes[:, k], d.asks[:, k], d.ask_sizes[:, k]) for k in of)
    depth = sum(d.bid_sizes[:, k] + d.ask_sizes[:, k] for k in of)
    return share(past.sum(event, flow), past.mean(depth, flow))


def _event(past, bid, bid_size, ask, ask_size):
    return _gained(past, bid, bid_size) - _gained(past, -ask, ask_size)


def _gained(past, price, size):
    """What a side gained: all of a better price, less all of a price that it left, or the change at the same price."""
    xp, price_before, size_before = backend.namespace(price), past.lag(price), past.lag(size)
    missing = 0 * (price + size + price_before + size_before)
    came, went = xp.where(price >= price_before, size, 0 * size), xp.where(price <= price_before, size_before, 0 * size)
    return came - went + missing


@factor(unit="1", mirror=1, low=0, high=1)
def vpin(b: Bars, past, buckets=50):
    r"""How one-sided the last buckets of equal volume were: volume-synchronised probability of informed trading.

    Of bars of equal volume (`kit.sampling.volume_bars`), whose sides the exchange states. Without any information it
    is not 0 but about :math:`\sqrt{2 / (\pi n)}` with n orders of equal size in a bucket: see `kit.flow.vpin`.

    .. math:: \sum |V_b - V_s| / \sum V

    References
    ----------
    Easley, López de Prado and O'Hara (2012), Flow toxicity and liquidity in a high-frequency world, equation 7 (†).
    """
    return share(past.sum(abs(2 * b.buy_volume - b.volume), buckets), past.sum(b.volume, buckets))


@factor(unit="1", mirror=1, low=0, high=1)
def vpin_bvc(b: Bars, past, buckets=50, memory=50):
    r"""VPIN where nobody states the sides: a bar is bought by as much as its price rose.

    Bulk classification, with the standard deviation of the last `memory` bars; without any information it is 1/2 for
    normal changes of the price. Missing where the price stood still throughout.

    .. math:: \sum |2 \Phi(\Delta P / \sigma) - 1| V / \sum V

    References
    ----------
    Easley, López de Prado and O'Hara (2012), Flow toxicity and liquidity in a high-frequency world, equation 4 (†).
    """
    change = past.diff(b.close)
    moved = share(change, past.std(change, memory))
    lean = abs(error_function(moved / 2**0.5))
    return share(past.sum(lean * b.volume, buckets), past.sum(b.volume, buckets))
