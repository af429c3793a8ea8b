"""Constant maturities: known answers, what is refused, and what the embedded chain was planted with."""

import numpy as np
import pandas as pd
import pytest

from kit import columns
from kit.columns import TENORS
from kit.options import curve
from kit.refusal import Refusal

DAYS = np.array([20, 40]) / 365


def test_total_variance_is_linear_between_expiries():
    """Known: 20 days 60 %, 40 days 50 %: 30 days 53.5413 %, not the 55 % or 55.23 % of other rules."""
    variance = curve.constant_maturity(DAYS, [0.36, 0.25], 30 / 365)
    assert 100 * np.sqrt(variance) == pytest.approx(53.5413, abs=5e-5)


def test_flat_stays_flat_and_what_is_not_spanned_is_missing():
    at = np.array([10, 20, 25, 40, 41]) / 365
    np.testing.assert_allclose(curve.constant_maturity(DAYS, [0.36, 0.36], at), [np.nan, 0.36, 0.36, 0.36, np.nan])
    assert np.isnan(curve.constant_maturity(DAYS, [np.nan, np.nan], at)).all()


def test_an_expiry_without_a_variance_is_left_out():
    three = curve.constant_maturity([20 / 365, 30 / 365, 40 / 365], [0.36, np.nan, 0.25], 30 / 365)
    assert three == pytest.approx(curve.constant_maturity(DAYS, [0.36, 0.25], 30 / 365))


def test_a_negative_forward_variance_is_refused_or_missing():
    """Known: 20 days 60 %, 40 days 40 %: -.04."""
    with pytest.raises(Refusal, match=r"between 20 and 40 days is -0\.04"):
        curve.constant_maturity(DAYS, [0.36, 0.16], 30 / 365)
    years, variance = [*DAYS, 60 / 365], [0.36, 0.16, 0.2]
    missing = curve.constant_maturity(years, variance, np.array([30, 50]) / 365, falls="missing")
    assert np.isnan(missing[0]) and missing[1] == pytest.approx((0.16 * 40 + 0.2 * 60) / 2 / 50)
    with pytest.raises(Refusal, match="falls='ignore'"):
        curve.constant_maturity(DAYS, [0.36, 0.16], 30 / 365, falls="ignore")


def test_expiries_out_of_order_are_refused():
    with pytest.raises(Refusal, match="not in order"):
        curve.constant_maturity(DAYS[::-1], [0.25, 0.36], 30 / 365)


def test_the_planted_curve_is_recovered(embedded, expiries):
    """To eight tenths of a volatility point at worst, two tenths on average: total variance is not quite linear."""
    errors = curve.errors(curve.constant_maturities(expiries), embedded["truth"])
    for measure, worst in (("atm", 0.008), ("model_free", 0.008), ("skew", 0.004)):
        assert errors[measure].notna().all(axis=None), measure
        assert errors[measure].abs().max(axis=None) < worst, measure
        assert errors[measure].mean().abs().max() < 0.002, measure


def test_the_embedded_calendar_is_free_of_arbitrage_and_a_planted_one_is_found(expiries):
    steps = curve.forward_variance(expiries)
    assert (steps["variance"] > 0).all() and (steps["next"] > steps["near"]).all()
    assert len(steps) == len(expiries) - expiries["time"].nunique()
    broken = expiries.copy()
    broken.loc[7, "atm"] /= 3
    assert (curve.forward_variance(broken)["variance"] < 0).sum() == 1
    table = curve.constant_maturities(broken)
    assert table["atm_30d"].isna().to_list() == [True] + [False] * 59, "the expiry broken is the one of 58 days"
    with pytest.raises(Refusal, match="forward variance"):
        curve.constant_maturities(broken, falls="refuse")


def test_a_curve_is_a_table_of_the_kit(embedded, expiries):
    table = curve.curve(expiries, embedded["prices"])
    read = columns.read(table, "curve")
    assert read.atm.shape == (60, len(TENORS)) and not np.isnan(read.realised).any()
    assert not np.isnan(read.forecast).any(), "two years of prices stand before the first snapshot"
    alone = curve.curve(expiries)
    assert alone["realised"].isna().sum() == 30 and alone["forecast"].isna().all(), "without them there is no past"


def test_older_prices_stand_before_the_chains_own():
    time = pd.date_range("2026-01-01", periods=3, freq="D", tz="UTC")
    table = pd.DataFrame({"time": time[1:], "index": [10.0, 11.0]})
    path = curve.underlying(table, pd.DataFrame({"time": time, "price": [9.0, 99.0, 99.0]}))
    assert path.tolist() == [9.0, 10.0, 11.0] and path.index.equals(time)
