"""From prints to bars, of a length of time or of a volume: stamped when they close, when what they say is known."""

from __future__ import annotations

from kit import backend, clock, columns
from kit.kernels import segments
from kit.refusal import Refusal


def bars(trades, every="1min"):
    """Bars of equal duration on the UTC clock.

    - A bar holds the prints of (time - every, time]; `time` is a whole multiple of `every`.
    - A period without prints has no bar; so have the first and the last, of which the prints show but a part.

    Parameters
    ----------
    trades : frame
        See `kit.columns.Trades`.
    every : str

    Returns
    -------
    frame
        The columns of `kit.columns.Bars`, in the library of the input.
    """
    t, step = columns.read(trades, "trades"), clock.duration(every)
    xp = backend.namespace(t.time)
    end = -(-t.time // step) * step
    whole = (end > end[:1]) & (end <= t.time[-1:])
    t, end = columns.Trades(*(column[whole] for column in t)), end[whole]
    edge = segments.edges(xp.nonzero(end[1:] != end[:-1])[0] + 1, end.shape[0], xp)
    return _frame(t, edge, end[edge[:-1]], trades)


def volume_bars(trades, volume):
    """Bars of equal volume: each closes with the print that fills it, and the next begins with the print after.

    Prints are not split, so a bar may hold more than `volume`. The last one, if it is not full, is left out.

    Parameters
    ----------
    trades : frame
        See `kit.columns.Trades`.
    volume : float
        Size that fills a bar.

    Returns
    -------
    frame
        The columns of `kit.columns.Bars`; several may close in one nanosecond.

    Raises
    ------
    Refusal
        A volume that is not positive.
    """
    if not volume > 0:
        raise Refusal(f"bars of volume {volume!r}", remedy="give a positive size")
    t = columns.read(trades, "trades")
    xp = backend.namespace(t.time)
    last = segments.filled(t.size, volume)
    edge = segments.edges(last[:-1] + 1, int(last[-1]) + 1 if last.shape[0] else 0, xp)
    return _frame(t, edge, t.time[last], trades)


def _frame(t, edge, time, like):
    data = segments.candles(edge, t.price, t.size, t.side)
    return backend.frame(data, time, like=like).reset_index()
