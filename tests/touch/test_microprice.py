"""The micro-price: a case solved by hand, a chain it must find again, and what it does with what it has not seen."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.features import l1_imbalance, microprice
from kit.refusal import Refusal
from kit.touch.microprice import Chain, fit, solve

STAY, SWITCH, WITH, AGAINST, REVERSAL = 0.6, 0.2, 0.15, 0.05, 0.7
TRUE = 0.15625


def two_states():
    """Ask-heavy and bid-heavy, spread one tick: a move turns the book against itself with odds of 0.7."""
    onward = [WITH * (1 - REVERSAL) + AGAINST * REVERSAL, WITH * REVERSAL + AGAINST * (1 - REVERSAL)]
    return Chain(np.array([[STAY, SWITCH], [SWITCH, STAY]]), np.array([onward, onward[::-1]]),
                 np.array([AGAINST - WITH, WITH - AGAINST]), np.array([1, 0]))


def frame(time, mid, heavy, width=1.0, size=(3.0, 1.0)):
    """Quotes about `mid`; heavy > 0 means more at the bid."""
    heavy = np.asarray(heavy)
    bids, asks = np.where(heavy > 0, *size), np.where(heavy > 0, *size[::-1])
    return pd.DataFrame({"time": clock.utc(time), "bid": mid - width / 2, "bid_size": bids, "ask": mid + width / 2,
                         "ask_size": asks})


def played(n, seed=0):
    """Quotes of the two-state chain, a row a second."""
    rng = np.random.default_rng(seed)
    chance, turn = rng.random(n), rng.random(n)
    side, mid = np.empty(n, dtype=int), np.empty(n)
    now, at = 1, 1000.0
    for i in range(n):
        side[i], mid[i] = now, at
        if chance[i] >= STAY + SWITCH:
            jump = now if chance[i] < STAY + SWITCH + WITH else -now
            at, now = at + jump, -jump if turn[i] < REVERSAL else jump
        elif chance[i] >= STAY:
            now = -now
    return frame((1 + np.arange(n)) * clock.SECOND, mid, side)


def test_the_two_state_case_by_hand():
    first, whole, onward = solve(two_states())
    np.testing.assert_allclose(first, [-1 / 6, 1 / 6], atol=1e-12)
    np.testing.assert_allclose(onward, [[7 / 15, 8 / 15], [8 / 15, 7 / 15]], atol=1e-12)
    np.testing.assert_allclose(whole, [-TRUE, TRUE], atol=1e-12)
    g1, leans = (WITH - AGAINST) / (1 - STAY + SWITCH), -0.04
    assert g1 / (1 - leans / (1 - STAY + SWITCH)) == pytest.approx(TRUE)


def test_the_whole_sum_is_that_of_its_terms():
    first, whole, onward = solve(two_states())
    terms, total = first.copy(), np.zeros(2)
    for _ in range(60):
        total, terms = total + terms, onward @ terms
    np.testing.assert_allclose(whole, total, atol=1e-14)


def test_a_played_chain_drifts_by_it_and_the_fit_finds_it_again():
    quotes = played(200_000)
    mid = ((quotes["bid"] + quotes["ask"]) / 2).to_numpy()
    drift = np.where(quotes["bid_size"] > 1, 1, -1)[:-25:25] * np.diff(mid[::25])
    error = drift.std() / np.sqrt(len(drift))
    assert abs(drift.mean() - TRUE) < 3 * error < 0.1
    fitted = fit(quotes, tick=1.0, buckets=2, spreads=1, gap="10s")
    np.testing.assert_allclose(fitted.whole.ravel(), [-TRUE, TRUE], atol=0.01)
    np.testing.assert_allclose(fitted.first.ravel(), [-1 / 6, 1 / 6], atol=0.01)


def test_the_adjustment_is_odd_and_scales_with_the_tick():
    quotes = played(20_000, seed=1)
    fitted = fit(quotes, tick=1.0, buckets=2, spreads=1)
    np.testing.assert_allclose(fitted.whole, -fitted.whole[::-1], atol=1e-12)
    prices = ["bid", "ask"]
    small = fit(quotes.assign(**{side: quotes[side] / 1000 for side in prices}), tick=0.001, buckets=2, spreads=1)
    np.testing.assert_allclose(small.adjustment, fitted.adjustment, atol=1e-9)
    np.testing.assert_allclose(small.whole, fitted.whole / 1000, atol=1e-12)


def test_edges_and_transitions_are_those_of_the_past():
    quotes = played(5000, seed=2)
    fitted = fit(quotes[:3000], tick=1.0, buckets=2, spreads=1)
    other = fit(pd.concat([quotes[:3000], played(2000, seed=3)])[:3000], tick=1.0, buckets=2, spreads=1)
    np.testing.assert_array_equal(fitted.whole, other.whole)
    np.testing.assert_array_equal(fitted.price(quotes)[:4000], fitted.price(quotes[:4000]))


def test_large_moves_count_with_their_size_and_wide_spreads_share_a_state():
    quotes = played(50_000, seed=4)
    mid = (quotes["bid"] + quotes["ask"]) / 2
    far = frame(quotes["time"].astype("int64"), 1000 + 5 * (mid.to_numpy() - 1000), quotes["bid_size"] - 2)
    np.testing.assert_allclose(fit(far, tick=1.0, buckets=2, spreads=1).whole.ravel(), [-5 * TRUE, 5 * TRUE], atol=0.1)
    wide = far.assign(bid=far["bid"] - 3, ask=far["ask"] + 3)
    fitted = fit(wide, tick=1.0, buckets=2, spreads=4)
    assert np.isnan(fitted.whole[:, :3]).all() and np.isfinite(fitted.whole[:, 3]).all()
    assert (fitted.seen[:, :3] == 0).all()
    assert fitted.adjustment.columns[-1] == "4 or more"


def test_a_state_that_was_not_seen_has_no_micro_price():
    fitted = fit(played(5000), tick=1.0, buckets=2, spreads=3)
    unseen = frame([1, 2, 3], np.full(3, 1000.0), [1, -1, 1], width=np.array([1.0, 2.0, -1.0]))
    assert np.isfinite(fitted.price(unseen)).tolist() == [True, False, False]


def test_an_imbalance_between_two_buckets_leans_to_neither():
    fitted = fit(played(5000), tick=1.0, buckets=2, spreads=1)
    assert fitted.edges.tolist() == [0]
    np.testing.assert_allclose(fitted.price(frame([1], np.array([1000.0]), [1], size=(2.0, 2.0))), 1000, atol=1e-12)


def test_silences_and_the_end_of_the_data_are_not_read_as_standing_still():
    quotes = played(4000, seed=5)
    stands = pd.concat([quotes, frame((10_000 + np.arange(50_000)) * clock.SECOND, np.full(50_000, 1000.0),
                                      np.ones(50_000))])
    np.testing.assert_allclose(fit(stands, tick=1.0, buckets=2, spreads=1).whole,
                               fit(quotes, tick=1.0, buckets=2, spreads=1).whole, atol=1e-12)


def test_a_mid_that_never_moves_is_refused():
    with pytest.raises(Refusal, match="never moves"):
        fit(frame([1, 2, 3], np.full(3, 1000.0), [1, -1, 1]), tick=1.0)
    forever = two_states()._replace(jump=np.zeros(2), moved=np.zeros((2, 2)), still=np.full((2, 2), 0.5))
    with pytest.raises(Refusal, match="no move"):
        solve(forever)


class Touch:
    """Quotes as a factor takes them."""

    def __init__(self, bid, bid_size, ask, ask_size):
        self.bid, self.bid_size, self.ask, self.ask_size = map(np.asarray, (bid, bid_size, ask, ask_size))


def test_the_weighted_mid_stands_in_the_spread_where_the_imbalance_says():
    touch = Touch([10.0, 100.0], [30.0, 30.0], [10.1, 101.0], [10.0, 10.0])
    np.testing.assert_allclose(l1_imbalance(touch), 0.5)
    assert microprice(touch)[1] == pytest.approx(100.75)
    rng = np.random.default_rng(0)
    touch = Touch(*rng.uniform([[50], [1], [60], [1]], [[55], [100], [65], [100]], (4, 1000)))
    place = 2 * (microprice(touch) - touch.bid) / (touch.ask - touch.bid) - 1
    np.testing.assert_allclose(place, l1_imbalance(touch), atol=1e-12)


def test_imbalances_that_stand_on_the_edges_have_mirror_images_there():
    quotes = played(20_000, seed=6)
    both = [fit(one, tick=1.0) for one in (quotes, quotes.assign(
        bid=2000 - quotes["ask"], ask=2000 - quotes["bid"], bid_size=quotes["ask_size"], ask_size=quotes["bid_size"]))]
    np.testing.assert_allclose(both[0].whole, both[1].whole, atol=1e-9)
    np.testing.assert_allclose(np.abs(both[0].leans(quotes)[1]), TRUE, atol=0.03)
