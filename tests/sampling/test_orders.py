"""Prints become orders, and orders meet the quote that stood before them."""

import numpy as np
import pandas as pd

from kit.sampling import matched, orders
from tests.test_features import at, quotes, trades


def test_prints_of_one_time_and_side_were_one_order():
    prints = trades((1, 100.0, 1.0, 1), (1, 101.0, 3.0, 1), (1, 99.0, 2.0, -1), (2, 98.0, 1.0, -1), (3, 97.0, 1.0, 1),
                    (3, 96.0, 5.0, 0))
    whole = orders(prints)
    assert whole["side"].tolist() == [1, -1, -1, 1] and whole["prints"].tolist() == [2, 1, 1, 1]
    assert whole["price"].tolist() == [100.75, 99, 98, 97] and whole["size"].tolist() == [4, 2, 1, 1]
    assert whole["time"].tolist() == prints["time"].iloc[[0, 2, 3, 4]].tolist()


def test_no_prints_are_no_orders():
    assert len(orders(trades((1, 100.0, 1.0, 0)))) == 0


def test_an_order_meets_the_quote_strictly_before_it():
    book = quotes((1.0, 99.0, 1.0, 101.0, 2.0), (2.0, 100.0, 3.0, 102.0, 4.0))
    met = matched(trades((0.5, 99.0, 1.0, -1), (2.0, 101.0, 1.0, 0), (2.5, 102.0, 1.0, 1)), book)
    np.testing.assert_array_equal(met["bid"], [np.nan, 99.0, 100.0])
    np.testing.assert_array_equal(met["ask_size"], [np.nan, 2.0, 4.0])
    assert met["side"].tolist() == [-1, 1, 1], "an unknown side is taken from the quote"
    assert met["time"].tolist() == list(at(0.5, 2.0, 2.5)) and isinstance(met, pd.DataFrame)
