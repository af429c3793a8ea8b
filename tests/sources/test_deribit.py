"""Deribit recordings: a chain and the DVOL index become canonical frames, and what cannot be is refused by its row."""

import numpy as np
import pandas as pd
import pytest

from kit.refusal import Refusal
from kit.sources import datasets, deribit, gather

ROW = {"ts": pd.Timestamp("2026-01-05T09:36:47Z"), "currency": "BTC", "expiry": pd.Timestamp("2026-01-30T08:00Z"),
       "strike": 60_000.0, "cp": "C", "underlying_price": 60_250.0, "index_price": 60_000.0, "mark_price": 0.05,
       "bid_price": 0.0495, "ask_price": 0.0505, "mark_iv": 0.55, "delta": 0.53, "vega": 60.0, "open_interest": 12.0,
       "volume": 3.0}


def chain(folder, *changes, ending="parquet", symbol="BTC"):
    """The frame that is read of rows that depart from `ROW`."""
    table, path = pd.DataFrame([ROW | change for change in changes]), folder / f"chain.{ending}"
    if ending == "parquet":
        kept = {"ts": "datetime64[ms, UTC]", "expiry": "datetime64[ms, UTC]", "cp": "category", "currency": "category"}
        table.astype(kept | {"bid_price": "float32", "mark_iv": "float32"}).to_parquet(path)
    else:
        table.to_csv(path, index=False, date_format="%Y-%m-%d %H:%M:%SZ")
    return gather(deribit.chain(path, symbol))["chain"]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_row_becomes_canonical(tmp_path, ending):
    frame = chain(tmp_path, {}, {"cp": "P", "bid_price": 0.0, "ask_price": np.nan}, {"currency": "ETH"}, ending=ending)
    assert frame["right"].tolist() == [1, -1] and frame["right"].dtype == np.int8
    assert (frame["time"] == ROW["ts"]).all() and (frame["expiry"] == ROW["expiry"]).all()
    assert frame["forward"].tolist() == [60_250.0] * 2 and frame["index"].tolist() == [60_000.0] * 2
    assert frame["bid"].iloc[0] == pytest.approx(0.0495) and frame["mark_iv"].iloc[0] == pytest.approx(0.55)
    assert frame[["bid", "ask"]].iloc[1].isna().all(), "a bid of 0 is none"


@pytest.mark.parametrize(("change", "column", "says"), [
    ({"strike": 0.0}, "strike", "not a positive price"),
    ({"underlying_price": np.nan}, "underlying_price", "not a positive price"),
    ({"cp": "X"}, "cp", "none of C, P"),
    ({"mark_iv": 55.0}, "mark_iv", "as a fraction"),
    ({"mark_iv": -0.5}, "mark_iv", "as a fraction"),
    ({"mark_price": 3_000.0}, "mark_price", "in coin"),
    ({"bid_price": -0.1}, "bid_price", "negative premium"),
])
def test_what_cannot_be_is_refused_by_its_row(tmp_path, change, column, says):
    with pytest.raises(Refusal, match=says) as refused:
        chain(tmp_path, {}, change)
    assert (refused.value.column, refused.value.row) == (column, 1)


def test_a_put_may_cost_more_than_a_coin(tmp_path):
    assert chain(tmp_path, {"cp": "P", "mark_price": 2.5})["mark"].tolist() == [2.5]


def dvol(folder, *lines):
    path = folder / "btc_dvol.csv"
    path.write_text("\n".join(["date,symbol,open,high,low,close", *lines]) + "\n")
    return gather(deribit.dvol(path, "BTC"))["dvol"]


def test_the_index_is_known_at_the_end_of_its_day_as_a_fraction(tmp_path):
    frame = dvol(tmp_path, "2026-04-06,BTC,47.53,47.76,47.45,47.76", "2026-04-05,BTC,47.37,48.66,47.03,47.53")
    assert frame["time"].iloc[0] == pd.Timestamp("2026-04-07T00:00Z")
    assert frame["close"].tolist() == pytest.approx([0.4776, 0.4753])


@pytest.mark.parametrize(("line", "column"), [("2026-04-05,ETH,1,2,1,1", "symbol"), ("5 April,BTC,1,2,1,1", "date"),
                                              ("2026-04-05,BTC,0,2,1,1", "open"), ("2026-04-05,BTC,1,1,2,1", "high")])
def test_an_index_that_cannot_be_is_refused(tmp_path, line, column):
    with pytest.raises(Refusal) as refused:
        dvol(tmp_path, "2026-04-06,BTC,47.5,47.8,47.4,47.7", line)
    assert (refused.value.column, refused.value.row) == (column, 1)


@pytest.mark.recordings
@pytest.mark.parametrize(("symbol", "rows"), [("BTC", 202_900), ("ETH", 175_392)])
def test_the_recording_is_as_its_catalogue_says(kit_data, symbol, rows):
    tables = datasets.load("deribit-options", symbol).tables
    frame = tables["chain"]
    assert len(frame) == rows and frame["time"].nunique() == 236
    assert frame["time"].is_monotonic_increasing and str(frame["time"].iloc[0]) == "2025-12-30 17:31:15+00:00"
    assert len(tables["dvol"]) == 1840 and tables["dvol"]["time"].is_monotonic_increasing
    assert tables["prices"]["time"].iloc[-1] < frame["time"].iloc[0]
