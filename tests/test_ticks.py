"""What ticks say of a market's grain, on tapes whose bounce, noise and floods are known."""

import numpy as np
import pandas as pd
import pytest

from kit import ticks
from kit.bootstrap import Bootstrap
from kit.clock import SECOND, utc
from kit.sources.datasets import Recording
from kit.sources.synthetic.flood import flooded
from tests.factors.test_ticks import BEGAN, quiet_book, tape

QUICK = Bootstrap(draws=99)
HALF = 0.005


def bouncing(n=8000, seed=0):
    """Four prints a second, half a cent to either side of a slow mid near 100."""
    rng = np.random.default_rng(seed)
    side = rng.choice([-1, 1], n)
    mid = 100 * np.exp(np.cumsum(2e-6 * rng.normal(size=n)))
    return tape(BEGAN + np.arange(n) * SECOND // 4, mid + HALF * side, side), mid


def quotes_about(mid):
    return pd.DataFrame({"time": utc(BEGAN + np.arange(len(mid)) * SECOND // 4), "bid": mid - HALF, "bid_size": 1.0,
                         "ask": mid + HALF, "ask_size": 1.0})


def test_independent_sides_bounce_at_one_move_and_know_nothing_of_earlier_ones():
    """Of the mid's own small moves and the bounce, one in three goes the way of the last."""
    table = ticks.persistence(bouncing()[0], lags=3, by=QUICK)
    for reading in ("prints", "taker orders"):
        rows = table.loc[reading]
        assert rows.loc[1, "high"] < rows.loc[1, "null_low"]
        assert rows.loc[3, "low"] < rows.loc[3, "null"] < rows.loc[3, "high"]
        np.testing.assert_allclose(rows["null"], 0.5, atol=0.01)


def test_sweeps_persist_print_by_print_and_not_order_by_order():
    """Each order prints three prices in one direction: moves go on within it, and are dealt at random between."""
    rng = np.random.default_rng(1)
    side = rng.choice([-1, 1], 1500)
    price = 100 + 0.1 * np.cumsum(np.repeat(side, 3))
    trades = tape(BEGAN + np.repeat(np.arange(1500), 3) * SECOND, price, np.repeat(side, 3))
    table = ticks.persistence(trades, lags=1, by=QUICK)
    assert table.loc[("prints", 1), "share"] == pytest.approx(2 / 3 + 1 / 6, abs=0.02)
    assert table.loc[("taker orders", 1), "share"] == pytest.approx(0.5, abs=0.04)


def test_noise_makes_volatility_rise_towards_the_shortest_returns():
    trades, _ = bouncing()
    rows = ticks.signature(trades, steps=(1, 4, 100), by=QUICK).loc["prints"]["volatility"]
    expected = [1e4 * np.sqrt(4 * (2e-6**2 + 2 * (HALF / 100) ** 2 / k)) for k in (1, 4, 100)]
    np.testing.assert_allclose(rows, expected, rtol=0.03)


def test_the_noise_of_a_bounce_is_half_the_quoted_spread():
    trades, mid = bouncing()
    table = ticks.noise(trades, quotes_about(mid), QUICK)["half_spread_bp"]
    np.testing.assert_allclose(table.loc["prints"], 0.5, rtol=0.03)
    assert table["quotes", "as quoted"] == pytest.approx(0.5, rel=1e-3)


def test_moves_are_in_ticks_and_leave_out_prints_that_did_not_move():
    trades = tape(BEGAN + np.arange(5) * SECOND, [100.0, 100.0, 100.5, 100.5, 99.0])
    assert ticks.moves(trades, 0.5).tolist() == [1.0, 3.0]


@pytest.mark.parametrize(("hours", "length"), [(1, "10s"), (4, "1min"), (0.5, "1s"), (17, "5min"), (300, "1h")])
def test_bars_are_so_long_that_there_are_hundreds(hours, length):
    assert ticks.bar_length(tape([BEGAN, BEGAN + int(hours * 3600) * SECOND], [1.0, 1.0])) == length


def test_a_flood_leaves_the_book_as_it_was():
    book = quiet_book()
    more = flooded(book, BEGAN + np.array([700, 800]) * SECOND, 50, step=0.125)
    assert len(more) == len(book) + 100 and more["time"].is_monotonic_increasing
    for second in (700, 800):
        stamp = utc([BEGAN + second * SECOND])[0]
        before, after = (one[one["time"] <= stamp].iloc[-1] for one in (book, more))
        assert before["bid"] == after["bid"] and before["ask"] == after["ask"]


def test_the_larger_a_planted_flood_the_more_are_found():
    trades = tape(BEGAN + np.arange(0, 1800, 9) * SECOND, np.full(200, 100.0), 1)
    known = Recording("test", "test", "TEST", "test", True, "60s", {"quotes": quiet_book(), "trades": trades})
    table = ticks.floods_found(known, multiples=(1, 40))
    assert table["planted"].between(8, 9).all()
    assert table.loc[1, "share"] < 0.3 and table.loc[40, "share"] > 0.6
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
