"""Days of the synthetic market as a reader yields them: canonical frames, an hour at a time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import clock
from kit.refusal import Refusal
from kit.sources import gather
from kit.sources.synthetic import exchange, tape
from kit.sources.synthetic.chance import stream
from kit.sources.synthetic.day import DAY, crash_on, opening, plan
from kit.sources.synthetic.market import market
from kit.sources.synthetic.policy import Levers, checked

HOUR = clock.UNITS["h"]
NO_LEVERS = Levers()
ROWS = 100_000  # of a buffer; how many does not matter to what is recorded


def generate(symbol, start, end, seed=0, edge=1.0, crash=None, levers=NO_LEVERS) -> dict:
    """Quotes and trades of a synthetic perpetual: a market with known answers, no evidence about real ones.

    The recording is a slice of an endless one: whatever the start and the end, an instant holds the same rows.

    Parameters
    ----------
    symbol : str or Market
        One of `SYMBOLS`, or a market of one's own.
    start, end : timestamp with a time zone, or int nanoseconds since the epoch
        Rows with ``start <= time < end``. Each day touched is played from its midnight.
    seed : int
        Names the world; each of symbol, day and seed has its own stream of chance.
    edge : float
        Share of the time that the book shows where the price will go: 1 as planted, 0 for a market in which the
        mid is a martingale whatever is known of the past.
    crash : None, True, or a date
        The day of a flash crash (True: 2025-10-10), 21:10 to 21:20 UTC; see `day.Crash`.
    levers : Levers
        Rules of the venue, and a herd; none by default.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``quotes``: time, bid, bid_size, ask, ask_size, local_time, update_id, one row a change of the touch.
        ``trades``: time, price, size, side, local_time, id, one row an execution. Prices are the float64 nearest
        to their decimals; times are whole milliseconds; no NaN.

    Raises
    ------
    Refusal
        Unknown symbol, naive time, end not after start, edge outside [0, 1], a negative lever.
    """
    return gather(batches(symbol, start, end, seed, edge, crash, levers))


def batches(symbol, start, end, seed=0, edge=1.0, crash=None, levers=NO_LEVERS):
    """The same as `generate`, as an iterator of one dict of frames an hour; memory is bounded by the hour."""
    begin, end = clock.instant(start), clock.instant(end)
    if not begin < end:
        raise Refusal(f"end {end} is not after start {begin}", file=symbol, remedy="give start < end")
    if not 0 <= edge <= 1:
        raise Refusal(f"edge {edge}", file=symbol, remedy="give a share from 0 (nothing to know) to 1")
    return _hours(market(symbol), begin, end, seed, edge, crash_on(crash), checked(levers))


def _hours(market, begin, end, seed, edge, crash, levers):
    for day in range(begin // DAY, -(-end // DAY)):
        hours = range(day * DAY, min(end, (day + 1) * DAY), HOUR)
        for opened, rows in zip(hours, _play(market, day, seed, edge, crash, levers), strict=False):
            if begin < opened + HOUR:
                yield {kind: _frame(kind, rows[kind], market, begin, end) for kind in rows}


def _play(market, day, seed, edge, crash, levers):
    """Rows of each hour of one day."""
    state = np.zeros(1, exchange.STATE)
    state["random"] = stream(seed, market.symbol, day, "exchange")
    state, settled = state[0], plan(market, day, seed, crash)
    traits = (getattr(market, name) for name in exchange.Rules._fields[2:-1])
    rules = exchange.Rules(day * DAY, float(edge), *traits, levers)
    buffers = {"quotes": np.empty(ROWS, tape.QUOTE), "trades": np.empty(ROWS, tape.TRADE)}
    exchange.start(state, rules, settled, opening(market, day, seed, crash), buffers["quotes"])
    for hour in range(24):
        parts = []
        while not parts or state["next"] < (hour + 1) * 3600.0:
            exchange.advance(state, rules, settled, (hour + 1) * 3600.0, buffers["quotes"], buffers["trades"])
            parts.append({kind: buffers[kind][:state[kind]].copy() for kind in buffers})
            state["quotes"] = state["trades"] = 0
        yield {kind: np.concatenate([part[kind] for part in parts]) for kind in buffers}


def _frame(kind, rows, market, begin, end):
    """Canonical frame of the rows inside [begin, end)."""
    rows = rows[(rows["time"] >= begin) & (rows["time"] < end)]
    columns = {"time": clock.utc(rows["time"])}
    if kind == "quotes":
        columns |= {"bid": _decimal(rows["bid"], market.decimals),
                    "bid_size": _decimal(rows["bid_lots"], market.lot_decimals),
                    "ask": _decimal(rows["ask"], market.decimals),
                    "ask_size": _decimal(rows["ask_lots"], market.lot_decimals)}
    else:
        columns |= {"price": _decimal(rows["price"], market.decimals),
                    "size": _decimal(rows["lots"], market.lot_decimals), "side": rows["side"].astype(np.int8)}
    name = "update_id" if kind == "quotes" else "id"
    return pd.DataFrame(columns | {"local_time": clock.utc(rows["local"]), name: rows["id"]})


def _decimal(units, decimals):
    """The float64 nearest to ``units / 10**decimals``: one exact division."""
    return units / 10.0**decimals
