"""Prices as forecasts of the mid: the next other mid by hand, gains that are known, a fit that sees only the past."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit import clock
from kit.sources import datasets
from kit.touch import forecasts
from kit.touch.microprice import fit
from tests.touch.test_microprice import AGAINST, WITH, frame, played


def seconds(quotes):
    """The grid of quotes that come once a second, with a trade at either end."""
    ends = quotes["time"].iloc[[0, -1]]
    trades = pd.DataFrame({"time": ends, "price": 1000.0, "size": 1.0, "side": np.int8(1)})
    return kit.grid(quotes, trades, start=ends.iloc[0], end=ends.iloc[-1])


@pytest.fixture(scope="module")
def judged():
    quotes = played(30_000, seed=7)
    fitted = fit(quotes[:15_000], tick=1.0, buckets=2, spreads=1)
    return fitted, seconds(quotes[15_000:])


def test_the_next_other_mid_by_hand():
    mids = np.array([5.0, 5, 6, np.nan, 6, 7, 7])
    np.testing.assert_array_equal(forecasts._next_mid(mids), [6, 6, 7, 7, 7, np.nan, np.nan])


def test_the_first_move_saves_what_the_odds_allow(judged):
    found = forecasts.judged(*judged)
    lean = (WITH - AGAINST) / (WITH + AGAINST)  # of the state a move comes from
    known = judged[0].first[1, 0] ** 2
    assert found["gain"]["mid"] == 0 and found["mse_bp2"]["mid"] == pytest.approx(100, rel=0.1)
    assert found["gain"]["first move"] == pytest.approx(known, abs=0.02)
    assert known < lean**2
    assert found["gain_low"]["first move"] > 0


def test_each_price_is_worth_its_horizon(judged):
    near, far = (forecasts.judged(*judged, horizon) for horizon in ("next move", "20s"))
    assert near["gain"]["first move"] >= near["gain"]["micro-price"] - 0.005
    assert (far["gain"] < near["gain"] + 1e-9).all()
    assert near["gain"]["weighted mid"] == pytest.approx(2 * 0.25 / 6 - 0.25**2, abs=0.02)


def test_the_calibration_holds_the_answer(judged):
    table = forecasts.calibration(*judged)
    assert table["rows"].sum() == forecasts.judged(*judged)["rows"]["mid"]
    np.testing.assert_allclose(table["imbalance"], [-0.5, 0.5])
    assert table["first_bp"].between(table["low_bp"], table["high_bp"]).all()


def test_the_fit_does_not_see_what_it_is_judged_on():
    quotes = played(4000, seed=8)
    later = played(2000, seed=9)
    changed = quotes.copy()
    values = ["bid", "ask", "bid_size", "ask_size"]
    changed.loc[2000:, values] = later[values].to_numpy()
    fits = [forecasts.fit_before(datasets.Recording("hyperliquid", "", "X", "", False, "5s", {"quotes": one}),
                                 seconds(one), 0.5)[0] for one in (quotes, changed)]
    np.testing.assert_array_equal(fits[0].whole, fits[1].whole)
    np.testing.assert_array_equal(fits[0].edges, fits[1].edges)


def test_seconds_without_a_quote_or_a_state_are_left_out(judged):
    fitted, grid = judged
    holes = grid.copy()
    holes.loc[100:199, ["bid", "ask", "bid_size", "ask_size"]] = np.nan
    assert forecasts.judged(fitted, holes, "3s")["rows"]["mid"] == forecasts.judged(
        fitted, grid, "3s")["rows"]["mid"] - 103
    wide = seconds(frame((1 + np.arange(50)) * clock.SECOND, 1000.0 + np.arange(50) % 2, np.ones(50), width=3.0))
    assert np.isfinite(fitted.leans(wide)).all()
