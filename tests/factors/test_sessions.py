"""Sessions: a bar belongs to the hour that it covers, blocks are on one scale, and profiles know the past."""

import numpy as np
import pandas as pd
import pytest

from kit import clock, compute
from kit.factors import sessions
from tests.factors.test_volatility import bars

MINUTE = clock.UNITS["min"]


def awake(days, hours, high=3.0, low=1.0, every=MINUTE, seed=0):
    """Bars whose returns are `high` times as volatile in the UTC hours `hours` as elsewhere."""
    rng = np.random.default_rng(seed)
    n = days * clock.UNITS["d"] // every
    hour = (np.arange(n) * every) // clock.UNITS["h"] % 24
    scale = np.where(np.isin(hour, hours), high, low) * 1e-4
    return bars(100 * np.exp(np.cumsum(rng.normal(0, scale))), every)


def test_a_bar_that_closes_at_eight_is_of_the_hour_before():
    """The trap of D-14: by its label it would be Europe's."""
    closes = clock.utc([clock.instant(f"2025-01-01T{hour}Z") for hour in ("08:00:00", "08:00:01", "00:00:00")])
    assert [sessions.lies_in(closes.asi8, hour, 1).tolist() for hour in (7, 8, 23)] == np.eye(3).tolist()


def test_blocks_of_hours_have_the_volatility_of_their_hours():
    frame = awake(30, range(16, 24))
    found = compute(frame, "overnight_vol", "session_vol", "intraday_vol", "vol_ratio_day_night").iloc[-1]
    year = 1e-4 * np.sqrt(365 * 1440)
    assert found["overnight_vol"] == pytest.approx(year, rel=0.03)
    assert found["session_vol"] == pytest.approx(year, rel=0.03)
    assert found["intraday_vol"] == pytest.approx(3 * year, rel=0.03)
    assert found["vol_ratio_day_night"] == pytest.approx(3, rel=0.05)


def test_a_block_of_one_hour_is_on_the_scale_of_one_of_eight():
    frame = awake(30, [5])
    one, rest = (compute(frame, "session_vol", begin=a, end=b)["session_vol"].iloc[-1] for a, b in ((5, 6), (6, 5)))
    assert one / rest == pytest.approx(3, rel=0.1)


def test_daily_bars_have_no_sessions():
    frame = bars(100 + np.arange(60.0))
    assert compute(frame, "overnight_vol", "intraday_vol").isna().all(axis=None)


@pytest.mark.parametrize("every", [MINUTE, clock.UNITS["h"]])
def test_time_of_day_vol_is_the_planted_profile(every):
    found = compute(awake(60, [14, 15], every=every), "time_of_day_vol")["time_of_day_vol"].iloc[-24 * 10 * 60:]
    hour = (found.index - pd.Timedelta(30, "min")).hour
    usual = np.sqrt((2 * 9 + 22) / 24)
    assert found[hour == 3].median() == pytest.approx(1 / usual, rel=0.12)
    assert found[(hour == 14) & (found.index.minute == 0)].median() == pytest.approx(3 / usual, rel=0.2)


def test_the_profile_is_known_a_day_before():
    """What happens in the last 23 hours does not move it, but the level by which all hours are divided."""
    frame = awake(25, [14])
    shaken = frame.copy()
    last = frame.index >= len(frame) - 23 * 60
    shaken.loc[last, "close"] *= np.exp(np.random.default_rng(1).normal(0, 0.01, last.sum()))
    (one, level), (other, shaken_level) = map(profile_and_level, (frame, shaken))
    assert shaken_level.iloc[-1] > 2 * level.iloc[-1]
    assert np.allclose((one * level).iloc[-600:], (other * shaken_level).iloc[-600:])


def profile_and_level(frame):
    found = compute(frame, "time_of_day_vol")["time_of_day_vol"]
    hourly = (np.log(frame["close"]).diff() ** 2).set_axis(found.index).rolling("1h").sum()
    return found, np.sqrt(hourly.rolling("20D").mean())


def test_deseasonalised_volatility_has_no_hours():
    frame = awake(60, range(12, 18))
    raw, flat = compute(frame, "realised_volatility", window="1h"), compute(frame, "deseasonalised_volatility")
    hour = (raw.index - pd.Timedelta(1, "ns")).hour
    by_hour = lambda values: values.iloc[30 * 1440:, 0].groupby(hour[30 * 1440:]).median()
    assert by_hour(raw)[15] / by_hour(raw)[3] == pytest.approx(3, rel=0.1)
    assert by_hour(flat)[15] / by_hour(flat)[3] == pytest.approx(1, abs=0.1)
