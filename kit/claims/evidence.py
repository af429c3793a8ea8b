"""Where evidence comes from: a computation, the same of every asset, or the records of reports."""

from __future__ import annotations

import math
from dataclasses import replace

from kit.claims import definitions
from kit.claims.claim import Evidence
from kit.claims.paper import ANSWERS


def computed(function, *arguments, of=""):
    """Evidence that a function computes: a number, or (value, low, high)."""
    def evidence(records):
        said = function(*arguments)
        value, low, high = map(float, said if isinstance(said, tuple) else (said,) * 3)
        call = f"{function.__module__}.{function.__name__}({', '.join(map(repr, arguments))})"
        return [Evidence(value, low, high, of, call)]
    return evidence


def answered(question):
    """How many different answers the paper gives, and which."""
    said = "; ".join(f"{answer} ({place})" for place, answer in ANSWERS[question].items())
    return computed(definitions.answers, question, of=said)


def each(function, *items):
    """The same computation for each of some assets."""
    return lambda records: [one for item in items for one in computed(function, item, of=str(item))(records)]


def recorded(notebook, pattern, **how):
    """Numbers that the reports of a notebook have recorded; see `Records.find`."""
    return lambda records: records.find(notebook, pattern, **how)


def bending(notebook, slopes, tails):
    """Ratios of tails to middle slopes that reports have recorded, of curves whose middle surely slopes upwards.

    Of the others the interval is left out, so that they decide nothing.

    Parameters
    ----------
    notebook, slopes, tails : str
        As `Records.find` takes them; what a tail is of begins with what its slope is of.
    """
    def evidence(records):
        upwards = tuple(f"{one.of} " for one in records.find(notebook, slopes) if one.low > 0)
        return [one if one.of.startswith(upwards) else replace(one, low=math.nan, high=math.nan)
                for one in records.find(notebook, tails)]
    return evidence
