"""W8: a zipped bookTicker day to columns, and a stored day back to a frame, against those who read the same bytes.

The day is synthetic, with the habits of a USD-M bookTicker: prices move in 2 % of the rows, half of the rows share a
millisecond with the one before. Where a peer's answer differs from ours, nothing is timed.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from bench.compare import compare
from kit import clock
from kit.sources import binance_vision, gather
from kit.sources.store import Store

KEY = "quotes", "binance-usdm", "BTCUSDT"
DAY = "2024-03-29"
RAW = binance_vision.COLUMNS["bookTicker"]


def ticks(rows, seed=8) -> pd.DataFrame:
    """A synthetic bookTicker day in the vendor's columns: prices to 0.1, sizes to 0.001, clocks in ms."""
    random = np.random.default_rng(seed)
    pause = np.where(random.random(rows) < 0.5, 0, random.geometric(rows / 2 / 86_000_000, rows)).cumsum()
    time = pd.Timestamp(DAY, tz="UTC").value // 10**6 + pause * 86_399_000 // pause[-1]
    moved, at_bid = random.random(rows) < 0.02, random.random(rows) < 0.5
    bid = 650_000 + np.where(moved, random.integers(-2, 3, rows), 0).cumsum()
    ask = bid + _held(moved, random.geometric(0.8, rows))
    bid_lots, ask_lots = (_held(moved | changed, random.lognormal(7.5, 1.3, rows).round() + 1)
                          for changed in (at_bid, ~at_bid))
    columns = [4_200_000_000_000 + random.geometric(1 / 400, rows).cumsum(), bid / 10, bid_lots / 1000,
               ask / 10, ask_lots / 1000, time, time + (random.random(rows) < 0.15)]
    return pd.DataFrame(dict(zip(RAW, columns, strict=True)))


def _held(changed, values):
    """Values where `changed`, each held until the next."""
    return values[np.maximum.accumulate(np.where(changed, np.arange(len(values)), 0))]


def ingest(raw, folder) -> None:
    """A zip of CSV to columns in memory."""
    file = folder / f"BTCUSDT-bookTicker-{DAY}.zip"
    name = file.with_suffix(".csv").name
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, raw.to_csv(index=False))

    def member():
        return zipfile.ZipFile(file).open(name)

    def by_duckdb():
        inflated = Path(zipfile.ZipFile(file).extract(name, folder))
        return duckdb.read_csv(str(inflated)).to_arrow_table()

    peers = {
        "ours": lambda: gather(binance_vision.read(file))["quotes"],
        "pandas": lambda: pd.read_csv(file),
        "pyarrow": lambda: pa.csv.read_csv(member()),
        "polars": lambda: pl.read_csv(member().read()),
        "duckdb": by_duckdb,
    }
    pd.testing.assert_series_equal(peers["ours"]()["bid_size"], raw["best_bid_qty"], check_names=False)
    compare(peers, repeat=3, goals={"pandas": 2.5}, rows=len(raw),
            title=f"zip of CSV to columns, {len(raw):,} synthetic rows, {file.stat().st_size / 1e6:.0f} MB")


def encodings(frame, folder) -> None:
    """The same frame in different encodings, each read back to a pandas frame."""
    files, peers = {}, {}
    for name, compression in {"ours": "lz4", "ours, but zstd": "zstd", "ours, but uncompressed": "none"}.items():
        store = Store(folder / compression, compression)
        store.write(*KEY, frame)
        files[name], peers[name] = store.path(*KEY, DAY), lambda store=store: store.read(*KEY)
    plain = folder / "plain.parquet"
    frame.to_parquet(plain, compression="zstd")
    files["plain zstd, polars"] = files["plain zstd, pyarrow"] = files["plain zstd"] = plain
    files["plain lz4"] = _plain(frame, folder / "lz4.parquet", compression="lz4")
    files["byte stream split, zstd"] = _plain(frame, folder / "split.parquet", compression="zstd", use_dictionary=False,
                                              use_byte_stream_split=True)
    for name in ("plain zstd", "plain lz4", "byte stream split, zstd"):
        peers[name] = lambda name=name: pd.read_parquet(files[name])
    peers |= {"plain zstd, pyarrow": lambda: pq.read_table(plain), "plain zstd, polars": lambda: pl.read_parquet(plain)}
    for name in ("ours", "ours, but zstd", "plain zstd", "byte stream split, zstd"):
        pd.testing.assert_frame_equal(peers[name](), frame)
    size = {name: file.stat().st_size for name, file in files.items()}
    notes = {"MB": {name: f"{bytes_ / 1e6:.1f}" for name, bytes_ in size.items()},
             "of plain zstd": {name: f"{bytes_ / size['plain zstd']:.2f}" for name, bytes_ in size.items()}}
    compare(peers, goals={"plain zstd": 2}, rows=len(frame), notes=notes,
            title=f"stored day to frame, {len(frame):,} synthetic rows, 7 columns")
    print(f"size: {size['ours'] / size['plain zstd']:.2f} of plain zstd, goal <= 0.6")


def _plain(frame, path, **options) -> Path:
    frame.to_parquet(path, **options)
    return path


def main(rows=4_000_000) -> None:
    raw = ticks(rows)
    frame = raw.set_axis(["update_id", "bid", "bid_size", "ask", "ask_size", "time", "local_time"], axis=1)
    frame = frame.assign(**{name: clock.utc(frame[name] * 10**6) for name in ("time", "local_time")})
    with tempfile.TemporaryDirectory() as folder:
        encodings(frame, Path(folder))
        ingest(raw, Path(folder))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
