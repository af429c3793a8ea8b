"""The notebook of attacks, run as a report: what was planted is found, and what is not there is said, not drawn."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "mev.ipynb"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    into = tmp_path_factory.mktemp("reports")
    return {name: report.render(NOTEBOOK, about, into / name)
            for name, about in (("whole", {}), ("quiet", {"first_block": 1_000_003, "last_block": 1_000_003}))}


def numbers(done):
    return json.loads(done.json.read_text())["numbers"]


def test_planted_attacks_are_found(rendered):
    said = numbers(rendered["whole"])
    assert said["strict sandwiches"]["value"] == 68 and said["sandwiches"]["value"] == 146
    assert said["agreement[planted: strict sandwich, precision]"]["value"] == 1
    for kind in ("sandwich", "arbitrage", "back-run", "displacement", "suppression", "liquidation", "JIT liquidity"):
        assert said[f"agreement[planted: {kind}, recall]"]["value"] == 1


def test_the_page_is_synthetic_and_has_hashes_of_differences(rendered):
    page = rendered["whole"].html.read_text()
    assert "SYNTHETIC" in page and "decoy_market_maker" in page and "Pairs with their hashes: 164" in page


def test_a_block_without_attacks_is_told_and_not_drawn(rendered):
    page = rendered["quiet"].html.read_text()
    assert "no strict sandwich was found" in page and "no rule found a loop" in page
    assert numbers(rendered["quiet"])["sandwiches"]["value"] == 0


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any(line.strip().startswith(("def ", "for ")) for cell in code for line in cell["source"])
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
