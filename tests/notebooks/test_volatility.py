"""The volatility notebook, run as a report: planted regimes and a planted GARCH process are recovered, twice alike."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "volatility.ipynb"
FEW_FITS = {"first": 730, "every": 730}


def render(into, **parameters):
    done = report.render(NOTEBOOK, FEW_FITS | parameters, into)
    return done, json.loads(done.json.read_text())["numbers"]


@pytest.fixture(scope="module")
def regimes(tmp_path_factory):
    return render(tmp_path_factory.mktemp("reports"), dataset="synthetic-days", symbol="SIM-ROSE")


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    return render(tmp_path_factory.mktemp("reports"), dataset="synthetic-garch", symbol="SIM-BTC")


def test_planted_regimes_are_recovered(regimes):
    _, numbers = regimes
    for name in ("calm: volatility a year", "turbulent: volatility a year"):
        assert numbers[f"regime[{name}, value]"]["value"] == pytest.approx(numbers[f"regime[{name}, planted]"]["value"],
                                                                           rel=0.1)
    for name in ("calm", "turbulent"):
        planted = numbers[f"regime[{name}: expected days, planted]"]["value"]
        assert 0.4 * planted < numbers[f"regime[{name}: expected days, value]"]["value"] < 2.5 * planted


def test_filtered_probabilities_tell_regimes_better_than_thresholds(regimes):
    _, numbers = regimes
    filtered = numbers["told right[probability above one half, right]"]["value"]
    assert filtered > 0.85 and filtered > numbers["told right[above the threshold, right]"]["value"]


def test_where_a_garch_process_is_planted_its_forecast_is_right(process):
    _, numbers = process
    assert numbers["persistence of the last fit"]["value"] == pytest.approx(0.97, abs=0.02)
    low, high = (numbers[f"calibration[garch, t, ratio_{end}]"]["value"] for end in ("low", "high"))
    assert low < 1 < high
    assert numbers["gain over EWMA[garch, t, gain_low]"]["value"] > 0


def test_every_number_comes_out_again(regimes):
    assert report.verify(regimes[0].json) == []


def test_the_page_has_every_part(regimes):
    page = regimes[0].html.read_text()
    for words in ("SYNTHETIC", "How volatile", "Does it last", "Forecasts of the next day", "Which forecast was better",
                  "Regimes", "arrays: "):
        assert words in page


def test_the_notebook_is_thin_and_free_of_output():
    cells = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in cells)
    assert not any("def " in "".join(cell["source"]) for cell in cells)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in cells) == 1
