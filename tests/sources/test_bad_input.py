"""Malformed files: each gives one refusal that names the file, the place in it and a remedy, and nothing is written."""

import gzip
import zipfile

import pytest

from kit.refusal import Refusal
from kit.sources import binance_raw, binance_vision, gather, hyperliquid, tardis
from tests.sources import wire
from tests.sources.wire import T0, ns, quote, trade

DAY = "BTCUSDT-trades-2024-03-29"
HEADER = "id,price,qty,quote_qty,time,is_buyer_maker"
ROWS = [f"{i},100.{i},0.5,50.1,{T0 + i},true" for i in range(9)]


def put(path, content):
    path.write_bytes(content)
    return path


def text(*lines):
    return "".join(f"{line}\n" for line in lines).encode()


def csv(path, *lines):
    return put(path, text(*lines) if path.suffix == ".csv" else gzip.compress(text(*lines)))


def zipped(path, members=None, **how):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members or {f"{path.stem}.csv": text(HEADER, *ROWS)}).items():
            archive.writestr(name, content, **how)
    return path


def vision(folder, *rows, header=HEADER, kind="trades"):
    return csv(folder / f"BTCUSDT-{kind}-2024-03-29.csv", header, *rows)


def cut(path, end):
    return put(path, path.read_bytes()[:end])


def flipped(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    return put(path, bytes(content))


def changed(rows, row, **fields):
    """Rows of trades in which the fields of one are others."""
    names = HEADER.split(",")
    values = dict(zip(names, rows[row].split(","), strict=True)) | fields
    return [*rows[:row], ",".join(values.values()), *rows[row + 1:]]


def tardis_trades(folder, *rows, header="exchange,symbol,timestamp,local_timestamp,id,side,price,amount"):
    return csv(folder / "binance_trades_2025-10-10_BTCUSDT.csv.gz", header, *rows)


def coin(folder, what, header, *rows):
    return csv(folder / f"{what}_BTC.csv", header, *rows)


def raw(folder, *lines):
    return wire.write(folder / "usdm_btcusdt.gz", *lines)


US = T0 * 1000
BANDS = "timestamp,percentage,depth,notional"
GOOD = quote(ns(T0), 1, T=T0)
BOOK_ROW = f"1.5,{T0},{T0},10,1,11"
ORDERBOOK = "timestamp,sequence,exchange_timestamp,bid_price_0,bid_size_0,ask_price_0"
PRICES = "timestamp,price,size,side,exchange_timestamp"

RAW = {
    "an empty file": (lambda d: put(d / "a.gz", b""), "empty file"),
    "gzip cut off": (lambda d: cut(raw(d, *[GOOD] * 999), 60), "truncated or corrupt gzip"),
    "gzip with a flipped byte": (lambda d: flipped(raw(d, *[GOOD] * 999), -6), "truncated or corrupt gzip"),
    "gzip by its name only": (lambda d: put(d / "a.gz", text(GOOD)), "truncated or corrupt gzip"),
    "no local stamp": (lambda d: raw(d, GOOD, GOOD.partition(" ")[2]), "row 1: not '<local stamp> <json>'"),
    "JSON cut off": (lambda d: raw(d, GOOD, GOOD[:60]), "row 1: not '<local stamp> <json>'"),
    "JSON that is no message": (lambda d: raw(d, f"{ns(T0)} [1, 2]"), "row 0: not '<local stamp> <json>'"),
    "an unknown stream": (lambda d: raw(d, GOOD, wire.line(ns(T0), "kline_1m", {"s": wire.SYMBOL})),
                          "row 1: unknown stream 'btcusdt@kline_1m'"),
    "a missing field": (lambda d: raw(d, wire.line(ns(T0), "trade", {"s": "X", "p": "1"})), "row 0: no field 'q'"),
    "text for a price": (lambda d: raw(d, GOOD, trade(ns(T0), 1, T0, price="12,5")), "row 1: not '<local stamp>"),
    "text for an id": (lambda d: raw(d, GOOD, trade(ns(T0), "seven", T0)), "row 1: not '<local stamp>"),
    "another symbol": (lambda d: raw(d, GOOD, quote(ns(T0), 2, T=T0, s="ETHUSDT")),
                       "row 1: ETHUSDT in a recording of BTCUSDT"),
    "ns that become us": (lambda d: raw(d, GOOD, quote(US, 2, T=T0)),
                          "column 'local stamp', row 1: clock unit changes from ns to us"),
    "ms that become us": (lambda d: raw(d, GOOD, quote(ns(T0), 2, T=US)),
                          "column 'exchange time', row 1: clock unit changes from ms to us"),
    "a stamp of no known unit": (lambda d: raw(d, quote(T0 // 60_000, 2, T=T0)), "column 'local stamp', row 0"),
    "spot quotes alone": (lambda d: raw(d, quote(ns(T0), 1)), "no message tells the exchange's time"),
}

VISION = {
    "an empty csv": (lambda d: put(d / f"{DAY}.csv", b""), "empty file"),
    "zip cut off": (lambda d: cut(zipped(d / f"{DAY}.zip"), 100), "truncated or corrupt zip"),
    "zip with a flipped byte": (lambda d: flipped(zipped(d / f"{DAY}.zip", compress_type=zipfile.ZIP_STORED), 120),
                                "corrupt zip: checksum"),
    "zip by its name only": (lambda d: put(d / f"{DAY}.zip", text(HEADER, *ROWS)), "truncated or corrupt zip"),
    "zip of two members": (lambda d: zipped(d / f"{DAY}.zip", {f"{DAY}.csv": b"", "b.csv": b""}), "2 members: "),
    "zip of nothing": (lambda d: put(d / f"{DAY}.zip", b"PK\5\6" + bytes(18)), "0 members: none"),
    "zip of another name": (lambda d: zipped(d / f"{DAY}.zip", {"../etc/passwd": b""}), "1 members: ../etc/passwd"),
    "zip bomb": (lambda d: zipped(d / f"{DAY}.zip", {f"{DAY}.csv": bytes(10**7)}), "zip bomb: 9"),
    "zip packed otherwise": (lambda d: zipped(d / f"{DAY}.zip", compress_type=zipfile.ZIP_LZMA), "not deflated"),
    "a wrong ending": (lambda d: put(d / f"{DAY}.csv.xz", text(HEADER, *ROWS)), "unknown ending '.csv.xz'"),
    "a missing column": (lambda d: vision(d, "1,2", header="id,price"), "column 'time': missing"),
    "a semicolon between columns": (lambda d: csv(d / "a.csv", HEADER.replace(",", ";")),
                                    "unknown kind None of columns id;price;"),
    "an unknown kind": (lambda d: csv(d / "a.csv", "a,b,c", "1,2,3"), "unknown kind None of columns a, b, c"),
    "no header and other columns": (lambda d: csv(d / f"{DAY}.csv", "1,2,3"),
                                    "3 columns and no header, where trades has 6"),
    "text for a number": (lambda d: vision(d, *changed(ROWS, 4, price="cheap")), "column 'price', row 4: "),
    "a decimal comma": (lambda d: vision(d, *ROWS[:3], "3,100,5,0.5,50.1,1,true"), "row 3: Expected 6 columns, got 7"),
    "a row cut off": (lambda d: vision(d, *ROWS[:5], "5,100.5"), "row 5: Expected 6 columns, got 2"),
    "a fraction for an id": (lambda d: vision(d, *changed(ROWS, 2, id="2.5")), "column 'id', row 2: "),
    "neither true nor false": (lambda d: vision(d, *changed(ROWS, 7, is_buyer_maker="maybe")),
                               "column 'is_buyer_maker', row 7: "),
    "a missing stamp": (lambda d: vision(d, *changed(ROWS, 6, time="")), "column 'time', row 6: None is missing"),
    "ms that become us": (lambda d: vision(d, *changed(ROWS, 8, time=f"{US}")),
                          "column 'time', row 8: clock unit changes from ms to us"),
    "a stamp of no known unit": (lambda d: vision(d, *changed(ROWS, 0, time="45380.5")), "column 'time', row 0: "),
    "a negative stamp": (lambda d: vision(d, *changed(ROWS, 0, time=f"-{T0}")), "column 'time', row 0: -"),
    "a time that is none": (lambda d: vision(d, "2024-03-29 00:00:07,-1,5,6", "29/03/2024,-1,5,6", header=BANDS,
                                             kind="bookDepth"),
                            "column 'timestamp', row 1: '29/03/2024' is not YYYY-MM-DD HH:MM:SS"),
    "bytes that are no text": (lambda d: put(d / "bookDepth.csv", text(BANDS) + b"\xff\xfe,1,2,3\n"),
                               "column 'timestamp', row 0: "),
}

TARDIS = {
    "an unknown side": (lambda d: tardis_trades(d, f"x,A,{US},{US},1,buy,2,3", f"x,A,{US},{US},1,long,2,3"),
                        "column 'side', row 1: 'long' is none of buy, sell, unknown"),
    "an unknown kind of file": (lambda d: tardis_trades(d, header="exchange,symbol,timestamp,rate"), "unknown kind of"),
    "two symbols": (lambda d: tardis_trades(d, f"x,A,{US},{US},1,buy,2,3", f"x,B,{US},{US},1,buy,2,3"),
                    "column 'symbol', row 1: 'B' in a file of A"),
    "ids that cease to be numbers": (lambda d: tardis_trades(d, *[f"x,A,{US},{US},7,buy,2,3"] * 200_000,
                                                             f"x,A,{US},{US},x-1,buy,2,3"),
                                     "column 'id', row 200000: 'x-1' is not a number"),
    "seconds for us": (lambda d: tardis_trades(d, f"x,A,{US},{T0 // 1000},1,buy,2,3", f"x,A,{US},{US},2,buy,2,3"),
                       "column 'local_timestamp', row 1: clock unit changes from s to us"),
}

HYPERLIQUID = {
    "a file of another coin": (lambda d: csv(d / "prices_ETH.csv", PRICES), "no prices_BTC"),
    "a third side": (lambda d: coin(d, "prices", PRICES, f"1.5,10,1,mid,{T0}"), "column 'side', row 0: 'mid' is none"),
    "a price left out": (lambda d: coin(d, "prices", PRICES, f"1.5,10,1,bid,{T0}", f"1.5,,1,ask,{T0}"),
                         "column 'price', row 1: None is missing"),
    "a missing column": (lambda d: coin(d, "trades", PRICES, f"1.5,10,1,buy,{T0}"), "column 'trade_id': missing"),
    "Parquet cut off": (lambda d: put(d / "prices_BTC.parquet", b"PAR1" + bytes(20)), "truncated or corrupt Parquet"),
    "a level that is no number": (lambda d: coin(d, "orderbooks", ORDERBOOK, BOOK_ROW, BOOK_ROW.replace(",11", ",x")),
                                  "column 'ask_price_0', row 1: "),
}

READERS = {"raw": (binance_raw.read, RAW), "vision": (binance_vision.read, VISION), "tardis": (tardis.read, TARDIS),
           "hyperliquid": (lambda path: hyperliquid.read([path], "BTC"), HYPERLIQUID)}


@pytest.mark.parametrize(("read", "make", "what"), [
    pytest.param(read, make, what, id=f"{reader}: {name}")
    for reader, (read, cases) in READERS.items() for name, (make, what) in cases.items()])
def test_a_malformed_file_is_refused_by_name_place_and_remedy(tmp_path, read, make, what):
    file = make(tmp_path)
    with pytest.raises(Refusal) as refused:
        gather(read(file))
    message = str(refused.value)
    assert file.name in message
    assert what in message
    assert "Remedy: " in message
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path):
    for read in (binance_raw.read, binance_vision.read, tardis.read):
        with pytest.raises(FileNotFoundError, match="nowhere"):
            gather(read(tmp_path / "nowhere-trades-2024-.csv"))
