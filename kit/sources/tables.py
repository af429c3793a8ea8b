"""Tables of recordings, CSV or Parquet, read a block at a time: columns of declared types, or one refusal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from kit.refusal import Refusal
from kit.sources import digits, inflate

BYTES, ROWS = 4 << 20, 1 << 17
"""Of CSV text, and of Parquet, read at a time."""

INTEGER, NUMBER, TEXT, FLAG = pa.int64(), pa.float64(), pa.string(), pa.bool_()


class Block(NamedTuple):
    """Some consecutive rows of a file."""

    table: pa.Table
    file: Path
    row: int  #: of the first one in the file, header not counted

    def numbers(self, name) -> np.ndarray:
        """float64 values of a column; missing is NaN."""
        return self.table[name].to_numpy()

    def complete(self, name) -> np.ndarray:
        """Values of a column in which none is missing."""
        self.refuse_first(pc.is_null(self.table[name]), name, "is missing")
        return self.table[name].to_numpy()

    def words(self, name, meaning) -> np.ndarray:
        """int8 values of a text column of which `meaning` (dict of str to int) is the dictionary."""
        found = pc.index_in(self.table[name], pa.array(list(meaning)))
        self.refuse_first(pc.is_null(found), name, f"is none of {', '.join(meaning)}")
        return np.array(list(meaning.values()), dtype="int8")[found.to_numpy()]

    def refuse_first(self, wrong, name, what):
        """Refuse the first row of column `name` where `wrong` (Arrow booleans) is true, if any is."""
        row = pc.index(wrong, True).as_py()
        if row >= 0:
            raise Refusal(f"{self.table[name][row].as_py()!r} {what}", file=self.file, column=name,
                          row=self.row + row, remedy="drop or repair the row at its source")


def header(path) -> list[str]:
    """Fields of the first line of a CSV, names of the columns of a Parquet file.

    Raises
    ------
    Refusal
        Neither of the two by its ending.
    """
    path = Path(path)
    if path.suffix == ".parquet":
        return _parquet(path).schema_arrow.names
    if not (path.suffix in (".csv", ".zip") or path.name.endswith(".csv.gz")):
        raise Refusal(f"unknown ending {''.join(path.suffixes)!r}", file=path,
                      remedy="name it .csv, .csv.gz, .zip or .parquet, as it is")
    with inflate.opened(path) as stream:
        line = stream.readline(inflate.CHUNK).decode("utf-8-sig", errors="replace")
    return [field.strip(' "\r\n') for field in line.split(",")]


def blocks(path, types, names=None) -> Iterator[Block]:
    """Blocks of a table, in its order.

    Parameters
    ----------
    path : path-like
        CSV (plain, gzip or zip) or Parquet.
    types : dict of str to pyarrow.DataType
        Columns to read.
    names : list of str, optional
        Names of all columns of a CSV that has no header.

    Yields
    ------
    Block
        Of a table without rows, an empty one.

    Raises
    ------
    Refusal
        A missing column, text where a number belongs, a row of the wrong length, a truncated file.
    """
    path = Path(path)
    found = header(path) if names is None else names
    for name in types:
        if name not in found:
            raise Refusal("missing", file=path, column=name, remedy=f"have {', '.join(found)}")
    if path.suffix == ".parquet":
        return _parquet_blocks(path, types)
    return _csv_blocks(path, types, found, skip=names is None)


def whole(blocks, *key) -> Iterator[Block]:
    """The same rows, cut only where the `key` columns change: rows of one message stay together."""
    held = next(blocks)
    for block in blocks:
        table = pa.concat_tables([held.table, block.table])
        cut = _last_run(table, key)
        if cut:
            yield Block(table.slice(0, cut), held.file, held.row)
        held = Block(table.slice(cut), held.file, held.row + cut)
    yield held


def _last_run(table, key):
    """Row at which the last run of equal `key` values begins."""
    changed = np.zeros(table.num_rows, dtype=bool)
    for name in key:
        values = table[name].to_numpy()
        changed[1:] |= values[1:] != values[:-1]
    return int(changed.nonzero()[0][-1]) if changed.any() else 0


def _csv_blocks(path, types, names, skip):
    row = 0
    with inflate.opened(path) as stream:
        if skip:
            stream.readline()
        for text in inflate.ahead(_lines(stream)):
            table = _parsed(text, types, names, path, row)
            yield Block(table, path, row)
            row += table.num_rows
    if row == 0:
        yield Block(_empty(types), path, row)


def _lines(stream):
    """Text in blocks of whole lines."""
    rest = b""
    while chunk := stream.read(BYTES):
        lines, newline, after = chunk.rpartition(b"\n")
        if newline:
            yield rest + lines + newline
        rest = after if newline else rest + after
    if rest:
        yield rest


def _parsed(text, types, names, path, row):
    table = digits.table(text, types, names)
    if table is not None:
        return table
    try:
        return _parse(text, types, names, threads=True)
    except pa.ArrowInvalid:
        error = _parse_error(text, types, names)
    column, line = re.search(r"In CSV column #(\d+)", error), re.search(r"Row #(\d+)", error)
    raise Refusal(error.rpartition("Row #")[2].partition(": ")[2] or error, file=path,
                  column=names[int(column[1])] if column else None,
                  row=row + int(line[1]) - 1 if line else None, remedy="repair the row at its source")


def _parse_error(text, types, names):
    """What Arrow says on one thread, where it counts rows."""
    try:
        _parse(text, types, names, threads=False)
    except pa.ArrowInvalid as error:
        return str(error)


def _parse(text, types, names, threads):
    size = len(text) // 2 + 1 if threads else len(text)
    return pyarrow.csv.read_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(column_names=names, use_threads=threads, block_size=size),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types, include_columns=list(types)))


def _parquet(path):
    try:
        return pyarrow.parquet.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise Refusal(f"truncated or corrupt Parquet: {error}", file=path, remedy="write it again") from error


def _parquet_blocks(path, types):
    row = 0
    with _parquet(path) as file:
        for batch in file.iter_batches(batch_size=ROWS, columns=list(types)):
            yield Block(_cast(pa.Table.from_batches([batch]), types, path), path, row)
            row += batch.num_rows
    if row == 0:
        yield Block(_empty(types), path, row)


def _cast(table, types, path):
    columns = []
    for name, kind in types.items():
        try:
            columns.append(table[name].cast(kind))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise Refusal(str(error), file=path, column=name, remedy=f"store it as {kind}") from error
    return pa.table(columns, names=list(types))


def _empty(types):
    return pa.schema(list(types.items())).empty_table()
