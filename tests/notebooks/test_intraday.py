"""The notebook of volatility within the day, run as a report: what was planted stands beside what is found."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "intraday.ipynb"
WEEKS = {"symbol": "SIM-ETC", "end": "2025-03-03T00:00Z"}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    return json.loads(report.render(NOTEBOOK, WEEKS, tmp_path_factory.mktemp("reports")).json.read_text())["numbers"]


def test_the_planted_noise_is_within_its_interval(numbers):
    noise = numbers["noise of a log price, variance"]
    assert noise["low"] < 3.5e-4**2 < noise["high"]


def test_measures_that_bear_noise_say_less_than_the_plain_one(numbers):
    ratio = {name: numbers[f"measure[{name}, ratio]"]["value"] for name in ("realised_variance, 1 min", "tsrv, 1 min")}
    assert ratio["realised_variance, 1 min"] > 1.1 * ratio["tsrv, 1 min"]


def test_planted_funding_and_weekends_are_found(numbers):
    assert numbers["clock[funding, by more, effect]"]["value"] > 0.3
    assert numbers["weekend effect on volatility"]["value"] < -0.1


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
