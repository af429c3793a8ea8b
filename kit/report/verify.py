"""Recompute a report and compare: every number, and what it was made from."""

from __future__ import annotations

import contextlib
import json
import math
import os
import tempfile
from pathlib import Path

from kit.refusal import Refusal
from kit.report.render import TIMEOUT, render


def verify(report, *, tolerance=0.0, timeout=TIMEOUT) -> list[str]:
    """Render a report again with the same parameters and list what came out differently.

    Parameters
    ----------
    report : path
        The report's ``.json`` or ``.html``.
    tolerance : float
        Relative difference that is let pass; 0 asks for the same bits, which CPU results have and GPU results may not.

    Returns
    -------
    list of str
        Empty where every number is the same and made from the same data; else what else changed (code, backend,
        versions), then a line per difference.
    """
    record = Path(report).with_suffix(".json")
    if not record.is_file():
        raise Refusal("no such report", file=record, remedy="name the .json that stands beside the page")
    old = json.loads(record.read_text())
    with tempfile.TemporaryDirectory() as folder, _models_kept_in(folder):
        notebook = record.parent / old["notebook"]
        again = json.loads(render(notebook, old["provenance"]["parameters"], folder, timeout=timeout).json.read_text())
    was, now = old["provenance"], again["provenance"]
    differences = _changes(was, now, ["data"]) + _differences(old["numbers"], again["numbers"], tolerance)
    return differences and _changes(was, now, ["code", "backend", "versions"]) + differences


@contextlib.contextmanager
def _models_kept_in(folder):
    """Models kept elsewhere are not looked for: what is verified is trained again."""
    before = os.environ.get("KIT_MODELS")
    os.environ["KIT_MODELS"] = folder
    try:
        yield
    finally:
        del os.environ["KIT_MODELS"]
        if before is not None:
            os.environ["KIT_MODELS"] = before


def _changes(old, new, parts):
    return [f"{part}: was {old[part]}, is {new[part]}" for part in parts if old[part] != new[part]]


def _differences(old, new, tolerance):
    lines = [f"{name}: no longer there" for name in old if name not in new]
    lines += [f"{name}: was not there" for name in new if name not in old]
    for name in old.keys() & new.keys():
        for part in ("value", "low", "high"):
            if not _same(old[name].get(part), new[name].get(part), tolerance):
                lines.append(f"{name}, {part}: was {old[name].get(part)}, is {new[name].get(part)}")
    return sorted(lines)


def _same(old, new, tolerance):
    if old == new:
        return True
    return None not in (old, new) and math.isclose(float(old), float(new), rel_tol=tolerance)
