"""What is rendered follows from what is asked for and from what each notebook takes."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from kit.refusal import Refusal
from kit.report import programme
from kit.report.programme import NOTEBOOKS

BTC, ETH, SIM = ("hyperliquid", "BTC"), ("hyperliquid", "ETH"), ("synthetic", "SIM-BTC")


@pytest.fixture
def folder(tmp_path):
    """One notebook of each kind."""
    for name, parameters in {"asset": "dataset = 'synthetic'\nsymbol = 'SIM-BTC'",
                             "claims": "reports = 'reports'",
                             "crash": "dataset = 'synthetic-crash'\nsymbol = 'SIM-BTC'",
                             "shapes": "assets = 'synthetic/SIM-BTC'"}.items():
        cell = new_code_cell(parameters, metadata={"tags": ["parameters"]})
        nbformat.write(new_notebook(cells=[cell]), tmp_path / f"{name}.ipynb")
    return tmp_path


def rendered(folder, *args, **kwargs):
    return [(path.stem, about) for path, about in programme(*args, folder=folder, **kwargs)]


def test_a_report_for_each_asset_one_for_each_group_and_the_reader_of_reports_last(folder):
    assert rendered(folder, [BTC, ETH, SIM]) == [
        ("asset", {"dataset": "hyperliquid", "symbol": "BTC"}), ("asset", {"dataset": "hyperliquid", "symbol": "ETH"}),
        ("asset", {"dataset": "synthetic", "symbol": "SIM-BTC"}), ("crash", {}),
        ("shapes", {"assets": "hyperliquid/BTC hyperliquid/ETH"}), ("claims", {"reports": "reports"})]


def test_what_is_not_about_the_assets_asked_for_is_left_out(folder):
    assert [name for name, _ in rendered(folder, [BTC], whole=False)] == ["asset", "claims"]


def test_a_notebook_on_bars_is_rendered_for_bars_alone(folder):
    cell = new_code_cell("dataset = 'synthetic-days'\nsymbol = 'SIM-BTC'", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[cell]), folder / "days.ipynb")
    assets = [SIM, ("synthetic-days", "SIM-BTC"), ("ohlcv-daily", "ETC")]
    assert rendered(folder, assets, ["days"]) == [("days", {"dataset": name, "symbol": symbol})
                                                  for name, symbol in assets[1:]]
    assert rendered(folder, assets, ["asset"]) == [("asset", {"dataset": "synthetic", "symbol": "SIM-BTC"})]


def test_a_notebook_asked_for_by_name_is_rendered(folder):
    assert rendered(folder, [BTC], ["crash"], whole=False) == [("crash", {})]
    with pytest.raises(Refusal, match="no notebook 'atlas'.*choose from asset, claims, crash, shapes"):
        programme([BTC], ["atlas"], folder)


def test_the_kits_own_notebooks_are_found():
    assert {"asset"} <= {path.stem for path, _ in programme([SIM])} <= {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
