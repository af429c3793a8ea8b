"""The embedded market as a known answer: what was planted is recovered, its facts are those of real recordings."""

import functools
import math

import numpy as np
import pandas as pd
import pytest

from kit.sources import datasets, synthetic
from tests.sources import stylised

BY_TICK = sorted(synthetic.SYMBOLS, key=lambda symbol: synthetic.market(symbol).relative_tick)


@pytest.fixture(scope="module", params=synthetic.SYMBOLS)
def symbol(request):
    return request.param


@pytest.fixture(scope="module")
def day(symbol):
    return generate(symbol)


@pytest.fixture(scope="module")
def planted(symbol, day):
    return known(symbol, day["quotes"])


def generate(symbol, edge=1.0):
    return synthetic.generate(symbol, "2025-01-06T00:00Z", "2025-01-07T00:00Z", edge=edge)


def known(symbol, quotes):
    return synthetic.planted(symbol, price=(quotes["bid"].mean() + quotes["ask"].mean()) / 2)


@functools.cache
def glance(symbol):
    """Share of unchanged mids, spread in ticks, and response at a strong imbalance."""
    quotes = generate(symbol)["quotes"]
    imbalance, change = stylised.forecast(quotes)
    spread = (quotes["ask"] - quotes["bid"]).mean() / synthetic.market(symbol).tick
    return (change == 0).mean(), spread, (change * np.sign(imbalance))[abs(imbalance) > 0.8].mean()


def by_bin(x, y, edges):
    """Mean of y in each bin of x."""
    bins = np.digitize(x, edges)
    return np.array([y[bins == k].mean() for k in range(len(edges) + 1)])


# What is true of markets

def test_returns_have_fat_tails_and_volatility_clusters(day):
    change = np.diff(stylised.mid_and_imbalance(day["quotes"])[0])
    assert (change**4).mean() / (change**2).mean() ** 2 > 5
    for lag in (1, 10, 60):
        assert stylised.autocorrelation(abs(change), lag) > 3 / math.sqrt(len(change))


def test_takers_cluster_and_repeat_themselves(day):
    signs = stylised.order_signs(day["trades"])
    for lag in (1, 5):
        assert stylised.autocorrelation(signs, lag) > 4 / math.sqrt(len(signs))
    counts = stylised.per_second(day["trades"])
    assert stylised.autocorrelation(counts, 1) > 0.2 and counts.var() / counts.mean() > 1.5


def test_trade_sizes_follow_a_power_law_and_prefer_round_lots(symbol, day):
    """Hill's tail exponent of the largest 2 %; multiples of the round lot at twice the rate of chance."""
    size, market = np.sort(day["trades"]["size"].to_numpy()), synthetic.market(symbol)
    tail = size[-len(size) // 50:]
    assert 1 < 1 / np.log(tail / tail[0])[1:].mean() < 2.6
    lots = np.rint(size * 10**market.lot_decimals).astype(int)
    assert (lots % market.round_lot == 0).mean() > 2 / market.round_lot


def test_the_finer_the_tick_the_oftener_the_mid_changes_and_the_wider_the_spread_in_ticks():
    unchanged, spread, _ = zip(*map(glance, BY_TICK), strict=True)
    assert list(unchanged) == sorted(unchanged) and unchanged[0] < 0.3 and unchanged[-1] > 0.5
    assert list(spread) == sorted(spread, reverse=True) and spread[0] > 2 and spread[-1] < 1.1


@pytest.mark.recordings
def test_facts_lie_where_those_of_real_recordings_lie(day, kit_data):
    real, ours = pd.DataFrame(real_facts()), stylised.facts(**day)
    for fact in ("correlation", "extreme_imbalance", "imbalance_memory", "volatility_memory", "unchanged",
                 "sign_memory"):
        assert real[fact].min() < ours[fact] < real[fact].max(), fact


@functools.cache
def real_facts():
    named = [("hyperliquid", coin) for coin in ("BTC", "ETH", "SOL", "WLFI")]
    named += [("binance-usdm", "BTCUSDT"), ("binance-usdm", "ETHUSDT"), ("binance-nexo", "NEXOUSDT")]
    return [stylised.facts(real.quotes, real.trades) for real in (datasets.load(*name) for name in named)]


# What was planted

def test_volatility_is_the_stated_one(day, planted):
    _, change = stylised.forecast(day["quotes"])
    assert change.std() == pytest.approx(planted.market.volatility * math.sqrt(3), rel=0.2)


def test_imbalance_predicts_the_next_three_seconds(day, planted):
    recovered = stylised.correlation(*stylised.forecast(day["quotes"]))
    assert 0.1 < recovered < 0.45
    assert recovered == pytest.approx(planted.correlation(), rel=0.2)


def test_the_response_to_imbalance_saturates(day, planted):
    imbalance, change = stylised.forecast(day["quotes"])
    edges = [-0.8, -0.5, -0.2, 0.2, 0.5, 0.8]
    centre, response = by_bin(imbalance, imbalance, edges), by_bin(imbalance, change, edges)
    np.testing.assert_allclose(response, planted.response(centre), atol=0.25 * planted.response(0.9))
    strength, gain = abs(imbalance), change * np.sign(imbalance)
    slope = np.diff(by_bin(strength, gain, edges[3:])) / np.diff(by_bin(strength, strength, edges[3:]))
    assert 0 < slope[-1] < 0.6 * slope[0]


def test_each_change_of_the_mid_takes_the_stated_direction(day, planted):
    quotes = day["quotes"]
    quotes = quotes[quotes["time"].diff(-1) < pd.Timedelta(0)]
    imbalance = ((quotes["bid_size"] - quotes["ask_size"]) / (quotes["bid_size"] + quotes["ask_size"])).to_numpy()
    step = np.diff((quotes["bid"] + quotes["ask"]).to_numpy())
    before, up = imbalance[:-1][step != 0], np.sign(step[step != 0])
    for low, high in ((-0.9, -0.6), (-0.4, -0.2), (-0.1, 0.1), (0.2, 0.4), (0.6, 0.9)):
        inside = (before > low) & (before < high)
        assert up[inside].mean() == pytest.approx(planted.direction(before[inside]).mean(), abs=0.08)


def test_a_larger_tick_makes_a_larger_response():
    """The paper's Fig. 5 as planted: over five markets the response in basis points rises with the relative tick."""
    response = [glance(symbol)[2] for symbol in BY_TICK]
    stated = [synthetic.planted(symbol).response(0.9) for symbol in BY_TICK]
    assert response == sorted(response) and stated == sorted(stated) and response[-1] > 3 * response[0]


def test_predictability_has_a_hump_in_the_horizon():
    """Too short for the mid to have changed; too long for the next change to matter."""
    quotes, horizons = generate("SIM-ROSE")["quotes"], (1, 5, 120)
    recovered = [stylised.correlation(*stylised.forecast(quotes, seconds)) for seconds in horizons]
    assert recovered[0] < recovered[1] > recovered[2]
    stated = [known("SIM-ROSE", quotes).correlation(seconds) for seconds in horizons]
    assert recovered == pytest.approx(stated, rel=0.25)


def test_without_edge_the_mid_is_a_martingale(symbol):
    """Neither imbalance, nor signed flow, nor its own past tells anything of the mid's next three seconds."""
    day = generate(symbol, edge=0.0)
    quotes, trades = day["quotes"], day["trades"]
    imbalance, change = stylised.forecast(quotes)
    assert abs(stylised.t_value(imbalance[::3], change[::3])) < 3
    assert abs(stylised.t_value(change[:-3:3], change[3::3])) < 3
    second = (trades["time"] - quotes["time"].iloc[0].floor("1s")) // pd.Timedelta("1s")
    flow = np.bincount(second, trades["side"] * np.sqrt(trades["size"]), minlength=len(change) + 5)
    assert abs(stylised.t_value(flow[4:][:len(change):3], change[::3])) < 3
    assert synthetic.planted(symbol, edge=0.0).correlation() == 0


def test_half_the_edge_is_half_the_response():
    whole, half = (stylised.correlation(*stylised.forecast(generate("SIM-ETC", edge)["quotes"])) for edge in (1, 0.5))
    assert half / whole == pytest.approx(0.5, abs=0.07)
    stated = [synthetic.planted("SIM-ETC", edge).correlation() for edge in (1, 0.5)]
    assert stated[1] == pytest.approx(stated[0] / 2)
