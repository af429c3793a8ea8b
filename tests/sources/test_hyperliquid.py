"""Hyperliquid recordings: a quote is a message, whatever sides it brings and however the file is cut."""

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.sources import gather, hyperliquid, tables

MS = 1_757_015_216_253
BID, ASK = "bid", "ask"


def prices(folder, rows, ending=".csv.gz"):
    """`rows` are (ms after the first, side, price, size)."""
    frame = pd.DataFrame([(1_757_015_216.5 + t / 1000, price, size, side, MS + t) for t, side, price, size in rows],
                         columns=["timestamp", "price", "size", "side", "exchange_timestamp"])
    path = folder / f"prices_X{ending}"
    frame.to_parquet(path) if ending == ".parquet" else frame.to_csv(path, index=False)
    return path


def quotes(source):
    frame = gather(hyperliquid.read(source, "X"))["quotes"]
    return [((t.value // 10**6) - MS, *row) for t, *row in
            frame[["time", "bid", "bid_size", "ask", "ask_size"]].itertuples(index=False)]


@pytest.mark.parametrize("ending", hyperliquid.ENDINGS)
def test_both_sides_of_a_stamp_are_one_quote(tmp_path, ending):
    prices(tmp_path, [(0, BID, 10, 1), (0, ASK, 11, 2), (5, BID, 10, 3), (5, ASK, 11, 4)], ending)
    assert quotes(tmp_path) == [(0, 10, 1, 11, 2), (5, 10, 3, 11, 4)]


def test_two_updates_within_a_millisecond_are_two_quotes(tmp_path):
    prices(tmp_path, [(0, BID, 10, 1), (0, ASK, 11, 2), (0, BID, 10, 3), (0, ASK, 11, 4), (0, ASK, 12, 5)])
    assert quotes(tmp_path) == [(0, 10, 1, 11, 2), (0, 10, 3, 11, 4), (0, 10, 3, 12, 5)]


def test_a_side_left_out_keeps_its_last_price_and_size(tmp_path):
    prices(tmp_path, [(0, BID, 10, 1), (0, ASK, 11, 2), (3, BID, 9, 7), (4, ASK, 10, 8)])
    assert quotes(tmp_path) == [(0, 10, 1, 11, 2), (3, 9, 7, 11, 2), (4, 9, 7, 10, 8)]


def test_there_is_no_quote_before_both_sides_are_known(tmp_path):
    prices(tmp_path, [(0, ASK, 11, 2), (1, ASK, 12, 2), (2, BID, 9, 7)])
    assert quotes(tmp_path) == [(2, 9, 7, 12, 2)]


@pytest.mark.parametrize("size", [50, 200, 1000])
def test_quotes_do_not_depend_on_how_the_file_is_cut(tmp_path, monkeypatch, size):
    rng = np.random.default_rng(0)
    stamps, values = np.sort(rng.integers(0, 99, 300)).tolist(), rng.integers(1, 99, (2, 300)).tolist()
    rows = list(zip(stamps, rng.choice([BID, ASK], 300).tolist(), *values, strict=True))
    prices(tmp_path, rows)
    whole = quotes(tmp_path)
    monkeypatch.setattr(tables, "BYTES", size)
    assert quotes(tmp_path) == whole
    assert len(list(hyperliquid.read(tmp_path, "X"))) > 3


def test_trades_and_books_are_named_as_the_kit_names_them(tmp_path):
    stamps = {"timestamp": [1_757_015_216.6738780], "exchange_timestamp": [MS]}
    one_trade = {"price": [9.5], "size": [2.0], "side": ["sell"], "trade_id": [833120162794147]}
    levels = {f"{name}_{level}": [value] for level, values in enumerate([(9.0, 1.0, 10.0, 2.0), (8.0, 3.0, 11.0, 4.0)])
              for name, value in zip(("bid_price", "bid_size", "ask_price", "ask_size"), values, strict=True)}
    pd.DataFrame(stamps | one_trade).to_parquet(tmp_path / "trades_X.parquet")
    pd.DataFrame(stamps | {"sequence": [MS]} | levels).to_parquet(tmp_path / "orderbooks_X.parquet")
    frames = gather(hyperliquid.read([tmp_path / "orderbooks_X.parquet", tmp_path / "trades_X.parquet"], "X"))
    trade = frames["trades"].iloc[0]
    assert (trade["side"], trade["id"], trade["price"]) == (-1, 833120162794147, 9.5)
    assert abs(trade["local_time"].value - 1_757_015_216_673_878_000) < 240
    book = columns.read(frames["depth"], "depth")
    assert (book.bids.tolist(), book.ask_sizes.tolist()) == ([[9.0, 8.0]], [[2.0, 4.0]])
    assert frames["depth"]["sequence"].tolist() == [MS]


@pytest.mark.recordings
@pytest.mark.parametrize(("coin", "spread"), [("BTC", 0.09), ("ETH", 0.23), ("SOL", 0.49), ("WLFI", 2.7)])
def test_four_coins_have_the_spreads_and_the_gap_of_the_catalogue(kit_data, coin, spread):
    frames = gather(hyperliquid.read(kit_data / "market/hyperliquid-4coins", coin))
    touch, prints = columns.read(frames["quotes"], "quotes"), frames["trades"]
    assert np.median((touch.ask - touch.bid) / (touch.ask + touch.bid)) * 2e4 == pytest.approx(spread, rel=0.1)
    assert np.diff(touch.time).max() / 1e9 == pytest.approx(17.67, abs=0.14)
    assert (prints["time"] < frames["quotes"]["time"].iloc[0]).sum() == 30
    assert prints["id"].duplicated().sum() <= 17
    assert columns.read(frames["depth"], "depth").bids.shape == (3785, 20)


@pytest.mark.recordings
def test_the_touch_of_the_books_is_the_quote_of_the_same_stamp(kit_data):
    frames = gather(hyperliquid.read(kit_data / "market/hyperliquid-4coins", "BTC"))
    both = frames["depth"].merge(frames["quotes"], on="time")
    assert len(both) == 2198
    for ours, theirs in (("bid_0", "bid"), ("bid_size_0", "bid_size"), ("ask_0", "ask"), ("ask_size_0", "ask_size")):
        assert (both[ours] == both[theirs]).all()
