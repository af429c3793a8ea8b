"""Hyperliquid recordings: the touch (one row a side), trades and 20-level books, CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from kit import clock
from kit.refusal import Refusal
from kit.sources import tables

STAMPS = {"timestamp": tables.NUMBER, "exchange_timestamp": tables.INTEGER}
ROW = {"price": tables.NUMBER, "size": tables.NUMBER, "side": tables.TEXT}
COLUMNS = {"prices": STAMPS | ROW, "trades": STAMPS | ROW | {"trade_id": tables.INTEGER},
           "orderbooks": STAMPS | {"sequence": tables.INTEGER}}
ENDINGS = (".csv.gz", ".csv", ".parquet")


def read(source, symbol) -> Iterator[dict[str, pd.DataFrame]]:
    """Frames of one coin: first its quotes, then its trades, then its depth, as far as there are files.

    Parameters
    ----------
    source : path-like or list of path-like
        The folder that holds ``prices_X``, ``trades_X`` and ``orderbooks_X``, each ``.csv.gz``, ``.csv`` or
        ``.parquet``; or such files themselves.
    symbol : str
        The coin, X.

    Yields
    ------
    dict of str to frame
        ``quotes``, ``trades`` (side of the taker, duplicates kept), ``depth``, rows in recording order.

    Raises
    ------
    Refusal
        No file of the coin, a missing column, an unknown side, a bad number.

    Notes
    -----
    - `time` is exchange_timestamp (ms); `local_time` was recorded as float seconds and is good to 0.24 us.
    - A quote is one message: consecutive rows of one exchange_timestamp, at most one row a side. A repeated side
      begins the next message, so two updates of one millisecond are two quotes.
    - A side that a message leaves out keeps its last price and size. Before both sides are known there is no quote.
    """
    files = _files(source, symbol)
    if not files:
        raise Refusal(f"no prices_{symbol}, trades_{symbol} or orderbooks_{symbol} in {source}",
                      remedy=f"name the folder that has them, ending in {', '.join(ENDINGS)}")
    for what, path in files:
        yield from _READERS[what](path)


def _files(source, symbol):
    """(prices | trades | orderbooks, path) of the coin, in this order."""
    folder = not isinstance(source, (list, tuple))
    paths = sorted(Path(source).iterdir()) if folder else [Path(path) for path in source]
    return [(what, path) for what in COLUMNS for path in paths
            if path.name in {f"{what}_{symbol}{ending}" for ending in ENDINGS}]


def _prices(path):
    """Quotes, of messages of one row a side."""
    touch = pd.DataFrame({name: [np.nan] for name in ("bid", "bid_size", "ask", "ask_size")})
    blocks = tables.whole(tables.blocks(path, COLUMNS["prices"]), "exchange_timestamp")
    for block, times in _timed(path, blocks):
        first, message, sides = _messages(block)
        values = pd.DataFrame(np.nan, index=range(len(first)), columns=touch.columns)
        for name, side in (("bid", 1), ("ask", -1)):
            rows = sides == side
            values.loc[message[rows], name] = block.complete("price")[rows]
            values.loc[message[rows], f"{name}_size"] = block.complete("size")[rows]
        touch = pd.concat([touch.tail(1), values]).ffill()
        times = {name: stamps[first] for name, stamps in times.items()}
        quotes = pd.DataFrame(times | {name: touch[name].to_numpy()[1:] for name in touch}, copy=False)
        yield {"quotes": quotes.dropna(ignore_index=True)}


def _messages(block):
    """First row of each message, each row's message, each row's side."""
    sides, stamps = block.words("side", {"bid": 1, "ask": -1}), block.complete("exchange_timestamp")
    row = np.arange(len(sides))
    fresh = np.ones(len(sides), dtype=bool)
    fresh[1:] = (stamps[1:] != stamps[:-1]) | (sides[1:] == sides[:-1])
    starts = (row - np.maximum.accumulate(np.where(fresh, row, 0))) % 2 == 0
    return starts.nonzero()[0], np.cumsum(starts) - 1, sides


def _trades(path):
    for block, times in _timed(path, tables.blocks(path, COLUMNS["trades"])):
        values = {"price": block.numbers("price"), "size": block.numbers("size"),
                  "side": block.words("side", {"buy": 1, "sell": -1}), "id": block.complete("trade_id")}
        yield {"trades": pd.DataFrame(times | values, copy=False)}


def _orderbooks(path):
    """Depth; ``bid_price_0`` becomes ``bid_0``."""
    levels = {name: tables.NUMBER for name in tables.header(path)
              if name.startswith(("bid_price_", "bid_size_", "ask_price_", "ask_size_"))}
    for block, times in _timed(path, tables.blocks(path, COLUMNS["orderbooks"] | levels)):
        values = {name.replace("price_", ""): block.numbers(name) for name in levels}
        yield {"depth": pd.DataFrame(times | values | {"sequence": block.complete("sequence")}, copy=False)}


def _timed(path, blocks):
    """Blocks with their times."""
    stamps = clock.Stamps(path, "exchange_timestamp")
    for block in blocks:
        time = stamps.nanoseconds(block.complete("exchange_timestamp"), block.row)
        seconds, whole = np.modf(block.complete("timestamp"))
        local = whole.astype("int64") * clock.SECOND + np.rint(seconds * clock.SECOND).astype("int64")
        yield block, {"time": clock.utc(time), "local_time": clock.utc(local)}


_READERS = {"prices": _prices, "trades": _trades, "orderbooks": _orderbooks}
