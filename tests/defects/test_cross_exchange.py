"""D-08, D-17, D-29 and D-30: the framework's cross-exchange formulas, where the answer is known, beside the kit's."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.discovery import edge
from tests.factors.venues_market import led, venues


def sketched_leadership(prices):
    future = prices.mean(axis=1).shift(-1)
    return {venue: prices[venue].rolling(20).corr(future).mean() for venue in prices}


def test_d08_the_sketch_ranks_a_follower_before_its_leader_and_knows_the_future():
    prices = pd.DataFrame(led(3, noise=8e-4))
    sketched = sketched_leadership(prices)
    assert sketched["late"] > sketched["leader"] + 0.1
    kits = kit.compute(venues(prices), "leadership_{a}", window="10h").dropna().mean()
    assert kits["leadership_leader"] > 0.1 > 0 > kits["leadership_late"]
    moved = prices.copy()
    moved.iloc[500:] *= 1.5
    future = [frame["late"].rolling(20).corr(frame.mean(axis=1).shift(-1))[499] for frame in (prices, moved)]
    assert future[0] != pytest.approx(future[1], abs=0.01)


def test_d17_per_cent_of_a_spread_that_crosses_zero_explodes_and_a_difference_does_not():
    noise = np.random.default_rng(0).normal(0, 1e-4, 20_000)
    spread = pd.Series(noise)
    sketched = spread.rolling(10).mean().pct_change(5)
    assert np.quantile(sketched.dropna(), 0.999) > 100 and np.quantile(sketched.dropna(), 0.001) < -100
    frame = venues({"a": 100 * np.exp(noise), "b": np.full(20_000, 100.0)})
    momentum = kit.compute(frame, "spread_mom_a_b", smooth="10min", change="5min")["spread_mom_a_b"].dropna()
    assert momentum.abs().max() < 6 * 1e-4 / np.sqrt(10)
    assert momentum.std() == pytest.approx(1e-4 * np.sqrt(2 * 5) / 10, rel=0.05)  # five of ten rows are shared


def test_d29_the_sketch_sees_five_per_cent_between_a_dollar_and_a_stablecoin_where_nothing_can_be_earned():
    n = 50
    frame = venues({"usd": np.full(n, 20_000.0), "usdc": np.full(n, 21_000.0)}, every="1s", half=1e-4)
    a, b = frame["price_usd"], frame["price_usdc"]
    assert ((a - b) / a).iloc[0] == pytest.approx(-0.05)
    assert ((a - b) / a).iloc[0] != pytest.approx(-((b - a) / b).iloc[0], abs=0.002)  # another size from the other side
    rates = pd.DataFrame({"time": frame["time"][:1], "rate_usd": 1.0, "rate_usdc": 20 / 21})
    converted = edge.in_one_currency(frame, rates)
    assert kit.compute(converted, "spread_usd_usdc")["spread_usd_usdc"].abs().max() < 1e-12
    executable = kit.compute(converted, "executable_edge_usd_usdc")["executable_edge_usd_usdc"]
    assert executable.notna().all() and (executable < -10).all()
    silent = converted.assign(age_usdc=60.0)
    assert kit.compute(silent, "executable_edge_usd_usdc")["executable_edge_usd_usdc"].isna().all()


def test_d30_a_share_that_was_zero_has_no_per_cent_and_the_dominant_venue_is_no_text_but_a_category():
    volumes = {"a": np.r_[np.zeros(30), np.full(30, 0.5)], "b": np.r_[np.full(60, 0.3)], "c": np.r_[np.full(60, 0.2)]}
    shares = pd.DataFrame(volumes).pipe(lambda v: v.div(v.sum(axis=1), axis=0))
    assert np.isinf(shares["a"].pct_change(20)).any()
    frame = venues(dict.fromkeys(volumes, np.full(60, 100.0)), volumes)
    found = kit.compute(frame, "market_share_momentum_{a}", "liquidity_concentration", "effective_venues",
                        "liquidity_concentration_normalised", "dominant_exchange", window=1, change=20)
    assert np.isfinite(found.dropna()).all(axis=None)
    assert found["market_share_momentum_a"].max() == pytest.approx(0.5)
    assert found.iloc[-1][["liquidity_concentration", "effective_venues", "liquidity_concentration_normalised"]
                          ].tolist() == pytest.approx([0.38, 1 / 0.38, 0.07])
    assert found["dominant_exchange"].iloc[[0, -1]].tolist() == [1, 0]
