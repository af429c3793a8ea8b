"""The liquidity notebook, run as a report: the planted book is recovered, and every number comes out again."""

import json
from pathlib import Path

import pytest

from kit import report
from kit.evaluate.markouts import MEASURES

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "liquidity.ipynb"
WINDOW = {"start": "2025-01-06T12:00Z", "end": "2025-01-06T12:12Z"}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    done = report.render(NOTEBOOK, WINDOW | {"dataset": "synthetic-depth", "symbol": "SIM-ROSE"},
                         tmp_path_factory.mktemp("reports"))
    return done, json.loads(done.json.read_text())["numbers"]


def test_effective_is_realised_and_impact_at_every_horizon(rendered):
    _, numbers = rendered
    for horizon in (0.1, 1.0, 3.0, 10.0, 60.0):
        of = {name: numbers[f"spread split[{horizon}, {name}]"]["value"] for name in MEASURES}
        assert of["effective"] == pytest.approx(of["realised"] + of["impact"])


def test_the_book_is_known_as_far_as_it_was_planted(rendered):
    _, numbers = rendered
    assert all(numbers[f"book known within {level} %"]["value"] == 1 for level in (0.1, 0.5, 1.0, 2.0))
    assert numbers["distance[0.1, correlation]"]["value"] > 0.1


def test_every_number_comes_out_again(rendered):
    done, _ = rendered
    assert report.verify(done.json) == []


def test_the_page_says_that_the_market_is_synthetic(rendered):
    page = rendered[0].html.read_text()
    assert "SYNTHETIC" in page and "planted" in page
