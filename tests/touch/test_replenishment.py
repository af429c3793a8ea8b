"""Simulated books: the walk step by step, theory's odds, a fair micro-price, and what a coarser tick does."""

import os
import subprocess
import sys

import numpy as np
import pytest

from kit.kernels import launch
from kit.kernels.queues import wear, worn
from kit.refusal import Refusal
from kit.touch import latent, replenishment

OTHERS = np.array([0.119, 0.303, 0.510, 0.709, 0.888])
"""Up-tick shares by fifths of the imbalance's range, of another simulation of the same queues."""
SLOPES = {0.5: 0.47, 1: 0.47, 2: 0.47, 10: 0.31, 20: 0.17, 50: 0.075}
R2 = {0.5: 0.006, 1: 0.024, 2: 0.087, 5: 0.255, 10: 0.236, 20: 0.148, 50: 0.068}


def by_hand(steps, refills, most):
    """One book, step by step."""
    (bid, ask), price, used, rows = refills[0], 0, 0, []
    for step in steps:
        rows.append((bid, ask, price))
        change = 1 if step in (0, 2) else -1
        bid, ask = (min(bid + change, most), ask) if step < 2 else (bid, min(ask + change, most))
        if 0 in (bid, ask):
            price, used = price + (1 if ask == 0 else -1), used + 1
            bid, ask = refills[used]
    return np.array(rows).T


def small():
    rng = np.random.default_rng(0)
    return rng.integers(0, 4, (3, 400), dtype=np.int8), rng.integers(1, 5, (3, 401, 2)), np.array([4, 6, 50])


@pytest.fixture(scope="module")
def book():
    return replenishment.simulate(seconds=14_400, rate=1000, every=10)[0]


def test_a_book_step_by_step():
    steps, refills, most = small()
    np.testing.assert_array_equal(np.stack(wear(steps, refills, most), axis=1),
                                  [by_hand(*one) for one in zip(steps, refills, most, strict=True)])
    for whole, kept in zip(wear(steps, refills, most), wear(steps, refills, most, every=7), strict=True):
        np.testing.assert_array_equal(kept, whole[:, ::7])


def test_the_answer_does_not_depend_on_how_the_books_are_cut():
    steps, refills, most = small()
    whole = wear(steps, refills, most)
    for pieces in (1, 2, 3):
        cut = [np.empty(steps.shape, dtype=np.int64) for _ in whole]
        launch.launch(worn, 3, steps, refills, most, 1, *cut, pieces=pieces)
        np.testing.assert_array_equal(cut, whole)


def test_the_simulator_of_cuda_gives_the_same_book():
    code = ("from tests.touch.test_replenishment import small, wear; import numpy as np; "
            "print(int(np.stack(wear(*small())).dot(np.arange(400)).sum()))")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True, text=True,
                          env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"})
    assert int(done.stdout) == int(np.stack(wear(*small())).dot(np.arange(400)).sum())


def test_the_next_direction_by_hand():
    np.testing.assert_array_equal(replenishment.next_direction(np.array([0, 0, 1, 1, 0, 0])), [1, 1, -1, -1, 0, 0])


def test_up_ticks_come_as_theory_says_and_not_in_proportion(book):
    odds = replenishment.upticks(book)
    assert odds["theory"].between(odds["low"] - 0.01, odds["high"] + 0.01).all()
    np.testing.assert_allclose(odds["up"], OTHERS, atol=0.03)
    outer = odds.iloc[[0, -1]]
    assert ((outer["up"] - outer["linear"]).abs() > 0.02).all()
    assert (odds["linear"] < odds["low"]).iloc[-1] and (odds["linear"] > odds["high"]).iloc[0]


def test_the_micro_price_has_no_drift_and_the_weighted_mid_has(book):
    known = slice(None, -6000)  # a minute on, in rows
    later = book.efficient[6000:]
    heavy = np.abs(book.imbalance[known]) > 0.5
    side = np.sign(book.imbalance[known])[heavy]
    fair, naive = (side * (later - price[known])[heavy] for price in (book.efficient, book.weighted_mid))
    error = fair.std() / np.sqrt(len(book.bid) / 6000)
    assert abs(fair.mean()) < 2 * error and naive.mean() - fair.mean() > 0.08


def test_the_micro_price_runs_into_the_move(book):
    moved = np.flatnonzero(np.diff(book.moves))
    gap = np.abs(book.efficient[moved] - book.efficient[moved + 1])
    plain = np.abs(book.weighted_mid[moved] - book.weighted_mid[moved + 1])
    assert np.median(gap) < 0.6 * np.median(plain)


def test_the_same_seed_gives_the_same_book_and_another_does_not():
    one, again, other = (replenishment.simulate(seconds=10, seed=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.bid, again.bid)
    assert (one.bid != other.bid).any()
    with pytest.raises(Refusal, match="whole numbers"):
        replenishment.simulate(ticks=[0.5])
    with pytest.raises(Refusal, match="one in 3"):
        replenishment.simulate(rate=100, every=3)


def test_a_coarser_tick_of_the_queues_is_worth_more_in_price_and_explains_most_in_between():
    books = replenishment.simulate((1, 2, 5, 10), seconds=14_400, rate=1000, every=1000)
    found = latent.sensitivity(books)
    assert (found["slope_low"].iloc[2:] > found["slope_high"].iloc[0]).all()
    assert (np.diff(found["slope_per_tick"]) < 0).all()
    assert found["r2_low"].iloc[2] > found["r2_high"].iloc[0] and found["r2"].idxmax() == 2


def test_the_stylised_truth_of_a_price_on_a_grid():
    found = latent.sensitivity([latent.gridded(tick, 400_000) for tick in latent.TICKS]).set_index("tick")
    for tick, slope in SLOPES.items():
        assert found["slope_per_tick"][tick] == pytest.approx(slope, rel=0.04), tick
    for tick, r2 in R2.items():
        assert found["r2"][tick] == pytest.approx(r2, rel=0.07), tick
    assert found["r2"].idxmax() == 5
    np.testing.assert_allclose(found["relative_tick"], found.index, rtol=0.01)
