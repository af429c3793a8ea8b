"""Time: durations, instants with a zone, units told by their digits."""

import pytest

from kit import clock
from kit.refusal import Refusal

DURATIONS = {"100ms": 10**8, "3s": 3 * 10**9, "10min": 600 * 10**9, "1.5h": 5400 * 10**9, "28d": 28 * 86400 * 10**9,
             "250 us": 250_000, "7ns": 7}


@pytest.mark.parametrize(("text", "nanoseconds"), DURATIONS.items())
def test_durations(text, nanoseconds):
    assert clock.duration(text) == nanoseconds


@pytest.mark.parametrize("text", ["10", "3 weeks", "1T", "-5s", "0s", "", None, 5])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(Refusal, match="is not a duration"):
        clock.duration(text)


def test_the_crash_of_2025_10_10_was_at_21_20_utc():
    assert clock.instant("2025-10-10T23:20:00+02:00") == clock.instant("2025-10-10T21:20:00Z")


def test_a_naive_instant_is_refused():
    with pytest.raises(Refusal, match="has no time zone"):
        clock.instant("2025-10-10 23:20:00")


def test_a_year_of_a_market_that_never_closes_has_365_days():
    assert clock.YEAR == 365 * 24 * 3600 * 10**9
