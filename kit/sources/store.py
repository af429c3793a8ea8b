"""Recordings kept as Parquet, a file a day: ``<root>/<kind>/venue=<venue>/symbol=<symbol>/date=YYYY-MM-DD.parquet``.

- A day is the UTC day of a row's `time`; rows stay in recording order, and every value comes back bit for bit.
- A day is there whole or not at all: written beside its place, flushed to the disk, then renamed.
- Writing a day again replaces it; equal rows give equal bytes, however they were cut into batches.
"""

from __future__ import annotations

import contextlib
import json
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd
import pyarrow as pa

from kit import backend, clock
from kit.refusal import Refusal
from kit.sources import dayfile, encoding

DAY = clock.UNITS["d"]
LATE = clock.UNITS["h"]
"""A row may come this long after midnight and still be filed under the day before."""


class Store:
    """A folder of days.

    Parameters
    ----------
    root : path
        Made when the first day is written.
    compression : str, optional
        Of what is written: ``lz4``, or ``zstd``, a tenth smaller and a third slower to read, or ``none``.
    """

    def __init__(self, root, compression="lz4"):
        self.root, self.compression = Path(root), compression

    def folder(self, kind, venue, symbol) -> Path:
        """Where the days of a recording lie; a symbol such as ``PURR/USDC`` is percent-encoded."""
        return self.root / kind / f"venue={quote(venue, safe='')}" / f"symbol={quote(symbol, safe='')}"

    def path(self, kind, venue, symbol, day) -> Path:
        """Where one day (``YYYY-MM-DD``) lies, or will."""
        return self.folder(kind, venue, symbol) / f"date={day}.parquet"

    def days(self, kind, venue, symbol) -> list[str]:
        """The days that are stored, as ``YYYY-MM-DD``, in order."""
        files = self.folder(kind, venue, symbol).glob("date=*.parquet")
        return sorted(file.stem.removeprefix("date=") for file in files)

    def symbols(self, kind) -> list[tuple[str, str]]:
        """Venue and symbol of every recording of a kind, in order."""
        folders = (self.root / kind).glob("venue=*/symbol=*")
        return sorted((unquote(folder.parent.name.removeprefix("venue=")), unquote(folder.name.removeprefix("symbol=")))
                      for folder in folders if any(folder.glob("date=*.parquet")))

    def about(self, kind, venue, symbol, day) -> dict:
        """What a day says of itself: version of the kit, kind, venue, symbol, source, rows, and decimals by column."""
        parquet = dayfile.open_whole(self.path(kind, venue, symbol, day))
        schema = parquet.schema_arrow
        decimals = {field.name: field.type.scale for field in schema if pa.types.is_decimal(field.type)}
        return json.loads(schema.metadata[b"kit"]) | {"rows": parquet.metadata.num_rows, "decimals": decimals}

    def write(self, kind, venue, symbol, data, *, source="", replace=False) -> list[str]:
        """Store a recording by UTC day, in bounded memory.

        Parameters
        ----------
        kind, venue, symbol : str
        data : pandas.DataFrame, or iterable of frames or of a reader's batches (dict of kind to frame)
            With a column `time` in UTC; days follow each other, rows at most `LATE` past midnight.
        source : str, optional
            Where the rows are from; carried in the file.
        replace : bool, optional
            Let a day be replaced by one with fewer rows.

        Returns
        -------
        list of str
            The days written. Where a later row is refused, the days closed before it are stored, whole.

        Raises
        ------
        Refusal
            Naive or missing times, a dtype that cannot be stored, columns that change within a day, a row of a day
            already closed, or a day that would lose rows.
        """
        frames = ({kind: frame} for frame in _frames(data, kind))
        return self.write_all(venue, symbol, frames, source=source, replace=replace).get(kind, [])

    def write_all(self, venue, symbol, batches, *, source="", replace=False) -> dict[str, list[str]]:
        """Store every kind that a reader yields (batches: dict of kind to frame) in one pass; the rest as in `write`.

        Returns
        -------
        dict of str to list of str
            The days written, by kind.
        """
        about = {"version": version("kit"), "venue": venue, "symbol": symbol, "source": source}
        written = {}
        for kind, day, rows in _whole_days(batches, lambda kind: self.folder(kind, venue, symbol)):
            path = self.path(kind, venue, symbol, day)
            if not replace:
                _refuse_loss(path, len(rows))
            dayfile.write(path, rows, about | {"kind": kind}, self.compression)
            written.setdefault(kind, []).append(day)
        return written

    def read(self, kind, venue, symbol, start=None, end=None, columns=None) -> pd.DataFrame:
        """The rows with ``start <= time < end``, in recording order.

        Parameters
        ----------
        kind, venue, symbol : str
        start, end : timestamp with time zone, or int64 ns, optional
            Default to the beginning of the first and the end of the last stored day. No day in between may be missing.
        columns : list of str, optional
            Only these, in this order.

        Returns
        -------
        pandas.DataFrame
            Index 0..n-1; times are ``datetime64[ns, UTC]``, decimals float64, what is missing NaN or NaT.

        Raises
        ------
        Refusal
            A day is not stored, a file is damaged, a column is not there, or its dtype differs between days.
        """
        start, end = clock.instant(start), clock.instant(end)
        groups, names = self._select(kind, venue, symbol, start, end, columns)
        return _between(dayfile.decode(groups, names), start, end, columns)

    def batches(self, kind, venue, symbol, start=None, end=None, columns=None):
        """The rows of `read` as an iterator of frames, none longer than `encoding.GROUP` rows, in bounded memory."""
        start, end = clock.instant(start), clock.instant(end)
        groups, names = self._select(kind, venue, symbol, start, end, columns)
        for group in groups:
            frame = _between(dayfile.decode([group], names), start, end, columns)
            if len(frame):
                yield frame

    def _select(self, kind, venue, symbol, start, end, columns):
        """Row groups between two instants, and the columns to decode: those asked for, and `time` to cut by."""
        groups = []
        for day in self._wanted(kind, venue, symbol, start, end):
            groups += dayfile.groups(self.path(kind, venue, symbol, day), start, end)
        names = list(columns) if columns is not None else groups[0].schema.names
        names += ["time"] * ((start, end) != (None, None) and "time" not in names)
        for group in groups:
            group.refuse_unlike(groups[0], names)
        return groups, names

    def _wanted(self, kind, venue, symbol, start, end) -> list[str]:
        """The days between two instants, each of them stored."""
        stored = self.days(kind, venue, symbol)
        if not stored:
            raise Refusal("no day is stored", file=self.folder(kind, venue, symbol), remedy="write the recording first")
        first = stored[0] if start is None else _day(start // DAY)
        last = stored[-1] if end is None else _day((end - 1) // DAY)
        wanted = [str(day) for day in np.arange(first, np.datetime64(last) + 1, dtype="M8[D]")]
        missing = sorted(set(wanted) - set(stored))
        if missing or not wanted:
            what = f"{missing[0]} is not stored, {len(missing)} days of {len(wanted)} are missing" if missing else \
                f"no day lies between {first} and {last}"
            raise Refusal(what, file=self.folder(kind, venue, symbol),
                          remedy=f"write what is missing, or ask within {stored[0]} to {stored[-1]}")
        return wanted


def _frames(data, kind):
    """The frames of one kind."""
    for batch in [data] if isinstance(data, pd.DataFrame) else data:
        frame = batch.get(kind) if isinstance(batch, dict) else batch
        if frame is not None:
            yield frame


def _whole_days(batches, folder):
    """Kind, day and all its rows, each day as soon as no more can come."""
    spools, closed = {}, set()
    with contextlib.ExitStack() as opened:
        for kind, frame in (item for batch in batches for item in batch.items() if len(item[1])):
            stamps = _stamps(frame, kind)
            for day, rows in _by_day(frame, stamps):
                if (kind, day) in closed:
                    raise Refusal(f"a row of {day} comes after that day was closed", file=kind, column="time",
                                  remedy="write the recording in order of time")
                if (kind, day) not in spools:
                    spools[kind, day] = opened.enter_context(contextlib.closing(dayfile.Spool(folder(kind))))
                spools[kind, day].append(encoding.table(rows, kind))
            done = [key for key in sorted(spools) if key[0] == kind and stamps.min() >= _midnight(key[1]) + DAY + LATE]
            closed.update(done)
            for key in done:
                with contextlib.closing(spools.pop(key)) as spool:
                    yield *key, spool.table()
        for key in sorted(spools):
            yield *key, spools[key].table()


def _stamps(frame, kind):
    if "time" not in frame.columns:
        raise Refusal("missing", file=kind, column="time", remedy=f"have {', '.join(map(str, frame.columns))}")
    return backend.nanoseconds(frame["time"], kind)


def _by_day(frame, stamps):
    """Pairs of a day and its rows."""
    days = stamps // DAY
    if days.min() == days.max():
        yield _day(days[0]), frame
        return
    for day in np.unique(days):
        yield _day(day), frame[days == day]


def _day(number) -> str:
    """``YYYY-MM-DD`` of a day counted from the epoch."""
    return str(np.datetime64(int(number), "D"))


def _midnight(day) -> int:
    """Nanoseconds since the epoch at the beginning of a day."""
    return int(np.datetime64(day, "ns").astype(np.int64))


def _refuse_loss(path, rows) -> None:
    """Two recordings that share a day would silently cut it short."""
    stored = dayfile.open_whole(path).metadata.num_rows if path.exists() else 0
    if stored > rows:
        raise Refusal(f"{stored} rows are stored, {rows} would replace them", file=path,
                      remedy="write recordings that share a day together, or say replace=True")


def _between(frame, start, end, columns):
    """Rows with ``start <= time < end``, without the columns that served only to find them."""
    if (start, end) != (None, None):
        stamps = backend.nanoseconds(frame["time"], "time")
        inside = np.ones(len(stamps), bool)
        inside &= stamps >= start if start is not None else True
        inside &= stamps < end if end is not None else True
        frame = frame if inside.all() else frame[inside].reset_index(drop=True)
    return frame if columns is None else frame[list(columns)]
