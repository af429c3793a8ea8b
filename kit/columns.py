"""What a table is made of: names, units, dtypes, order and mirror, said once.

A table is a frame (pandas or cuDF) at the border and a ``NamedTuple`` of arrays in the middle. `read` takes the one to
the other and refuses what does not fit; nothing behind it checks again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kit import backend
from kit.kernels import checks
from kit.refusal import Refusal

Array = Any


class Quotes(NamedTuple):
    """Best bid and ask, one row a change."""

    time: Array  #: int64, ns since the epoch, exchange clock, not decreasing
    bid: Array  #: price
    bid_size: Array  #: size at the bid
    ask: Array  #: price
    ask_size: Array  #: size at the ask


class Trades(NamedTuple):
    """Prints, one row an execution."""

    time: Array  #: int64, ns since the epoch, exchange clock, not decreasing
    price: Array  #: price
    size: Array  #: size
    side: Array  #: int8, +1 the taker bought, -1 the taker sold, 0 unknown


class Depth(NamedTuple):
    """Order book by level, arrays of shape (rows, levels), best level first; NaN beyond the book's reach."""

    time: Array  #: int64, ns since the epoch, exchange clock, not decreasing
    bids: Array  #: price
    bid_sizes: Array  #: size
    asks: Array  #: price
    ask_sizes: Array  #: size


class Bars(NamedTuple):
    """Candles, stamped when they close: a bar's values are known at its `time`."""

    time: Array  #: int64, ns since the epoch, close of the bar, not decreasing
    open: Array  #: price
    high: Array  #: price
    low: Array  #: price
    close: Array  #: price
    volume: Array  #: size
    quote_volume: Array  #: notional
    n_trades: Array  #: count
    buy_volume: Array  #: size that takers bought


class Seconds(NamedTuple):
    """The 1-second grid: what was known at `time`, and what happened in the second that ends there.

    The quote is the last one at or before `time`, NaN once it is stale; sums run over (time - 1 s, time].
    Every sum is 0 in a second without trades: zero is a number.
    """

    time: Array  #: int64, ns since the epoch, whole seconds, regular
    bid: Array  #: price
    bid_size: Array  #: size
    ask: Array  #: price
    ask_size: Array  #: size
    n_trades: Array  #: count of prints
    volume: Array  #: size traded
    buy_volume: Array  #: size that takers bought
    sell_volume: Array  #: size that takers sold
    notional: Array  #: notional, sum of price x size
    buy_notional: Array  #: notional that takers bought
    sell_notional: Array  #: notional that takers sold
    squared_size: Array  #: size^2, sum over taker orders
    dispersion: Array  #: price^2 x size, sum of size x (price - the second's VWAP)^2


KINDS = {"quotes": Quotes, "trades": Trades, "depth": Depth, "bars": Bars, "seconds": Seconds}

PRICES = {"bid", "ask", "bids", "asks", "price", "open", "high", "low", "close"}
SIZES = {"bid_size", "ask_size", "bid_sizes", "ask_sizes", "size", "volume", "buy_volume", "sell_volume"}


def levels(frame) -> int:
    """Number of book levels in a depth frame (columns ``bid_0, bid_size_0, ask_0, ask_size_0, bid_1 ...``)."""
    level = 0
    while f"bid_{level}" in frame.columns:
        level += 1
    return level


def read(frame, kind, *, file=None):
    """Columns of a frame, checked.

    Parameters
    ----------
    frame : pandas.DataFrame or cudf.DataFrame
        Has the columns of `kind` by name (a depth frame has one per level, see `levels`); more are ignored.
        ``time`` is time-zone aware.
    kind : str
        A key of `KINDS`.
    file : optional
        Named in errors.

    Returns
    -------
    NamedTuple of arrays
        NumPy arrays from pandas, CuPy arrays from cuDF; float64 but for ``time`` (int64 ns) and ``side`` (int8).

    Raises
    ------
    Refusal
        Unknown kind, missing column, wrong dtype, naive or decreasing time, a price that is not positive and finite,
        a size that is negative or missing, a side other than -1, 0, 1. Names the first offending row.
    """
    place = file if file is not None else kind
    if kind not in KINDS:
        raise Refusal(f"unknown kind {kind!r}", file=file, remedy=f"one of {', '.join(KINDS)}")
    fields = {name: _column(frame, name, kind, place) for name in KINDS[kind]._fields}
    _check_order(fields["time"], place)
    for name, array in fields.items():
        _check_values(name, array, kind, place)
    if "side" in fields:
        fields["side"] = fields["side"].astype(np.int8, copy=False)
    return KINDS[kind](**fields)


def _column(frame, name, kind, place):
    if kind == "depth" and name != "time":
        n = levels(frame)
        if n == 0:
            raise Refusal("no book levels", file=place, column=f"{name[:-1]}_0",
                          remedy="name levels bid_0, bid_size_0, ask_0, ...")
        parts = [_column(frame, f"{name[:-1]}_{level}", "", place) for level in range(n)]
        return backend.namespace(parts[0]).stack(parts, axis=1)
    if name not in frame.columns:
        raise Refusal("missing", file=place, column=name, remedy=f"have {', '.join(map(str, frame.columns))}")
    if name == "time":
        return backend.nanoseconds(frame[name], place)
    array = backend.array(frame[name])
    if array.dtype.kind not in "fiu":
        raise Refusal(f"dtype {frame[name].dtype} is not a number", file=place, column=name, remedy="convert it before")
    return array if name == "side" and array.dtype == np.int8 else array.astype(np.float64, copy=False)


def clock_of(frame, place):
    """The ``time`` of a frame, int64 ns; refused where it runs backwards."""
    time = backend.nanoseconds(frame["time"], place)
    _check_order(time, place)
    return time


def _first(bad) -> int | None:
    """First row at which `bad` holds (any level of it), else None."""
    bad = bad if bad.ndim == 1 else bad.any(axis=1)
    return int(bad.argmax()) if bool(bad.any()) else None


def _check_order(time, place):
    if checks.in_order(time):
        return
    raise Refusal("time runs backwards", file=place, column="time", row=_first(time[1:] < time[:-1]) + 1,
                  remedy="sort by time (stable), or read with the exchange's clock")


def _check_values(name, array, kind, place):
    xp = backend.namespace(array)
    missing = kind in ("depth", "seconds")  # beyond the book's reach, or without a fresh quote: missing, not wrong
    if name in PRICES | SIZES:
        if checks.positive(array, name in SIZES, missing):
            return
        bad, what = ~((array > 0) & xp.isfinite(array)), "is not a positive finite price"
        if name in SIZES:
            bad, what = ~((array >= 0) & xp.isfinite(array)), "is not a size >= 0"
    elif name == "side":
        bad, what = (array != 0) & (abs(array) != 1), "is not -1, 0 or 1"
    else:
        return
    if missing:
        bad = bad & ~xp.isnan(array)
    row = _first(bad)
    if row is None:
        return
    if array.ndim == 2:
        level = int(bad[row].argmax())
        array, name = array[:, level], f"{name[:-1]}_{level}"
    raise Refusal(f"{array[row]} {what}", file=place, column=name, row=row,
                  remedy="drop or repair the row at its source")


def mirror(columns, about):
    """The same market seen from the other side: bid and ask, buys and sells exchanged.

    Prices are reflected, ``about - price``: differences change sign, so what is bullish becomes bearish. A factor of
    returns mirrors up to the size of the return itself.

    Parameters
    ----------
    columns : NamedTuple of arrays
    about : float
        Twice the price about which to reflect; one value for all tables of a market.
    """
    if isinstance(columns, Seconds):
        return _mirror_seconds(columns, about)
    if isinstance(columns, Trades):
        return columns._replace(price=about - columns.price, side=-columns.side)
    if isinstance(columns, Bars):
        return columns._replace(open=about - columns.open, high=about - columns.low, low=about - columns.high,
                                close=about - columns.close, quote_volume=about * columns.volume - columns.quote_volume,
                                buy_volume=columns.volume - columns.buy_volume)
    if isinstance(columns, Depth):
        return columns._replace(bids=about - columns.asks, bid_sizes=columns.ask_sizes,
                                asks=about - columns.bids, ask_sizes=columns.bid_sizes)
    return columns._replace(bid=about - columns.ask, bid_size=columns.ask_size,
                            ask=about - columns.bid, ask_size=columns.bid_size)


def _mirror_seconds(s, about):
    return s._replace(bid=about - s.ask, bid_size=s.ask_size, ask=about - s.bid, ask_size=s.bid_size,
                      buy_volume=s.sell_volume, sell_volume=s.buy_volume,
                      notional=about * s.volume - s.notional,
                      buy_notional=about * s.sell_volume - s.sell_notional,
                      sell_notional=about * s.buy_volume - s.buy_notional)
