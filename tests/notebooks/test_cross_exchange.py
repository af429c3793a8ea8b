"""The cross-exchange notebook, run as a report: it recovers what was planted and refuses what has no answer."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "cross_exchange.ipynb"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    done = report.render(NOTEBOOK, {"end": "2025-01-06T03:00Z"}, tmp_path_factory.mktemp("reports"))
    return done, json.loads(done.json.read_text())["numbers"]


def test_planted_and_found_agree(rendered):
    _, numbers = rendered
    rows = [name.split("[")[1].rpartition(", ")[0] for name in numbers if name.startswith("recovered[")]
    near = {"lag": 0.3, "half-life": 4.0, "premium": 0.2, "pays": 0.05, "component": 0.15, "concentration": 0.05}
    for row in dict.fromkeys(rows):
        planted, found = (float(numbers[f"recovered[{row}, {which}]"]["value"]) for which in ("planted", "found"))
        tolerance = next(most for word, most in near.items() if word in row)
        assert found == pytest.approx(planted, abs=tolerance), row


def test_what_lost_its_peg_is_refused_as_quoted_alone(rendered):
    _, numbers = rendered
    assert numbers["groups refused, as quoted"]["value"] >= 2
    assert numbers["groups refused, in one currency"]["value"] == 0


def test_the_page_is_synthetic_and_says_why_it_refused(rendered):
    page = rendered[0].html.read_text()
    for words in ("SYNTHETIC", "Do they share one price?", "Planted and found"):
        assert words in page


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
