"""The paper's measures of many equity paths at once: values of shape (..., n + 1) in, one number a path out."""

from __future__ import annotations

import numpy as np

from kit.bootstrap import ratio
from kit.clock import YEAR


def stopped(values):
    """Values, 0 from the first that is not positive on."""
    return np.where(np.minimum.accumulate(values, axis=-1) <= 0, 0.0, values)


def simple_returns(values):
    """V_t / V_{t-1} - 1, shape (..., n); 0 after ruin."""
    before = values[..., :-1]
    return np.where(before > 0, ratio(values[..., 1:], before) - 1, 0.0)


def drawdowns(values):
    """Share lost since the peak so far."""
    return 1 - values / np.maximum.accumulate(values, axis=-1)


def growth(values, span):
    """(V_n / V_0)^(year / span) - 1, `span` in nanoseconds."""
    return (values[..., -1] / values[..., 0]) ** (YEAR / span) - 1


def deviation(steps, per_year):
    """Standard deviation of returns (n - 1), annualised; NaN for fewer than two."""
    if steps.shape[-1] < 2:
        return np.full(steps.shape[:-1], np.nan)
    return steps.std(axis=-1, ddof=1) * np.sqrt(per_year)


def loss_duration(values, time, open_ended):
    """Nanoseconds from a peak until it is reached again, where something was lost in between; the longest."""
    peak, at = values >= np.maximum.accumulate(values, axis=-1), np.arange(values.shape[-1])
    latest = np.maximum.accumulate(np.where(peak, at, 0), axis=-1)[..., :-1]
    lost = np.where(peak[..., 1:], at[1:] - latest > 1, open_ended)
    return np.where(lost, time[1:] - time[latest], 0).max(axis=-1)


def rebuilt(first, steps, money):
    """Paths that begin at `first` and take the given steps, shape (draws, n + 1): returns, or gains in money."""
    start = np.full((len(steps), 1), first)
    later = first + steps.cumsum(axis=-1) if money else first * (1 + steps).cumprod(axis=-1)
    return np.concatenate([start, later], axis=-1)


def measures(values, time, per_year, notional, compound):
    """All measures by name; those that compound to a year are missing unless `compound`."""
    gain, ruin, values = values[..., -1] - values[..., 0], values.min(axis=-1) <= 0, stopped(values)
    steps, span = simple_returns(values), time[-1] - time[0]
    arc = growth(values, span) if compound else np.full(values.shape[:-1], np.nan)
    asd, mdd = deviation(steps, per_year), drawdowns(values).max(axis=-1)
    return {
        "total return": values[..., -1] / values[..., 0] - 1,
        "ARC": arc,
        "ASD": asd,
        "IR*": ratio(arc, asd),
        "MDD": mdd,
        "MLD": loss_duration(values, time, True) / YEAR,
        "MLD closed": loss_duration(values, time, False) / YEAR,
        "IR**": ratio(arc * np.abs(arc), asd * mdd),
        "Sharpe": ratio(steps.mean(axis=-1) * per_year, asd),
        "additive return": gain / notional * (YEAR / span),
        "ruin": np.asarray(ruin, dtype=np.float64),
    }
