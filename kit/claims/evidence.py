"""Where evidence comes from: a computation, the same of every asset, or the records of reports."""

from __future__ import annotations

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
