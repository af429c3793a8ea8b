"""What quotes did within a second: a known answer, areas by hand, and array code over a whole table."""

import numpy as np
import pytest

from kit.columns import Quotes
from kit.kernels import checks, seconds
from kit.kernels.launch import launch

SECOND = 10**9


def quotes(rows, time):
    bid, bid_size, ask, ask_size = np.array(rows, float).T
    return Quotes(np.array(time), *map(np.ascontiguousarray, (bid, bid_size, ask, ask_size)))


def many(n=4000, seed=0):
    random = np.random.default_rng(seed)
    time = np.sort(random.integers(0, 60 * SECOND, n))
    time = time[(time < 20 * SECOND) | (time > 31 * SECOND)]
    bid = 100 + np.cumsum(random.integers(-1, 2, len(time)))
    sizes = random.integers(0, 9, (2, len(time))).astype(float)
    return Quotes(time, bid.astype(float), sizes[0], bid + random.integers(1, 3, len(time)).astype(float), sizes[1])


def test_order_flow_imbalance_of_cont_kukanov_stoikov():
    q = quotes([(100, 10, 101, 5), (100, 14, 101, 5), (100, 14, 101, 2), (101, 3, 102, 7), (100, 8, 101, 4),
                (100, 8, 101, 4)], np.arange(6) * SECOND)
    got = seconds.moves(np.arange(1, 6) * SECOND, SECOND, q)
    np.testing.assert_array_equal(got["ofi"], [4, 3, 5, -7, 0])
    np.testing.assert_array_equal(seconds.moves(q.time[5:], 5 * SECOND, q)["ofi"], [5])


def test_spread_is_weighed_by_how_long_it_stood():
    q = quotes([(10, 1, 11, 1), (10, 1, 14, 1), (10, 1, 12, 1), (10, 1, 19, 1)],
               [SECOND // 2, SECOND + SECOND // 4, SECOND + SECOND // 2, SECOND + SECOND // 2])
    got = seconds.moves(np.arange(1, 4) * SECOND, SECOND, q)
    np.testing.assert_array_equal(got["n_quotes"], [1, 3, 0])
    np.testing.assert_array_equal(got["resting_spread"], [np.nan, 1 / 4 + 4 / 4 + 9 / 2, 9.0])
    np.testing.assert_array_equal(got["ofi"][2:], [0.0])


def test_moves_are_those_of_array_code():
    q, grid = many(), np.arange(1, 60) * SECOND
    got = seconds.moves(grid, SECOND, q)
    up, down = q.bid[1:] - q.bid[:-1], q.ask[1:] - q.ask[:-1]
    event = q.bid_size[1:] * (up >= 0) - q.bid_size[:-1] * (up <= 0) \
        - q.ask_size[1:] * (down <= 0) + q.ask_size[:-1] * (down >= 0)
    edges = np.append(0, grid)
    expected = np.histogram(-(-q.time[1:] // SECOND) * SECOND, np.append(grid, grid[-1] + 1) - 0.5, weights=event)[0]
    np.testing.assert_allclose(got["ofi"], expected, atol=1e-9)
    moments = np.sort(np.concatenate([edges, q.time[q.time < edges[-1]]]))
    row = np.searchsorted(q.time, moments[:-1], side="right") - 1
    area = np.where(row < 0, np.nan, (q.ask - q.bid)[row]) * np.diff(moments)
    expected = np.add.reduceat(area, np.searchsorted(moments, edges[:-1], side="left")) / SECOND
    np.testing.assert_allclose(got["resting_spread"], expected, rtol=1e-12)


@pytest.mark.parametrize("pieces", [1, 3, 50])
def test_seconds_do_not_depend_on_how_they_are_cut_into_pieces(pieces, monkeypatch):
    q, grid = many(), np.arange(-2, 70) * SECOND
    whole, rows = seconds.moves(grid, SECOND, q), seconds.last(grid, q.time)
    monkeypatch.setattr(seconds, "launch", lambda *a, **k: launch(*a, pieces=pieces, **k))
    np.testing.assert_array_equal(seconds.last(grid, q.time), rows)
    for name, column in seconds.moves(grid, SECOND, q).items():
        np.testing.assert_array_equal(column, whole[name])


@pytest.mark.parametrize("n", [0, 1, 2, checks.CHUNK, checks.CHUNK + 1, 3 * checks.CHUNK])
def test_one_row_out_of_order_is_found_wherever_it_is(n):
    time = np.arange(n)
    assert checks.in_order(time)
    assert checks.in_order(np.zeros(n, np.int64))
    for row in {1, n // 2, checks.CHUNK, n - 1} & set(range(1, n)):
        assert not checks.in_order(np.where(time == row, row - 2, time)), row


@pytest.mark.parametrize(("value", "price", "size", "missing"), [
    (5e-324, True, True, True), (1e308, True, True, True), (0.0, False, True, False), (-0.0, False, True, False),
    (-1.0, False, False, False), (np.inf, False, False, False), (-np.inf, False, False, False),
    (np.nan, False, False, True)])
def test_values_are_sound_where_they_say_so(value, price, size, missing):
    values = np.ones(checks.CHUNK + 7)
    values[-1] = value
    assert checks.positive(values) == price
    assert checks.positive(values, zero=True) == size
    assert checks.positive(values, missing=True) == missing
