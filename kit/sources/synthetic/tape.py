"""What the market's feed prints: one row a change of the touch, one row an execution."""

from __future__ import annotations

import numpy as np
from numba import njit

from kit.sources.synthetic.chance import exponential, uniform

QUOTE = np.dtype([(name, "i8") for name in ("time", "local", "bid", "bid_lots", "ask", "ask_lots", "id")])
TRADE = np.dtype([(name, "i8") for name in ("time", "local", "price", "lots", "side", "id")])
PIECES = 8  # makers that an order meets at one price, at most


@njit(cache=True, nogil=True)
def stamp(state, rules):
    """The exchange's clock: nanoseconds, in whole milliseconds."""
    return rules.midnight + int(state.now * 1000.0) * 1_000_000


@njit(cache=True, nogil=True)
def arrive(state, rules, last):
    """The recorder's clock: 2 ms and an exponential 1 ms later, in order."""
    return max(last, stamp(state, rules) + 2_000_000 + int(1_000_000 * exponential(state.random)))


@njit(cache=True, nogil=True)
def quote(state, rules, quotes):
    """Write the touch as it stands."""
    state.quote_arrival = arrive(state, rules, state.quote_arrival)
    row = quotes[state.quotes]
    row.time, row.local = stamp(state, rules), state.quote_arrival
    row.bid, row.bid_lots, row.ask, row.ask_lots = state.bid, state.bid_lots, state.ask, state.ask_lots
    state.update_id += 1
    row.id = state.update_id
    state.quotes += 1


@njit(cache=True, nogil=True)
def execute(state, rules, price, lots, side, trades):
    """Write the executions of one order at one price, one row and one id a maker met."""
    state.trade_arrival = arrive(state, rules, state.trade_arrival)
    for piece in range(PIECES):
        whole = piece == PIECES - 1 or uniform(state.random) <= 0.5
        part = lots if whole else max(1, int(lots * uniform(state.random)))
        row = trades[state.trades]
        row.time, row.local, row.price = stamp(state, rules), state.trade_arrival, price
        state.trade_id += 1
        row.lots, row.side, row.id = part, side, state.trade_id
        state.trades += 1
        lots -= part
        if lots == 0:
            break
