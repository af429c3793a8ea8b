"""Binance Vision files: whatever the market, header, clock unit and packing, the same rows give the same frame."""

import gzip
import zipfile

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.sources import binance_vision, gather, tables

MS = 1_711_670_400_000  # 2024-03-29 UTC
HEADERS = {kind: ",".join(name for name in names if name != "is_best_match")
           for kind, names in binance_vision.COLUMNS.items()}

FILES = {
    "bookTicker": ["7,100.10,2.500,100.20,0.125,{t},{t}", "9,100.15,1,100.20,3,{u},{u}"],
    "trades": ["5,100.20,0.5,50.1,{t},false", "6,100.15,2,200.3,{u},true"],
    "aggTrades": ["3,100.20,0.5,5,6,{t},False", "4,100.15,2,7,7,{u},True"],
    "klines": ["{t},1.5,2.0,1.0,1.75,10,{c},17.5,4,6,10.5,0", "{u},1.75,1.75,1.75,1.75,0,{d},0,0,0,0,0"],
}
FRAMES = {
    "bookTicker": {"bid": [100.1, 100.15], "bid_size": [2.5, 1.0], "ask": [100.2, 100.2], "ask_size": [0.125, 3.0],
                   "update_id": [7, 9]},
    "trades": {"price": [100.2, 100.15], "size": [0.5, 2.0], "side": [1, -1], "id": [5, 6]},
    "aggTrades": {"price": [100.2, 100.15], "size": [0.5, 2.0], "side": [1, -1], "id": [3, 4], "first_id": [5, 7],
                  "last_id": [6, 7]},
    "klines": {"open": [1.5, 1.75], "high": [2.0, 1.75], "low": [1.0, 1.75], "close": [1.75, 1.75],
               "volume": [10.0, 0.0], "quote_volume": [17.5, 0.0], "n_trades": [4, 0], "buy_volume": [6.0, 0.0]},
}


def lines(kind, unit):
    """Rows a minute apart, stamped in ms (1) or us (1000)."""
    t, u, end = MS * unit, (MS + 60_000) * unit, (MS + 120_000) * unit
    return [row.format(t=t, u=u, c=u - 1, d=end - 1) for row in FILES[kind]]


def write(path, rows, header=None):
    text = "".join(f"{row}\n" for row in ([header] if header else []) + rows).encode()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{path.stem}.csv", text)
    else:
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def name(kind, ending=".zip", symbol="BTCUSDT"):
    return f"{symbol}-{'1m' if kind == 'klines' else kind}-2024-03-29{ending}"


def read(path, **how):
    (kind, frame), = gather(binance_vision.read(path, **how)).items()
    return kind, frame


@pytest.mark.parametrize("ending", [".zip", ".csv", ".csv.gz"])
@pytest.mark.parametrize("unit", [1, 1000])
@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("kind", FILES)
def test_every_packing_gives_the_same_frame(tmp_path, kind, header, unit, ending):
    file = write(tmp_path / name(kind, ending), lines(kind, unit), HEADERS[kind] if header else None)
    what, frame = read(file)
    assert what == binance_vision.FRAMES[kind]
    columns.read(frame, what)
    stamp = MS + 60_000 if kind == "klines" else MS
    assert frame["time"].astype("int64").tolist() == [stamp * 10**6, (stamp + 60_000) * 10**6]
    assert frame[list(FRAMES[kind])].to_dict("list") == FRAMES[kind]


@pytest.mark.parametrize("kind", ["trades", "aggTrades"])
def test_spot_says_whether_a_trade_was_the_best_match_and_nobody_asks(tmp_path, kind):
    spot = write(tmp_path / name(kind), [f"{row},True" for row in lines(kind, 1000)])
    futures = write(tmp_path / name(kind, ".csv"), lines(kind, 1), HEADERS[kind])
    pd.testing.assert_frame_equal(read(spot)[1], read(futures)[1])


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_does_not_say_what_it_is_is_known_by_its_header_or_by_what_it_is_called(tmp_path, kind):
    told = write(tmp_path / "a.csv", lines(kind, 1), HEADERS[kind])
    called = write(tmp_path / "b.csv", lines(kind, 1))
    pd.testing.assert_frame_equal(read(told)[1], read(called, kind=kind)[1])


def test_a_bar_is_stamped_when_its_values_are_known_not_when_it_opens(tmp_path):
    file = write(tmp_path / name("klines"), lines("klines", 1))
    bars = read(file)[1]
    assert (bars["time"] - bars["open_time"] == pd.Timedelta("1min")).all()


@pytest.mark.parametrize("symbol", ["BTCUSD_PERP", "ETHUSD_240628"])
def test_coin_margined_files_count_contracts_and_say_how_much_coin_that_is(tmp_path, symbol):
    header = HEADERS["trades"].replace("quote_qty", "base_qty")
    trades = read(write(tmp_path / name("trades", symbol=symbol), lines("trades", 1), header))[1]
    assert (trades["size"].tolist(), trades["base_size"].tolist()) == ([0.5, 2.0], [50.1, 200.3])
    for header in (HEADERS["klines"], HEADERS["klines"].replace(",quote_volume", ",base_volume"), None):
        bars = read(write(tmp_path / name("klines", symbol=symbol), lines("klines", 1), header))[1]
        assert bars["base_volume"].tolist() == [17.5, 0.0]
        assert bars["quote_volume"].isna().all()


def test_spaces_around_the_time_of_a_band_are_ignored_and_its_time_is_utc(tmp_path):
    rows = ["2024-03-29 00:00:07,-5,8243.012,979983314.2", " 2024-03-29 00:00:37,0.20,1.5,3 ", ]
    kind, bands = read(write(tmp_path / name("bookDepth"), rows, HEADERS["bookDepth"]))
    assert kind == "bands"
    assert bands["time"].tolist() == [pd.Timestamp(MS + s, unit="ms", tz="UTC") for s in (7_000, 37_000)]
    assert bands[["percentage", "depth", "notional"]].values.tolist() == [[-5, 8243.012, 979983314.2], [0.2, 1.5, 3]]


def test_a_day_without_rows_is_an_empty_frame_of_the_right_columns(tmp_path):
    kind, empty = read(write(tmp_path / name("trades"), [], HEADERS["trades"]))
    full = read(write(tmp_path / name("trades"), lines("trades", 1), HEADERS["trades"]))[1]
    assert len(empty) == 0
    pd.testing.assert_series_equal(empty.dtypes, full.dtypes)


def test_a_large_file_comes_in_batches_that_join_to_the_whole(tmp_path, monkeypatch):
    rng = np.random.default_rng(0)
    rows = [f"{i},{p / 100:.2f},{q / 1000:.3f},0,{MS + i},{'true' if i % 3 else 'false'}"
            for i, (p, q) in enumerate(rng.integers(1, 10**8, (5000, 2)))]
    file = write(tmp_path / name("trades"), rows, HEADERS["trades"])
    whole = read(file)[1]
    monkeypatch.setattr(tables, "BYTES", 4096)
    assert len(list(binance_vision.read(file))) > 20
    pd.testing.assert_frame_equal(read(file)[1], whole)
    pandas = pd.read_csv(file)
    assert (whole["price"] == pandas["price"]).all()
    assert (whole["size"] == pandas["qty"]).all()
    assert (whole["side"] == np.where(pandas["is_buyer_maker"], -1, 1)).all()


@pytest.mark.recordings
def test_mark_price_bars_of_the_crash_are_a_minute_apart(kit_data):
    days = [read(kit_data / f"market/crash-20251010/BTCUSD_PERP-1m-2025-10-{day}.zip")[1] for day in ("09", "10")]
    bars = pd.concat(days)
    assert len(bars) == 2880
    assert (bars["time"].diff().dropna() == pd.Timedelta("1min")).all()
    assert (bars["volume"] == 0).all()
    columns.read(bars, "bars")


@pytest.mark.recordings
def test_the_band_of_20251010_with_a_space_in_its_time_is_read(kit_data):
    bands = read(kit_data / "market/binance-bookdepth/BTCUSDT-bookDepth-2025-10-10.csv.gz")[1]
    assert len(bands) == 28_790
    assert bands["time"].is_monotonic_increasing
    assert sorted(bands["percentage"].unique()) == [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]
    assert (bands["notional"] / bands["depth"]).sub(bands["weighted_avg_price"]).abs().max() < 0.01
