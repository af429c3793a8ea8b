"""How much variance depends on how often one looks: the signature plot, the noise that it shows, and what helps.

Whoever looks n times a day sees the integrated variance and 2 n times the variance of the noise of each price. So the
realised variance rises as sampling gets faster, and its slope is the noise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import clock
from kit.bootstrap import Bootstrap, Score, in_columns, percentiles
from kit.volatility import grid

STEPS = ("1min", "2min", "3min", "5min", "10min", "15min", "30min", "1h", "2h", "4h")
DAYS = Bootstrap(block="1d", horizon="1h")
PARZEN = 3.5134
"""Constant c* of Parzen's kernel."""


def daily(bars, steps=STEPS) -> pd.DataFrame:
    """Realised variance of each whole day at each step, averaged over all places at which the steps may begin.

    Parameters
    ----------
    bars : frame
        As `kit.columns.Bars`.
    steps : sequence of str
        Durations; those that are no multiple of the bars' are left out.

    Returns
    -------
    pandas.DataFrame
        By day (its end), a column a step: the mean squared change over the steps that end within the day, times their
        number. Without the first day, in which not all begin.

    References
    ----------
    Andersen, Bollerslev, Diebold and Labys (2000), Great realizations; Zhang, Mykland and Aït-Sahalia (2005) for the
    average over subsamples.
    """
    usual = grid.spacing(bars)
    steps = [step for step in steps if clock.duration(step) % usual == 0]
    on_grid = grid.regular(bars, f"{usual}ns")
    x = np.log(on_grid["close"])
    bars = {step: clock.duration(step) // usual for step in steps}
    variances = {step: grid.by_day(on_grid, x.diff(k) ** 2)[1:].sum(axis=1) / k for step, k in bars.items()}
    return pd.DataFrame(variances, index=grid.days(on_grid)[1:])


def plot(variances, by=DAYS) -> pd.DataFrame:
    """The signature: mean daily variance at each step, with its interval over days.

    Parameters
    ----------
    variances : pandas.DataFrame
        As `daily` gives it.
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        By step: ``minutes``, ``variance``, ``low``, ``high``; ``ratio`` to the variance of the step `noise_variance`
        takes for slow, with ``ratio_low``, ``ratio_high``: the same days are in both, so how wild these were drops out.
    """
    value, drawn = _means(variances, by)
    slow = list(variances).index(_slow(variances, variances.columns[0]))
    score = lambda x, of: percentiles(x, of, by.level, len(variances), "")
    rows = [{"minutes": clock.duration(step) / clock.UNITS["min"]}
            | in_columns({"variance": score(value[i], drawn[:, i]),
                          "ratio": score(value[i] / value[slow], drawn[:, i] / drawn[:, slow])})
            for i, step in enumerate(variances)]
    return pd.DataFrame(rows, variances.columns).rename(columns={"variance_low": "low", "variance_high": "high"})


def _slow(variances, fast):
    """The first step that is thirty times as long as the fast one, or the longest."""
    long = [step for step in variances if clock.duration(step) >= 30 * clock.duration(fast)]
    return [*long, variances.columns[-1]][0]


def expected(known, noise, steps) -> pd.Series:
    """What the signature of an embedded market should be: its variance, its squared jumps, and noise at every step.

    Parameters
    ----------
    known : pandas.DataFrame
        ``variance`` and ``jumps`` of each day (`kit.volatility.measures.known`).
    noise : float
        Variance of the noise of a log price.
    steps : sequence of str
    """
    seen = [2 * noise * clock.UNITS["d"] / clock.duration(step) for step in steps]
    return pd.Series(seen, list(steps)) + known[["variance", "jumps"]].mean().sum()


def noise_variance(variances, fast=None, slow=None, by=DAYS) -> Score:
    r"""Variance of the noise of one log price, from the slope between two steps.

    .. math:: \omega^2 = \frac{RV_{fast} - RV_{slow}}{2 (n_{fast} - n_{slow})}

    Parameters
    ----------
    variances : pandas.DataFrame
        As `daily` gives it.
    fast, slow : str
        Steps; by default the fastest there is, and the first that is thirty times as long, or the longest.
    by : Bootstrap

    Returns
    -------
    Score
        Negative where prices trend from bar to bar: then there is no noise of this kind to be seen.

    References
    ----------
    Zhang, Mykland and Aït-Sahalia (2005), A tale of two time scales; Hansen and Lunde (2006), Realized variance and
    market microstructure noise.
    """
    fast = fast or variances.columns[0]
    slow = slow or _slow(variances, fast)
    n = {step: clock.UNITS["d"] / clock.duration(step) for step in (fast, slow)}
    value, drawn = _means(variances[[fast, slow]], by)
    slope = lambda rv: (rv[..., 0] - rv[..., 1]) / (2 * (n[fast] - n[slow]))
    method = f"slope from {slow} to {fast}, {len(variances)} days, {by.draws} draws of the stationary bootstrap"
    return percentiles(slope(value), slope(drawn), by.level, len(variances), method)


def best(noise, quarticity, n) -> dict[str, float]:
    """How far estimators that allow for noise should reach, in bars, for the smallest error.

    Parameters
    ----------
    noise : float
        Variance of the noise of a log price; 0 or less asks for no correction.
    quarticity : float
        Fourth power of volatility, integrated over a day.
    n : int
        Bars a day.

    Returns
    -------
    dict
        ``xi`` (root of the noise variance over that of the root of the quarticity), ``slow`` bars of `tsrv`, ``lags``
        of `realised_kernel`, and ``step``, how many bars a plain realised variance should skip; at least 1 each.

    References
    ----------
    Zhang, Mykland and Aït-Sahalia (2005), equations 31 and 63; Barndorff-Nielsen, Hansen, Lunde and Shephard (2009),
    section 3.
    """
    noise = max(noise, 0.0)
    xi = np.sqrt(noise / np.sqrt(quarticity))
    rare = (quarticity / (4 * noise**2)) ** (1 / 3) if noise else n
    return {"xi": float(xi), "slow": max(1.0, float((12 * noise**2 / quarticity) ** (1 / 3) * n ** (2 / 3))),
            "lags": max(1.0, float(PARZEN * xi ** (4 / 5) * n ** (3 / 5))), "step": max(1.0, float(n / rare))}


def _means(variances, by):
    """Means over days, and the same of resampled days, shape (draws, steps)."""
    sums = np.column_stack([np.ones(len(variances)), variances.to_numpy()])
    mean = lambda s: s[..., 1:] / s[..., :1]
    return mean(sums.sum(axis=0)), mean(by.resampled(sums, mean))
