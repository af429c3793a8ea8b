"""Order flow of quotes against what the mid did, and the stylised worlds in which the answer is known."""

import numpy as np
import pandas as pd
import pytest

from kit import compute, grid
from kit.bootstrap import Bootstrap
from kit.clock import SECOND, utc
from kit.flow import events, illiquidity, stylised
from kit.sources import datasets

FEW = Bootstrap(draws=99)


def test_events_of_the_stylised_book_are_the_units_that_came_and_went():
    book = stylised.book(20_000)
    flow = compute(book, "quote_ofi")["quote_ofi"].iloc[1:]
    assert set(flow) == {-1.0, 1.0}
    assert book["bid_size"].between(1, stylised.DEPTH).all() and (book["ask"] > book["bid"]).all()


def test_the_slope_of_the_stylised_book_is_one_over_twice_its_depth():
    """Known: .005 ticks a unit at a depth of 100."""
    fit = stylised.slope_of_book(0, events=400_000, period=4000)
    assert fit["low"] < 0.005 < fit["high"] and fit["high"] - fit["low"] < 0.003


@pytest.fixture(scope="module")
def recording():
    return datasets.load("synthetic", "SIM-BTC", pd.Timestamp("2025-01-06T06:00Z"), pd.Timestamp("2025-01-06T08:00Z"))


@pytest.fixture(scope="module")
def seconds(recording):
    return grid(recording.quotes, recording.trades, stale=recording.stale)


def test_periods_do_not_overlap(seconds):
    table = events.pushes(seconds, 0.1, "10s")
    assert (table.index.diff()[1:] % pd.Timedelta("10s") == pd.Timedelta(0)).all() and len(table) <= len(seconds) / 10


def test_moves_are_in_ticks(seconds):
    table = events.pushes(seconds, 0.1, "10s")
    mid, end = compute(seconds, "mid")["mid"], table.index[0]
    assert table["moved"].iloc[0] == pytest.approx((mid[end] - mid[end - pd.Timedelta("10s")]) / 0.1)


def test_what_pushes_moves(seconds):
    slopes = events.slopes(events.pushes(seconds, 0.1), FEW)
    assert (slopes["slope_low"] > 0).all() and slopes["r2"].between(0, 1).all()
    assert slopes.loc["quotes", "r2"] > slopes.loc["trades", "r2"]


def test_quantiles_hold_ten_periods_at_least():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"quotes": rng.normal(size=44)}, index=pd.DatetimeIndex(utc(np.arange(44) * 10 * SECOND)))
    found = events.binned(table.assign(moved=2 * table["quotes"]), by=FEW)
    assert len(found) == 4 and found["periods"].sum() == 44
    np.testing.assert_allclose(found["moved"], 2 * found["push"])


def test_trailing_measures_share_a_clock(recording, seconds):
    found = illiquidity.in_time(seconds, recording.trades, "300s")
    assert list(found) == ["kyle_lambda", "hasbrouck_lambda", "amihud"] and len(found) == len(seconds)
    assert found.iloc[1000:].notna().all().all() and found.iloc[:200].isna().all().all()
    assert (found["hasbrouck_lambda"].dropna() > 0).all() and found["kyle_lambda"].mean() > 0
