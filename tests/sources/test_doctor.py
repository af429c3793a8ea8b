"""The doctor on planted faults: each is found under its own name, where it lies, and nothing else is found."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.sources.doctor import examine
from tests.sources.sound_market import MS, recording

SECOND = clock.SECOND


def diagnose(frames, **more):
    return examine([frames], name="planted", **more)


def alarms(diagnosis):
    """Names and kinds of all that is not merely good to know."""
    return {(f.what, f.kind) for f in diagnosis.findings if f.severity != "info"}


def put(frame, rows, **values):
    """A copy with other values in some rows."""
    frame = frame.copy()
    for column, value in values.items():
        frame.loc[rows, column] = value
    return frame


def shifted(frame, rows, nanoseconds, column="time"):
    return put(frame, rows, **{column: frame.loc[rows, column] + pd.Timedelta(nanoseconds, "ns")})


def rows_repeated(frame, rows):
    return pd.concat([frame, frame.loc[rows]]).sort_values("time", kind="stable", ignore_index=True)


def ns(frame, row):
    return frame["time"].iloc[row].value


def test_a_sound_recording_raises_no_alarm():
    assert alarms(diagnose(recording(minutes=60))) == set()
    assert diagnose(recording()).healthy


CELLS = [  # kind, column, value, the name of the fault
    ("quotes", "bid", 0.0, "impossible price"),
    ("quotes", "ask", np.inf, "impossible price"),
    ("quotes", "bid_size", -1.0, "impossible size"),
    ("quotes", "ask_size", np.inf, "impossible size"),
    ("quotes", "ask", np.nan, "one-sided quote"),
    ("quotes", "bid", 200.0, "crossed quote"),
    ("quotes", "ask", 200.0, "bad print"),
    ("trades", "price", -5.0, "impossible price"),
    ("trades", "price", np.nan, "impossible price"),
    ("trades", "price", 1000.0, "bad print"),
    ("trades", "size", -0.5, "impossible size"),
    ("trades", "size", 0.0, "zero size"),
    ("trades", "side", 0, "unknown side"),
    ("trades", "side", 2, "impossible side"),
    ("depth", "bid_2", 0.0, "impossible price"),
    ("depth", "ask_size_1", -1.0, "impossible size"),
    ("depth", "ask_1", 1.0, "levels out of order"),
    ("depth", "bid_1", np.nan, "hole in the ladder"),
    ("updates", "price", 0.0, "impossible price"),
    ("updates", "size", np.nan, "impossible size"),
    ("updates", "side", 3, "impossible side"),
    ("bars", "close", np.inf, "impossible price"),
    ("bars", "close", np.nan, "missing close"),
    ("bars", "high", 50.0, "impossible range"),
    ("bars", "volume", -1.0, "impossible volume"),
    ("bars", "buy_volume", 11.0, "impossible volume"),
    ("bands", "depth", np.nan, "impossible depth"),
    ("bands", "notional", -1.0, "impossible depth"),
]


@pytest.mark.parametrize(("kind", "column", "value", "what"), CELLS)
def test_a_wrong_cell_is_named_with_its_row_and_time_and_nothing_else_is(kind, column, value, what):
    frames, row = recording(), 12
    frames[kind] = put(frames[kind], row, **{column: value})
    diagnosis = diagnose(frames)
    assert alarms(diagnosis) == {(what, kind)}
    [finding] = diagnosis.named(what)
    assert (finding.rows, finding.examples) == (1, (row,))
    assert finding.first == finding.last == ns(frames[kind], row)


def negative_latency(frames):
    return {"trades": shifted(frames["trades"], slice(None), -1272 * MS, "local_time")}


def local_clock_set_back(frames):
    return {"quotes": shifted(frames["quotes"], slice(500, None), -60 * SECOND, "local_time")}


def late_messages(frames):
    return {"trades": shifted(frames["trades"], slice(100, 104), 7 * SECOND, "local_time")}


def out_of_order(frames):
    quotes = shifted(frames["quotes"], [40], -2 * SECOND)
    return {"quotes": shifted(quotes, [40], -2 * SECOND, "local_time")}


def milliseconds_read_as_nanoseconds(frames):
    wrong = clock.utc(frames["bars"]["time"].dt.as_unit("ns").astype("int64") // 1_000_000)
    return {"bars": frames["bars"].assign(time=wrong)}


def seconds_among_nanoseconds(frames):
    stamps = frames["trades"]["time"].astype("int64").to_numpy().copy()
    stamps[50:60] //= SECOND
    return {"trades": frames["trades"].assign(time=clock.utc(stamps))}


def two_clocks(frames):
    return {"quotes": frames["quotes"].assign(local_time=frames["quotes"]["time"])}


def guessed_clock(frames):
    quotes = frames["quotes"].copy()
    quotes.attrs["time"] = "estimated"
    return {"quotes": quotes}


def lost_message(frames):
    return {"updates": frames["updates"].drop([100, 101]).reset_index(drop=True)}


def lost_message_of_a_spot_feed(frames):
    updates = lost_message(frames)["updates"]
    return {"updates": updates.assign(prev_id=-1)}


def no_snapshot(frames):
    return {"updates": frames["updates"].assign(snapshot=False)}


def lost_trades(frames):
    return {"trades": frames["trades"].drop([10, 11, 50]).reset_index(drop=True)}


def trades_sent_twice(frames):
    return {"trades": rows_repeated(frames["trades"], [30, 31])}


def older_quote_after_newer(frames):
    return {"quotes": put(frames["quotes"], 60, update_id=3)}


def older_book_after_newer(frames):
    return {"depth": put(frames["depth"], 60, sequence=3)}


def bar_twice(frames):
    return {"bars": rows_repeated(frames["bars"], [4])}


def bars_absent(frames):
    return {"bars": frames["bars"].drop([5, 6, 7]).reset_index(drop=True)}


def bars_of_a_mark_price(frames):
    return {"bars": frames["bars"].assign(volume=0.0, quote_volume=0.0, n_trades=0.0, buy_volume=0.0)}


def locked(frames):
    quotes = frames["quotes"]
    return {"quotes": put(quotes, 9, ask=quotes["bid"][9])}


def crossed_book(frames):
    return {"depth": put(frames["depth"], 9, bid_0=frames["depth"]["ask_0"][9] + 0.005)}


def locked_book(frames):
    return {"depth": put(frames["depth"], 9, bid_0=frames["depth"]["ask_0"][9])}


def empty_book(frames):
    return {"depth": put(frames["depth"], 9, **{f"bid_{level}": np.nan for level in range(3)})}


def shrinking_bands(frames):
    return {"bands": put(frames["bands"], 20, depth=1.0, notional=96.0)}


def bands_absent(frames):
    time = frames["bands"]["time"]
    return {"bands": frames["bands"][(time < time[50]) | (time > time[90])].reset_index(drop=True)}


def recorder_that_began_late_with_quotes(frames):
    return {"quotes": frames["quotes"].iloc[30:].reset_index(drop=True)}


def quotes_that_end_early(frames):
    return {kind: frames[kind].iloc[:-500].reset_index(drop=True) for kind in ("quotes", "depth", "updates")}


def no_rows(frames):
    return {"trades": frames["trades"].iloc[:0]}


FAULTS = {
    negative_latency: {("negative latency", "trades")},
    local_clock_set_back: {("local clock backwards", "quotes"), ("negative latency", "quotes")},
    late_messages: {("late messages", "trades"), ("local clock backwards", "trades")},
    out_of_order: {("out of order", "quotes"), ("local clock backwards", "quotes")},
    milliseconds_read_as_nanoseconds: {("clock unit", "bars"), ("no rows", "bars")},
    seconds_among_nanoseconds: {("mixed clock units", "trades"), ("missing trades", "trades")},
    two_clocks: {("two clocks", "quotes")},
    guessed_clock: {("estimated clock", "quotes")},
    lost_message: {("sequence break", "updates")},
    lost_message_of_a_spot_feed: {("sequence break", "updates")},
    no_snapshot: {("no snapshot", "updates")},
    lost_trades: {("missing trades", "trades")},
    trades_sent_twice: {("duplicate trade ids", "trades")},
    older_quote_after_newer: {("update ids backwards", "quotes")},
    older_book_after_newer: {("update ids backwards", "depth")},
    bar_twice: {("repeated rows", "bars")},
    bars_absent: {("missing bars", "bars")},
    bars_of_a_mark_price: {("no volume", "bars")},
    locked: {("locked quote", "quotes")},
    crossed_book: {("crossed book", "depth")},
    locked_book: {("locked book", "depth")},
    empty_book: {("one-sided book", "depth")},
    shrinking_bands: {("bands not cumulative", "bands")},
    bands_absent: {("missing bands", "bands")},
    recorder_that_began_late_with_quotes: {("trades before the first quote", "trades")},
    quotes_that_end_early: {(("early end"), kind) for kind in ("quotes", "depth", "updates")},
    no_rows: {("no rows", "trades")},
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_raises_its_own_alarm_and_no_other(fault):
    frames = recording()
    assert alarms(diagnose(frames | fault(frames))) == FAULTS[fault]
