"""The options notebook, run as a report: what was planted is recovered, and what is not there is said not to be."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "options.ipynb"


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """The report on two months of the embedded chain."""
    done = report.render(NOTEBOOK, {"end": "2025-03-02T00:00Z"}, tmp_path_factory.mktemp("reports"))
    return done, json.loads(done.json.read_text())["numbers"]


def test_the_planted_answers_are_recovered(embedded):
    _, numbers = embedded
    assert numbers["calendar arbitrage"]["value"] == 0
    assert numbers["worst error of a constant maturity"]["value"] < 0.008
    assert numbers["planted premium"]["value"] == pytest.approx(0.05)
    assert numbers["premium over the variance truly expected"]["value"] == pytest.approx(0.05, abs=0.003)
    for name in ("premium over forecast", "premium over realised"):
        assert numbers[name]["low"] < 0.05 < numbers[name]["high"], name
    assert numbers["parity less stated forward"]["value"] < 2


def test_without_an_index_it_says_so(embedded):
    done, numbers = embedded
    assert done.html.read_text().count("<td>this dataset has no DVOL</td>") == 2
    assert not any(name.startswith("DVOL") for name in numbers)


@pytest.mark.recordings
def test_on_recordings_it_shows_the_exchanges_index_and_five_years_of_the_premium(kit_data, tmp_path):
    asked = {"dataset": "deribit-options", "symbol": "BTC", "end": "2026-04-01T00:00Z"}
    numbers = json.loads(report.render(NOTEBOOK, asked, tmp_path).json.read_text())["numbers"]
    assert numbers["DVOL[('atm', 'calm'), correlation]"]["value"] > 0.98
    row = "variance premium of DVOL[over realised, {}]"
    earned = {key: numbers[row.format(key)]["value"] for key in ("mean", "mean_low", "mean_high", "n")}
    assert 0 < earned["mean_low"] < earned["mean"] < earned["mean_high"] and earned["n"] > 1_600


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
