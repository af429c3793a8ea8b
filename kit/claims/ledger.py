"""The ledger: every claim of the paper with its verdict, why, and the evidence."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kit.claims.claim import Claim, Entry, Verdict
from kit.claims.findings import FINDINGS
from kit.claims.problems import PROBLEMS, TABLES
from kit.claims.records import Records
from kit.claims.statements import STATEMENTS

PAPER: tuple[Claim, ...] = (*TABLES, *STATEMENTS, *FINDINGS, *PROBLEMS)
"""All that is claimed by the paper. Other sources keep tuples of their own."""


@dataclass(frozen=True)
class Ledger:
    """Judged claims, in the order in which they were given."""

    entries: tuple[Entry, ...]

    def of(self, verdict) -> list[Entry]:
        """Entries of one verdict."""
        return [entry for entry in self.entries if entry.verdict is verdict]

    def counts(self) -> dict[Verdict, int]:
        """How many claims got each verdict."""
        return {verdict: len(self.of(verdict)) for verdict in Verdict}

    def record(self, numbers, of=""):
        """Add every verdict's count, named with what the claims are `of`, and every finite piece of evidence.

        Parameters
        ----------
        numbers : kit.report.Numbers
        of : str
        """
        for verdict, count in self.counts().items():
            numbers.add(f"{of} {verdict}".strip(), count, note="claims", headline=True)
        for entry in self.entries:
            for k, one in enumerate(entry.evidence):
                which = [one.of, f"({k + 1})" * _repeated(entry, one)] if len(entry.evidence) > 1 else []
                name = " ".join(filter(None, [entry.claim.id, *which]))
                ends = {} if math.isnan(one.low) else {"low": one.low, "high": one.high}
                numbers.add(name, one.value, note=f"{entry.claim.measure}; {one.source}", **ends)


def _repeated(entry, one) -> bool:
    return sum(other.of == one.of for other in entry.evidence) > 1


def judged(claims=PAPER, reports=None) -> Ledger:
    """Judge claims.

    Parameters
    ----------
    claims : sequence of Claim
        Each with an id of its own.
    reports : path, optional
        Folder of rendered reports, whose numbers are evidence; without it, only what follows from the paper itself
        can be judged.
    """
    records = Records() if reports is None else Records.read(reports)
    return Ledger(tuple(claim.judged(records) for claim in claims))
