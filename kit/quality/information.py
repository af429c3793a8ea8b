"""Information coefficients: how a factor goes with the return that follows it, along time or across assets.

- Along time, of one asset, and across assets, at one time, are two questions; a number here always says which.
- Labels of h rows overlap, and factors remember: standard errors take the longer of ⌊4 (n / 100)^{2/9}⌋ and 2h lags.
- In 400 worlds of 2,000 rows without edge, a factor that remembers ten rows and returns over 1, 5 and 30 rows, tests at
  5 % rejected in 6, 8 and 9 %: long horizons are taken for a little surer than they are.
- Rows where factor or return is missing are left out; a factor that does not vary has no coefficient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from kit import backend
from kit.bootstrap import BLOCKS
from kit.clock import SECOND, duration
from kit.evaluate.hac import bandwidth, standard_error
from kit.future import Future
from kit.model.scores import pearson

FEWEST = 30
"""Rows, or dates, below which nothing is said."""
ASSETS = 3
"""Assets that a date must have for a coefficient across them."""


@dataclass(frozen=True)
class Coefficient:
    """A coefficient in [-1, 1], its interval, and how sure it is that it is not 0."""

    value: float
    low: float
    high: float
    t: float
    p: float  #: two-sided
    n: int  #: rows along time, dates across assets
    method: str


def forward(price, horizons) -> pd.DataFrame:
    """Log returns over what comes next: labels, known a horizon later.

    Parameters
    ----------
    price : pandas.Series
        On a UTC index; missing where there is none.
    horizons : sequence of str
        Durations.

    Returns
    -------
    pandas.DataFrame
        A column a horizon; missing where the data end before.
    """
    future, value = Future(stamps(price.index)), np.log(price.to_numpy())
    return pd.DataFrame({one: future.at(value, one) - value for one in horizons}, index=price.index)


def stamps(index):
    """A UTC index as int64 nanoseconds."""
    return backend.nanoseconds(index.to_series(), "index")


def rows_of(index, horizon) -> int:
    """Rows that a horizon spans on a clock, by its median step; at least one."""
    step = np.median(np.diff(stamps(index))) if len(index) > 1 else duration(horizon)
    return max(1, round(duration(horizon) / step))


def seconds(horizon) -> float:
    """A duration in seconds."""
    return duration(horizon) / SECOND


def along_time(factor, returns, horizon=1, ranks=True) -> Coefficient:
    r"""Coefficient of one asset's factor with its own later return, over time.

    The standard error is that of the mean of the coefficient's influence function.

    Parameters
    ----------
    factor, returns : array of float, shape (n,)
        Rows in time's order; missing ones are left out.
    horizon : int
        Rows that a return spans.
    ranks : bool
        Of ranks (Spearman), or of the values (Pearson).

    References
    ----------
    Newey and West (1987); Croux and Dehon (2010), Influence functions of the Spearman and Kendall correlation measures.
    """
    x, y = (np.asarray(series, dtype=np.float64) for series in (factor, returns))
    both = np.isfinite(x) & np.isfinite(y)
    x, y = x[both], y[both]
    what = f"{'rank ' if ranks else ''}correlation along time"
    if len(x) < FEWEST or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Coefficient(*[np.nan] * 5, len(x), f"no {what}: {len(x)} rows, or none that vary")
    value, influence = _spearman(x, y) if ranks else _pearson(x, y)
    return _known(value, influence, horizon, what)


def across_assets(factor, returns, horizon=1, ranks=True) -> Coefficient:
    """Mean over dates of the coefficient across assets at one date.

    Parameters
    ----------
    factor, returns : pandas.DataFrame, shape (dates, assets)
    horizon : int
        Dates that a return spans.
    ranks : bool
        Of ranks, which move in steps of .1 where there are five assets, or of the values.
    """
    daily = by_date(factor, returns, ranks).dropna().to_numpy()
    what = f"mean {'rank ' if ranks else ''}correlation across assets"
    if len(daily) < FEWEST:
        return Coefficient(*[np.nan] * 5, len(daily), f"no {what}: {len(daily)} dates")
    return _known(float(daily.mean()), daily, horizon, what)


def by_date(factor, returns, ranks=True) -> pd.Series:
    """Coefficient across the assets that have both, date by date; missing where fewer than `ASSETS` do."""
    returns = returns.reindex(index=factor.index, columns=factor.columns)
    both = factor.notna() & returns.notna()
    x, y = (frame.where(both) for frame in (factor, returns))
    x, y = (frame.rank(axis=1) for frame in (x, y)) if ranks else (x, y)
    x, y = (frame.sub(frame.mean(axis=1), axis=0) for frame in (x, y))
    length = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
    return ((x * y).sum(axis=1) / length.where(length > 0)).where(both.sum(axis=1) >= ASSETS)


def intervals(factors, returns, horizon, by=BLOCKS) -> pd.DataFrame:
    """Rank coefficients of many factors along time with bootstrap intervals, all of them from the same resamples.

    Ranks are those of all rows and are kept in the resamples.

    Parameters
    ----------
    factors : pandas.DataFrame
        A column a factor, on a UTC index.
    returns : pandas.Series
    horizon : str
        What a return spans.
    by : kit.bootstrap.Bootstrap

    Returns
    -------
    pandas.DataFrame
        A row a factor: ``low``, ``high``; missing where there are too few blocks.
    """
    by = replace(by, horizon=horizon)
    block = by.block_of(stamps(factors.index))
    sums = np.stack([_sums(factors[name].to_numpy(), returns.to_numpy(), block) for name in factors], axis=1)
    drawn = pearson(by.resampled(sums, pearson))
    tail = 50 * (1 - by.level)
    with np.errstate(invalid="ignore"):
        low, high = np.percentile(drawn, [tail, 100 - tail], axis=0)
    return pd.DataFrame({"low": low, "high": high}, index=factors.columns)


def decay(factors, price, horizons, ranks=True) -> pd.DataFrame:
    """Coefficients along time of many factors over many horizons.

    Returns
    -------
    pandas.DataFrame
        A row a (``factor``, ``horizon``): the fields of `Coefficient`.
    """
    ahead = forward(price, horizons)
    found = {(name, one): vars(along_time(factors[name], ahead[one], rows_of(price.index, one), ranks))
             for name in factors for one in horizons}
    return pd.DataFrame(found.values(), index=pd.MultiIndex.from_tuples(found, names=["factor", "horizon"]))


def _known(value, influence, horizon, what):
    lags = bandwidth(len(influence), 2 * horizon + 1)
    error = float(standard_error(influence, lags))
    t = value / error if error > 0 else np.copysign(np.inf, value)
    reach = stats.norm.ppf(0.975) * error
    return Coefficient(value, max(value - reach, -1.0), min(value + reach, 1.0), t, float(2 * stats.norm.sf(abs(t))),
                       len(influence), f"{what}, Newey–West, {lags} lags")


def _standard(x):
    return (x - x.mean()) / x.std()


def _pearson(x, y):
    x, y = _standard(x), _standard(y)
    value = float(np.mean(x * y))
    return value, x * y - value * (x * x + y * y) / 2


def _spearman(x, y):
    a, b = (_standard(stats.rankdata(series)) for series in (x, y))
    return float(np.mean(a * b)), a * b + np.sqrt(12) * (_above(x, b) + _above(y, a))


def _above(x, weight):
    """Mean over rows of the weight where x is above this row's, ties half."""
    order = np.argsort(x, kind="stable")
    known, below = x[order], np.concatenate([[0.0], np.cumsum(weight[order])])
    first, last = (np.searchsorted(known, x, side=side) for side in ("left", "right"))
    return (below[-1] - (below[first] + below[last]) / 2) / len(x)


def _sums(x, y, block):
    """Sums by block that a rank correlation is made of, shape (blocks, 6)."""
    both = np.isfinite(x) & np.isfinite(y)
    a, b = np.zeros(len(x)), np.zeros(len(x))
    if both.sum() > 1 and np.ptp(x[both]) and np.ptp(y[both]):
        a[both], b[both] = (_standard(stats.rankdata(series[both])) for series in (x, y))
    columns = (both.astype(np.float64), a, b, a * a, b * b, a * b)
    return np.stack([np.bincount(block, one, block.max() + 1) for one in columns], axis=1)

