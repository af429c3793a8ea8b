"""What the doctor says: numbers, order, refusals; that cuts do not matter, and that the embedded market is sound."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import clock
from kit.refusal import Refusal
from kit.sources import synthetic
from kit.sources.doctor import examine, to_frame
from kit.sources.doctor.tally import Sample
from tests.sources.sound_market import MS, START, recording

SECOND = clock.SECOND


def ill(seed):
    """A recording with faults in every kind, some of them in neighbouring rows."""
    frames, rng = recording(minutes=5, seed=seed), np.random.default_rng(seed)
    quotes, trades, depth, updates, bars, bands = (frames[kind] for kind in frames)
    for column, value in (("bid", 0.0), ("ask", np.nan), ("bid", 300.0), ("ask", 300.0), ("update_id", 1)):
        quotes.loc[rng.integers(1, len(quotes), 3), column] = value
    late = rng.integers(5, len(quotes), 4)
    quotes.loc[late, "time"] -= pd.Timedelta("2s")
    trades.loc[rng.integers(1, len(trades), 3), "price"] = 500.0
    trades.loc[:3, "time"] -= pd.Timedelta("30s")
    trades.loc[rng.integers(1, len(trades), 30), "local_time"] += pd.Timedelta("9s")
    frames["trades"] = trades.iloc[np.sort(rng.choice(len(trades), len(trades), replace=True))].reset_index(drop=True)
    depth.loc[rng.integers(1, len(depth), 3), "bid_1"] = np.nan
    frames["updates"] = updates.drop(rng.integers(5, len(updates), 6)).reset_index(drop=True)
    frames["bars"] = pd.concat([bars.drop([3]), bars.iloc[:1]], ignore_index=True)
    bands.loc[60:, "notional"] *= 0.9
    bands.loc[(bands.index >= 60) & (bands["percentage"] < 0), ["depth", "notional"]] += 500.0, 50_000.0
    return frames


def cut(frames, points):
    """Batches cut at these shares of each kind's rows, the kinds in turn the first."""
    for number, (low, high) in enumerate(zip([0.0, *points], [*points, 1.0], strict=True)):
        turned = [*frames.items()][number % len(frames):] + [*frames.items()][:number % len(frames)]
        yield {kind: frame.iloc[round(low * len(frame)):round(high * len(frame))] for kind, frame in turned}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10), st.lists(st.floats(0, 1), min_size=1, max_size=6).map(sorted))
def test_the_diagnosis_does_not_depend_on_the_cuts(seed, points):
    frames = ill(seed)
    whole = examine([frames], name="ill")
    assert len({finding.what for finding in whole.findings}) > 15
    assert examine(cut(frames, points), name="ill") == whole


def test_batches_of_one_row_give_the_same_diagnosis():
    frames = {kind: frame.iloc[:90] for kind, frame in ill(3).items()}
    rows = ({kind: frame.iloc[[row]]} for kind, frame in frames.items() for row in range(len(frame)))
    assert examine(rows, name="ill") == examine([frames], name="ill")


def test_memory_does_not_grow_with_the_rows():
    """The same hour over and over: 100 MB of rows, no more seconds than an hour has."""
    frames = {kind: frame for kind, frame in recording(minutes=60).items() if kind in ("quotes", "trades")}
    times = round(100e6 / sum(frame.memory_usage().sum() for frame in frames.values()))
    tracemalloc.start()
    examine((frames for _ in range(times)), name="again and again")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25e6


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 5000), st.integers(1, 64), st.lists(st.integers(0, 5000), max_size=8))
def test_a_sample_is_even_and_bounded_and_does_not_depend_on_the_cuts(rows, most, points):
    values, sample = np.arange(rows, dtype=float), Sample(most)
    for part in np.split(values, sorted(point for point in points if point <= rows)):
        sample.add(part)
    stride = next(2**power for power in range(20) if rows <= most * 2**power)
    assert np.array_equal(sample.values, values[::stride])
    assert sample.seen == rows


def test_the_offset_of_the_clocks_is_the_median_with_its_spread():
    frames = recording()
    latency = np.random.default_rng(1).normal(-1.27, 0.01, len(frames["trades"]))
    frames["trades"]["local_time"] = frames["trades"]["time"] + pd.to_timedelta(latency, unit="s")
    low, middle, high = np.quantile(latency, [0.01, 0.5, 0.99])
    [finding] = examine([frames], name="slow clock").named("negative latency", "trades")
    assert f"the local clock is {-middle:.3f} s behind the exchange's" in finding.message
    assert f"1st to 99th percentile {low:.3f} s to {high:.3f} s; 100 % of the rows" in finding.message
    assert finding.rows == len(latency)


def test_lost_trades_are_counted_and_prints_off_the_book_are_not_lost():
    frames = recording()
    gone = frames["trades"].iloc[[10, 11, 50, 90]]
    frames["trades"] = frames["trades"].drop(gone.index).reset_index(drop=True)
    frames["off_book"] = gone.iloc[:3].reset_index(drop=True)
    [finding] = examine([frames], name="lost").named("missing trades")
    assert finding.rows == 1 and finding.first == frames["trades"]["time"][87].value
    assert "1 trade id absent" in finding.message


def test_ids_that_are_no_count_of_trades_are_left_alone():
    frames = recording()
    frames["trades"]["id"] = np.random.default_rng(2).permutation(10**6)[:len(frames["trades"])]
    assert examine([frames], name="random ids").healthy
    frames["trades"]["id"] = [f"a-{number}" for number in frames["trades"]["id"]]
    assert examine([frames], name="text ids").healthy
    frames["trades"].loc[7, "id"] = frames["trades"]["id"][5]
    assert examine([frames], name="text ids").named("duplicate trade ids")[0].examples == (7,)


def test_ids_that_begin_anew_the_next_day_are_not_lost_trades():
    frames = recording()
    frames["trades"].loc[300:, "id"] += 10**8
    diagnosis = examine([frames], name="anew")
    assert diagnosis.healthy
    assert diagnosis.named("trade ids numbered anew")[0].examples == (300,)


def test_equal_trades_without_ids_are_noted_not_condemned():
    frames = recording()
    trades = frames["trades"].drop(columns="id")
    frames["trades"] = pd.concat([trades.iloc[:20], trades.iloc[19:]], ignore_index=True)
    diagnosis = examine([frames], name="no ids")
    assert diagnosis.healthy
    assert diagnosis.named("identical trades")[0].examples == (20,)


def test_a_message_that_changes_no_level_keeps_the_chain_whole():
    frames = recording()
    frames["updates"].loc[101, ["side", "price", "size"]] = 0, np.nan, np.nan
    frames["updates"] = frames["updates"].drop(100).reset_index(drop=True)
    assert examine([frames], name="quiet message").healthy


def test_two_resolutions_of_one_clock_are_noted():
    frames = recording()
    fine = frames["quotes"]["time"] + pd.Timedelta("1us")
    frames["quotes"]["time"] = fine.where(frames["quotes"].index > 3000, frames["quotes"]["time"])
    diagnosis = examine([frames], name="finer from some row on")
    assert "the clock ticks in us, but" in diagnosis.named("mixed clock resolution", "quotes")[0].message
    assert {fact.kind: fact.clock for fact in diagnosis.facts}["trades"] == "ms"


def test_impossible_times_name_the_unit_they_were_meant_in():
    frames = recording()
    stamps = frames["trades"]["time"].astype("int64").to_numpy()
    for factor, unit in ((MS, "ms"), (SECOND, "s"), (1000, "us")):
        wrong = examine([{"trades": frames["trades"].assign(time=clock.utc(stamps // factor))}], name="unit")
        assert f"as if {unit} had been read as ns" in wrong.named("clock unit")[0].message
        assert [fact.first for fact in wrong.facts] == [None]


def test_an_empty_recording_is_an_error():
    assert [f.what for f in examine([], name="nothing").findings] == ["empty recording"]


def test_errors_come_first_and_the_table_says_what_the_list_says():
    diagnosis = examine([ill(1)], name="ill")
    order = [("error", "warning", "info").index(f.severity) for f in diagnosis.findings]
    assert order == sorted(order) and set(order) == {0, 1, 2}
    table = to_frame(diagnosis)
    assert list(table.columns) == ["severity", "what", "kind", "rows", "first", "last", "message", "examples"]
    assert [str(dtype) for dtype in table.dtypes[["first", "last"]]] == ["datetime64[ns, UTC]"] * 2
    assert table["message"].tolist() == [f.message for f in diagnosis.findings]
    assert [None if pd.isna(time) else time.value for time in table["first"]] == [f.first for f in diagnosis.findings]
    assert to_frame([]).empty


def test_the_printed_diagnosis_names_every_fault_once_and_counts_what_is_left_out():
    trades = recording(minutes=200)["trades"]
    second = (trades["time"].astype("int64") - START) // SECOND
    text = str(examine([{"trades": trades[second % 1200 > 60].drop(columns="id")}], name="holes"))
    assert text.splitlines()[0].startswith("holes: 9 warnings")
    assert text.count("WARNING  trades: gap: no trades for 6") == 5
    assert "trades: gap: and 4 more" in text


@pytest.mark.parametrize(("change", "said"), [
    (lambda quotes: quotes.drop(columns="bid_size"), "column 'bid_size': missing"),
    (lambda quotes: quotes.assign(ask="100"), "column 'ask': dtype"),
    (lambda quotes: quotes.assign(time=quotes["time"].dt.tz_localize(None)), "naive"),
    (lambda quotes: quotes.assign(time=quotes["time"].where(quotes.index != 4)), "row 4: missing time"),
    (lambda quotes: quotes.assign(local_time=1.0), "column 'local_time'"),
])
def test_frames_that_cannot_be_examined_are_refused_by_name(change, said):
    with pytest.raises(Refusal, match="spoilt: quotes") as refusal:
        examine([{"quotes": change(recording()["quotes"])}], name="spoilt")
    assert said in str(refusal.value)


def test_a_local_time_may_be_missing():
    quotes = recording()["quotes"]
    quotes["local_time"] = quotes["local_time"].where(quotes.index % 7 != 0)
    assert examine([{"quotes": quotes}], name="some local times").healthy


@pytest.mark.parametrize("symbol", synthetic.SYMBOLS)
@pytest.mark.parametrize("crash", [None, True])
def test_the_embedded_market_is_sound_also_on_the_day_of_its_crash(symbol, crash):
    period = pd.Timestamp("2025-10-10T12:00Z"), pd.Timestamp("2025-10-11T00:00Z")
    diagnosis = examine(synthetic.batches(symbol, *period, crash=crash), name=symbol, expected=period)
    assert diagnosis.healthy, diagnosis
    assert [fact.kind for fact in diagnosis.facts] == ["quotes", "trades"]
