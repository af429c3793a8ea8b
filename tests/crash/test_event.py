"""When, how far and against what: clocks, falls and contrasts with known answers."""

import numpy as np
import pandas as pd
import pytest

from kit.crash.contrast import contrast, table
from kit.crash.path import fall, realised
from kit.crash.window import PAPER, Event, event
from kit.refusal import Refusal


def series(values, every="1s", start="2025-10-10T21:00Z"):
    return pd.Series(values, pd.date_range(start, periods=len(values), freq=every), dtype=float, name="price")


def test_the_paper_s_clock_is_two_hours_ahead_of_utc():
    assert [f"{when:%H:%M}" for when in PAPER.values()] == ["21:20", "21:27"]
    assert all(event().covers(pd.DatetimeIndex(PAPER.values())))


def test_an_event_begins_with_its_first_instant_and_ends_before_its_last():
    hour = event("2025-10-10", "20:50", "22:00")
    times = pd.to_datetime(["2025-10-10T20:49:59.999999999Z", "2025-10-10T20:50Z", "2025-10-10T21:59:59.999Z",
                            "2025-10-10T22:00Z"], format="ISO8601")
    assert hour.covers(times).tolist() == [False, True, True, False]
    assert hour.covers(times.asi8).tolist() == hour.covers(pd.Series(times)).tolist() == [False, True, True, False]
    assert str(hour) == "2025-10-10 20:50 to 22:00 UTC"


def test_coarser_clocks_are_read_in_their_own_unit():
    times = pd.DatetimeIndex(["2025-10-10T21:00Z"]).as_unit("us")
    assert event().covers(times).all() and event().covers(pd.Series(times)).all()


def test_an_event_that_ends_before_it_begins_is_refused():
    with pytest.raises(Refusal, match="not after 22:00"):
        event(begin="22:00", end="20:50")


def test_a_fall_by_hand():
    """Half of 121 is lost in two steps, and half of that is back in two more."""
    way = fall(series([100, 110, 99, 121, 115, 60.5, 80, 95, 100]))
    assert way.drawdown == pytest.approx(0.5) and way.change == pytest.approx(0.0)
    assert (way.seconds, way.half_life) == (2, 2)
    assert f"{way.peak:%S} {way.trough:%S}" == "03 05"
    assert way.regained == pytest.approx(39.5 / 60.5)


def test_a_price_that_only_rises_has_nothing_to_regain():
    way = fall(series([1, 2, 3]))
    assert way.drawdown == 0 and np.isnan(way.regained) and np.isnan(way.half_life)


def test_a_loss_that_never_came_back_has_no_half_life():
    assert np.isnan(fall(series([100, 50, 60])).half_life)


@pytest.mark.parametrize("values", [[], [1.0, 0.0], [np.nan]])
def test_no_price_is_refused(values):
    with pytest.raises(Refusal, match="no price"):
        fall(series(values))


def test_realised_volatility_by_hand():
    assert realised(series([1, np.e**0.03, np.e**-0.01]), "1s") == pytest.approx(np.hypot(300, 400))


def test_a_contrast_finds_a_planted_ratio_and_its_interval_covers_it():
    rng, inside = np.random.default_rng(3), np.arange(1200) < 200
    values = rng.lognormal(sigma=0.5, size=1200) * np.where(inside, 3.0, 1.0)
    found = contrast(values, inside, np.mean)["against"]
    assert found.low < 3.0 < found.high and found.high - found.low < 1.0


def test_intervals_of_equal_parts_miss_one_about_once_in_twenty():
    """60 null contrasts at 95 %: 3 misses expected, 9 or more has a chance below 0.3 %."""
    inside = np.arange(400) < 100
    missed = 0
    for seed in range(60):
        values = np.random.default_rng(seed).normal(size=400)
        found = contrast(values, inside, np.mean, relative=False, run=2)["against"]
        missed += not found.low < 0 < found.high
    assert missed <= 8


def test_few_rows_have_no_interval_and_missing_ones_do_not_count():
    values, inside = np.array([1.0, np.nan, 3.0] + 50 * [2.0]), np.arange(53) < 3
    found = contrast(values, inside)
    assert found["event"].value == 2.0 and np.isnan(found["event"].low) and found["event"].n == 2
    assert found["control"].low == 2.0


def test_a_table_has_a_row_a_column():
    rows = pd.DataFrame({"a": np.arange(40.0) + 1, "b": np.ones(40)})
    made = table(rows, np.arange(40) >= 20)
    assert made.loc["b", ["event", "control", "against", "against_low"]].tolist() == [1, 1, 1, 1]
    assert made.loc["a", "against"] == pytest.approx(30.5 / 10.5)


def test_times_in_nanoseconds_are_taken_as_they_are():
    assert Event(10, 20).covers(np.array([9, 10, 19, 20])).tolist() == [False, True, True, False]
