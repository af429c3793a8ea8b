"""The factor notebooks, run as reports: what was planted is found, noise is not, and no fee is earned by it."""

import json
from pathlib import Path

import pytest

from kit import report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T07:00Z"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    done = report.render(NOTEBOOKS / "factor_performance.ipynb", {"dataset": "synthetic", "symbol": "SIM-ETC"} | HOURS,
                         tmp_path_factory.mktemp("reports"))
    return json.loads(done.json.read_text())["numbers"], done.html.read_text()


def test_the_planted_factor_is_the_strongest_and_noise_is_not_left(planted):
    numbers, _ = planted
    found, known = numbers["l1_imbalance"], numbers["l1_imbalance, planted"]["value"]
    assert "strongest: l1_imbalance" in numbers and 0.85 * known < found["value"] < 1.15 * known
    assert float(numbers["quality[noise, bh]"]["value"]) > 0.05 > float(numbers["quality[l1_imbalance, bh]"]["value"])


def test_what_it_knows_does_not_pay_a_taker_s_fee(planted):
    numbers, page = planted
    assert numbers["edge[l1_imbalance, gross]"]["value"] > numbers["edge[noise, gross]"]["value"]
    assert numbers["edge[l1_imbalance, net_high]"]["value"] < 0 == numbers["profitable after costs"]["value"]
    assert "SYNTHETIC" in page and "one asset along time" in page


def test_every_strategy_s_numbers_are_recorded_where_the_ledger_looks_for_them(planted):
    numbers, _ = planted
    for name in ("spread", "order_flow_imbalance"):
        assert {f"edge[{name}, {column}]" for column in ("net", "net_low", "net_high", "drawdown", "turnover",
                                                         "deflated")} <= set(numbers)


def test_rules_on_variance_are_measured_on_embedded_chains(tmp_path):
    done = report.render(NOTEBOOKS / "factor_variance.ipynb", {"dataset": "synthetic-options", "symbol": "SIM-BTC",
                                                               "judged": 2}, tmp_path)
    numbers = json.loads(done.json.read_text())["numbers"]
    for name in ("volatility_term_structure", "volatility_risk_premium"):
        row = [float(numbers[f"strategy[{name} sharpe, {end}]"]["value"]) for end in ("low", "value", "high")]
        assert row == sorted(row) and f"strategy[{name} stress, value]" in numbers


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("factor_*.ipynb")), ids=lambda path: path.stem)
def test_the_notebooks_are_thin_and_free_of_output(path):
    code = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] and cell["execution_count"] is None for cell in code)
    assert not any("def " in "".join(cell["source"]) for cell in code)
    assert sum("parameters" in cell["metadata"].get("tags", []) for cell in code) == 1
