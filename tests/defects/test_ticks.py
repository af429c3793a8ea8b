"""D-04, D-13, D-22 and D-23: the framework's tick-level formulas, where the answer is known, beside the kit's."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.clock import SECOND
from tests.factors.test_ticks import BEGAN, BURSTS, each_second, flooded_book, quiet_book, stuffed_seconds, tape


def test_d04_the_sketch_raises_and_mended_calls_rest_persistence_where_the_price_only_bounces():
    bouncing = np.repeat(np.resize([100.0, 100.1], 60), 10)  # nine prints in ten do not move the price
    directions = np.sign(pd.Series(bouncing).diff())
    with pytest.raises(ValueError, match="identically-labeled"):
        directions.rolling(100).apply(lambda x: (x[1:] == x[:-1]).mean())
    mended = directions.rolling(100).apply(lambda x: (x[1:] == x[:-1]).mean(), raw=True)
    assert mended.iloc[-1] > 0.75
    kept = kit.compute({"trades": each_second(bouncing)}, "direction_persistence", moves=50)
    assert kept["direction_persistence"].iloc[-1] == 0.0


def test_d13_the_sketchs_tick_size_knows_a_change_of_tick_before_it_happens_and_the_kits_does_not():
    moves = np.resize([1, -1, 1, 1, -1], 1200)
    before, after = 100 + np.cumsum(0.1 * moves), 200 + np.cumsum(0.5 * np.resize(moves, 2400))
    whole = pd.Series(np.concatenate([before, after])).diff()
    assert whole[whole != 0].abs().median() == pytest.approx(0.5)  # said of the first minute, too
    sizes = kit.compute({"trades": each_second(np.concatenate([before, after]))}, "avg_tick_size")["avg_tick_size"]
    np.testing.assert_allclose(sizes.iloc[310:1200], 0.1)
    np.testing.assert_allclose(sizes.iloc[1600:], 0.5)


def large_updates(quotes):
    """What the sketch counts."""
    updates = quotes["bid"].diff().abs() + quotes["ask"].diff().abs()
    return updates > updates.rolling(1000).quantile(0.99)


def test_d22_the_sketch_counts_large_moves_of_quotes_and_misses_floods_of_them():
    """One message in a hundred is among the largest hundredth, in floods that flicker by a tick as anywhere."""
    book, trades = quiet_book(), each_second(np.full(1800, 100.0), side=1)[::7].reset_index(drop=True)
    floods = flooded_book()
    second = -(-(floods["time"].astype("int64") - BEGAN) // SECOND)
    assert large_updates(floods)[second.isin(BURSTS)].mean() < 0.02
    assert stuffed_seconds(floods, trades) == list(BURSTS)
    jumped = book.copy()
    jumped.loc[4000:, ["bid", "ask"]] += 5.0
    assert large_updates(jumped)[4000]
    assert stuffed_seconds(jumped, trades) == []


def test_d23_the_sketch_finds_no_noise_in_a_bounce_that_is_all_noise():
    """Prints half a cent beside a mid that hardly moves: the noise's variance is (0.005 / 100)²."""
    rng = np.random.default_rng(5)
    mid = 100 * np.exp(np.cumsum(1e-6 * rng.normal(size=20_000)))
    price = mid + 0.005 * rng.choice([-1, 1], 20_000)
    sketch = (2 * np.abs(pd.Series(price - mid))).rolling(100).std()
    assert sketch.iloc[-1] < 1e-9
    trades = tape(BEGAN + np.arange(20_000) * SECOND // 4, price)
    kept = kit.compute({"trades": trades}, "microstructure_noise", "roll_noise", noise="1h").iloc[-1]
    np.testing.assert_allclose(kept / 2.5e-9, 1, atol=0.03)


def test_d23_the_sketch_moves_with_the_spread_where_the_noise_does_not():
    """A wide spread at which nobody trades changes the mid's distance to prints, and no print."""
    price = np.resize([100.0, 100.1], 4000)
    near, far = (2 * np.abs(pd.Series(price) - mid) for mid in (100.05, np.resize([100.05, 100.05, 101.0], 4000)))
    assert far.rolling(100).std().iloc[-1] > 1e6 * near.rolling(100).std().iloc[-1]
    noise = kit.compute({"trades": each_second(price)}, "microstructure_noise")["microstructure_noise"].iloc[-1]
    assert noise == pytest.approx(np.log(100.1 / 100.0) ** 2 / 2)
