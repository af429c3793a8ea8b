"""Levers, herds and fake bids: experiments that measure what they say."""

import numpy as np
import pandas as pd
import pytest

from kit.crash import levers, spoof, traders
from kit.crash.window import event
from kit.refusal import Refusal


@pytest.fixture(scope="module")
def played():
    some = {name: scenario for name, scenario in (levers.policies("SIM-ROSE") | levers.herds("SIM-ROSE")).items()
            if name in (levers.PLAIN, "halt on a 1 % move", "herd 1")}
    return levers.experiment(some, event(), seeds=4)


def test_without_a_herd_a_halt_changes_no_fall_and_with_one_the_market_shakes(played):
    fall = played["fall_pct"].unstack("seed")
    assert np.allclose(fall.loc["halt on a 1 % move"], fall.loc[levers.PLAIN], atol=2.0)
    assert (played["halted_s"].xs("halt on a 1 % move") >= 120).all() and (played["false_halt_s"] == 0).all()
    change = levers.effects(played).loc["herd 1"].loc["volatility_60s_bp"]
    assert 0 < change["low"] < change["change"] < change["high"]


def test_changes_in_proportion_are_of_logarithms():
    index = pd.MultiIndex.from_product([[levers.PLAIN, "other"], [0, 1]], names=["scenario", "seed"])
    runs = pd.DataFrame({"depth": [1.0, 100.0, 2.0, 800.0]}, index=index)
    found = levers.effects(runs).loc["other"].loc["depth"]
    assert found["mean"] == pytest.approx(40) and found["change"] == pytest.approx(300)
    assert found["from"] == pytest.approx(10 * (1 + found["low"] / 100))


def test_effects_are_differences_world_by_world():
    index = pd.MultiIndex.from_product([[levers.PLAIN, "other"], [0, 1, 2]], names=["scenario", "seed"])
    runs = pd.DataFrame({"x": [1.0, 2.0, 3.0, 2.0, 4.0, 6.0]}, index=index)
    found = levers.effects(runs).loc["other"].loc["x"]
    assert found["mean"] == 4 and found["change"] == 2
    assert found["high"] - 2 == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    with pytest.raises(Refusal, match="1 worlds tell no spread"):
        levers.effects(runs.xs(0, level="seed", drop_level=False))


def test_makers_gains_by_hand():
    """A taker buys 2 at 101 and sells 1 at 99; the mid stays at 100, then is 102 when the first is valued."""
    base = pd.Timestamp("2025-10-10T21:00Z")
    at = lambda seconds: base + pd.to_timedelta(seconds, unit="s")
    quotes = pd.DataFrame({"time": at([0, 5, 20]), "bid": [99.0, 101.0, 99.0], "ask": [101.0, 103.0, 101.0]})
    trades = pd.DataFrame({"time": at([1, 12]), "price": [101.0, 99.0], "size": [2.0, 1.0], "side": [1, -1]})
    assert levers.passive(quotes, trades, 10) == pytest.approx((2 * (101 - 102) - (99 - 100)) / (202 + 99) * 1e4)


def test_scenarios_pull_one_lever_each():
    assert list(levers.policies("SIM-BTC")) == [levers.PLAIN, "tick x 10", "tick / 10", "halt on imbalance",
                                                "halt on a 1 % move", "orders rest 1 s"]
    assert "tick x 10" not in levers.policies("SIM-ROSE")
    assert levers.sizes(levers.herds("SIM-ROSE", (0.5,))) == {levers.PLAIN: 0.0, "herd 0.5": 0.5}
    assert {scenario.levers.herd for scenario in levers.halts("SIM-ROSE", 0.5).values()} == {0.0, 0.5}


def test_no_fake_bid_leaves_every_forecast_as_it_was(walked):
    np.testing.assert_array_equal(spoof.fooled(walked, 0.0), walked.oof.predicted)


def test_a_fake_bid_pushes_the_forecast_up_and_buys_nothing_beyond_what_it_shows(walked, crash):
    told = traders.signal(walked, 0.9)
    before = spoof.response(walked, told, walked.oof.time < crash.begin, sizes=(1e3, 1e5, 1e7, 1e8))
    assert (before["shift_bp_low"] > 0).all() and before["shift_bp"].is_monotonic_increasing
    assert before["per_100k_bp"].is_monotonic_decreasing and before["triggered"].between(0, 1).all()
    assert before["shift_bp"].iloc[3] < 1.1 * before["shift_bp"].iloc[2]


def test_a_fake_bid_stands_for_its_seconds_only(walked, crash):
    told, begin = traders.signal(walked, 0.9), crash.first + pd.Timedelta("30min")
    fake = spoof.shown(walked, told, begin, 5, 1e7)
    changed = np.flatnonzero(fake.value != told.value)
    times = pd.to_datetime(told.time[changed], utc=True)
    assert 0 < len(changed) <= 5 and (times >= begin).all() and (times < spoof.until(begin, 5)).all()
    with pytest.raises(Refusal, match="no forecast at"):
        spoof.shown(walked, told, crash.first - pd.Timedelta("10h"), 5, 1e7)
