"""Every factor that one recording can answer, on one clock: a row knows what was known at its stamp."""

from __future__ import annotations

import pandas as pd

from kit import backend, columns
from kit.clock import SECOND, duration
from kit.factor import compute, registry
from kit.kernels.joins import asof
from kit.quality.information import stamps
from kit.sampling import bars, grid, matched
from kit.sources.depth import sampled

STALE = "60s"
"""Age beyond which a value of another clock is not carried on."""


def tables(recording, every="1min") -> dict:
    """Tables that can be made of a recording's quotes and trades: kinds that factors read, seconds among them."""
    known = {"depth", "updates"} & set(recording.tables)
    book = {"depth": sampled(recording.tables, stale=recording.stale)} if known else {}
    seconds = grid(recording.quotes, recording.trades, stale=recording.stale, heard=recording.heard)
    made = {"bars": bars(recording.trades, every), "matched": matched(recording.trades, recording.quotes)}
    return {"seconds": seconds, "trades": recording.trades} | book | made


def factors(tables, stale=STALE, **parameters) -> pd.DataFrame:
    """All factors of some tables on the clock of the first: as-of, the last value at or before each stamp.

    Labels are left out, and so are factors of tables that are not there.

    Parameters
    ----------
    tables : dict of str to frame
        By kind; see `tables`. A table serves for kinds whose columns it has.
    stale : str
        See `STALE`.
    **parameters
        For the factors that have a parameter of that name.

    Returns
    -------
    pandas.DataFrame
        A column a name, indexed by UTC time. Of formulas with several names and the same parameters, the first alone.
    """
    first = next(iter(tables))
    parts, index = [], None
    for kind, names in by_table(tables).items():
        known = {key for name in names for key in registry()[name].parameters}
        some = {key: value for key, value in parameters.items() if key in known}
        part = backend.release(compute({kind: tables[kind]}, *names, **some))
        index = part.index if kind == first else index
        parts.append(part if kind == first else known_at(part, index, stale))
    return pd.concat(parts, axis=1)


def by_table(tables) -> dict[str, list[str]]:
    """Names of the factors that each table answers, the first table that can; one name of each formula and setting."""
    chosen, seen = {kind: [] for kind in tables}, set()
    for name, factor in registry().items():
        same = factor.function, tuple(sorted(factor.parameters.items()))
        if factor.future or same in seen:
            continue
        for kind in serving(factor, tables):
            seen.add(same)
            chosen[kind].append(name)
    return {kind: names for kind, names in chosen.items() if names}


def serving(factor, tables) -> list[str]:
    """The kind of the first table that answers a factor; nothing where none does."""
    kind = factor.inputs[0]
    need = set(columns.KINDS[kind]._fields)
    able = [one for one in tables if one == kind or need <= set(columns.KINDS[one]._fields)]
    return able[:1]


def known_at(frame, index, stale=STALE) -> pd.DataFrame:
    """Values of another clock at the stamps of an index: the last at or before each, missing once it is too old."""
    there, here = stamps(frame.index), stamps(index)
    row = asof(here, there, at_or_before=True)
    kept = frame.iloc[row.clip(0)].set_axis(index)
    fresh = (row >= 0) & (here - there[row.clip(0)] <= duration(stale))
    return kept.where(pd.Series(fresh, index), axis=0)


def long_enough(factors, fewest=100) -> tuple[pd.DataFrame, list[str]]:
    """Factors that have at least so many values, and the names of the others."""
    enough = factors.notna().sum() >= fewest
    return factors.loc[:, enough], list(factors.columns[~enough])


def share_of(index, share) -> str:
    """A share of the time that an index covers, as a duration in whole seconds, one at least."""
    time = stamps(index)
    return f"{max(1, round(share * (int(time[-1]) - int(time[0])) / SECOND))}s"
