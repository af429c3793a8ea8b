"""The paper's ten features, and the label that they are to predict: what the mid does in the three seconds behind t.

The paper names its features and gives no formulas. Those below are the kit's, each with its window as a parameter.
"""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.columns import Quotes, Seconds
from kit.factor import factor

PAPER = ("l1_imbalance", "spread", "net_order_flow", "vwap_buy_to_mid", "vwap_sell_to_mid", "volatility",
         "volume_concentration", "volume_traded", "trade_price_variance", "n_trades")
"""The ten features of the paper's appendix, under the names of the framework where it has one."""


@factor(unit="price", low=0, off={"mirror": "a price is reflected, not kept: mid becomes about - mid"})
def mid(q: Quotes):
    r"""Middle of the touch.

    .. math:: (P_a + P_b) / 2

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), section 3.
    """
    return (q.bid + q.ask) / 2


@factor(unit="price", low=0, off={"mirror": "a price is reflected, not kept: microprice becomes about - microprice"})
def microprice(q: Quotes):
    r"""Touch prices weighted by the size on the other side: where the mid leans; missing where both sizes are zero.

    .. math:: (Q_b P_a + Q_a P_b) / (Q_b + Q_a)

    References
    ----------
    Stoikov (2018), The micro-price, there called the weighted mid.
    """
    return share(q.bid_size * q.ask + q.ask_size * q.bid, q.bid_size + q.ask_size)


@factor(unit="size", low=0, mirror="l1_ask_size")
def l1_bid_size(q: Quotes):
    """Size at the best bid.

    .. math:: Q_b
    """
    return q.bid_size


@factor(unit="size", low=0, mirror="l1_bid_size")
def l1_ask_size(q: Quotes):
    """Size at the best ask.

    .. math:: Q_a
    """
    return q.ask_size


@factor(unit="1", mirror=-1, low=-1, high=1)
def l1_imbalance(q: Quotes):
    r"""Share of size at the touch that is bid, less the share that is ask; missing where both are zero.

    .. math:: (Q_b - Q_a) / (Q_b + Q_a)

    References
    ----------
    Gould & Bonart (2016), Queue imbalance as a one-tick-ahead price predictor in a limit order book.
    """
    return share(q.bid_size - q.ask_size, q.bid_size + q.ask_size)


@factor(unit="1", mirror=1, also={"bid_ask_spread": {}})
def spread(q: Quotes):
    r"""Quoted spread as a share of the mid; negative where the book is crossed.

    .. math:: (P_a - P_b) / M

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A.
    """
    return (q.ask - q.bid) / mid(q)


@factor(unit="1", mirror=1, low=0)
def volatility(q: Quotes, past, vol="60s"):
    r"""Standard deviation of the log mid's changes from row to row, over `vol`; per second on the 1-second grid.

    .. math:: \mathrm{sd}(\log M_s - \log M_{s-1}), \; s \in (t - vol, t]

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A; the window is the kit's.
    """
    xp = backend.namespace(q.bid)
    return past.std(past.diff(xp.log(mid(q))), vol)


@factor(unit="1", mirror=-1, low=-1, high=1, also={"order_flow_imbalance": {"flow": "60s"}})
def net_order_flow(s: Seconds, past, flow="10s"):
    r"""Notional that takers bought less what they sold, as a share of all that was traded in `flow`; 0 without trades.

    .. math:: \sum d_i p_i q_i / \sum p_i q_i

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A; the normalisation is the kit's.
    """
    return _ratio(past.sum(s.buy_notional - s.sell_notional, flow), past.sum(s.notional, flow))


@factor(unit="1", mirror="-vwap_sell_to_mid")
def vwap_buy_to_mid(s: Seconds, past, flow="10s"):
    r"""How far above the mid takers bought in `flow`, on average by volume; 0 where they bought nothing.

    .. math:: \mathrm{VWAP}_{buy} / M - 1

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A.
    """
    return _vwap_to_mid(past.sum(s.buy_notional, flow), past.sum(s.buy_volume, flow), (s.bid + s.ask) / 2)


@factor(unit="1", mirror="-vwap_buy_to_mid")
def vwap_sell_to_mid(s: Seconds, past, flow="10s"):
    r"""How far above the mid takers sold in `flow`, on average by volume; 0 where they sold nothing.

    .. math:: \mathrm{VWAP}_{sell} / M - 1

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A.
    """
    return _vwap_to_mid(past.sum(s.sell_notional, flow), past.sum(s.sell_volume, flow), (s.bid + s.ask) / 2)


@factor(unit="1", mirror=1, low=0, high=1)
def volume_concentration(s: Seconds, past, flow="10s"):
    r"""Herfindahl index of the taker orders' sizes in `flow`: 1 for a single order, 0 without trades.

    .. math:: \sum q_i^2 / (\sum q_i)^2

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A; the index is the kit's.
    """
    volume = past.sum(s.volume, flow)
    return _ratio(past.sum(s.squared_size, flow), volume * volume)


@factor(unit="size", mirror=1, low=0)
def volume_traded(s: Seconds, past, flow="10s"):
    r"""Size traded in `flow`.

    .. math:: \sum q_i

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A.
    """
    return past.sum(s.volume, flow)


@factor(unit="bp^2", mirror=1, low=0)
def trade_price_variance(s: Seconds, past, flow="10s"):
    r"""Variance of trade prices about their VWAP in `flow`, weighted by volume, in squared basis points of the mid.

    0 without trades. The variance within seconds and that between their VWAPs add up to it exactly.

    .. math:: 10^8 \sum q_i (p_i - \mathrm{VWAP})^2 / (M^2 \sum q_i)

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A; weights and unit are the kit's.
    """
    xp = backend.namespace(s.volume)
    middle, volume = (s.bid + s.ask) / 2, past.sum(s.volume, flow)
    price = past.last(s.notional / _not_zero(s.volume), s.volume > 0)
    within, between = _ratio(past.sum(s.dispersion, flow), volume), past.var(price, flow, weight=s.volume)
    return xp.where(volume > 0, (within + between) / middle**2 * 1e8, within / middle)


@factor(unit="count", mirror=1, low=0)
def n_trades(s: Seconds, past, flow="10s"):
    r"""Number of prints in `flow`.

    .. math:: \#\{i\}

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), appendix A.
    """
    return past.sum(s.n_trades, flow)


@factor(unit="1", mirror=-1)
def log_return(q: Quotes, future, horizon="3s"):
    r"""Change of the log mid over the next `horizon`: the label. Known at t + horizon.

    .. math:: \log M_{t+h} - \log M_t

    References
    ----------
    Explainable Patterns in Cryptocurrency Microstructure (2026), section 3.
    """
    xp = backend.namespace(q.bid)
    value = xp.log(mid(q))
    return future.at(value, horizon) - value


def _not_zero(x):
    """x, with 1 in place of 0, to divide by where the quotient is not used."""
    xp = backend.namespace(x)
    return xp.where(x == 0, xp.ones_like(x), x)


def share(part, whole):
    """part / whole, and missing where the whole is 0."""
    xp = backend.namespace(whole)
    return xp.where(whole == 0, xp.asarray(np.nan), part / _not_zero(whole))


def _ratio(part, whole):
    """part / whole, and 0 where the whole is 0: nothing was traded, and that is a number."""
    xp = backend.namespace(whole)
    return xp.where(whole == 0, xp.zeros_like(whole), part / _not_zero(whole))


def _vwap_to_mid(notional, volume, middle):
    xp = backend.namespace(volume)
    return xp.where(volume == 0, 0 * middle, notional / _not_zero(volume) / middle - 1)
