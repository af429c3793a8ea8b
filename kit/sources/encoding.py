"""How a column lies in Parquet: decimals as integers, clocks in their own unit; every value comes back bit for bit.

A price of 61840.1 is the integer 618401 and the scale 1: Parquet's own DECIMAL type, readable anywhere. What is not a
decimal stays a float. bench/w8_store.py measures the choice against the others.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kit.refusal import Refusal

GROUP = 262_144
"""Rows of a row group, a thread's unit of work: with half as many reading takes a tenth longer, with more no less."""

EXACT = 2.0**53
"""Below this every integer is a float64, and ``integer / 10**k`` rounds to the float64 nearest the decimal."""

UNITS = {"ms": 1_000_000, "us": 1_000, "ns": 1}


def table(frame, place) -> pa.Table:
    """Arrow table of a frame, values untouched (NaN stays NaN), its ``attrs`` as JSON in the schema.

    Raises
    ------
    Refusal
        A column is neither a number, a truth value, text nor a time in UTC.
    """
    columns = {str(name): _arrow(frame[name], place) for name in frame.columns}
    return pa.table(columns, metadata={"attrs": json.dumps(frame.attrs)})


def _arrow(series, place):
    dtype = series.dtype
    if isinstance(dtype, pd.DatetimeTZDtype):
        return pa.array(series.dt.tz_convert("UTC").dt.as_unit("ns"))
    if isinstance(dtype, np.dtype) and dtype.kind in "iufb":
        return pa.array(series.to_numpy())
    if isinstance(dtype, pd.StringDtype):
        return pa.array(series, pa.string())
    raise Refusal(f"dtype {dtype} cannot be stored", file=place, column=series.name,
                  remedy="numbers, truth values, str and datetime64[ns, UTC] can")


def lay_down(rows: pa.Table, sink, about: dict, compression: str) -> None:
    """Write a table as Parquet, a row group at a time; equal rows give equal bytes, however they were cut.

    Parameters
    ----------
    rows : pyarrow.Table
        As `table` makes it; may be memory-mapped and larger than memory.
    sink : path or binary file
    about : dict of bytes to bytes
        Carried in the file's schema.
    compression : str
        Of integers and times, packed as they are: ``lz4``, ``zstd`` or ``none``.
    """
    schema = pa.schema([_field(name, rows[name]) for name in rows.column_names], metadata=about)
    with pq.ParquetWriter(sink, schema, **_options(schema, compression)) as writer:
        for start in range(0, len(rows), GROUP):
            piece = rows.slice(start, GROUP)
            arrays = [_encode(piece[field.name].combine_chunks(), field.type) for field in schema]
            writer.write_table(pa.table(arrays, schema=schema), row_group_size=GROUP)


def _field(name, column) -> pa.Field:
    """Name, stored type, and whether anything is missing (a required column decodes faster)."""
    missing = column.null_count > 0
    if pa.types.is_float64(column.type):
        stored = _decimal(column)
        missing = pa.types.is_decimal(stored) and any(np.isnan(chunk).any() for chunk in column.chunks)
    elif pa.types.is_timestamp(column.type):
        stored = pa.timestamp(_unit(column), "UTC")
    else:
        stored = column.type
    return pa.field(name, stored, nullable=bool(missing))


def _decimal(column) -> pa.DataType:
    """The decimal type with the fewest digits after the point that holds every value exactly, else float64."""
    for digits in range(16):
        largest = 0
        for chunk in column.chunks:
            integers = _integers(chunk.to_numpy(), digits)
            if integers is None:
                break
            largest = max(largest, int(np.abs(integers).max(initial=0)))
        else:
            return pa.decimal32(9, digits) if largest < 10**9 and digits <= 9 else pa.decimal64(18, digits)
    return pa.float64()


def _integers(values, digits):
    """``values * 10**digits`` as int64, missing as 0; None where ``integer / 10**digits`` is not the same float64."""
    with np.errstate(over="ignore"):
        scaled = np.rint(values * 10.0**digits)
    missing = np.isnan(values)
    scaled[missing] = 0
    if np.abs(scaled).max(initial=0) >= EXACT:
        return None
    integers = scaled.astype(np.int64)
    same = (integers / 10.0**digits).view(np.int64) == values.view(np.int64)
    return integers if (same | missing).all() else None


def _unit(column) -> str:
    """The coarsest unit that loses nothing: a clock that ticks in milliseconds is stored in milliseconds."""
    stamps = [chunk.drop_null().view(pa.int64()).to_numpy() for chunk in column.chunks]
    return next(unit for unit, size in UNITS.items() if not any((part % size).any() for part in stamps))


def _encode(array, stored) -> pa.Array:
    if not pa.types.is_decimal(stored):
        return array.cast(stored)
    values = array.to_numpy()
    integers = _integers(values, stored.scale).astype(f"int{stored.bit_width}")
    return pa.array(integers, mask=np.isnan(values)).view(stored)


def _options(schema, compression) -> dict:
    """Integers and times as packed differences, floats as byte planes, the rest by dictionary."""
    whole = [f.name for f in schema if pa.types.is_decimal(f.type) or pa.types.is_integer(f.type)
             or pa.types.is_timestamp(f.type)]
    floats = [f.name for f in schema if pa.types.is_floating(f.type)]
    encoding = dict.fromkeys(whole, "DELTA_BINARY_PACKED") | dict.fromkeys(floats, "BYTE_STREAM_SPLIT")
    return {
        "column_encoding": encoding,
        "compression": {name: compression if name in whole else "zstd" for name in schema.names},
        "use_dictionary": [name for name in schema.names if name not in encoding],
        "store_decimal_as_integer": True,
        "write_page_checksum": True,
    }


def dtype(stored) -> str:
    """NumPy's name for what a stored type is decoded to, or ``str``; times are UTC."""
    if pa.types.is_string(stored):
        return "str"
    if pa.types.is_timestamp(stored):
        return "M8[ns]"
    return "float64" if pa.types.is_decimal(stored) else np.dtype(stored.to_pandas_dtype()).name


class Column:
    """Room for a stored column, filled part by part, in any order and from several threads.

    Parameters
    ----------
    stored : pyarrow.DataType
        As found in the file.
    offsets : array of int, shape (parts + 1,)
        Where each part begins, and where the last one ends.
    """

    def __init__(self, stored, offsets):
        self.offsets, self.dtype = offsets, dtype(stored)
        if self.dtype == "str":
            self.values = [None] * (len(offsets) - 1)
        else:  # from Arrow's pool, which reuses pages that NumPy would ask of the system anew
            memory = pa.allocate_buffer(int(offsets[-1]) * np.dtype(self.dtype).itemsize)
            self.values = np.frombuffer(memory, self.dtype)

    def put(self, part, column) -> None:
        """Decode a part (pyarrow.ChunkedArray) into its place."""
        if self.dtype == "str":
            self.values[part] = column.combine_chunks()
            return
        start = self.offsets[part]
        for chunk in column.chunks:
            _decode(chunk, self.values[start : start + len(chunk)])
            start += len(chunk)

    def series(self):
        """What a frame takes: an array, or a Series of text or of UTC time."""
        if self.dtype == "str":
            return pa.chunked_array(self.values, pa.string()).to_pandas()
        if self.dtype == "M8[ns]":
            return pd.Series(self.values.view(np.int64), dtype="datetime64[ns, UTC]", copy=False)
        return self.values


def _decode(chunk, out) -> None:
    """float64, nanoseconds or plain numbers of a stored array, into `out`; missing becomes NaN or NaT."""
    if pa.types.is_decimal(chunk.type):
        np.divide(_stored_integers(chunk), 10.0**chunk.type.scale, out=out)
    elif pa.types.is_timestamp(chunk.type):
        np.multiply(_stored_integers(chunk), UNITS[chunk.type.unit], out=out.view(np.int64))
    else:
        out[:] = chunk.to_numpy(zero_copy_only=False)
    if chunk.null_count:
        out[pc.is_null(chunk).to_numpy(zero_copy_only=False)] = "NaT" if out.dtype.kind == "M" else np.nan


def _stored_integers(chunk):
    """The integers behind decimals or times, without a copy."""
    return np.frombuffer(chunk.buffers()[1], f"int{chunk.type.bit_width}")[chunk.offset : chunk.offset + len(chunk)]
