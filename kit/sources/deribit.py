"""Deribit recordings: daily snapshots of whole option chains (Parquet), and the DVOL index by the day (CSV)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kit import clock
from kit.sources import tables

RIGHTS = {"C": 1, "P": -1}
STAMP = pa.timestamp("ns", "UTC")
NAMES = {"strike": "strike", "underlying_price": "forward", "index_price": "index", "mark_price": "mark",
         "bid_price": "bid", "ask_price": "ask", "mark_iv": "mark_iv", "delta": "delta", "vega": "vega",
         "open_interest": "open_interest", "volume": "volume"}
"""What the kit calls the numbers of a chain."""
COLUMNS = {"ts": STAMP, "currency": tables.TEXT, "expiry": STAMP, "cp": tables.TEXT} | dict.fromkeys(NAMES,
                                                                                                     tables.NUMBER)
DVOL = {"date": tables.TEXT, "symbol": tables.TEXT} | dict.fromkeys(("open", "high", "low", "close"), tables.NUMBER)
FRACTION = 10.0
"""Volatility above which it cannot be a fraction: 1,000 % a year."""


def chain(path, symbol) -> Iterator[dict[str, pd.DataFrame]]:
    """Options of one currency, all snapshots.

    Parameters
    ----------
    path : path-like
        Parquet, or CSV, with the columns of `COLUMNS`.
    symbol : str
        The currency: BTC, ETH.

    Yields
    ------
    dict of str to frame
        ``chain``: time, expiry, right (+1 call, -1 put), strike, forward, index, mark, bid, ask (premiums in coin),
        mark_iv (annual, 0.6 for 60 %), delta, vega (as stated), open_interest, volume (contracts), in the file's order.

    Raises
    ------
    Refusal
        A missing column, an unknown right, a price that is not positive, a volatility that is no fraction, a call whose
        premium is above 1: it would not be in coin.

    Notes
    -----
    - A bid or ask of 0 is none, and becomes NaN.
    - A snapshot takes minutes: forward and index differ slightly across the rows of one `time`.
    - What has expired by `time` is kept: it was recorded.
    """
    path = Path(path)
    for block in tables.blocks(path, COLUMNS):
        yield {"chain": _options(block, symbol)}


def _options(block, symbol):
    _check(block)
    frame = pd.DataFrame({"time": _stamps(block, "ts"), "expiry": _stamps(block, "expiry"),
                          "right": block.words("cp", RIGHTS),
                          **{new: block.numbers(name) for name, new in NAMES.items()}}, copy=False)
    for side in ("bid", "ask"):
        frame[side] = frame[side].where(frame[side] != 0)
    return frame[pc.equal(block.table["currency"], symbol).to_numpy()].reset_index(drop=True)


def _check(block):
    """Refuse what cannot be an option's row."""
    rows = block.table
    for name in ("strike", "underlying_price", "index_price"):
        block.refuse_first(_not(pc.greater(rows[name], 0)), name, "is not a positive price")
    for name in ("mark_price", "bid_price", "ask_price"):
        block.refuse_first(pc.fill_null(pc.less(rows[name], 0), False), name, "is a negative premium")
    high = pc.or_kleene(pc.less(rows["mark_iv"], 0), pc.greater_equal(rows["mark_iv"], FRACTION))
    block.refuse_first(pc.fill_null(high, False), "mark_iv", "is no volatility as a fraction, 0.6 for 60 %")
    dear = pc.and_(pc.equal(rows["cp"], "C"), pc.greater(rows["mark_price"], 1))
    block.refuse_first(pc.fill_null(dear, False), "mark_price", "is no premium of a call in coin")


def _not(condition):
    """True where a condition does not hold, or is unknown."""
    return pc.invert(pc.fill_null(condition, False))


def _stamps(block, name):
    return clock.utc(block.complete(name).astype("M8[ns]").astype(np.int64))


def dvol(path, symbol) -> Iterator[dict[str, pd.DataFrame]]:
    """The DVOL index of one currency by the day.

    Parameters
    ----------
    path : path-like
        CSV with the columns of `DVOL`, index in volatility points.
    symbol : str
        What its column symbol must say.

    Yields
    ------
    dict of str to frame
        ``dvol``: time (end of the day, when the close is known), open, high, low, close (annual volatility, 0.6 for
        60 points), in the file's order, which may be newest first.

    Raises
    ------
    Refusal
        A missing column, another symbol, a date that is none, a value that is not positive, a high below a low.

    Notes
    -----
    - The newest day may have been written before it ended; the file does not say so.
    """
    path = Path(path)
    for block in tables.blocks(path, DVOL):
        block.refuse_first(pc.not_equal(block.table["symbol"], symbol), "symbol", f"in a file of {symbol}")
        for name in ("open", "high", "low", "close"):
            block.refuse_first(_not(pc.greater(block.table[name], 0)), name, "is not positive")
        block.refuse_first(pc.less(block.table["high"], block.table["low"]), "high", "is below the low")
        values = {name: block.numbers(name) / 100 for name in ("open", "high", "low", "close")}
        yield {"dvol": pd.DataFrame({"time": _ends(block), **values})}


def _ends(block):
    parsed = pc.strptime(block.table["date"], format="%Y-%m-%d", unit="s", error_is_null=True)
    block.refuse_first(pc.is_null(parsed), "date", "is not YYYY-MM-DD")
    return clock.utc(parsed.cast("int64").to_numpy() * clock.SECOND + clock.UNITS["d"])
