"""When a market that never closes is awake: volatility by blocks of UTC hours and by time of day; items 7a to 7d.

The framework has nights and days. There are none here: a block is a range of UTC hours, and what the framework calls
overnight is by default Asia's, 00:00 to 08:00, what it calls intraday America's, 16:00 to 24:00. Whether the hours
differ at all is tested in `kit.volatility.seasonality`.
"""

from __future__ import annotations

from kit import backend, clock
from kit.columns import Bars
from kit.factor import factor
from kit.factors.volatility import annual, over

DAY, HOUR = clock.UNITS["d"], clock.UNITS["h"]
BLOCKS = {"Asia": (0, 8), "Europe": (8, 16), "America": (16, 24)}
"""UTC hours in which each begins and ends."""


@factor(unit="1", low=0, also={"overnight_vol": {"begin": 0, "end": 8}, "intraday_vol": {"begin": 16, "end": 24}})
def session_vol(b: Bars, past, window="20d", begin=8, end=16):
    r"""Realised volatility within a block of UTC hours, a year, over the last `window`; by default Europe's.

    .. math:: \sqrt{\sum_{i \in S} r_i^2 \; \mathrm{year} / W_S}, \quad W_S = W n_S / n

    n_S of the window's n bars lie in the block, so that blocks of different length are on one scale. A bar belongs to
    the hour that it covers, not to the one in which it closes; missing where bars are longer than the block. A block
    that ends before it begins goes through midnight.

    References
    ----------
    The factor framework, items 7b and 7c, of which D-01 says what they should be; Andersen and Bollerslev (1997),
    Intraday periodicity and volatility persistence in financial markets.
    """
    xp = backend.namespace(b.close)
    r2, length = past.diff(xp.log(b.close)) ** 2, (end - begin - 1) % 24 + 1
    here = xp.astype(lies_in(b.time, begin, length), xp.float64)
    inside, every = past.sum(here, window), past.count(window)
    known = xp.where(every * length * HOUR >= clock.duration(window), inside, xp.asarray(0.0))
    return annual(over(past.sum(here * r2, window) * every, known), window)


@factor(unit="1", low=0)
def vol_ratio_day_night(b: Bars, past, window="20d"):
    r"""Volatility of America's hours over that of Asia's: 1 where the clock does not matter.

    .. math:: \sigma_{16-24} / \sigma_{0-8}

    References
    ----------
    The factor framework, item 7d; see `session_vol`.
    """
    day, night = (session_vol.function(b, past, window, *BLOCKS[block]) for block in ("America", "Asia"))
    return over(day, night)


@factor(unit="1", low=0)
def time_of_day_vol(b: Bars, past, window="20d", around="1h"):
    r"""Volatility usual at this time of day, relative to that of the whole day: 1 where the clock does not matter.

    .. math:: \sqrt{\frac1D \sum_{d=1}^{D} v(t - d + a/2) \,/\, \bar v_W}, \quad v(t) = \sum_{t - a < s \le t} r_s^2

    The variance of the same time, half of `around` before and half after, on each of the D days of the window, of which
    the last is yesterday: it is known a day before. Of bars longer than `around` it says nothing, and is about 1.

    References
    ----------
    The factor framework, item 7a, in which the whole sample is averaged (D-13); Taylor and Xu (1997), The incremental
    volatility information in one million foreign exchange quotations.
    """
    days, half = clock.duration(window) // DAY, clock.duration(around) // 2
    moved = past.sum(past.diff(backend.namespace(b.close).log(b.close)) ** 2, around)
    then = past.lags(moved, tuple(f"{day * DAY - half}ns" for day in range(1, days + 1)))
    return over(then / days, past.mean(moved, window)) ** 0.5


@factor(unit="1", low=0)
def deseasonalised_volatility(b: Bars, past, window="1h", profile="20d"):
    r"""Realised volatility, a year, of returns that are each divided by what is usual at their time of day.

    .. math:: \sqrt{\sum (r_s / \mathrm{tod}_s)^2 \; \mathrm{year} / W}

    References
    ----------
    Andersen and Bollerslev (1997), Intraday periodicity and volatility persistence in financial markets, section 4; the
    profile is that of `time_of_day_vol`, known a day before.
    """
    r = past.diff(backend.namespace(b.close).log(b.close))
    usual = time_of_day_vol.function(b, past, profile)
    return annual(past.sum(over(r, usual) ** 2, window), window)


def lies_in(time, begin, length):
    """Whether the bars that close at `time` (int64 ns) lie in the `length` UTC hours from `begin` on.

    One that closes at 08:00 is of the hour from 7 to 8.
    """
    return (time - 1 - begin * HOUR) % DAY < length * HOUR
