"""Flow and impact against the numbers of others: highfrequency, PINstimation, mlfinlab."""

import numpy as np
import pandas as pd
import pytest

from kit import compute
from kit.clock import SECOND, utc
from kit.flow import classify
from kit.kernels.joins import asof
from tests.reference import rda

pytestmark = pytest.mark.recordings


@pytest.fixture(scope="module")
def equities(kit_data):
    """Two days of trades and quotes, to the last bit: a CSV of them has lost it, and five signs at the mid with it."""
    return [rda.read(kit_data / f"reference/highfrequency/sample{name}Data.rda") for name in "TQ"]


def day_by_day(trades, quotes, lag):
    """Row of the last quote that was `lag` seconds old; before the first one of a day, that one. As in the source."""
    t, q = ((1e9 * frame["DT"]).round().astype("int64").to_numpy() for frame in (trades, quotes))
    row = asof(t, q + lag * SECOND, at_or_before=True)
    first = np.searchsorted(q, t // (86400 * SECOND) * 86400 * SECOND)
    return np.maximum(row, first)


def directions(trades, quotes, lag):
    """Lee and Ready's signs; exact doubles are compared, and what has no sign yet is a buy, as in the source."""
    row, price = day_by_day(trades, quotes, lag), trades["PRICE"].to_numpy()
    side = classify.lee_ready(price, quotes["BID"].to_numpy()[row], quotes["OFR"].to_numpy()[row], rounding=0)
    return np.where(side == 0, 1, side)


def test_lee_and_ready_sign_by_sign(equities, kit_data):
    signs = directions(*equities, lag=0)
    expected = pd.read_csv(kit_data / "reference/highfrequency/hf_tradedir.csv.gz")["dir"]
    assert len(signs) == 7168 and signs.sum() == -1186
    assert ((signs < 0).sum(), (signs > 0).sum()) == (4177, 2991)
    assert (signs == expected).all()


def test_lee_and_ready_against_quotes_two_seconds_old(equities):
    assert directions(*equities, lag=2).sum() == -1572


def test_doubles_hide_a_third_of_the_prints_at_the_mid(equities):
    """What the source compares exactly are decimals: 1,416 prints are at the mid, it sees 979 of them."""
    trades, quotes = equities
    row = day_by_day(trades, quotes, 0)
    price, bid, ask = trades["PRICE"].to_numpy(), quotes["BID"].to_numpy()[row], quotes["OFR"].to_numpy()[row]
    assert (classify.quote(price, bid, ask) == 0).sum() == 1416
    assert (classify.quote(price, bid, ask, rounding=0) == 0).sum() == 979


@pytest.fixture(scope="module")
def pin(kit_data):
    return pd.read_csv(kit_data / "reference/spread-vpin/pin_hfdata.csv.gz", parse_dates=["timestamp"])


def test_the_tick_rule_of_pinstimation(pin):
    signs = classify.tick(pin["price"])
    assert ((signs > 0).sum(), (signs < 0).sum()) == (50_274, 49_725)


@pytest.mark.parametrize(("rule", "buys", "sells"), [("Lee–Ready", 54_729, 45_270), ("EMO", 52_476, 47_523)])
def test_lagged_rules_of_pinstimation_lie_between_what_cut_stamps_allow(pin, rule, buys, sells):
    """With a lag of .5 s it takes the first quote behind t - .5 s: mostly the trade's own, or of a print just before.

    The file's times are cut to seconds, so that which one it was cannot be known where a second has several prints:
    the first of the second and the trade's own are the bounds.
    """
    time, price = pin["timestamp"].astype("int64").to_numpy(), pin["price"].to_numpy()
    touch = pin[["bid", "ask"]].to_numpy().T
    own = classify.RULES[rule](price, *touch)
    first = classify.RULES[rule](price, *touch[:, np.searchsorted(time, time)])
    assert (first > 0).sum() < buys < (own > 0).sum() and (first < 0).sum() > sells > (own < 0).sum()


@pytest.fixture(scope="module")
def buckets(kit_data):
    table = pd.read_csv(kit_data / "reference/spread-vpin/pin_vpin_bucketdata.csv.gz")
    price = dict.fromkeys(("open", "high", "low", "close"), 1.0)
    bars = pd.DataFrame({"time": utc(np.arange(len(table)) * SECOND), "volume": table["agg.bvol"] + table["agg.svol"],
                         "buy_volume": table["agg.bvol"], "n_trades": 1.0}).assign(**price)
    return table["vpin"], compute(bars.assign(quote_volume=bars["volume"]), "vpin")["vpin"], bars["volume"]


def test_vpin_of_pinstimation(buckets):
    theirs, ours, volume = buckets
    np.testing.assert_allclose(volume, 4058.95594203, rtol=1e-11)
    np.testing.assert_allclose(ours, theirs, rtol=1e-11)
    assert len(ours) == 3450 and ours.isna().sum() == 49 and ours.mean() == pytest.approx(0.269482420062, abs=5e-13)
    quartiles = ours.quantile([0, 0.25, 0.5, 0.75, 1])
    assert quartiles.tolist() == pytest.approx([0.128585319, 0.207796997, 0.251963427, 0.318673824, 0.642692977],
                                               abs=1e-9)
    assert ours.iloc[49:54].tolist() == pytest.approx([0.481060575672, 0.489897411664, 0.505877191469, 0.511904243292,
                                                       0.515007574535], abs=5.1e-13)


@pytest.fixture(scope="module")
def dollar_bars(kit_data):
    table = pd.read_csv(kit_data / "reference/spread-vpin/mlfinlab_dollar_bar_sample.csv")
    table = table.rename(columns={"cum_vol": "volume", "cum_dollar": "quote_volume", "cum_ticks": "n_trades"})
    return table.assign(time=pd.to_datetime(table["date_time"]).dt.tz_localize("UTC"))


BARS = {"bar_kyle_lambda": ("0.000163423", "7.02e-5", "7.76e-5"),
        "amihud": ("4.057838e-11", "1.7213e-11", "1.8439e-11"),
        "bar_hasbrouck_lambda": ("3.39527e-7", "1.44037e-7", "1.5433e-7")}
"""Max, mean and row 25 over windows of 20 bars, as printed: the source rounds or cuts the last digit."""


def last_digit(printed):
    """One unit of the last digit that is printed."""
    mantissa, _, power = printed.partition("e")
    return 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


@pytest.mark.parametrize("name", BARS)
def test_lambdas_of_mlfinlab(dollar_bars, name):
    ours = compute(dollar_bars.assign(buy_volume=0.0), name, window=20)[name]
    for value, printed in zip((ours.max(), ours.mean(), ours.iloc[25]), BARS[name], strict=True):
        assert value == pytest.approx(float(printed), abs=last_digit(printed))


def bulk(bars):
    change = bars["close"].diff()
    return classify.bulk(change, change.rolling(20).std()) * bars["volume"]


def test_vpin_in_bulk_of_mlfinlab(dollar_bars):
    """One bar at a time: max .999, mean .501, row 25 .554."""
    ours = compute(dollar_bars.assign(buy_volume=0.0), "vpin_bvc", buckets=1, memory=20)["vpin_bvc"]
    assert ours.max() == pytest.approx(0.999, abs=1e-3) and ours.mean() == pytest.approx(0.501, abs=5e-4)
    assert ours.iloc[25] == pytest.approx(0.554, abs=5e-4)


def test_vpin_over_twenty_bars_of_mlfinlab_is_over_the_volume_of_the_last(dollar_bars):
    """Max .6811, mean .500, row 45 .4638; over the volume of all twenty, as here, the maximum is .6793."""
    bars = dollar_bars.assign(buy_volume=bulk(dollar_bars)).iloc[20:]
    ours = compute(bars, "vpin", buckets=20)["vpin"].to_numpy()
    theirs = ours * bars["volume"].rolling(20).mean() / bars["volume"]
    assert theirs.max() == pytest.approx(0.6811, abs=1e-4) and theirs.mean() == pytest.approx(0.500, abs=5e-4)
    assert theirs[45] == pytest.approx(0.4638, abs=5e-5)
    assert np.nanmax(ours) == pytest.approx(0.6793, abs=5e-5)
