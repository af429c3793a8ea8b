"""How a finding speaks of counts, times and durations."""

from __future__ import annotations

import pandas as pd

from kit import clock


def stamp(nanoseconds) -> str:
    """``2025-10-10 20:54:26.937``: UTC, to the millisecond."""
    return pd.Timestamp(int(nanoseconds)).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def seconds(nanoseconds) -> str:
    """``17.539 s``; from three hours on ``4.6 h``."""
    if abs(nanoseconds) >= 3 * clock.UNITS["h"]:
        return f"{nanoseconds / clock.UNITS['h']:.1f} h"
    return f"{nanoseconds / clock.SECOND:.3f} s"


def percent(part, whole) -> str:
    """``0.02 %``, three digits."""
    return f"{100 * part / whole:.3g} %"


def count(number, one, many=None) -> str:
    """``1 trade``, ``6,675 trades``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
