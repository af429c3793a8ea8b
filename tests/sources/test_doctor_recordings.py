"""The doctor on real recordings: each fault that is known to be in them is named, and no gap that is not there."""

import functools

import pandas as pd
import pytest

from kit.sources import binance_raw, binance_vision, hyperliquid, tardis
from kit.sources.doctor import examine

pytestmark = pytest.mark.recordings

COINS = ("BTC", "ETH", "SOL", "WLFI")
CRASH_DAY = pd.Timestamp("2025-10-10T00:00Z"), pd.Timestamp("2025-10-11T00:00Z")


@functools.cache
def hyperliquid_coin(kit_data, coin):
    return examine(hyperliquid.read(kit_data / "market/hyperliquid-4coins", coin), name=coin)


@functools.cache
def raw(kit_data, folder, pattern):
    paths = sorted((kit_data / "market" / folder).glob(pattern))
    return examine(binance_raw.read(paths), name=f"{folder} {pattern}")


@functools.cache
def crash_trades(kit_data, venue, symbol):
    path = kit_data / f"market/crash-20251010/{venue}_trades_2025-10-10_{symbol}.csv.gz"
    return examine(tardis.read(path), name=path.name, expected=CRASH_DAY)


def instant(text):
    return pd.Timestamp(text, tz="UTC").value


def alarms(diagnosis):
    return {f.what for f in diagnosis.findings if f.severity != "info"}


@pytest.mark.parametrize("coin", ["btc", "eth"])
def test_the_local_clock_of_2024_08_08_is_1_27_s_behind_and_nothing_else_is_wrong(kit_data, coin):
    diagnosis = raw(kit_data, "binance-usdm-raw", f"usdm_{coin}usdt_20240808.gz")
    assert alarms(diagnosis) == {"negative latency"}
    for kind in ("quotes", "trades", "updates"):
        [finding] = diagnosis.named("negative latency", kind)
        assert "the local clock is 1.26" in finding.message or "the local clock is 1.27" in finding.message
        assert "100 % of the rows arrive before they were sent" in finding.message


@pytest.mark.parametrize("coin", ["btc", "eth"])
def test_the_files_on_both_sides_of_midnight_are_one_unbroken_chain(kit_data, coin):
    diagnosis = raw(kit_data, "binance-usdm-raw", f"usdm_{coin}usdt_2024071*.gz")
    assert alarms(diagnosis) == {"negative latency"}
    assert "the local clock is 1.52" in diagnosis.named("negative latency", "quotes")[0].message


@pytest.mark.parametrize("coin", ["btc", "eth"])
def test_spot_quotes_are_known_to_bear_a_guessed_time(kit_data, coin):
    diagnosis = raw(kit_data, "binance-spot-raw", f"spot_{coin}usdt_20240808.gz")
    assert "shifted by 1.27" in diagnosis.named("estimated clock", "quotes")[0].message
    assert "the local clock is 1.27" in diagnosis.named("negative latency", "trades")[0].message
    assert not diagnosis.named("sequence break") and not diagnosis.named("crossed quote")


def test_the_clock_of_nexo_strays_on_both_sides_and_its_quiet_feed_has_no_gap(kit_data):
    diagnosis = raw(kit_data, "binance-spot-nexo-raw", "*.dat.gz")
    assert alarms(diagnosis) == {"negative latency", "estimated clock"}
    assert "56 % of the rows arrive before they were sent" in diagnosis.named("negative latency", "trades")[0].message
    assert "the longest 215." in diagnosis.named("silence", "quotes")[0].message


@pytest.mark.parametrize("coin", COINS)
def test_the_17_5_s_gap_of_hyperliquid_is_found_in_quotes_and_books_and_is_the_only_one(kit_data, coin):
    gaps = hyperliquid_coin(kit_data, coin).named("gap")
    assert [gap.kind for gap in gaps] == ["depth", "quotes"]
    for gap in gaps:
        assert instant("2025-09-04 19:58:11.5") < gap.first < instant("2025-09-04 19:58:12")
        assert instant("2025-09-04 19:58:29.4") < gap.last < instant("2025-09-04 19:58:29.6")
    assert gaps[1].last - gaps[1].first == {"BTC": 17_539, "ETH": 17_539, "SOL": 17_697, "WLFI": 17_801}[coin] * 10**6


@pytest.mark.parametrize("coin", COINS)
def test_the_touch_that_stood_still_in_this_gap_while_trades_went_on_is_stale(kit_data, coin):
    stale = hyperliquid_coin(kit_data, coin).named("stale level")
    assert [finding.kind for finding in stale] == ["depth", "quotes"]
    for finding in stale:
        assert finding.first < instant("2025-09-04 19:58:12") and finding.last > instant("2025-09-04 19:58:29")


@pytest.mark.parametrize("coin", COINS)
def test_thirty_trades_of_each_hyperliquid_file_precede_the_first_quote(kit_data, coin):
    [finding] = hyperliquid_coin(kit_data, coin).named("trades before the first quote")
    assert finding.rows == 30
    assert finding.last < instant("2025-09-04 19:46:57")


@pytest.mark.parametrize(("coin", "twice"), [("BTC", 0), ("ETH", 17), ("SOL", 10), ("WLFI", 8)])
def test_trades_that_hyperliquid_sent_again_after_the_gap_are_counted(kit_data, coin, twice):
    findings = hyperliquid_coin(kit_data, coin).named("duplicate trade ids")
    assert sum(finding.rows for finding in findings) == twice


def test_the_bids_of_bookdepth_are_stale_from_15_30_42_on(kit_data):
    path = kit_data / "market/binance-bookdepth/BTCUSDT-bookDepth-2025-10-10.csv.gz"
    diagnosis = examine(binance_vision.read(path), name=path.name)
    [finding] = [f for f in diagnosis.findings if f.severity != "info"]
    assert (finding.what, finding.severity) == ("stale bands", "error")
    assert finding.first == instant("2025-10-10 15:30:42")
    assert "a bid of 17.652 at 121363.6" in finding.message


def test_the_holes_of_gemini_in_the_crash_are_found_and_no_others(kit_data):
    known = {"BTCUSD": [("20:54:26.937", "21:08:06.491"), ("21:13:57.378", "21:20:46.767")],
             "LTCUSD": [("20:55:07.344", "21:08:12.230")], "ETHUSD": [], "AVAXUSD": []}
    for symbol, holes in known.items():
        gaps = crash_trades(kit_data, "gemini", symbol).named("gap")
        assert [(gap.first, gap.last) for gap in gaps] == [
            tuple(instant(f"2025-10-10 {time}") for time in hole) for hole in holes]


@pytest.mark.parametrize(("venue", "symbol", "absent"), [
    ("binance-delivery", "AVAXUSD_PERP", "1,295"), ("binance-delivery", "ETCUSD_PERP", "901"),
    ("coinbase", "AVAX-USD", "39"), ("coinbase", "ETC-USD", "9")])
def test_trade_ids_absent_on_the_crash_day_are_counted_and_its_feeds_have_no_gap(kit_data, venue, symbol, absent):
    diagnosis = crash_trades(kit_data, venue, symbol)
    assert f"{absent} trade ids absent" in diagnosis.named("missing trades")[0].message
    assert alarms(diagnosis) <= {"missing trades", "late messages", "bad print"}


def test_klines_of_a_mark_price_have_no_volume(kit_data):
    path = kit_data / "market/crash-20251010/BTCUSD_PERP-1m-2025-10-10.zip"
    assert alarms(examine(binance_vision.read(path), name=path.name)) == {"no volume"}


@pytest.mark.parametrize("coin", ["BTC", "LTC", "ETC", "ENJ", "ROSE"])
def test_the_date_that_each_bybit_file_has_twice_is_found(kit_data, coin):
    rows = pd.read_csv(kit_data / f"market/five-coins-ohlcv/bybit_1d_{coin}USDT.csv.gz")
    bars = rows.assign(time=pd.to_datetime(rows["timestamp"], unit="ms", utc=True) + pd.Timedelta("1D"))
    diagnosis = examine([{"bars": bars}], name=f"Bybit {coin}")
    assert alarms(diagnosis) == {"repeated rows"}
    [finding] = diagnosis.named("repeated rows")
    assert (finding.rows, finding.first) == (1, instant("2023-02-19"))


def test_minutes_without_trades_are_absent_and_counted(kit_data):
    rows = pd.read_parquet(kit_data / "market/multi-exchange-1m-202303/iaqf_1m_20230301_20230321.parquet")
    bars = rows[rows["market"] == "coinbase_btcusd"]
    bars = bars.assign(time=bars["ts"] + pd.Timedelta("1min"))
    [finding] = examine([{"bars": bars}], name="Coinbase").named("missing bars")
    assert finding.rows == 21 * 1440 - len(bars)
    assert "290 steps of 60.000 s absent in 11 places, the longest wait 4.6 h" in finding.message


@pytest.mark.parametrize("venue", ["kraken", "gemini", "bitstamp", "bitfinex"])
def test_a_quiet_day_of_trades_has_no_alarm(kit_data, venue):
    rows = pd.read_parquet(kit_data / "market/multi-exchange-ticks-20260105/btcusd_trades_4venues_20260105.parquet")
    rows = rows[rows["venue"] == venue]
    trades = pd.DataFrame({"time": rows["ts"], "price": rows["price"], "size": rows["amount"],
                           "side": rows["buy"].map({True: 1, False: -1}).astype("int8")})
    day = pd.Timestamp("2026-01-05T00:00Z"), pd.Timestamp("2026-01-06T00:00Z")
    assert examine([{"trades": trades}], name=venue, expected=day).healthy
