"""What a trade was worth to who made it: markouts, effective and realised spread, and the impact between them.

- D is the sign of the aggressor, P the price, M the mid; M before a trade is that of the last quote strictly before its
  exchange time, M after k that of the last quote at or before t + k.
- Everything is in basis points of the mid before the trade; missing where no quote came before, or the data end within
  the horizon.
- How much of a spread is called adverse selection depends on the horizon: order flow remembers, so that impact goes on
  growing. Print several.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit import backend, columns
from kit.bootstrap import BLOCKS, in_columns, quotient
from kit.clock import SECOND, duration
from kit.kernels.joins import asof
from kit.refusal import Refusal
from kit.units import BP

HORIZONS = ("100ms", "1s", "3s", "10s", "60s")
MEASURES = ("effective", "realised", "impact", "markout")


def spreads(trades, quotes, horizons=HORIZONS) -> pd.DataFrame:
    """Spreads and markouts of every trade, before any averaging.

    Parameters
    ----------
    trades : pandas.DataFrame
        ``time`` (UTC), ``side`` (+1 bought, -1 sold), ``price``, ``size``. With a column ``maker`` the side is that of
        the own fill, which the aggressor took against where ``maker`` is true; without, it is the aggressor's.
    quotes : frame
        ``time, bid, ask``; see `kit.columns.Quotes`.
    horizons : sequence of str

    Returns
    -------
    pandas.DataFrame
        A row a trade and horizon: ``time, side, size, horizon`` (s), ``effective, realised, impact``, the aggressor's
        round trip :math:`2D(P - M_0)`, :math:`2D(P - M_k)`, :math:`2D(M_k - M_0)`, and ``markout``, what who the side
        belongs to gained by k, all over :math:`M_0`, in bp. Effective = realised + impact.
    """
    trades, quotes = backend.release(trades), backend.release(quotes)
    time, moved = columns.clock_of(trades, "trades"), columns.clock_of(quotes, "quotes")
    mid = (quotes["bid"].to_numpy() + quotes["ask"].to_numpy()) / 2
    if not len(mid):
        raise Refusal("no quotes to measure against", remedy="quotes of the trades' period")
    row = asof(time, moved)
    before = np.where(row < 0, np.nan, mid[row])
    parts = [_at(trades, time, before, _mid_after(time, moved, mid, horizon), duration(horizon) / SECOND)
             for horizon in horizons]
    return pd.concat(parts, ignore_index=True)


def _mid_after(time, moved, mid, horizon):
    """Mid at t + horizon; NaN where the quotes end, or have not begun."""
    then = time + duration(horizon)
    row = asof(then, moved, at_or_before=True)
    return np.where((row < 0) | (then > moved[-1]), np.nan, mid[row])


def _at(trades, time, before, after, seconds):
    own, price = trades["side"].to_numpy(), trades["price"].to_numpy()
    aggressor = np.where(trades["maker"], -own, own) if "maker" in trades else own
    unit = BP / before
    return pd.DataFrame({
        "time": time, "side": own, "size": trades["size"].to_numpy(), "horizon": seconds,
        "effective": 2 * aggressor * (price - before) * unit,
        "realised": 2 * aggressor * (price - after) * unit,
        "impact": 2 * aggressor * (after - before) * unit,
        "markout": own * (after - price) * unit,
    })


def curve(measured, weights=("size", "trade"), by=BLOCKS) -> pd.DataFrame:
    """Averages by horizon, each with its interval.

    Parameters
    ----------
    measured : pandas.DataFrame
        As `spreads` returns. Trades that lack any measure at a horizon are left out there, so that effective =
        realised + impact holds of the averages too.
    weights : sequence of {"size", "trade"}
        Whether every unit of size counts alike, or every trade.
    by : Bootstrap
        Of the intervals; blocks are never shorter than two of the horizon.

    Returns
    -------
    pandas.DataFrame
        A row a weighting and horizon (s): each measure in bp with ``_low`` and ``_high``, and ``n``, trades counted.
    """
    rows = []
    for horizon, part in measured.dropna().groupby("horizon"):
        own = replace(by, horizon=f"{horizon:.9f}s")
        for weight in weights:
            w = weights_of(part, weight)
            found = {name: quotient(w * part[name], w, part["time"].to_numpy(), own) for name in MEASURES}
            rows.append({"weight": weight, "horizon": horizon, "n": len(part)} | in_columns(found))
    if not rows:
        raise Refusal("no trade has a quote before and after it", remedy="quotes of the same clock and period")
    return pd.DataFrame(rows).sort_values(["weight", "horizon"], ignore_index=True)


def weights_of(part, weight):
    """What each row of trades counts: its size, or 1."""
    if weight not in ("size", "trade"):
        raise Refusal(f"unknown weighting {weight!r}", remedy="size or trade")
    return part["size"].to_numpy() if weight == "size" else np.ones(len(part))
