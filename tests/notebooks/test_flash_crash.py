"""The crash notebook, run as a report: what was planted comes out, and a tape is read only where there is one."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "flash_crash.ipynb"
SHORT = {"symbol": "SIM-ROSE", "start": "2025-10-10T16:50Z", "end": "2025-10-10T22:00Z", "train_share": 0.7,
         "worlds": 1, "lever_worlds": 2}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KIT_DATA", raising=False)
        return report.render(NOTEBOOK, SHORT, tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def numbers(rendered):
    return json.loads(rendered.json.read_text())["numbers"]


@pytest.mark.parametrize("claim", [
    "a taker on imbalance alone gains", "the naive maker loses", "the adaptive maker loses less",
    "a taker who stays gains more than the naive maker"])
def test_what_was_planted_comes_out_with_its_interval(numbers, claim):
    assert numbers[f"{claim}, gross"]["low"] > 0


def test_fees_and_spreads_are_not_forgotten(numbers):
    for claim in ("a taker who leaves at once gains", "a taker who stays gains"):
        assert numbers[f"{claim}, net"]["value"] < numbers[f"{claim}, gross"]["value"]


def test_a_herd_deepens_the_fall_and_a_halt_holds_it_back(numbers):
    fall = {name: numbers[f"levers[{name}, fall_pct]"]["value"] for name in
            ("as it is", "herd 1", "herd 0.75", "herd 0.75 + halt on a 1 % move")}
    assert fall["herd 1"] > fall["as it is"] + 1
    assert fall["herd 0.75 + halt on a 1 % move"] < fall["herd 0.75"]


def test_the_page_is_labelled_and_says_that_there_is_no_tape(rendered, numbers):
    page = rendered.html.read_text()
    for words in ("SYNTHETIC", "A quiet market", "A herd", "are not at hand: set KIT_DATA", "can not say"):
        assert words in page
    assert not any(name.startswith("recorded") for name in numbers)


def test_the_notebook_is_thin_and_free_of_output():
    nb = json.loads(NOTEBOOK.read_text())
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
