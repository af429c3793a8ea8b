"""Binance Vision files: quotes, trades, depth bands and bars of USD-M, COIN-M and spot, zipped or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from kit import clock
from kit.refusal import Refusal
from kit.sources import tables

COLUMNS = {
    "bookTicker": ("update_id", "best_bid_price", "best_bid_qty", "best_ask_price", "best_ask_qty",
                   "transaction_time", "event_time"),
    "trades": ("id", "price", "qty", "quote_qty", "time", "is_buyer_maker", "is_best_match"),
    "aggTrades": ("agg_trade_id", "price", "quantity", "first_trade_id", "last_trade_id", "transact_time",
                  "is_buyer_maker", "is_best_match"),
    "bookDepth": ("timestamp", "percentage", "depth", "notional"),
    "klines": ("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count",
               "taker_buy_volume", "taker_buy_quote_volume", "ignore"),
}
"""Columns of each kind of file, as they lie in files without a header; is_best_match in spot files only."""

NAMES = {
    "bookTicker": {"transaction_time": "time", "best_bid_price": "bid", "best_bid_qty": "bid_size",
                   "best_ask_price": "ask", "best_ask_qty": "ask_size", "update_id": "update_id"},
    "trades": {"time": "time", "price": "price", "qty": "size", "is_buyer_maker": "side", "id": "id"},
    "aggTrades": {"transact_time": "time", "price": "price", "quantity": "size", "is_buyer_maker": "side",
                  "agg_trade_id": "id", "first_trade_id": "first_id", "last_trade_id": "last_id"},
    "bookDepth": {"timestamp": "time", "percentage": "percentage", "depth": "depth", "notional": "notional"},
    "klines": {"close_time": "time", "open": "open", "high": "high", "low": "low", "close": "close",
               "volume": "volume", "quote_volume": "quote_volume", "count": "n_trades",
               "taker_buy_volume": "buy_volume", "open_time": "open_time"},
}
"""What the kit calls the columns that it reads."""

MORE = {"base_qty": "base_size", "base_volume": "base_volume", "weighted_avg_price": "weighted_avg_price"}
"""Columns that some files have, read where they are; a base_volume stands in the place of quote_volume."""

FRAMES = {"bookTicker": "quotes", "trades": "trades", "aggTrades": "trades", "bookDepth": "bands", "klines": "bars"}

STAMPS = {"transaction_time", "time", "transact_time", "close_time", "open_time"}
IDS = {"update_id", "id", "agg_trade_id", "first_trade_id", "last_trade_id", "count"}
TYPES = {"timestamp": tables.TEXT, "is_buyer_maker": tables.FLAG} | dict.fromkeys(STAMPS | IDS, tables.INTEGER)


def read(path, kind=None) -> Iterator[dict[str, pd.DataFrame]]:
    """Frames of one Binance Vision file.

    Parameters
    ----------
    path : path-like
        ``.zip`` as downloaded, or its ``.csv`` or ``.csv.gz``; with a header or without; stamps in ms or us.
    kind : str, optional
        A key of `COLUMNS`; by default the one in the file's name (``BTCUSDT-trades-2024-01-01.zip``, an interval
        for klines), else the one whose columns the header has.

    Yields
    ------
    dict of str to frame
        ``quotes`` (bookTicker), ``trades`` (trades; aggTrades have also first_id and last_id), ``bands`` (bookDepth)
        or ``bars`` (klines of trades, mark price, index or premium). Rows are in the file's order: those of
        bookTicker are not always sorted by time.

    Raises
    ------
    Refusal
        Unknown kind, missing column, text where a number belongs, a clock unit that changes, a zip that is
        truncated, corrupt, a bomb, or holds anything but its one CSV.

    Notes
    -----
    - A kline is labelled with its open; a bar's `time` is its close, one unit after close_time, when it is known.
    - Sizes are in the file's unit: COIN-M counts contracts. Its trades have the size in coin as base_size; its bars
      have the volume in coin as base_volume, and a quote_volume of NaN, which the file does not hold.
    - Spaces around a bookDepth timestamp are ignored: real files have some.
    """
    path = Path(path)
    found = tables.header(path)
    kind = kind or _named(path) or _recognised(found)
    if kind not in COLUMNS:
        raise Refusal(f"unknown kind {kind!r} of columns {', '.join(found)}", file=path,
                      remedy=f"comma-separated columns of {', '.join(COLUMNS)}; pass kind= where the name has none")
    names = None if found[0][:1].isalpha() else _unnamed(kind, found, path)
    return _frames(kind, path, tables.blocks(path, _types(kind, names or found), names))


def _named(path):
    """Kind in a file name, if any: ``BTCUSDT-aggTrades-2024-01-01.zip``, ``BTCUSDT-1m-2024-01.zip``."""
    match = re.search(r"-(bookTicker|trades|aggTrades|bookDepth|\d+(?:s|m|h|d|w|mo))-\d{4}-", path.name)
    return match and (match[1] if match[1] in COLUMNS else "klines")


def _recognised(found):
    """Kind of which a header has the columns, if any."""
    for kind, names in NAMES.items():
        if names.keys() - {"quote_volume"} <= set(found):
            return kind
    return None


def _unnamed(kind, found, path):
    """Names of the columns of a file without a header."""
    names = [name for name in COLUMNS[kind] if name != "is_best_match" or len(found) == len(COLUMNS[kind])]
    if len(found) != len(names):
        raise Refusal(f"{len(found)} columns and no header, where {kind} has {len(names)}", file=path,
                      remedy=f"the columns are {', '.join(names)}")
    return names


def _types(kind, found):
    """Columns to read; those of them that the file lacks will be refused."""
    names = [name for name in NAMES[kind] if name != "quote_volume" or "base_volume" not in found]
    return {name: TYPES.get(name, tables.NUMBER) for name in [*names, *(name for name in MORE if name in found)]}


def _frames(kind, path, blocks):
    stamps = {name: clock.Stamps(path, name) for name in STAMPS}
    for block in blocks:
        names = {name: (NAMES[kind] | MORE)[name] for name in block.table.column_names}
        frame = pd.DataFrame({new: _column(block, name, stamps) for name, new in names.items()}, copy=False)
        if kind == "klines":
            frame = _closed(frame, path, stamps["close_time"].unit or "ms")
        yield {FRAMES[kind]: frame}


def _column(block, name, stamps):
    if name in stamps:
        return clock.utc(stamps[name].nanoseconds(block.complete(name), block.row))
    if name == "timestamp":
        return _parsed(block)
    if name == "is_buyer_maker":  # then the taker sold
        return np.where(block.complete(name), -1, 1).astype("int8")
    return block.complete(name) if name in IDS else block.numbers(name)


def _parsed(block):
    text = pc.utf8_trim_whitespace(block.table["timestamp"])
    parsed = pc.strptime(text, format="%Y-%m-%d %H:%M:%S", unit="s", error_is_null=True)
    block.refuse_first(pc.is_null(parsed), "timestamp", "is not YYYY-MM-DD HH:MM:SS")
    return clock.utc(parsed.cast("int64").to_numpy() * clock.SECOND)


def _closed(frame, path, unit):
    """Bars whose `time` is when they are known, and whose quote_volume is one."""
    frame["time"] = frame["time"] + pd.Timedelta(1, unit)
    if re.search(r"USD_(PERP|\d{6})", path.name) and "base_volume" not in frame.columns:
        frame = frame.rename(columns={"quote_volume": "base_volume"})
    return frame if "quote_volume" in frame.columns else frame.assign(quote_volume=np.nan)
