"""Several venues of one asset on one clock."""

from __future__ import annotations

import numpy as np

from kit import backend, clock, columns
from kit.kernels import joins
from kit.kernels import seconds as per_period
from kit.refusal import Refusal


def venues(feeds, every="1s", start=None, end=None):
    """What is known of each venue at the points of a regular grid.

    - `price` is the mid of the last quote, or the last print where a venue has no quotes, however old: `age` says how
      many seconds ago the venue was last heard of.
    - `volume` was traded since the point before; missing without prints.

    Parameters
    ----------
    feeds : dict of str to dict
        By venue, its frames by kind: ``quotes``, ``trades`` or both (see `kit.columns`).
    every : str
    start, end : optional
        Time-zone-aware, both included; by default from where all venues have been heard of to where the first ends.

    Returns
    -------
    frame
        The columns of `kit.columns.Venues`, in the order of `feeds`, in the library of the first frame.

    Raises
    ------
    Refusal
        No venue, a venue with neither kind, or no point of the grid that all of them reach.
    """
    read = {venue: {kind: columns.read(frame, kind, file=f"{venue} {kind}") for kind, frame in frames.items()}
            for venue, frames in feeds.items()}
    for venue, tables in read.items():
        if not {"quotes", "trades"} & set(tables) or not all(len(table.time) for table in tables.values()):
            raise Refusal("neither quotes nor trades", file=venue, remedy="give frames that have rows")
    grid = _grid(read, clock.duration(every), clock.instant(start), clock.instant(end))
    data = {f"{name}_{venue}": column for venue, tables in read.items()
            for name, column in _venue(tables, grid, clock.duration(every)).items()}
    first = next(iter(next(iter(feeds.values())).values()))
    return backend.frame(data, grid, like=first).reset_index()


def _grid(read, step, start, end):
    clocks = [table.time for tables in read.values() for table in tables.values()]
    if not clocks:
        raise Refusal("no venue", remedy="give {venue: {'trades': frame}, ...}")
    xp = backend.namespace(clocks[0])
    first = max(int(time[0]) for time in clocks) if start is None else start
    last = min(int(time[-1]) for time in clocks) if end is None else end
    if last // step < -(-first // step):
        raise Refusal("no time at which all venues are heard of", remedy="give start and end")
    return xp.arange(-(-first // step), last // step + 1, dtype=xp.int64) * step


def _venue(tables, grid, step):
    """Columns of one venue."""
    xp, nothing = backend.namespace(grid), np.nan
    missing, heard = xp.full(grid.shape[0], nothing), xp.full(grid.shape[0], -(1 << 62), dtype=xp.int64)
    found = dict.fromkeys(("price", "bid", "ask", "volume"), missing)
    for kind, table in tables.items():
        row = joins.asof(grid, table.time, at_or_before=True)
        known = xp.where(row < 0, 0, row)
        heard = xp.where(row < 0, heard, xp.maximum(heard, table.time[known]))
        at = lambda column, row=row, known=known: xp.where(row < 0, nothing, column[known])  # noqa: E731
        if kind == "quotes":
            found |= {"bid": at(table.bid), "ask": at(table.ask), "price": at((table.bid + table.ask) / 2)}
        else:
            found["volume"] = per_period.sums(grid, step, table)["volume"]
            found["price"] = found["price"] if "quotes" in tables else at(table.price)
    return found | {"age": xp.where(heard < 0, nothing, (grid - heard) / clock.SECOND)}
