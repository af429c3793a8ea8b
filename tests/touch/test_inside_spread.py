"""A perpetual in the spot's spread: by hand, with a basis of the past, correlations that are known, and real ones."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.bootstrap import Bootstrap
from kit.refusal import Refusal
from kit.touch import inside_spread, latent

START = 10**18
WIDE = Bootstrap(horizon="1s", block="20s", draws=99)


def quotes(time, bid, ask, bids, asks):
    return pd.DataFrame({"time": clock.utc(time), "bid": bid, "bid_size": bids, "ask": ask, "ask_size": asks})


def pair(tick=10.0, noise=0.15, levels=10, seconds=4000, premium=40.0, seed=0):
    """A spot one tick wide, and `premium` above it a perpetual with `levels` prices a tick, of one efficient price."""
    seen = latent.gridded(tick, seconds, noise, seed)
    time, fine = START + np.arange(seconds) * clock.SECOND, tick / levels
    future = 5000 + premium + np.floor(seen.efficient / fine) * fine
    spot = quotes(time, 5000 + seen.bid, 5000 + seen.bid + tick, 1 + seen.imbalance, 1 - seen.imbalance)
    return spot, quotes(time, future, future + fine, 1.0, 1.0)


def test_a_position_by_hand():
    time = START + np.arange(4) * clock.SECOND
    spot = quotes(time, np.full(4, 100.0), np.full(4, 102.0), 3.0, 1.0)
    future = quotes(time, np.array([99.5, 101.5, 100.5, 103.5]), np.array([100.5, 102.5, 101.5, 104.5]), 1.0, 1.0)
    table = inside_spread.position(spot, future, basis="2s", every="1s")
    np.testing.assert_allclose(table["basis"], [0.5, 1.5])  # medians of two of the differences -1, 1, 0 and 3
    np.testing.assert_allclose(table["z"], [-0.5, 1.5])
    np.testing.assert_allclose(table["imbalance"], 0.5)


@pytest.mark.parametrize(("noise", "expected"), [(0.3, 0.875), (0.15, 0.97)])
@pytest.mark.parametrize("tick", [2.0, 10.0])
def test_the_stylised_correlation_is_that_of_its_noise_whatever_the_tick(noise, expected, tick):
    table = inside_spread.position(*pair(tick, noise, seconds=20_000), basis="1h", every="1s")
    found = inside_spread.correlations(table, by=WIDE).loc["levels"]
    assert found["value"] == pytest.approx(expected, abs=0.02)
    assert found["low"] <= found["value"] <= found["high"]


def test_the_basis_knows_the_past_only():
    spot, future = pair()
    whole = inside_spread.position(spot, future, every="1s")
    cut = inside_spread.position(spot[:2000], future[:2000], every="1s")
    pd.testing.assert_frame_equal(whole.loc[:cut.index[-1]], cut)


def test_a_premium_is_removed_and_nothing_is_cut_off():
    plain, dear = (inside_spread.position(*pair(premium=premium), every="1s") for premium in (0.0, 40.0))
    np.testing.assert_allclose(plain["z"], dear["z"], atol=1e-9)
    assert dear["z"].abs().max() > 1 and 0 < inside_spread.outside(dear, WIDE).value < 1


def test_a_shifted_clock_costs_correlation():
    spot, future = pair()
    found = {shift: inside_spread.correlations(inside_spread.position(spot, future, every="1s", shift_ms=shift),
                                               by=WIDE)["value"]["levels"] for shift in (-5000, 0, 5000)}
    assert found[0] - max(found[-5000], found[5000]) > 0.05
    table = inside_spread.sensitivity(spot, future, shifts=(0, 5000), windows=("30s", "60s"), every="1s")
    assert table["levels"].tolist() == pytest.approx([found[0], found[5000], table["levels"][2], found[0]])
    assert table["seconds"].tolist() == [0, 5, 30, 60]


def test_stale_quotes_are_left_out():
    spot, future = pair(seconds=400)
    table = inside_spread.position(spot.drop(index=range(200, 300)), future, basis="10s", every="1s")
    gap = (table.index > clock.utc([START + 205 * clock.SECOND])[0]) & (table.index < clock.utc(
        [START + 300 * clock.SECOND])[0])
    assert not gap.any() and len(table) > 250


def test_persistent_rows_are_worth_fewer_and_independent_ones_are_worth_themselves():
    rng = np.random.default_rng(0)
    n, phi = 50_000, 0.9
    noise = rng.normal(size=(2, n))
    assert inside_spread.effective_size(*noise) == pytest.approx(n, rel=0.05)
    walks = np.empty_like(noise)
    walks[:, 0] = noise[:, 0]
    for i in range(1, n):
        walks[:, i] = phi * walks[:, i - 1] + noise[:, i]
    assert inside_spread.effective_size(*walks) == pytest.approx(n * (1 - phi**2) / (1 + phi**2), rel=0.15)


def test_recordings_without_a_common_stretch_are_refused():
    spot, future = pair(seconds=100)
    with pytest.raises(Refusal, match="less than 200s in common"):
        inside_spread.position(spot, future, basis="200s")


def test_the_embedded_market_has_no_second_venue(monkeypatch):
    monkeypatch.delenv("KIT_DATA", raising=False)
    said = inside_spread.missing("binance-spot/BTCUSDT", "binance-usdm/BTCUSDT")
    assert "KIT_DATA" in said and "no second venue" in said


@pytest.mark.recordings
@pytest.mark.parametrize("symbol", ["BTCUSDT", "ETHUSDT"])
def test_the_real_pair_goes_together_far_less_than_the_paper_says(kit_data, monkeypatch, symbol):
    monkeypatch.setenv("KIT_DATA", str(kit_data))
    names = f"binance-spot/{symbol}", f"binance-usdm/{symbol}"
    assert inside_spread.missing(*names) is None
    spot, future = inside_spread.load(*names)
    assert spot.attrs["time"] == "estimated"
    table = inside_spread.position(spot, future)
    found = inside_spread.correlations(table)
    assert (found["low"] > 0.3).all() and (found["high"] < 0.94).all()
    assert found["effective"]["levels"] < 0.15 * found["n"]["levels"]
    assert inside_spread.outside(table).low > 0.85
