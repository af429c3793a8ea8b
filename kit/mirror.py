"""A market seen from its other side: the tables of `kit.columns` with bid and ask, buys and sells exchanged."""

from __future__ import annotations

from kit.columns import Bars, Blocks, Curve, Depth, Matched, Seconds, Trades, Venues


def mirror(columns, about):
    """The same market seen from the other side: bid and ask, buys and sells exchanged.

    Prices are reflected, ``about - price``: differences change sign, so what is bullish becomes bearish. A factor of
    returns mirrors up to the size of the return itself. Blocks of a chain have no sides and stay what they are.

    Parameters
    ----------
    columns : NamedTuple of arrays
    about : float
        Twice the price about which to reflect; one value for all tables of a market.
    """
    if isinstance(columns, Blocks):
        return columns
    if isinstance(columns, Seconds):
        return _mirror_seconds(columns, about)
    if isinstance(columns, Trades):
        return columns._replace(price=about - columns.price, side=-columns.side)
    if isinstance(columns, Bars):
        return columns._replace(open=about - columns.open, high=about - columns.low, low=about - columns.high,
                                close=about - columns.close, quote_volume=about * columns.volume - columns.quote_volume,
                                buy_volume=columns.volume - columns.buy_volume)
    if isinstance(columns, Curve):
        return columns._replace(index=about - columns.index, skew=-columns.skew)
    if isinstance(columns, Venues):
        return columns._replace(price=about - columns.price, bid=about - columns.ask, ask=about - columns.bid)
    if isinstance(columns, Depth):
        return columns._replace(bids=about - columns.asks, bid_sizes=columns.ask_sizes,
                                asks=about - columns.bids, ask_sizes=columns.bid_sizes)
    touch = columns._replace(bid=about - columns.ask, bid_size=columns.ask_size,
                             ask=about - columns.bid, ask_size=columns.bid_size)
    return touch._replace(price=about - columns.price, side=-columns.side) if isinstance(columns, Matched) else touch


def _mirror_seconds(s, about):
    return s._replace(bid=about - s.ask, bid_size=s.ask_size, ask=about - s.bid, ask_size=s.bid_size,
                      buy_volume=s.sell_volume, sell_volume=s.buy_volume,
                      notional=about * s.volume - s.notional,
                      buy_notional=about * s.sell_volume - s.sell_notional,
                      sell_notional=about * s.buy_volume - s.buy_notional, ofi=-s.ofi)
