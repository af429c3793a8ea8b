"""What a table must be: each way of not being one is refused by column, row and remedy, and nothing is guessed."""

import numpy as np
import pandas as pd
import pytest

from kit import clock, columns
from kit.refusal import Refusal

START = 1_723_161_256 * clock.SECOND


def table(kind, n=5):
    """A sound frame."""
    time = {"time": clock.utc(START + np.arange(n) * 10**6)}
    prices = {"bid": 100.0, "bid_size": 2.0, "ask": 101.0, "ask_size": 3.0}
    values = {
        "quotes": prices,
        "trades": {"price": 100.5, "size": 1.0, "side": np.int8(1)},
        "depth": {f"{name}_{level}": value for level in range(3) for name, value in prices.items()},
        "bars": dict.fromkeys(columns.Bars._fields[1:], 1.0),
        "seconds": dict.fromkeys(columns.Seconds._fields[1:], 1.0),
        "matched": prices | {"price": 100.5, "size": 1.0, "side": np.int8(1)},
        "venues": {f"{name}_{venue}": 100.0 for name in columns.WIDE["venues"] for venue in ("kraken", "gemini")},
        "curve": {"index": 100.0, "realised": 0.5, "forecast": 0.5} | {
            f"{name}_{days}d": 0.6 for name in columns.WIDE["curve"] for days in columns.TENORS},
        "blocks": dict.fromkeys(columns.Blocks._fields[1:], 1.0) | {"builder": np.int64(3)},
    }
    return pd.DataFrame(time | {name: np.full(n, value) for name, value in values[kind].items()})


def with_cell(kind, column, value, row=3):
    frame = table(kind)
    frame[column] = [value if i == row else kept for i, kept in enumerate(frame[column])]
    return kind, frame


CASES = {
    "unknown kind": ("candles", table("bars"), "", "unknown kind 'candles'"),
    "missing column": ("quotes", table("quotes").drop(columns="bid_size"), "column 'bid_size'", "missing"),
    "no levels": ("depth", table("quotes"), "", "no columns of depth"),
    "no venues": ("venues", table("quotes"), "", "no columns of venues"),
    "half a venue": ("venues", table("venues").drop(columns="age_gemini"), "column 'age_gemini'", "missing"),
    "zero price of a venue": (*with_cell("venues", "bid_gemini", 0.0), "column 'bid_gemini', row 3", "0.0 is not a"),
    "no tenors": ("curve", table("quotes"), "", "no columns of curve"),
    "missing price of a bar": (*with_cell("bars", "high", np.nan), "column 'high', row 3", "nan is not a positive"),
    "one side of a level": ("depth", table("depth").drop(columns="ask_2"), "column 'ask_2'", "missing"),
    "text for a number": ("trades", table("trades").astype({"price": str}), "column 'price'", "is not a number"),
    "dates for a number": ("trades", table("trades").assign(size=lambda t: t["time"]), "column 'size'", "not a number"),
    "naive time": ("quotes", table("quotes").assign(time=lambda t: t["time"].dt.tz_localize(None)), "column 'time'",
                   "naive timestamps"),
    "numbers for time": ("quotes", table("quotes").assign(time=np.arange(5)), "column 'time'", "is not a time"),
    "missing time": (*with_cell("quotes", "time", pd.NaT), "column 'time', row 3", "missing time"),
    "unsorted": ("trades", table("trades").iloc[[0, 2, 1, 3, 4]], "column 'time', row 2", "time runs backwards"),
    "NaN price": (*with_cell("trades", "price", np.nan), "column 'price', row 3", "nan is not a positive finite price"),
    "zero price": (*with_cell("quotes", "bid", 0.0), "column 'bid', row 3", "0.0 is not a positive finite price"),
    "infinite price": (*with_cell("bars", "close", np.inf), "column 'close', row 3", "not a positive finite price"),
    "negative size": (*with_cell("quotes", "ask_size", -1.0), "column 'ask_size', row 3", "-1.0 is not a size >= 0"),
    "missing size": (*with_cell("trades", "size", np.nan), "column 'size', row 3", "nan is not a size >= 0"),
    "half a side": (*with_cell("trades", "side", 0.5), "column 'side', row 3", "0.5 is not -1, 0 or 1"),
    "a side of two": (*with_cell("trades", "side", 2), "column 'side', row 3", "2.0 is not -1, 0 or 1"),
    "a side that would wrap": (*with_cell("trades", "side", 257), "column 'side', row 3", "257.0 is not -1, 0 or 1"),
    "no side": (*with_cell("trades", "side", np.nan), "column 'side', row 3", "nan is not -1, 0 or 1"),
    "zero price of a level": (*with_cell("depth", "ask_1", 0.0), "column 'ask_1', row 3", "0.0 is not a positive"),
    "negative size of a level": (*with_cell("depth", "bid_size_2", -2.0), "column 'bid_size_2', row 3", "-2.0 is not"),
    "negative tip": (*with_cell("blocks", "tip", -1.0), "column 'tip', row 3", "-1.0 is not a fee >= 0"),
    "negative gas": (*with_cell("blocks", "gas_used", -1.0), "column 'gas_used', row 3", "-1.0 is not a size >= 0"),
    "a builder below none": (*with_cell("blocks", "builder", -2), "column 'builder', row 3", "-2 is not a key from 0"),
    "half a builder": (*with_cell("blocks", "builder", 0.5), "column 'builder'", "is not a whole number"),
    "negative volume of a second": (*with_cell("seconds", "volume", -2.0), "column 'volume', row 3", "-2.0 is not"),
}


@pytest.mark.parametrize(("kind", "frame", "where", "what"), CASES.values(), ids=CASES)
def test_a_table_that_is_none_is_refused_by_place_and_remedy(kind, frame, where, what):
    with pytest.raises(Refusal) as refused:
        columns.read(frame, kind, file="day.parquet")
    message = str(refused.value)
    assert message.startswith("day.parquet" + f", {where}" * bool(where))
    assert what in message
    assert "Remedy: " in message


@pytest.mark.parametrize("kind", columns.KINDS)
def test_a_sound_table_is_read_as_its_values(kind):
    frame = table(kind)
    read = columns.read(frame, kind)
    assert read.time.tolist() == (START + np.arange(5) * 10**6).tolist()
    for name, array in zip(read._fields, read, strict=True):
        assert array.dtype == {"time": "int64", "side": "int8", "builder": "int64"}.get(name, "float64")
        assert len(array) == 5


@pytest.mark.parametrize("kind", ["depth", "seconds"])
def test_what_lies_beyond_the_book_is_missing_and_not_wrong(kind):
    column = "bid_2" if kind == "depth" else "bid"
    columns.read(with_cell(kind, column, np.nan)[1], kind)


def test_a_frame_without_rows_is_a_table():
    for kind in columns.KINDS:
        assert len(columns.read(table(kind).head(0), kind).time) == 0
