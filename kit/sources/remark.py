"""What a reader left out or set right, told with the table: the doctor repeats it."""

from __future__ import annotations

from typing import NamedTuple

REMARKS = "remarks"
"""Where remarks stand in a frame's ``attrs``."""


class Remark(NamedTuple):
    """One thing that a table no longer shows."""

    severity: str  #: of `kit.sources.doctor.finding.SEVERITIES`
    what: str  #: the name of the fault
    rows: int  #: that it concerned
    message: str  #: one sentence: what was found, and what was done


def remark(frame, remarks):
    """The frame, with those of `remarks` that concern any row.

    Parameters
    ----------
    frame : pandas.DataFrame
        Is changed in place: its ``attrs`` are.
    remarks : iterable of Remark
    """
    told = [list(each) for each in remarks if each.rows]
    if told:
        frame.attrs[REMARKS] = frame.attrs.get(REMARKS, []) + told
    return frame


def remarks(frame) -> list[Remark]:
    """What its reader said of a frame."""
    return [Remark(*each) for each in frame.attrs.get(REMARKS, ())]
