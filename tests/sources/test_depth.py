"""The book on a regular clock: the same as the book rebuilt message by message, and no deeper than it is known."""

import numpy as np
import pandas as pd
import pytest

from kit import clock, compute
from kit.refusal import Refusal
from kit.sources import binance_raw, book, datasets, depth, gather, in_order
from kit.sources.synthetic import behind, market
from tests.sources.test_book import snapshot, spot, updates

LEVELS = [(side, round(price + k * step, 1), 1.0 + k) for side, price, step in ((1, 100.0, -0.1), (-1, 100.1, 0.1))
          for k in range(30)]


def seconds(frame):
    """The same messages a second apart."""
    at = clock.utc(frame["time"].iloc[0].floor("1s").value + (frame["local_time"] != frame["local_time"].shift())
                   .cumsum().to_numpy() * clock.SECOND)
    return frame.assign(time=at)


def test_rows_are_the_book_after_the_last_message_of_each_second():
    messages = updates(snapshot(10, *LEVELS), spot(11, 11, (1, 100.0, 9.0)), spot(12, 12, (-1, 100.1, 0.0)))
    found = depth.sampled({"updates": seconds(messages)}, reach=1.0)
    np.testing.assert_array_equal(found["bid_size_0"], [1.0, 9.0, 9.0])
    np.testing.assert_array_equal(found["ask_0"], [100.1, 100.1, 100.2])


def test_a_second_without_messages_carries_the_book_until_it_is_stale():
    messages = seconds(updates(snapshot(10, *LEVELS), spot(11, 11, (1, 100.0, 9.0))))
    messages.loc[messages["last_id"] == 11, "time"] += pd.Timedelta("9s")
    found = depth.sampled({"updates": messages}, stale="5s", reach=1.0)
    assert found["bid_size_0"].notna().tolist() == [True] * 6 + [False] * 4 + [True]


def test_levels_reach_as_far_as_asked_and_one_beyond():
    messages = seconds(updates(snapshot(10, *LEVELS), spot(11, 11, (1, 100.0, 9.0))))
    found = depth.sampled({"updates": messages}, reach=1.0)
    last = max(level for level in range(30) if f"bid_{level}" in found)
    assert 100 * (1 - found[f"bid_{last}"].iloc[0] / 100.05) > 1 > 100 * (1 - found[f"bid_{last - 1}"].iloc[0] / 100.05)


def test_nothing_is_shown_beyond_a_snapshot_that_was_cut():
    """A level below the last of a thousand was changed: that one is known, those beside it are not."""
    many = [(1, 100.0 - k / 1000, 1.0) for k in range(1000)] + [(-1, 100.1 + k / 1000, 1.0) for k in range(1000)]
    messages = seconds(updates(snapshot(10, *many), spot(11, 11, (1, 98.9, 7.0), (-1, 101.5, 7.0))))
    found = depth.sampled({"updates": messages}, reach=2.0)
    assert np.nanmin(found.filter(regex=r"^bid_\d").to_numpy()) == pytest.approx(99.001)
    assert np.nanmax(found.filter(regex=r"^ask_\d").to_numpy()) == pytest.approx(101.099)
    assert compute(found, "total_depth_2.0pct")["total_depth_2.0pct"].isna().all()
    assert compute(found, "total_depth_0.5pct")["total_depth_0.5pct"].notna().all()


def test_a_snapshot_of_the_whole_book_is_followed_beyond_its_end():
    messages = seconds(updates(snapshot(10, *LEVELS), spot(11, 11, (1, 90.0, 7.0))))
    found = depth.sampled({"updates": messages}, reach=9.0)
    assert np.nanmin(found.filter(regex=r"^bid_\d").iloc[1].to_numpy()) == 90.0
    assert compute(found, "total_depth", level=9.0)["total_depth"].isna().all(), "asks end at 3 %"


def test_recordings_without_a_book_are_refused():
    with pytest.raises(Refusal, match="neither depth nor updates"):
        depth.sampled({"quotes": None})


@pytest.mark.parametrize("symbol", ["SIM-BTC", "SIM-ROSE"])
def test_the_embedded_book_has_the_planted_thickness_and_touch(symbol):
    recording = datasets.load("synthetic-depth", symbol, "2025-01-06T12:00Z", "2025-01-06T12:30Z")
    table = recording.depth
    profile = behind.Profile(market(symbol), float((table["bid_0"] + table["ask_0"]).mean() / 2))
    found = compute(table, "total_depth_2.0pct", "book_slope").mean()
    assert found["total_depth_2.0pct"] == pytest.approx(profile.total_depth(2.0), rel=0.12)
    assert found["book_slope"] == pytest.approx(profile.slope, rel=0.2)
    last = recording.quotes[recording.quotes["time"] <= table["time"].iloc[900]].iloc[-1]
    assert last[["bid", "bid_size", "ask", "ask_size"]].tolist() == table.iloc[900, 1:5].tolist()


def test_an_instant_of_the_embedded_book_is_the_same_whatever_the_start():
    whole, part = (datasets.load("synthetic-depth", "SIM-ETC", start, "2025-01-06T12:20Z").depth
                   for start in ("2025-01-06T12:00Z", "2025-01-06T12:10Z"))
    at = part["time"].iloc[300]
    columns = [name for name in part if name in whole][:200]
    np.testing.assert_array_equal(part.loc[part["time"] == at, columns], whole.loc[whole["time"] == at, columns])


@pytest.mark.recordings
def test_binance_books_are_those_rebuilt_message_by_message(kit_data):
    path = kit_data / "market/binance-usdm-raw/usdm_ethusdt_20240808.gz"
    tables = {kind: in_order(frame) for kind, frame in gather(binance_raw.read(path)).items()}
    found, every = depth.sampled(tables), book.rebuild(tables["updates"], 5).depth
    columns = [f"{name}_{level}" for level in range(5) for name in depth.SIDES]
    row = np.searchsorted(every["time"].to_numpy(), found["time"].to_numpy(), side="right") - 1
    np.testing.assert_array_equal(found[columns], every[columns].to_numpy()[row])
    share = compute(found, "total_depth_0.1pct", "total_depth_0.5pct").notna().mean()
    assert share["total_depth_0.1pct"] == 1 and share["total_depth_0.5pct"] < 0.1, "a thousand levels of 0.01 are 0.5 %"


@pytest.mark.recordings
def test_hyperliquid_books_of_twenty_levels_do_not_reach_a_tenth_of_a_per_cent(kit_data):
    reach = {symbol: compute(datasets.load("hyperliquid", symbol).depth, "total_depth_0.1pct").notna().mean().iloc[0]
             for symbol in ("BTC", "WLFI")}
    assert reach["BTC"] == 0 and reach["WLFI"] > 0.99
