"""What the store gives back is what it was given, to the bit, a day whole or not at all."""

import os
import signal
import subprocess
import sys
import time

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit import clock
from kit.refusal import Refusal
from kit.sources import dayfile, encoding, gather, tardis
from kit.sources.store import Store
from tests.sources.plain_quotes import MIDNIGHT, quotes

KEY = "quotes", "binance-usdm", "BTCUSDT"
DAYS = ["2024-03-01", "2024-03-02", "2024-03-03"]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def written(store):
    store.write(*KEY, quotes())
    return store


def bits(frame):
    """A frame whose floats are compared by their bits."""
    return frame.assign(**{name: frame[name].to_numpy().view("int64") for name in frame.select_dtypes("float64")})


def files(store):
    return sorted(path.name for path in store.root.rglob("*") if path.is_file())


# --- what comes back


def test_every_value_comes_back_bit_for_bit_in_recording_order(written):
    pd.testing.assert_frame_equal(bits(written.read(*KEY)), bits(quotes()))


def test_days_are_split_at_midnight_utc(written):
    assert written.days(*KEY) == DAYS
    for day in DAYS:
        found = written.read(*KEY, f"{day}T00:00Z", pd.Timestamp(day, tz="UTC") + pd.Timedelta("1D"))
        assert set(found["time"].dt.strftime("%Y-%m-%d")) == {day}


def test_rows_out_of_order_keep_their_place_and_their_day(store):
    """As in Binance's bookTicker: around midnight, rows of two days alternate."""
    frame = quotes(hours=48).sample(frac=1, random_state=3).reset_index(drop=True)
    store.write(*KEY, frame)
    days = [frame[frame["time"].dt.strftime("%Y-%m-%d") == day] for day in DAYS[:2]]
    pd.testing.assert_frame_equal(store.read(*KEY), pd.concat(days, ignore_index=True))


def test_every_dtype_of_the_canonical_frames_comes_back(store):
    frame = pd.DataFrame({"time": quotes(5, hours=1)["time"], "side": np.array([1, -1, 0, 1, -1], "int8"),
                          "id": pd.Series(list("abcde"), dtype="str"), "snapshot": [True, False, True, True, False],
                          "price": [0.5, np.nan, 2.25, 1e-8, 61840.1], "noise": [np.pi, -0.0, np.inf, np.nan, 1e300],
                          "n": [1, -2, 3, 2**62, 5], "unknown": np.full(5, np.nan), "f4": np.arange(5, dtype="float32"),
                          "local_time": quotes(5)["time"].where(np.arange(5) != 2)})
    store.write("updates", "v", "s", frame)
    pd.testing.assert_frame_equal(store.read("updates", "v", "s"), frame)


@given(st.lists(st.floats(width=64), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_any_floats_come_back_bit_for_bit(tmp_path_factory, values):
    store = Store(tmp_path_factory.mktemp("store"))
    frame = pd.DataFrame({"time": clock.utc(MIDNIGHT + np.arange(len(values))), "x": values})
    store.write("any", "v", "s", frame)
    back = store.read("any", "v", "s")["x"].to_numpy()
    same = back.view("int64") == frame["x"].to_numpy().view("int64")
    assert (same | (np.isnan(back) & np.isnan(frame["x"]))).all()


@given(st.lists(st.tuples(st.integers(0, 10**10), st.integers(0, 8)), min_size=1, max_size=30))
@settings(max_examples=100, deadline=None)
def test_decimals_as_a_venue_prints_them_are_stored_with_their_digits(tmp_path_factory, numbers):
    texts = [f"{number / 10**digits:.{digits}f}" for number, digits in numbers]
    store = Store(tmp_path_factory.mktemp("store"))
    frame = pd.DataFrame({"time": clock.utc(MIDNIGHT + np.arange(len(texts))), "x": [float(text) for text in texts]})
    store.write("any", "v", "s", frame)
    needed = max(len(text.rstrip("0").partition(".")[2]) if "." in text else 0 for text in texts)
    if max(frame["x"]) * 10**needed < encoding.EXACT / 4:
        assert store.about("any", "v", "s", DAYS[0])["decimals"] == {"x": needed}
    pd.testing.assert_frame_equal(bits(store.read("any", "v", "s")), bits(frame))


def test_what_a_frame_says_of_itself_comes_back_with_it(store):
    """Spot quotes have estimated times, and say so in `attrs`."""
    frame = quotes()
    frame.attrs["time"] = "estimated"
    store.write(*KEY, [frame.iloc[:9], frame.iloc[9:]])
    assert store.read(*KEY, "2024-03-02T00:00Z").attrs == {"time": "estimated"}
    assert [batch.attrs for batch in store.batches(*KEY)] == [{"time": "estimated"}] * 3


def test_all_kinds_of_a_recording_are_stored_in_one_pass(store):
    frame = quotes()
    trades = frame[["time", "bid"]].rename(columns={"bid": "price"})
    batches = [{"quotes": frame.iloc[:9], "trades": trades}, {"quotes": frame.iloc[9:]}, {"trades": trades.iloc[:0]}]
    assert store.write_all(*KEY[1:], iter(batches)) == {"quotes": DAYS, "trades": DAYS}
    pd.testing.assert_frame_equal(store.read(*KEY), frame)
    pd.testing.assert_frame_equal(store.read("trades", *KEY[1:]), trades)


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["binance-delivery_trades_2025-10-10_ETCUSD_PERP", "gemini_trades_2025-10-10_BTCUSD"])
def test_a_recorded_day_comes_back_bit_for_bit(kit_data, store, name):
    read = lambda: tardis.read(kit_data / f"market/crash-20251010/{name}.csv.gz")
    assert store.write_all("tardis", name, read()) == {"trades": ["2025-10-10"]}
    assert store.about("trades", "tardis", name, "2025-10-10")["decimals"].keys() == {"price", "size"}
    pd.testing.assert_frame_equal(bits(store.read("trades", "tardis", name)), bits(gather(read())["trades"]))


# --- how it lies


def test_a_day_says_where_it_is_from_and_which_decimals_it_has(store):
    store.write(*KEY, quotes(), source="BTCUSDT-bookTicker-2024-03-01.zip")
    about = store.about(*KEY, DAYS[0])
    assert about["source"] == "BTCUSDT-bookTicker-2024-03-01.zip"
    assert (about["kind"], about["venue"], about["symbol"]) == KEY
    assert about["rows"] == len(store.read(*KEY, "2024-03-01T00:00Z", "2024-03-02T00:00Z"))
    assert {name: about["decimals"][name] for name in ("bid", "bid_size", "ask_size")} == {
        "bid": 1, "bid_size": 3, "ask_size": 3}


def test_what_is_not_a_decimal_stays_a_float(store):
    frame = quotes().assign(bid=lambda frame: frame["bid"] + 1e-13 * np.arange(len(frame)))
    store.write(*KEY, frame)
    assert "bid" not in store.about(*KEY, DAYS[0])["decimals"]
    pd.testing.assert_frame_equal(bits(store.read(*KEY)), bits(frame))


@pytest.mark.parametrize(("tick_ns", "unit"), [(10**6, "ms"), (10**3, "us"), (1, "ns")])
def test_a_clock_is_stored_in_the_unit_in_which_it_ticks(store, tick_ns, unit):
    store.write(*KEY, quotes(tick_ns=tick_ns))
    schema = pq.read_schema(store.path(*KEY, DAYS[0]))
    assert (schema.field("time").type.unit, schema.field("local_time").type.unit) == ("ms", unit)


def test_other_readers_find_the_same_numbers(written):
    """DuckDB and polars, who know nothing of the kit, by the file's own types."""
    path, ours = written.path(*KEY, DAYS[1]), written.read(*KEY, "2024-03-02T00:00Z", "2024-03-03T00:00Z")
    theirs = duckdb.sql(f"select epoch_ns(time), bid::double, bid_size::double, update_id from '{path}'").fetchnumpy()
    for name, column in zip(("time", "bid", "bid_size", "update_id"), theirs.values(), strict=True):
        expected = ours[name].astype("int64") if name == "time" else ours[name]
        np.testing.assert_array_equal(np.asarray(column), expected)
    theirs = pl.read_parquet(path)
    np.testing.assert_array_equal(theirs["ask_size"].cast(pl.Float64).to_numpy(), ours["ask_size"])


def test_a_symbol_with_a_slash_is_one_folder(store):
    store.write("quotes", "hyperliquid", "PURR/USDC", quotes())
    assert store.days("quotes", "hyperliquid", "PURR/USDC") == DAYS
    assert store.folder("quotes", "hyperliquid", "PURR/USDC").name == "symbol=PURR%2FUSDC"
    assert store.symbols("quotes") == [("hyperliquid", "PURR/USDC")]
    assert store.folder("quotes", "v", "../../etc").parent == store.root / "quotes" / "venue=v"


# --- written again


def test_equal_rows_give_equal_bytes_however_they_are_cut(store, tmp_path):
    frame = quotes()
    store.write(*KEY, frame)
    whole = [store.path(*KEY, day).read_bytes() for day in DAYS]
    store.write(*KEY, [frame.iloc[cut : cut + 371] for cut in range(0, len(frame), 371)])
    assert [store.path(*KEY, day).read_bytes() for day in DAYS] == whole
    store.write(*KEY, ({"quotes": part, "trades": part} for part in (frame.iloc[:5], frame.iloc[5:])))
    assert [store.path(*KEY, day).read_bytes() for day in DAYS] == whole
    assert files(store) == [f"date={day}.parquet" for day in DAYS]


def test_a_day_with_fewer_rows_replaces_a_fuller_one_only_on_request(written):
    """Two recordings that share a day (a file that spills over midnight) must not silently cut it short."""
    spill = quotes(3, hours=1)
    with pytest.raises(Refusal, match=r"date=2024-03-01.*rows are stored, 3 would replace them.*replace=True"):
        written.write(*KEY, spill)
    pd.testing.assert_frame_equal(written.read(*KEY), quotes())
    written.write(*KEY, spill, replace=True)
    assert len(written.read(*KEY, "2024-03-01T00:00Z", "2024-03-02T00:00Z")) == 3


def test_days_are_stored_as_they_end_while_the_recording_goes_on(store):
    frame = quotes()

    def recording():
        yield frame[frame["time"] < "2024-03-02T02:00Z"]
        assert store.days(*KEY) == []
        yield frame[frame["time"] >= "2024-03-02T02:00Z"]
        assert store.days(*KEY) == DAYS[:1]

    store.write(*KEY, recording())
    assert store.days(*KEY) == DAYS


def test_a_row_of_a_day_already_closed_is_refused(store):
    frame = quotes()
    late = [frame[frame["time"] < "2024-03-02T00:00Z"], frame[frame["time"] >= "2024-03-02T02:00Z"], frame.iloc[:1]]
    with pytest.raises(Refusal, match="a row of 2024-03-01 comes after that day was closed"):
        store.write(*KEY, late)
    assert store.days(*KEY) == DAYS[:1]


def test_a_large_day_is_written_and_read_in_bounded_memory(store):
    """Twenty batches of 20 MB each way; neither side holds as many as four of them."""
    code = f"""
import resource, sys
import numpy as np, pandas as pd
from kit import clock
from kit.sources.store import Store
store, rows = Store({str(store.root)!r}), 250_000
def batch(n):
    columns = {{f"x{{k}}": np.arange(rows) % (97 + k) / 10 for k in range(9)}}
    return pd.DataFrame({{"time": clock.utc({MIDNIGHT} + (n * rows + np.arange(rows)) * 10**6)}} | columns)
def anonymous():
    return int(next(line for line in open("/proc/self/status") if line.startswith("RssAnon")).split()[1]) / 1024
store.write("x", "v", "warm", batch(0))
for frame in store.batches("x", "v", "warm"): pass
before, peak, seen = anonymous(), 0, 0
def batches():
    global peak
    for n in range(20):
        yield batch(n)
        peak = max(peak, anonymous())
store.write("x", "v", "s", batches())
peak = max(peak, anonymous())
for frame in store.batches("x", "v", "s"):
    peak, seen = max(peak, anonymous()), seen + len(frame)
assert seen == 20 * rows
print(peak - before)
"""
    grown = float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
    assert grown < 80


# --- never half


STOPS = {
    "while rows are coming": "stop()",
    "while the day is being encoded": "pq.ParquetWriter.close = lambda *_: stop()",
    "before the day has its name": "os.replace = lambda *_: stop()",
}


@pytest.mark.parametrize("moment", STOPS)
def test_a_kill_leaves_what_was_there_and_nothing_else_visible(written, moment):
    before = written.read(*KEY)
    code = f"""
import os, time
import pyarrow.parquet as pq
from kit.sources.store import Store
from tests.sources.plain_quotes import quotes
def stop():
    print("now", flush=True)
    time.sleep(600)
def recording():
    yield quotes(9_000, seed=2)
    {STOPS[moment]}
Store({str(written.root)!r}).write(*{KEY!r}, recording())
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "now\n"
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    process.stdout.close()
    assert written.days(*KEY) == DAYS
    pd.testing.assert_frame_equal(written.read(*KEY), before)
    unfinished = [name for name in files(written) if name.endswith(".part")]
    assert len(unfinished) == (moment != "while rows are coming")
    _age(written, dayfile.ABANDONED + 1)
    written.write(*KEY, quotes(9_000, seed=2))
    assert files(written) == [f"date={day}.parquet" for day in DAYS]


def _age(store, seconds):
    for path in store.root.rglob("*.part"):
        os.utime(path, (time.time() - seconds,) * 2)


def test_another_writers_unfinished_file_is_left_alone(written):
    mine = written.folder(*KEY) / ".date=2024-03-05.parquet.0123.part"
    mine.write_bytes(b"in progress")
    written.write(*KEY, quotes())
    assert mine.exists()


def test_a_recording_that_breaks_off_leaves_the_day_as_it_was(written):
    def broken():
        yield quotes(9_000, seed=2, hours=20)
        raise Refusal("truncated gzip", file="x.gz")

    before = written.read(*KEY)
    with pytest.raises(Refusal, match="truncated gzip"):
        written.write(*KEY, broken())
    pd.testing.assert_frame_equal(written.read(*KEY), before)
    assert files(written) == [f"date={day}.parquet" for day in DAYS]


def test_a_disk_that_fails_while_encoding_leaves_no_trace(written, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = written.read(*KEY)
    with pytest.raises(OSError, match="No space left"):
        written.write(*KEY, quotes(9_000, seed=2))
    pd.testing.assert_frame_equal(written.read(*KEY), before)
    assert files(written) == [f"date={day}.parquet" for day in DAYS]


# --- reading a part


def test_a_stretch_is_the_rows_from_start_up_to_end(store):
    frame = quotes(400_000, hours=24)
    store.write(*KEY, frame)
    start, end = frame["time"][100_000], frame["time"][100_300]
    expected = frame[(frame["time"] >= start) & (frame["time"] < end)].reset_index(drop=True)
    pd.testing.assert_frame_equal(store.read(*KEY, start, end), expected)
    pd.testing.assert_frame_equal(store.read(*KEY, start.value, end.value), expected)
    pd.testing.assert_frame_equal(pd.concat(store.batches(*KEY, start, end), ignore_index=True), expected)
    assert len(dayfile.groups(store.path(*KEY, DAYS[0]), start.value, end.value)) == 1


def test_a_stretch_without_rows_is_an_empty_frame_of_the_same_columns(store):
    store.write(*KEY, quotes(hours=1))
    found = store.read(*KEY, "2024-03-01T05:00Z", "2024-03-01T06:00Z")
    pd.testing.assert_frame_equal(found, quotes().iloc[:0])
    assert list(store.batches(*KEY, "2024-03-01T05:00Z", "2024-03-01T06:00Z")) == []


def test_columns_come_in_the_order_asked_for(written):
    frame = quotes()
    pd.testing.assert_frame_equal(written.read(*KEY, columns=["ask", "bid"]), frame[["ask", "bid"]])
    after = frame[frame["time"] >= "2024-03-02T00:00Z"].reset_index(drop=True)
    pd.testing.assert_frame_equal(written.read(*KEY, "2024-03-02T00:00Z", columns=["bid"]), after[["bid"]])


def test_batches_are_the_rows_in_order_none_too_long(store):
    frame = quotes(encoding.GROUP + 5)
    store.write(*KEY, frame)
    batches = list(store.batches(*KEY))
    assert max(map(len, batches)) <= encoding.GROUP
    pd.testing.assert_frame_equal(pd.concat(batches, ignore_index=True), frame)


# --- refusals


def test_a_missing_day_is_named(written):
    written.path(*KEY, DAYS[1]).unlink()
    with pytest.raises(Refusal, match="2024-03-02 is not stored, 1 days of 3 are missing"):
        written.read(*KEY)
    with pytest.raises(Refusal, match="2024-02-29 is not stored, 1 days of 2"):
        written.read(*KEY, "2024-02-29T12:00Z", "2024-03-02T00:00Z")
    with pytest.raises(Refusal, match="no day is stored"):
        written.read("trades", *KEY[1:])
    with pytest.raises(Refusal, match="this day is not stored"):
        written.about(*KEY, DAYS[1])
    with pytest.raises(Refusal, match="no day lies between"):
        written.read(*KEY, "2024-03-03T00:00Z", "2024-03-01T00:00Z")


def test_a_naive_bound_is_refused(written):
    with pytest.raises(Refusal, match="no time zone"):
        written.read(*KEY, "2024-03-01")


@pytest.mark.parametrize("left", [0, 3, 7, 11, 1_000, -1])
def test_a_file_cut_short_is_refused(written, left):
    path = written.path(*KEY, DAYS[1])
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(Refusal, match=r"date=2024-03-02.*damaged.*delete the file and write the day again"):
        written.read(*KEY)


def test_a_flipped_bit_is_refused_or_does_no_harm(store):
    """Pages and footer have checksums; what lies between (page headers) either fails to parse or does not matter."""
    frame = quotes(400, hours=24)
    store.write(*KEY, frame)
    path, refused = store.path(*KEY, DAYS[0]), 0
    content = path.read_bytes()
    for place in range(0, len(content), 13):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :])
        try:
            pd.testing.assert_frame_equal(store.read(*KEY), frame)
        except Refusal as refusal:
            assert "damaged" in str(refusal)
            refused += 1
    assert refused > len(content) / 13 * 0.9


def test_a_column_that_is_not_there_is_named(written):
    with pytest.raises(Refusal, match="column 'bid_7': not stored.*have time, bid,"):
        written.read(*KEY, columns=["bid_7"])


def test_days_of_different_dtypes_are_not_one_frame(written):
    other = quotes(hours=24, start=MIDNIGHT + 3 * clock.UNITS["d"])
    written.write(*KEY, other.assign(update_id=other["update_id"].astype(str)))
    with pytest.raises(Refusal, match="column 'update_id': dtype str, but int64 in date=2024-03-01"):
        written.read(*KEY)
    assert len(written.read(*KEY, columns=["bid"])) == 6_000


@pytest.mark.parametrize(("spoil", "says"), [
    (lambda frame: frame.assign(time=frame["time"].dt.tz_localize(None)), "naive timestamps"),
    (lambda frame: frame.drop(columns="time"), "column 'time': missing"),
    (lambda frame: frame.assign(time=frame["time"].where(frame.index != 7)), "row 7: missing time"),
    (lambda frame: frame.assign(bid=frame["bid"].astype(object)), "column 'bid': dtype object cannot be stored"),
    (lambda frame: [frame.iloc[:9], frame.iloc[9:].drop(columns="ask")], "columns change midway"),
])
def test_a_frame_that_cannot_be_stored_is_refused_and_leaves_nothing(store, spoil, says):
    with pytest.raises(Refusal, match=says):
        store.write(*KEY, spoil(quotes(hours=24)))
    assert files(store) == []


def test_an_empty_recording_writes_no_day(store):
    assert store.write(*KEY, quotes().iloc[:0]) == []
    assert files(store) == []
