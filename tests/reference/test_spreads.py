"""Spreads that others published or computed, from the same inputs."""

import numpy as np
import pandas as pd
import pytest

from kit.columns import Bars, Matched
from kit.factor import apply, find
from kit.past import Past

pytestmark = pytest.mark.recordings
MINUTE = 60 * 10**9


def bars(path, rows=None):
    """Bars of a file; prices may be missing."""
    table = pd.read_csv(path).iloc[:rows].rename(columns=str.lower)
    prices = (table[name].to_numpy(dtype=np.float64) for name in ("open", "high", "low", "close"))
    return Bars(np.arange(len(table)) * MINUTE, *prices, *[np.ones(len(table))] * 4)


def whole(name, table, **parameters):
    """The estimate of a whole table; `window` counts pairs of bars."""
    return apply(find(name), table, Past(), negative="signed", **parameters)[-1]


@pytest.mark.parametrize(("file", "rows", "expected"), [
    ("bidask_ohlc.csv", None, 0.0101849034905478),
    ("bidask_ohlc.csv", 10, -0.016889917516422),
    ("bidask_ohlc-miss.csv", None, 0.01013284969780197),
])
def test_edge_as_its_authors_packages_test_it(kit_data, file, rows, expected):
    table = bars(kit_data / "reference/spread-vpin" / file, rows)
    assert whole("edge", table, window=len(table.time) - 1) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize(("name", "expected"), [
    ("ohlc_spread", 0.0110582778378), ("chlo_spread", 0.00899478275763), ("ohl_spread", 0.0112988186606),
    ("chl_spread", 0.00929436445736), ("abdi_ranaldo", 0.00721333496353), ("abdi_ranaldo_floored", 0.0109799668255),
    ("corwin_schultz", -0.00315124558389), ("corwin_schultz_floored", 0.00392710352059),
])
def test_estimators_of_the_r_package_bidask(kit_data, name, expected):
    table = bars(kit_data / "reference/spread-vpin/bidask_ohlc.csv")
    assert whole(name, table, window=len(table.time) - 1) == pytest.approx(expected, rel=1e-11)


def test_roll_of_the_r_package_bidask(kit_data):
    table = bars(kit_data / "reference/spread-vpin/bidask_ohlc.csv")
    assert whole("roll_spread", table, window=len(table.time) - 2) == pytest.approx(0.0091074938583, rel=1e-11)


@pytest.mark.parametrize(("name", "parameters", "most", "mean", "of_25"), [
    ("roll_spread_in_price", {"window": 20, "negative": "absolute"}, 7.1584, 2.341, 1.176),
    ("corwin_schultz", {"window": 1, "smooth": 20, "floor": True, "gaps": False}, 0.01652, 0.00151602, 0.00139617),
])
def test_estimators_of_mlfinlab(kit_data, name, parameters, most, mean, of_25):
    """Printed cut off, not rounded. Its beta is averaged over 20 bars, its gamma is not."""
    table = bars(kit_data / "reference/spread-vpin/mlfinlab_dollar_bar_sample.csv")
    found = apply(find(name), table, Past(), **parameters)
    assert np.nanmax(found) == pytest.approx(most, rel=2e-4)
    assert np.nanmean(found) == pytest.approx(mean, rel=5e-4)
    assert found[25] == pytest.approx(of_25, rel=5e-4)


@pytest.fixture(scope="module")
def matched(kit_data):
    """Trades and quotes of the R package highfrequency, matched by it; signed by its getTradeDirection, in floats.

    Five trades are a rounding error away from the mid: the signs of its file count them as at the mid, its liquidity
    measures do not. Times are row numbers in seconds, since its later mid is that of a later row.
    """
    t = pd.read_csv(kit_data / "reference/highfrequency/hf_matched_tq.csv.gz")
    price, mid = t["PRICE"], (t["BID"] + t["OFR"]) / 2
    tick = np.sign(price.diff()).replace(0, np.nan).ffill().fillna(1)
    side = np.sign(price - mid).where(price != mid, tick).to_numpy(dtype=np.int8)
    columns = (t[name].to_numpy(dtype=np.float64) for name in ("BID", "BIDSIZ", "OFR", "OFRSIZ"))
    return Matched(np.arange(len(t)) * 10**9, price.to_numpy(), t["SIZE"].to_numpy(dtype=np.float64), side, *columns)


def mean(name, table, in_price=True, **parameters):
    found = apply(find(name), table, Past(), **parameters)
    return np.nanmean(found * ((table.bid + table.ask) / 2 if in_price else 1)), np.isfinite(found).sum()


def test_spreads_as_quoted_and_as_paid_of_highfrequency(matched):
    assert len(matched.time) == 7168
    assert mean("effective_spread", matched)[0] == pytest.approx(0.0211609933, abs=5e-11)
    assert mean("effective_spread", matched, False)[0] == pytest.approx(0.000134607903, abs=5e-13)
    assert mean("quoted_spread", matched, False)[0] == pytest.approx(0.0455489676, abs=5e-11)
    assert mean("spread", matched, False)[0] == pytest.approx(0.000289867902, abs=5e-13)


def test_realised_spread_and_impact_of_highfrequency_300_rows_later(matched):
    assert mean("realised_spread", matched, horizon="300s") == (pytest.approx(-0.0173031450, abs=5e-11), 6868)
    impact, rows = mean("adverse_selection", matched, horizon="300s")
    assert (impact / 2, rows) == (pytest.approx(0.0194437973, abs=5e-11), 6868)  # there of the half spread
