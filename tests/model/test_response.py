"""The response curve: bins by hand, the planted line beside it, and intervals that hold the truth."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.model import response
from kit.refusal import Refusal


def series(values, name="x"):
    return pd.Series(values, clock.utc(np.arange(1, len(values) + 1) * 10**9 + 10**18), name=name)


def test_bins_by_hand():
    table = response(series([1.0, 2, 3, 4, np.nan, 5]), series([1e-4, 3e-4, 5e-4, 7e-4, 1.0, np.nan]), bins=2)
    np.testing.assert_allclose(table["mean_bp"], [2, 6])
    np.testing.assert_allclose(table["x"], [1.5, 3.5])
    assert table["rows"].tolist() == [2, 2] and table["known_bp"].isna().all()


def test_a_planted_line_lies_in_nearly_every_interval():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 40_000)
    table = response(series(x), series((2 * x + rng.normal(0, 5, 40_000)) * 1e-4), known=lambda x: 2 * x)
    inside = table["known_bp"].between(table["low_bp"], table["high_bp"])
    assert inside.sum() >= 17, f"{inside.sum()} of 20 intervals hold the planted line"
    wrong = (-table["known_bp"]).between(table["low_bp"], table["high_bp"])
    assert wrong.sum() <= 3


def test_a_flat_feature_is_refused():
    with pytest.raises(Refusal, match="does not vary"):
        response(series(np.ones(50)), series(np.ones(50)))
