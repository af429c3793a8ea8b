"""Does the clock matter in a market that never closes? Profiles of volatility with intervals, and tests of its hours.

The framework says that there are no weekend effects; the literature says that there are. Everything here is measured on
log returns of bars on a UTC index of closes, in which a return belongs to the hour that it covers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kit import backend, clock
from kit.bootstrap import Bootstrap
from kit.factor import compute
from kit.factors.sessions import BLOCKS
from kit.refusal import Refusal

HOUR = clock.UNITS["h"]
BUCKETS = {"hour": 24, "hour of week": 168, "block": 3}
DAYS = Bootstrap(block="1d", horizon="1h")
WEEKS = Bootstrap(block="7d", horizon="1h")
FULL_HOURS = ("any other full hour", "funding", "funding, by more")
MEASURED = ["effect", "low", "high", "statistic", "p", "n"]
FUNDING = "8h"
"""From one funding to the next, from midnight on."""


def hourly(returns) -> pd.Series:
    """Realised variance of each UTC hour, by its beginning; without hours that lack half of their bars.

    Bars are absent where nobody trades: to leave out every hour that lacks some would leave the busy ones.

    Parameters
    ----------
    returns : pandas.Series
        Log returns of bars no longer than an hour, UTC-indexed by their closes.
    """
    returns = returns.dropna()
    usual = np.median(np.diff(returns.index.as_unit("ns").asi8))
    if usual > HOUR:
        raise Refusal(f"bars of {usual / HOUR:g} h", column="returns", remedy="take bars of an hour or less")
    groups = (returns**2).groupby((returns.index - pd.Timedelta(1, "ns")).floor("1h"))
    variance, bars = groups.sum(), groups.size()
    return variance[bars >= 0.5 * HOUR / usual]


def profile(variance, bucket="hour", by=None) -> pd.DataFrame:
    """Volatility of each bucket relative to that of all hours, roots of mean variances, with intervals.

    Parameters
    ----------
    variance : pandas.Series
        As `hourly` gives it.
    bucket : {"hour", "hour of week", "block"}
        Hours of the day, of the week from Monday on, or the blocks of `kit.factors.sessions`.
    by : Bootstrap, optional
        Over days; over weeks for hours of the week.

    Returns
    -------
    pandas.DataFrame
        By bucket: ``volatility`` (its square is 1 on average), ``low``, ``high``, and ``n`` hours.
    """
    names = pd.Index(list(BLOCKS) if bucket == "block" else range(BUCKETS[bucket]), name=bucket)
    if variance.empty:
        return pd.DataFrame(np.nan, names, ["volatility", "low", "high"]).assign(n=0)
    by = by or (WEEKS if bucket == "hour of week" else DAYS)
    which, n = _bucket(variance.index, bucket), BUCKETS[bucket]
    of = by.block_of(variance.index.as_unit("ns").asi8)
    cell = lambda weights: np.bincount(of * n + which, weights, (of.max() + 1) * n).reshape(-1, n)
    sums = np.stack([cell(variance.to_numpy()), cell(np.ones(len(variance)))], axis=1)
    drawn = _relative(by.resampled(sums, _relative))
    tail = 50 * (1 - by.level)
    low, high = np.percentile(drawn, [tail, 100 - tail], axis=0)
    counts = sums[:, 1].sum(axis=0).astype(int)
    return pd.DataFrame({"volatility": _relative(sums.sum(axis=0)), "low": low, "high": high, "n": counts},
                        index=names)


def _bucket(begin, bucket):
    """Number of the bucket of hours that begin at these times."""
    if bucket not in BUCKETS:
        raise Refusal(f"unknown bucket {bucket!r}", remedy=f"one of {', '.join(BUCKETS)}")
    hour = begin.hour.to_numpy()
    if bucket == "block":
        return np.select([(hour >= first) & (hour < last) for first, last in BLOCKS.values()], range(len(BLOCKS)))
    return hour + 24 * begin.dayofweek.to_numpy() if bucket == "hour of week" else hour


def _relative(sums):
    """Root of each bucket's mean variance over the mean of all hours, of sums of shape (..., 2, buckets)."""
    with np.errstate(invalid="ignore", divide="ignore"):  # a resample may lack a bucket
        every = sums.sum(axis=-1, keepdims=True)
        return np.sqrt(sums[..., 0, :] / sums[..., 1, :] / (every[..., 0, :] / every[..., 1, :]))


def effects(variance, lags=7) -> pd.DataFrame:
    r"""Do hours of the day differ, and weekends from weekdays? Of the log variance of the hours of whole days.

    - Logarithms, so that a crash is one observation among many; an hour in which no price moved counts as half the
      smallest variance of those in which one did.
    - Hours: each less its day's mean, days as observations, by Hotelling's T² on 23 of them, which allows for any
      dependence within the day. A Wald test by HAC errors of 23 dummies rejects far too often.
    - Weekends: regression of the day's mean on a dummy, with HAC errors.
    - An effect is exp(b / 2) - 1: by how much volatility is higher; of the hours it is the highest against the lowest.

    Parameters
    ----------
    variance : pandas.Series
        As `hourly` gives it.
    lags : int
        Days over which errors may hang together.

    Returns
    -------
    pandas.DataFrame
        Rows ``hour of day`` and ``weekend``: ``effect``, ``low`` and ``high`` at 95 % (of the weekend alone),
        ``statistic`` (F with 23 and days - 23 degrees of freedom; t), ``p``, ``n`` days.

    References
    ----------
    Hotelling (1931), The generalization of Student's ratio; Newey and West (1987). On what to expect: Baur, Cahill,
    Godfrey and Liu (2019), Bitcoin time-of-day, day-of-week and month-of-year effects in returns and trading volume.
    """
    log = _whole_days(variance)
    level, n = log.mean(axis=1), len(log)
    about = log.sub(level, axis=0)
    mean = about.mean()
    f = n * mean[:23] @ np.linalg.solve(about.iloc[:, :23].cov(), mean[:23]) * (n - 23) / (23 * (n - 1))
    weekend = _regressed(level, log.index.dayofweek >= 5, lags)
    row = [np.expm1(np.ptp(mean) / 2), np.nan, np.nan, f, stats.f.sf(f, 23, n - 23), n]
    return pd.DataFrame([row, weekend.iloc[1]], ["hour of day", "weekend"], MEASURED)


def _whole_days(variance):
    """Log variance by day and hour, of days that have all hours."""
    log = np.log(variance.clip(lower=variance[variance > 0].min() / 2))
    return log.groupby([log.index.floor("1D"), log.index.hour]).first().unstack().dropna()


def _regressed(y, happened, lags):
    """Rows of the constant, of a dummy, and of their sum: effect on volatility, its interval, t, p and n."""
    import statsmodels.api as sm

    x = sm.add_constant(np.asarray(happened, dtype=float))
    fit = sm.OLS(np.asarray(y), x).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    tested = fit.t_test([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    effect = np.expm1(np.column_stack([tested.effect, tested.conf_int()]) / 2)
    n = [int((x[:, 1] == 0).sum()), len(x), int(x[:, 1].sum())]
    return pd.DataFrame(np.column_stack([effect, tested.tvalue, tested.pvalue, n]), columns=MEASURED)


def full_hours(returns, after="5min", every=FUNDING, lags=24) -> pd.DataFrame:
    r"""Is volatility higher just after funding, more so than after any full hour? Paired within the hour, HAC errors.

    .. math:: d_h = a + b \, 1[\text{funding at } h] + e_h

    d is the log variance of the stretch `after` a full hour, less the mean of those of all other stretches as long in
    the same hour, so that the hour's own level is in neither. Hours with a stretch that is absent, or in which no price
    moved, are left out.

    Parameters
    ----------
    returns : pandas.Series
        Log returns of bars no longer than `after`, UTC-indexed by their closes.
    after, every : str
        How long funding may matter, and from one funding to the next.
    lags : int
        Hours over which errors may hang together.

    Returns
    -------
    pandas.DataFrame
        Rows ``any other full hour`` (a), ``funding`` (a + b), ``funding, by more`` (b): ``effect`` on volatility,
        exp(d / 2) - 1, with ``low`` and ``high`` at 95 %, ``statistic`` (t), ``p``, ``n`` full hours.

    Raises
    ------
    Refusal
        Bars are longer than `after`: what follows a full hour cannot be told from the rest of it.
    """
    d = _after_full_hours(returns.dropna(), clock.duration(after))
    paid = d.index.to_numpy() * HOUR % clock.duration(every) == 0
    return _regressed(d, paid, lags).iloc[[0, 2, 1]].set_axis(list(FULL_HOURS))


def _after_full_hours(returns, step):
    """Log variance of the stretch after each full hour, numbered since the epoch, less the mean of its others."""
    stamps = returns.index.as_unit("ns").asi8
    usual = int(np.median(np.diff(stamps)))
    if usual > step:
        raise Refusal(f"bars of {usual / clock.SECOND:g} s are too long", column="returns",
                      remedy="take finer bars, or look at hours with `effects`")
    begin = stamps - usual
    slots = (returns**2).groupby([begin // HOUR, begin % HOUR // step]).sum().unstack()
    slots = np.log(slots[(slots > 0).all(axis=1)])
    return slots[0] - slots.drop(columns=0).mean(axis=1)


def deseasonalised(bars, profile="20d") -> pd.Series:
    """Log returns of bars, each over what is usual at its time of day (`time_of_day_vol`): known a day before.

    Parameters
    ----------
    bars : frame
        As `kit.columns.Bars`.
    profile : str
        Over how many days the usual is taken.
    """
    usual = backend.release(compute(bars, "time_of_day_vol", window=profile))["time_of_day_vol"]
    close = backend.release(bars).set_index("time")["close"]
    return (np.log(close).diff() / usual.where(usual > 0)).dropna()


def tests(returns, after="5min", least="28d") -> pd.DataFrame:
    """All tests of the clock on one recording: what it is too short for, or its bars too long, is missing, and said.

    Parameters
    ----------
    returns : pandas.Series
        Log returns of bars no longer than an hour, UTC-indexed by their closes.
    after : str
        How long funding may matter.
    least : str
        Shortest recording on which anything is tested.

    Returns
    -------
    pandas.DataFrame
        Rows of `effects` and of `full_hours`: ``effect``, ``low``, ``high``, ``statistic``, ``p``, ``n``, ``note``.
    """
    rows = ["hour of day", "weekend", *FULL_HOURS]
    if returns.empty or returns.index[-1] - returns.index[0] < pd.Timedelta(clock.duration(least), "ns"):
        return pd.DataFrame(np.nan, rows, MEASURED).assign(note=f"needs {least}")
    usual = np.median(np.diff(returns.index.as_unit("ns").asi8))
    fine = usual <= clock.duration(after)
    hours = full_hours(returns, after) if fine else pd.DataFrame(np.nan, FULL_HOURS, MEASURED)
    return pd.concat([effects(hourly(returns)).assign(note=""),
                      hours.assign(note="" if fine else f"needs bars of {after}")])
