"""D-27 and D-28: the sketch's term structure and premium, wrong by number on chains with known answers."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.columns import TENORS
from kit.options import black, chain, curve, premium

NOW = pd.Timestamp("2026-01-05T09:00Z")
FLAT = 0.6


def options(days, forward, reach, vol, now=NOW):
    """One expiry: strikes up to `reach` in log-moneyness, forty of them, the far ones without a bid."""
    strike = np.repeat(forward * np.exp(np.linspace(-reach, reach, 41)), 2)
    right, years = np.tile([1, -1], 41), days / 365
    iv = vol(np.log(strike / forward))
    mark = black.inverse_price(forward, strike, iv, years, right)
    return pd.DataFrame({"time": now, "expiry": now + pd.Timedelta(days, "D"), "strike": strike, "right": right,
                         "forward": forward, "index": 60_000.0, "mark": mark, "bid": np.where(mark > 1e-4, mark, 0.0),
                         "ask": mark + 1e-4, "mark_iv": iv})


def sketch(frame):
    """framework 8, as it is written there: the mean over all strikes, differences by the number of listed expiries."""
    iv = frame.groupby("expiry")["mark_iv"].mean()
    short, middle, long = iv.iloc[0], iv.iloc[len(iv) // 2], iv.iloc[-1]
    return {"vol_term_slope": (long - short) / (len(iv) - 1), "vol_term_curvature": middle - (short + long) / 2,
            "iv_level": short}


@pytest.fixture(scope="module")
def level():
    """Volatility at the forward is 60 % at every maturity; wings rise, the sooner the expiry the steeper."""
    return pd.concat([options(days, 60_000 * (1 + days / 5000), 1.2 * np.sqrt(days / 180) + 0.3,
                              lambda k, days=days: FLAT + k**2 / np.sqrt(days / 365)) for days in (3, 7, 25, 60, 200)],
                     ignore_index=True)


def kits(frame):
    table = curve.curve(chain.by_expiry(frame))
    names = ("vol_term_slope", "vol_term_curvature", "iv_level")
    return kit.compute(table, *names).iloc[-1]


def test_d27_the_mean_over_strikes_is_not_the_volatility_at_the_forward(level):
    wrong, right = sketch(level), kits(level)
    assert wrong["iv_level"] > FLAT + 0.25
    assert abs(wrong["vol_term_slope"]) > 0.01 and abs(wrong["vol_term_curvature"]) > 0.01
    assert right["iv_level"] == pytest.approx(FLAT, abs=1e-9)
    assert right["vol_term_slope"] == pytest.approx(0, abs=1e-9)
    assert right["vol_term_curvature"] == pytest.approx(0, abs=1e-9)


def rising(days):
    return 0.5 + 0.2 * days / 365


@pytest.mark.parametrize("listed", [(7, 30, 90, 180), (7, 14, 21, 30, 45, 60, 75, 90, 120, 180)])
def test_d27_the_slope_is_per_year_not_per_listed_expiry(listed):
    """Without wings: a volatility that rises 20 points a year, on four expiries or on ten."""
    frame = pd.concat([options(days, 60_000, 1.0, lambda k, days=days: rising(days) + 0 * k) for days in listed])
    wrong, right = sketch(frame)["vol_term_slope"], kits(frame)["vol_term_slope"]
    assert wrong == pytest.approx(0.2 * 173 / 365 / (len(listed) - 1)), "it hangs on how many expiries are listed"
    assert right == pytest.approx(0.2, abs=2e-3)


def test_d27_an_expired_expiry_is_not_the_shortest_one(level):
    stale = pd.concat([options(1, 60_000, 0.3, lambda k: 2.0 + 0 * k).assign(expiry=NOW - pd.Timedelta(1, "h")), level])
    assert sketch(stale)["iv_level"] == pytest.approx(2.0)
    pd.testing.assert_series_equal(kits(stale), kits(level))


def test_d27_a_calendar_that_could_be_arbitraged_says_nothing(level):
    falling = pd.concat([level[level["expiry"] < NOW + pd.Timedelta(50, "D")],
                         options(60, 60_000, 1.0, lambda k: 0.3 + 0 * k)])
    assert (curve.forward_variance(chain.by_expiry(falling))["variance"] < 0).sum() == 1
    assert np.isnan(kits(falling)["iv_level"]) and sketch(falling)["vol_term_slope"] < 0


@pytest.fixture(scope="module")
def fair():
    """A curve without a premium: forty per cent over the next week, eighty over the next month, and both come."""
    time = pd.date_range("2026-01-05T09:00Z", periods=3, freq="D")
    vols = {f"{name}_{days}d": 0.4 if days < 30 else 0.8 for name in ("atm", "model_free") for days in TENORS}
    skews = {f"skew_{days}d": 0.0 for days in TENORS}
    return pd.DataFrame({"time": time, "index": 60_000.0, **vols, **skews, "realised": 0.8, "forecast": 0.8})


def test_d28_the_horizons_are_one_and_the_premium_is_of_variances(fair):
    """The sketch sets the volatility of the first expiry against that of an unsaid window."""
    wrong = fair["atm_7d"] - fair["realised"]
    assert wrong.iloc[-1] == pytest.approx(-0.4), "it finds a premium of minus forty points where there is none"
    right = kit.compute(fair, "vol_risk_premium", "vol_risk_premium_trailing")
    np.testing.assert_allclose(right, 0, atol=1e-12)
    dear = kit.compute(fair.assign(model_free_30d=np.sqrt(0.8**2 + 0.05)), "vol_risk_premium")["vol_risk_premium"]
    np.testing.assert_allclose(dear, 0.05)


def test_d28_what_came_is_a_label_and_no_part_of_the_factor():
    """Changing every price behind a row changes what came, and leaves both factors as they were."""
    rng = np.random.default_rng(0)
    time = pd.date_range("2025-01-01", periods=300, freq="D", tz="UTC")
    path = pd.Series(np.exp(np.cumsum(rng.normal(0, 0.03, 300))), index=time)
    other = path.where(time <= time[200], path * np.exp(np.cumsum(rng.normal(0, 0.05, 300))))
    implied = pd.Series(0.4, index=time)
    one, two = (premium.premiums(premium.of(implied, x)).iloc[200] for x in (path, other))
    assert one["over trailing"] == two["over trailing"] and one["over forecast"] == two["over forecast"]
    assert one["over realised"] != two["over realised"]
    assert premium.premiums(premium.of(implied, path))["over realised"].iloc[-29:].isna().all(), "not known yet"
