"""Spreads, quoted and paid: against integrals written out, an identity, and orders whose later mids are known."""

import numpy as np
import pytest

from kit import clock, compute
from kit.columns import Matched, Quotes
from kit.factor import apply, find
from kit.past import Past

SECOND = clock.SECOND


def quotes(seconds, spreads, mids=100.0):
    """Quotes of a given spread, as a share of the mid, at given seconds."""
    time, half = np.array(seconds) * SECOND, np.array(spreads) / 2
    mids, ones = np.broadcast_to(mids, half.shape), np.ones(len(half))
    return Quotes(time.astype(np.int64), mids * (1 - half), ones, mids * (1 + half), ones)


def of(name, table, **parameters):
    return apply(find(name), table, Past(), **parameters)


def integral(time, values, end, length):
    """Mean over (end - length, end] of a step function, one nanosecond-exact stretch after the other."""
    edges = np.unique(np.concatenate([[end - length, end], time[(time > end - length) & (time < end)]]))
    held = values[np.searchsorted(time, edges[:-1], side="right") - 1]
    return (held * np.diff(edges)).sum() / length


def test_time_weighted_spread_counts_each_quote_for_as_long_as_it_stood():
    table = quotes([0, 10, 30, 40], [1e-4, 3e-4, 2e-4, 9e-4])
    assert of("twa_spread", table, window="40s")[-1] == pytest.approx((10 * 1e-4 + 20 * 3e-4 + 10 * 2e-4) / 40)


def test_time_weighted_spread_counts_the_quote_in_force_when_the_window_began():
    table = quotes([0, 10, 30, 40], [1e-4, 3e-4, 2e-4, 9e-4])
    assert of("twa_spread", table, window="25s")[-1] == pytest.approx((15 * 3e-4 + 10 * 2e-4) / 25)


def test_time_weighted_spread_is_the_integral_over_any_clock():
    rng = np.random.default_rng(3)
    steps = np.where(rng.random(500) < 0.2, 0, rng.exponential(2e9, 500)).astype(np.int64)
    time, spreads = np.cumsum(steps), rng.choice([1e-4, 2e-4, 5e-4], 500)
    table = quotes(time / SECOND, spreads)._replace(time=time)
    found = of("twa_spread", table, window="60s")
    last = np.append(time[1:] != time[:-1], True)  # of quotes stamped alike only the last stood
    for row in np.flatnonzero(np.isfinite(found) & last)[::7]:
        expected = integral(time[:row + 1], spreads[:row + 1], time[row], 60 * SECOND)
        assert found[row] == pytest.approx(expected, rel=1e-6)


def test_relative_spread_is_the_spread_over_its_time_weighted_mean():
    table = quotes([0, 10, 30, 40], [1e-4, 3e-4, 2e-4, 9e-4])
    assert of("relative_spread", table, window="40s")[-1] == pytest.approx(9 / 2.25)


def test_momentum_is_by_the_clock_and_missing_where_the_book_was_locked():
    table = quotes([0, 60, 61, 120, 121], [2e-4, 0.0, 5e-4, 3e-4, 1e-3])
    np.testing.assert_allclose(of("spread_momentum", table, window="60s"), [np.nan, np.nan, 1.5, np.nan, 1.0])


def test_volatility_of_a_spread_that_is_wide_half_of_the_time():
    table = quotes(np.arange(0, 101), np.where(np.arange(101) // 10 % 2, 3e-4, 1e-4))
    assert of("spread_volatility", table, window="100s")[-1] == pytest.approx(1e-4)


def test_volatility_weighs_by_time_not_by_row():
    """A burst of wide quotes within a millisecond is not half of the time."""
    burst = 90 + np.arange(50) / 50_000
    table = quotes([0, *burst, 91, 100], [1e-4, *[9e-4] * 50, 1e-4, 1e-4])
    assert of("spread_volatility", table, window="100s")[-1] == pytest.approx(8e-4 * np.sqrt(1e-2 * 0.99), rel=0.01)


def test_liquidity_impact_knows_the_spread_before_the_return():
    rng = np.random.default_rng(0)
    spreads = rng.uniform(1e-4, 9e-4, 300)
    mids = 100 * np.exp(np.cumsum(np.append(0, spreads[:-1])))
    table = quotes(np.arange(300), spreads, mids)
    assert of("liquidity_impact", table, window="200s")[-1] == pytest.approx(1)
    same = quotes(np.arange(300), np.append(spreads[1:], 1e-4), mids)
    assert abs(of("liquidity_impact", same, window="200s")[-1]) < 0.2, "a spread that is quoted with the return"


def test_both_names_of_the_spread_are_one_formula():
    table = quotes([0, 1], [1e-4, 2e-4])
    np.testing.assert_array_equal(of("bid_ask_spread", table), of("spread", table))


def orders(seconds, prices, sides, mids, sizes=None):
    """Orders with a quote of one tick about a mid."""
    n, mids = len(prices), np.array(mids)
    sizes = np.ones(n) if sizes is None else np.array(sizes, dtype=float)
    return Matched((np.array(seconds) * SECOND).astype(np.int64), np.array(prices), sizes, np.array(sides, np.int8),
                   mids - 0.01, np.ones(n), mids + 0.01, np.ones(n))


IDENTITY = orders([0, 5, 10], [100.03, 100.02, 100.02], [1, 1, -1], [100.00, 100.02, 100.02])
"""Bought at 100.03 where the mid is 100.00 and will be 100.02."""


def test_effective_is_realised_and_impact_of_methods_example():
    parts = {name: of(name, IDENTITY, horizon="5s")[0] for name in ("realised_spread", "adverse_selection")}
    assert of("effective_spread", IDENTITY)[0] == pytest.approx(0.06 / 100)
    assert parts["realised_spread"] == pytest.approx(0.02 / 100)
    assert parts["adverse_selection"] == pytest.approx(0.04 / 100)


def test_effective_is_realised_and_impact_of_any_order():
    rng = np.random.default_rng(1)
    mids = 100 + np.cumsum(rng.normal(0, 0.01, 400))
    sides = rng.choice([-1, 0, 1], 400)
    table = orders(np.cumsum(rng.exponential(1, 400)), mids + 0.01 * sides + rng.normal(0, 0.01, 400), sides, mids)
    effective = of("effective_spread", table)
    parts = sum(of(name, table, horizon="10s") for name in ("realised_spread", "adverse_selection"))
    known = np.isfinite(parts)
    assert known.sum() > 200
    np.testing.assert_allclose(parts[known], effective[known], atol=1e-15)


def test_an_order_of_unknown_side_is_missing_and_does_not_spoil_the_mean():
    table = orders([0, 10, 20, 30], [100.01, 100.0, 100.03, 99.99], [1, 0, 1, -1], [100.0] * 4, [1, 5, 2, 1])
    np.testing.assert_allclose(of("effective_spread", table), [2e-4, np.nan, 6e-4, 2e-4], rtol=1e-9)
    assert of("trailing_effective_spread", table, window="30s")[-1] == pytest.approx((2 * 6 + 2) / 3 * 1e-4)


def test_a_realised_spread_is_published_a_horizon_later():
    """The order at 0 s, bought at 0.01 above the mid, is judged at 10 s by the mid of 10 s, and not before."""
    table = orders([0, 4, 10, 14], [100.01, 100.05, 100.10, 100.10], [1, 1, -1, -1], [100.0, 100.04, 100.11, 100.11])
    effective = 2 * np.array([0.01 / 100, 0.01 / 100.04])
    realised = 2 * np.array([(100.01 - 100.11) / 100, (100.05 - 100.11) / 100.04])
    found = {name: of(name, table, horizon="10s", window="4s")[-1]
             for name in ("trailing_realised_spread", "trailing_adverse_selection")}
    assert found["trailing_realised_spread"] == pytest.approx(realised[1])
    assert found["trailing_adverse_selection"] == pytest.approx((effective - realised)[1])
    before = of("trailing_realised_spread", table, horizon="10s", window="4s")[:2]
    assert np.isnan(before).all()


def test_names_of_the_framework_are_computed_from_a_frame():
    import pandas as pd

    frame = pd.DataFrame({"time": pd.date_range("2025-01-01", periods=200, freq="1min", tz="UTC"), "bid": 100.0,
                          "bid_size": 1.0, "ask": 100.0 + 0.01 * (1 + np.arange(200) % 3), "ask_size": 1.0})
    names = ("bid_ask_spread", "spread_momentum", "spread_volatility", "relative_spread", "liquidity_impact")
    found = compute(frame, *names, window="1h")
    assert list(found) == list(names) and np.isfinite(found.to_numpy()[-1]).all()
