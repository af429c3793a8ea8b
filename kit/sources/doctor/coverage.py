"""What part of its days a recording covers, and whether bars and snapshots come as regularly as they should."""

from __future__ import annotations

import numpy as np

from kit.clock import UNITS
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import count, percent, seconds, stamp

DAY, HOUR = UNITS["d"], UNITS["h"]

SLACK = {"bars": 1.5, "days": 1.5, "bands": 2.5}
"""Steps after which a member of a regular series is taken to be absent; snapshots of the book come with jitter."""


def empty_periods(kind, lines, begin, end):
    """An error per whole UTC day within [begin, end) without a message; one note on the empty hours of other days."""
    days = _empty(lines.first, DAY, begin, end)
    for day in days:
        yield Finding("error", "empty day", kind,
                      f"no {kind} on {stamp(day * DAY)[:10]} (UTC): get that day again, or leave it out of the sample",
                      0, int(day * DAY), int((day + 1) * DAY))
    hours = _empty(lines.first, HOUR, begin, end)
    hours = hours[~np.isin(hours // 24, days)]
    if len(hours):
        yield Finding("info", "empty hours", kind,
                      f"{count(len(hours), 'whole UTC hour')} without {kind}, the first at {stamp(hours[0] * HOUR)}",
                      0, int(hours[0] * HOUR), int((hours[-1] + 1) * HOUR))


def _empty(times, period, begin, end):
    """Numbers of the whole periods within [begin, end) in which none of `times` lies."""
    return np.setdiff1d(np.arange(-(-begin // period), end // period), times // period)


def partial_day(first, last):
    """A note where a recording covers less than 99 % of the UTC days that it touches."""
    days = last // DAY - first // DAY + 1
    if last - first < 0.99 * days * DAY:
        yield Finding("info", "partial day", "all",
                      f"covers {seconds(last - first)} from {stamp(first)} on, {percent(last - first, days * DAY)} of "
                      f"{count(days, 'UTC day')}: daily figures need whole days", 0, first, last)


def regularity(kind, lines):
    """A warning where a regular series lacks members; the step is the most frequent one."""
    step = np.diff(lines.first)
    if not len(step):
        return
    values, often = np.unique(step, return_counts=True)
    usual = int(values[often.argmax()])
    absent = np.flatnonzero(step > SLACK[kind] * usual)
    if not len(absent):
        return
    longest = absent[step[absent].argmax()]
    missing = int((np.rint(step[absent] / usual) - 1).sum())
    yield Finding(
        "warning", f"missing {kind}", kind,
        f"{count(missing, 'step')} of {seconds(usual)} absent in {count(len(absent), 'place')}, the longest wait "
        f"{seconds(step[longest])} from {stamp(lines.first[longest])} on: lay the rows on the full grid before "
        "counting windows in rows", missing, int(lines.first[absent[0]]), int(lines.first[absent[-1] + 1]))
