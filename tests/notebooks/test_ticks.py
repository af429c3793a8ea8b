"""The tick notebook, run as a report: floods planted in the embedded market are found, and everything comes out."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "ticks.ipynb"
HOUR = {"symbol": "SIM-ROSE", "start": "2025-01-06T06:00Z", "end": "2025-01-06T07:00Z"}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    return json.loads(report.render(NOTEBOOK, HOUR, tmp_path_factory.mktemp("reports")).json.read_text())["numbers"]


def test_planted_floods_are_found_where_they_are_large(numbers):
    shares = [row["value"] for name, row in numbers.items() if name.startswith("planted floods") and "share" in name]
    assert shares == sorted(shares) and shares[-1] > 0.4


def test_the_realised_noise_is_an_upper_bound_of_half_the_quoted_spread(numbers):
    quoted = numbers["half a spread[quotes, as quoted, half_spread_bp]"]["value"]
    assert 0 < quoted < numbers["half a spread[taker orders, realised variance, half_spread_bp]"]["value"]


def test_the_usual_move_is_a_tick_at_least(numbers):
    assert numbers["usual move"]["value"] > 1 - 1e-9


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
