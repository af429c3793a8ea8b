"""The clock that folds are cut by: stamps of the rows, and durations as numbers and as text."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.clock import SECOND, duration
from kit.refusal import Refusal


def length(text) -> int:
    """Nanoseconds of a duration, 0 where there is none."""
    return 0 if text is None else duration(text)


def spoken(nanoseconds: int) -> str:
    """A duration in the form that `kit.clock.duration` reads."""
    whole, rest = divmod(nanoseconds, SECOND)
    return f"{nanoseconds}ns" if rest else f"{whole}s"


def stamps(X, groups):
    """int64 ns of the rows, ascending."""
    if groups is None and not hasattr(X, "loc"):
        raise Refusal(f"{type(X).__name__} carries no timestamps",
                      remedy="pass a frame indexed by UTC time, or the stamps as groups=")
    given = X.index if groups is None else groups
    given = pd.Index(given) if isinstance(given, (list, tuple, np.ndarray)) else given
    if groups is not None and given.dtype == np.int64:
        time = backend.host(backend.array(given))
    else:
        time = backend.host(backend.nanoseconds(given, "index" if groups is None else "groups"))
    if not len(time):
        raise Refusal("no rows to split", remedy="check what was dropped before")
    backwards = time[1:] < time[:-1]
    if backwards.any():
        raise Refusal("time runs backwards", column="time", row=int(backwards.argmax()) + 1,
                      remedy="sort by time before splitting")
    return time
