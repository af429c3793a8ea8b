"""What a table is made of: names, units, dtypes and order, said once.

A table is a frame (pandas or cuDF) at the border and a ``NamedTuple`` of arrays in the middle. `read` takes the one to
the other and refuses what does not fit; nothing behind it checks again.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kit import backend, values
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


class Blocks(NamedTuple):
    """Blocks of a chain, one row each: its gas, its fees, what was extracted in it and who built it.

    Prices are wei for a unit of gas (or any other unit of the chain's coin), sizes are gas; amounts are their product.
    Counts are 0 in a block where nothing of the kind happened, and NaN where nobody looked. All of it is known when the
    block arrives, some seconds after its `time`: what is set beside another market must wait for the next slot.
    """

    time: Array  #: int64, ns since the epoch, when the block was due, not decreasing
    base_fee: Array  #: price, burnt; 0 before EIP-1559
    gas_used: Array  #: size
    gas_limit: Array  #: size
    n_txs: Array  #: count of transactions
    tip: Array  #: price above the base fee, mean over the gas used
    tip_dispersion: Array  #: Gini coefficient of the transactions' priority fees, in [0, 1)
    top_share: Array  #: share of the priority fees that the first tenth of the block's gas paid, in [0, 1]
    fee_order: Array  #: rank correlation of priority fee and place in the block, in [-1, 1]
    payments: Array  #: price x size, what calls paid to the producer besides the fees
    n_swaps: Array  #: count
    sandwiches: Array  #: count
    victims: Array  #: count of transactions that were sandwiched
    displaced: Array  #: count of transactions that were front-run by displacement
    arbitrages: Array  #: count
    liquidations: Array  #: count
    jits: Array  #: count of positions opened for one block
    extracted: Array  #: price x size, net profit of what was detected
    lost: Array  #: price x size, what victims would have kept
    builder: Array  #: int64, who built it; -1 unknown
    value: Array  #: price x size, what the builder paid to the proposer
    bid_time: Array  #: seconds into the slot at which the winning bid reached the relay, negative before it


KINDS = {"quotes": Quotes, "trades": Trades, "depth": Depth, "bars": Bars, "seconds": Seconds, "matched": Matched,
         "venues": Venues, "curve": Curve, "blocks": Blocks}

TENORS = (7, 14, 30, 60, 90, 180)
"""Days, the constant maturities of a curve."""

WIDE = {"depth": {"bids": "bid", "bid_sizes": "bid_size", "asks": "ask", "ask_sizes": "ask_size"},
        "venues": {name: name for name in ("price", "bid", "ask", "volume", "age")},
        "curve": {name: name for name in ("atm", "model_free", "skew")}}
"""Arrays of more than one column, and what their columns in a frame begin with (see `labels`)."""


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
        NumPy arrays from pandas, CuPy arrays from cuDF; float64 but for ``time`` (int64 ns), ``side`` (int8) and
        keys (int64). Those of a wide kind have a column for each of its `labels`.

    Raises
    ------
    Refusal
        Unknown kind, missing column, wrong dtype, naive or decreasing time, a price that is not positive and finite,
        a size or fee that is negative, a side other than -1, 0, 1, a key that is not whole or below -1; a price or size
        that is missing where it may not (`kit.values`). Names the first offending row.
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
    values.check_order(fields["time"], place)
    for name, array in fields.items():
        values.check(name, array, [f"{wide[name]}_{mark}" for mark in marks] if name in wide else [name], kind, place)
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
    array, whole = backend.array(frame[name]), name in values.KEYS
    if array.dtype.kind not in ("iu" if whole else "fiu"):
        raise Refusal(f"dtype {frame[name].dtype} is not a {'whole ' * whole}number", file=place, column=name,
                      remedy="convert it before")
    if name == "side" and array.dtype == np.int8:
        return array
    return array.astype(np.int64 if whole else np.float64, copy=False)


def clock_of(frame, place):
    """The ``time`` of a frame, int64 ns; refused where it runs backwards."""
    time = backend.nanoseconds(frame["time"], place)
    values.check_order(time, place)
    return time
