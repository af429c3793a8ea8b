"""Who takes liquidity, which side, and how much of it."""

from __future__ import annotations

from numba import njit

from kit.sources.synthetic.chance import coin, pareto, uniform

SPLIT, WATCH = 0.45, 0.40  # share of orders that are pieces of a larger one; that follow the book


@njit(cache=True, nogil=True)
def intent(state):
    """Side of a taker: by a larger order (Lillo, Mike and Farmer 2005), by a look at the book, or by a coin."""
    motive = uniform(state.random)
    if motive <= SPLIT:
        return parent(state)
    return coin(state.random, (1.0 + state.shown) / 2.0 if motive <= SPLIT + WATCH else 0.5)


@njit(cache=True, nogil=True)
def parent(state):
    """Side of the larger order being worked; its length follows a power law, so that signs remember for long."""
    if state.parent_left == 0:
        state.parent_side = coin(state.random, 0.5)
        state.parent_left = int(min(pareto(state.random, 1.5), 1000.0))
    state.parent_left -= 1
    return state.parent_side


@njit(cache=True, nogil=True)
def taken(state, rules):
    """Size of a taker order, lots: a power law with exponent 1.5, every third rounded up to a round lot."""
    lots = int(rules.small * min(pareto(state.random, 1.5), 1e6))
    if uniform(state.random) <= 1.0 / 3.0:
        lots = -(-lots // rules.round_lot) * rules.round_lot
    return lots
