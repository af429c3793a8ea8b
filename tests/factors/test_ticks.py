"""Tick-level factors: known answers, the plain definition, and what was planted in a tape."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.clock import SECOND, utc
from kit.sources.synthetic.flood import flooded

BEGAN = 1_723_075_200 * SECOND


def tape(time, price, side=0):
    return pd.DataFrame({"time": utc(time), "price": price, "size": 1.0, "side": side})


def each_second(price, side=0):
    return tape(BEGAN + np.arange(len(price)) * SECOND, np.asarray(price, dtype=float), side)


def random_tape(n=2000, seed=0):
    rng = np.random.default_rng(seed)
    time = BEGAN + np.cumsum(rng.exponential(0.5e9, n).astype(np.int64) * (rng.random(n) > 0.3))
    return tape(time, 100 + 0.1 * np.cumsum(rng.choice([-2, -1, 0, 1, 2], n, p=[0.05, 0.15, 0.6, 0.15, 0.05])))


def test_tick_frequency_counts_the_prints_of_the_last_minute_by_the_clock():
    trades = random_tape()
    got = kit.compute({"trades": trades}, "tick_frequency")["tick_frequency"].to_numpy()
    time = trades["time"].astype("int64").to_numpy()
    for row in (700, 1200, 1999):
        assert got[row] == ((time > time[row] - 60 * SECOND) & (np.arange(len(time)) <= row)).sum()
    assert np.isnan(got[time - time[0] < 59 * SECOND]).all()


def test_avg_tick_size_is_the_median_of_the_moves_that_were():
    steady = each_second(100 + np.array([0, 0.5, 0.5, 1.0, 1.0, 2.5] * 30))
    sizes = kit.compute({"trades": steady}, "avg_tick_size", steps="60s")["avg_tick_size"]
    assert sizes.iloc[-1] == pytest.approx(1.0)  # moves of a period: 0.5, 0.5, 1.5 and 2.5 back


def test_avg_tick_size_is_its_plain_definition():
    trades = random_tape()
    got = kit.compute({"trades": trades}, "avg_tick_size", steps="60s")["avg_tick_size"].to_numpy()
    time, change = trades["time"].astype("int64").to_numpy(), trades["price"].diff().to_numpy()
    for row in np.flatnonzero(change != 0)[[300, 500, -1]]:
        held = (time > time[row] - 60 * SECOND) & (np.arange(len(time)) <= row) & (change != 0)
        assert got[row] == pytest.approx(np.median(np.abs(change[held])))


@pytest.mark.parametrize(("steps", "share"), [([1.0], 1.0), ([1.0, -1.0], 0.0), ([1.0, 1.0, -1.0, -1.0], 0.5)])
def test_direction_persistence_of_a_trend_a_bounce_and_neither(steps, share):
    moves = np.resize(steps, 300)
    resting = np.stack([moves, np.zeros(300), np.zeros(300)], axis=1).ravel()  # two prints in three move nothing
    trades = each_second(1000 + np.cumsum(resting))
    got = kit.compute({"trades": trades}, "direction_persistence")["direction_persistence"]
    assert got.iloc[-1] == share


def noisy_tape(n=40_000, noise=1e-4, volatility=1e-5, seed=0):
    """Four prints a second of a log price with white noise; independent of the price."""
    rng = np.random.default_rng(seed)
    price = 100 * np.exp(np.cumsum(volatility * rng.normal(size=n)) + noise * rng.normal(size=n))
    return tape(BEGAN + np.arange(n) * SECOND // 4, price)


def test_both_noise_variances_recover_the_planted_one():
    table = kit.compute({"trades": noisy_tape()}, "microstructure_noise", "roll_noise", noise="2h")
    last, error = table.iloc[-1], 3 * 1e-8 * np.sqrt(3 / (2 * 3600 * 4))
    assert last["microstructure_noise"] == pytest.approx(1e-8 + 1e-10 / 2, abs=error)  # its bias is half the variance
    assert last["roll_noise"] == pytest.approx(1e-8, abs=2 * error)


def test_roll_noise_is_blind_to_volatility_where_the_other_is_not():
    table = kit.compute({"trades": noisy_tape(volatility=3e-4)}, "microstructure_noise", "roll_noise", noise="2h")
    assert table["microstructure_noise"].iloc[-1] == pytest.approx(5.5e-8, rel=0.05)
    assert table["roll_noise"].iloc[-1] == pytest.approx(1e-8, rel=0.25)


def test_roll_noise_gives_rolls_spread():
    """Bounce of half a cent about 100: a true spread of 0.01."""
    rng = np.random.default_rng(1)
    mid = 100 * np.exp(np.cumsum(2e-6 * rng.normal(size=30_000)))
    trades = tape(BEGAN + np.arange(30_000) * SECOND // 4, mid + 0.005 * rng.choice([-1, 1], 30_000))
    noise = kit.compute({"trades": trades}, "roll_noise", noise="2h")["roll_noise"].iloc[-1]
    assert 2 * np.sqrt(noise) * 100 == pytest.approx(0.01, rel=0.02)


def test_roll_noise_is_negative_where_prices_do_not_bounce():
    rng = np.random.default_rng(2)
    runs = np.repeat(rng.choice([-0.1, 0.1], 500), 4)
    got = kit.compute({"trades": each_second(1000 + np.cumsum(runs))}, "roll_noise", noise="20min")
    assert got["roll_noise"].iloc[-1] < 0


BURSTS = (601, 900, 1301)
"""Seconds, from the beginning, in which a flood of quotes is planted: the book itself stays in them."""


def quiet_book(seed=3, length=1800):
    """About five quotes a second on a book that moves a tick, an eighth, now and then."""
    rng = np.random.default_rng(seed)
    time = np.sort(BEGAN + rng.integers(0, length * SECOND, 5 * length))
    bid = 100 + 0.125 * np.cumsum(rng.choice([-1, 0, 1], len(time), p=[0.05, 0.9, 0.05]))
    return pd.DataFrame({"time": utc(time), "bid": bid, "bid_size": 1 + rng.random(len(time)), "ask": bid + 0.125,
                         "ask_size": 1 + rng.random(len(time))})


def flooded_book(moved=0.0):
    """The book with 200 more quotes in each of `BURSTS`, in the middle of which all prices move for good."""
    ends = BEGAN + np.array(BURSTS) * SECOND
    quotes = flooded(quiet_book(), ends, 200, step=0.125)
    late = quotes["time"].astype("int64").to_numpy()[:, None] > ends - SECOND // 2
    return quotes.assign(**{side: quotes[side] + moved * late.sum(axis=1) for side in ("bid", "ask")})


def stuffed_seconds(quotes, trades):
    """Seconds after the beginning at which the count of the last minute rises."""
    got = kit.compute(kit.grid(quotes, trades), "quote_stuffing")["quote_stuffing"]
    rises = got.index[(got.diff() > 0).to_numpy()]
    return [int(rise) for rise in (rises.astype("int64") - BEGAN) // SECOND]


@pytest.fixture(scope="module")
def few_trades():
    return each_second(np.full(1800, 100.0), side=1)[::7].reset_index(drop=True)


def test_planted_floods_of_quotes_are_found_and_nothing_else(few_trades):
    assert stuffed_seconds(flooded_book(), few_trades) == list(BURSTS)
    assert stuffed_seconds(quiet_book(), few_trades) == []


def test_a_flood_that_moves_the_price_is_news_and_not_stuffing(few_trades):
    assert stuffed_seconds(flooded_book(moved=1.0), few_trades) == []


def test_a_flood_in_which_everybody_trades_is_not_stuffing(few_trades):
    rush = [tape(np.full(400, BEGAN + (second - 1) * SECOND + SECOND // 2), np.full(400, 100.0), 1)
            for second in BURSTS]
    trades = pd.concat([few_trades, *rush]).sort_values("time", kind="stable", ignore_index=True)
    assert stuffed_seconds(flooded_book(), trades) == []
