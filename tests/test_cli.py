"""A command's exit code and last words tell a script, and a tired reader, what happened."""

import json
import re
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from kit import cli
from kit.sources.store import Store

NOTEBOOK = """
import pandas as pd
from kit import provenance, report
provenance.of(dict(dataset=dataset, symbol=symbol), {})
"""
NUMBERS = """
if symbol == "SIM-LTC":
    raise ValueError("no luck")
numbers = report.Numbers()
numbers.add("length", len(symbol), headline=True)
numbers
"""


def kit(*arguments):
    return subprocess.run([sys.executable, "-m", "kit", *map(str, arguments)], capture_output=True, text=True)


def notebook(folder):
    cells = [new_code_cell("dataset = 'synthetic'\nsymbol = ''", metadata={"tags": ["parameters"]}),
             new_code_cell(NOTEBOOK), new_code_cell(NUMBERS)]
    nbformat.write(new_notebook(cells=cells), folder / "length.ipynb")
    return folder / "length.ipynb"


def test_reports_renders_the_others_when_one_fails_and_exits_with_an_error(tmp_path):
    done = kit("reports", "--datasets", "synthetic", "--symbols", "SIM-BTC, SIM-LTC", "--into", tmp_path / "reports",
               "--folder", notebook(tmp_path).parent)
    assert done.returncode == 1
    assert re.search(r"^\[[12]/2\] length-synthetic-SIM-BTC: \d+ s$", done.stdout, re.MULTILINE)
    assert "length.ipynb, cell 3 `if symbol == \"SIM-LTC\":`: ValueError: no luck" in done.stderr
    assert done.stderr.endswith("kit: 1 of 2 reports failed\n")
    assert sorted(path.name for path in (tmp_path / "reports").iterdir()) == [
        "index.html", "length-synthetic-SIM-BTC.html", "length-synthetic-SIM-BTC.json",
        "length-synthetic-SIM-LTC.failed.ipynb", "length-synthetic-SIM-LTC.failed.json"]
    verified = kit("verify", tmp_path / "reports" / "length-synthetic-SIM-BTC.html")
    assert verified.returncode == 0, verified.stderr
    assert "every number came out the same" in verified.stdout


def test_a_refusal_is_one_line_with_the_remedy_and_no_traceback():
    done = kit("doctor", "atlantis")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("kit: atlantis: no such dataset, and no such file. Remedy: name a file, or one of ")
    assert done.stderr.count("\n") == 1


@pytest.fixture
def trades(tmp_path):
    """A file of a hundred trades, each heard 1.27 s before it happened."""
    path = tmp_path / "binance_trades.csv"
    path.write_text("exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n" + "".join(
        f"binance,BTCUSDT,{1723075200000000 + k * 1000000},{1723075200000000 + k * 1000000 - 1270000},{k},buy,60000,1\n"
        for k in range(100)))
    return path


def test_doctor_reads_files_of_a_named_format_and_does_not_guess(trades):
    done = kit("doctor", trades, "--format", "tardis")
    assert done.returncode == 0, done.stderr
    assert "trades: 100 rows" in done.stdout and "negative latency" in done.stdout
    asked = kit("doctor", trades)
    assert asked.returncode == 1 and "binance_trades.csv: which format it has is not said" in asked.stderr


def test_store_keeps_files_by_day(trades, tmp_path):
    done = CliRunner().invoke(cli.app, ["store", str(trades), "--venue", "binance", "--symbol", "BTCUSDT", "--into",
                                        str(tmp_path / "store"), "--format", "tardis"])
    assert done.exit_code == 0 and done.stdout.endswith("trades of 2024-08-08\n")
    assert len(Store(tmp_path / "store").read("trades", "binance", "BTCUSDT")) == 100


def test_factors_and_datasets_are_listed_for_people_and_machines():
    def said(*words):
        return CliRunner().invoke(cli.app, words).stdout

    rows = json.loads(said("factors", "--json"))
    assert rows["l1_imbalance"]["low"] == -1 and rows["l1_imbalance"]["mirror"] == -1
    table = said("factors", "--markdown").splitlines()
    assert len(table) == len({(row["family"], row["function"]) for row in rows.values()}) + 2
    assert any(line.startswith("| `l1_imbalance` | features | 1 | -1 to 1 |") for line in table)
    assert all(any(f"`{name}`" in line for line in table) for name in rows)
    listed = said("factors").splitlines()
    assert len(listed) == len(rows) and all(line.startswith(name) for line, name in zip(listed, rows, strict=True))
    assert "synthetic: SIM-BTC" in said("datasets")
    assert said("backend").startswith("arrays: ")
