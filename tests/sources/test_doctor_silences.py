"""The doctor on what is not there, or stands still: gaps, empty days, early ends, stale levels."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from kit import clock
from kit.refusal import Refusal
from kit.sources.doctor import examine
from kit.sources.doctor.batch import Batch
from kit.sources.doctor.holes import holes
from kit.sources.doctor.ledger import Ledger, Lines
from tests.sources.sound_market import START, recording

SECOND = clock.SECOND
DAY = 86_400 * SECOND


def feed(nanoseconds, kind="trades"):
    """A feed of one price, at these times after the start."""
    time = clock.utc(START + np.asarray(nanoseconds, dtype="int64"))
    if kind == "trades":
        return {kind: pd.DataFrame({"time": time, "price": 100.0, "size": 1.0, "side": np.int8(1)})}
    return {kind: pd.DataFrame({"time": time, "bid": 99.0, "bid_size": 1.0, "ask": 100.0, "ask_size": 1.0})}


def every_second(empty, seconds=2000):
    """One message in the middle of each second, but for `empty` seconds in the middle."""
    second = np.arange(seconds + empty)
    second = second[(second < seconds // 2) | (second >= seconds // 2 + empty)]
    time = START + second * SECOND + SECOND // 2
    return Lines(time // SECOND, time, time, *np.full((2, seconds), np.nan))


@pytest.mark.parametrize("empty", range(5, 12))
@pytest.mark.parametrize("chance", [1e-4, 1e-6, 1e-8, 1e-10, 1e-12])
def test_a_silence_is_a_gap_as_soon_as_its_known_chance_is_below_the_line(empty, chance):
    """All of the 300 s on either side are busy: g empty ones in a row are one of C(300 + g, g) orders of both."""
    found = list(holes("trades", every_second(empty), reach=300, chance=chance))
    assert len(found) == (2000 / math.comb(300 + empty, empty) < chance)
    for gap in found:
        assert (gap.first, gap.last) == (START + 999_500_000_000, START + (1000 + empty) * SECOND + SECOND // 2)


def test_a_silence_no_longer_than_the_floor_is_no_gap():
    assert len(list(holes("quotes", every_second(5)))) == 1
    assert not list(holes("quotes", every_second(4)))


def by_chance(rng):
    """Six hours of messages that come one by one, from some a minute to some a second."""
    rate = np.exp(rng.uniform(np.log(0.01), np.log(3)))
    return np.cumsum(rng.exponential(SECOND / rate, int(6 * 3600 * rate)))


def in_bursts(rng):
    """Clusters of some seconds a minute or so apart: what looks like 25 busy seconds is five events."""
    starts = np.cumsum(rng.exponential(60 * SECOND, 200))
    bursts = [start + np.cumsum(rng.exponential(0.2 * SECOND, rng.integers(1, 40))) for start in starts]
    return np.sort(np.concatenate(bursts))


def calm_and_busy(rng):
    """The rate changes tenfold, back and forth, every quarter of an hour."""
    rate = np.repeat(np.tile([0.1, 1.0], 8), 900)
    return np.flatnonzero(rng.random(len(rate)) < rate) * SECOND


def with_rare_lulls(rng):
    """Every second is busy but for lulls of a few seconds, so rare that most stretches of ten minutes have none."""
    lulls = np.cumsum(rng.exponential(600, 60)).astype(int)
    second = np.arange(lulls[-1] + 100)
    empty = np.concatenate([lull + np.arange(rng.exponential(4)) for lull in lulls]).astype(int)
    return np.setdiff1d(second, empty) * SECOND


def with_an_hour_in_bursts(rng):
    """A steady day, in which one hour comes in bursts."""
    steady = np.flatnonzero(rng.random(20 * 3600) < 0.7) * SECOND
    bursts = in_bursts(rng) + 10 * 3600 * SECOND
    return np.sort(np.concatenate([steady[steady < bursts[0]], bursts, steady[steady > bursts[-1]]]))


@pytest.mark.parametrize("traffic", [by_chance, in_bursts, calm_and_busy, with_rare_lulls, with_an_hour_in_bursts])
def test_gaps_in_sound_feeds_are_no_more_frequent_than_the_chance_that_is_stated(traffic):
    rng, feeds, chance = np.random.default_rng(11), 200, 0.05
    false = 0
    for _ in range(feeds):
        time = START + traffic(rng).astype("int64")
        ledger = Ledger()
        ledger.see(Batch("trades", np.arange(len(time)), {"time": time}))
        false += any(holes("trades", ledger.lines(), chance=chance))
    assert false <= binom.ppf(0.999, feeds, chance)


@pytest.mark.parametrize("kind", ["quotes", "trades", "depth", "updates"])
def test_half_a_minute_cut_out_is_a_gap_of_that_feed_alone(kind):
    frames = recording()
    time = frames[kind]["time"].astype("int64").to_numpy() - START
    frames[kind] = frames[kind][(time < 300 * SECOND) | (time > 330 * SECOND)].reset_index(drop=True)
    [gap] = examine([frames], name="cut").named("gap")
    assert gap.kind == kind
    assert START + 298 * SECOND < gap.first <= START + 300 * SECOND
    assert START + 330 * SECOND <= gap.last < START + 333 * SECOND


def test_a_silence_of_quotes_says_how_long_the_grid_is_blind():
    [silence] = examine([feed([0, 1, 105 * SECOND], "quotes")], name="quotes").named("silence")
    assert "1 silence of more than 5.000 s, the longest 105.000 s" in silence.message
    assert f"missing {100 * 100 / 105:.3g} % of the time" in silence.message


def test_a_day_without_a_message_is_an_error_with_its_date():
    times = np.arange(0, 3 * DAY, 60 * SECOND)
    diagnosis = examine([feed(times[times // DAY != 1])], name="three days")
    [empty] = diagnosis.named("empty day")
    assert (empty.severity, empty.first, empty.last) == ("error", START + DAY, START + 2 * DAY)
    assert "2025-10-11" in empty.message
    assert diagnosis.named("empty hours") == ()


def test_hours_without_a_message_are_noted():
    times = np.arange(0, DAY, 60 * SECOND)
    [empty] = examine([feed(times[times // (3600 * SECOND) != 5])], name="a day").named("empty hours")
    assert (empty.first, empty.last) == (START + 5 * 3600 * SECOND, START + 6 * 3600 * SECOND)


def test_a_recording_shorter_than_its_period_starts_late_and_ends_early():
    frames = feed(np.arange(3600, 7200) * SECOND)
    period = pd.Timestamp(START, tz="UTC"), pd.Timestamp(START + DAY, tz="UTC")
    diagnosis = examine([frames], name="an hour", expected=period)
    assert [(f.what, f.first, f.last) for f in diagnosis.findings if f.severity == "warning"] == [
        ("early end", START + 7199 * SECOND, START + DAY), ("late start", START, START + 3600 * SECOND)]
    assert not examine([frames], name="an hour").named("late start")


def test_a_period_that_is_no_period_is_refused():
    with pytest.raises(Refusal, match="ends"):
        examine([], name="backwards", expected=(START + DAY, START))
    with pytest.raises(Refusal, match="time zone"):
        examine([], name="naive", expected=("2025-10-10", "2025-10-11"))


def test_part_of_a_day_is_noted_and_a_whole_day_is_not():
    [part] = examine([feed([0, 3600 * SECOND])], name="an hour").named("partial day")
    assert "covers 3600.000 s" in part.message and "4.17 % of 1 UTC day" in part.message
    assert not examine([feed([0, DAY - 1])], name="a day").named("partial day")


@pytest.mark.parametrize(("side", "sign"), [("bid", -1), ("ask", 1)])
def test_a_touch_that_stands_while_trades_go_through_it_is_stale(side, sign):
    """The quotes stop for 20 s at one price; the trades go on, a cent beyond it."""
    frames = recording()
    stands = frames["quotes"]["time"].astype("int64").between(START + 300 * SECOND, START + 320 * SECOND)
    price = frames["quotes"].loc[stands, side].iloc[0]
    for column in ("bid", "ask"):
        frames["quotes"].loc[stands, column] = frames["quotes"].loc[stands, column].iloc[0]
    there = frames["trades"]["time"].astype("int64").between(START + 300 * SECOND, START + 320 * SECOND)
    frames["trades"].loc[there, "price"] = price + sign * 0.01
    [stale] = examine([frames], name="stale").named("stale level", "quotes")
    assert f"the best {side} stands at {price:.10g}" in stale.message
    assert START + 299 * SECOND < stale.first <= START + 301 * SECOND
    assert START + 319 * SECOND < stale.last <= START + 322 * SECOND


@pytest.mark.parametrize(("side", "moves"), [("bid", 0.9), ("ask", 1.1)])
def test_bands_in_which_a_level_was_left_behind_are_named_with_the_level(side, moves):
    """As on 2025-10-10: the market moves, its innermost band empties, and 17.65 stay at 100 in every band of a side."""
    bands = recording()["bands"]
    ours = (np.sign(bands["percentage"]) == (-1 if side == "bid" else 1)) & (bands.index >= 150)
    bands.loc[150:, "notional"] *= moves
    bands.loc[ours & (abs(bands["percentage"]) == 1), ["depth", "notional"]] = 0.0
    bands.loc[ours, ["depth", "notional"]] += 17.65, 1765.0
    [stale] = examine([{"bands": bands}], name="bands").named("stale bands")
    assert stale.severity == "error"
    assert stale.first == bands["time"][150].value
    assert stale.rows == (len(bands) - 150) // 10
    assert f"a {side} of 17.65 at 100 was left behind" in stale.message
