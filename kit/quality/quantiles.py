"""What a factor's extremes are worth, and how long they stay: returns by quantile, turnover, memory.

Quantiles are those of the past: a row is ranked among the rows before it, so that what is measured could have been
traded.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kit.clock import SECOND, duration
from kit.evaluate.hac import bandwidth, standard_error
from kit.past import Past
from kit.quality.information import FEWEST, rows_of, stamps
from kit.units import BP

QUANTILES = 5


def standing(factor, window="1h") -> pd.Series:
    """Rank of every value among those of the `window` that ends with it, in (0, 1], ties averaged.

    Parameters
    ----------
    factor : pandas.Series
        On a UTC index; missing values are left out, not counted.
    window : str or int
        A duration, or a number of values.

    Returns
    -------
    pandas.Series
        On the same index; missing where the value is, and until a window has passed.
    """
    known = factor.dropna()
    past = Past().at(stamps(known.index))
    return pd.Series(past.rank(known.to_numpy(dtype=np.float64), window), known.index).reindex(factor.index)


def bucket(ranks, quantiles=QUANTILES) -> pd.Series:
    """Quantile of each rank in (0, 1], from 1 to `quantiles`; missing where the rank is."""
    return np.ceil(ranks * quantiles - 1e-9).clip(1, quantiles)


def returns_by_quantile(ranks, returns, horizon=1, quantiles=QUANTILES) -> pd.DataFrame:
    """Mean later return of each quantile, in basis points, with HAC intervals.

    Parameters
    ----------
    ranks : pandas.Series
        As `standing` returns.
    returns : pandas.Series
        On the same index.
    horizon : int
        Rows that a return spans.

    Returns
    -------
    pandas.DataFrame
        A row a quantile, from 1: ``mean``, ``low``, ``high``, ``n``; missing where a quantile has no rows.
    """
    number, r = _both(bucket(ranks, quantiles), returns)
    return pd.DataFrame({k: _mean(BP * r, number == k, horizon) for k in range(1, quantiles + 1)}).T.rename_axis(
        "quantile").astype({"n": int})


def of_many(factors, returns, horizon, window, quantiles=QUANTILES) -> dict[str, pd.DataFrame]:
    """`returns_by_quantile` of each factor; `horizon` and `window` are durations."""
    span = rows_of(factors.index, horizon)
    return {name: returns_by_quantile(standing(factors[name], window), returns, span, quantiles) for name in factors}


def spread(ranks, returns, horizon=1, quantiles=QUANTILES) -> pd.Series:
    """Mean return of the highest quantile less that of the lowest, in basis points, and how evenly it rises.

    Returns
    -------
    pandas.Series
        ``spread`` with its HAC interval ``spread_low``, ``spread_high``; ``monotone``, rank correlation of quantile
        and mean return: 1 where each quantile earns more than the one below, -1 where less.
    """
    number, r = _both(bucket(ranks, quantiles), returns)
    names = ("spread", "spread_low", "spread_high", "monotone")
    means = [BP * r[number == k].mean() if (number == k).any() else np.nan for k in range(1, quantiles + 1)]
    if len(r) < FEWEST or np.isnan(means).any():
        return pd.Series(np.nan, names)
    top, bottom = ((number == k) * (BP * r - means[k - 1]) / (number == k).mean() for k in (quantiles, 1))
    reach = stats.norm.ppf(0.975) * standard_error(top - bottom, bandwidth(len(r), 2 * horizon + 1))
    value, even = means[-1] - means[0], np.ptp(means) > 0
    monotone = stats.spearmanr(range(quantiles), means).statistic if even else np.nan
    return pd.Series((value, value - reach, value + reach, monotone), names)


def turnover(members, lag=1) -> float:
    """Share of a quantile's members that were not in it `lag` rows before: 1 less the overlap.

    Parameters
    ----------
    members : array of bool, shape (rows,) or (rows, assets)
        Whether a row, or an asset at that row, is in the quantile.
    lag : int
        Rows.
    """
    members = np.asarray(members, dtype=bool)
    now, before = members[lag:], members[:-lag]
    return float(1 - (now & before).sum() / now.sum()) if now.any() else np.nan


def memory(factor, horizon) -> pd.Series:
    """What is left of a factor after a horizon.

    Returns
    -------
    pandas.Series
        ``autocorrelation`` at that lag; ``halflife``, seconds after which half would be left did it decay
        geometrically; infinite where nothing is lost, missing where nothing is left.
    """
    lag = rows_of(factor.index, horizon)
    rho = factor.corr(factor.shift(lag)) if factor.nunique() > 1 else np.nan
    seconds = duration(horizon) / SECOND
    half = np.inf if rho >= 1 else seconds * np.log(0.5) / np.log(rho) if rho > 0 else np.nan
    return pd.Series({"autocorrelation": float(rho), "halflife": float(half)})


def _both(number, returns):
    """Quantiles and returns of the rows that have both."""
    number, r = number.to_numpy(), returns.to_numpy(dtype=np.float64)
    both = np.isfinite(number) & np.isfinite(r)
    return number[both], r[both]


def _mean(r, mine, horizon):
    """Mean of the rows that are mine, its interval from the sums over all rows."""
    n = int(mine.sum())
    if n < 2:
        return {"mean": np.nan, "low": np.nan, "high": np.nan, "n": n}
    mean = r[mine].mean()
    reach = stats.norm.ppf(0.975) * standard_error(mine * (r - mean) / mine.mean(), bandwidth(len(r), 2 * horizon + 1))
    return {"mean": mean, "low": mean - reach, "high": mean + reach, "n": n}
