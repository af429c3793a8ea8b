"""A batch of one kind of rows as NumPy arrays, with the numbers that its rows have in the recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import backend
from kit.refusal import Refusal

MISSING = np.iinfo("int64").min
"""A missing local time."""

NEEDED = {"quotes": ("bid", "bid_size", "ask", "ask_size"),
          "trades": ("price", "size", "side"),
          "depth": ("bid_0", "bid_size_0", "ask_0", "ask_size_0"),
          "updates": ("side", "price", "size", "snapshot", "first_id", "last_id", "prev_id"),
          "bars": ("close",),
          "days": ("close",),
          "bands": ("percentage", "depth", "notional"),
          "builder_blocks": ("block", "base_fee", "gas_used", "gas_limit", "value_gwei", "mev_boost", "label",
                             "pubkey"),
          "builder_hours": ("label",),
          "deals": ("price", "volume", "seller", "buyer")}
"""Columns without which a kind cannot be examined; the others are looked at where present."""

TEXT = {"trades": ("id",), "off_book": ("id",), "deals": ("seller", "buyer", "asset", "hash"),
        "builder_blocks": ("label", "pubkey", "owner", "relays"), "builder_hours": ("label",)}
"""Columns that need not be numbers."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Consecutive rows of one kind.

    Attributes
    ----------
    kind : str
    rows : ndarray of int64
        Row numbers within the kind, counted from 0 over the whole recording.
    columns : dict of str to ndarray
        ``time`` and ``local_time`` as int64 ns (`MISSING` where there is no local time), the rest as they came. What
        happened on a chain has a ``block`` instead.
    estimated : bool
        Whether the reader had to guess the exchange time.
    """

    kind: str
    rows: np.ndarray
    columns: dict
    estimated: bool = False

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, name):
        return self.columns[name]

    def __contains__(self, name):
        return name in self.columns

    def where(self, keep) -> Batch:
        """The rows at which `keep` holds."""
        if keep.all():
            return self
        columns = {name: array[keep] for name, array in self.columns.items()}
        return Batch(self.kind, self.rows[keep], columns, self.estimated)

    @property
    def streamed(self) -> Batch:
        """Without the rows of book snapshots: these were asked for, and bear no exchange time."""
        return self.where(~self["snapshot"].astype(bool)) if "snapshot" in self else self

    def ladder(self, name):
        """One column of the book by level, shape (rows, levels), best first."""
        return np.stack([array for level, array in sorted(self._levels(name))], axis=1)

    def _levels(self, name):
        for key, array in self.columns.items():
            stem, _, level = key.rpartition("_")
            if stem == name and level.isdecimal():
                yield int(level), array


def batch(frame, kind, row, name) -> Batch:
    """A reader's frame as a batch whose first row is number `row`.

    Raises
    ------
    Refusal
        A needed column is missing or is no number; a time is missing, naive or no time.
    """
    place = f"{name}: {kind}"
    for column in ("time", *NEEDED.get(kind, ())):
        if column not in frame.columns:
            raise Refusal("missing", file=place, column=column, remedy=f"have {', '.join(map(str, frame.columns))}")
    arrays = {"time": backend.nanoseconds(frame["time"], place)}
    for column in frame.columns.drop("time"):
        array = _local(frame[column], place) if column == "local_time" else _array(frame[column])
        if array.dtype.kind in "fiub" or column in TEXT.get(kind, ()):
            arrays[column] = array
        elif column in NEEDED.get(kind, ()):
            raise Refusal(f"dtype {frame[column].dtype} is not a number", file=place, column=column,
                          remedy="convert it in the reader")
    if "block" in arrays and arrays["block"].dtype.kind not in "iu":
        raise Refusal("is not a whole number in every row", file=place, column="block", remedy="number every block")
    return Batch(kind, np.arange(row, row + len(frame)), arrays, frame.attrs.get("time") == "estimated")


def _array(series):
    """Values of a column; of one of numbers in which some are missing, these as NaN."""
    nullable = isinstance(series.dtype, pd.api.extensions.ExtensionDtype) and series.dtype.kind in "fiub"
    if nullable and series.isna().any():
        return series.to_numpy("float64", na_value=np.nan)
    return series.to_numpy(series.dtype.numpy_dtype) if nullable else series.to_numpy()


def _local(series, place):
    known = series.notna().to_numpy()
    stamps = np.full(len(series), MISSING)
    stamps[known] = backend.nanoseconds(series[known], place)
    return stamps
