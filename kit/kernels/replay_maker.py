"""A maker's replay: quotes, prints, messages on their way and decisions, merged by the exchange's clock."""

from __future__ import annotations

import math

from kit.kernels.replay import ORDERS, POSITION, close, enter
from kit.kernels.replay_queue import RISK_AVERSE, TRADE_THROUGH, reached, resized
from kit.kernels.replay_taker import wanted

BUYS, SELLS = 0, 1
STATE, ARRIVAL = 0, 1  # whole numbers of an order
NONE, SENT, LIVE, LEAVING = range(4)
LIMIT, LEFT, AHEAD, PRINTED = range(4)  # real numbers of an order
GATED, TWO_SIDED = range(2)
LEVEL, POWER, CAP, LEAN, TOXIC, PULL = range(6)  # real numbers of a scenario
ORDER, CANCEL, QUEUE, POLICY = range(4)  # whole numbers of a scenario
NEVER = 1 << 62


def makes(lo, hi, reals, whole, clock, bid, bid_size, ask, ask_size, prints, price, size, side, time, value, strength,
          toxicity, rules, kinds, notional, units, per, lot, follows, room, when, fills, sums):
    """One item: one scenario, a row of `rules` and of `kinds`.

    At one time prints come first, then quotes, then the maker's messages, then signals. `follows` decides at quotes
    and at messages too, not at signals only. The tick is units / per.

    A decision changes nothing until what it rests on has changed (`stale`: the touch, toxicity, signal, position or an
    order), so all others are left out. Signals are passed over up to `news`, the next that says anything else, or,
    while stale, up to `j`, the next.
    """
    origin, last = clock[0], clock[clock.shape[0] - 1]
    for s in range(lo, hi):
        rule, kind = rules[s], kinds[s]
        p, q, i, j, news, goal, target, stale = 0, -1, -1, 0, 0, 0.0, 0, True
        for b in range(2):
            whole[b, STATE], whole[b, ARRIVAL] = NONE, NEVER
        printed, quoted, told = upcoming(prints, 0), upcoming(clock, 0), upcoming(time, 0)
        while True:
            arrived = min(whole[BUYS, ARRIVAL], whole[SELLS, ARRIVAL])
            moment = min(min(printed, quoted), min(arrived, told))
            if moment > last:
                break
            decides = follows
            if printed == moment:
                b, decides = SELLS if side[p] > 0 else BUYS, False
                if side[p] != 0 and whole[b, STATE] >= LIVE:
                    part = eaten(1 - 2 * b, price[p], size[p], lot, reals[b])
                    if part > 0.0:
                        fill(s, b, moment, part, bid[q], ask[q], origin, reals, whole, room, when, fills, sums)
                        stale = True
                p += 1
                printed = upcoming(prints, p)
            elif quoted == moment:
                q += 1
                quoted = upcoming(clock, q + 1)
                stale = stale | (bid[q] != bid[q - 1]) | (ask[q] != ask[q - 1]) | differs(toxicity[q], toxicity[q - 1])
                if whole[BUYS, STATE] >= LIVE and met(1, kind[QUEUE], rule[POWER], bid[q - 1], bid_size[q - 1], bid[q],
                                                      bid_size[q], ask[q], reals[BUYS]):
                    fill(s, BUYS, moment, reals[BUYS, LEFT], bid[q], ask[q], origin, reals, whole, room, when, fills,
                         sums)
                    stale = True
                if whole[SELLS, STATE] >= LIVE and met(-1, kind[QUEUE], rule[POWER], ask[q - 1], ask_size[q - 1],
                                                       ask[q], ask_size[q], bid[q], reals[SELLS]):
                    fill(s, SELLS, moment, reals[SELLS, LEFT], bid[q], ask[q], origin, reals, whole, room, when, fills,
                         sums)
                    stale = True
            elif arrived == moment:
                stale = True
                if whole[BUYS, ARRIVAL] == moment:
                    arrive(1, kind[QUEUE], bid[q], bid_size[q], ask[q], reals[BUYS], whole[BUYS])
                else:
                    arrive(-1, kind[QUEUE], ask[q], ask_size[q], bid[q], reals[SELLS], whole[SELLS])
            else:
                i, decides = j if stale else news, True
                j = i + 1
                if i == news:
                    news, stale = renewed(kind[POLICY], rule[LEVEL], value, strength, i), True
            if not stale:
                continue
            if not decides or q < 0 or i < 0:
                while j < news and time[j] < moment:
                    j += 1
                told = upcoming(time, j)
                continue
            stale, told = False, upcoming(time, news)
            if kind[POLICY] == GATED:
                now = wanted(strength[i], rule[LEVEL])
                if now != target:
                    target, goal = now, now * notional / (bid[q] if now > 0 else ask[q])
                sent = join(goal - sums[s, POSITION], bid[q], ask[q], lot, moment, kind, reals, whole)
            else:
                sent = flank(rule, value[i], strength[i], toxicity[q], sums[s, POSITION], bid[q], ask[q], notional,
                             units, per, lot, moment, kind, reals, whole)
            sums[s, ORDERS] += sent
        close(s, last, origin, sums)


def upcoming(clock, row):
    """Time of a row, or never."""
    return clock[row] if row < clock.shape[0] else NEVER


def renewed(policy, level, value, strength, row):
    """First row after `row` that tells a policy anything else; the number of rows where there is none."""
    after, goal = row + 1, wanted(strength[row], level)
    if policy == GATED:
        while after < strength.shape[0] and wanted(strength[after], level) == goal:
            after += 1
    else:
        while after < strength.shape[0] and not differs(strength[after], strength[row]) \
                and not differs(value[after], value[row]):
            after += 1
    return after


def differs(now, before):
    """Whether a number is another one; missing ones are alike."""
    return now != before and (now == now or before == before)


def join(missing, bid, ask, lot, moment, kind, reals, whole):
    """Wait at the touch for what is missing of a position, on the side that brings it. Returns the orders sent."""
    sent = 0.0
    for b in range(2):
        worth = missing if b == BUYS else -missing
        sent += steer(bid if b == BUYS else ask, worth if worth > 0.5 * lot else 0.0, 1.0, moment, kind, reals[b],
                      whole[b])
    return sent


def flank(rule, value, strength, toxicity, position, bid, ask, notional, units, per, lot, moment, kind, reals, whole):
    """Quote both sides, each as it is threatened. Returns the orders sent."""
    sent = 0.0
    for b in range(2):
        if whole[b, STATE] == NONE or whole[b, STATE] == LIVE:
            touch = bid if b == BUYS else ask
            limit, worth = two_sided(1 - 2 * b, rule, value, strength, toxicity, position, touch, notional, units, per,
                                     lot)
            sent += steer(limit, worth, touch, moment, kind, reals[b], whole[b])
    return sent


def two_sided(sign, rule, value, strength, toxicity, position, touch, notional, units, per, lot):
    """Price and worth of a quote: as far as the cap leaves room, away from the touch by what threatens; or worth 0."""
    limit, worth = touch, min(notional, rule[CAP] * notional - sign * position * touch)
    if worth <= 0.5 * lot * touch or (rule[PULL] > 0.0 and -sign * strength > rule[LEVEL]):
        return limit, 0.0
    against = max(-sign * value, 0.0) if value == value else 0.0
    threat = rule[LEAN] * against + rule[TOXIC] * toxicity
    if threat != threat:
        return limit, 0.0
    if threat > 0.0:
        away = math.floor(touch * threat * per / units + 0.5)
        if away > 0.0:
            limit = (math.floor(touch * per / units + 0.5) - sign * away) * units / per
    return limit, worth if limit > 0.0 else 0.0


def steer(limit, worth, unit, moment, kind, order, message):
    """Send what brings an order of worth / unit to its limit: a cancellation, or, once it is gone, an order (1)."""
    if message[STATE] == NONE and worth > 0.0:
        message[STATE], message[ARRIVAL] = SENT, moment + kind[ORDER]
        order[LIMIT], order[LEFT] = limit, worth / unit
        return 1.0
    if message[STATE] == LIVE and (worth == 0.0 or limit != order[LIMIT]):
        message[STATE], message[ARRIVAL] = LEAVING, moment + kind[CANCEL]
    return 0.0


def arrive(sign, queue, touch, size, other, order, message):
    """A message reaches the exchange: the order leaves, is refused as it would cross, or joins the queue."""
    limit = order[LIMIT]
    message[ARRIVAL] = NEVER
    if message[STATE] == LEAVING or sign * (limit - other) >= 0.0:
        message[STATE] = NONE
        return
    message[STATE] = LIVE
    order[PRINTED] = 0.0
    if queue == TRADE_THROUGH or sign * (limit - touch) < 0.0:
        order[AHEAD] = math.inf
    else:
        order[AHEAD] = size if limit == touch else 0.0


def eaten(sign, price, size, lot, order):
    """What a print fills of an order: all, if it goes through; at its price, what it leaves of the queue ahead."""
    beyond = sign * (order[LIMIT] - price)
    if beyond > 0.0:
        return order[LEFT]
    if beyond < 0.0:
        return 0.0
    order[AHEAD] -= size
    order[PRINTED] += size
    part = min(reached(order[AHEAD], lot) * lot, order[LEFT])
    if part > 0.0:
        order[AHEAD] = 0.0
    return part


def met(sign, queue, power, touch_before, size_before, touch, size, other, order):
    """Whether a quote crosses an order; else, one at its price tells how long the queue can be at most.

    Risk-averse needs no branch on what changed: the queue is never longer than what was displayed last.
    """
    limit = order[LIMIT]
    if sign * (limit - other) >= 0.0:
        return True
    if queue != TRADE_THROUGH and sign * (limit - touch) >= 0.0:
        now = size if limit == touch else 0.0
        if queue == RISK_AVERSE or limit != touch_before:  # not seen before
            order[AHEAD], order[PRINTED] = min(order[AHEAD], now), 0.0
        elif now != size_before:
            order[AHEAD] = resized(queue, power, order[AHEAD], size_before, now, order[PRINTED])
            order[PRINTED] = 0.0
    return False


def fill(s, b, moment, part, bid, ask, origin, reals, whole, room, when, fills, sums):
    """Fill a part of an order at its price; nothing is left of a whole one, whatever is on its way."""
    enter(s, moment, 1 - 2 * b, reals[b, LIMIT], part, bid, ask, origin, room, when, fills, sums)
    reals[b, LEFT] -= part
    if reals[b, LEFT] <= 0.0:
        whole[b, STATE], whole[b, ARRIVAL] = NONE, NEVER
