"""The examination: every batch shown to every check, once through the recording, then the list."""

from __future__ import annotations

from kit import clock
from kit.events import KINDS
from kit.refusal import Refusal
from kit.sources.doctor.chain import Happened
from kit.sources.doctor.coverage import partial_day
from kit.sources.doctor.finding import Diagnosis, Finding, in_order
from kit.sources.doctor.latency import shared_clock
from kit.sources.doctor.patient import FEEDS, Patient
from kit.sources.doctor.trades import LeadIn, TradeIds
from kit.sources.remark import remarks


def examine(batches, *, name, expected=None) -> Diagnosis:
    """Say what is wrong with a recording.

    Parameters
    ----------
    batches : iterable of dict of str to pandas.DataFrame
        As a reader yields them: frames by kind, in recording order. Read once; the findings do not depend on how the
        rows are cut into batches. Any kind may be missing.
    name : str
        How to call the recording.
    expected : (time, time), optional
        Begin and end of the period that it should cover: time-zone-aware timestamps, or ns since the epoch.

    Returns
    -------
    Diagnosis

    Raises
    ------
    Refusal
        A frame lacks a column that its kind must have, a column is no number, a time is missing or has no time zone; or
        an event of a chain is none (see `kit.events.read`).

    Notes
    -----
    Memory grows with the seconds that have a message (see `ledger`), or with the blocks of a chain, not with the rows.
    """
    begin, end = _period(expected)
    patients, chain, across, told = {}, Happened(), (LeadIn(), TradeIds()), {}
    for frames in batches:
        for kind, frame in frames.items():
            told |= {(kind, remark): None for remark in remarks(frame)}
            if kind in KINDS:
                chain.see(kind, frame, name)
                continue
            sound = patients.setdefault(kind, Patient(kind)).see(frame, name)
            for check in across if len(sound) else ():
                check.see(sound)
    patients = dict(sorted(patients.items()))
    facts = tuple(patient.fact for patient in patients.values())
    found = [*_each(patients, facts, begin, end), *chain.findings(), *_together(patients, facts, chain.facts)]
    found += [finding for check in across for finding in check.findings()]
    found += [Finding(remark.severity, remark.what, kind, remark.message, remark.rows) for kind, remark in told]
    return Diagnosis(name, in_order(found), tuple(sorted(facts + chain.facts, key=lambda fact: fact.kind)))


def _period(expected):
    """Begin and end of the expected period in ns, or None and None."""
    if expected is None:
        return None, None
    begin, end = (clock.instant(when) for when in expected)
    if begin >= end:
        raise Refusal(f"the expected period ends at {expected[1]}, before it begins", remedy="give (begin, end)")
    return begin, end


def _each(patients, facts, begin, end):
    """The findings of each kind; a feed should last as long as the longest of them."""
    last = {fact.kind: fact.last for fact in facts if fact.last is not None}
    longest = max((time for kind, time in last.items() if kind in FEEDS), default=None)
    for kind, patient in patients.items():
        yield from patient.findings(begin, end or longest or last.get(kind))


def _together(patients, facts, happened):
    """The findings that need more than one kind, or all of them."""
    spans = [(fact.first, fact.last) for fact in facts if fact.first is not None]
    if not spans:
        if not any(fact.rows for fact in happened):
            yield Finding("error", "empty recording", "all", "there is not one row that can be used: get it again")
        return
    yield from partial_day(min(first for first, _ in spans), max(last for _, last in spans))
    yield from shared_clock({kind: patient.offset for kind, patient in patients.items()})
    if "trades" in patients:
        trades = patients["trades"].ledger.lines()
        for patient in patients.values():
            yield from patient.stale_levels(trades)
