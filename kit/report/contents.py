"""The list of all reports in a folder, with what they found and which of them failed."""

from __future__ import annotations

import json
from pathlib import Path

from kit.report.numbers import spoken
from kit.report.render import write

PAGE = Path(__file__).parent / "page"
CARDS = Path("factors") / "index.html"
"""Where `kit.report.cards` writes the list of factors, beside the reports."""


def contents(into) -> Path:
    """Write ``index.html`` from the records that `kit.report.render` left in the folder, and name its path."""
    import jinja2

    into = Path(into)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(PAGE), autoescape=True)
    environment.filters |= {"spoken": spoken, "clock": _clock, "stem": lambda path: Path(path).stem}
    failures = _records(into.glob("*.failed.json"))
    reports = _records(path for path in into.glob("*.json") if not path.name.endswith(".failed.json"))
    reports.sort(key=_place)
    page = environment.get_template("contents.html.j2").render(
        reports=reports, failures=failures, cards=(into / CARDS).is_file(), style=(PAGE / "style.css").read_text())
    write(into / "index.html", page)
    return into / "index.html"


def _place(record):
    """By notebook first, then by what the report is about."""
    parameters = record["provenance"]["parameters"]
    return [record["notebook"], *(str(parameters.get(key)) for key in ("dataset", "symbol", "assets"))]


def _records(paths):
    return [json.loads(path.read_text()) for path in sorted(paths)]


def _clock(stamp) -> str:
    """A UTC timestamp to the second, without saying UTC on every line."""
    return str(stamp).replace("T", " ").split("+")[0].split(".")[0]
