"""Evidence from reports: the numbers that rendered notebooks have recorded, found by notebook and name."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kit.claims.claim import Evidence

NAN = math.nan
ERROR = 0.025
"""Of recorded intervals, which cover 95 %: how often they lie wholly on one wrong side."""


@dataclass(frozen=True)
class Records:
    """What `kit.report.render` has left in a folder."""

    reports: tuple[dict, ...] = ()

    @staticmethod
    def read(folder) -> Records:
        """The records of a folder, by name; none where there is no such folder."""
        paths = sorted(path for path in Path(folder).glob("*.json") if not path.name.endswith(".failed.json"))
        return Records(tuple(json.loads(path.read_text()) for path in paths))

    def table(self) -> pd.DataFrame:
        """Every number of every report: ``time`` (UTC, of its rendering), ``report``, ``number``, ``value``."""
        rows = [(report["rendered"], report["report"], name, float(row["value"]))
                for report in self.reports for name, row in report["numbers"].items()]
        frame = pd.DataFrame(rows, columns=["time", "report", "number", "value"])
        return frame.assign(time=pd.to_datetime(frame["time"], utc=True).astype("datetime64[ns, UTC]"))

    def find(self, notebook, pattern, about=None, exact=False) -> list[Evidence]:
        """Numbers of all reports of a notebook whose whole name fits a pattern.

        Parameters
        ----------
        notebook : str
            Its name, without folder and suffix.
        pattern : str
            Regular expression. Its first group, where it has one, names the asset or scenario. Of a table's cell
            ``table[row, column]``, the interval is in the cells ``low`` and ``high`` or ``column_low`` and
            ``column_high`` of the row.
        about : sequence of str, optional
            Parameters that name what the number is of, where a report is of several markets; by default all of them.
        exact : bool
            The number has no uncertainty: an exact p-value, a count.
        """
        mine = [report for report in self.reports if Path(report["notebook"]).stem == notebook]
        return [_evidence(report, name, match, about, exact) for report in mine for name in report["numbers"]
                if (match := re.fullmatch(pattern, name))]


def _evidence(report, name, match, about, exact):
    value = float(report["numbers"][name]["value"])
    low, high = (value, value) if exact else _interval(report["numbers"], name)
    of = match[1] if match.re.groups else report["report"]
    command = f"python -m kit reports --notebooks {Path(report['notebook']).stem}"
    source = f"{command}: {name} in {report['report']}.json"
    return Evidence(value, low, high, of, source, synthetic(report["provenance"], about), 0.0 if exact else ERROR)


def _interval(numbers, name):
    """Ends of a number's interval, its own or those of its row; NaN where there is none."""
    row = numbers[name]
    if "low" in row:
        return float(row["low"]), float(row["high"])
    table, _, column = name.removesuffix("]").rpartition(", ")
    for low, high in (("low", "high"), (f"{column}_low", f"{column}_high")):
        cells = [numbers.get(f"{table}, {end}]") for end in (low, high)]
        if all(cells):
            return tuple(float(cell["value"]) for cell in cells)
    return NAN, NAN


def synthetic(provenance, about=None) -> bool:
    """Whether a report, or what some of its parameters name, is of the embedded market, if only in part."""
    said = " ".join(str(value) for name, value in provenance["parameters"].items() if about is None or name in about)
    return "synthetic" in said or "SIM-" in said or (about is None and bool(provenance["synthetic"]))
