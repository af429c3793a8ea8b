"""Tardis files: the side is the taker's, an amount of 0 deletes, and what a venue leaves out is NaN."""

import gzip

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.refusal import Refusal
from kit.sources import gather, tables, tardis

US = 1_760_054_401_433_000  # 2025-10-10 00:00:01.433 UTC
HEAD = "exchange,symbol,timestamp,local_timestamp"


def write(path, header, rows):
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in [f"{HEAD},{header}", *rows]).encode()))
    return path


def read(path, **how):
    (kind, frame), = gather(tardis.read(path, **how)).items()
    return kind, frame


def values(frame):
    return frame.drop(columns=["time", "local_time"])


def test_trades_have_the_side_of_the_taker(tmp_path):
    file = write(tmp_path / "trades.csv.gz", "id,side,price,amount",
                 [f"x,ABC,{US},{US + 4},7,buy,28.41,105", f"x,ABC,{US + 1},{US + 4},8,sell,28.4,1",
                  f"x,ABC,{US + 1},{US + 5},9,unknown,28.4,2"])
    kind, trades = read(file)
    assert kind == "trades"
    assert trades["side"].tolist() == [1, -1, 0]
    assert trades["id"].tolist() == [7, 8, 9]
    assert trades["time"].astype("int64").tolist() == [US * 1000, US * 1000 + 1000, US * 1000 + 1000]
    assert trades["local_time"].astype("int64").tolist() == [US * 1000 + 4000, US * 1000 + 4000, US * 1000 + 5000]
    columns.read(trades, "trades")


def test_ids_that_are_not_numbers_stay_text(tmp_path):
    rows = [f"x,ABC,{US},{US},{id},buy,28.41,105" for id in ("ETH-1234", "0f3c-44", "")]
    trades = read(write(tmp_path / "trades.csv.gz", "id,side,price,amount", rows))[1]
    assert trades["id"].tolist() == ["ETH-1234", "0f3c-44", ""]


def test_quotes_may_lack_a_side(tmp_path):
    rows = [f"x,ABC,{US},{US},2.5,10.2,10.1,3", f"x,ABC,{US},{US},,,10.1,3"]
    kind, quotes = read(write(tmp_path / "quotes.csv.gz", "ask_amount,ask_price,bid_price,bid_amount", rows))
    assert kind == "quotes"
    assert values(quotes).to_dict("list") == {"bid": [10.1, 10.1], "bid_size": [3, 3],
                                             "ask": [10.2, pytest.approx(np.nan, nan_ok=True)],
                                             "ask_size": [2.5, pytest.approx(np.nan, nan_ok=True)]}
    with pytest.raises(Refusal, match="column 'ask', row 1"):
        columns.read(quotes, "quotes")


@pytest.mark.parametrize("n", [5, 25])
def test_snapshots_have_as_many_levels_as_their_file(tmp_path, n):
    header = ",".join(f"asks[{i}].price,asks[{i}].amount,bids[{i}].price,bids[{i}].amount" for i in range(n))
    full = ",".join(f"{101 + i},{i + 1},{100 - i},{i + 2}" for i in range(n))
    thin = "101,1,100,2" + ",,,," * (n - 1)
    kind, depth = read(write(tmp_path / "b.csv.gz", header, [f"x,ABC,{US},{US},{row}" for row in (full, thin)]))
    assert kind == "depth"
    book = columns.read(depth, "depth")
    assert book.bids.shape == (2, n)
    assert book.bids[0].tolist() == [100 - i for i in range(n)]
    assert book.ask_sizes[0].tolist() == [i + 1 for i in range(n)]
    assert np.isnan(book.asks[1, 1:]).all() and book.asks[1, 0] == 101


@pytest.mark.parametrize("size", [100, 1 << 20])
def test_updates_of_one_local_timestamp_come_together(tmp_path, monkeypatch, size):
    monkeypatch.setattr(tables, "BYTES", size)
    rows = [f"x,ABC,{US},{US + message},{'true' if message == 0 else 'false'},{side},{100 + message},{amount}"
            for message in range(9) for side in ("bid", "ask") for amount in (0, 2.5)]
    file = write(tmp_path / "l2.csv.gz", "is_snapshot,side,price,amount", rows)
    batches = [batch["updates"] for batch in tardis.read(file)]
    ends = [(batch["local_time"].iloc[0], batch["local_time"].iloc[-1]) for batch in batches]
    assert all(before[1] < after[0] for before, after in zip(ends[:-1], ends[1:], strict=True))
    updates = pd.concat(batches)
    assert updates["snapshot"].tolist() == [True] * 4 + [False] * 32
    assert updates["side"].tolist() == [1, 1, -1, -1] * 9
    assert updates["size"].tolist() == [0, 2.5] * 18
    assert (updates[["first_id", "last_id", "prev_id"]] == -1).all(axis=None)


def test_a_file_of_several_symbols_is_read_one_at_a_time(tmp_path):
    rows = [f"x,{symbol},{US + i},{US},{i},buy,28.41,105" for i, symbol in enumerate(["A", "A", "B", "A"])]
    file = write(tmp_path / "trades.csv.gz", "id,side,price,amount", rows)
    with pytest.raises(Refusal, match="column 'symbol', row 2: 'B' in a file of A"):
        read(file)
    assert read(file, symbol="A")[1]["id"].tolist() == [0, 1, 3]
    assert read(file, symbol="B")[1]["id"].tolist() == [2]


@pytest.mark.recordings
def test_the_crash_of_20251010_is_read_with_its_prices(kit_data):
    """ETC COIN-M fell from 20.61 to 4.743 at 21:24:12; Gemini's BTC has a hole of 820 s inside the crash."""
    folder = kit_data / "market/crash-20251010"
    etc = read(folder / "binance-delivery_trades_2025-10-10_ETCUSD_PERP.csv.gz")[1]
    lowest = etc["price"].idxmin()
    assert etc["price"][lowest] == 4.743
    assert str(etc["time"][lowest])[:19] == "2025-10-10 21:24:12"
    gemini = read(folder / "gemini_trades_2025-10-10_BTCUSD.csv.gz")[1]
    assert gemini["time"].diff().dt.total_seconds().max() == pytest.approx(820, abs=1)
