"""What is learned from: every row with a quote and a label, and one float32 copy of it."""

import numpy as np
import pandas as pd
import pytest

from kit.model import design
from kit.model.design import matrix
from kit.refusal import Refusal
from tests.model.known_market import grid


def table(**changes):
    frame = pd.DataFrame({"spread": 1e-4, "vwap_buy_to_mid": 0.0, "volatility": 1.0}, index=grid(6)).assign(**changes)
    return frame, pd.Series(np.arange(6.0), index=frame.index, name="log_return_3s")


def test_only_rows_without_quote_or_label_are_dropped_and_counted():
    features, label = table(spread=[1, np.nan, 1, np.nan, 1, 1], volatility=[np.nan, 1, 1, 1, 1, 1])
    label.iloc[[3, 5]] = np.nan
    X, y, dropped = design(features, label)
    assert y.tolist() == [0, 2, 4] and X.index.equals(y.index) and np.isnan(X["volatility"].iloc[0])
    assert dropped == {"no valid quote": 2, "no label": 1}


def test_refusals_name_what_is_wrong():
    features, label = table()
    with pytest.raises(Refusal, match="features, column 'spread': missing"):
        design(features.drop(columns="spread"), label)
    with pytest.raises(Refusal, match="column 'log_return_3s': label and features are not on the same index"):
        design(features, label.iloc[1:])
    with pytest.raises(Refusal, match="no row is left of 6: {'no valid quote': 0, 'no label': 6}"):
        design(features, label * np.nan)


def test_the_matrix_is_float32_by_column():
    features, _ = table(volatility=[np.nan, 1, 2, 3, 4, 5])
    values = matrix(features)
    assert values.dtype == np.float32 and values.flags.f_contiguous
    np.testing.assert_array_equal(values, features.to_numpy(np.float32))


@pytest.mark.parametrize("huge", [np.inf, -np.inf, 1e39])
def test_infinity_is_refused_with_its_place(huge):
    features, _ = table(volatility=[0, 0, huge, 0, 0, 0])
    with pytest.raises(Refusal, match="column 'volatility', row 2: infinite in float32"):
        matrix(features)
