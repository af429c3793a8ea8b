"""Files come from a vendor that cuts, stalls, lies and errs: what is visible is whole and verified, always."""

import hashlib
import random
import signal
import subprocess
import sys
import time

import pytest

from kit.refusal import Refusal
from kit.sources import download
from tests.sources.vendor import serving

FOLDER = "futures/um/daily/bookTicker/BTCUSDT"
FILE = f"{FOLDER}/BTCUSDT-bookTicker-2024-03-01.zip"
CONTENT = random.Random(1).randbytes(1_000_000)


@pytest.fixture
def vendor():
    with serving() as vendor:
        vendor.publish(FILE, CONTENT)
        yield vendor


@pytest.fixture
def fetch(vendor, tmp_path):
    """Fetch 2024-03-01 (to `end`), with short pauses."""
    return lambda end="2024-03-01", **how: download.days(
        "bookTicker", "BTCUSDT", "2024-03-01", end, tmp_path, base=vendor.base, **{"pause": 0.001, "tries": 3} | how)


def visible(folder):
    """Names below a folder that a reader would take for data."""
    return sorted(path.name for path in folder.rglob("*.zip"))


def leftover(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_day_lies_as_at_the_vendor_with_its_checksum(fetch, tmp_path):
    assert fetch() == [tmp_path / FILE]
    assert (tmp_path / FILE).read_bytes() == CONTENT
    assert leftover(tmp_path) == [f"BTCUSDT-bookTicker-2024-03-01.zip{end}" for end in ("", ".CHECKSUM")]


@pytest.mark.parametrize(("market", "dataset", "symbol", "place"), [
    ("um", "trades", "BTCUSDT", "futures/um/daily/trades/BTCUSDT/BTCUSDT-trades-2024-03-01.zip"),
    ("um", "klines/1m", "BTCUSDT", "futures/um/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-03-01.zip"),
    ("um", "markPriceKlines/1h", "ETHUSDT", "futures/um/daily/markPriceKlines/ETHUSDT/1h/ETHUSDT-1h-2024-03-01.zip"),
    ("cm", "aggTrades", "BTCUSD_PERP", "futures/cm/daily/aggTrades/BTCUSD_PERP/BTCUSD_PERP-aggTrades-2024-03-01.zip"),
    ("spot", "trades", "NEXOUSDT", "spot/daily/trades/NEXOUSDT/NEXOUSDT-trades-2024-03-01.zip"),
])
def test_every_market_has_the_vendors_addresses(vendor, tmp_path, market, dataset, symbol, place):
    vendor.publish(place, b"zip")
    found = download.days(dataset, symbol, "2024-03-01", "2024-03-01", tmp_path, market, vendor.base)
    assert found == [tmp_path / place]


def test_months_run_over_the_turn_of_a_year(vendor, tmp_path):
    places = [f"spot/monthly/klines/BTCUSDT/1d/BTCUSDT-1d-{month}.zip" for month in ("2023-11", "2023-12", "2024-01")]
    for place in places:
        vendor.publish(place, place.encode())
    found = download.months("klines/1d", "BTCUSDT", "2023-11-30", "2024-01-01", tmp_path, "spot", vendor.base)
    assert [path.relative_to(tmp_path).as_posix() for path in found] == places


def test_after_a_cut_it_goes_on_where_it_stopped(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["cut", "cut"]
    fetch()
    first, second, third = vendor.ranges(FILE)
    assert first is None and 0 < int(second[6:-1]) <= 500_000 < int(third[6:-1])
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_cuts_that_bring_it_nearer_do_not_exhaust_the_tries(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["cut"] * 3
    fetch(tries=2)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_vendor_that_ignores_ranges_sends_it_all_again(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["cut", "whole"]
    fetch()
    assert len(vendor.ranges(FILE)) == 2
    assert (tmp_path / FILE).read_bytes() == CONTENT


@pytest.mark.parametrize("mischief", [["cut", "lie"], ["garbled"], ["cut", "garbled"]])
def test_wrong_bytes_are_thrown_away_and_fetched_again(vendor, fetch, tmp_path, mischief):
    vendor.mischief[FILE] = mischief
    fetch()
    assert vendor.ranges(FILE)[-1] is None
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_stalled_connection_is_left_and_its_bytes_kept(vendor, fetch, tmp_path, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", (1, 0.2))
    vendor.mischief[FILE] = ["stall"]
    fetch()
    assert int(vendor.ranges(FILE)[1][6:-1]) > 0
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_busy_vendor_is_asked_again_after_longer_and_longer_pauses(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["busy", "busy", "busy"]
    start = time.monotonic()
    fetch(tries=4, pause=0.1)
    assert time.monotonic() - start >= 0.5 * (0.1 + 0.2 + 0.4)
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_what_broke_off_is_kept_out_of_sight_and_gone_on_with_by_the_next_call(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["cut", "busy", "busy", "busy"]
    with pytest.raises(Refusal, match="given up after 3 failures in a row.*503"):
        fetch()
    assert visible(tmp_path) == []
    fetch()
    assert int(vendor.ranges(FILE)[-1][6:-1]) > 0
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_vendor_that_always_cuts_at_the_same_byte_is_given_up(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["always", "stuck"]
    with pytest.raises(Refusal, match="given up after 3 failures in a row"):
        fetch()
    assert len(vendor.ranges(FILE)) == 3
    assert visible(tmp_path) == []


def test_a_wrong_checksum_first_costs_a_second_fetch(vendor, fetch, tmp_path):
    vendor.mischief[f"{FILE}.CHECKSUM"] = ["garbled"]
    fetch()
    assert vendor.ranges(FILE) == [None, None]
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_a_file_that_is_never_what_its_checksum_says_is_refused_and_leaves_nothing(vendor, fetch, tmp_path):
    vendor.files[f"/data/{FILE}.CHECKSUM"] = b"0" * 64 + b"  BTCUSDT-bookTicker-2024-03-01.zip\n"
    with pytest.raises(Refusal) as refusal:
        fetch()
    found = hashlib.sha256(CONTENT).hexdigest()
    assert f"SHA-256 expected {'0' * 64}, found {found}" in str(refusal.value)
    assert FILE in str(refusal.value)
    assert leftover(tmp_path) == []


def test_a_page_in_the_place_of_a_checksum_is_refused_before_anything_is_fetched(vendor, fetch, tmp_path):
    vendor.files[f"/data/{FILE}.CHECKSUM"] = b"<html>welcome to the hotel</html>"
    with pytest.raises(Refusal, match="not a checksum: '<html>"):
        fetch()
    assert vendor.ranges(FILE) == [] and leftover(tmp_path) == []


def test_a_day_that_is_not_published_is_refused_at_once_with_the_reason(vendor, tmp_path):
    with pytest.raises(Refusal, match=r"2024-04-02.*not published \(404\).*bookTicker of this market until 2024-03-30"):
        download.days("bookTicker", "BTCUSDT", "2024-04-02", "2024-04-02", tmp_path, base=vendor.base)
    assert len(vendor.asked) == 1 and leftover(tmp_path) == []
    with pytest.raises(Refusal, match="see whether the symbol was listed"):
        download.days("trades", "BTCUSDT", "2024-04-02", "2024-04-02", tmp_path, base=vendor.base)


def test_a_day_that_is_not_published_takes_no_other_day_with_it(vendor, fetch, tmp_path):
    fetch()
    with pytest.raises(Refusal, match="2024-03-02.*404"):
        fetch(end="2024-03-02")
    assert visible(tmp_path) == ["BTCUSDT-bookTicker-2024-03-01.zip"]


@pytest.mark.parametrize("mischief", ["stall", "busy"])
def test_a_refusal_stops_the_other_files_where_they_are(vendor, fetch, tmp_path, mischief):
    for day in ["01", *(f"{n:02d}" for n in range(3, 31))]:
        place = f"{FOLDER}/BTCUSDT-bookTicker-2024-03-{day}.zip"
        vendor.publish(place, CONTENT)
        vendor.mischief[place] = ["always", mischief]
    start = time.monotonic()
    with pytest.raises(Refusal, match="2024-03-02.*404"):
        fetch(end="2024-03-30", pause=100)
    assert time.monotonic() - start < 20
    assert visible(tmp_path) == []


def test_what_is_at_hand_and_verified_is_not_asked_for(vendor, fetch):
    fetch()
    vendor.asked.clear()
    fetch()
    assert vendor.asked == []


def test_what_has_been_damaged_at_hand_is_fetched_again(fetch, tmp_path):
    fetch()
    (tmp_path / FILE).write_bytes(CONTENT[:-1])
    fetch()
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_refresh_fetches_only_what_the_vendor_has_replaced(vendor, fetch, tmp_path):
    fetch()
    fetch(refresh=True)
    assert len(vendor.ranges(FILE)) == 1
    vendor.publish(FILE, b"replaced after the fact")
    fetch()
    assert (tmp_path / FILE).read_bytes() == CONTENT
    fetch(refresh=True)
    assert (tmp_path / FILE).read_bytes() == b"replaced after the fact"


def test_a_kill_in_the_middle_leaves_nothing_visible_and_the_next_call_goes_on(vendor, fetch, tmp_path):
    vendor.mischief[FILE] = ["always", "stall"]
    code = f"""from kit.sources import download
download.days("bookTicker", "BTCUSDT", "2024-03-01", "2024-03-01", {str(tmp_path)!r}, base={vendor.base!r})"""
    process = subprocess.Popen([sys.executable, "-c", code])
    part = tmp_path / f"{FILE}.part"
    while not (part.exists() and part.stat().st_size):
        assert process.poll() is None, "it ended before it could be killed"
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert visible(tmp_path) == []
    vendor.mischief.clear()
    fetch()
    assert int(vendor.ranges(FILE)[-1][6:-1]) > 0
    assert (tmp_path / FILE).read_bytes() == CONTENT


def test_nothing_is_printed_where_there_is_no_terminal(fetch, capfd):
    fetch()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("wrong", "says"), [
    ({"market": "swap"}, "market 'swap' is unknown"),
    ({"symbol": "../BTC"}, "cannot be part of an address"),
    ({"start": "yesterday"}, "'yesterday' is not a day"),
    ({"start": "2024-03-05"}, "the last day 2024-03-02 is before the first, 2024-03-05"),
    ({"base": "data.binance.vision"}, "is not an address"),
])
def test_a_wish_that_makes_no_sense_is_refused_before_anything_is_asked(vendor, tmp_path, wrong, says):
    wish = {"dataset": "trades", "symbol": "BTCUSDT", "start": "2024-03-01", "end": "2024-03-02", "base": vendor.base}
    with pytest.raises(Refusal, match=says):
        download.days(into=tmp_path, **wish | wrong)
    assert vendor.asked == []
