"""Several venues side by side: planted answers, and what recordings do and do not say."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.columns import read
from kit.discovery import attempts, clocks, edge, leadlag
from kit.refusal import Refusal
from kit.sources import datasets, venues
from kit.units import BP


@pytest.fixture(scope="module")
def embedded():
    return datasets.load("synthetic-venues", "SIM-BTC", end="2025-01-06T03:00Z")


@pytest.fixture(scope="module")
def converted(embedded):
    return edge.in_one_currency(embedded.tables["venues"], embedded.tables["rates"])


def test_the_embedded_venues_are_a_table_of_the_kit_and_say_that_they_are_synthetic(embedded):
    table = read(embedded.tables["venues"], "venues")
    assert table.price.shape[1] == 3 and np.isfinite(table.bid).all() and embedded.synthetic
    assert embedded.tables["trades"]["time"].is_monotonic_increasing


def test_prints_come_at_the_touch_of_their_venue(embedded):
    trades = venues.by_venue(embedded.tables["trades"], "noisy")
    spread = 2 * embedded.planted.half_spreads[2]
    bounce = trades.groupby("side")["price"].mean()
    assert BP * np.log(bounce[1] / bounce[-1]) == pytest.approx(spread, rel=0.3)


def test_the_planted_lag_is_found_on_ticks(embedded):
    found = leadlag.pairs(clocks.paths(embedded.tables), steps=40)
    for one in found:
        planted = embedded.planted.lag_of(*one.venues)
        assert one.lag.low - 0.11 <= planted <= one.lag.high + 0.11, one.venues
    assert found[0].llr.low > 2


def test_the_leader_s_price_is_the_common_one_and_bounds_hold_it(converted):
    table = attempts.table(attempts.attempts(edge.prices(converted)))
    leader = table.loc[("all", "leader")]
    assert leader["cs_low"] < 1.0 and leader["cs"] > 0.85
    assert leader["is_lowest"] > 0.6 and leader["is_highest"] > 0.95


def test_the_planted_premium_half_life_and_edge_are_found(embedded, converted):
    law, prices = embedded.planted, edge.prices(converted)
    assert BP * np.log(prices["follower"] / prices["leader"]).mean() == pytest.approx(law.premium, abs=0.1)
    life = edge.half_life(np.log(prices["noisy"] / prices["leader"]))
    assert life.low - 1 < law.half_life < life.high + 1
    lasting = edge.persistence(edge.edges(converted, taker=2.0, haircut=0.5))
    row = lasting.loc["leader -> noisy"]
    assert row["share_low"] - 0.02 < law.open_share(4.5) < row["share_high"] + 0.02


def test_the_planted_migration_is_found(embedded):
    law = embedded.planted
    shares = kit.compute(embedded.tables["venues"], "market_share_{a}", window="30min").dropna()
    assert shares.iloc[0].to_numpy() == pytest.approx(law.first, abs=0.05)
    assert shares["market_share_noisy"].iloc[-1] > 0.5


def test_the_peg_is_lost_as_quoted_and_not_in_dollars(embedded, converted):
    apart = [np.log(edge.prices(frame)["leader"] / edge.prices(frame)["follower"]).abs().max() * BP
             for frame in (embedded.tables["venues"], converted)]
    assert apart[0] == pytest.approx(embedded.planted.depeg, rel=0.05) and apart[1] < 10


def minutes(tmp_path, **changes):
    bars = {"ts": pd.to_datetime(["2023-03-01T00:00Z", "2023-03-01T00:01Z", "2023-03-01T00:03Z", "2023-03-01T00:03Z"]),
            "market": ["kraken_btcusd", "kraken_btcusd", "kraken_btcusd", "binance_btcusdt"],
            "close": [100.0, 100.0, 102.0, 103.0], "volume": [1.0, 0.0, 2.0, 1.0]}
    path = tmp_path / "bars.parquet"
    pd.DataFrame(bars | changes).to_parquet(path)
    return path


def test_a_minute_is_stamped_when_it_is_over_and_no_price_is_carried_forward(tmp_path):
    frame = venues.minutes(minutes(tmp_path), {"kraken": "kraken_btcusd", "binance": "binance_btcusdt"})
    assert frame["time"].iloc[0] == pd.Timestamp("2023-03-01T00:01Z")
    np.testing.assert_array_equal(frame["price_kraken"], [100, np.nan, np.nan, 102])
    np.testing.assert_array_equal(frame["volume_kraken"], [1, 0, 0, 2])
    np.testing.assert_array_equal(frame["age_kraken"], [0, 60, 120, 0])
    np.testing.assert_array_equal(frame["age_binance"], [np.nan, np.nan, np.nan, 0])
    read(frame, "venues")


def test_a_market_that_is_not_there_and_bars_that_are_there_twice_are_refused(tmp_path):
    with pytest.raises(Refusal, match="column 'market': no market 'okx_btcusd'.*binance_btcusdt, kraken_btcusd"):
        venues.minutes(minutes(tmp_path), {"okx": "okx_btcusd"})
    with pytest.raises(Refusal, match="row 2: two bars of one minute"):
        venues.minutes(minutes(tmp_path, ts=pd.to_datetime(["2023-03-01T00:00Z", "2023-03-01T00:01Z",
                                                            "2023-03-01T00:01Z", "2023-03-01T00:03Z"])),
                       {"kraken": "kraken_btcusd"})


@pytest.mark.recordings
def test_recordings_name_their_venues_and_march_2023_loses_its_peg(kit_data):
    march = datasets.load("venues-202303", "BTC-Kraken").tables
    spread = np.log(edge.prices(march["venues"])["usd"] / edge.prices(march["venues"])["usdc"])
    assert spread.idxmin().date().isoformat() == "2023-03-11" and spread.min() < -0.1
    day = datasets.load("venues-20260105", "BTC-USD").tables
    assert set(day["trades"]["venue"]) == {"kraken", "gemini", "bitstamp", "bitfinex"}
    assert len(day["trades"]) == 267_092 and day["venues"]["price_gemini"].notna().all()
    pair = datasets.load("venues-binance", "ETHUSDT").tables["venues"]
    assert pair.filter(like="bid_").notna().all(axis=None)
    assert np.log(pair["price_spot"] / pair["price_perpetual"]).abs().max() < 20 / BP
