"""D-03, D-07 and D-07b: the kit runs on today's pandas, answers on its input's index, and rolls what cuDF cannot."""

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kit
from kit.factor import evaluate
from kit.past import Past
from tests.factors.test_ticks import each_second, random_tape
from tests.laws import market

FACTORS = kit.registry()
FAMILIES = sorted(Path(kit.factors.__path__[0]).glob("*.py"))


def test_d03_the_sketchs_frequency_is_refused_by_pandas_and_the_kit_needs_none():
    trades = random_tape()
    with pytest.raises(ValueError, match="Invalid frequency: T"):
        trades.set_index("time").resample("1T").count()
    frequency = kit.compute({"trades": trades}, "tick_frequency")
    assert frequency.index.equals(pd.DatetimeIndex(trades["time"]))


def test_d07_the_sketchs_answers_cannot_stand_in_one_frame():
    trades = each_second(100 + np.resize([0.0, 0.1], 300))
    change = trades["price"].diff()
    sketch = {"tick_frequency": trades.set_index("time").resample("1min").count()["price"],
              "avg_tick_size": change[change != 0].abs().median(), "direction": np.sign(change)}
    assert np.isscalar(sketch["avg_tick_size"])
    assert not sketch["tick_frequency"].index.equals(sketch["direction"].index)
    kept = kit.compute({"trades": trades}, "tick_frequency", "avg_tick_size", "direction_persistence")
    assert kept.shape == (300, 3) and kept.index.equals(pd.DatetimeIndex(trades["time"]))


@pytest.mark.parametrize("kind", market.tables())
def test_d07_every_factor_answers_one_number_a_row_on_the_clock_of_its_table(kind):
    for f in (f for f in FACTORS.values() if f.inputs == (kind,)):
        table = market.fitting(f)[kind]
        with np.errstate(invalid="ignore", divide="ignore"):
            values = evaluate(f, table)
        assert values.shape == table.time.shape and values.dtype == np.float64, f.name


WINDOWS = {
    "median": (lambda past, x, y: past.quantile(x, 0.5, 50), lambda x, y: x.rolling(50).median()),
    "quantile": (lambda past, x, y: past.quantile(x, 0.9, 50), lambda x, y: x.rolling(50).quantile(0.9)),
    "corr": (lambda past, x, y: past.corr(x, y, 50), lambda x, y: x.rolling(50).corr(y)),
    "cov": (lambda past, x, y: past.cov(x, y, 50), lambda x, y: x.rolling(50).cov(y)),
    "rank": (lambda past, x, y: past.rank(x, 50), lambda x, y: x.rolling(50).rank(pct=True)),
    "autocorr": (lambda past, x, y: past.autocorr(x, 50), lambda x, y: x.rolling(50).apply(lambda w: w.autocorr())),
    "agreement": (lambda past, x, y: past.agreement(x, 50),
                  lambda x, y: (np.sign(x) == np.sign(x.shift())).rolling(50).mean().where(x.index >= 50)),
}
"""Windows that cuDF's Rolling does not offer, in the kit and in pandas; the laws run the kit's kernels as CUDA."""


@pytest.mark.parametrize("window", WINDOWS)
def test_d07b_windows_that_cudf_lacks_are_primitives_of_the_past(window):
    ours, pandas = WINDOWS[window]
    x, y = np.random.default_rng(7).normal(size=(2, 400))
    past = Past().at(np.arange(400) * 10**9)
    np.testing.assert_allclose(ours(past, x, y), pandas(pd.Series(x), pd.Series(y)), rtol=1e-9)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda path: path.stem)
def test_d07b_no_family_rolls_by_a_library_of_frames(family):
    imported = {name.name.split(".")[0] for node in ast.walk(ast.parse(family.read_text()))
                if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module.split(".")[0] for node in ast.walk(ast.parse(family.read_text()))
                 if isinstance(node, ast.ImportFrom) and node.module}
    assert not imported & {"pandas", "cudf", "polars", "cupy"}
