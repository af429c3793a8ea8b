"""Raw Binance recordings: every field lands where it belongs, and no spot quote is put on the wrong clock."""

import gzip

import numpy as np
import pandas as pd
import pytest

from kit.refusal import Refusal
from kit.sources import binance_raw, gather
from tests.sources.wire import T0, diff, ns, quote, snapshot, trade, write


def read(path, **how):
    return gather(binance_raw.read(path, **how))


def stamps(frame, column="time"):
    return frame[column].astype("int64").tolist()


def test_a_futures_quote_is_stamped_when_it_matched_and_when_it_came(tmp_path):
    file = write(tmp_path / "a.gz", quote(ns(T0, 7), 11, T=T0 + 3), quote(ns(T0, 9), 12, bid="100.15", T=T0 + 5))
    quotes = read(file)["quotes"]
    assert quotes.drop(columns=["time", "local_time"]).to_dict("list") == {
        "bid": [100.10, 100.15], "bid_size": [2.5, 2.5], "ask": [100.2, 100.2], "ask_size": [0.125, 0.125],
        "update_id": [11, 12]}
    assert stamps(quotes) == [ns(T0 + 3), ns(T0 + 5)]
    assert stamps(quotes, "local_time") == [ns(T0, 7), ns(T0, 9)]
    assert quotes["time"].dtype == quotes["local_time"].dtype == "datetime64[ns, UTC]"
    assert quotes.attrs == {}


def test_the_buyer_is_the_maker_where_the_taker_sold(tmp_path):
    file = write(tmp_path / "a.gz", trade(ns(T0), 5, T0, m=False), trade(ns(T0), 6, T0, m=True))
    trades = read(file)["trades"]
    assert trades["side"].tolist() == [1, -1]
    assert trades["side"].dtype == "int8"
    assert trades["id"].tolist() == [5, 6]
    assert trades["price"].tolist() == [100.2, 100.2]
    assert trades["size"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("kind", ["INSURANCE_FUND", "ADL", "NA"])
def test_prints_that_met_no_order_are_kept_apart_from_trades(tmp_path, kind):
    file = write(tmp_path / "a.gz", trade(ns(T0), 5, T0, X="MARKET"), trade(ns(T0), 6, T0, price="0", size="0", X=kind))
    frames = read(file)
    assert frames["trades"]["id"].tolist() == [5]
    assert frames["off_book"][["id", "type", "price"]].values.tolist() == [[6, kind, 0.0]]


def test_updates_are_one_row_a_level_bids_first(tmp_path):
    file = write(tmp_path / "a.gz", diff(ns(T0), 3, 5, [["1.5", "2"], ["1.4", "0"]], [["1.6", "7"]], T=T0 + 1, pu=2),
                 snapshot(ns(T0, 1), 4, [["1.5", "1"]], [["1.7", "3"]], T=T0 - 1, E=T0))
    updates = read(file)["updates"]
    assert updates.drop(columns=["time", "local_time"]).values.tolist() == [
        [1, 1.5, 2.0, False, 3, 5, 2], [1, 1.4, 0.0, False, 3, 5, 2], [-1, 1.6, 7.0, False, 3, 5, 2],
        [1, 1.5, 1.0, True, -1, 4, -1], [-1, 1.7, 3.0, True, -1, 4, -1]]
    assert stamps(updates) == [ns(T0 + 1)] * 3 + [ns(T0 - 1)] * 2
    assert list(updates.columns[2:]) == ["side", "price", "size", "snapshot", "first_id", "last_id", "prev_id"]


def test_a_message_without_levels_still_moves_the_sequence(tmp_path):
    file = write(tmp_path / "a.gz", diff(ns(T0), 3, 5, pu=2), diff(ns(T0, 1), 6, 6, [["1", "1"]], pu=5))
    updates = read(file)["updates"]
    assert updates["last_id"].tolist() == [5, 6]
    assert updates["side"].tolist() == [0, 1]
    assert np.isnan(updates["price"][0])


def test_microseconds_and_nanoseconds_are_told_apart(tmp_path):
    in_us = write(tmp_path / "us.gz", quote(T0 * 1000 + 7, 1, T=T0))
    in_ns = write(tmp_path / "ns", quote(ns(T0, 7000), 1, T=T0))
    pd.testing.assert_frame_equal(read(in_us)["quotes"], read(in_ns)["quotes"])


def test_several_files_are_one_recording(tmp_path):
    lines = [quote(ns(T0, i), i) if i % 2 else trade(ns(T0, i), i, T0 + i) for i in range(8)]
    parts = [write(tmp_path / "1.gz", *lines[:3]), write(tmp_path / "2.gz", *lines[3:])]
    whole, joined = read(write(tmp_path / "all.gz", *lines)), read(parts)
    for kind in ("quotes", "trades"):
        pd.testing.assert_frame_equal(whole[kind], joined[kind])


def spot_day(path, lead, latency=1_000_000, n=200):
    """Quotes and trades by turns, 10 ms apart; the exchange's clock leads the local one by lead(i) ns."""
    lines, true = [], []
    for i in range(n):
        sent = T0 + 10 * i
        local = ns(sent) + latency - lead(i)
        true.append(ns(sent))
        lines.append(quote(local, i) if i % 2 else trade(local, i, sent - 1))
    return write(path, *lines), np.array(true)[1::2]


@pytest.mark.parametrize("lead", [0, 1_270_000_000, -800_000_000])
def test_a_steady_clock_s_lead_is_found_to_the_latency(tmp_path, lead):
    file, true = spot_day(tmp_path / "a.gz", lambda i: lead)
    quotes = read(file)["quotes"]
    assert (quotes["time"].astype("int64") == true).all()
    assert quotes.attrs == {"time": "estimated"}


def test_a_drifting_clock_s_lead_is_followed(tmp_path):
    """1 ms a second of drift, as of an undisciplined quartz: a whole recording's median would be off by all of it."""
    file, true = spot_day(tmp_path / "a.gz", lambda i: 100_000 * i, n=2000)
    error = read(file)["quotes"]["time"].astype("int64") - true
    assert abs(error).max() <= 100_000 * binance_raw.LEADS


def test_late_messages_do_not_move_the_estimate_and_time_never_runs_backwards(tmp_path):
    rng = np.random.default_rng(0)
    late = np.where(rng.random(200) < 0.2, rng.integers(0, 10**9, 200), 0)
    file, true = spot_day(tmp_path / "a.gz", lambda i: -int(late[i]) if i % 2 == 0 else 0)
    quotes = read(file, batch_rows=3)["quotes"]
    assert quotes["time"].is_monotonic_increasing
    assert abs(quotes["time"].astype("int64") - true).median() == 0


def test_the_estimate_looks_back_only(tmp_path):
    file, _ = spot_day(tmp_path / "a.gz", lambda i: 10**7 * (i > 100))
    half = write(tmp_path / "half.gz", *gzip.decompress(file.read_bytes()).decode().splitlines()[:100])
    known = read(half)["quotes"]
    pd.testing.assert_frame_equal(read(file)["quotes"].head(len(known)), known)


@pytest.mark.parametrize("batch_rows", [1, 2, 7, 60])
def test_frames_do_not_depend_on_how_lines_are_cut_into_batches(tmp_path, batch_rows):
    lines = [quote(ns(T0, 0), 0), *(each for i in range(1, 60) for each in (
        quote(ns(T0 + 9 * i, 11 * i), i), trade(ns(T0 + 9 * i, 12 * i), i, T0 + 9 * i, X="NA" if i % 5 else "MARKET"),
        diff(ns(T0 + 9 * i, 13 * i), i, i, [["1", str(i)]] * (i % 3), T=T0 + 9 * i - 4)))]
    file = write(tmp_path / "a.gz", *lines)
    whole, cut = read(file), read(file, batch_rows=batch_rows)
    assert len(list(binance_raw.read(file, batch_rows=batch_rows))) > 2
    for kind, frame in whole.items():
        pd.testing.assert_frame_equal(cut[kind], frame)


def test_batches_come_before_the_end_is_read(tmp_path):
    """A cut-off file gives what is whole, then says that it is not."""
    file = write(tmp_path / "a.gz", *(quote(ns(T0, i), i, T=T0 + i % 997) for i in range(30_000)))
    file.write_bytes(file.read_bytes()[:-2000])
    batches = binance_raw.read(file, batch_rows=1000)
    assert len(next(batches)["quotes"]) == 1000
    with pytest.raises(Refusal, match="truncated"):
        list(batches)


@pytest.mark.recordings
@pytest.mark.parametrize(("coin", "n_quotes", "n_trades", "n_messages"),
                         [("btcusdt", 66_089, 21_313, 6_552), ("ethusdt", 53_992, 14_076, 6_587)])
def test_futures_of_20240808_are_read_whole_with_their_local_clock_1_27_s_behind(kit_data, coin, n_quotes, n_trades,
                                                                              n_messages):
    frames = read(kit_data / f"market/binance-usdm-raw/usdm_{coin}_20240808.gz")
    assert set(frames) == {"quotes", "trades", "updates"}
    assert (len(frames["quotes"]), len(frames["trades"])) == (n_quotes, n_trades)
    assert frames["updates"].groupby(["local_time", "snapshot"]).ngroups == n_messages
    for kind in ("quotes", "trades"):
        behind = (frames[kind]["local_time"] - frames[kind]["time"]).dt.total_seconds()
        assert -1.275 < behind.median() < -1.265
        assert frames[kind]["time"].is_monotonic_increasing


@pytest.mark.recordings
@pytest.mark.parametrize("coin", ["btcusdt", "ethusdt"])
def test_july_s_two_files_join_without_a_seam(kit_data, coin):
    files = [kit_data / f"market/binance-usdm-raw/usdm_{coin}_202407{day}.gz" for day in (18, 19)]
    trades = read(files)["trades"]
    assert (trades["id"].diff().dropna() == 1).all()


@pytest.mark.recordings
def test_nexo_s_quotes_lie_within_their_depth_messages_although_its_clock_wanders(kit_data):
    """A depth message tells all changes of the 100 ms before it was sent, so a quote's id brackets its time. The
    estimate lies between the brackets (to 5 ms) for 88 % of the quotes; one median of 34 hours would for 52 %."""
    frames = read(sorted((kit_data / "market/binance-spot-nexo-raw").glob("*.gz")))
    quotes, updates = frames["quotes"], frames["updates"]
    assert (quotes["time"].iloc[-1] - quotes["time"].iloc[0]).total_seconds() / 3600 == pytest.approx(34.2, abs=0.05)
    assert quotes["time"].is_monotonic_increasing

    sent = updates[~updates["snapshot"]].drop_duplicates("last_id", ignore_index=True)
    after = sent.iloc[np.searchsorted(sent["last_id"], quotes["update_id"])].reset_index(drop=True)["time"]

    def between(time):
        age = (after - time).dt.total_seconds()
        return ((age >= 0) & (age <= 0.105)).mean()

    assert between(quotes["time"]) > 0.87
    assert between(quotes["local_time"] + (sent["time"] - sent["local_time"]).median()) < 0.55
