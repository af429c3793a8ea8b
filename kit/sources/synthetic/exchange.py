"""The market itself: one scalar kernel in which events come by chance to the touch and two queues answer.

- The market's clock runs at `pace`: the day's activity, and an excitation that every taker order feeds and that
  decays exponentially (Hawkes 1971). Limit orders, taker orders and moves of the touch have fixed rates on it.
- Between two changes of the mid a pressure in (-1, 1) stands. The next change is upwards with probability
  ``(1 + lean(pressure)) / 2`` and draws a new pressure: the latent price, the mid to be expected, is a martingale.
  The mid never looks at queues, orders or its own past, unless a herd is let in (`policy`).
- What the book and the takers see is that pressure (``edge`` of the time) or a decoy of the same law.
- A touch moves because a taker sweeps its queue or because its orders are withdrawn, over a gap of empty ticks.
  The other side follows at once, or leaves the spread open for liquidity to return to.
- An order that leaves the touch in place never takes the queue's last lot.
- Under strain queues are thinner, gaps and spreads wider, and spreads close more slowly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from kit.sources.synthetic import policy
from kit.sources.synthetic.chance import coin, exp, exponential, uniform
from kit.sources.synthetic.policy import Levers
from kit.sources.synthetic.takers import intent, taken
from kit.sources.synthetic.tape import PIECES, execute, quote
from kit.sources.synthetic.touch import fresh, gap, refill, remake, shift, target

BRANCHING, MEMORY = 0.5, 2.0  # taker orders fed by one; seconds
SWEPT = 0.6  # share of moves made by takers, the rest by cancellation
CLOSING = 10.0  # speed at which half an open spread is filled, 1/s
RESTORED = 0.3  # share of a queue's distance to its mean size that one limit order or cancellation covers

STATE = np.dtype([
    ("random", "u8", (1,)),
    ("now", "f8"), ("next", "f8"), ("bound", "f8"),  # seconds of the day; rate at which `next` was drawn
    ("excitement", "f8"), ("pressure", "f8"), ("shown", "f8"),
    ("bid", "i8"), ("ask", "i8"), ("bid_lots", "i8"), ("ask_lots", "i8"),
    ("parent_side", "i8"), ("parent_left", "i8"),
    ("formed", "f8"), ("closed", "f8"), ("reopens", "f8"),  # seconds of the day: the touch; trading
    ("push", "f8"), ("leaning", "f8"), ("usual", "f8"),  # of the herd; means of the imbalance and the mid
    ("quotes", "i8"), ("trades", "i8"),  # rows written
    ("update_id", "i8"), ("trade_id", "i8"),
    ("quote_arrival", "i8"), ("trade_arrival", "i8"),
])


class Rules(NamedTuple):
    """What the kernel needs of a day, a caller and a `Market`."""

    midnight: int  #: nanoseconds since the epoch
    edge: float
    gap: float
    moves: float
    orders: float
    updates: float
    opening: float
    depth: int
    small: int
    round_lot: int
    levers: Levers


@njit(cache=True, nogil=True)
def lean(pressure):
    """Expected direction of the next change of the mid: odd, steep at 0, flat (and certain) at full pressure."""
    square = pressure * pressure
    return pressure * (15.0 - 10.0 * square + 3.0 * square * square) / 8.0


@njit(cache=True, nogil=True)
def start(state, rules, plan, mid, quotes):
    """Open the day at `mid` (ticks) with its first quote."""
    state.bid, state.ask, state.usual = mid, mid + 1, mid
    state.update_id = state.trade_id = rules.midnight // 1_000_000  # 86.4 million a day: more than its rows
    state.quote_arrival = state.trade_arrival = rules.midnight + 20_000_000  # yesterday's rows are in
    state.excitement = BRANCHING * plan.activity[0]
    remake(state, rules, plan, 0, quotes)
    draw_next(state, rules, plan, 0)


@njit(cache=True, nogil=True)
def advance(state, rules, plan, until, quotes, trades):
    """Play events up to the second `until`, or until a buffer is full; `state` counts the rows written."""
    while state.next < until and state.quotes < len(quotes) - 2 and state.trades < len(trades) - 2 * PIECES:
        state.excitement *= exp((state.now - state.next) / MEMORY)
        reopening = policy.pass_time(state, rules.levers, state.next)
        second = int(state.now)
        if reopening:
            reopen(state, rules, plan, second, quotes)
        happen(state, rules, plan, second, quotes, trades)
        draw_next(state, rules, plan, second)


@njit(cache=True, nogil=True)
def pace(state, plan, second):
    """Speed of the market's clock; its mean is the day's activity."""
    return (1.0 - BRANCHING) * plan.activity[second] + state.excitement


@njit(cache=True, nogil=True)
def closing(state, plan, second):
    """Speed at which an open spread closes, 1/s."""
    return CLOSING / plan.strain[second] if state.ask - state.bid > 1 else 0.0


@njit(cache=True, nogil=True)
def draw_next(state, rules, plan, second):
    """Time of the next candidate, at a rate that holds until then; `happen` thins it (Lewis and Shedler 1979)."""
    rates = rules.moves + rules.orders + rules.updates + rules.levers.herd * rules.orders
    state.bound = rates * pace(state, plan, second) + closing(state, plan, second)
    state.next = state.now + exponential(state.random) / state.bound


@njit(cache=True, nogil=True)
def happen(state, rules, plan, second, quotes, trades):
    """One event, or none where the candidate is thinned out or trading is halted."""
    speed = pace(state, plan, second)
    place = uniform(state.random) * state.bound - closing(state, plan, second)
    limits = speed * (rules.moves + rules.orders)
    book = limits + speed * rules.updates
    if limits < place <= book:
        update(state, rules, plan.strain[second], quotes)
    elif policy.halted(state):
        return
    elif place <= 0.0:
        close(state, rules, plan, second, quotes)
    elif place <= speed * rules.moves:
        move(state, rules, plan, second, quotes, trades)
    elif place <= limits:
        order(state, rules, quotes, trades)
    elif place <= book + speed * rules.levers.herd * rules.orders:
        follow(state, rules, quotes, trades)


@njit(cache=True, nogil=True)
def reopen(state, rules, plan, second, quotes):
    """Trading begins again where the news has led the price, as after an auction."""
    ticks = policy.missed(state, plan)
    shift(state, 1, ticks)
    shift(state, -1, ticks)
    state.leaning, state.usual = 0.0, (state.bid + state.ask) / 2.0
    remake(state, rules, plan, second, quotes)


@njit(cache=True, nogil=True)
def close(state, rules, plan, second, quotes):
    """Liquidity returns into half of an open spread."""
    up = direction(state)
    shift(state, up, up * ((state.ask - state.bid) // 2))
    remake(state, rules, plan, second, quotes)


@njit(cache=True, nogil=True)
def move(state, rules, plan, second, quotes, trades):
    """The touch in the way goes, swept by a taker or withdrawn; the other follows, or the spread stays open."""
    up, strain = direction(state), plan.strain[second]
    ticks = gap(state, rules.gap * strain)
    if uniform(state.random) <= SWEPT or policy.young(state, rules.levers):
        sweep(state, rules, up, ticks, trades)
    shift(state, -up, up * ticks)
    if uniform(state.random) > rules.opening * strain * strain:
        refill(state, -up, fresh(state, rules, -up, strain))
        quote(state, rules, quotes)
        shift(state, up, up * ticks)
    remake(state, rules, plan, second, quotes)


@njit(cache=True, nogil=True)
def order(state, rules, quotes, trades):
    """A taker order that leaves the touch where it is."""
    if strike(state, rules, intent(state), quotes, trades):
        excite(state, rules)


@njit(cache=True, nogil=True)
def follow(state, rules, quotes, trades):
    """One of the herd looks at the book and takes, or stays away."""
    side = policy.heeded(state)
    if side != 0 and strike(state, rules, side, quotes, trades):
        policy.push(state, rules, side)


@njit(cache=True, nogil=True)
def strike(state, rules, side, quotes, trades):
    """Take from the queue that offers to `side`, all but its last lot; whether there was any."""
    queue = state.ask_lots if side > 0 else state.bid_lots
    lots = min(taken(state, rules), queue - 1)
    if lots <= 0:
        return False
    execute(state, rules, state.ask if side > 0 else state.bid, lots, side, trades)
    state.trade_id += 1  # the venue's next id goes elsewhere
    refill(state, -side, queue - lots)
    quote(state, rules, quotes)
    return True


@njit(cache=True, nogil=True)
def update(state, rules, strain, quotes):
    """A limit order or a cancellation takes a queue towards its mean size."""
    side = coin(state.random, 0.5)
    lots = state.bid_lots if side > 0 else state.ask_lots
    wanted = target(state, rules, side, strain) * exponential(state.random)
    if wanted < lots and policy.young(state, rules.levers):
        return
    refill(state, side, max(1, lots + int(np.ceil(RESTORED * (wanted - lots)))))
    quote(state, rules, quotes)


@njit(cache=True, nogil=True)
def sweep(state, rules, up, ticks, trades):
    """A taker empties what cancellations left of the queue and, over a gap, what little stood in it."""
    touch, queue = (state.ask, state.ask_lots) if up > 0 else (state.bid, state.bid_lots)
    left = queue if policy.young(state, rules.levers) else 1 + int((queue - 1) * uniform(state.random) ** 3)
    execute(state, rules, touch, left, up, trades)
    if ticks > 1:
        beyond = 1 + int((ticks - 1) * (1.0 - uniform(state.random)))
        execute(state, rules, touch + up * beyond, taken(state, rules), up, trades)
    state.trade_id += 1
    excite(state, rules)


@njit(cache=True, nogil=True)
def excite(state, rules):
    """A taker order brings `BRANCHING` others, over `MEMORY` seconds."""
    state.excitement += BRANCHING / (MEMORY * (rules.orders + rules.moves * SWEPT))


@njit(cache=True, nogil=True)
def direction(state):
    """Where the mid changes to: the one place that decides it."""
    return coin(state.random, (1.0 + lean(state.pressure)) / 2.0)
