"""What a difference between venues is worth: in one currency, at prices that could be had, as long as it lasts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import BLOCKS, in_columns, mean, ratio
from kit.columns import labels
from kit.refusal import Refusal
from kit.units import BP


def prices(frame, stale="60s") -> pd.DataFrame:
    """Prices of a venues frame by time, a column a venue; NaN where it has been silent for longer than `stale`."""
    oldest = clock.duration(stale) / clock.SECOND
    return pd.DataFrame({venue: frame[f"price_{venue}"].where(frame[f"age_{venue}"] <= oldest).to_numpy()
                         for venue in labels(frame, "venues")}, index=pd.DatetimeIndex(frame["time"]))


def in_one_currency(frame, rates, carry="5min") -> pd.DataFrame:
    """A venues frame whose prices, bids and asks are all in the currency that `rates` convert to.

    The conversion is a trade of its own: its spread and fee belong into the edge's fees.

    Parameters
    ----------
    frame : pandas.DataFrame
        See `kit.columns.Venues`.
    rates : pandas.DataFrame
        ``time`` and, of every venue, ``rate_<venue>``: what one unit of its quote currency is worth.
    carry : str
        How long a rate is used after it was known; then prices are missing.

    Raises
    ------
    Refusal
        A venue has no rate.
    """
    venues = labels(frame, "venues")
    missing = [venue for venue in venues if f"rate_{venue}" not in rates]
    if missing:
        raise Refusal("no rate", column=f"rate_{missing[0]}", remedy="give 1.0 for venues in the common currency")
    converted = frame.copy()
    for venue in venues:
        rate = _last(frame["time"], rates, f"rate_{venue}", carry)
        for name in ("price", "bid", "ask"):
            converted[f"{name}_{venue}"] = frame[f"{name}_{venue}"] * rate
    return converted


def touch(frame, trades=None, stale="60s"):
    """A venues frame that has bids and asks, and how it came by them.

    - Where a venue quotes, its quotes stand.
    - Else, where prints say what the taker did, the last sale at the bid and the last purchase at the ask no longer
      than `stale` ago: what somebody got, not what rests there now.
    - Else the last price on both sides: an upper bound of any edge, for nobody trades at the mid.

    Parameters
    ----------
    frame : pandas.DataFrame
        See `kit.columns.Venues`.
    trades : pandas.DataFrame, optional
        Trades of all venues, with a column ``venue``.

    Returns
    -------
    frame, str
    """
    venues = labels(frame, "venues")
    if all(frame[f"bid_{venue}"].notna().any() for venue in venues):
        return frame, "quotes"
    touched = frame.copy()
    for venue in venues:
        for side, name in ((-1, "bid"), (1, "ask")):
            touched[f"{name}_{venue}"] = frame[f"price_{venue}"] if trades is None else _last(
                frame["time"], trades[(trades["venue"] == venue) & (trades["side"] == side)], "price", stale)
    return touched, "last prices: an upper bound" if trades is None else "prints: what takers last got on each side"


def _last(time, table, column, carry):
    """What a column last said at each time, no longer than `carry` ago."""
    known = table[["time", column]].dropna()
    left, right = (one.assign(time=one["time"].dt.as_unit("ns")) for one in (time.to_frame("time"), known))
    within = pd.Timedelta(clock.duration(carry), "ns")
    return pd.merge_asof(left, right, on="time", tolerance=within)[column].to_numpy()


def edges(frame, taker=5.0, haircut=1.0, stale="5s") -> pd.DataFrame:
    r"""Edge of buying at one venue and selling at another at once, bp, for both directions of every pair.

    .. math:: 10^4 \log(B_b / A_a) - f_a - f_b - h

    - Both fees are those of takers; stock lies at both venues, so nothing is sent while prices move.
    - `haircut` stands for what prices do until the orders are there.

    Parameters
    ----------
    frame : pandas.DataFrame
        Venues with bids and asks, in one currency.
    taker : float or dict of str to float
        Fee, bp, of all venues or of each.
    haircut : float
        bp.
    stale : str
        Longer than this without a word from either venue, and the edge is missing.

    Returns
    -------
    pandas.DataFrame
        A column ``a -> b`` for each pair: bought at a, sold at b.
    """
    venues, oldest = labels(frame, "venues"), clock.duration(stale) / clock.SECOND
    fees = taker if isinstance(taker, dict) else dict.fromkeys(venues, taker)
    found = {f"{a} -> {b}": (BP * np.log(frame[f"bid_{b}"] / frame[f"ask_{a}"]) - fees[a] - fees[b] - haircut)
             .where(np.maximum(frame[f"age_{a}"], frame[f"age_{b}"]) <= oldest).to_numpy()
             for a, b in permutations(venues, 2)}
    return pd.DataFrame(found, index=pd.DatetimeIndex(frame["time"]))


def persistence(edges, by=BLOCKS) -> pd.DataFrame:
    """How often there is an edge, how large it then is and how long it lasts, a row a direction.

    Columns
    -------
    share, size_bp : with intervals
        Share of rows at which the edge is above zero, and its mean there.
    episodes, mean_s, longest_s
        Runs of such rows; a missing row ends one. A run lasts from its first row to the row after its last.
    known : share of rows at which the edge can be told
    """
    time = edges.index.as_unit("ns").asi8
    return pd.DataFrame({name: _lasting(edges[name].to_numpy(), time, by) for name in edges}).T.rename_axis("direction")


def _lasting(edge, time, by):
    known, open_ = np.isfinite(edge), edge > 0
    change = np.diff(np.r_[False, open_, False].astype(np.int8))
    begin, end = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    step = int(np.median(np.diff(time)))
    lasted = (time[end - 1] - time[begin] + step) / clock.SECOND
    size = by.score(lambda s: ratio(s[..., 1], s[..., 0]), np.stack([open_, np.where(open_, edge, 0)], axis=1), time)
    return in_columns({"share": mean(open_[known], time[known], by) if known.any() else size, "size_bp": size}) | {
        "episodes": float(len(begin)), "mean_s": lasted.mean() if len(begin) else np.nan,
        "longest_s": lasted.max() if len(begin) else np.nan, "known": known.mean()}


def half_life(deviation, by=BLOCKS):
    r"""Time in which half of a deviation is gone, in seconds, with its interval: that of an AR(1) on the rows.

    .. math:: \log(1/2) / \log(\rho) \cdot \Delta t

    Infinite where nothing reverts; missing where deviations change sign from row to row.

    Parameters
    ----------
    deviation : pandas.Series
        On a regular clock; only rows whose predecessor is known count.

    Returns
    -------
    kit.bootstrap.Score
    """
    x, time = deviation.to_numpy(np.float64), deviation.index.as_unit("ns").asi8
    step = float(np.median(np.diff(time))) / clock.SECOND
    known = np.isfinite(x[1:]) & np.isfinite(x[:-1]) & (np.diff(time) <= 1.5 * step * clock.SECOND)
    before, after = (part - np.nanmean(x) for part in (x[:-1][known], x[1:][known]))
    ones = np.ones(len(before))
    sums = np.stack([ones, before, after, before * before, before * after], axis=1)
    return by.score(lambda s: step * halved(_slope(s)), sums, time[1:][known])


def half_lives(deviations, by=BLOCKS) -> pd.DataFrame:
    """Of each column: ``half_life``, s, with its interval."""
    return pd.DataFrame({name: in_columns({"half_life": half_life(deviations[name], by)}) for name in deviations}).T


def exceedance(edges, costs) -> pd.DataFrame:
    """Share of rows, of those at which it is known, at which an edge is above each of `costs`, bp."""
    return pd.DataFrame({name: [(edges[name].dropna() > cost).mean() for cost in costs] for name in edges},
                        index=pd.Index(costs, name="costs_bp"))


def halved(rho):
    """Rows in which half is gone, of an autocorrelation."""
    rho = np.asarray(rho, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rho >= 1, np.inf, np.where(rho > 0, np.log(0.5) / np.log(np.clip(rho, 0, 1)), np.nan))


def _slope(s):
    n, x, y, xx, xy = np.moveaxis(s, -1, 0)
    return ratio(n * xy - x * y, n * xx - x * x)
