"""How much an edge can bear: the fee and the latency at which it is gone, and the money at which it stops growing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit import backend, columns
from kit.bootstrap import BLOCKS, Score, quotient
from kit.clock import UNITS
from kit.evaluate.markouts import spreads
from kit.execution.latency import Constant, nanoseconds
from kit.kernels.joins import asof
from kit.refusal import Refusal
from kit.units import BP

EARNED = 0.95
"""Share of the most that could be earned at which more money is said to add nothing."""


def break_even_fee(gains, turnover, time, by=BLOCKS) -> Score:
    """Fee at which gains before fees are eaten up, in basis points of what is traded.

    Parameters
    ----------
    gains : array of float, shape (n,)
        Money made before fees, by period or by fill.
    turnover : array of float, shape (n,)
        Money traded, both ways.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch.

    Returns
    -------
    Score
        NaN where nothing was traded; negative where the strategy loses without fees.
    """
    return quotient(BP * np.asarray(gains, dtype=np.float64), turnover, time, by)


def by_latency(replay, delays, every="1s") -> pd.DataFrame:
    """What a strategy gains by the clock at each of some latencies, for `break_even`.

    Parameters
    ----------
    replay : callable
        From a `kit.execution.Constant` to a `kit.execution.Replay`.
    delays : sequence of str
        Such as ``("0ms", "100ms", "1s")``.
    every : str
        Step of the clock.

    Returns
    -------
    pandas.DataFrame
        Money gained in each step, UTC-indexed, a column a latency, in milliseconds.
    """
    curves = {nanoseconds(delay) / UNITS["ms"]: replay(Constant(delay)).equity(every) for delay in delays}
    return pd.DataFrame(curves).diff().iloc[1:]


def break_even(gains, by=BLOCKS) -> Score:
    """Where the total of gains falls to zero along a cost (latency, fee, threshold), linear between scenarios.

    - A total that is never positive gives the first cost, one that never falls to zero the last: such a value has no
      interval, and its method says "at most" or "at least".
    - Blocks of time are resampled for all scenarios together.

    Parameters
    ----------
    gains : pandas.DataFrame, shape (n, scenarios)
        Money made after costs in each period, UTC-indexed; columns are the cost, increasing.
    """
    x = gains.columns.to_numpy(dtype=np.float64)
    if len(x) < 2 or (np.diff(x) <= 0).any():
        raise Refusal(f"scenarios at {x} do not increase", remedy="sort them, each once, two at least")
    time = backend.nanoseconds(gains.index.to_series(), "gains")
    score = by.score(lambda sums: crossing(x, sums), gains.to_numpy(dtype=np.float64), time)
    beyond = {x[0]: "at most this: no edge at any cost tried", x[-1]: "at least this: an edge at every cost tried"}
    if score.value in beyond:
        return replace(score, low=np.nan, high=np.nan, method=beyond[score.value])
    return replace(score, method=f"{score.method}; from {x[0]:g} to {x[-1]:g}, censored beyond")


def totals(gains, by=BLOCKS) -> pd.DataFrame:
    """Sum of gains at every cost, with its interval.

    Parameters
    ----------
    gains : pandas.DataFrame, shape (n, scenarios)
        See `break_even`.

    Returns
    -------
    pandas.DataFrame
        A row a scenario: ``cost``, ``gain``, ``low``, ``high``.
    """
    time = backend.nanoseconds(gains.index.to_series(), "gains")
    return pd.DataFrame([{"cost": float(cost)} | _total(money.to_numpy(dtype=np.float64), time, by)
                         for cost, money in gains.items()])


def _total(money, time, by):
    score = by.score(lambda sums: sums[..., 0], money[:, None], time)
    return {"gain": score.value, "low": score.low, "high": score.high}


def crossing(x, y):
    """First x at which y, shape (..., k), is 0 or below, linear in between: see `break_even` -> (...)."""
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    below = y <= 0
    last = np.where(below.any(axis=-1), below.argmax(axis=-1), len(x) - 1)
    first = np.maximum(last - 1, 0)
    before, after = (np.take_along_axis(y, k[..., None], axis=-1)[..., 0] for k in (first, last))
    crosses = (before > 0) & (after <= 0)
    share = np.where(crosses, before / np.where(crosses, before - after, 1.0), 1.0)
    return x[first] + share * (x[last] - x[first])


def break_even_table(sweep, along, value, within=()) -> pd.DataFrame:
    """Break-even of every strategy of a sweep, from totals alone: no intervals.

    Parameters
    ----------
    sweep : pandas.DataFrame
        A row a scenario.
    along : str
        Column that costs: numbers, or delays such as ``"100ms"``, which come back in milliseconds.
    value : str
        Column of money made.
    within : sequence of str
        Columns that tell strategies apart.

    Returns
    -------
    pandas.DataFrame
        A row a strategy: `within`, ``break_even``, ``first`` and ``last`` (value at the ends of the sweep; a positive
        last says "at least", a first that is not positive "at most").
    """
    groups = sweep.groupby(list(within), sort=False) if within else [((), sweep)]
    rows = []
    for key, part in groups:
        cost = np.array([nanoseconds(x) / UNITS["ms"] if isinstance(x, str) else x for x in part[along]], dtype=float)
        if len(np.unique(cost)) < len(cost):
            raise Refusal("several scenarios at one value", column=along, remedy="name what tells them apart, within")
        money = part[value].to_numpy(dtype=np.float64)[np.argsort(cost)]
        rows.append(dict(zip(within, key, strict=True)) | {
            "break_even": float(crossing(np.sort(cost), money)), "first": money[0], "last": money[-1]})
    return pd.DataFrame(rows)


def displayed(fills, quotes):
    """Money displayed at the touch that each taking fill hit, strictly before it; NaN where no quote came before.

    Parameters
    ----------
    fills : pandas.DataFrame
        ``time`` (UTC), ``side`` (+1 bought at the ask, -1 sold at the bid).
    quotes : frame
        See `kit.columns.Quotes`.

    Returns
    -------
    array of float, shape (n,)
    """
    q = columns.read(backend.release(quotes), "quotes")
    row = asof(columns.clock_of(fills, "fills"), q.time)
    money = np.where(fills["side"].to_numpy() > 0, q.ask[row] * q.ask_size[row], q.bid[row] * q.bid_size[row])
    return np.where(row < 0, np.nan, money)


def curve(edge, available, time, notionals=None, by=BLOCKS) -> pd.DataFrame:
    r"""Money made as a function of the notional of every trade, :math:`\sum_i e_i \min(N, L_i)`.

    - Trades take what is displayed at the touch and no more; deeper levels, and what trading does to the next quote,
      are not in it: an upper bound.

    Parameters
    ----------
    edge : array of float, shape (n,)
        What each trade gains, after costs, in basis points of what is traded; the markout of `kit.evaluate.markouts`.
    available : array of float, shape (n,)
        Money displayed, as `displayed` says.
    time : array of int64, shape (n,)
    notionals : array of float, optional
        Default 40, evenly spaced in logarithm from a hundredth of the median displayed to the most.

    Returns
    -------
    pandas.DataFrame
        ``notional``, ``gain`` with ``low`` and ``high``, ``bound`` (share of trades that the touch cuts).
    """
    notionals, gains = _gains(edge, available, notionals)
    return pd.DataFrame([{"notional": n, **_total(money, np.asarray(time), by),
                          "bound": float((np.asarray(available) < n).mean())}
                         for n, money in zip(notionals, gains.T, strict=True)])


def capacity(edge, available, time, notionals=None, earned=EARNED, by=BLOCKS) -> Score:
    """Least notional that earns `earned` of the most that the curve reaches; 0 where it never earns. See `curve`."""
    notionals, gains = _gains(edge, available, notionals)

    def least(sums):
        most = sums.max(axis=-1, keepdims=True)
        return np.where(most[..., 0] > 0, notionals[(sums >= earned * most).argmax(axis=-1)], 0.0)

    return by.score(least, gains, np.asarray(time))


def of_fills(fills, quotes, horizon, fee=0.0, by=BLOCKS):
    """What fills gain against the mid a horizon later, less a fee, as the notional of each grows.

    Parameters
    ----------
    fills : pandas.DataFrame
        Of a `kit.execution.Replay`.
    quotes : frame
        See `kit.columns.Quotes`.
    horizon : str
    fee : float
        bp a fill.

    Returns
    -------
    (pandas.DataFrame, Score) or None
        As `curve` and `capacity` return; None without a fill that has quotes on both sides.
    """
    edge = spreads(fills, quotes, (horizon,))["markout"].to_numpy() - fee
    shown, time = displayed(fills, quotes), fills["time"].astype("int64").to_numpy()
    known = np.isfinite(edge) & np.isfinite(shown)
    if not known.any():
        return None
    rows = edge[known], shown[known], time[known]
    return curve(*rows, by=by), capacity(*rows, by=by)


def _gains(edge, available, notionals):
    """Notionals, and what every trade gains at each of them, shape (n, notionals)."""
    edge, available = np.asarray(edge, dtype=np.float64), np.asarray(available, dtype=np.float64)
    missing = ~(np.isfinite(edge) & np.isfinite(available))
    if missing.any() or not len(edge):
        raise Refusal("an edge or a displayed size is missing", row=int(missing.argmax()) if len(edge) else None,
                      remedy="drop trades near the ends of the quotes")
    if notionals is None:
        notionals = np.geomspace(np.median(available) / 100, available.max(), 40)
    notionals = np.asarray(notionals, dtype=np.float64)
    return notionals, edge[:, None] / BP * np.minimum(notionals, available[:, None])
