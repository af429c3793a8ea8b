"""README's claims that can be run are run."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kit
from kit import clock
from kit.factor import find
from tests.laws import laws, market

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def example():
    """The factor of the README, exactly as it stands there; forgotten afterwards, for other tests count factors."""
    source = re.search(r"```python\n(.+?)```", README, re.S)[1]
    exec(compile(source, "README.md", "exec"), {"__name__": "readme"})
    yield find("imbalance_surprise")
    del kit.factor.__globals__["_registry"]["imbalance_surprise"]


def test_the_factor_of_the_readme_computes(example):
    q = market.tables()["quotes"]
    import pandas as pd

    frame = pd.DataFrame({**q._asdict(), "time": clock.utc(q.time)})
    got = kit.compute(frame, "imbalance_surprise", window="30s")["imbalance_surprise"]
    assert got.notna().any() and np.abs(got.dropna()).max() <= 2


@pytest.mark.parametrize("law", laws.LAWS)
def test_the_factor_of_the_readme_obeys_the_laws(law, example):
    laws.LAWS[law](example, market.tables())


def test_the_factor_of_the_readme_can_be_put_where_the_readme_says(tmp_path):
    shutil.copytree(ROOT / "kit", tmp_path / "kit", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "kit" / "factors" / "mine.py").write_text(re.search(r"```python\n(.+?)```", README, re.S)[1])
    listed = subprocess.run([sys.executable, "-m", "kit", "factors"], capture_output=True, text=True, cwd=tmp_path)
    assert "imbalance_surprise  [1]  mine: Imbalance at the touch" in listed.stdout, listed


def test_the_factor_of_the_readme_has_five_lines():
    source = re.search(r"```python\n(.+?)```", README, re.S)[1]
    assert len(source.split("\n\n", 1)[1].strip().splitlines()) == 5


def test_the_table_of_factors_is_the_registry_s():
    printed = subprocess.run([sys.executable, "-m", "kit", "factors", "--markdown"], check=True, capture_output=True,
                             text=True, cwd=ROOT).stdout
    assert re.search(r"<!-- factors -->\n(.*?)<!-- /factors -->", README, re.S)[1] == printed


def test_the_attacks_of_the_readme_are_found(capsys):
    source = re.findall(r"```python\n(.+?)```", README, re.S)[1]
    exec(compile(source, "README.md", "exec"), {"__name__": "readme"})
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 3 and all("victims" in line and "0x" in line for line in printed)
