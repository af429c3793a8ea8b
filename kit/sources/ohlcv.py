"""Open, high, low, close and volume, CSV or Parquet, as many hands keep them: stamped anew when the bar is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kit import clock
from kit.refusal import Refusal
from kit.sources import tables

OPENS = ("open_time", "timestamp", "ts", "date")
"""Columns that may say when a bar opens, the first found is taken."""

PRICES = ("open", "high", "low", "close")
FLOWS = {"volume": ("volume",), "quote_volume": ("quote_volume", "quote_asset_volume", "turnover"),
         "n_trades": ("n_trades", "number_of_trades"), "buy_volume": ("buy_volume", "taker_buy_base_asset_volume")}
"""What was traded, and the columns that may hold it; missing where a file has none of them."""


def read(path, every, notional=False, **only) -> Iterator[dict[str, pd.DataFrame]]:
    """Bars of one file.

    Parameters
    ----------
    path : path-like
        ``.csv``, ``.csv.gz``, ``.zip`` or ``.parquet``; the labels of its rows say when bars open, in UTC.
    every : str
        How long a bar is: ``"1min"``, ``"1h"``, ``"1d"``.
    notional : bool
        The file's ``volume`` is in quote currency, though it does not say so.
    **only : str
        Rows to take, by the value of a column: ``symbol="BTCUSDT", venue="bybit_perp"``.

    Yields
    ------
    dict of str to frame
        ``bars``: the columns of `kit.columns.Bars`, `time` the close. NaN where a file has no such column.

    Raises
    ------
    Refusal
        No column of labels or a price is missing, a label is no time or lies off the grid of `every`, bars run
        backwards, two bars of one label differ, or no row is left.

    Notes
    -----
    - A bar that stands there twice, to the digit, is taken once.
    - The last bar is left out: a file that was fetched while it was open holds a part of it, and does not say so.
    - Bars that are absent (minutes without trades) stay absent.
    """
    path, found = Path(path), tables.header(path)
    label = next((name for name in OPENS if name in found), None)
    if label is None:
        raise Refusal("no column says when a bar opens", file=path, remedy=f"name one of {', '.join(OPENS)}")
    flows = {name: next((other for other in others if other in found), None) for name, others in FLOWS.items()}
    bars = _settled(_whole(path, label, flows, only), pd.Timedelta(clock.duration(every), "ns"), path)
    yield {"bars": bars.assign(quote_volume=bars["volume"], volume=np.nan) if notional else bars}


def _whole(path, label, flows, only):
    """All rows wanted of a file: label, prices and flows, in the file's order."""
    numbers = [*PRICES, *(name for name in flows.values() if name)]
    types = dict.fromkeys(numbers, tables.NUMBER) | dict.fromkeys(only, tables.TEXT) | {label: _label_type(path, label)}
    stamps, parts = clock.Stamps(path, label), []
    for block in tables.blocks(path, types):
        columns = {"time": _opens(block, label, stamps), **{name: block.numbers(name) for name in PRICES}}
        columns |= {name: block.numbers(of) if of else np.nan for name, of in flows.items()}
        parts.append(pd.DataFrame(columns)[_wanted(block.table, only)])
    return pd.concat(parts, ignore_index=True)


def _label_type(path, label):
    """As what labels are read: Parquet says it; in a CSV they are text."""
    kind = pq.read_schema(path).field(label).type if path.suffix == ".parquet" else tables.TEXT
    return tables.TEXT if pa.types.is_large_string(kind) else kind


def _opens(block, label, stamps):
    """When bars open, UTC: labels are times, or their text, or integers since the epoch, or their text."""
    values = block.complete(label)
    if len(values) and str(values[0]).isdigit():
        return clock.utc(stamps.nanoseconds(values.astype("int64"), block.row))
    times = pd.to_datetime(pd.Series(values), utc=True, format="ISO8601", errors="coerce").dt.as_unit("ns")
    block.refuse_first(pa.array(times.isna()), label, "is no time")
    return times


def _wanted(table, only):
    keep = np.ones(table.num_rows, bool)
    for name, value in only.items():
        keep &= pc.equal(table[name], value).to_numpy()
    return keep


def _settled(frame, every, path):
    """Bars on their grid, each once, stamped with their close, without the last."""
    off = frame["time"].dt.as_unit("ns").astype("int64") % every.value != 0
    if off.any():
        raise Refusal(f"{frame['time'][off.argmax()]} opens no bar of {every}", file=path, row=int(off.argmax()),
                      remedy="give the length of the file's bars")
    frame = frame.drop_duplicates(ignore_index=True)
    wrong = frame["time"].diff() <= pd.Timedelta(0)
    if wrong.any():
        raise Refusal(f"two bars of {frame['time'][wrong.argmax()]}, or out of order", file=path, column="time",
                      remedy="keep the bar that is right, and sort")
    if len(frame) < 2:
        raise Refusal(f"{len(frame)} bars", file=path, remedy="name a symbol that the file holds")
    return frame.assign(time=frame["time"] + every).iloc[:-1]
