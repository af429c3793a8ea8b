"""A taker's replay: from one change of the target to the next, at the quote that stands when the order arrives."""

from __future__ import annotations

import math

from kit import backend
from kit.kernels.launch import launch
from kit.kernels.replay import ORDERS, POSITION, close, enter, read_only, run

BLOCK = 16  # rows of the signal that are passed over together
STRETCH = 1 << 14  # rows that scenarios go through side by side


def wanted(strength, level):
    """Sign of a signal above its level, else 0; a missing signal wants nothing."""
    return int(strength > level) - int(strength < -level)


def ranges(lo, hi, reals, whole, strength, firm, loud):
    """What each block of rows holds to: the least size of its signals, signed, if all are of one sign; the greatest.

    A missing signal is counted as 0: neither wants anything.
    """
    for block in range(lo, hi):
        least, most = math.inf, -math.inf
        for row in range(block * BLOCK, min((block + 1) * BLOCK, strength.shape[0])):
            x = strength[row] if strength[row] == strength[row] else 0.0
            least, most = min(least, x), max(most, x)
        firm[block], loud[block] = least if least > 0.0 else min(most, 0.0), max(most, -least)


def passed(firm, loud, row, level, goal):
    """First row from `row` whose block does not hold to the goal throughout."""
    block = row // BLOCK
    if goal != 0:
        while block < firm.shape[0] and goal * firm[block] > level:
            block += 1
    else:
        while block < loud.shape[0] and loud[block] <= level:
            block += 1
    return max(row, block * BLOCK)


def listed(strength, row, stop, level, goal, every, rows):
    """List the rows from `row` to `stop` on which the target changes, or all; returns how many.

    It does not branch on the signal: around its level, no processor could foresee which way.
    """
    n = 0
    for i in range(row, stop):
        target = wanted(strength[i], level)
        rows[n] = i
        n += int(every or target != goal)
        goal = target
    return n


def standing(clock, guess, moment):
    """Last row of `clock` at or before `moment`, looked for from a guess by doubling steps; -1 where there is none."""
    row, step, end = max(min(guess, clock.shape[0] - 1), -1), 1, clock.shape[0]
    while row >= 0 and clock[row] > moment:
        row, step = max(row - step, -1), step + step
    step = 1
    while row + step < end and clock[row + step] <= moment:
        row, step = row + step, step + step
    while step > 1:
        step //= 2
        if row + step < end and clock[row + step] <= moment:
            row += step
    return row


def takes(lo, hi, reals, whole, time, strength, firm, loud, clock, bid, bid_size, ask, ask_size, level, delay, longest,
          notional, displayed, state, left, room, when, fills, sums):
    """One item: one scenario, a level of the signal and a delay of orders, ns; `longest` hold, ns, 0 for no limit.

    Scenarios go through the rows side by side, a stretch that fits the cache at a time.
    """
    origin, last = clock[0], clock[clock.shape[0] - 1]
    for s in range(lo, hi):
        state[s, 0] = state[s, 1] = state[s, 2] = state[s, 3] = state[s, 4] = state[s, 5] = 0
        left[s] = 0.0
    for start in range(0, time.shape[0], STRETCH):
        stop = min(start + STRETCH, time.shape[0])
        for s in range(lo, hi):
            advance(s, stop, time, strength, firm, loud, clock, bid, bid_size, ask, ask_size, level[s], delay[s],
                    longest, notional, displayed, origin, last, state[s], whole[0], left, room, when, fills, sums)
    for s in range(lo, hi):
        close(s, last, origin, sums)


def advance(s, stop, time, strength, firm, loud, clock, bid, bid_size, ask, ask_size, level, delay, longest, notional,
            displayed, origin, last, state, rows, left, room, when, fills, sums):
    """Scenario `s` up to row `stop` of the signal; rows on which it has nothing to do are not looked at one by one."""
    i, row, seen, goal, entered, spent = state[0], state[1] - 1, state[2], state[3], state[4], state[5]
    while i < stop:
        every = longest > 0 or pending(goal, left[s], sums[s, POSITION])
        start = i if every else passed(firm, loud, i, level, goal)
        i = min((start // BLOCK + 1) * BLOCK, max(start, stop))
        for k in range(listed(strength, start, i, level, goal, every, rows)):
            moment, target = time[rows[k]] + delay, wanted(strength[rows[k]], level)
            if moment > last:
                break
            row, seen = standing(clock, row + rows[k] - seen, moment), rows[k]
            if row < 0:
                i = seen + 1
                break
            if spent != 0 and target != spent:
                spent = 0
            if spent != 0 or (longest > 0 and target == goal and goal != 0 and moment - entered >= longest):
                spent, target = target, 0
            if target != goal:
                goal, entered = target, moment
                left[s] = math.nan if target != 0 else 0.0
                sums[s, ORDERS] += 1.0
            left[s] = meet(s, moment, goal, left[s], bid[row], bid_size[row] if displayed else math.inf, ask[row],
                           ask_size[row] if displayed else math.inf, notional, origin, room, when, fills, sums)
            if not every and pending(goal, left[s], sums[s, POSITION]):
                i = seen + 1
                break
    state[0], state[1], state[2], state[3], state[4], state[5] = i, row + 1, seen, goal, entered, spent


def pending(goal, left, position):
    """Whether there is something to trade though the target stands."""
    return left != 0.0 or (goal == 0 and position != 0.0)


def meet(s, moment, goal, left, bid, bid_size, ask, ask_size, notional, origin, room, when, fills, sums):
    """Trade towards the goal: close what is against it, then open what is left of it. Returns what is left to open.

    `left` is NaN before the first attempt, whose price turns the notional into a size.
    """
    held = sums[s, POSITION]
    side = goal if goal != 0 else -1 if held > 0.0 else 1
    price, size = (ask, ask_size) if side > 0 else (bid, bid_size)
    if held * side < 0.0 and size > 0.0:
        part = min(abs(held), size)
        enter(s, moment, side, price, part, bid, ask, origin, room, when, fills, sums)
        size -= part
    if goal == 0 or sums[s, POSITION] * side < 0.0:
        return left
    if left != left:
        left = max(notional / price - abs(sums[s, POSITION]), 0.0)
    part = min(left, size)
    if part > 0.0:
        enter(s, moment, side, price, part, bid, ask, origin, room, when, fills, sums)
    return left - part


def replayed(time, strength, quotes, level, delay, longest, notional, displayed, keep=False):
    """The ledger of scenarios, one for each level and delay; arrays of one library, as `run` says."""
    xp, blocks, n = backend.namespace(strength), -(-strength.shape[0] // BLOCK), level.shape[0]
    firm, loud = xp.empty(blocks), xp.empty(blocks)
    launch(ranges, blocks, read_only(strength), firm, loud)
    state, left = xp.empty((n, 6), dtype=xp.int64), xp.empty(n)
    args = (time, strength, firm, loud, *quotes, level, delay, longest, notional, displayed)
    return run(takes, n, args, (state, left), keep, whole=(1, BLOCK))
