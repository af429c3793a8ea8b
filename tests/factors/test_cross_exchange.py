"""Factors of several venues, where the answer is known."""

import numpy as np
import pytest

import kit
from kit.units import BP
from tests.factors.venues_market import led, venues


def test_a_spread_is_the_log_ratio_of_every_pair_in_the_order_of_the_table():
    frame = venues({"kraken": [101.0] * 3, "gemini": [100.0] * 3, "bitstamp": [100.0] * 3})
    found = kit.compute(frame, "spread_{a}_{b}", "abs_spread_{a}_{b}")
    assert list(found)[:3] == ["spread_kraken_gemini", "spread_kraken_bitstamp", "spread_gemini_bitstamp"]
    assert found["spread_kraken_gemini"].iloc[0] == pytest.approx(np.log(1.01))
    turned = kit.compute(venues({"gemini": [100.0] * 3, "kraken": [101.0] * 3}), "spread_gemini_kraken")
    assert turned.iloc[0, 0] == -found["spread_kraken_gemini"].iloc[0]


def test_a_price_that_has_grown_old_is_not_compared():
    frame = venues({"a": [100.0] * 4, "b": [100.0] * 4}).assign(age_b=[0, 60, 61, np.nan])
    assert kit.compute(frame, "spread_a_b", stale="60s")["spread_a_b"].notna().tolist() == [True, True, False, False]


def test_spread_momentum_is_a_difference_of_means():
    spread = np.linspace(0, 59e-4, 60)  # 1 bp a row
    frame = venues({"a": 100 * np.exp(spread), "b": np.full(60, 100.0)})
    momentum = kit.compute(frame, "spread_mom_a_b", smooth="10min", change="5min")["spread_mom_a_b"]
    assert momentum.iloc[:14].isna().all()
    np.testing.assert_allclose(momentum.dropna(), 5e-4, rtol=1e-9)


@pytest.mark.parametrize("lag", [1, 3])
def test_the_planted_leader_leads(lag):
    found = kit.compute(venues(led(lag)), "leadership_{a}", window="10h").dropna()
    assert (found["leadership_leader"] > 0.1).all()
    assert (found[["leadership_late", "leadership_later"]] < 0).all(axis=None)


def test_who_moves_together_does_not_lead():
    found = kit.compute(venues(led(0)), "leadership_leader", window="40h").dropna()
    assert abs(found["leadership_leader"].mean()) < 0.1


def test_leadership_does_not_see_the_next_row():
    prices = led(2)
    whole = kit.compute(venues(prices), "leadership_{a}")
    part = kit.compute(venues({venue: price[:500] for venue, price in prices.items()}), "leadership_{a}")
    assert whole[:500].equals(part)


def test_an_edge_pays_both_spreads_both_fees_and_the_haircut_in_the_better_direction():
    frame = venues({"a": [100.0] * 2, "b": [100.5] * 2}, half=1e-4)
    edge = kit.compute(frame, "executable_edge_a_b", taker=4.0, haircut=2.0)["executable_edge_a_b"]
    assert edge.iloc[0] == pytest.approx(BP * np.log(100.5 * (1 - 1e-4) / (100 * (1 + 1e-4))) - 10)
    turned = kit.compute(venues({"b": [100.5] * 2, "a": [100.0] * 2}, half=1e-4), "executable_edge_b_a", taker=4.0,
                         haircut=2.0)
    assert turned.iloc[0, 0] == edge.iloc[0]


def test_without_quotes_there_is_no_edge_and_old_quotes_are_none():
    bare = venues({"a": [100.0] * 2, "b": [103.0] * 2})
    old = venues({"a": [100.0] * 2, "b": [103.0] * 2}, half=1e-4, ages=6.0)
    for frame in (bare, old):
        assert kit.compute(frame, "executable_edge_a_b")["executable_edge_a_b"].isna().all()
