"""Factors of one recording on one clock, and of several assets side by side: known then, or not said."""

import numpy as np
import pandas as pd
import pytest

import kit
from kit.quality import census, panel
from kit.refusal import Refusal
from kit.sources import datasets


@pytest.fixture(scope="module")
def recording():
    return datasets.load("synthetic", "SIM-ETC", "2025-01-06T06:00Z", "2025-01-06T06:20Z")


def test_a_value_of_another_clock_is_the_last_known_and_grows_stale():
    then = pd.to_datetime(["2025-01-01T00:00:01Z", "2025-01-01T00:00:05Z"])
    frame = pd.DataFrame({"x": [1.0, 2.0]}, then)
    clock = pd.date_range("2025-01-01T00:00:00Z", periods=12, freq="s")
    found = census.known_at(frame, clock, stale="3s")["x"]
    assert np.array_equal(found, [np.nan, 1, 1, 1, 1, 2, 2, 2, 2, np.nan, np.nan, np.nan], equal_nan=True)


def test_one_name_of_each_formula_and_setting_and_no_label(recording):
    chosen = census.by_table(census.tables(recording))
    names = [name for some in chosen.values() for name in some]
    registry = kit.registry()
    settings = [(registry[name].function, tuple(sorted(registry[name].parameters.items()))) for name in names]
    assert len(set(settings)) == len(settings) and not any(registry[name].future for name in names)
    assert "l1_imbalance" in chosen["seconds"] and "log_return" not in names
    assert {"spread", "net_order_flow", "order_flow_imbalance"} <= set(names) and "bid_ask_spread" not in names


def test_what_comes_later_changes_no_value(recording):
    """The recording cut in half: every factor says the same of the first half."""
    half = recording.quotes["time"].iloc[0] + (recording.quotes["time"].iloc[-1] - recording.quotes["time"].iloc[0]) / 2
    short = recording._replace(tables={kind: frame[frame["time"] < half] for kind, frame in recording.tables.items()})
    whole, early = (census.factors(census.tables(one)) for one in (recording, short))
    kept = early.iloc[:-1]
    assert len(kept) > 500 and early.shape[1] == whole.shape[1] > 20
    pd.testing.assert_frame_equal(kept, whole.loc[kept.index], check_exact=True)


def test_factors_without_history_are_named_and_left_out():
    frame = pd.DataFrame({"known": np.ones(200), "short": np.r_[np.ones(50), np.full(150, np.nan)]})
    kept, short = census.long_enough(frame)
    assert list(kept) == ["known"] and short == ["short"]


def days(name, seed, n=200):
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(0.01 * (seed + 1) * rng.normal(size=n)))
    bar = {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": 1.0,
           "quote_volume": close, "n_trades": 10.0, "buy_volume": 0.5}
    return pd.DataFrame({"time": pd.date_range("2025-01-01", periods=n, tz="UTC")} | bar)


@pytest.fixture(scope="module")
def coins():
    return panel.Panel("made up", True, {name: days(name, seed) for seed, name in enumerate("ABCD")})


def test_a_panel_s_factor_is_each_asset_s_own(coins):
    found = coins.factor("rv_20d")
    alone = kit.compute({"bars": coins.bars["C"]}, "rv_20d")["rv_20d"]
    assert np.array_equal(found["C"], alone, equal_nan=True) and list(found) == list("ABCD")
    assert (found.mean().diff().dropna() > 0).all()


def test_a_return_ahead_ends_with_the_data(coins):
    ahead, close = coins.ahead(2), coins.column("close")
    assert ahead.iloc[0].to_numpy() == pytest.approx(np.log(close.iloc[2] / close.iloc[0]).to_numpy())
    assert ahead.iloc[-2:].isna().all().all()


def test_the_upper_half_leaves_the_middle_one_out():
    frame = pd.DataFrame([[1.0, 2.0, 3.0, np.nan], [4.0, 3.0, 2.0, 1.0]], columns=list("ABCD"))
    assert panel.upper_half(frame).to_numpy().tolist() == [[False, False, True, False], [True, True, False, False]]


def test_a_factor_that_knows_is_found_among_those_that_do_not(coins):
    ahead = coins.ahead(1)
    rng = np.random.default_rng(0)
    knows = ahead / ahead.std() + rng.normal(size=ahead.shape)
    factors = {"knows": knows} | {f"noise {k}": panel.noise(coins, k) for k in range(12)}
    found = panel.table(factors, ahead)
    assert found.index[0] == "knows" and (found["bh"] < 0.05).sum() == 1 and found.loc["knows", "rank_ic"] > 0.3
    assert found.loc["noise 0", "turnover"] == pytest.approx(0.5, abs=0.1)


def test_a_word_that_names_no_asset_is_refused():
    with pytest.raises(Refusal, match="'BTC' names no asset"):
        panel.load("BTC")
