"""Edges in one currency, at prices that could be had, for as long as they last."""

import numpy as np
import pandas as pd
import pytest

from kit.bootstrap import Bootstrap
from kit.discovery import edge
from kit.refusal import Refusal
from kit.units import BP

SECONDS = Bootstrap(block="10s")


def venues(n=60, **columns):
    """Two venues at 100, quoted a cent to either side, on seconds."""
    frame = pd.DataFrame({"time": pd.date_range("2025-01-06", periods=n, freq="s", tz="UTC")})
    for venue in "ab":
        frame = frame.assign(**{f"price_{venue}": 100.0, f"bid_{venue}": 99.99, f"ask_{venue}": 100.01,
                                f"volume_{venue}": 1.0, f"age_{venue}": 0.0})
    return frame.assign(**columns)


def test_an_edge_is_what_both_takers_have_left():
    frame = venues(bid_b=100.21, ask_b=100.23)
    found = edge.edges(frame, taker={"a": 4.0, "b": 6.0}, haircut=2.0)
    assert found["a -> b"].iloc[0] == pytest.approx(BP * np.log(100.21 / 100.01) - 12)
    assert found["b -> a"].iloc[0] == pytest.approx(BP * np.log(99.99 / 100.23) - 12)


def test_a_venue_that_has_fallen_silent_offers_nothing_that_can_be_told():
    age = np.where(np.arange(60) < 30, 0.0, 6.0)
    assert edge.edges(venues(age_b=age), stale="5s").notna().sum().tolist() == [30, 30]


def test_prices_of_one_currency_are_compared_and_the_rate_does_not_outlive_its_carry():
    frame = venues(600, **{f"{name}_b": 105.0 for name in ("price", "bid", "ask")})
    rates = pd.DataFrame({"time": frame["time"][:1], "rate_a": 1.0, "rate_b": 1 / 1.05})
    converted = edge.in_one_currency(frame, rates, carry="5min")
    assert converted["price_b"][:301].to_numpy() == pytest.approx(100.0)
    assert converted["price_b"][301:].isna().all()
    with pytest.raises(Refusal, match="column 'rate_b': no rate"):
        edge.in_one_currency(frame, rates.drop(columns="rate_b"))


def test_prints_stand_for_quotes_where_there_are_none_and_it_is_said():
    bare = venues(**{f"{side}_{venue}": np.nan for side in ("bid", "ask") for venue in "ab"})
    time = bare["time"]
    trades = pd.DataFrame({"time": time.iloc[[2, 3, 5]], "venue": ["a", "a", "b"], "price": [99.5, 100.5, 101.0],
                           "side": np.array([-1, 1, -1], dtype="int8")})
    touched, how = edge.touch(bare, trades, stale="10s")
    assert how.startswith("prints")
    assert (touched["bid_a"][3], touched["ask_a"][3], touched["bid_b"][5]) == (99.5, 100.5, 101.0)
    assert touched["bid_a"][:2].isna().all() and touched["bid_a"][13:].isna().all() and touched["ask_b"].isna().all()
    assert edge.touch(bare)[1] == "last prices: an upper bound"
    assert edge.touch(venues())[1] == "quotes"


def test_episodes_are_counted_and_timed():
    open_ = np.zeros(60)
    open_[5:8], open_[20], open_[30:40] = 2.0, 4.0, 1.0
    open_[50] = np.nan
    index = venues()["time"]
    row = edge.persistence(pd.DataFrame({"a -> b": np.where(open_ == 0, -1.0, open_)}, index=index), SECONDS).iloc[0]
    assert (row["episodes"], row["longest_s"], row["mean_s"]) == (3, 10, pytest.approx(14 / 3))
    assert row["share"] == pytest.approx(14 / 59) and row["known"] == pytest.approx(59 / 60)
    assert row["size_bp"] == pytest.approx((3 * 2 + 4 + 10) / 14)


def test_a_series_that_is_never_open_has_no_size_and_no_length():
    row = edge.persistence(pd.DataFrame({"a -> b": np.full(60, -1.0)}, index=venues()["time"]), SECONDS).iloc[0]
    assert (row["share"], row["episodes"]) == (0, 0) and np.isnan(row["size_bp"]) and np.isnan(row["mean_s"])


def test_a_planted_half_life_is_found():
    rng = np.random.default_rng(0)
    rho, x = 0.5 ** (1 / 20), np.zeros(40_000)
    for t in range(1, len(x)):
        x[t] = rho * x[t - 1] + rng.normal()
    index = pd.date_range("2025-01-06", periods=len(x), freq="3s", tz="UTC")
    found = edge.half_life(pd.Series(x, index=index))
    assert found.low < 60 < found.high and found.high - found.low < 20


@pytest.mark.parametrize(("rho", "rows"), [(0.9, 6.578813), (0.5, 1.0), (1.0, np.inf), (-0.5, np.nan)])
def test_half_lives_of_known_autocorrelations(rho, rows):
    np.testing.assert_allclose(edge.halved(rho), rows, rtol=1e-6)
