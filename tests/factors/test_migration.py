"""Shares of the volume, and how concentrated it is: known indices, and what happens at nothing."""

import numpy as np
import pytest

import kit
from tests.factors.venues_market import venues

KNOWN = {"a": 0.5, "b": 0.3, "c": 0.2}
NAMES = ("liquidity_concentration", "liquidity_concentration_normalised", "effective_venues")


def traded(**volumes):
    n = len(next(iter(volumes.values())))
    return venues(dict.fromkeys(volumes, np.full(n, 100.0)), volumes)


def test_the_known_concentration():
    frame = traded(**{venue: np.full(10, share) for venue, share in KNOWN.items()})
    found = kit.compute(frame, *NAMES, "market_share_{a}", window=5).iloc[-1]
    assert found["liquidity_concentration"] == pytest.approx(0.38)
    assert found["effective_venues"] == pytest.approx(2.6316, abs=5e-5)
    assert found["liquidity_concentration_normalised"] == pytest.approx(0.07)
    assert found["market_share_b"] == pytest.approx(0.3)


def test_one_venue_and_equal_ones_are_the_ends_of_the_scale():
    alone = kit.compute(traded(a=np.ones(5), b=np.zeros(5)), *NAMES, window=2).iloc[-1]
    alike = kit.compute(traded(a=np.ones(5), b=np.ones(5)), *NAMES, window=2).iloc[-1]
    assert alone.tolist() == [1, 1, 1] and alike.tolist() == [0.5, 0, 2]


def test_where_nothing_is_traded_nobody_has_a_share():
    found = kit.compute(traded(a=np.zeros(5), b=np.zeros(5)), *NAMES, "dominant_exchange", "market_share_{a}", window=2)
    assert found.isna().all(axis=None)


def test_momentum_is_a_difference_also_from_nothing():
    frame = traded(a=np.r_[np.zeros(10), np.ones(10)], b=np.ones(20))
    momentum = kit.compute(frame, "market_share_momentum_a", window=1, change=10)["market_share_momentum_a"]
    np.testing.assert_allclose(momentum.dropna(), 0.5)


def test_stability_is_the_deviation_of_a_share():
    steady = traded(a=np.ones(30), b=np.ones(30))
    swinging = traded(a=np.resize([0.0, 1.0], 30), b=np.resize([1.0, 0.0], 30))
    found = [kit.compute(frame, "liquidity_stability_a", window=1, over=20).iloc[-1, 0] for frame in (steady, swinging)]
    assert found == pytest.approx([0, np.std([0, 1] * 10, ddof=1)])


def test_the_dominant_venue_is_a_place_in_the_table_and_the_first_of_equals():
    frame = traded(a=[1, 1, 1, 1], b=[0, 2, 1, 1], c=[0, 0, 0, 5])
    assert kit.compute(frame, "dominant_exchange", window=1)["dominant_exchange"].tolist() == [0, 1, 0, 2]
