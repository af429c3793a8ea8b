"""Tardis csv.gz files: quotes, trades, book snapshots and incremental L2 updates of any venue, clocks in us."""

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

SIDES = {"buy": 1, "sell": -1, "unknown": 0}
BOOK_SIDES = {"bid": 1, "ask": -1}

HEAD = {"symbol": tables.TEXT, "timestamp": tables.INTEGER, "local_timestamp": tables.INTEGER}
COLUMNS = {
    "updates": {"is_snapshot": tables.FLAG, "side": tables.TEXT, "price": tables.NUMBER, "amount": tables.NUMBER},
    "trades": {"id": tables.TEXT, "side": tables.TEXT, "price": tables.NUMBER, "amount": tables.NUMBER},
    "quotes": dict.fromkeys(("ask_amount", "ask_price", "bid_price", "bid_amount"), tables.NUMBER),
    "depth": dict.fromkeys(("asks[0].price", "asks[0].amount", "bids[0].price", "bids[0].amount"), tables.NUMBER),
}
"""Columns of each kind of frame, besides those of `HEAD`; depth has as many levels as the file."""

_LEVEL = re.compile(r"(bid|ask)s\[(\d+)\]\.(price|amount)")


def read(path, symbol=None) -> Iterator[dict[str, pd.DataFrame]]:
    """Frames of one Tardis file; its header tells the kind.

    Parameters
    ----------
    path : path-like
        ``.csv.gz`` of the data types quotes, book_ticker, trades, book_snapshot_5, book_snapshot_25 or
        incremental_book_L2.
    symbol : str, optional
        The instrument to read from a file of several (Tardis groups PERPETUALS, OPTIONS ...).

    Yields
    ------
    dict of str to frame
        ``quotes``, ``trades`` (side of the taker; id int64 where the file starts with numbers, else text),
        ``depth`` or ``updates`` (a message's rows in one frame), in the file's order.

    Raises
    ------
    Refusal
        A header of no known kind, several symbols of which none is asked for, an unknown side, a bad number.

    Notes
    -----
    - `time` is the exchange's timestamp; of Binance futures it is the time of sending, not of matching.
    - An amount of 0 deletes the level. Rows of one local timestamp are one message.
    - Levels that a book does not have, and the empty side of a quote, are NaN.
    """
    path = Path(path)
    found = tables.header(path)
    kind = next((kind for kind, columns in COLUMNS.items() if columns.keys() <= set(found)), None)
    if kind is None:
        raise Refusal(f"unknown kind of columns {', '.join(found)}", file=path,
                      remedy="quotes, book_ticker, trades, book_snapshot_* or incremental_book_L2 of Tardis")
    columns = _levels(found) if kind == "depth" else COLUMNS[kind]
    blocks = tables.blocks(path, HEAD | columns)
    if kind == "updates":
        blocks = tables.whole(blocks, "local_timestamp", "is_snapshot")
    return _frames(kind, path, blocks, symbol)


def _levels(found):
    return {name: tables.NUMBER for name in found if _LEVEL.fullmatch(name)}


def _frames(kind, path, blocks, symbol):
    exchange, local = clock.Stamps(path, "timestamp"), clock.Stamps(path, "local_timestamp")
    values, alone = _Trades() if kind == "trades" else _VALUES[kind], symbol is None
    for block in blocks:
        symbols = block.table["symbol"]
        symbol = symbols[0].as_py() if symbol is None and len(symbols) else symbol
        others = pc.not_equal(symbols, symbol or "")
        if alone:
            block.refuse_first(others, "symbol", f"in a file of {symbol}: pass symbol= to choose one")
        times = {"time": clock.utc(exchange.nanoseconds(block.complete("timestamp"), block.row)),
                 "local_time": clock.utc(local.nanoseconds(block.complete("local_timestamp"), block.row))}
        frame = pd.DataFrame(times | values(block), copy=False)
        yield {kind: frame if alone else frame[~others.to_numpy()].reset_index(drop=True)}


def _quotes(block):
    return {"bid": block.numbers("bid_price"), "bid_size": block.numbers("bid_amount"),
            "ask": block.numbers("ask_price"), "ask_size": block.numbers("ask_amount")}


def _depth(block):
    """``bids[0].amount`` becomes ``bid_size_0``."""
    levels = {}
    for name in block.table.column_names:
        if match := _LEVEL.fullmatch(name):
            side, level, what = match.groups()
            levels[f"{side}{'_size' * (what == 'amount')}_{level}"] = block.numbers(name)
    return levels


def _updates(block):
    unknown = np.full(block.table.num_rows, -1)
    return {"side": block.words("side", BOOK_SIDES), "price": block.numbers("price"),
            "size": block.numbers("amount"), "snapshot": block.complete("is_snapshot"),
            "first_id": unknown, "last_id": unknown, "prev_id": unknown}


class _Trades:
    """Trades of a file; their ids are int64 where its first block has only numbers, else text."""

    numbered = None

    def __call__(self, block):
        return {"price": block.numbers("price"), "size": block.numbers("amount"),
                "side": block.words("side", SIDES), "id": self._ids(block)}

    def _ids(self, block):
        ids = block.table["id"]
        plain = pc.match_substring_regex(ids, r"^[0-9]{1,18}$")
        if self.numbered is None:
            self.numbered = pc.all(plain, min_count=0).as_py()
        if not self.numbered:
            return ids.to_pandas()
        block.refuse_first(pc.invert(plain), "id", "is not a number, as the ids before it are")
        return ids.cast("int64").to_numpy()


_VALUES = {"quotes": _quotes, "depth": _depth, "updates": _updates}
