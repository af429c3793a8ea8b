"""Raw Binance websocket recordings, lines of ``<local stamp> <json>`` as hftbacktest keeps them, spot and futures."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import pandas as pd

from kit import clock
from kit.refusal import Refusal
from kit.sources import inflate

UNKNOWN = -1
LEADS = 21
"""Messages over which the exchange clock's lead on the local clock is estimated: its median follows a drifting local
clock (NEXO 2024-07: 0.2 s within the hour) and passes over late messages."""

_TRADE = [("message", "i8"), ("price", "f8"), ("size", "f8"), ("side", "i1"), ("id", "i8")]
FIELDS = {
    "quotes": [("message", "i8"), ("bid", "f8"), ("bid_size", "f8"), ("ask", "f8"), ("ask_size", "f8"),
               ("update_id", "i8")],
    "trades": _TRADE,
    "off_book": [*_TRADE, ("type", "U20")],
    "books": [("message", "i8"), ("snapshot", "?"), ("first_id", "i8"), ("last_id", "i8"), ("prev_id", "i8"),
              ("bids", "i8"), ("asks", "i8"), ("none", "i8")],
}


def read(paths, *, symbol=None, batch_rows=200_000) -> Iterator[dict[str, pd.DataFrame]]:
    """Frames of one instrument's recording.

    Parameters
    ----------
    paths : path-like or list of path-like
        Text, plain or gzip; several files are one recording, in the order given.
    symbol : str, optional
        Which the recording must be of, as in the messages (``BTCUSDT``); by default that of the first message.
    batch_rows : int, optional
        Lines a batch, at least.

    Yields
    ------
    dict of str to frame
        - ``quotes`` from bookTicker, with update_id.
        - ``trades`` from trade, with id; side -1 where the buyer was the maker.
        - ``off_book``, columns of trades and `type`: futures prints other than MARKET (INSURANCE_FUND, ADL, NA),
          which met no order in the book and may have a price far from it, or 0.
        - ``updates`` from depth and from REST snapshots (lines without a stream), one row a level, a message's rows
          together; a message without levels is one row of side 0 and NaN.

        Rows are in recording order, which need not be that of `time`.

    Raises
    ------
    Refusal
        A line that is not a local stamp and JSON, an unknown stream, a missing field, a bad number, another
        symbol, a clock unit that changes within a file, a truncated file, an empty one.

    Notes
    -----
    - `time` is the matching time T; of spot depth, which has none, the sending time E.
    - Spot quotes and snapshots carry no exchange time. Theirs is an estimate: local_time plus the median lead
      (E - local) of the last `LEADS` messages that carry one, never decreasing. It looks back only, except that the
      first messages of a recording borrow the first lead. The lead used is time - local_time, and ``frame.attrs``
      says ``{"time": "estimated"}``. It is the time of sending, a little after matching: measured on real files, to
      some ms beside a steady local clock and some 50 ms beside a wandering one. Enough for a 1-second grid; of the
      signs of trades it gets 87 to 93 % right.
    """
    exchange = _Exchange()
    for path in map(Path, [paths] if isinstance(paths, (str, os.PathLike)) else paths):
        stamps = clock.Stamps(path, "local stamp"), clock.Stamps(path, "exchange time")
        messages = _Messages(path, symbol)
        with inflate.opened(path) as lines:
            for line in lines:
                messages.add(line)
                if len(messages.local) >= batch_rows and exchange.known(messages):
                    yield messages.frames(stamps, exchange)
                    messages = messages.following()
        if messages.local:
            yield messages.frames(stamps, exchange)
        symbol = messages.symbol


class _Messages:
    """Lines of a file taken apart, until they become frames."""

    def __init__(self, path, symbol, row=0):
        self.path, self.symbol, self.row = path, symbol, row
        self.local, self.matched, self.sent = [], [], []  # stamps of each message, 0 where it has none
        self.quotes, self.trades, self.off_book, self.books = [], [], [], []  # message number and values
        self.prices, self.sizes = [], []  # levels of the books

    def following(self):
        """Room for the lines behind these."""
        return _Messages(self.path, self.symbol, self.row + len(self.local))

    def add(self, line):
        try:
            stamp, _, text = line.partition(b" ")
            self._take(orjson.loads(text))
            self.local.append(int(stamp))
        except Refusal as refusal:
            raise self._refusal(refusal.what, refusal.remedy) from None
        except KeyError as field:
            raise self._refusal(f"no field {field}", "record whole messages") from field
        except (IndexError, TypeError, ValueError) as error:
            raise self._refusal(f"not '<local stamp> <json>' of a known message: {error}", "remove the line") from error

    def _refusal(self, what, remedy):
        return Refusal(what, file=self.path, row=self.row + len(self.local), remedy=remedy)

    def _take(self, message):
        if "stream" in message:
            data, stream = message["data"], message["stream"].split("@")[1]
            self._check(data["s"])
        else:
            data, stream = message, "snapshot"
        if stream not in _TAKE:
            raise Refusal(f"unknown stream {message['stream']!r}", remedy="keep bookTicker, trade and depth only")
        _TAKE[stream](self, len(self.local), data)
        self.matched.append(int(data.get("T") or data.get("E", 0)))
        self.sent.append(int(data.get("E", 0)))

    def _check(self, symbol):
        self.symbol = self.symbol or symbol
        if symbol != self.symbol:
            raise Refusal(f"{symbol} in a recording of {self.symbol}", remedy="one file an instrument, or pass symbol=")

    def _quote(self, number, data):
        touch = float(data["b"]), float(data["B"]), float(data["a"]), float(data["A"])
        self.quotes.append((number, *touch, int(data["u"])))

    def _trade(self, number, data):
        trade = number, float(data["p"]), float(data["q"]), -1 if data["m"] else 1, int(data["t"])
        kind = data.get("X", "MARKET")
        if kind == "MARKET":
            self.trades.append(trade)
        else:
            self.off_book.append((*trade, kind))

    def _diff(self, number, data):
        ids = int(data["U"]), int(data["u"]), int(data.get("pu", UNKNOWN))
        self._book((number, False, *ids), data["b"], data["a"])

    def _snapshot(self, number, data):
        self._book((number, True, UNKNOWN, int(data["lastUpdateId"]), UNKNOWN), data["bids"], data["asks"])

    def _book(self, message, bids, asks):
        levels = bids + asks or [("nan", "nan")]
        self.books.append((*message, len(bids), len(asks), len(levels) - len(bids) - len(asks)))
        self.prices += [float(price) for price, _ in levels]
        self.sizes += [float(size) for _, size in levels]

    def frames(self, stamps, exchange):
        """Frames of the messages, by kind; `stamps` are those of the file's local and exchange clocks."""
        local = stamps[0].nanoseconds(self.local, self.row)
        matched, sent = self._nanoseconds(self.matched, stamps[1]), self._nanoseconds(self.sent, stamps[1])
        times = {"time": exchange.times(local, matched, sent, self.path), "local_time": local}
        rows = {kind: np.array(getattr(self, kind), dtype=fields) for kind, fields in FIELDS.items()}
        frames = {kind: _frame(rows[kind], times) for kind in ("quotes", "trades", "off_book")}
        frames["updates"] = _levels(rows["books"], times, self.prices, self.sizes)
        if not matched[rows["quotes"]["message"]].all():
            frames["quotes"].attrs["time"] = "estimated"
        return {kind: frame for kind, frame in frames.items() if len(frame)}

    def _nanoseconds(self, values, stamps):
        """int64 ns of the stamps that are there; 0 stays 0."""
        values = np.array(values, dtype="int64")
        there = values.nonzero()[0]
        values[there] = stamps.nanoseconds(values[there], self.row + there)
        return values


_TAKE = {"bookTicker": _Messages._quote, "trade": _Messages._trade, "depth": _Messages._diff,
         "snapshot": _Messages._snapshot}


class _Exchange:
    """The exchange's clock, where a message does not tell it: see the notes of `read`."""

    def __init__(self):
        self.leads, self.last = np.empty(0), 0

    def known(self, messages):
        return len(self.leads) or any(messages.sent)

    def times(self, local, matched, sent, path):
        """int64 ns, exchange clock, of messages: `matched`, or where this is 0 the estimate."""
        there = sent > 0
        leads = np.append(self.leads, (sent - local)[there])
        if len(leads) == 0:
            raise Refusal("no message tells the exchange's time", file=path, remedy="record trade or depth as well")
        medians = pd.Series(leads).rolling(LEADS, min_periods=1).median().to_numpy()
        seen = len(self.leads) + np.cumsum(there) - 1
        guess = local + medians[np.maximum(seen, 0)].astype("int64")
        guess = np.maximum.accumulate(np.where(matched == 0, guess, self.last))
        guess = np.maximum(guess, self.last)
        self.leads, self.last = leads[-LEADS:], guess[-1]
        return np.where(matched == 0, guess, matched)


def _frame(rows, times):
    columns = {name: clock.utc(values[rows["message"]]) for name, values in times.items()}
    return pd.DataFrame(columns | {name: rows[name].copy() for name in rows.dtype.names[1:]}, copy=False)


def _levels(books, times, prices, sizes):
    """Updates, one row a level: bids, then asks, then the level that stands for none."""
    counts = np.stack([books["bids"], books["asks"], books["none"]], axis=1)
    book = np.repeat(np.arange(len(books)), counts.sum(axis=1))
    columns = {name: clock.utc(values[books["message"]][book]) for name, values in times.items()}
    columns["side"] = np.repeat(np.tile(np.array([1, -1, 0], dtype="int8"), len(books)), counts.ravel())
    columns |= {"price": np.array(prices, dtype="float64"), "size": np.array(sizes, dtype="float64")}
    columns |= {name: books[name][book] for name in ("snapshot", "first_id", "last_id", "prev_id")}
    return pd.DataFrame(columns, copy=False)
