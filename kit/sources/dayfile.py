"""One stored day: there whole or not at all, read in row groups by several threads."""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import tempfile
import time
import uuid
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kit.refusal import Refusal
from kit.sources import encoding

ABANDONED = 600
"""Seconds without a byte, after which an unfinished file belongs to a writer that has died."""


class Spool:
    """Rows of one day as they come, in a file without a name: it ends with the process, however that ends.

    Parameters
    ----------
    folder : path
        Whose disk holds the rows until the day is complete and its encoding can be chosen; made if need be.
    """

    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, closed by `close`
        self._writer = None

    def append(self, rows: pa.Table) -> None:
        if self._writer is None:
            self._schema, self._writer = rows.schema, pa.ipc.new_file(self._file, rows.schema)
        if rows.schema != self._schema:
            raise Refusal(f"columns change midway, from {_listed(self._schema)} to {_listed(rows.schema)}",
                          remedy="give every batch of a day the same columns and dtypes")
        self._writer.write_table(rows)

    def table(self) -> pa.Table:
        """All rows, memory-mapped."""
        self._writer.close()
        self._file.flush()
        mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return pa.ipc.open_file(pa.py_buffer(mapped)).read_all()

    def close(self) -> None:
        self._file.close()


def _listed(schema) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in schema)


def write(path, rows: pa.Table, about: dict, compression: str) -> None:
    """Write the rows of a day and make them visible at once; see `encoding.lay_down`."""
    _sweep(path.parent)
    about = about | {"attrs": json.loads(rows.schema.metadata[b"attrs"])}
    with _whole(path) as sink:
        encoding.lay_down(rows, sink, {b"kit": json.dumps(about, sort_keys=True).encode()}, compression)
        _seal(sink)


@contextlib.contextmanager
def _whole(path):
    """A file beside `path` that takes its name, on the disk, once the block is done; without a trace if it fails."""
    unfinished = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        with unfinished.open("x+b") as sink:
            yield sink
            sink.flush()
            os.fsync(sink.fileno())
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    if os.name == "posix":  # the new name must reach the disk too
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def _seal(sink) -> None:
    """Put the footer's CRC-32 in front of it, where Parquet leaves room: pages carry their own, the footer does not."""
    footer = _footer(sink)
    sink.seek(-len(footer), os.SEEK_END)
    sink.write(_check(footer) + footer)


def _footer(file) -> bytes:
    """What follows the pages: the metadata, their length and the closing mark."""
    file.seek(-8, os.SEEK_END)
    length = int.from_bytes(file.read(4), "little") + 8
    file.seek(-length, os.SEEK_END)
    return file.read()


def _check(footer) -> bytes:
    return zlib.crc32(footer).to_bytes(4, "little")


def _sweep(folder) -> None:
    """Delete what writers that died have left unfinished."""
    for unfinished in folder.glob(".date=*.part"):
        with contextlib.suppress(FileNotFoundError):  # its writer was alive after all, and has just finished
            if time.time() - unfinished.stat().st_mtime > ABANDONED:
                unfinished.unlink()


def open_whole(path) -> pq.ParquetFile:
    """A stored day.

    Raises
    ------
    Refusal
        The file is not there or is damaged.
    """
    with _damage_named(path):
        with path.open("rb") as file:
            footer = _footer(file)
            file.seek(-len(footer) - 4, os.SEEK_END)
            if file.read(4) != _check(footer):
                raise OSError("the footer is not what its checksum says")
        return pq.ParquetFile(path, memory_map=True, pre_buffer=False, page_checksum_verification=True)


@contextlib.contextmanager
def _damage_named(path):
    try:
        yield
    except FileNotFoundError as absent:
        raise Refusal("this day is not stored", file=path, remedy="write it first") from absent
    except (pa.ArrowException, OSError) as damage:
        raise Refusal(f"damaged: {damage}", file=path, remedy="delete the file and write the day again") from damage


class Group(NamedTuple):
    """A row group of a stored day."""

    path: Path
    metadata: pq.FileMetaData
    schema: pa.Schema
    index: int

    @property
    def rows(self) -> int:
        return self.metadata.row_group(self.index).num_rows

    def refuse_unlike(self, other, names) -> None:
        """Frames of both could not be one frame, or lack a column."""
        for name in names:
            if name not in self.schema.names:
                raise Refusal("not stored", file=self.path, column=name, remedy=f"have {', '.join(self.schema.names)}")
            mine, theirs = (encoding.dtype(group.schema.field(name).type) for group in (self, other))
            if mine != theirs:
                raise Refusal(f"dtype {mine}, but {theirs} in {other.path.name}", file=self.path, column=name,
                              remedy="read the days one by one, or write one of them again")

    def read(self, names) -> pa.Table:
        """Its columns as stored; a reader of its own, for Arrow's are not made to be shared by threads."""
        with _damage_named(self.path):
            parquet = pq.ParquetFile(self.path, metadata=self.metadata, memory_map=True, pre_buffer=False,
                                     page_checksum_verification=True)
            return parquet.read_row_group(self.index, columns=names, use_threads=False)


def groups(path, start=None, end=None) -> list[Group]:
    """The row groups that may hold rows with ``start <= time < end`` (int64 ns); the first one if none does."""
    parquet = open_whole(path)
    found = [Group(path, parquet.metadata, parquet.schema_arrow, index) for index in range(parquet.num_row_groups)]
    return [group for group in found if _overlaps(group, start, end)] or found[:1]


def _overlaps(group, start, end) -> bool:
    unit = encoding.UNITS[group.schema.field("time").type.unit]
    span = group.metadata.row_group(group.index).column(group.schema.get_field_index("time")).statistics
    return (start is None or span.max_raw * unit >= start) and (end is None or span.min_raw * unit < end)


def decode(parts: list[Group], names) -> pd.DataFrame:
    """Frame of the columns `names` of some row groups, in order; each thread decodes whole groups."""
    offsets = np.cumsum([0] + [part.rows for part in parts])
    columns = {name: encoding.Column(parts[0].schema.field(name).type, offsets) for name in names}

    def place(number):
        stored = parts[number].read(names)
        for name, column in columns.items():
            column.put(number, stored[name])

    with ThreadPoolExecutor(pa.cpu_count()) as pool:
        list(pool.map(place, range(len(parts))))
    frame = pd.DataFrame({name: column.series() for name, column in columns.items()}, copy=False)
    for part in parts:
        frame.attrs |= json.loads(part.schema.metadata[b"kit"])["attrs"]
    return frame
