"""Liquidity measured: on the embedded market beside what was planted, and on small books written out."""

import numpy as np
import pandas as pd
import pytest

from kit import liquidity, sampling
from kit.evaluate import markouts
from kit.plot import liquidity as draw
from kit.sources import datasets

WINDOW = ("2025-01-06T12:00Z", "2025-01-06T12:40Z")


@pytest.fixture(scope="module")
def recording():
    return datasets.load("synthetic-depth", "SIM-ROSE", *WINDOW)


@pytest.fixture(scope="module")
def book(recording):
    return recording.depth


def test_time_weighted_spread_is_between_the_extremes_and_not_the_mean_of_rows():
    time = pd.to_datetime([0, 1, 2, 1000], unit="s", utc=True)
    quotes = pd.DataFrame({"time": time, "bid": [99.0, 99.9, 99.0, 99.0], "ask": [101.0, 100.1, 101.0, 101.0],
                           "bid_size": 1.0, "ask_size": 1.0})
    found = liquidity.quoted(quotes)
    assert found["mean of quotes"].value == pytest.approx(1e4 * (3 * 0.02 + 0.002) / 4)
    assert found["time-weighted"].value == pytest.approx(1e4 * (999 * 0.02 + 0.002) / 1000)


def test_effective_spread_is_realised_and_impact(recording):
    parts = {name: liquidity.paid(recording.trades, recording.quotes, "trade", name) for name in markouts.MEASURES}
    assert parts["effective"].value == pytest.approx(parts["realised"].value + parts["impact"].value)
    assert parts["effective"].low < parts["effective"].value < parts["effective"].high


def test_both_weightings_agree_with_the_factor(recording):
    """Of a horizon of nothing every order with a quote before and after it counts."""
    from kit import compute

    orders = sampling.orders(recording.trades)
    matched = sampling.matched(orders, recording.quotes)
    effective = 1e4 * compute(matched, "effective_spread")["effective_spread"].to_numpy()
    measured = markouts.spreads(orders, recording.quotes, ("10s",))["effective"].to_numpy()
    np.testing.assert_allclose(effective, measured, rtol=1e-9)


def test_depth_and_slope_planted_are_measured(recording, book):
    table = liquidity.planted(recording, book)
    assert np.abs(table["measured"] / table["planted"] - 1).max() < 0.25
    assert list(table.index)[-1] == "book_slope" and len(table) == 5


def test_the_planted_imbalance_leads_at_every_distance(book):
    table = liquidity.by_distance(book, (0.05, 1.0, 5.0))
    assert (table["correlation_low"].iloc[:2] > 0.2).all()
    assert table["reached"].tolist() == [1, 1, 0] and np.isnan(table["depth"].iloc[2])


def test_costs_grow_with_money_and_say_how_often_the_book_was_deep_enough(book):
    table = liquidity.supply(book, (1e3, 1e4, 1e5, 1e7))
    assert table["buy"].iloc[:3].is_monotonic_increasing
    assert table["filled"].tolist() == [1, 1, 1, 0] and np.isnan(table["buy"].iloc[3])


def test_bars_of_a_bouncing_price_tell_the_spread():
    """Trades on either side of a mid that does not follow them: what is paid is what bounces."""
    rng = np.random.default_rng(4)
    n = 120_000
    mid = np.exp(np.cumsum(rng.normal(0, 2e-5, n)))
    side = rng.choice([-1, 1], n)
    time = pd.Timestamp("2025-01-01", tz="UTC") + pd.to_timedelta(np.arange(n) * 60, unit="ms")
    trades = pd.DataFrame({"time": time, "price": mid * (1 + 5e-4 * side), "size": 1.0, "side": side})
    quotes = pd.DataFrame({"time": time - pd.Timedelta("1ms"), "bid": mid * (1 - 5e-4), "bid_size": 1.0,
                           "ask": mid * (1 + 5e-4), "ask_size": 1.0})
    truth = liquidity.paid(trades, quotes)
    table = liquidity.estimated(trades, truth)
    assert truth.value == pytest.approx(10, rel=0.01)
    assert table.loc["edge", "estimate"] == pytest.approx(10, rel=0.03)
    assert table.loc["edge", "estimate_low"] < table.loc["edge", "estimate"] < table.loc["edge", "estimate_high"]
    assert table.loc["corwin_schultz_floored", "estimate"] >= table.loc["corwin_schultz", "estimate"]
    assert (table["windows"] >= 15).all()


def test_every_figure_is_drawn(recording, book):
    table = liquidity.by_distance(book)
    quoted = liquidity.quoted(recording.quotes)
    figures = [draw.spreads(liquidity.series(recording, "5min")), draw.by_distance(table), draw.imbalance(table),
               draw.supply(liquidity.supply(book)),
               draw.estimates(liquidity.estimated(recording.trades, quoted["time-weighted"]), quoted)]
    for figure in figures:
        figure.canvas.draw()
        assert all(axes.get_xlabel() or axes.get_ylabel() for axes in figure.axes) and figure.description()
