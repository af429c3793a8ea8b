"""The touch: two queues, which form about the pressure that they show, are served, and move."""

from __future__ import annotations

from numba import njit

from kit.sources.synthetic.chance import exponential, uniform
from kit.sources.synthetic.tape import quote

CONTRAST = 0.9  # imbalance of the queues' mean sizes at full pressure


@njit(cache=True, nogil=True)
def dwell(even):
    """From an even law on (-1, 1) to one that dwells at both ends, as imbalances do."""
    return even * (3.0 - even * even) / 2.0


@njit(cache=True, nogil=True)
def gap(state, mean):
    """Ticks to the next occupied level: 1 and a gamma variable of shape 2, rounded so as to keep its mean."""
    beyond = (mean - 1.0) * (exponential(state.random) + exponential(state.random)) / 2.0
    return 1 + int(beyond + uniform(state.random)) if mean > 1.0 else 1


@njit(cache=True, nogil=True)
def shift(state, touch, ticks):
    """Move one touch: +1 the bid, -1 the ask."""
    if touch > 0:
        state.bid += ticks
    else:
        state.ask += ticks


@njit(cache=True, nogil=True)
def refill(state, touch, lots):
    """Set one queue: +1 the bid's, -1 the ask's."""
    if touch > 0:
        state.bid_lots = lots
    else:
        state.ask_lots = lots


@njit(cache=True, nogil=True)
def remake(state, rules, plan, second, quotes):
    """The mid has changed: a new pressure, and new queues that show it."""
    press(state, rules, plan, second)
    state.formed = state.now
    refill(state, 1, fresh(state, rules, 1, plan.strain[second]))
    refill(state, -1, fresh(state, rules, -1, plan.strain[second]))
    quote(state, rules, quotes)


@njit(cache=True, nogil=True)
def press(state, rules, plan, second):
    """A new pressure, about the day's drift and the herd's push, and what is shown of it."""
    to_go = plan.goal[second] - (state.bid + state.ask) / 2.0
    drift = min(max(to_go / plan.reach[second] + state.push, -0.85), 0.85)
    state.pressure = dwell(drift + (1.0 - abs(drift)) * (2.0 * uniform(state.random) - 1.0))
    decoy = dwell(2.0 * uniform(state.random) - 1.0)
    state.shown = state.pressure if uniform(state.random) <= rules.edge else decoy


@njit(cache=True, nogil=True)
def target(state, rules, side, strain):
    """Mean size of a queue, lots."""
    return rules.depth / strain * (1.0 + side * CONTRAST * state.shown)


@njit(cache=True, nogil=True)
def fresh(state, rules, side, strain):
    """Size of a queue just formed, lots."""
    draws = (exponential(state.random) + exponential(state.random) + exponential(state.random)) / 3.0
    return 1 + int(target(state, rules, side, strain) * draws)
