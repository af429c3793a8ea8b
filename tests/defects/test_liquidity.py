"""D-02, D-21 and D-31: spreads whose returns were never defined, means of rows for means of time, depth without end."""

import numpy as np
import pandas as pd
import pytest

from kit import compute
from kit.factors.depth import LEVELS


def quotes(time, spread, mid=100.0):
    half = np.asarray(spread) / 2
    return pd.DataFrame({"time": pd.to_datetime(time, utc=True), "bid": mid * (1 - half), "bid_size": 1.0,
                         "ask": mid * (1 + half), "ask_size": 1.0})


def test_d02_liquidity_impact_takes_its_returns_from_the_quotes():
    """As sketched it is a NameError; here the spread of the row before drives the return, and is found to."""
    rng = np.random.default_rng(0)
    spread = rng.uniform(1e-4, 9e-4, 300)
    mid = 100 * np.exp(np.cumsum(np.append(0, spread[:-1])))
    frame = quotes(pd.date_range("2025-01-01", periods=300, freq="1min"), spread, mid)

    def spread_liquidity_factors(market_data):
        spread = (market_data["ask"] - market_data["bid"]) / market_data["mid"]
        return returns.rolling(60).corr(spread.shift(1))  # noqa: F821

    with pytest.raises(NameError, match="returns"):
        spread_liquidity_factors(frame.assign(mid=mid))
    assert compute(frame, "liquidity_impact", window="1h")["liquidity_impact"].iloc[-1] == pytest.approx(1)


def test_d21_a_mean_of_rows_is_no_mean_of_time():
    """A narrow quote that stands for almost a day, and a burst of wide ones within a second of it."""
    burst = pd.date_range("2025-01-01 12:00", periods=1000, freq="1ms")
    time = [pd.Timestamp("2025-01-01"), *burst, pd.Timestamp("2025-01-01 12:00:01"), pd.Timestamp("2025-01-02")]
    frame = quotes(time, [1e-4, *[50e-4] * 1000, 1e-4, 1e-4])
    spread = (frame["ask"] - frame["bid"]) / 100
    known = 1e-4 + 49e-4 / 86_400

    assert spread.rolling(1440, min_periods=1).mean().iloc[-1] == pytest.approx(50e-4, rel=0.01), "50 times the truth"
    assert compute(frame, "twa_spread", window="24h")["twa_spread"].iloc[-1] == pytest.approx(known, rel=1e-6)


def test_d21_sixty_rows_are_an_hour_on_minute_bars_alone():
    """On ticks of a second the sketch's momentum looks back a minute: what widened before that is not seen."""
    time = pd.date_range("2025-01-01", periods=7201, freq="1s")
    frame = quotes(time, np.where(np.arange(7201) < 5400, 1e-4, 3e-4))
    spread = (frame["ask"] - frame["bid"]) / 100
    assert spread.pct_change(60).iloc[-1] == pytest.approx(0, abs=1e-9)
    assert compute(frame, "spread_momentum", window="1h")["spread_momentum"].iloc[-1] == pytest.approx(2)


def depth(known, empty=()):
    """An even book known to `known` per cent, at each of several seconds, and without levels at those in `empty`."""
    levels = int(known * 100) + 2
    away, rows = 0.01 * (0.5 + np.arange(levels)), 20
    frame = {"time": pd.date_range("2025-01-01", periods=rows, freq="1s", tz="UTC")}
    for level in range(levels):
        frame |= {f"bid_{level}": 100 - away[level], f"bid_size_{level}": 2.0,
                  f"ask_{level}": 100 + away[level], f"ask_size_{level}": 2.0}
    table = pd.DataFrame(frame)
    table.loc[list(empty), table.columns[1:]] = np.nan
    return table


def bands(table, level):
    """Bid and ask depth as the sketch wants them, summed over what levels there are."""
    side = {}
    for name, sign in (("bid", 1), ("ask", -1)):
        columns = [column for column in table if column.startswith(f"{name}_") and "size" not in column]
        near = sum((sign * (100 - table[c]) <= level) * table[c.replace("_", "_size_")].fillna(0) for c in columns)
        side[name] = near
    return side["bid"], side["ask"]


def test_d31_depth_beyond_the_book_is_not_known_rather_than_small():
    """A feed of few levels: the sketch calls the sum of what it has the depth within 2 %, whatever the distance."""
    table = depth(known=0.5)
    bid, ask = bands(table, 2.0)
    assert (bid + ask).iloc[0] == pytest.approx(2 * 2.0 * 52), "a quarter of the truth, 800"
    found = compute(table, *[f"total_depth_{level}pct" for level in LEVELS])
    assert found["total_depth_0.5pct"].iloc[0] == pytest.approx(2 * 2.0 * 50)
    assert found[["total_depth_1.0pct", "total_depth_2.0pct"]].isna().all(axis=None)
    assert compute(depth(known=2.0), "total_depth_2.0pct")["total_depth_2.0pct"].iloc[0] == pytest.approx(800)


def test_d31_an_empty_book_is_missing_not_infinite():
    """Momentum after an outage: the sketch divides by the depth of no book."""
    table = depth(known=1.0, empty=range(5))
    bid, ask = bands(table, 1.0)
    assert np.isinf((bid + ask).pct_change(10)).any()
    found = compute(table, "depth_momentum_1.0pct", "depth_imbalance_1.0pct")
    assert not np.isinf(found).any(axis=None)
    assert found["depth_imbalance_1.0pct"].iloc[:5].isna().all()
    assert (found["depth_momentum_1.0pct"].iloc[15:] == 0).all()


def test_d31_the_reference_price_is_stated():
    """Distances from the mid and from the touch differ by half the spread; which is meant is a parameter."""
    table = depth(known=1.0)
    wide = table[[c for c in table if c.startswith(("bid", "ask")) and "size" not in c]]
    table[wide.columns] = wide + np.where(wide > 100, 0.4, -0.4)
    found = {reference: compute(table, "total_depth", level=0.5, reference=reference)["total_depth"].iloc[0]
             for reference in ("mid", "touch")}
    assert found == {"mid": pytest.approx(2 * 2.0 * 10), "touch": pytest.approx(2.0 * (50 + 51))}
