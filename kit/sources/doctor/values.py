"""Rows that cannot be true by themselves: a price of zero, a crossed quote, a high below the low."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from kit.sources.doctor.tally import Tally
from kit.sources.doctor.wording import count, percent


class Rule(NamedTuple):
    """What may not be, or is worth knowing, in one row."""

    severity: str
    what: str
    broken: Callable  #: batch -> bool per row
    has: str  #: what there is in such rows
    remedy: str  #: the consequence, or what to do about it


def _positive(price):
    return (price > 0) & (price < np.inf)


def _size(size):
    return (size >= 0) & (size < np.inf)


def _impossible_price(price):
    """A price that is there, but cannot be one."""
    return ~_positive(price) & ~np.isnan(price)


def _impossible_size(size):
    """A size that is there, but cannot be one."""
    return ~_size(size) & ~np.isnan(size)


def _no_level(b):
    """A message of book updates that changes nothing is kept as one row of side 0 without price and size."""
    return (b["side"] == 0) & np.isnan(b["price"]) & np.isnan(b["size"])


def _quote_prices(b):
    return _impossible_price(b["bid"]) | _impossible_price(b["ask"])


def _quote_sizes(b):
    return _impossible_size(b["bid_size"]) | _impossible_size(b["ask_size"])


def _quote_missing(b):
    return np.isnan(b["bid"]) | np.isnan(b["ask"]) | np.isnan(b["bid_size"]) | np.isnan(b["ask_size"])


def _unsorted(b):
    bid, ask = b.ladder("bid"), b.ladder("ask")
    return (np.diff(bid, axis=1) >= 0).any(axis=1) | (np.diff(ask, axis=1) <= 0).any(axis=1)


def _holed(b):
    missing = np.isnan(np.stack([b.ladder("bid"), b.ladder("ask")]))
    return (missing[..., :-1] & ~missing[..., 1:]).any(axis=(0, 2))


def _levels(test, *names):
    return lambda b: np.any([test(b.ladder(name)).any(axis=1) for name in names], axis=0)


def _bar_prices(b):
    return np.any([_impossible_price(b[name]) for name in ("open", "high", "low", "close") if name in b], axis=0)


def _bar_range(b):
    if not all(name in b for name in ("open", "high", "low")):
        return np.zeros(len(b), bool)
    inside = b["open"], b["close"]
    return ~_bar_prices(b) & ((b["high"] < np.fmax(*inside)) | (b["low"] > np.fmin(*inside)) | (b["low"] > b["high"]))


def _bar_volumes(b):
    wrong = np.zeros(len(b), bool)
    for name in ("volume", "quote_volume", "n_trades", "buy_volume"):
        wrong |= b[name] < 0 if name in b else False
    return wrong | (b["buy_volume"] > b["volume"] * (1 + 1e-9)) if "buy_volume" in b and "volume" in b else wrong


_DROP = "drop or repair them at their source"
_NO_PRICE = "a price that is not positive and finite"
_NO_SIZE = "a size that is not a number from 0 on"

RULES = {
    "quotes": (
        Rule("error", "impossible price", _quote_prices, _NO_PRICE, _DROP),
        Rule("error", "impossible size", _quote_sizes, _NO_SIZE, _DROP),
        Rule("error", "crossed quote", lambda b: b["bid"] > b["ask"], "a bid above the ask",
             "the spread is negative and the mid is wrong, leave them out"),
        Rule("warning", "locked quote", lambda b: b["bid"] == b["ask"], "a bid equal to the ask",
             "the spread is zero, and trades there are on neither side of the mid"),
        Rule("warning", "one-sided quote", _quote_missing, "no price or no size on a side",
             "mid and imbalance are not defined there"),
        Rule("info", "empty side", lambda b: (b["bid_size"] == 0) | (b["ask_size"] == 0), "a size of 0 on a side",
             "the imbalance is -1, +1 or not defined there"),
    ),
    "trades": (
        Rule("error", "impossible price", lambda b: ~_positive(b["price"]), _NO_PRICE, _DROP),
        Rule("error", "impossible size", lambda b: ~_size(b["size"]), _NO_SIZE, _DROP),
        Rule("error", "impossible side", lambda b: ~(abs(b["side"]) <= 1), "a side other than -1, 0, +1", _DROP),
        Rule("warning", "zero size", lambda b: b["size"] == 0, "a size of 0",
             "they count as trades and set the price without any volume, leave them out"),
        Rule("warning", "unknown side", lambda b: b["side"] == 0, "no word on who was the taker",
             "sign them by the quote rule"),
    ),
    "depth": (
        Rule("error", "impossible price", _levels(_impossible_price, "bid", "ask"), _NO_PRICE, _DROP),
        Rule("error", "impossible size", _levels(_impossible_size, "bid_size", "ask_size"), _NO_SIZE, _DROP),
        Rule("error", "crossed book", lambda b: b["bid_0"] > b["ask_0"], "a best bid above the best ask",
             "the book is out of step, rebuild it from a snapshot"),
        Rule("warning", "locked book", lambda b: b["bid_0"] == b["ask_0"], "a best bid equal to the best ask",
             "the spread is zero there"),
        Rule("error", "levels out of order", _unsorted, "levels that do not move away from the mid", "sort the ladder"),
        Rule("error", "hole in the ladder", _holed, "a level missing above one that is there",
             "depth cannot be cumulated across it"),
        Rule("warning", "one-sided book", lambda b: np.isnan(b["bid_0"]) | np.isnan(b["ask_0"]),
             "no bid or no ask at all", "mid and imbalance are not defined there"),
    ),
    "updates": (
        Rule("error", "impossible price", lambda b: ~_no_level(b) & ~_positive(b["price"]), _NO_PRICE, _DROP),
        Rule("error", "impossible size", lambda b: ~_no_level(b) & ~_size(b["size"]), _NO_SIZE, _DROP),
        Rule("error", "impossible side", lambda b: ~_no_level(b) & (abs(b["side"]) != 1),
             "a side that is neither bid nor ask", "no book can take them"),
    ),
    "bars": (
        Rule("error", "impossible price", _bar_prices, _NO_PRICE, _DROP),
        Rule("warning", "missing close", lambda b: np.isnan(b["close"]), "no close",
             "the return across them is not defined"),
        Rule("error", "impossible range", _bar_range, "an open or close outside low to high",
             "estimators of volatility from the range fail on them"),
        Rule("error", "impossible volume", _bar_volumes,
             "a volume below 0, or takers who bought more than was traded", _DROP),
    ),
    "bands": (
        Rule("error", "impossible depth", lambda b: ~(_size(b["depth"]) & _size(b["notional"])),
             "a depth or notional that is not a number from 0 on", _DROP),
    ),
}
RULES["days"] = RULES["bars"]


class Values:
    """Every rule of a kind, on every row."""

    def __init__(self, kind, rules=None):
        self._kind = kind
        self._tallies = [(rule, Tally()) for rule in rules or RULES[kind]]
        self._rows = 0

    def see(self, batch):
        """Count the rows that break a rule."""
        self._rows += len(batch)
        for rule, tally in self._tallies:
            tally.add(rule.broken(batch), batch)

    def findings(self):
        """One finding for each rule that was broken."""
        for rule, tally in self._tallies:
            if tally.rows:
                where = f"{count(tally.rows, 'row')} ({percent(tally.rows, self._rows)})"
                message = f"{rule.has} in {where}{tally.where}: {rule.remedy}"
                yield tally.finding(rule.severity, rule.what, self._kind, message)
