"""Where a perpetual's mid stands inside the spot's spread, beside the spot's imbalance: the paper's Figures 7 and 8."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock, columns
from kit.bootstrap import Bootstrap, mean
from kit.kernels import joins
from kit.model import scores
from kit.past import Past
from kit.refusal import Refusal
from kit.sources import datasets

BLOCK = Bootstrap(horizon="1s", block="5s")
"""Intervals over blocks of 5 s: minutes of data give no longer ones."""
SHIFTS = (-500, -200, -100, -50, -20, 0, 20, 50, 100, 200, 500)
WINDOWS = ("10s", "30s", "60s", "120s")


def load(spot, perp, start=None, end=None):
    """Quotes of both markets.

    Parameters
    ----------
    spot, perp : str
        ``dataset/symbol`` of each.
    start, end : optional
        As `kit.sources.datasets.load` takes them.

    Returns
    -------
    spot, perp : pandas.DataFrame
        Of `kit.columns.Quotes`; ``attrs`` says where the stamps are the reader's estimate.
    """
    pair = (datasets.load(*name.split("/", 1), start, end).quotes for name in (spot, perp))
    return tuple(map(backend.release, pair))


def missing(spot, perp) -> str | None:
    """Why the pair cannot be shown, in a sentence; None where both recordings are at hand."""
    for name in (spot, perp):
        dataset = name.split("/", 1)[0]
        if dataset not in datasets.available():
            where = f"set {datasets.variable(dataset)} to a folder that holds {datasets.find(dataset).folder}"
            return f"Not shown: {name} is not at hand ({where}), and the embedded market has no second venue."
    return None


def position(spot, perp, basis="60s", every="100ms", stale="5s", shift_ms=0) -> pd.DataFrame:
    r"""The perpetual's mid, less the basis, on the scale of the spot's spread.

    .. math:: z = 2 (M_{perp} - \mathrm{basis} - P_b) / (P_a - P_b) - 1

    - Both books are read on one regular clock: the last quote of each at or before the moment, on exchange time.
    - The basis is the median of the difference of the two mids over the trailing window: it knows the past only.
    - Nothing is cut off: where the perpetual stands outside the spread, z is below -1 or above 1.

    Parameters
    ----------
    spot, perp : frame
        See `kit.columns.Quotes`.
    basis : str
        Window of the median. An hour is the kit's default where there are hours; six minutes of data take 60 s.
    every : str
        Step of the clock.
    stale : str
        Age from which a quote is no longer taken.
    shift_ms : int
        Milliseconds added to the spot's stamps, to see what an error of its clock would do.

    Returns
    -------
    pandas.DataFrame
        Indexed by UTC time, rows without a missing value: ``bid, ask`` (spot), ``imbalance``, ``future`` (the
        perpetual's mid), ``basis`` and ``z``.

    Raises
    ------
    Refusal
        The two recordings have no stretch in common that is longer than the window.
    """
    s, p = columns.read(spot, "quotes", file="spot"), columns.read(perp, "quotes", file="perpetual")
    s = s._replace(time=s.time + shift_ms * clock.UNITS["ms"])
    step, first, last = clock.duration(every), max(s.time[0], p.time[0]), min(s.time[-1], p.time[-1])
    moments = np.arange(-(-first // step), last // step + 1) * step
    if not len(moments) or moments[-1] - moments[0] < clock.duration(basis):
        raise Refusal(f"less than {basis} in common", file="spot and perpetual", remedy="take a shorter window")
    row, other = _known(moments, s.time, stale), _known(moments, p.time, stale)
    bid, ask, bids, asks = (np.where(row < 0, np.nan, column[row]) for column in (s.bid, s.ask, s.bid_size, s.ask_size))
    future = np.where(other < 0, np.nan, (p.bid[other] + p.ask[other]) / 2)
    premium = Past().at(moments).quantile(future - (bid + ask) / 2, 0.5, basis)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame({"bid": bid, "ask": ask, "imbalance": (bids - asks) / (bids + asks), "future": future,
                              "basis": premium, "z": 2 * (future - premium - bid) / (ask - bid) - 1},
                             index=clock.utc(moments).rename("time"))
    return table.replace([np.inf, -np.inf], np.nan).dropna()


def _known(moments, time, stale):
    """Row of the last quote at or before each moment; -1 where there is none, or it is too old."""
    row = joins.asof(moments, time, at_or_before=True)
    return np.where((row >= 0) & (moments - time[row] <= clock.duration(stale)), row, -1)


def correlations(table, step="1s", by=BLOCK) -> pd.DataFrame:
    """How the perpetual's position and the spot's imbalance go together, in levels and without their persistence.

    Parameters
    ----------
    table : pandas.DataFrame
        As `position` returns it.
    step : str
        Over which changes are taken.
    by : Bootstrap
        Of the intervals.

    Returns
    -------
    pandas.DataFrame
        ``value, low, high``, ``n`` rows and ``effective`` rows (see `effective_size`) of

        - ``levels``, and ``ranks`` of levels, which outliers cannot carry;
        - ``changes`` over `step`;
        - ``within price level``: both less their means over the time in which the spot's touch stood still.
    """
    z, x, time = table["z"], table["imbalance"], table.index.as_unit("ns").asi8
    before = joins.asof(time - clock.duration(step), time, at_or_before=True)
    old, new = before[before >= 0], before >= 0
    standing = ((table["bid"] != table["bid"].shift()) | (table["ask"] != table["ask"].shift())).cumsum()
    pairs = {"levels": (z, x, time), "ranks": (z.rank(), x.rank(), time),
             "changes": (z.to_numpy()[new] - z.to_numpy()[old], x.to_numpy()[new] - x.to_numpy()[old], time[new]),
             "within price level": (z - z.groupby(standing).transform("mean"),
                                    x - x.groupby(standing).transform("mean"), time)}
    return pd.DataFrame({name: _correlated(*pair, by) for name, pair in pairs.items()}).T


def _correlated(z, x, time, by):
    z, x = np.asarray(z, dtype=np.float64), np.asarray(x, dtype=np.float64)
    score = scores.correlation(z, x, time, by)
    return {"value": score.value, "low": score.low, "high": score.high, "n": len(z), "effective": effective_size(z, x)}


def effective_size(x, y) -> float:
    r"""Number of independent rows that would tell as much of a correlation as these persistent ones.

    .. math:: n / (1 + 2 \sum_{k=1}^{K} (1 - k/n) \rho_x(k) \rho_y(k))

    Summed up to the first lag at which the product is not positive.

    Parameters
    ----------
    x, y : array, shape (n,)
        Evenly spaced.

    References
    ----------
    Bartlett (1946), On the theoretical specification and sampling properties of autocorrelated time-series.
    """
    product = _autocorrelation(x) * _autocorrelation(y)
    ends = np.flatnonzero(product <= 0)
    reach = ends[0] if len(ends) else len(product)
    lag = np.arange(1, reach)
    return float(len(x) / (1 + 2 * ((1 - lag / len(x)) * product[1:reach]).sum()))


def _autocorrelation(x):
    centred = x - x.mean()
    power = np.abs(np.fft.rfft(centred, 2 * len(x))) ** 2
    covariance = np.fft.irfft(power)[:len(x)]
    return covariance / covariance[0]


def outside(table, by=BLOCK):
    """Share of time at which the perpetual stands outside the spot's spread, with its interval."""
    return mean(table["z"].abs() > 1, table.index.as_unit("ns").asi8, by)


def sensitivity(spot, perp, basis="60s", shifts=SHIFTS, windows=WINDOWS, **clock_and_age) -> pd.DataFrame:
    """Correlation of levels and of ranks, for several windows of the basis and several errors of the spot's clock.

    Parameters
    ----------
    spot, perp, basis
        As `position` takes them.
    shifts : sequence of int
        Milliseconds.
    windows : sequence of str
    **clock_and_age
        `every` and `stale` of `position`.

    Returns
    -------
    pandas.DataFrame
        A row a choice: ``choice`` ("clock shift" or "basis window"), ``seconds`` (its size), and of ``levels``,
        ``ranks`` and ``within price level`` the value, ``_low`` and ``_high``.
    """
    choices = [("clock shift", shift / 1000, basis, shift) for shift in shifts]
    choices += [("basis window", clock.duration(window) / clock.SECOND, window, 0) for window in windows]
    rows = []
    for choice, seconds, window, shift in choices:
        found = correlations(position(spot, perp, window, shift_ms=shift, **clock_and_age))
        row = {"choice": choice, "seconds": seconds}
        for name in ("levels", "ranks", "within price level"):
            row |= {name: found["value"][name], f"{name}_low": found["low"][name], f"{name}_high": found["high"][name]}
        rows.append(row)
    return pd.DataFrame(rows)
