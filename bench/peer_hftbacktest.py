"""hftbacktest's side of W5, run by its own Python: a two-sided maker at the touch, decided on a regular grid.

Best quotes are told to it as a book: levels that the touch leaves behind hold what nobody knows, a size beyond reach,
and levels that the touch has passed over are empty. Usage: peer_hftbacktest.py MARKET.npz ANSWER.npz
"""

from __future__ import annotations

import sys
import time

import numpy as np
from hftbacktest import (
    BUY_EVENT,
    DEPTH_EVENT,
    EXCH_EVENT,
    GTX,
    LIMIT,
    LOCAL_EVENT,
    SELL_EVENT,
    TRADE_EVENT,
    BacktestAsset,
    ROIVectorMarketDepthBacktest,
)
from hftbacktest.binding import event_dtype
from numba import njit

UNKNOWN = 1e12
BIDS, ASKS = DEPTH_EVENT | BUY_EVENT, DEPTH_EVENT | SELL_EVENT
BOTH = EXCH_EVENT | LOCAL_EVENT


@njit
def put(out, k, moment, kind, price, size):
    """Write an event; returns the next row."""
    if k < len(out):
        out[k].ev, out[k].exch_ts, out[k].local_ts, out[k].px, out[k].qty = kind | BOTH, moment, moment, price, size
    return k + 1


@njit
def book(out, clock, bid, bid_size, ask, ask_size, prints, price, size, side, tick):
    """Best quotes (in ticks) and prints as events, prints first at one time; returns their number."""
    k = p = 0
    for q in range(len(clock)):
        while p < len(prints) and prints[p] <= clock[q]:
            kind = TRADE_EVENT | (BUY_EVENT if side[p] > 0 else SELL_EVENT)
            k = put(out, k, prints[p], kind, price[p] * tick, size[p])
            p += 1
        if q > 0:
            for level in range(bid[q] + 1, bid[q - 1] + 1):
                k = put(out, k, clock[q], BIDS, level * tick, 0.0)
            for level in range(ask[q - 1], ask[q]):
                k = put(out, k, clock[q], ASKS, level * tick, 0.0)
            for level in range(bid[q - 1], bid[q]):
                k = put(out, k, clock[q], BIDS, level * tick, UNKNOWN)
            for level in range(ask[q] + 1, ask[q - 1] + 1):
                k = put(out, k, clock[q], ASKS, level * tick, UNKNOWN)
        if q == 0 or bid[q] != bid[q - 1] or bid_size[q] != bid_size[q - 1]:
            k = put(out, k, clock[q], BIDS, bid[q] * tick, bid_size[q])
        if q == 0 or ask[q] != ask[q - 1] or ask_size[q] != ask_size[q - 1]:
            k = put(out, k, clock[q], ASKS, ask[q] * tick, ask_size[q])
    return k


@njit
def quote(hbt, moments, per, notional, cap, lot, out):
    """Decide at each of the moments; writes position, fills and value traded as they stood. Returns the decisions."""
    number, mine = 0, np.zeros(2, np.uint64)
    for k in range(len(moments)):
        step = moments[k] - (hbt.current_timestamp if k else moments[0] - 1)
        if hbt.elapse(step) != 0:
            return k
        hbt.clear_inactive_orders(0)
        depth, orders, position, state = hbt.depth(0), hbt.orders(0), hbt.position(0), hbt.state_values(0)
        out[k, 0], out[k, 1], out[k, 2] = position, state.num_trades, state.trading_value
        for b in range(2):
            sign, touch = (1, depth.best_bid_tick) if b == 0 else (-1, depth.best_ask_tick)
            price = touch / per
            size = min(notional, cap * notional - sign * position * price) / price
            working = orders.get(mine[b]) if mine[b] > 0 else None
            if working is not None:
                if (working.price_tick != touch or size <= 0.5 * lot) and working.cancellable:
                    hbt.cancel(0, mine[b], False)
            elif size > 0.5 * lot:
                number += 1
                mine[b] = number
                if b == 0:
                    hbt.submit_buy_order(0, number, price, size, GTX, LIMIT, False)
                else:
                    hbt.submit_sell_order(0, number, price, size, GTX, LIMIT, False)
    return len(moments)


def backtest(events, m):
    """A fresh backtest."""
    low, high = (float(way(m["bid"])) / float(m["per"]) for way in (np.min, np.max))
    asset = (BacktestAsset().data(events).linear_asset(1.0).constant_order_latency(int(m["delay"]), 0)
             .risk_adverse_queue_model().no_partial_fill_exchange().trading_value_fee_model(0.0, 0.0)
             .tick_size(1 / float(m["per"])).lot_size(float(m["lot"])).roi_lb(low * 0.9).roi_ub(high * 1.1)
             .last_trades_capacity(0))
    return ROIVectorMarketDepthBacktest([asset])


def main(source, answer) -> None:
    m = np.load(source)
    columns = [m[name] for name in ("clock", "bid", "bid_size", "ask", "ask_size", "prints", "price", "size", "side")]
    tick = 1 / float(m["per"])
    events = np.zeros(book(np.zeros(0, event_dtype), *columns, tick), event_dtype)
    book(events, *columns, tick)
    seconds, out = [], np.zeros((len(m["moments"]), 3))
    for _ in range(int(m["repeat"]) + 1):
        hbt = backtest(events, m)
        start = time.process_time()
        done = quote(hbt, m["moments"], float(m["per"]), float(m["notional"]), float(m["cap"]), float(m["lot"]), out)
        seconds.append(time.process_time() - start)
        hbt.close()
    np.savez(answer, seconds=seconds[1:], out=out[:done], events=len(events))


if __name__ == "__main__":
    main(*sys.argv[1:])
