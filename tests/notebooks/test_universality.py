"""The universality notebook, run as a report: it recovers what was planted in every asset, and comes out twice."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "universality.ipynb"
ASSETS = ("synthetic/SIM-LTC", "synthetic/SIM-ROSE")
HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T07:30Z", "folds": 2, "iterations": 60,
         "assets": " ".join(ASSETS)}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    done = report.render(NOTEBOOK, HOURS, tmp_path_factory.mktemp("reports"))
    return done, json.loads(done.json.read_text())["numbers"]


@pytest.mark.parametrize("asset", ASSETS)
def test_imbalance_is_first_with_the_planted_sign_size_and_saturation(planted, asset):
    def recovered(name):
        return planted[1][f"planted and recovered[{asset}, {name}]"]["value"]

    assert recovered("rank") == 1
    assert recovered("unexplained") < 0.1 and recovered("monotone, recovered") > 0.95
    assert recovered("slope, recovered") == pytest.approx(recovered("slope, planted"), rel=0.3)
    levels = [planted[1][f"shape[{asset} {side} tail, value]"]["value"] for side in ("left", "right")]
    assert sum(levels) / 2 < 0.8, "the planted effect saturates: a tail is flatter than the middle"


def test_the_statements_that_were_planted_are_supported(planted):
    supported = {name.removeprefix("supported: ").split(" (")[0]: row["value"] for name, row in planted[1].items()
                 if name.startswith("supported: ")}
    assert supported["Imbalance is the most important feature"] == 2
    assert supported["Imbalance pushes prices its own way in the model"] == 2
    assert supported["It is concave in both tails in the model"] == 2


def test_no_statement_that_was_planted_is_contradicted(planted):
    notes = {name: row["note"] for name, row in planted[1].items() if name.startswith("supported: ")}
    of_shapes = [note for name, note in notes.items() if "Curves" in name or "concave" in name or "Levels" in name]
    assert len(of_shapes) == 4 and not any("contradicted" in note for note in of_shapes), of_shapes


def test_the_negative_control_is_no_winner(planted):
    ranks = [planted[1][f"noise[{asset}, rank]"]["value"] for asset in ASSETS]
    assert min(ranks) > 1


def test_every_number_comes_out_again(planted):
    assert report.verify(planted[0].json) == []


def test_the_page_names_the_synthetic_market_and_every_stage(planted):
    page = planted[0].html.read_text()
    for words in ("SYNTHETIC", "Do assets rank features alike?", "A negative control", "The shape, measured",
                  "What these recordings do and do not support"):
        assert words in page


def test_the_notebook_is_thin_and_free_of_output():
    nb = json.loads(NOTEBOOK.read_text())
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1


@pytest.mark.recordings
def test_on_recordings_the_statements_are_judged(kit_data, tmp_path):
    pair = {"assets": "hyperliquid/BTC hyperliquid/ETH", "iterations": 60, "folds": 2}
    done = report.render(NOTEBOOK, pair, tmp_path)
    numbers = json.loads(done.json.read_text())["numbers"]
    assert numbers["supported: The effect of imbalance is monotone in the model (isotonic R²)"]["value"] == 2
    assert "SYNTHETIC" not in done.html.read_text()
