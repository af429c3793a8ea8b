"""A backtest chooses thresholds with the study's own distances, and everyone in it pays its fees."""

import numpy as np
import pytest

from kit.backtest import FREE, against_holding, backtest, odds
from kit.evaluate import performance
from kit.execution import Constant, Fees, Signal, market, taker
from kit.execution.thresholds import by_fold
from kit.study import study

HOURS = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T08:00Z", "folds": 2, "iterations": 30}


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIT_MODELS", str(tmp_path_factory.mktemp("models")))
        yield study("synthetic", "SIM-BTC", **HOURS, horizon="30s", vol="600s")


def test_thresholds_keep_the_distance_of_the_study_s_own_windows(walked):
    whole = market(walked.recording.quotes, walked.recording.trades)
    how = {"fees": FREE, "latency": [Constant("100ms")]}
    near, far = (by_fold(walked.oof, walked.X, walked.y, whole, walked.features, inner=inner, **how)[0].threshold
                 for inner in ({}, {"memory": "600s", "horizon": "30s"}))
    chosen = backtest(walked, FREE).signal.threshold
    assert np.array_equal(chosen, far) and not np.array_equal(chosen, near)


def test_everyone_pays_fees_who_holds_too(walked):
    free, taxed = backtest(walked, FREE), backtest(walked, Fees(maker=2.0, taker=5.0))
    gross, net = (one.curves(one.replays(), "1min") for one in (free, taxed))
    paid = gross["buy and hold"] - net["buy and hold"]
    assert paid.iloc[0] == 0 and paid.iloc[1:].to_numpy() == pytest.approx(10_000 * 5e-4)


def test_half_each_earns_the_mean_of_its_halves_and_all_are_tested_against_holding(walked):
    tested = backtest(walked, FREE)
    curves = tested.curves(tested.replays(), "1min")
    taking, half, making = (performance.returns(curves[name], "1min") for name in ("taker", "half each", "gated maker"))
    np.testing.assert_allclose(half, (taking + making) / 2, atol=1e-14)
    assert len(against_holding(curves, "1min")) == 3 * 2 * 3


def test_odds_are_the_spread_and_two_fees_over_what_forecasts_say(walked):
    found = odds(walked, taker_fee=5.0)
    assert found["round_trip"] == pytest.approx(1e4 * walked.features["spread"].median() + 10)
    assert found["needed"] == pytest.approx(found["round_trip"] / (1e4 * walked.oof.predicted.std()))


def test_capacity_ends_where_the_touch_does(walked):
    tested = backtest(walked, FREE)
    eager = Signal(tested.signal.time, tested.signal.value, 0.0)
    curve, score = tested.capacity(taker(tested.market, eager, fees=FREE))
    assert (curve["bound"].diff().dropna() >= 0).all() and curve["bound"].iloc[[0, -1]].round(1).tolist() == [0, 1]
    assert score.value == 0 or curve["notional"].min() <= score.value <= curve["notional"].max()


def test_a_taker_that_never_trades_has_no_capacity(walked):
    tested = backtest(walked)
    replay = tested.replays()["taker"]
    assert replay.fills.empty and tested.capacity(replay) is None
