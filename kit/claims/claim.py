"""A claim, the rule that judges it, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from scipy import stats


class Verdict(StrEnum):
    """What evidence makes of a claim, worst first."""

    CONTRADICTED = "contradicted"
    NOT_REPRODUCED = "not reproduced"
    REPRODUCED = "reproduced"
    NOT_TESTABLE = "not testable here"


@dataclass(frozen=True)
class Evidence:
    """A number, its interval (both ends the number itself where it is exact), and what made it."""

    value: float
    low: float
    high: float
    of: str = ""  #: asset or scenario
    source: str = ""  #: the command or computation that makes it again
    synthetic: bool = False  #: of the embedded market, which is no evidence about others
    error: float = 0.0  #: how often chance puts such an interval wholly on the wrong side: 0.025 at 95 %

    def __str__(self):
        name = f"{self.of}: " if self.of else ""
        exact = self.low == self.value == self.high
        return f"{name}{self.value:.3g}" + ("" if exact else f" [{self.low:.3g}, {self.high:.3g}]")


@dataclass(frozen=True)
class Rule:
    """A verdict for any evidence, in words and as a function of value and interval."""

    words: str
    verdict: Callable[[Evidence], Verdict] = field(repr=False)

    def __call__(self, evidence) -> Verdict:
        """No verdict is given on a number without an interval."""
        if any(map(math.isnan, (evidence.value, evidence.low, evidence.high))):
            return Verdict.NOT_TESTABLE
        return self.verdict(evidence)


def above(bound, against=True) -> Rule:
    """Reproduced if the whole interval lies above a bound.

    Parameters
    ----------
    against : bool
        Whether an interval wholly below contradicts: not where noise alone lowers what is measured.
    """
    return _beyond(bound, "above", "below", lambda e: e.low > bound, lambda e: e.high < bound, against)


def below(bound, against=True) -> Rule:
    """Reproduced if the whole interval lies below a bound; see `above`."""
    return _beyond(bound, "below", "above", lambda e: e.high < bound, lambda e: e.low > bound, against)


def _beyond(bound, side, other, holds, fails, against):
    contradicted = f"contradicted if {other}, " if against else ""

    def verdict(e):
        if holds(e):
            return Verdict.REPRODUCED
        return Verdict.CONTRADICTED if against and fails(e) else Verdict.NOT_REPRODUCED
    return Rule(f"reproduced if the interval lies {side} {bound:g}, {contradicted}else not reproduced", verdict)


def within(low, high) -> Rule:
    """Reproduced if the whole interval lies in a range, contradicted if it lies outside it."""
    def verdict(e):
        if low <= e.low and e.high <= high:
            return Verdict.REPRODUCED
        return Verdict.CONTRADICTED if e.high < low or e.low > high else Verdict.NOT_REPRODUCED
    return Rule(f"reproduced if the interval lies in [{low:g}, {high:g}], contradicted if outside, else not reproduced",
                verdict)


def covers(value) -> Rule:
    """Reproduced if a printed number is among those that are possible."""
    return Rule(f"reproduced if the interval holds {value:g}, else contradicted",
                lambda e: Verdict.REPRODUCED if e.low <= value <= e.high else Verdict.CONTRADICTED)


def exactly(count) -> Rule:
    """Reproduced if a count is this one, contradicted if it is not: for what has no uncertainty."""
    return Rule(f"reproduced if it is {count:g}, else contradicted",
                lambda e: Verdict.REPRODUCED if e.low == count == e.high else Verdict.CONTRADICTED)


def rejects(level=0.05) -> Rule:
    """Reproduced if a p-value lies below a level; a larger one contradicts nothing."""
    return Rule(f"reproduced if p lies below {level:g}, else not reproduced",
                lambda e: Verdict.REPRODUCED if e.high < level else Verdict.NOT_REPRODUCED)


def differs() -> Rule:
    """Reproduced if 0 lies outside the interval; one that holds 0 contradicts nothing."""
    return Rule("reproduced if the interval misses 0, else not reproduced",
                lambda e: Verdict.NOT_REPRODUCED if e.low <= 0 <= e.high else Verdict.REPRODUCED)


@dataclass(frozen=True)
class Claim:
    """Something that was said, and how it will be judged.

    Parameters
    ----------
    id : str
        Stays the same: other texts cite it.
    where : str
        Where it was said.
    claim : str
        In our words.
    measure : str
        What is measured of it.
    rule : Rule, optional
        None where no measurement could decide.
    evidence : callable, optional
        From records (`kit.claims.records.Records`) to a list of `Evidence`.
    remark : str
        What the reader should know whatever the verdict; why it cannot be tested, where there is no rule.
    """

    id: str
    where: str
    claim: str
    measure: str = ""
    rule: Rule | None = None
    evidence: Callable | None = field(default=None, repr=False)
    remark: str = ""

    def judged(self, records) -> Entry:
        """The verdict on the evidence at hand from real markets; what is synthetic is shown, and decides nothing."""
        if self.rule is None:
            return Entry(self, Verdict.NOT_TESTABLE, self.remark, ())
        found = tuple(sorted(self.evidence(records), key=lambda one: one.synthetic))
        real = [one for one in found if not one.synthetic]
        verdict = together(self.rule, real)
        why = self.remark if verdict is not Verdict.NOT_TESTABLE else f"{self._missing(found, real)} {self.remark}"
        return Entry(self, verdict, why.strip(), found)

    def _missing(self, found, real):
        if real:
            return "Too little data for an interval."
        if found:
            return f"Measured on the embedded market alone, where it would be {together(self.rule, found)}."
        return "Not rendered here: no report at hand has recorded it."


def together(rule, evidence) -> Verdict:
    """Verdict on several assets: all must reproduce the claim; it is contradicted by more of them than chance would be.

    Chance puts k or more of n intervals on the wrong side with the binomial probability of their errors, here at 5 %.
    What has no interval does not count.
    """
    verdicts = [(rule(one), one.error) for one in evidence]
    verdicts = [(verdict, error) for verdict, error in verdicts if verdict is not Verdict.NOT_TESTABLE]
    if not verdicts:
        return Verdict.NOT_TESTABLE
    against = sum(verdict is Verdict.CONTRADICTED for verdict, _ in verdicts)
    if against and stats.binom.sf(against - 1, len(verdicts), max(error for _, error in verdicts)) < 0.05:
        return Verdict.CONTRADICTED
    every = all(verdict is Verdict.REPRODUCED for verdict, _ in verdicts)
    return Verdict.REPRODUCED if every else Verdict.NOT_REPRODUCED


@dataclass(frozen=True)
class Entry:
    """A claim with its verdict, why, and the evidence."""

    claim: Claim
    verdict: Verdict
    because: str
    evidence: tuple[Evidence, ...]
