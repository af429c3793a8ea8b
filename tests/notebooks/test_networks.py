"""The notebooks on networks, run as reports: planted and found agree, and where names come from is said."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    into = tmp_path_factory.mktemp("reports")
    short = {"end": "2025-01-06T02:00Z", "coins": "synthetic/SIM-LTC synthetic/SIM-ENJ"}
    about = {"network": {}, "connectedness": short}
    return {name: report.render(NOTEBOOKS / f"{name}.ipynb", parameters, into) for name, parameters in about.items()}


def recovered(done):
    numbers = json.loads(done.json.read_text())["numbers"]
    rows = dict.fromkeys(name.split("[", 1)[1].rpartition(", ")[0] for name in numbers if name.startswith("recovered["))
    return {row: tuple(float(numbers[f"recovered[{row}, {which}]"]["value"]) for which in ("planted", "found"))
            for row in rows}


def test_the_planted_core_hub_and_tail_are_found(rendered):
    found = recovered(rendered["network"])
    assert len(found) == 7
    for row, (planted, value) in found.items():
        assert value == pytest.approx(planted, abs=0.2 if "exponent" in row else 0.05), row


def test_the_planted_leader_is_found_and_what_was_not_planted_is_not(rendered):
    found = recovered(rendered["connectedness"])
    assert len(found) == 10
    for row, (planted, value) in found.items():
        assert value == pytest.approx(planted, abs=0.4 if "lag" in row else 2.5 if "%" in row else 1), row
    assert sum(value for row, (_, value) in found.items() if "edges" in row) <= 1  # at 5 %, of four networks


def test_the_pages_are_synthetic_and_say_that_exchanges_name_nobody(rendered):
    said = {"network": "prints are anonymous", "connectedness": "Trades at exchanges are anonymous"}
    for name, words in said.items():
        page = rendered[name].html.read_text()
        assert "SYNTHETIC" in page and words in page and "Planted and found" in page


@pytest.mark.parametrize("name", ["network", "connectedness"])
def test_the_notebooks_are_thin_and_free_of_output(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
