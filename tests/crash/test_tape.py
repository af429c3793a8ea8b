"""A crash in its trades: orders, minutes, basis and silences by hand, then the recordings' known answers."""

import numpy as np
import pandas as pd
import pytest

from kit.crash import tape
from kit.crash.window import event
from kit.refusal import Refusal
from kit.sources import datasets


def prints(rows):
    """Trades of (seconds after 21:00, price, size, side)."""
    begin = pd.Timestamp("2025-10-10T21:00Z")
    frame = pd.DataFrame(rows, columns=["after", "price", "size", "side"])
    return frame.assign(time=begin + pd.to_timedelta(frame["after"], unit="s"))


SOME = [(0.0, 10.0, 1.0, 1), (0.0, 11.0, 2.0, 1), (0.0, 9.0, 1.0, -1), (5.0, 10.0, 4.0, -1), (61.0, 8.0, 5.0, 1)]


def test_prints_of_one_time_and_side_are_one_order():
    taken = tape.orders(prints(SOME))
    assert taken["prints"].tolist() == [2, 1, 1, 1]
    assert taken["notional"].tolist() == [32.0, 9.0, 40.0, 40.0]
    assert taken["price"].iloc[0] == pytest.approx(32 / 3) and taken["last"].iloc[0] == 11.0


def test_contracts_are_dollars_whatever_the_price():
    taken = tape.orders(prints(SOME), contract=10.0)
    assert taken["notional"].tolist() == pytest.approx([30.0, 10.0, 40.0, 50.0])
    assert taken["coin"].iloc[3] == pytest.approx(50 / 8)


def test_a_minute_by_hand():
    minute = tape.by_minute(tape.orders(prints(SOME)), memory=1).iloc[0]
    assert minute["notional"] == 81 and minute["orders"] == 3
    assert minute["flow"] == pytest.approx((32 - 49) / 81)
    assert minute["concentration"] == pytest.approx((32**2 + 9**2 + 40**2) / 81**2)
    assert minute["effective_orders"] == pytest.approx(1 / minute["concentration"])
    assert minute["vwap_deviation_bp"] == pytest.approx((10 / (81 / 8) - 1) * 1e4)
    assert minute["volatility_bp"] == pytest.approx(np.log(10 / 9) * 1e4)


def test_a_minute_without_trades_is_missing_and_its_turnover_is_zero():
    minutes = tape.by_minute(tape.orders(prints([SOME[0], (130.0, 10.0, 1.0, 1)])))
    assert minutes["notional"].iloc[1] == 0 and np.isnan(minutes["flow"].iloc[1])


def test_basis_is_missing_once_either_venue_is_silent():
    one, other = (tape.orders(prints([(second, price, 1.0, 1) for second in seconds]))
                  for price, seconds in ((10.0, (0, 1, 20)), (8.0, (0, 9, 20))))
    found = tape.basis(one, other, stale="5s")
    assert found.iloc[0] == pytest.approx(np.log(10 / 8) * 1e4)
    assert found.notna().tolist()[:8] == 6 * [True] + 2 * [False] and np.isfinite(found.iloc[20])


def test_silences_are_of_the_event_only():
    hours = event(begin="21:00", end="21:10")
    taken = tape.orders(prints([(t, 10.0, 1.0, 1) for t in (0, 1, 2, 200, 201, 700, 900)]))
    found = tape.silences(taken, hours, least="60s")
    assert found["seconds"].tolist() == [198.0] and found["begin"].iloc[0] == pd.Timestamp("2025-10-10T21:00:02Z")
    assert 200 < found["usual"].iloc[0] <= 499


def test_no_trades_are_refused():
    with pytest.raises(Refusal, match="no trades"):
        tape.orders(prints([]))


@pytest.fixture(scope="module")
def taken(kit_data):
    def of(symbol):
        trades = datasets.load("crash", symbol).trades
        return tape.orders(trades, tape.CONTRACT.get(symbol.split("/")[1]))
    return {name: of(name) for name in ("binance-delivery/ETCUSD_PERP", "coinbase/ETC-USD", "gemini/BTCUSD")}


@pytest.mark.recordings
def test_etc_fell_from_20_61_to_4_743(taken):
    day = taken["binance-delivery/ETCUSD_PERP"]
    assert day["price"].max() == pytest.approx(20.614)
    way = tape.summary(day, event())
    assert way["lowest"] == 4.743 and f"{way['trough']:%H:%M:%S}" == "21:24:12"
    assert way["drawdown"] == pytest.approx(1 - 4.743 / 18.393)


@pytest.mark.recordings
def test_gemini_s_tape_of_btc_has_a_hole_of_820_s_in_the_crash(taken):
    holes = tape.silences(taken["gemini/BTCUSD"], event())
    assert holes["seconds"].iloc[0] == pytest.approx(819.554)
    assert f"{holes['begin'].iloc[0]:%H:%M}" == "20:54"


@pytest.mark.recordings
def test_the_same_coin_cost_a_third_elsewhere(taken):
    found = tape.basis(taken["binance-delivery/ETCUSD_PERP"], taken["coinbase/ETC-USD"])
    assert np.exp(found.min() / 1e4) == pytest.approx(0.306, abs=0.01)
    assert f"{found.idxmin():%H:%M:%S}" == "21:24:13"


@pytest.mark.recordings
def test_takers_sold_in_many_orders_and_volatility_multiplied(taken):
    compared = tape.compare(tape.by_minute(taken["binance-delivery/ETCUSD_PERP"]), event())
    assert compared.loc["flow", "against_high"] < 0
    assert compared.loc["effective_orders", "against_low"] > 3
    assert compared.loc["volatility_bp", "against_low"] > 5


@pytest.mark.recordings
def test_recordings_without_quotes_are_loaded_for_what_they_are(kit_data):
    recording = datasets.load("crash", "gemini/AVAXUSD")
    assert set(recording.tables) == {"trades"} and len(recording.trades) == 1552
    bars = datasets.load("crash-mark", "BTCUSD_PERP").tables["bars"]
    assert len(bars) == 2880 and bars["time"].is_monotonic_increasing
    assert set(datasets.load("crash-depth", "BTCUSDT").tables["bands"]["percentage"]) == {*range(-5, 0), *range(1, 6)}
