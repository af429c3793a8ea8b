"""The forest notebook, run as a report: both models find what was planted, and neither believes the noise feature."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "forest.ipynb"
HOURS = {"symbol": "SIM-ETC", "start": "2025-01-06T06:00Z", "end": "2025-01-06T08:00Z", "folds": 3, "iterations": 60,
         "forest": 30, "rows_per_fold": 300}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    return json.loads(report.render(NOTEBOOK, HOURS, tmp_path_factory.mktemp("reports")).json.read_text())["numbers"]


@pytest.mark.parametrize("model", ["forest", "boosted trees"])
def test_both_find_what_was_planted(numbers, model):
    assert numbers[f"R² of the {model}"]["low"] > 0.02
    table = f"importance in the {model}"
    lost = {name: row["value"] for name, row in numbers.items() if name.startswith(table) and "lost_r2" in name}
    assert max(lost, key=lost.get) == f"{table}[l1_imbalance, lost_r2]"


@pytest.mark.parametrize("model", ["forest", "boosted trees"])
def test_noise_is_worth_nothing_on_rows_that_were_not_learned_from(numbers, model):
    assert numbers[f"importance in the {model}[noise, lost_r2]"]["value"] < 0.01
    assert numbers[f"rank of noise, {model}"]["value"] > 3


def test_what_was_learned_from_claims_more_than_what_came_after(numbers):
    assert numbers["R² that the forest's own rows claim"]["value"] > numbers["R² of the forest on the rows after them"][
        "value"]


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
