"""How liquid a market was: what trading cost, how deep the book stood, and how well bars alone would have told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock, columns, sampling
from kit.bootstrap import BLOCKS, Bootstrap, Score, in_columns, mean, quotient
from kit.evaluate import markouts
from kit.factor import compute
from kit.factors.depth import LEVELS
from kit.future import Future
from kit.kernels import joins
from kit.model import scores
from kit.sources.synthetic import behind
from kit.units import BP

DISTANCES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""Per cent of the mid."""
NOTIONALS = (1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6, 3e6)
"""Money of the quote currency."""
SHORTEST = 10
"""Seconds."""
SHARE = 30
"""Windows of the spread in time that go into a recording."""
ESTIMATORS = ("roll_spread", "corwin_schultz", "corwin_schultz_floored", "abdi_ranaldo", "abdi_ranaldo_floored", "edge")


def quoted(quotes, by=BLOCKS) -> dict[str, Score]:
    """Quoted spread in bp: the mean of rows, and that of the clock, in which each quote counts as long as it stood.

    Parameters
    ----------
    quotes : frame
        See `kit.columns.Quotes`.
    by : Bootstrap
    """
    q = columns.read(backend.release(quotes), "quotes")
    spread, stood = BP * (q.ask - q.bid) / ((q.ask + q.bid) / 2), np.diff(q.time)
    return {"mean of quotes": mean(spread, q.time, by),
            "time-weighted": quotient(spread[:-1] * stood, stood.astype(np.float64), q.time[:-1], by)}


def paid(trades, quotes, weight="trade", measure="effective", horizon="10s", by=BLOCKS) -> Score:
    """What taker orders paid in bp, averaged by trade or by size.

    Parameters
    ----------
    trades, quotes : frame
        See `kit.columns`.
    weight : {"trade", "size"}
    measure : {"effective", "realised", "impact"}
        See `kit.evaluate.markouts.spreads`.
    horizon : str
        Of realised spread and impact; orders within it of the end are left out.
    by : Bootstrap
    """
    orders = sampling.orders(backend.release(trades))
    measured = markouts.spreads(orders, quotes, (horizon,)).dropna()
    weights = markouts.weights_of(measured, weight)
    return quotient(weights * measured[measure], weights, measured["time"].to_numpy(), by)


def series(recording, window=None) -> pd.DataFrame:
    """Spread of every second in bp, its time-weighted mean over `window`, and the effective spread of the orders in it.

    Indexed by UTC time: ``quoted, averaged, effective``; missing before there is a window of each. Without `window` a
    thirtieth of the recording is taken.
    """
    quotes, trades = backend.release(recording.quotes), backend.release(recording.trades)
    window = window or f"{max(1, int((quotes['time'].iloc[-1] - quotes['time'].iloc[0]).total_seconds() / SHARE))}s"
    m = sampling.matched(sampling.orders(trades), quotes)
    parts = (compute(quotes, "spread", "twa_spread", window=window),
             compute(m, "trailing_effective_spread", window=window))
    quoted, paid = (part[~part.index.duplicated(keep="last")] for part in parts)
    seconds = pd.date_range(quoted.index[0].ceil("1s"), quoted.index[-1], freq="1s")
    stale = quoted.reindex(seconds, method="ffill", tolerance=pd.Timedelta(recording.stale))
    table = pd.concat([stale, paid.reindex(seconds, method="ffill")], axis=1)
    return BP * table.set_axis(["quoted", "averaged", "effective"], axis=1)


def by_distance(depth, distances=DISTANCES, reference="mid", horizon="3s", by=BLOCKS) -> pd.DataFrame:
    """Depth and imbalance by distance, and what the imbalance says of the next return, each with its interval.

    Parameters
    ----------
    depth : frame
        See `kit.columns.Depth`; on a regular clock.
    distances : sequence of float
        Per cent of the reference price.
    reference : {"mid", "touch"}
    horizon : str
        Of the log mid's change with which the imbalance is correlated.
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        Indexed by distance: ``reached`` (share of rows whose book goes so far on both sides), ``depth`` (size of both
        sides), ``imbalance`` and ``correlation``, each over the rows that reach, with ``_low`` and ``_high``. NaN where
        fewer than two do.
    """
    d = columns.read(backend.release(depth), "depth")
    mid = (d.bids[:, 0] + d.asks[:, 0]) / 2
    following = Future(d.time).at(np.log(mid), horizon) - np.log(mid)
    rows = {}
    for level in distances:
        found = compute(depth, "total_depth", "depth_imbalance", level=level, reference=reference)
        total, imbalance = (backend.release(found)[name].to_numpy() for name in found)
        row = {"depth": _mean(total, d.time, by), "imbalance": _mean(imbalance, d.time, by),
               "correlation": _correlation(imbalance, following, d.time, by)}
        rows[level] = {"reached": np.isfinite(total).mean()} | in_columns(row)
    return pd.DataFrame(rows).T.rename_axis("distance")


def _mean(x, time, by):
    known = np.isfinite(x)
    return mean(x[known], time[known], by) if known.sum() > 1 else _nothing()


def _correlation(x, y, time, by):
    known = np.isfinite(x) & np.isfinite(y)
    enough = known.sum() > 1 and np.ptp(x[known]) > 0 and np.ptp(y[known]) > 0
    return scores.correlation(x[known], y[known], time[known], by) if enough else _nothing()


def _nothing():
    return Score(np.nan, np.nan, np.nan, 0, "no rows")


def supply(depth, notionals=NOTIONALS, by=BLOCKS) -> pd.DataFrame:
    """Cost in bp of the mid of buying and of selling for an amount of money at once.

    Parameters
    ----------
    depth : frame
        See `kit.columns.Depth`.
    notionals : sequence of float
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        Indexed by notional: ``buy`` and ``sell`` with ``_low`` and ``_high``, over the rows whose book is deep enough,
        and ``filled``, the share of rows with a touch that are so on both sides. A thin book hides what would be
        dearest: where ``filled`` is below 1 the costs are too low.
    """
    depth = backend.release(depth)
    depth = depth[depth[["bid_0", "ask_0"]].notna().all(axis=1)]
    time, rows = columns.clock_of(depth, "depth"), {}
    for notional in notionals:
        found = BP * compute(depth, "price_impact_buy", "price_impact_sell", notional=notional)
        row = {side: _mean(found[f"price_impact_{side}"].to_numpy(), time, by) for side in ("buy", "sell")}
        rows[notional] = {"filled": found.notna().all(axis=1).mean()} | in_columns(row)
    return pd.DataFrame(rows).T.rename_axis("notional")


def estimated(trades, truth, windows=16, bars=60, names=ESTIMATORS) -> pd.DataFrame:
    """Spreads that bars of the same trades tell, beside the one that was paid.

    Parameters
    ----------
    trades : frame
        See `kit.columns.Trades`.
    truth : Score
        In bp, as `paid` returns it.
    windows, bars : int
        Into how many windows to cut the recording, of `SHORTEST` seconds at least, and those into how many bars, of one
        second at least. Windows do not overlap, and are the blocks of the intervals.
    names : sequence of str

    Returns
    -------
    pandas.DataFrame
        A row an estimator: ``estimate`` in bp with ``_low`` and ``_high``, the mean of the windows' signed estimates;
        ``bias`` (estimate less truth), ``negative`` (share of windows whose square is), ``windows`` that had enough
        bars, and ``bar`` (s).
    """
    trades = backend.release(trades)
    span = (trades["time"].iloc[-1] - trades["time"].iloc[0]).total_seconds()
    length = max(SHORTEST, int(span / windows))
    every, window = max(1, length // bars), f"{length}s"
    found = compute(sampling.bars(trades, f"{every}s"), *names, window=window, negative="signed") * BP
    time = found.index.as_unit("ns").asi8
    found = found.iloc[_ends(time, clock.duration(window))].dropna()
    time, rows = found.index.as_unit("ns").asi8, {}
    for name in names:
        score = _mean(found[name].to_numpy(), time, Bootstrap(block=window))
        rows[name] = in_columns({"estimate": score}) | {
            "bias": score.value - truth.value, "negative": (found[name] < 0).mean(), "windows": len(found),
            "bar": every}
    return pd.DataFrame(rows).T.rename_axis("estimator")


def _ends(time, length):
    """Last row of each whole window."""
    moments = np.arange(time[0] // length + 1, time[-1] // length + 1) * length
    return np.unique(joins.asof(moments, time, at_or_before=True))


def planted(recording, depth) -> pd.DataFrame | None:
    """Depth and slope that were put into an embedded book, beside what is measured of it; None of any other."""
    if not recording.synthetic:
        return None
    price = float((depth["bid_0"] + depth["ask_0"]).mean() / 2)
    profile, rows = behind.Profile(behind.market(recording.symbol), price), {}
    names = {f"total_depth_{level}pct": profile.total_depth(level) for level in LEVELS} | {"book_slope": profile.slope}
    measured = backend.release(compute(depth, *names))
    time = measured.index.as_unit("ns").asi8
    for name, known in names.items():
        rows[name] = {"planted": known} | in_columns({"measured": _mean(measured[name].to_numpy(), time, BLOCKS)})
    return pd.DataFrame(rows).T.rename_axis("factor")
