"""The claims notebook, run as a report: verdicts from the paper alone, and more where reports lie beside it."""

import json
from pathlib import Path

import pytest

from kit import report
from tests.claims.test_records import report as written

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "claims.ipynb"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for dataset, r2 in (("hyperliquid", 0.02), ("binance-usdm", -0.01), ("synthetic", 0.1)):
        numbers = report.Numbers()
        numbers.add("r2_zero", r2, low=r2 - 0.005, high=r2 + 0.005)
        written(folder, "asset", {"dataset": dataset}, numbers)
    done = report.render(NOTEBOOK, {"reports": str(folder)}, folder)
    return done, json.loads(done.json.read_text())["numbers"], done.html.read_text()


def test_every_verdict_is_counted_and_every_claim_is_written_out(rendered):
    from kit.claims import PAPER, Verdict

    _, numbers, page = rendered
    assert sum(numbers[verdict]["value"] for verdict in Verdict) == len(PAPER)
    assert all(f"<td>{claim.id}<br" in page for claim in PAPER)


def test_a_real_report_decides_and_a_synthetic_one_is_shown_as_such(rendered):
    _, numbers, page = rendered
    row = page[page.index("<td>F-09"):]
    row = row[:row.index("</tr>")]
    assert "(synthetic)" in row and "0.02 [0.015, 0.025]" in row
    contradicted = page[page.index("Contradicted:"):page.index("Not reproduced:")]
    assert "<td>F-09" in contradicted


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) or "for " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
