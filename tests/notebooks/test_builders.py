"""The notebooks on builders and gas, run as reports: planted and found agree, and what is not known is said."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    into = tmp_path_factory.mktemp("reports")
    short = {"gas": {"end": "2025-01-06T01:05Z"}, "builders": {}}
    return {name: report.render(NOTEBOOKS / f"{name}.ipynb", about, into) for name, about in short.items()}


def numbers(done):
    return json.loads(done.json.read_text())["numbers"]


@pytest.mark.parametrize(("name", "rows"), [("builders", 10), ("gas", 5)])
def test_what_was_planted_is_found(rendered, name, rows):
    """Within twice its 95 % interval: of 15 rows not all lie within theirs."""
    told = numbers(rendered[name])
    of = {row[len("recovered["):].rpartition(", ")[0] for row in told if row.startswith("recovered[")}
    assert len(of) == rows
    for row in of:
        planted, found, low, high = (told[f"recovered[{row}, {which}]"]["value"]
                                     for which in ("planted", "found", "low", "high"))
        assert low < found < high and abs(found - planted) < high - low, row


def test_concentration_depends_on_the_identity_and_counting_twice_is_shown(rendered):
    told = numbers(rendered["builders"])
    by = {key: told[f"concentration[('{key}', 'relayed blocks'), hhi]"]["value"]
          for key in ("name", "fee_recipient", "pubkey")}
    assert by["name"] > 1.3 * by["fee_recipient"] > 4 * by["pubkey"]
    rows = [told[f"double counting[{row}, rows]"]["value"] for row in ("each block once", "each relay's row")]
    assert 1.5 * rows[0] < rows[1]


def test_the_frameworks_measure_mixes_blocks_and_the_base_fee_is_what_it_must_be(rendered):
    told = numbers(rendered["gas"])
    mixed = {end: told[f"framework's measure[variance between blocks, mean{end}]"]["value"] for end in ("", "_low")}
    assert 0.1 < mixed["_low"] < mixed[""] < 1
    assert told["base fees that do not follow"]["value"] == 0 == numbers(rendered["builders"])[
        "base fees that do not follow"]["value"]


@pytest.mark.parametrize("name", ["builders", "gas"])
def test_the_pages_say_that_the_chain_is_synthetic(rendered, name):
    page = rendered[name].html.read_text()
    assert "SYNTHETIC" in page and "Planted and found" in page


@pytest.mark.recordings
def test_blocks_without_a_time_are_left_out_with_a_sentence(kit_data, tmp_path):
    done = report.render(NOTEBOOKS / "gas.ipynb", {"dataset": "ethereum-blocks", "symbol": "mainnet"}, tmp_path)
    page = done.html.read_text()
    assert "18 of 44 blocks have no time in this recording" in page and "SYNTHETIC" not in page
    assert numbers(done)["rank correlation with place, before London"]["high"] < -0.7


@pytest.mark.parametrize("name", ["builders", "gas"])
def test_the_notebooks_are_thin_and_free_of_output(name):
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
