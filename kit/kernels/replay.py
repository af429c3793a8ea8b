"""The ledger of a replay: what every scenario enters its fills into, whatever kind of trader it replays.

Sums are kept a row a scenario, fills a row each where there is room for them. Fees are no part of it: they change no
fill, and are charged on the turnover afterwards.
"""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch

CASH, POSITION, TURNOVER, FILLS, ENTRIES, HELD, PEAK, ORDERS, SINCE = range(9)
"""Columns of the sums: quote currency earned less paid, base units held, quote currency traded, fills, times that a
position was entered (or turned round), seconds held, largest position, orders sent, second of the last fill."""

SIDE, PRICE, SIZE, BID, ASK = range(5)
"""Columns of a fill."""

ROOM = 1 << 17
"""Fills for which there is room at first."""


def enter(s, moment, side, price, size, bid, ask, origin, room, when, fills, sums):
    """Enter a fill of scenario `s`: into its sums, and into its next row while it has one."""
    k = room[s] + int(sums[s, FILLS])
    if k < room[s + 1]:
        when[k] = moment
        fills[k, SIDE], fills[k, PRICE], fills[k, SIZE], fills[k, BID], fills[k, ASK] = side, price, size, bid, ask
    before, now = sums[s, POSITION], (moment - origin) * 1e-9
    after = before + side * size
    if before != 0.0:
        sums[s, HELD] += now - sums[s, SINCE]
    if after * side > 0.0 and before * side <= 0.0:
        sums[s, ENTRIES] += 1.0
    sums[s, PEAK] = max(sums[s, PEAK], abs(after))
    sums[s, POSITION], sums[s, SINCE] = after, now
    sums[s, CASH] -= side * size * price
    sums[s, TURNOVER] += size * price
    sums[s, FILLS] += 1.0


def close(s, moment, origin, sums):
    """The last moment of scenario `s`: what is still held has been held until now."""
    if sums[s, POSITION] != 0.0:
        sums[s, HELD] += (moment - origin) * 1e-9 - sums[s, SINCE]


def run(body, scenarios, args, written=(), keep=False, **memory):
    """Replay scenarios; once more, where more fills are to be kept than there was room for.

    Parameters
    ----------
    body : function
        ``body(lo, hi, reals, whole, *args, *written, room, when, fills, sums)``.
    scenarios : int
    args : tuple
        What the body replays; an array first, whose library is that of the answer.
    written : tuple of arrays
        What it writes to beside the ledger.
    keep : bool
        Whether to keep the fills, those of one scenario after those of another.
    **memory
        As `launch` takes it.

    Returns
    -------
    (when, fills, sums)
        int64 of shape (fills,), float64 of shapes (fills, 5) and (scenarios, 9).
    """
    xp = backend.namespace(args[0])
    rows = np.full(scenarios, ROOM if keep else 0)
    while True:
        ends = np.append(0, np.cumsum(rows))
        when, fills = xp.empty(int(ends[-1]), np.int64), xp.empty((int(ends[-1]), 5))
        sums = xp.zeros((scenarios, 9))
        launch(body, scenarios, *map(read_only, args), *written, xp.asarray(ends), when, fills, sums, **memory)
        counted = backend.host(sums[:, FILLS]).astype(np.int64)
        if not keep or (counted <= rows).all():
            kept = np.concatenate([first + np.arange(n) for first, n in zip(ends[:-1], counted * keep, strict=True)])
            kept = xp.asarray(kept.astype(np.int64))
            return when[kept], fills[kept], sums
        rows = counted


def read_only(value):
    """A NumPy array as a contiguous view that cannot be written to, so that one compilation serves all of them."""
    if not isinstance(value, np.ndarray):
        return value
    view = np.ascontiguousarray(value).view()
    view.flags.writeable = False
    return view
