"""How many lots stand ahead of an order: what prints and changes of the displayed size do to them.

The definitions are hftbacktest's. With `ahead` in front of the order and `back` = displayed - ahead behind it, a
fall of the displayed size that prints do not explain is shared out: a share p of it is taken to be cancelled behind.
"""

from __future__ import annotations

import math

RISK_AVERSE, POWER, LOG, LOG_2, POWER_2, POWER_3, TRADE_THROUGH = range(7)


def weighed(kind, power, size):
    """f of a queue: size ** power, or ln(1 + size)."""
    return math.log(1.0 + size) if kind in (LOG, LOG_2) else size ** power


def behind(kind, power, ahead, back):
    """Share p of a fall of the size that is taken to have been cancelled behind the order; NaN where undefined."""
    if kind == POWER_3:
        return 1.0 - (ahead / (ahead + back)) ** power if ahead + back != 0.0 else math.nan
    top = weighed(kind, power, back)
    below = weighed(kind, power, ahead + back) if kind in (LOG_2, POWER_2) \
        else top + weighed(kind, power, ahead)
    return top / below if below != 0.0 else math.nan


def resized(kind, power, ahead, before, now, printed):
    """Lots ahead after the displayed size went from `before` to `now`, of which prints explain `printed`."""
    fall = before - now - printed
    if kind in (RISK_AVERSE, TRADE_THROUGH) or not fall >= 0.0:
        return min(ahead, now)
    share = behind(kind, power, max(ahead, 0.0), before - ahead)
    if share != share:
        return min(ahead, now)
    return min(ahead - (1.0 - share) * fall + min(before - ahead - share * fall, 0.0), now)


def reached(ahead, lot):
    """Whole lots that prints have taken beyond the queue ahead, rounded half up; 0 when they have not."""
    lots = -ahead / lot
    return math.floor(lots + 0.5) if lots >= 0.5 else 0.0
