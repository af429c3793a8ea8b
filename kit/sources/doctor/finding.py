"""What the doctor hands over: findings, worst first, and the facts of each kind of row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from kit import clock
from kit.sources.doctor.wording import count, stamp

SEVERITIES = ("error", "warning", "info")
"""error: what is computed from these rows is wrong; warning: it is right only with the remedy; info: good to know."""

PRINTED = 5
"""Findings of the same name and kind that are printed in full; the rest is counted."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a recording, or worth knowing.

    Attributes
    ----------
    severity : str
        One of `SEVERITIES`.
    what : str
        The name of the fault, the same in every recording: ``"negative latency"``.
    kind : str
        The kind of rows it was found in: ``"quotes"``, ``"trades"`` ...
    message : str
        One sentence: numbers with units, and the consequence or remedy.
    rows : int
        How many rows are affected; 0 where the fault lies between rows.
    first, last : int or None
        When it begins and ends, ns since the epoch, exchange clock; None of what has no clock.
    examples : tuple of int
        The first few row numbers, counted from 0 within the kind, in recording order.
    """

    severity: str
    what: str
    kind: str
    message: str
    rows: int = 0
    first: int | None = None
    last: int | None = None
    examples: tuple[int, ...] = ()


@dataclass(frozen=True)
class Fact:
    """How much there is of one kind.

    Attributes
    ----------
    kind : str
    rows : int
    first, last : int or None
        Earliest and latest time, ns since the epoch; None where no row can be used.
    seconds : int
        Seconds that have a message.
    clock : str
        The unit in which the exchange's clock ticks: ``"s"``, ``"ms"``, ``"us"`` or ``"ns"``.
    blocks : (int, int) or None
        Lowest and highest block, of what happened on a chain: that has no clock.
    """

    kind: str
    rows: int
    first: int | None = None
    last: int | None = None
    seconds: int = 0
    clock: str = ""
    blocks: tuple[int, int] | None = None

    def __str__(self):
        if self.blocks is not None:
            return f"{self.kind}: {count(self.rows, 'row')}, blocks {self.blocks[0]:,} to {self.blocks[1]:,}"
        if self.first is None:
            return f"{self.kind}: {count(self.rows, 'row')}, none usable"
        return (f"{self.kind}: {count(self.rows, 'row')}, {stamp(self.first)} to {stamp(self.last)} UTC, "
                f"{count(self.seconds, 'second')} with a message, clock in {self.clock}")


@dataclass(frozen=True)
class Diagnosis:
    """All that an examination found; prints as a list, errors first.

    Attributes
    ----------
    name : str
        The recording.
    findings : tuple of Finding
        By severity, then kind, name and time.
    facts : tuple of Fact
        One per kind.
    """

    name: str
    findings: tuple[Finding, ...]
    facts: tuple[Fact, ...]

    @property
    def healthy(self) -> bool:
        """Whether there is neither an error nor a warning."""
        return all(finding.severity == "info" for finding in self.findings)

    def named(self, what, kind=None) -> tuple[Finding, ...]:
        """The findings of one name, of all kinds or of one."""
        return tuple(f for f in self.findings if f.what == what and kind in (None, f.kind))

    def __str__(self):
        found = Counter(finding.severity for finding in self.findings)
        head = ", ".join(count(found[severity], word) for severity, word in _WORDS.items() if found[severity])
        lines = [f"{self.name}: {head or 'nothing to report'}", *(f"  {fact}" for fact in self.facts)]
        for _, alike in groupby(self.findings, key=lambda f: (f.severity, f.kind, f.what)):
            lines += _printed(list(alike))
        return "\n".join(lines)


_WORDS = {"error": "error", "warning": "warning", "info": "note"}


def _printed(alike):
    lines = [f"{f.severity.upper():>9}  {f.kind}: {f.what}: {f.message}" for f in alike[:PRINTED]]
    more = len(alike) - PRINTED
    return lines + [f"{'':>9}  {alike[0].kind}: {alike[0].what}: and {more} more"] * (more > 0)


def in_order(findings) -> tuple[Finding, ...]:
    """Findings sorted by severity, kind, name and time."""
    return tuple(sorted(findings, key=lambda f: (SEVERITIES.index(f.severity), f.kind, f.what, f.first or 0)))


def to_frame(findings) -> pd.DataFrame:
    """Findings as a table for a report.

    Parameters
    ----------
    findings : iterable of Finding, or Diagnosis

    Returns
    -------
    pandas.DataFrame
        Columns severity, what, kind, rows, first, last (datetime64[ns, UTC], NaT where a finding has no time), message,
        examples; one row a finding, in the order given.
    """
    found = list(getattr(findings, "findings", findings))
    times = {name: clock.utc([pd.NaT.value if getattr(f, name) is None else getattr(f, name) for f in found])
             for name in ("first", "last")}
    columns = {name: [getattr(f, name) for f in found] for name in ("severity", "what", "kind", "rows")}
    rest = {name: [getattr(f, name) for f in found] for name in ("message", "examples")}
    return pd.DataFrame(columns | times | rest)
