"""Datasets by name: what is at hand, what is refused, and that a recording comes sorted, cut and seeded."""

import pandas as pd
import pytest
from typer.testing import CliRunner

import kit
from kit import cli
from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.store import Store

HOUR = {"start": "2025-01-06T00:00Z", "end": "2025-01-06T01:00Z"}


def test_the_embedded_market_is_always_at_hand(monkeypatch):
    monkeypatch.delenv("KIT_DATA", raising=False)
    monkeypatch.delenv("KIT_STORE", raising=False)
    assert datasets.available() == [name for name in datasets.names() if name.startswith("synthetic")]
    assert len(datasets.symbols("synthetic")) == 5


def test_a_recording_is_between_start_and_end():
    recording = datasets.load("synthetic", "SIM-ETC", **HOUR)
    for frame in (recording.quotes, recording.trades):
        assert frame["time"].is_monotonic_increasing
        assert frame["time"].between(HOUR["start"], HOUR["end"], inclusive="left").all()
    assert recording.synthetic


def test_the_seed_names_the_world():
    a, b, c = (datasets.load("synthetic", "SIM-ROSE", **HOUR, seed=seed).quotes for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(a, b)
    assert not a["bid"].equals(c["bid"])


def test_names_nobody_knows_are_refused_with_what_there_is():
    with pytest.raises(Refusal, match="no dataset is called 'nasdaq'.*synthetic"):
        datasets.load("nasdaq", "AAPL")
    with pytest.raises(Refusal, match="no symbol 'AAPL'.*SIM-BTC"):
        datasets.load("synthetic", "AAPL")


def test_a_recording_that_is_not_at_hand_is_refused(monkeypatch):
    monkeypatch.delenv("KIT_DATA", raising=False)
    with pytest.raises(Refusal, match="hyperliquid is not at hand. Remedy: set KIT_DATA"):
        datasets.load("hyperliquid", "BTC")


def test_naive_bounds_are_refused():
    with pytest.raises(Refusal, match="no time zone"):
        datasets.load("synthetic", "SIM-BTC", start="2025-01-06 00:00")


def test_what_is_stored_can_be_named(tmp_path, monkeypatch):
    recording = datasets.load("synthetic", "SIM-ETC", **HOUR)
    for kind in ("quotes", "trades"):
        Store(tmp_path).write(kind, "embedded", "SIM/ETC", recording.tables[kind])
    monkeypatch.setenv("KIT_STORE", str(tmp_path))
    assert datasets.symbols("store") == ("embedded/SIM/ETC",)
    again = datasets.load("store", "embedded/SIM/ETC")
    pd.testing.assert_frame_equal(again.quotes, recording.quotes, check_dtype=False)
    grids = [kit.grid(r.quotes, r.trades, stale="60s") for r in (recording, again)]
    pd.testing.assert_frame_equal(*grids)


@pytest.mark.recordings
@pytest.mark.parametrize("name", ["hyperliquid", "binance-usdm", "binance-spot"])
def test_recordings_give_the_paper_s_features(name, kit_data):
    for symbol in datasets.symbols(name):
        r = datasets.load(name, symbol)
        features = kit.compute(kit.grid(r.quotes, r.trades, stale=r.stale, heard=r.heard), *kit.PAPER)
        assert features.notna().all(axis=1).mean() > 0.75
        assert features["l1_imbalance"].between(-1, 1).sum() == features["l1_imbalance"].notna().sum()


def vision(frame, folder, kind):
    """A day's zip as Binance publishes it."""
    columns = {"bookTicker": ["update_id", "bid", "bid_size", "ask", "ask_size", "time", "time"],
               "aggTrades": ["id", "price", "size", "id", "id", "time", "maker"]}[kind]
    frame = frame.assign(maker=frame["side"] < 0 if "side" in frame else None)
    table = frame[columns].copy()
    table.columns = {"bookTicker": ["update_id", "best_bid_price", "best_bid_qty", "best_ask_price", "best_ask_qty",
                                    "transaction_time", "event_time"],
                     "aggTrades": ["agg_trade_id", "price", "quantity", "first_trade_id", "last_trade_id",
                                   "transact_time", "is_buyer_maker"]}[kind]
    for name in table.columns:
        if name.endswith("_time"):
            table[name] = table[name].astype("int64") // 10**6
    path = folder / f"BTCUSDT-{kind}-2025-01-06.zip"
    table.to_csv(path, index=False, compression={"method": "zip", "archive_name": f"{path.stem}.csv"})
    return path


def test_downloaded_days_become_a_dataset_as_the_readme_says(tmp_path, monkeypatch):
    recording = datasets.load("synthetic", "SIM-ETC", **HOUR)
    quotes = vision(recording.quotes, tmp_path, "bookTicker")
    trades = vision(recording.trades, tmp_path, "aggTrades")
    keep = ["store", "--venue", "binance-um", "--symbol", "BTCUSDT", "--into", str(tmp_path / "store")]
    monkeypatch.setenv("KIT_STORE", str(tmp_path / "store"))
    assert CliRunner().invoke(cli.app, [*keep, str(quotes)]).exit_code == 0
    with pytest.raises(Refusal, match="store has no trades of binance-um/BTCUSDT. Remedy: have quotes: add the trades"):
        datasets.load("store", "binance-um/BTCUSDT")
    assert CliRunner().invoke(cli.app, [*keep, str(trades), str(quotes)]).exit_code == 0
    again = datasets.load("store", "binance-um/BTCUSDT")
    grids = [kit.grid(r.quotes, r.trades, stale="60s") for r in (recording, again)]
    pd.testing.assert_frame_equal(*grids)


def test_a_folder_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setenv("KIT_DATA", "/nowhere")
    with pytest.raises(Refusal, match="KIT_DATA=/nowhere is no folder"):
        datasets.available()


def test_a_period_without_quotes_is_refused():
    with pytest.raises(Refusal, match="no quotes of SIM-ROSE in that period"):
        datasets.load("synthetic", "SIM-ROSE", "2025-01-06T00:00:00.000001Z", "2025-01-06T00:00:00.000002Z")
