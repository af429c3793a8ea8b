"""Covariance of ticks at their own times, and the lag that makes it greatest: a known answer, an oracle, laws."""

import numpy as np
import pandas as pd
import pytest

from kit.discovery import clocks, leadlag
from kit.refusal import Refusal
from tests.discovery.market import ticks


def by_definition(x, y, shift=0):
    """All pairs of changes whose times overlap."""
    tx, ty = (s.index.as_unit("ns").asi8 for s in (x, y))
    dx, dy = np.diff(np.log(x)), np.diff(np.log(y))
    return sum(dx[i] * dy[j] for i in range(len(dx)) for j in range(len(dy))
               if max(tx[i], ty[j] - shift) < min(tx[i + 1], ty[j + 1] - shift))


def test_the_known_covariance():
    x, y = ticks([0, 1, 2.5, 4], [0, 0.01, 0.03, 0.02]), ticks([0, 1.5, 3, 4], [0, 0.02, 0.01, 0.04])
    assert leadlag.hayashi_yoshida(x, y) == pytest.approx(2.0e-4, rel=1e-12)


def test_on_one_clock_it_is_the_realised_covariance():
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1e-3, (2, 50)).cumsum(axis=1)
    x, y = ticks(range(50), a), ticks(range(50), b)
    assert leadlag.hayashi_yoshida(x, y) == pytest.approx((np.diff(a) * np.diff(b)).sum(), rel=1e-9)


@pytest.mark.parametrize("shift", [0, 700, -1300, 2000])
def test_the_kernel_is_the_definition(shift):
    rng = np.random.default_rng(3)
    x, y = (ticks(np.sort(rng.choice(2_000, 60, replace=False)) / 100, rng.normal(0, 1e-3, 60).cumsum())
            for _ in range(2))
    found = leadlag.hayashi_yoshida(x, y, shift=shift * 10**6)
    assert found == pytest.approx(by_definition(x, y, shift * 10**6), rel=1e-9, abs=1e-18)


def late(lag, n=4_000, seed=0):
    """A walk by the 100 ms, seen at random moments, and seen `lag` seconds late at others."""
    rng = np.random.default_rng(seed)
    walk = rng.normal(0, 1e-4, 20 * n).cumsum()
    at = [np.sort(rng.choice(np.arange(100, 10 * n), n, replace=False)) for _ in range(2)]
    return ticks(at[0] / 10, walk[at[0]]), ticks(at[1] / 10, walk[at[1] - round(10 * lag)])


@pytest.mark.parametrize("lag", [0.0, 1.0, 2.5])
def test_a_planted_lag_is_found_to_a_step_whoever_is_named_first(lag):
    x, y = late(lag)
    forward, backward = leadlag.lead_lag(x, y, "5s"), leadlag.lead_lag(y, x, "5s")
    assert forward.lag.value == pytest.approx(lag, abs=0.11) and backward.lag.value == pytest.approx(-lag, abs=0.11)
    assert forward.lag.low - 0.05 <= lag <= forward.lag.high + 0.05
    assert backward.llr.value == pytest.approx(1 / forward.llr.value, rel=0.05)
    if lag:
        assert forward.llr.low > 1 > backward.llr.high


def test_what_has_nothing_to_do_with_each_other_has_no_leader():
    rng = np.random.default_rng(5)
    x, y = (ticks(np.sort(rng.choice(40_000, 4_000, replace=False)) / 10, rng.normal(0, 1e-4, 4_000).cumsum())
            for _ in range(2))
    found = leadlag.lead_lag(x, y, "5s")
    assert found.llr.low < 1 < found.llr.high
    assert found.curve["correlation"].abs().max() < 0.1


def test_ticks_that_share_no_time_have_no_lag():
    rng = np.random.default_rng(0)
    x, y = (ticks(np.arange(200) + later, rng.normal(0, 1e-3, 200).cumsum()) for later in (0, 500))
    found = leadlag.lead_lag(x, y, "2s", "1s")
    assert np.isnan([found.lag.value, found.lag.low, found.lag.high, found.llr.value, found.row()["correlation"]]).all()


def test_a_price_that_does_not_move_is_refused():
    x = ticks(np.arange(50), np.random.default_rng(0).normal(0, 1e-3, 50).cumsum())
    with pytest.raises(Refusal, match="does not move"):
        leadlag.lead_lag(x, ticks(np.arange(50), np.zeros(50)), "2s", "1s")


def test_microseconds_are_not_nanoseconds():
    x, y = late(1.0)
    y.index = y.index.as_unit("us")
    assert leadlag.lead_lag(x, y, "5s").lag.value == pytest.approx(1.0, abs=0.11)


def test_ticks_of_one_moment_are_one_tick():
    twice = ticks([0, 1, 1, 2], [0, 0.01, 0.02, 0.03])
    with pytest.raises(Refusal, match="do not increase strictly"):
        leadlag.hayashi_yoshida(twice, twice)
    frame = pd.DataFrame({"time": twice.index, "price": twice.to_numpy()})
    assert list(np.log(clocks.ticks(frame)).round(6)) == [0, 0.02, 0.03]


def test_windows_and_lags_are_those_that_a_recording_allows():
    minutes = pd.DataFrame({"time": pd.date_range("2025-01-06", periods=13, freq="min", tz="UTC")})
    assert clocks.window(minutes) == "120s" and clocks.window(minutes, longest="1min") == "60s"
    assert clocks.resolution({"a": ticks(range(0, 600, 60), np.zeros(10))}) == f"{60 * 10**9}ns"
    assert clocks.resolution({"a": ticks(range(10), np.zeros(10))}) == "100ms"
