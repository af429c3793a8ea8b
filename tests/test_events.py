"""Tables of a chain's events: exact both ways, and refused where they are not what they say."""

import pandas as pd
import pytest

from kit import events
from kit.refusal import Refusal

SWAP = events.Swap(12, 3, "0xaa", (0, 7, 1), "0xp", "uniswap_v2", "0xo", "0xt", "0xs", "0xr",
                    "0xi", 10**30 + 1, "0xu", 5, None, 7)


def test_amounts_beyond_64_bits_come_back_exact():
    assert events.read(events.frame([SWAP, SWAP], "swaps"), "swaps") == [SWAP, SWAP]


def test_what_is_not_known_comes_back_as_none():
    made = events.Transaction(1, 0, "0xh", "0xs", None, 1, None, None, None, None, None, None)
    assert events.read(events.frame([made], "transactions"), "transactions") == [made]


def test_a_table_of_nothing_has_its_columns():
    table = events.frame([], "swaps")
    assert list(table.columns) == list(events.Swap._fields)
    assert events.read(table, "swaps") == []


@pytest.mark.parametrize("column, value, what", [("amount_in", "1.5", "row 1"), ("amount_in", None, "is missing"),
                                                 ("place", "[0,", "row 1")])
def test_what_is_no_event_is_refused_with_its_row(column, value, what):
    table = events.frame([SWAP, SWAP], "swaps").astype(object)
    table.loc[1, column] = value
    with pytest.raises(Refusal, match=what) as refused:
        events.read(table, "swaps", file="here.parquet")
    assert column in str(refused.value) and "here.parquet" in str(refused.value)


def test_a_missing_column_is_named():
    with pytest.raises(Refusal, match="amount_out"):
        events.read(events.frame([SWAP], "swaps").drop(columns="amount_out"), "swaps")


@pytest.mark.parametrize("said", ["False", "0", 2, 0.5])
def test_only_what_is_true_or_false_says_who_failed(said):
    made = events.Transaction(1, 0, "0xh", "0xs", None, 1, None, None, None, None, None, True)
    table = events.frame([made], "transactions").astype(object).assign(success=[said])
    with pytest.raises(Refusal, match="row 0: .* neither true nor false"):
        events.read(table, "transactions")


def test_an_amount_that_a_double_may_have_rounded_is_refused():
    table = events.frame([SWAP], "swaps").astype(object)
    assert events.read(table.assign(amount_in=2.0**53), "swaps")[0].amount_in == 2**53
    with pytest.raises(Refusal, match="too large to be exact"):
        events.read(table.assign(amount_in=1e20), "swaps")


def test_half_an_amount_is_refused_where_it_is_a_number_too():
    table = pd.DataFrame([SWAP._replace(place="[0]", amount_in=1.5)])
    with pytest.raises(Refusal, match="not a whole number"):
        events.read(table, "swaps")
