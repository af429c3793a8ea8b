"""The execution notebook, run as a report: costs are paid by all, and the ledger of claims finds its numbers."""

import json
from pathlib import Path

import pytest

from kit import report
from kit.claims import Records
from kit.claims.findings import FINDINGS

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "execution.ipynb"
HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T08:00Z", "iterations": 50}
NET = ("F-14", "F-15")
ASKED = ("F-13", *NET, "F-15-both")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return folder, json.loads(report.render(NOTEBOOK, HOURS, folder).json.read_text())["numbers"]


@pytest.mark.parametrize("claim", [claim for claim in FINDINGS if claim.id in ASKED], ids=lambda claim: claim.id)
def test_the_ledger_finds_its_number(rendered, claim):
    """After fees hardly anything is traded: two hours are too few for intervals of what is net."""
    one, = claim.evidence(Records.read(rendered[0]))
    assert one.synthetic and (claim.id in NET or one.low < one.value < one.high)


def test_fees_are_what_stands_between_gross_and_net(rendered):
    _, numbers = rendered
    assert numbers["taker, net per turnover"]["value"] < numbers["taker, gross per turnover"]["value"] - 4
    assert numbers["odds[needed, bp]"]["value"] > 3


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
