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
    n_quotes: Array  #: count of quotes
    ofi: Array  #: size, what quotes added to the bid and took from the ask, event by event
    resting_spread: Array  #: price, ask - bid weighted by how long each quote stood


class Matched(NamedTuple):
    """Taker orders or prints, each with the quote that stood strictly before it; NaN before the first quote."""

    time: Array  #: int64, ns since the epoch, exchange clock, not decreasing
    price: Array  #: price
    size: Array  #: size
    side: Array  #: int8, +1 the taker bought, -1 the taker sold, 0 unknown
    bid: Array  #: price
    bid_size: Array  #: size at the bid
    ask: Array  #: price
    ask_size: Array  #: size at the ask


class Venues(NamedTuple):
    """One asset at several venues on one clock, arrays of shape (rows, venues); NaN what a venue does not say."""

    time: Array  #: int64, ns since the epoch, not decreasing
    price: Array  #: price last known
    bid: Array  #: price last known
    ask: Array  #: price last known
    volume: Array  #: size traded since the row before
    age: Array  #: seconds since the venue was last heard of


class Curve(NamedTuple):
    """Implied volatility at constant maturities, arrays of shape (rows, tenors); NaN where the chain does not span it.

    All volatilities are annual, 0.6 for 60 %.
    """

    time: Array  #: int64, ns since the epoch, when the chain was known, not decreasing
    index: Array  #: price of the underlying
    atm: Array  #: volatility at the forward
    model_free: Array  #: square root of the model-free variance
    skew: Array  #: volatility of the 25-delta put less that of the 25-delta call
    realised: Array  #: volatility of the underlying over the 30 days that end here, shape (rows,)
    forecast: Array  #: volatility of the underlying over the next 30 days as it was forecast here, shape (rows,)


KINDS = {"quotes": Quotes, "trades": Trades, "depth": Depth, "bars": Bars, "seconds": Seconds, "matched": Matched,
         "venues": Venues, "curve": Curve}

TENORS = (7, 14, 30, 60, 90, 180)
"""Days, the constant maturities of a curve."""

WIDE = {"depth": {"bids": "bid", "bid_sizes": "bid_size", "asks": "ask", "ask_sizes": "ask_size"},
        "venues": {name: name for name in ("price", "bid", "ask", "volume", "age")},
        "curve": {name: name for name in ("atm", "model_free", "skew")}}
"""Arrays of more than one column, and what their columns in a frame begin with (see `labels`)."""

PRICES = {"bid", "ask", "bids", "asks", "price", "open", "high", "low", "close", "index"}
SIZES = {"bid_size", "ask_size", "bid_sizes", "ask_sizes", "size", "volume", "buy_volume", "sell_volume"}
WHOLE = {"quotes": PRICES | SIZES, "trades": PRICES | SIZES | {"side"}, "matched": {"price", "size", "side"},
         "bars": PRICES}
"""What may not be missing: a print without a price is none. Elsewhere what is not known is NaN."""


def labels(frame, kind) -> tuple[str, ...]:
    """What the columns of a wide kind's arrays stand for: levels of a book, venues, tenors. Empty where it has none.

    A depth frame has ``bid_0, bid_size_0, ask_0, ask_size_0, bid_1 ...``, a venues frame ``price_kraken, bid_kraken
    ...``, a curve frame ``atm_7d, model_free_7d ...``.
    """
    if kind == "venues":
        return tuple(name.removeprefix("price_") for name in frame.columns if name.startswith("price_"))
    if kind == "curve":
        return tuple(f"{days}d" for days in TENORS) if f"atm_{TENORS[0]}d" in frame.columns else ()
    return tuple(str(level) for level in range(levels(frame)))


def levels(frame) -> int:
    """Number of book levels in a depth frame."""
    level = 0
    while f"bid_{level}" in frame.columns:
        level += 1
    return level


def read(frame, kind, *, file=None):
    """Columns of a frame, checked.

    Parameters
    ----------
    frame : pandas.DataFrame or cudf.DataFrame
        Has the columns of `kind` by name (a wide kind's carry a label each, see `labels`); more are ignored.
        ``time`` is time-zone aware.
    kind : str
        A key of `KINDS`.
    file : optional
        Named in errors.

    Returns
    -------
    NamedTuple of arrays
        NumPy arrays from pandas, CuPy arrays from cuDF; float64 but for ``time`` (int64 ns) and ``side`` (int8). Those
        of a wide kind have a column for each of its `labels`.

    Raises
    ------
    Refusal
        Unknown kind, missing column, wrong dtype, naive or decreasing time, a price that is not positive and finite,
        a size that is negative, a side other than -1, 0, 1; a price or size that is missing where it may not (`WHOLE`).
        Names the first offending row.
    """
    place = file if file is not None else kind
    if kind not in KINDS:
        raise Refusal(f"unknown kind {kind!r}", file=file, remedy=f"one of {', '.join(KINDS)}")
    wide = WIDE.get(kind, {})
    marks = labels(frame, kind) if wide else ()
    if wide and not marks:
        raise Refusal(f"no columns of {kind}", file=place, remedy=f"see kit.columns.labels; have "
                      f"{', '.join(map(str, frame.columns))}")
    fields = {name: _stacked(frame, wide[name], marks, place) if name in wide else _column(frame, name, place)
              for name in KINDS[kind]._fields}
    _check_order(fields["time"], place)
    for name, array in fields.items():
        _check_values(name, array, [f"{wide[name]}_{mark}" for mark in marks] if name in wide else [name], kind, place)
    if "side" in fields:
        fields["side"] = fields["side"].astype(np.int8, copy=False)
    return KINDS[kind](**fields)


def _stacked(frame, stem, marks, place):
    parts = [_column(frame, f"{stem}_{mark}", place) for mark in marks]
    return backend.namespace(parts[0]).stack(parts, axis=1)


def _column(frame, name, place):
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


def _check_values(name, array, spelled, kind, place):
    """Refuse a value that cannot be; `spelled` are the frame's names of the array's columns."""
    xp = backend.namespace(array)
    missing = name not in WHOLE.get(kind, ())
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
    column = int(bad[row].argmax()) if array.ndim == 2 else 0
    value = array[row, column] if array.ndim == 2 else array[row]
    raise Refusal(f"{value} {what}", file=place, column=spelled[column], row=row,
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
