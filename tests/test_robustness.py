"""Other choices change what they say they change, and nothing else."""

import numpy as np
import pytest

from kit import robustness
from kit.bootstrap import Bootstrap
from kit.study import study


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIT_MODELS", str(tmp_path_factory.mktemp("models")))
        walked = study("synthetic", "SIM-ROSE", "2025-01-06T06:00Z", "2025-01-06T07:00Z", folds=2, iterations=20)
        return robustness.variants(walked, trials=2, horizons=("10s",), folds=3)


def test_each_variant_differs_in_what_it_is_called_after(variants):
    usual, gmadl, r2, longer, folds = variants.values()
    assert [one.model.criterion for one in gmadl.oof.folds] == ["gmadl"] * 2
    assert [one.model.criterion for one in r2.oof.folds] == ["r2"] * 2
    assert np.array_equal(gmadl.oof.actual, usual.oof.actual) and len(folds.oof.folds) == 3
    assert longer.settings.horizon == "10s" and longer.oof.actual.std() > usual.oof.actual.std()


def test_the_table_compares_with_the_first_row(variants):
    table = robustness.table(variants, Bootstrap(draws=99))
    assert list(table.index) == list(variants) and table["ranks"].iloc[0] == pytest.approx(1)
    assert set(table["first"]) == {"l1_imbalance"}
    assert (table["r2_zero_low"] <= table["r2_zero"]).all() and (table["r2_zero"] <= table["r2_zero_high"]).all()
