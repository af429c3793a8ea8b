"""Bars as files have them: stamped at their close, each once, none made up; what contradicts itself is refused."""

import gzip

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.refusal import Refusal
from kit.sources import datasets, gather, ohlcv

HEAD = "open_time,open,high,low,close,volume\n"
ROWS = ["2025-06-17 00:00:00,10,12,9,11,5", "2025-06-17 00:01:00,11,11,10,10,0", "2025-06-17 00:03:00,10,13,10,12,7"]


@pytest.fixture
def file(tmp_path):
    def write(rows, head=HEAD, name="bars.csv.gz"):
        path = tmp_path / name
        path.write_bytes(gzip.compress((head + "\n".join(rows) + "\n").encode()))
        return path
    return write


def read(path, every="1min", **more):
    return gather(ohlcv.read(path, every, **more))["bars"]


def test_a_bar_is_stamped_when_it_is_known(file):
    """D-14: its label says when it opens. The last bar may be a part of one, and is left out."""
    bars = read(file(ROWS))
    assert bars["time"].tolist() == [pd.Timestamp(f"2025-06-17T00:0{minute}Z") for minute in (1, 2)]
    assert bars["close"].tolist() == [11, 10]
    assert bars[["quote_volume", "n_trades", "buy_volume"]].isna().all(axis=None)
    columns.read(bars, "bars")


def test_minutes_without_trades_stay_absent(file):
    later = "2025-06-17 00:04:00,12,12,12,12,1"
    assert read(file([*ROWS, later]))["time"].dt.minute.tolist() == [1, 2, 4]


def test_a_bar_that_stands_there_twice_is_taken_once(file):
    assert len(read(file([ROWS[0], ROWS[0], *ROWS[1:]]))) == 2


def test_two_bars_of_one_minute_are_refused(file):
    with pytest.raises(Refusal, match="two bars of 2025-06-17 00:00"):
        read(file([ROWS[0], ROWS[0].replace("10,12", "10,13"), *ROWS[1:]]))


def test_bars_of_another_length_are_refused(file):
    with pytest.raises(Refusal, match="opens no bar of 1 days"):
        read(file(ROWS), every="1d")


def test_labels_may_be_milliseconds_and_flows_have_many_names(file):
    head = "open_time,open,high,low,close,volume,close_time,quote_asset_volume,number_of_trades," \
           "taker_buy_base_asset_volume\n"
    rows = [f"{1609459200000 + 86400000 * day},1,2,1,2,5,{1609545599999 + 86400000 * day},7,3,4" for day in range(3)]
    bars = read(file(rows, head), every="1d")
    assert bars["time"].tolist() == [pd.Timestamp("2021-01-02", tz="UTC"), pd.Timestamp("2021-01-03", tz="UTC")]
    assert bars[["volume", "quote_volume", "n_trades", "buy_volume"]].iloc[0].tolist() == [5, 7, 3, 4]


def test_volume_in_quote_currency_is_no_size(file):
    bars = read(file(ROWS), notional=True)
    assert bars["quote_volume"].tolist() == [5, 0]
    assert bars["volume"].isna().all()


@pytest.mark.parametrize(("rows", "head", "what"), [
    (ROWS, HEAD.replace("open_time", "when"), "no column says"), (["noon,1,1,1,1,1", *ROWS], HEAD, "is no time"),
    (ROWS[:1], HEAD, "1 bars")])
def test_what_cannot_be_read_is_refused(file, rows, head, what):
    with pytest.raises(Refusal, match=what):
        read(file(rows, head))


@pytest.mark.recordings
@pytest.mark.usefixtures("kit_data")
@pytest.mark.parametrize(("name", "symbol", "rows", "first", "last"), [
    ("ohlcv-daily", "BTC", 1824, "2020-11-16", "2025-11-13"),
    ("ohlcv-daily-spot", "ETH", 1676, "2017-08-18", "2022-03-20"),
    ("ohlcv-hourly", "ROSE", 23987, "2021-04-04T22:00", "2023-12-30T20:00"),
    ("bitfinex-2019", "BTCUSD", 512726, "2019-01-01T00:01", "2019-12-31T23:59"),
    ("five-coins-1m", "ENJUSDT", 8640, "2025-06-17T00:01", "2025-06-23"),
    ("five-coins-daily", "LTCUSDT", 637, "2021-01-02", "2022-09-30")])
def test_recordings_are_read_whole(name, symbol, rows, first, last):
    bars = datasets.load(name, symbol).tables[datasets.find(name).kinds[0]]
    assert len(bars) == rows
    assert bars["time"].iloc[[0, -1]].tolist() == [pd.Timestamp(stamp, tz="UTC") for stamp in (first, last)]
    columns.read(bars, "bars")


@pytest.mark.recordings
def test_the_repeated_day_of_bybit_is_read_once(kit_data):
    folder = kit_data / "market/five-coins-ohlcv"
    assert pd.read_csv(folder / "bybit_1d_ROSEUSDT.csv.gz")["timestamp"].duplicated().sum() == 1
    assert read(folder / "bybit_1d_ROSEUSDT.csv.gz", every="1d")["time"].is_unique


@pytest.mark.recordings
@pytest.mark.usefixtures("kit_data")
def test_hours_and_days_of_one_venue_close_together():
    """Both have openings for labels: a day's close is that of its 24th hour, to the cent."""
    hours, days = (datasets.load(name, "BTC").tables[kind].set_index("time")["close"]
                   for name, kind in (("ohlcv-hourly", "bars"), ("ohlcv-daily-spot", "days")))
    both = pd.DataFrame({"hours": hours, "days": days}).dropna()
    assert len(both) > 300
    assert np.allclose(both["hours"], both["days"], rtol=1e-6)


@pytest.mark.parametrize("name", ["synthetic-days", "synthetic-garch", "synthetic-minutes"])
def test_embedded_bars_are_the_same_whatever_part_is_asked_for(name):
    kind = datasets.find(name).kinds[0]
    bars = datasets.load(name, "SIM-ETC", end="2025-02-01T00:00Z").tables[kind]
    pd.testing.assert_frame_equal(bars, datasets.load(name, "SIM-ETC").tables[kind].iloc[:len(bars)])
    assert (bars["high"] >= bars[["open", "close"]].max(axis=1)).all()
    assert (bars["low"] <= bars[["open", "close"]].min(axis=1)).all()
    other = datasets.load(name, "SIM-ETC", end="2025-02-01T00:00Z", seed=1).tables[kind]
    assert not np.allclose(bars["close"], other["close"])


def test_embedded_regimes_last_as_long_as_planted():
    recording = datasets.load("synthetic-days", "SIM-BTC")
    state = recording.tables["truth"]["state"].to_numpy()
    stays = [np.mean(state[1:][state[:-1] == which] == which) for which in (0, 1)]
    assert stays == pytest.approx(np.diag(recording.planted.transition), abs=0.015)


def test_the_embedded_garch_process_is_its_recursion():
    recording = datasets.load("synthetic-garch", "SIM-BTC")
    days, law = recording.tables["days"], recording.planted
    r, h = np.log(days["close"] / days["open"]).to_numpy(), recording.tables["truth"]["variance"].to_numpy()
    assert np.allclose(h[1:], law.omega + (law.alpha + law.gamma * (r[:-1] < 0)) * r[:-1] ** 2 + law.beta * h[:-1])
    assert law.persistence == pytest.approx(0.97)
