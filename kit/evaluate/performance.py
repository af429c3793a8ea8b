"""What an equity curve was worth: the paper's six measures, each with its uncertainty.

All of them are taken from closes: the first value, the last known at each UTC boundary of a period, and the last.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import Score
from kit.clock import UNITS, YEAR, duration
from kit.evaluate import paths
from kit.evaluate.resample import ROWS, without_interval
from kit.refusal import Refusal
from kit.units import BP

SHORTEST = "7d"
"""Less than this is not compounded to a year: a day's 5 % would be 54 million times the money."""


def closes(equity, every="1d") -> pd.Series:
    """The first value of an equity curve and the last of every UTC period; the outer periods may be shorter.

    Parameters
    ----------
    equity : pandas.Series, shape (n,)
        Money at UTC stamps, ascending. A value stamped on a boundary belongs to the period that ends there.
    every : str
        Length of the periods, counted from 1970-01-01 00:00 UTC.

    Raises
    ------
    Refusal
        Fewer than two values, a missing value, naive or decreasing time, or no money to begin with.
    """
    time, values = _clock(equity), equity.to_numpy(dtype=np.float64)
    if len(values) < 2:
        raise Refusal(f"{len(values)} values of equity", remedy="give at least a first and a last one")
    if not np.isfinite(values).all():
        raise Refusal("equity is missing", row=int(np.isfinite(values).argmin()), remedy="mark it at every stamp")
    if (np.diff(time) < 0).any():
        raise Refusal("time runs backwards", column="time", row=int((np.diff(time) < 0).argmax()) + 1)
    if values[0] <= 0:
        raise Refusal(f"equity begins at {values[0]:g}", remedy="state a capital above 0")
    period = (time - 1) // duration(every)
    last = np.append(period[1:] != period[:-1], True)
    last[0] = True
    return equity[last]


def returns(equity, every="1d") -> pd.Series:
    """Simple returns from close to close, stamped with the later one; 0 after ruin."""
    kept = closes(equity, every)
    return pd.Series(paths.simple_returns(_values(kept)), index=kept.index[1:], name=equity.name)


def drawdown(equity) -> pd.Series:
    """Share lost since the highest value so far, in [0, 1]; 1 from ruin on."""
    return pd.Series(paths.drawdowns(_values(equity)), index=equity.index, name=equity.name)


def arc(equity, shortest=SHORTEST) -> float:
    r"""Annualised return compounded, :math:`(V_n / V_0)^{1/years} - 1`; -1 for ruin, NaN if shorter than `shortest`.

    References
    ----------
    Eq. 2 of the paper; years of 365 days of elapsed time.
    """
    span = np.ptp(_clock(equity))
    return float(paths.growth(_values(equity), span)) if span >= duration(shortest) else np.nan


def asd(equity, every="1d") -> float:
    """Annualised standard deviation of simple returns (n - 1); NaN for fewer than two (the paper's eq. 3)."""
    return float(paths.deviation(returns(equity, every).to_numpy(), YEAR / duration(every)))


def mdd(equity) -> float:
    """Maximum drawdown as a share of the peak, what the paper's tables print; at every value that is given."""
    return float(drawdown(equity).max())


def absolute_drawdown(equity) -> float:
    """Maximum drawdown in money: eq. 5 as written, its running peak read as the peak so far."""
    values = equity.to_numpy(dtype=np.float64)
    return float((np.maximum.accumulate(values) - values).max())


def mld(equity, open_ended=True) -> float:
    """Maximum loss duration in years: longest time from a peak until it is reached again; 0 if nothing was lost.

    Parameters
    ----------
    open_ended : bool
        Count a drawdown that the last value leaves open, up to that value, as the paper's tables do. Eq. 6 asks for a
        later, higher maximum: False.
    """
    return float(paths.loss_duration(_values(equity), _clock(equity), open_ended) / YEAR)


def mld_as_written(equity) -> float:
    """Eq. 6 by the letter: longest time between any two local maxima of which the later is higher, in years.

    It grows with the sample for any curve that rises, and says nothing of loss: printed beside `mld`, never for it.
    """
    values, time = equity.to_numpy(dtype=np.float64), _clock(equity)
    walled = np.concatenate([[-np.inf], values, [-np.inf]])
    top = np.flatnonzero((values >= walled[:-2]) & (values >= walled[2:]))
    waits = [time[j] - time[top[values[top] < values[j]][0]] for j in top if (values[top] < values[j]).any()]
    return float(max([0, *waits]) / YEAR)


def performance(equity, every="1d", *, fixed_notional=None, shortest=SHORTEST, by=ROWS) -> dict[str, Score]:
    """The measures of one equity curve.

    - Intervals resample close-to-close returns, or gains in money where `fixed_notional` is given, and rebuild the
      curve from them.
    - Ruin (equity at or below 0) ends the curve: ARC -1, MDD 1.
    - ASD 0 makes IR* missing, MDD 0 makes IR** missing; what cannot be annualised is missing and says why.

    Parameters
    ----------
    equity : pandas.Series
        See `closes`.
    every : str
        Period of the closes.
    fixed_notional : float, optional
        Money that every trade is worth. Gains then do not compound, and the additive annual return is of this money;
        else it is of the first value.
    shortest : str
        Shorter curves are not annualised.
    by : Resample
        Of the intervals.

    Returns
    -------
    dict of str to Score
        ``total return``, ``ARC``, ``ASD``, ``IR*``, ``MDD``, ``MLD`` (years), ``MLD closed`` (years), ``IR**``,
        ``Sharpe`` (arithmetic, annualised), ``additive return`` (a year), ``ruin`` (0 or 1).
    """
    kept = closes(equity, every)
    time, values = _clock(kept), kept.to_numpy(dtype=np.float64)
    compound = np.ptp(time) >= duration(shortest)
    measures = lambda curve: paths.measures(curve, time, YEAR / duration(every), fixed_notional or values[0], compound)
    steps = np.diff(values) if fixed_notional else paths.simple_returns(_values(kept))
    rows, method = by.draw(steps)
    drawn = measures(paths.rebuilt(values[0], steps[rows], fixed_notional))
    scores = {name: by.interval(float(value), drawn[name], len(steps), method)
              for name, value in measures(values).items()}
    if not compound:
        why = f"{np.ptp(time) / UNITS['d']:.3g} days are too short to annualise, {shortest} is the least"
        scores |= {name: without_interval(replace(scores[name], value=np.nan), why) for name in OF_A_YEAR}
    return scores | {"ruin": without_interval(scores["ruin"], "seen, or not: no interval")}


OF_A_YEAR = ("ARC", "IR*", "IR**", "Sharpe", "additive return")
"""Means of a year: missing where less than `SHORTEST` was seen. A deviation (ASD) is known sooner."""


def table(curves, every="1d", **settings) -> pd.DataFrame:
    """Measures of many curves in the form of the paper's Tables 1 to 3: a row a measure, a column a curve.

    Parameters
    ----------
    curves : dict of str to pandas.Series
    **settings
        Of `performance`.
    """
    return pd.DataFrame({name: {measure: score.value for measure, score in
                                performance(curve, every, **settings).items()} for name, curve in curves.items()})


def buy_and_hold(bid, ask, capital=10_000.0, fee=0.0) -> pd.Series:
    """Equity of buying once, at the first ask, and holding, marked at the bid.

    Parameters
    ----------
    bid, ask : pandas.Series
        On one UTC index; stamps without a quote are left out.
    capital : float
        Spent whole; the first value of the curve, before the purchase.
    fee : float
        Basis points of notional, paid on the purchase.
    """
    _clock(bid)
    quoted = (bid.notna() & ask.notna()).to_numpy()
    if not quoted.any():
        raise Refusal("no quote to buy at", column="ask")
    bid, ask = bid[quoted], ask[quoted]
    equity = capital * (bid / ask.iloc[0] - fee / BP)
    equity.iloc[0] = capital
    return equity.rename("buy and hold")


def _clock(series):
    return backend.nanoseconds(series.index.to_series(), "equity")


def _values(equity):
    return paths.stopped(equity.to_numpy(dtype=np.float64))
