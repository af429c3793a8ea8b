"""Measures of a day's variance side by side: what each says of the same days, and beside what is known of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import BLOCKS, by_day, quotient
from kit.factor import compute
from kit.volatility import grid

RARE, YEAR_OF_DAYS = "5min", clock.YEAR // clock.UNITS["d"]
FAST = ("realised_variance", "tsrv", "realised_kernel", "pre_averaged_variance")
"""Made of all bars: noise is in the first of them, and taken out of the others."""
STEADY = ("realised_variance", "bipower_variation", "med_rv", "min_rv")
"""Made of returns over `RARE`: jumps are in the first of them, and taken out of the others."""
RANGES = ("parkinson", "garman_klass", "rogers_satchell")
"""Made of each day's open, high, low and close."""


def daily(bars, rare=RARE, **parameters) -> pd.DataFrame:
    """Variance of each whole UTC day but the first by every measure; missing of those that need finer bars.

    Parameters
    ----------
    bars : frame
        As `kit.columns.Bars`, of an hour at most.
    rare : str
        Step of the measures that are not made to bear noise; no shorter than the bars.
    **parameters
        Of the measures made of all bars: ``slow``, ``lags``, ``block``.

    Returns
    -------
    pandas.DataFrame
        By day (its end), a column a measure and step: ``realised_variance, 1 min``.
    """
    usual = grid.spacing(bars)
    fine, rough = grid.regular(bars, f"{usual}ns"), grid.regular(bars, f"{max(usual, clock.duration(rare))}ns")
    by_range = compute(grid.regular(bars, "1d").drop(columns="bars"), *RANGES, window="1d") ** 2 / YEAR_OF_DAYS
    found = [(compute(fine.drop(columns="bars"), *FAST, window="1d", **parameters), fine),
             (compute(rough.drop(columns="bars"), *STEADY, window="1d"), rough)]
    found = [values.loc[grid.days(on)].add_suffix(f", {_spoken(grid.spacing(on))}") for values, on in found]
    found = pd.concat([*found, by_range.add_suffix(", 1 d")], axis=1).iloc[1:]
    return found.loc[:, ~found.columns.duplicated()]


def known(truth) -> pd.DataFrame | None:
    """Variance and squared jumps of each day of an embedded market, by its end; None of any other.

    Parameters
    ----------
    truth : frame or None
        With ``time``, ``variance`` and ``jump`` of each bar.
    """
    if truth is None:
        return None
    sums = pd.DataFrame({"variance": truth["variance"], "jumps": truth["jump"] ** 2})
    return sums.groupby((truth["time"] - pd.Timedelta(1, "ns")).dt.floor("1D") + pd.Timedelta(days=1)).sum()


def compare(measures, reference) -> pd.DataFrame:
    """Each measure against a reference, day by day.

    Parameters
    ----------
    measures : pandas.DataFrame
        As `daily` gives it.
    reference : pandas.Series
        What to measure against: what is known, or one of the measures.

    Returns
    -------
    pandas.DataFrame
        By measure: ``volatility`` a year, root of the mean variance; ``ratio`` of mean variances to the reference with
        ``low`` and ``high`` from the bootstrap over days; ``error``, root mean square of the log ratio; ``days``.
    """
    rows = {}
    for name, values in measures.items():
        both = pd.DataFrame({"value": values, "reference": reference}).dropna()
        rows[name] = _compared(both) if len(both) else dict.fromkeys(("volatility", "ratio", "low", "high", "error"))
        rows[name]["days"] = len(both)
    return pd.DataFrame(rows).T.astype(float)


def _compared(both):
    time = both.index.as_unit("ns").asi8
    value, reference = both["value"].to_numpy(), both["reference"].to_numpy()
    score = quotient(value, reference, time, by_day(time) if len(time) > 1 else BLOCKS)
    positive = (value > 0) & (reference > 0)
    error = np.sqrt(np.mean(np.log(value[positive] / reference[positive]) ** 2))
    return {"volatility": np.sqrt(value.mean() * YEAR_OF_DAYS), "ratio": score.value, "low": score.low,
            "high": score.high, "error": error}


def _spoken(nanoseconds) -> str:
    """A step as one says it."""
    unit = next(unit for unit in ("d", "h", "min", "s") if nanoseconds % clock.UNITS[unit] == 0)
    return f"{nanoseconds // clock.UNITS[unit]} {unit}"
