"""Foresight is an argument: what a label may know of what comes after.

Only a label takes `future`, and only through it can a later row be seen; what it says at t is known at t + horizon and
not before, and missing where the data end earlier.
"""

from __future__ import annotations

import numpy as np

from kit import backend, clock
from kit.kernels import joins


class Future:
    """What comes after each row of one uninterrupted stretch of data.

    Parameters
    ----------
    time : array of int64
        Nanoseconds since the epoch, not decreasing.
    """

    def __init__(self, time):
        self._time = time

    def at(self, x, horizon):
        """The value of x last known at t + `horizon`; missing where the data end before.

        Parameters
        ----------
        x : array
            One value a row.
        horizon : str
            A duration such as ``"3s"``.
        """
        xp = backend.namespace(x)
        if x.shape[0] == 0:
            return x
        then = self._time + clock.duration(horizon)
        row = joins.asof(then, self._time, at_or_before=True)
        return xp.where(then > self._time[-1], xp.asarray(np.nan), xp.take(x, row))
