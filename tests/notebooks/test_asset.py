"""The asset notebook, run as a report: it recovers what was planted, finds nothing where nothing is, and comes out twice."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "asset.ipynb"
HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T09:00Z", "folds": 3, "iterations": 80}


def render(into, **parameters):
    done = report.render(NOTEBOOK, HOURS | parameters, into)
    return done, json.loads(done.json.read_text())["numbers"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    return render(tmp_path_factory.mktemp("reports"), dataset="synthetic", symbol="SIM-ETC")


def test_the_planted_relation_is_recovered(planted):
    _, numbers = planted
    assert numbers["r2_zero"]["low"] > 0.02
    importance = {name: row["value"] for name, row in numbers.items() if name.endswith("importance_bp]")}
    assert max(importance, key=importance.get) == "importance[l1_imbalance, importance_bp]"


def test_the_measured_response_follows_the_planted_one(planted):
    _, numbers = planted
    rows = [name.split("[")[1].split(",")[0] for name in numbers if name.endswith("known_bp]")]
    pairs = [(numbers[f"response to l1_imbalance[{row}, mean_bp]"]["value"],
              numbers[f"response to l1_imbalance[{row}, known_bp]"]["value"]) for row in rows]
    assert len(pairs) == 20
    miss = sum((measured - known) ** 2 for measured, known in pairs) / sum(known**2 for _, known in pairs)
    assert miss < 0.1, f"the planted response explains only {1 - miss:.0%} of the measured one"


def test_every_number_comes_out_again(planted):
    done, _ = planted
    assert report.verify(done.json) == []


def test_where_nothing_can_be_predicted_nothing_is(tmp_path):
    _, numbers = render(tmp_path, dataset="synthetic-null", symbol="SIM-ETC")
    assert numbers["r2_zero"]["value"] < 0.01
    assert numbers["correlation[l1_imbalance, spread]"]["value"] < 0.1


def test_the_page_names_the_synthetic_market_and_every_stage(planted):
    page = planted[0].html.read_text()
    for words in ("SYNTHETIC", "What the doctor says", "Walk-forward", "What the forecast is made of", "arrays: "):
        assert words in page


def test_the_notebook_is_thin_and_free_of_output():
    nb = json.loads(NOTEBOOK.read_text())
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
