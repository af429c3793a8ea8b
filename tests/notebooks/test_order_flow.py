"""The order-flow notebook, run as a report: what was planted is found, and numbers carry their intervals."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "order_flow.ipynb"
HOUR = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T07:00Z"}


@pytest.fixture(scope="module")
def numbers(tmp_path_factory):
    done = report.render(NOTEBOOK, HOUR, tmp_path_factory.mktemp("reports"))
    return json.loads(done.json.read_text())["numbers"]


def test_what_was_planted_is_found(numbers):
    asked = {name[len("planted["):].rsplit(",", 1)[0] for name in numbers if name.startswith("planted[")}
    assert len(asked) == 5
    for what in asked:
        planted, value, low, high = (numbers[f"planted[{what}, {column}]"]["value"]
                                     for column in ("planted", "value", "low", "high"))
        assert low < value < high and abs(value - planted) < 0.8 * (high - low), what


def test_the_quote_strictly_before_finds_the_aggressor(numbers):
    found = numbers["aggressor found by Lee and Ready"]
    assert found["value"] > 0.99 and found["low"] <= found["value"] <= found["high"]
    assert numbers["aggressor[at or before, quote, right]"]["value"] < 0.6


def test_quotes_push_the_mid_and_what_they_pushed_is_not_all(numbers):
    assert numbers["push[quotes, slope_low]"]["value"] > 0
    assert 0 < numbers["push[trades, r2]"]["value"] < numbers["push[quotes, r2]"]["value"] < 1


def test_the_exponent_is_free_and_warned_of(numbers):
    law = numbers["exponent of impact, least squares"]
    assert 0 < law["low"] < law["value"] < law["high"] < 1 and "no metaorders" in law["note"]


def test_the_notebook_is_thin_and_free_of_output():
    code = [cell for cell in json.loads(NOTEBOOK.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
