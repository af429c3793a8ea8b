"""Many models against a benchmark: the one that is better is found, luck is not, and losses stay losses."""

import numpy as np
import pandas as pd
import pytest
from arch.bootstrap import SPA

from kit.evaluate.superiority import superiority
from kit.refusal import Refusal


def losses(seed, better=0.0, n=400):
    rng = np.random.default_rng(seed)
    models = pd.DataFrame(1 + rng.normal(size=(n, 4)), columns=list("abcd"))
    models["c"] -= better
    return 1 + rng.normal(size=n), models


def test_the_better_model_is_found_by_all_three():
    table = superiority(*losses(0, better=0.5), draws=499)
    assert table.index[0] == "c" and table["better"].tolist() == [True, False, False, False, False]
    assert table.index[table["in_mcs"]].tolist() == ["c"] and table.loc["c", "gain"] == pytest.approx(0.5, abs=0.15)
    assert (table[["spa_lower", "spa_consistent", "spa_upper"]] < 0.01).all(axis=None)
    assert table.loc["benchmark", "gain"] == 0 and set(table["block_size"]) == {20}


def test_the_p_values_are_archs_and_ordered():
    benchmark, models = losses(3)
    table = superiority(benchmark, models, block_size=7, draws=499, seed=5)
    spa = SPA(benchmark, models, block_size=7, reps=499, seed=5)
    spa.compute()
    shown = table[["spa_lower", "spa_consistent", "spa_upper"]].iloc[0].tolist()
    assert shown == spa.pvalues.tolist() and shown == sorted(shown)


def test_luck_is_found_as_often_as_stated():
    tables = [superiority(*losses(seed, n=200), block_size=1, draws=199) for seed in range(60)]
    assert sum(table["better"].any() for table in tables) <= 8  # 3 expected at 5 %, three standard errors
    assert np.mean([table.loc["benchmark", "in_mcs"] for table in tables]) > 0.85


def test_returns_must_be_turned_into_losses():
    benchmark, models = losses(0, better=0.5)
    wrong = superiority(-benchmark, -models, draws=199)
    assert wrong.index[-1] == "c" and not wrong.loc["c", "better"] and not wrong.loc["c", "in_mcs"]


def test_what_cannot_be_compared_is_refused():
    benchmark, models = losses(0)
    with pytest.raises(Refusal, match="missing"):
        superiority(benchmark, models.mask(models > 3))
    with pytest.raises(Refusal, match="named 'benchmark'"):
        superiority(benchmark, models.rename(columns={"a": "benchmark"}))
