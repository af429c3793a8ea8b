"""The embedded market as a recording: the same bits everywhere, any window a slice of it, a feed like any other."""

import hashlib
import math

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.refusal import Refusal
from kit.sources import gather, synthetic
from kit.sources.doctor import examine
from kit.sources.synthetic import chance, recording
from kit.sources.synthetic.day import opening
from tests.sources import stylised

KINDS = ("quotes", "trades")


@pytest.fixture(scope="module", params=synthetic.SYMBOLS)
def market(request):
    return synthetic.market(request.param)


@pytest.fixture(scope="module")
def day(market):
    return synthetic.generate(market.symbol, "2025-01-06T00:00Z", "2025-01-07T00:00Z")


def between(frame, begin, end):
    return frame[(frame["time"] >= pd.Timestamp(begin)) & (frame["time"] < pd.Timestamp(end))]


def equal(left, right):
    return all(left[kind].reset_index(drop=True).equals(right[kind].reset_index(drop=True)) for kind in KINDS)


def test_the_generator_is_splitmix64():
    """First outputs for seed 0 of the authors' reference implementation (Vigna, splitmix64.c)."""
    stream, known = np.zeros(1, np.uint64), [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [chance.uniform(stream) for _ in known] == [((z >> 11) + 1) / 2**53 for z in known]


def test_logarithm_and_exponential_are_the_libraries_to_fourteen_digits():
    for x in np.geomspace(2.0**-53, 1, 500):
        assert chance.ln(x) == pytest.approx(math.log(x), rel=1e-14, abs=1e-14)
    for x in np.linspace(-40, 40, 500):
        assert chance.exp(x) == pytest.approx(math.exp(x), rel=1e-14)


@pytest.mark.parametrize(("draw", "mean", "variance"), [
    (chance.uniform, 1 / 2, 1 / 12), (chance.exponential, 1, 1), (chance.normal, 0, 1)])
def test_draws_have_the_mean_and_variance_of_their_law(draw, mean, variance):
    stream = chance.stream("moments", draw.__name__)
    draws = np.array([draw(stream) for _ in range(40_000)])
    assert abs(draws.mean() - mean) < 4 * math.sqrt(variance / len(draws))
    assert draws.var() == pytest.approx(variance, rel=0.05)


def test_the_same_bits_on_every_machine():
    """Known by its hash, which held for generic and native instruction sets and for all levels of optimisation."""
    digest = hashlib.sha256()
    for symbol in synthetic.SYMBOLS:
        frames = synthetic.generate(symbol, "2025-10-10T21:00Z", "2025-10-10T21:20Z", seed=7, crash=True)
        for kind in KINDS:
            for name in frames[kind]:
                values = frames[kind][name]
                values = values.astype("int64") if values.dtype.kind == "M" else values
                digest.update(values.to_numpy().astype(values.dtype.newbyteorder("<")).tobytes())
    assert digest.hexdigest() == "32020dd597c59235ee97a8385f07a6cb37591c7ca9141bae7fb3d32f1a47003e"


@pytest.mark.parametrize("window", [
    ("2025-01-06T00:00Z", "2025-01-06T02:00Z"), ("2025-01-06T22:59:59.9Z", "2025-01-07T00:30Z"),
    ("2025-01-06T13:07:11Z", "2025-01-06T13:07:12Z"), ("2025-01-07T00:00Z", "2025-01-07T03:00:00.001Z")])
def test_any_window_is_a_slice_of_one_recording(window):
    whole = synthetic.generate("SIM-LTC", "2025-01-06T00:00Z", "2025-01-07T04:00Z")
    part = synthetic.generate("SIM-LTC", *window)
    assert len(part["quotes"]) > 0 and equal(part, {kind: between(whole[kind], *window) for kind in KINDS})


def test_hourly_batches_join_to_the_recording_and_the_size_of_a_buffer_does_not_matter(monkeypatch):
    window = ("2025-01-06T00:30Z", "2025-01-06T03:10Z")
    whole = synthetic.generate("SIM-ETC", *window)
    parts = list(synthetic.batches("SIM-ETC", *window))
    assert [part["quotes"]["time"].dt.hour.unique().tolist() for part in parts] == [[0], [1], [2], [3]]
    assert equal(gather(parts), whole)
    monkeypatch.setattr(recording, "ROWS", 64)
    assert equal(synthetic.generate("SIM-ETC", *window), whole)


def test_seed_symbol_day_and_edge_each_name_another_world():
    def first(symbol="SIM-ENJ", date="2025-01-06", **world):
        quotes = synthetic.generate(symbol, f"{date}T00:00Z", f"{date}T00:05Z", **world)["quotes"]
        return tuple(quotes["bid_size"].head(50))
    worlds = [first(), first(seed=1), first(symbol="SIM-ROSE"), first(date="2025-01-07"), first(edge=0.0)]
    assert len(set(worlds)) == len(worlds) and first() == worlds[0]


def test_days_join_at_midnight(market):
    """The first mid of a day is within four moves of the last one of the day before."""
    for date in pd.date_range("2025-03-01", periods=3, tz="UTC"):
        quotes = synthetic.generate(market.symbol, date - pd.Timedelta("5min"), date + pd.Timedelta("1s"))["quotes"]
        mid = (quotes["bid"] + quotes["ask"]) / 2
        last, first = mid[quotes["time"] < date].iloc[-1], mid[quotes["time"] >= date].iloc[0]
        assert abs(first - last) <= 4 * market.gap * market.tick


def test_markets_keep_their_places_on_the_scale_of_relative_ticks():
    """The price wanders, over two years, by less than the markets are apart."""
    by_tick = sorted(synthetic.MARKETS.values(), key=lambda market: market.relative_tick)
    ticks = np.array([[1 / opening(market, day, 0) for day in range(20_000, 20_730)] for market in by_tick])
    assert (np.diff(ticks, axis=0) > 0).mean(axis=1).min() > 0.95
    assert (np.log(ticks).std(axis=1) > 0.02).all()


def test_frames_are_canonical(day):
    for kind in KINDS:
        frame = day[kind]
        columns.read(frame, kind)
        assert (frame["time"].astype("int64") % 1_000_000 == 0).all()
        assert frame["local_time"].is_monotonic_increasing and (frame["local_time"] > frame["time"]).all()
        identity = frame["update_id" if kind == "quotes" else "id"]
        assert identity.dtype == np.int64 and (identity.diff().dropna() > 0).all()
    assert day["trades"]["side"].dtype == np.int8


def test_the_book_never_crosses_and_no_size_is_zero(day):
    quotes, trades = day["quotes"], day["trades"]
    assert (quotes["bid"] < quotes["ask"]).all() and (trades["side"] != 0).all()
    assert (quotes[["bid_size", "ask_size"]] > 0).all(axis=None) and (trades["size"] > 0).all()


def test_prices_and_sizes_are_the_floats_nearest_to_their_decimals(market, day):
    for values, digits in ((day["quotes"]["bid"], market.decimals), (day["trades"]["price"], market.decimals),
                           (day["trades"]["size"], market.lot_decimals)):
        few = values.head(2000).tolist()
        assert [float(f"{value:.{digits}f}") for value in few] == few


def test_the_quote_strictly_before_a_trade_carries_its_sign(day):
    quotes, trades = day["quotes"], day["trades"]
    assert stylised.touched(quotes, trades) > 0.995
    assert stylised.touched(quotes, trades.assign(side=-trades["side"])) < 0.005


def test_prints_of_one_order_share_time_and_side_and_count_on(day):
    trades = day["trades"]
    same = trades["id"].diff() == 1
    assert same.mean() > 0.3
    assert (trades["time"].diff()[same] == pd.Timedelta(0)).all() and (trades["side"].diff()[same] == 0).all()


def test_a_day_is_as_busy_as_its_market_states(market, day):
    rate = market.updates + market.orders + market.moves * (2 - market.opening)
    assert len(day["quotes"]) / 86400 == pytest.approx(rate, rel=0.35)
    assert 3e5 < len(day["quotes"]) < 2e6 and 3e4 < len(day["trades"]) < 4e5


def test_the_doctor_finds_nothing_wrong(market, day):
    diagnosis = examine([day], name=market.symbol)
    assert [finding.what for finding in diagnosis.findings if finding.severity != "info"] == []


@pytest.mark.parametrize(("arguments", "says"), [
    (dict(symbol="BTC"), "no synthetic market 'BTC'.*SIM-BTC"),
    (dict(start="2025-01-06T00:00"), "no time zone"),
    (dict(end="2025-01-06T00:00Z"), "not after start"),
    (dict(edge=1.5), "edge 1.5"),
    (dict(edge=float("nan")), "edge nan"),
    (dict(crash="soon"), "crash='soon' is not a day")])
def test_what_makes_no_sense_is_refused(arguments, says):
    asked = dict(symbol="SIM-BTC", start="2025-01-06T00:00Z", end="2025-01-06T01:00Z") | arguments
    with pytest.raises(Refusal, match=says):
        synthetic.generate(**asked)
