"""Jump tests: right in size where nothing jumps, and what was planted is found."""

import math

import numpy as np
import pandas as pd
import pytest

from kit.factors import realised
from kit.refusal import Refusal
from kit.sources import datasets
from kit.volatility import jumps, measures

N = 288


@pytest.fixture(scope="module")
def calm():
    """Days of 5-minute returns of one volatility."""
    return np.random.default_rng(1).normal(size=(4000, N))


def z_of(r, kind="ratio"):
    a = np.abs(r)
    neighbours = np.stack([a[:, 2:], a[:, 1:-1], a[:, :-2]])
    middle = np.median(neighbours, axis=0)
    steady = realised.MED * N / (N - 2) * (middle**2).sum(axis=1)
    quarticity = realised.MED_4 * N**2 / (N - 2) * (middle**4).sum(axis=1)
    return jumps.bns((r**2).sum(axis=1), steady, quarticity, N, jumps.THETA["med_rv"], kind)


def test_bns_rejects_one_calm_day_in_twenty(calm):
    assert (z_of(calm) > 1.645).mean() == pytest.approx(0.05, abs=0.01)
    assert (z_of(calm, "linear") > 1.645).mean() > 0.06


def test_a_jump_of_six_tenths_of_the_day_s_volatility_is_seen_nearly_always(calm):
    r = calm[:500].copy()
    r[:, 100] += 0.6 * math.sqrt(N)
    assert (z_of(r) > 1.645).mean() > 0.95


def test_aj_is_standard_normal_on_calm_days_and_low_on_those_that_jump(calm):
    z = jumps.aj(calm)
    assert z.mean() == pytest.approx(0, abs=0.06)
    assert (z < -1.645).mean() == pytest.approx(0.05, abs=0.02)
    r = np.random.default_rng(2).normal(size=(300, 4 * N))
    r[:, 100] += 0.6 * math.sqrt(4 * N)
    assert (jumps.aj(r) < -1.645).mean() > 0.9


def test_the_cross_moment_of_aj_is_that_of_its_paper():
    """m for p = 4, k = 2 is E U^4 (U + V)^4 = 204; a widely used table has the simulated 204.04."""
    r = np.random.default_rng(3).normal(size=(20_000, N))
    assert jumps.power_ratio(r, 2, 4).var() == pytest.approx(jumps.ratio_variance(r, 2, 4).mean(), rel=0.05)


def test_aj_of_odd_powers_is_refused():
    with pytest.raises(Refusal, match="p = 3"):
        jumps.aj(np.ones((1, 4)), p=3)


@pytest.mark.parametrize("symbol", ["SIM-BTC", "SIM-ETC"])
def test_planted_jumps_are_found_and_few_others(symbol):
    tables = datasets.load("synthetic-minutes", symbol).tables
    found = jumps.daily(tables["bars"])
    planted = measures.known(tables["truth"])["jumps"].reindex(found.index) > 0
    assert found["bns_jump"][planted].mean() > 0.75
    assert (found["bns_jump"] & ~planted).sum() <= 3
    assert (found["bns_p"][~planted] < 0.05).mean() < 0.12
    assert isinstance(found.index, pd.DatetimeIndex)


def test_a_day_on_which_nothing_moved_has_no_statistic_and_spoils_no_other():
    bars = datasets.load("synthetic-minutes", "SIM-LTC").tables["bars"].iloc[:8 * 1440]
    day = bars["time"].dt.ceil("D") == pd.Timestamp("2025-01-11T00:00Z")
    last = bars["close"][bars["time"] <= pd.Timestamp("2025-01-10T00:00Z")].iloc[-1]
    still = bars.assign(**{name: bars[name].where(~day, last) for name in ("open", "high", "low", "close")})
    found, other = jumps.daily(still), jumps.daily(bars)
    unknown = found["bns"].isna()
    assert unknown.sum() == 1 and not found.loc[unknown, ["bns_jump", "aj_jump"]].any(axis=None)
    far = ~(unknown | unknown.shift(1, fill_value=False))
    pd.testing.assert_frame_equal(found.loc[far, ["rv", "bns", "aj"]], other.loc[far, ["rv", "bns", "aj"]])
