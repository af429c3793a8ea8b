"""Is it causal? A feature, a label, a forecast, a threshold, a position: whatever says something at a time.

What is said at t may not change when what was not known at t is taken away, or is other than it was. Nothing has to be
told about how it is made, so that a leak needs no name to be found: the whole-sample z-score, the fill from behind, the
tuner that saw the test, and the one nobody thought of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import clock
from kit.refusal import Refusal


@dataclass(frozen=True)
class Leak:
    """One proof that something said at `said` depends on what it may not know at that time."""

    probe: str  #: what was done to the data
    cut: pd.Timestamp  #: to all that became known after it (of the probe of memory: before it)
    said: pd.Timestamp  #: first statement that changed
    column: str
    rows: int  #: how many statements changed

    def __str__(self):
        return f"{self.column} said at {self.said} changes where data of {self.cut} are {self.probe} ({self.rows} rows)"


ROUNDING = 1e-9
"""Relative change that a forgotten past may leave: windows are summed about values that stood before them."""
PROBES = ("cut off", "changed")
"""What may be done to data that are not known yet."""


def audit(subject, data, *, known_after=None, foresight="0s", memory=None, strictly=(), cuts=6, at=(), probes=PROBES,
          seed=0) -> list[Leak]:
    """Look for leaks by cutting off and by changing what cannot be known.

    Parameters
    ----------
    subject : callable
        From a dict of frames like `data` to a series or frame on a UTC index: what it says, and when.
    data : dict of str to pandas.DataFrame or pandas.Series
        By kind. Rows are stamped by a column ``time`` or by the index, UTC, ascending.
    known_after : dict of str to str, optional
        By kind, how long after its stamp a row becomes known: ``{"label": "3s"}``.
    foresight : str
        How far ahead a statement is meant to look: the horizon of a label.
    memory : str, optional
        How far back it is meant to look: data stamped earlier than that before it may not matter either. Not probed
        where it is not given.
    strictly : sequence of str
        Kinds of which a row that carries a statement's own stamp is not known yet: the quote of a trade's instant has
        already been moved by the trade.
    cuts : int
        How many instants are drawn at random, besides those of `at`.
    at : sequence of UTC timestamps
        Further instants to cut at: the beginnings of test windows.
    probes : sequence of {"cut off", "changed"}
        What is done to data that are not known yet.
    seed : int

    Returns
    -------
    list of Leak
        Empty where none was found.

    Raises
    ------
    Refusal
        A cut left nothing to compare: what was not looked at is not clean.
    """
    rng = np.random.default_rng(seed)
    whole, ahead = _said(subject(data)), _length(foresight)
    wait = {kind: _length((known_after or {}).get(kind, "0s")) + (kind in strictly) for kind in data}
    found = []
    for cut in sorted({*_instants(whole, cuts, rng), *(clock.instant(stamp) for stamp in at)}):
        unknown = {kind: _time(table) > cut + ahead - wait[kind] for kind, table in data.items()}
        for probe in probes:
            again = _said(subject({kind: WAYS[probe](table, unknown[kind], rng) for kind, table in data.items()}))
            said = (frame[_time(frame) <= cut] for frame in (whole, again))
            found += _compare(probe, cut, *said, unknown_yet=probe == "cut off" and ahead > 0)
        if memory is not None:
            again = _said(subject({kind: _other(table, _time(table) < cut, rng) for kind, table in data.items()}))
            said = (frame[_time(frame) >= cut + _length(memory)] for frame in (whole, again))
            found += _compare("changed before it", cut, *said, tolerance=ROUNDING)
    return found


def _length(text) -> int:
    return 0 if text == "0s" else clock.duration(text)


def _instants(whole, cuts, rng):
    """Instants at which something is said, in the middle four fifths."""
    time = np.unique(_time(whole))
    inner = time[len(time) // 10:max(len(time) * 9 // 10, len(time) // 10 + 1)]
    return rng.choice(inner, min(cuts, len(inner)), replace=False).tolist()


def _said(statements) -> pd.DataFrame:
    """Statements by their time and, where several share one, by their order in it."""
    frame = statements.to_frame() if isinstance(statements, pd.Series) else statements
    again = pd.Series(0, frame.index).groupby(level=0).cumcount()
    return frame.set_axis(pd.MultiIndex.from_arrays([frame.index, again]))


def _time(table):
    stamps = table["time"] if "time" in getattr(table, "columns", ()) else table.index.get_level_values(0)
    return pd.DatetimeIndex(stamps).as_unit("ns").asi8


def _other(table, rows, rng):
    """The same rows at the same times, with other numbers where `rows` says so: shuffled, and stretched by half."""
    out = table.copy()
    columns = [None] if isinstance(table, pd.Series) else [c for c in table.columns if table[c].dtype.kind in "fiu"]
    for column in columns:
        values = (out if column is None else out[column]).to_numpy(copy=True)
        if values.dtype.kind == "f":
            values[rows] = rng.permutation(values[rows]) * np.exp(rng.normal(0, 0.5, rows.sum()))
        else:
            values[rows] = rng.permutation(values[rows])
        out = pd.Series(values, out.index, name=out.name) if column is None else out.assign(**{column: values})
    return out


WAYS = {"cut off": lambda table, rows, rng: table[~rows], "changed": _other}


def _compare(probe, cut, said, again, tolerance=0.0, unknown_yet=False):
    """What is said again is not, to the bit, what was said. Only a cut may take rows away, or leave labels unknown."""
    rows = said.index.intersection(again.index) if probe == "cut off" else said.index.union(again.index)
    if not len(rows):
        raise Refusal(f"nothing is said that data {probe} at {clock.utc([cut])[0]} could change",
                      remedy="other cuts, or a longer recording")
    leaks = []
    for column in said.columns:
        old, new = (one[column].reindex(rows).to_numpy(dtype=np.float64) for one in (said, again))
        same = (np.abs(new - old) <= tolerance * np.abs(old)) | (np.isnan(new) & (np.isnan(old) | unknown_yet))
        if not same.all():
            leaks.append(Leak(probe, clock.utc([cut])[0], rows[same.argmin()][0], str(column), int((~same).sum())))
    return leaks


def audit_splits(splitter, X, *, horizon, memory) -> list[str]:
    """Look for training rows that share what they know with a test row: both label and features are spans of time.

    A row at t knows [t - memory, t], and its label [t, t + horizon]. No training row's label may touch what any test
    row knows, and no test row's label what a training row knows.

    Parameters
    ----------
    splitter : scikit-learn splitter
    X : frame
        On a UTC index.
    horizon, memory : str
        Of the label, and the longest feature window.

    Returns
    -------
    list of str
        A sentence for each fold that leaks.
    """
    time, ahead, back = X.index.as_unit("ns").asi8, clock.duration(horizon), clock.duration(memory)
    found = []
    for fold, (train, test) in enumerate(splitter.split(X)):
        for words, label, features in (("training labels", train, test), ("test labels", test, train)):
            touching = _touching(time[label], time[label] + ahead, time[features] - back, time[features])
            if touching:
                found.append(f"fold {fold}: {touching} {words} end inside what the other side's features know")
    return found


def _touching(starts, ends, known_from, known_to) -> int:
    """How many spans [start, end] meet one of the spans [from, to]; a label at its own row begins after it."""
    order = np.argsort(known_from)
    known_from, known_to = known_from[order], np.maximum.accumulate(known_to[order])
    before = np.searchsorted(known_from, ends, side="right") - 1
    return int(((before >= 0) & (known_to[np.maximum(before, 0)] > starts)).sum())
