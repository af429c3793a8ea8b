"""A curve beside the exchange's index: days are matched, the index is taken at the hour, and offsets are found."""

import numpy as np
import pandas as pd
import pytest

from kit.options import dvol


@pytest.fixture
def both():
    """An index three points above the volatility at the forward, on 60 days; on one of them it jumps by night."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2026-01-01", periods=61, freq="D", tz="UTC")
    level = 0.5 + np.cumsum(rng.normal(0, 0.005, 61))
    index = pd.DataFrame({"time": days[1:], "open": level[:-1], "high": np.maximum(level[:-1], level[1:]),
                          "low": np.minimum(level[:-1], level[1:]), "close": level[1:]})
    noon = (level[:-1] + level[1:]) / 2
    curve = pd.DataFrame({"time": days[:-1] + pd.Timedelta(12, "h"), "atm_30d": noon - 0.03, "model_free_30d": noon})
    index.loc[30, ["high", "close"]] += 0.3
    return curve, index


def test_the_index_is_taken_at_the_hour_of_the_snapshot(both):
    curve, index = both
    pairs = dvol.beside(curve, index)
    assert len(pairs) == 60 and pairs.index.equals(pd.DatetimeIndex(curve["time"]))
    calm = pairs["range"] < 0.3
    np.testing.assert_allclose((pairs["dvol"] - pairs["atm"])[calm], 0.03)
    assert (pairs["dvol"] - pairs["atm"])[~calm].tolist() == pytest.approx([0.18])
    assert len(dvol.beside(curve, index.iloc[:20])) == 20, "common days only"


def test_wild_days_are_left_out_of_the_calm_ones(both):
    found = dvol.agreement(dvol.beside(*both))
    calm, every = found.loc[("atm", "calm")], found.loc[("atm", "all")]
    assert calm["n"] == 59 and every["n"] == 60
    assert calm["correlation"] == pytest.approx(1) and calm["offset"] == pytest.approx(0.03)
    assert every["correlation"] < 0.95 and every["offset"] == pytest.approx(0.03 + 0.15 / 60)
    assert every["correlation_low"] < every["correlation"] < every["correlation_high"]
    assert found.loc[("model_free", "calm"), "offset"] == pytest.approx(0, abs=1e-12)
