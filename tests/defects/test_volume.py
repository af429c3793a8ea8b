"""D-05, D-24 and D-25: the framework's volume formulas, where the answer is known, beside the kit's."""

import numpy as np
import pandas as pd
import pytest

import kit
from tests.factors.test_volume import bars, market


def test_d05_the_sketchs_ratio_is_missing_throughout_and_the_kits_is_that_of_the_window():
    frame = market()
    returns, volume = frame["close"].pct_change(), frame["volume"]
    sketch = volume[returns > 0].rolling(20).sum() / (volume[returns < 0].rolling(20).sum() + 1e-10)
    assert sketch.isna().all()
    kept = kit.compute(frame, "updown_volume_ratio")["updown_volume_ratio"].to_numpy()
    last, up = volume[-20:], (returns > 0)[-20:]
    assert kept[-1] == pytest.approx(last[up].sum() / last[~up].sum())
    assert np.isfinite(kept[20:]).all()


def test_d24_levels_correlate_where_nothing_is_related_and_changes_do_not():
    """Price and volume walk independently: correlations of their levels are anything, as if 60 bars were three."""
    rng = np.random.default_rng(6)
    close, volume = np.exp(np.cumsum(1e-3 * rng.normal(size=(2, 20_000)), axis=1)) * [[100.0], [50.0]]
    frame = bars(close, volume)
    sketch = pd.Series(close).rolling(60).corr(pd.Series(volume))[60::60]
    kept = kit.compute(frame, "price_volume_corr", "move_volume_corr")[61::60]
    by_chance = 1 / np.sqrt(59)
    assert sketch.std() > 3 * by_chance
    np.testing.assert_allclose(kept.std() / by_chance, 1, atol=0.15)
    assert (kept.mean().abs() < 3 * by_chance / np.sqrt(len(kept))).all()


def test_d25_closes_are_not_what_was_paid():
    """Everything is traded a percent below the close: the sketch sees no deviation, the kit sees one percent."""
    frame = bars([100.0] * 40, [2.0] * 40, [198.0] * 40)
    sketch = (frame["close"] * frame["volume"]).rolling(20).sum() / frame["volume"].rolling(20).sum()
    assert ((frame["close"] - sketch) / sketch).iloc[-1] == 0
    kept = kit.compute(frame, "vwap_deviation")["vwap_deviation"].iloc[-1]
    assert kept == pytest.approx(100 / 99 - 1)
