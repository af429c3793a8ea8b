"""From ticks to the 1-second grid: a row at t knows the events stamped at or before t, and nothing else."""

from __future__ import annotations

import functools

import numpy as np

from kit import backend, clock, columns
from kit.columns import Seconds
from kit.kernels import seconds as per_second
from kit.refusal import Refusal
from kit.sampling.orders import signed


def grid(quotes, trades, start=None, end=None, stale="5s", heard=None):
    """The 1-second grid of two tick tables.

    - A second's quote is the last one stamped at or before its end, however long it has stood, while the feed is alive.
    - Once the book has not been heard of for longer than `stale`, its quote is missing. Trades are no sign of life: in
      a hole of the quotes they go on, through the price that stands.
    - Sums run over the second that ends at the row: 0 where nothing was traded, missing where nothing at all has been
      heard, of the book or of trades, for longer than `stale`. What quotes did is missing where the quote is.

    Parameters
    ----------
    quotes, trades : frame
        See `kit.columns`.
    start, end : optional
        Time-zone-aware bounds, both included; by default the whole seconds between the first and the last quote.
    stale : str
        Longest silence over which a quote is carried forward.
    heard : frame, optional
        Further messages about the book (``time``, sorted), such as depth updates: they show that its feed lives.

    Returns
    -------
    frame
        The columns of `kit.columns.Seconds`, in the library of the input.

    Raises
    ------
    Refusal
        A malformed table, or no whole second between `start` and `end`.
    """
    q, t = columns.read(quotes, "quotes"), columns.read(trades, "trades")
    ends = _whole_seconds(q.time, clock.instant(start), clock.instant(end))
    signs = [] if heard is None else [columns.clock_of(heard, "heard")]
    table = seconds(q, signed(t, q), ends, clock.duration(stale), signs)
    data = table._asdict()
    frame = backend.frame(data, data.pop("time"), like=quotes)
    return frame.reset_index()


def seconds(quotes, trades, ends, stale, signs=()):
    """`Seconds` at the grid points `ends` (int64 ns, 1 s apart), of a book heard of by quotes and at times `signs`."""
    xp = backend.namespace(ends)
    row = per_second.last(ends, quotes.time)
    heard = [_at(quotes.time, row), *(_at(time, per_second.last(ends, time)) for time in signs)]
    heard = functools.reduce(xp.maximum, heard)
    alive, moves = ends - heard <= stale, per_second.moves(ends, clock.SECOND, quotes)
    moves = {name: xp.where(alive & (row >= 0), column, xp.asarray(np.nan)) for name, column in moves.items()}
    return Seconds(ends, **per_second.touch(row, alive, quotes),
                   **per_second.sums(ends, clock.SECOND, trades, heard, stale), **moves)


def _at(time, row):
    """The times of rows; long ago where there is none."""
    xp = backend.namespace(row)
    if time.shape[0] == 0:
        return xp.zeros_like(row)
    return xp.where(row < 0, xp.zeros_like(row), xp.take(time, xp.where(row < 0, xp.zeros_like(row), row)))


def _whole_seconds(time, start, end):
    xp = backend.namespace(time)
    if time.shape[0] == 0:
        raise Refusal("no quotes", file="quotes", remedy="take a recording, or a period, that has quotes")
    first = -(-int(time[0]) // clock.SECOND) + 1 if start is None else -(-start // clock.SECOND)
    last = (int(time[-1]) if end is None else end) // clock.SECOND
    if last < first:
        raise Refusal("no whole second between start and end", file="quotes", remedy="ask for a longer period")
    return xp.arange(first, last + 1, dtype=xp.int64) * clock.SECOND
