"""The tick-size notebook, run as a report: it recovers what was planted, and says so where there is nothing to show."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "tick_size.ipynb"
HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T09:00Z", "folds": 2, "iterations": 80, "hours": 1}


@pytest.fixture(scope="module")
def embedded(tmp_path_factory):
    """The report on the five embedded markets, where no recordings are at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KIT_DATA", raising=False)
        done = report.render(NOTEBOOK, HOURS, tmp_path_factory.mktemp("reports"))
    return done, json.loads(done.json.read_text())["numbers"]


def test_the_planted_relation_of_tick_and_imbalance_is_recovered(embedded):
    _, numbers = embedded
    assert numbers["tick and |SHAP|"]["value"] > 0.89
    assert numbers["tick and |SHAP|: one-sided p"]["value"] < 0.05
    for name in ("BTC", "LTC", "ETC", "ENJ", "ROSE"):
        shap, answer = (numbers[f"tick size[synthetic/SIM-{name}, {column}]"]["value"]
                        for column in ("shap_bp", "planted_bp"))
        assert 0.75 < shap / answer < 1.15, name


def test_the_micro_price_knows_the_next_mid_better_than_the_mid(embedded):
    _, numbers = embedded
    gains = {name: row["value"] for name, row in numbers.items() if name.startswith("squared error[")}
    for name in ("BTC", "LTC", "ETC", "ENJ", "ROSE"):
        key = f"squared error[('synthetic/SIM-{name}', 'next move', 'micro-price'), %s]"
        assert gains[key % "gain_low"] > 0 and gains[key % "over_weighted_low"] > 0, name


def test_without_recordings_it_says_why_the_last_figures_are_not_there(embedded):
    done, numbers = embedded
    assert "Not shown: binance-spot/BTCUSDT is not at hand" in done.html.read_text()
    assert not any(name.startswith("clock and basis") for name in numbers)


@pytest.mark.recordings
def test_on_recordings_it_shows_the_perpetual_in_the_spread(kit_data, tmp_path):
    asked = {"assets": "binance-usdm/BTCUSDT", "folds": 2, "iterations": 20, "hours": 1}
    done = report.render(NOTEBOOK, asked, tmp_path)
    numbers = json.loads(done.json.read_text())["numbers"]
    row = "perpetual in the spot's spread[levels, {}]"
    levels = {key: numbers[row.format(key)]["value"] for key in ("value", "low", "high")}
    assert 0 < levels["low"] < levels["value"] < levels["high"] < 0.9
    assert numbers["share of time outside the spread"]["low"] > 0.9
    assert "Not shown" not in done.html.read_text()


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
