"""What a venue or a crowd may change about the market: halts, a minimum resting time, traders who follow the book.

With every lever off, the market is bit for bit the one without this file.

- The herd sends taker orders to the heavier side of the book wherever its imbalance is beyond `EXTREME`. Their push
  on the price outlives them by `MEMORY`: liquidity leans with it when the touch is formed again, which shows in the
  book, and so comes back to the herd. They do not bring other takers, as ordinary orders do.
- A halt stops trades and moves of the touch; orders may still join the queues or leave them. The push fades meanwhile.
  News does not wait: trading reopens where the day's plan has led since, so a halt of itself spares nobody the fall.
- Liquidity that must rest is swept where it would have been withdrawn, at its full size: where the mid goes does not
  change.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from kit.refusal import Refusal
from kit.sources.synthetic.chance import exp

EXTREME = 0.5  # imbalance that the herd acts upon
MEMORY = 5.0  # seconds
WATCHED = 30.0  # seconds over which a venue averages before it halts
NUDGE = 0.4  # drift of the next pressure under a steady one-sided herd as busy as all other takers


class Levers(NamedTuple):
    """Rules of the venue, and the size of the herd; every one is off by default."""

    herd: float = 0.0  #: orders of traders who follow the imbalance, to each taker order of others; at most 1
    imbalance: float = np.inf  #: mean imbalance of the last half minute, either way, beyond which trading halts
    band: float = np.inf  #: distance of the mid from its own mean of the last half minute, a share, likewise
    halt: float = 120.0  #: length of a halt, seconds
    rest: float = 0.0  #: age, in seconds, before which liquidity may not be withdrawn


def checked(levers) -> Levers:
    """The levers, as floats.

    Raises
    ------
    Refusal
        One is negative or missing, or the herd is larger than all others: prices would run to nothing.
    """
    for name, value in levers._asdict().items():
        if not value >= 0:
            raise Refusal(f"lever {name}={value}", remedy="give a number from 0")
    if levers.herd > 1:
        raise Refusal(f"lever herd={levers.herd}", remedy="give a share from 0 to 1")
    return Levers(*map(float, levers))


@njit(cache=True, nogil=True)
def imbalance(state):
    """What the book shows, in (-1, 1)."""
    return (state.bid_lots - state.ask_lots) / (state.bid_lots + state.ask_lots)


@njit(cache=True, nogil=True)
def halted(state):
    """Whether trading stands still."""
    return state.now < state.reopens


@njit(cache=True, nogil=True)
def pass_time(state, levers, until):
    """The push fades, and the venue watches; whether a halt ends here."""
    seconds, waiting = until - state.now, halted(state)
    state.now = until
    if state.push != 0.0:
        state.push *= exp(-seconds / MEMORY)
    if waiting:
        return not halted(state)
    if min(levers.imbalance, levers.band) < np.inf:
        watch(state, levers, seconds)
    return False


@njit(cache=True, nogil=True)
def watch(state, levers, seconds):
    """The venue's averages take in the book as it stood; beyond a limit trading halts."""
    middle, share = (state.bid + state.ask) / 2.0, 1.0 - exp(-seconds / WATCHED)
    state.leaning += share * (imbalance(state) - state.leaning)
    state.usual += share * (middle - state.usual)
    if abs(state.leaning) > levers.imbalance or abs(middle - state.usual) > levers.band * state.usual:
        state.closed, state.reopens = state.now, state.now + levers.halt


@njit(cache=True, nogil=True)
def missed(state, plan):
    """Ticks that the day's plan has led the price since trading stopped."""
    middle = (state.bid + state.ask) / 2.0
    price = middle
    for second in range(int(state.closed), int(state.now)):
        passed = 1.0 - plan.reach[second + 1] / plan.reach[second]
        price += max(passed, 0.0) * (plan.goal[second] - price)
    return int(np.floor(price - middle))


@njit(cache=True, nogil=True)
def young(state, levers):
    """Whether the liquidity at the touch must still rest."""
    return state.now - state.formed < levers.rest


@njit(cache=True, nogil=True)
def heeded(state):
    """Side to which the herd goes: +1, -1, or 0 where the book is even."""
    seen = imbalance(state)
    return 0 if abs(seen) < EXTREME else 1 if seen > 0.0 else -1


@njit(cache=True, nogil=True)
def push(state, rules, side):
    """One order of the herd presses on the price."""
    state.push += side * NUDGE / (MEMORY * rules.orders)
