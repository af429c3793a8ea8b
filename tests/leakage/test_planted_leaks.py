"""The audit is itself audited: every planted leak must be found, and by the part of the chain that holds it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostRegressor, Pool
from sklearn.model_selection import KFold, TimeSeriesSplit

import kit
from kit.clock import utc
from kit.evaluate.leakage import audit, audit_splits
from kit.kernels.joins import asof
from kit.model import PurgedWalkForward, a_scale
from tests.leakage import chain
from tests.leakage.chain import TREES, features, positions, ticks


def z_score_of_the_whole_sample(tables):
    x = features(tables)
    return (x - x.mean()) / x.std()


def includes_the_next_second(tables):
    return features(tables).rolling(3, center=True).mean()


def filled_from_behind(tables):
    return features(tables).bfill()


def rank_within_the_day(tables):
    return features(tables)[["volume_traded"]].rank(pct=True)


def resampled_to_the_left(tables):
    minutes = features(tables)["l1_imbalance"].resample("10s").mean()
    return minutes.reindex(chain.grid(tables).set_index("time").index, method="ffill")


FEATURES = [z_score_of_the_whole_sample, includes_the_next_second, filled_from_behind, rank_within_the_day,
            resampled_to_the_left]


@pytest.mark.parametrize("leaky", FEATURES, ids=lambda f: f.__name__)
def test_a_feature_that_leaks_is_caught(leaky):
    at = [chain.START + pd.Timedelta("30s")]
    assert audit(leaky, ticks(), cuts=2, at=at, probes=("changed",))
    assert audit(leaky, ticks(), cuts=2, at=at, probes=("cut off",))


def shifted(seconds):
    """The label of a row some seconds later or earlier."""
    return lambda data: kit.compute(data["grid"].reset_index(), "log_return").shift(-seconds)


@pytest.mark.parametrize(("seconds", "probe"), [(1, "changed"), (-1, "changed before it")])
def test_a_label_off_by_one_second_is_caught_whichever_way(seconds, probe):
    data = {"grid": chain.grid(ticks()).set_index("time")}
    found = audit(shifted(seconds), data, foresight="3s", memory="0s")
    assert {leak.probe for leak in found} & {probe}
    assert not {leak.probe for leak in audit(shifted(0), data, foresight="3s", memory="0s")}


def test_a_feature_window_longer_than_declared_is_caught():
    data = {"grid": chain.grid(ticks()).set_index("time")}
    found = audit(lambda data: kit.compute(data["grid"].reset_index(), "volatility", vol="90s"), data, memory="60s")
    assert {leak.probe for leak in found} == {"changed before it"}


def joined(tables, moments, clock, at_or_before):
    """Mid joined to every trade by one clock or another, stamped with the exchange's."""
    quotes, trades = tables["quotes"], tables["trades"]
    row = asof(ns(trades[moments]), ns(quotes[clock]), at_or_before)
    mid = ((quotes["bid"] + quotes["ask"]) / 2).to_numpy()
    return pd.Series(np.where(row < 0, np.nan, mid[np.maximum(row, 0)]), index=pd.DatetimeIndex(trades["time"]))


def ns(series):
    return pd.DatetimeIndex(series).as_unit("ns").asi8


def at_the_trades_own_stamp(tables):
    return joined(tables, "time", "time", True)


def up_to_the_trades_arrival(tables):
    return joined(tables, "local_time", "time", False)


def test_a_join_on_the_trades_own_stamp_or_on_the_wrong_clock_is_caught():
    cuts = with_quotes_of_their_own()
    for leaky in (at_the_trades_own_stamp, up_to_the_trades_arrival):
        assert audit(leaky, ticks(), strictly=("quotes",), cuts=0, at=cuts), leaky.__name__
    assert audit(lambda data: joined(data, "time", "time", False), ticks(), strictly=("quotes",), cuts=0, at=cuts) == []


def with_quotes_of_their_own():
    """Some stamps that trades share with quotes."""
    both = np.intersect1d(ns(ticks()["trades"]["time"]), ns(ticks()["quotes"]["time"]))
    return list(utc(both[len(both) // 2:][:3]))


SPLITTERS = {"no purge": PurgedWalkForward(train="6min", test="2min", gap=None, horizon=None),
             "a gap of the horizon alone": PurgedWalkForward(train="6min", test="2min", gap=None),
             "rows without a gap": TimeSeriesSplit(4), "shuffled": KFold(4, shuffle=True, random_state=0)}


@pytest.mark.parametrize("name", SPLITTERS)
def test_a_splitter_that_does_not_purge_is_caught(name):
    assert audit_splits(SPLITTERS[name], features(ticks()), horizon="3s", memory="60s")


def caught(**link):
    """Columns of the chain that change with the future, where one link leaks."""
    begun = chain.beginnings(link.get("splitter", chain.SPLITTER))
    found = audit(lambda data: positions(data, **link), ticks(), cuts=2, at=begun[1:3], probes=("changed",))
    return {leak.column for leak in found}


def test_forecasts_without_purge_are_caught_at_the_first_tested_second():
    assert "forecast" in caught(splitter=SPLITTERS["no purge"])


class SeesTheTest:
    """Chooses its depth by the error on the rows behind its training: those that it will be judged on."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def fit(self, X, y):
        behind = self.X.index > X.index[-1]
        models = [replace(TREES, depth=depth).fit(X, y) for depth in (1, 2, 3, 4)]
        errors = [np.mean((model.predict(self.X[behind]) - self.y[behind]) ** 2) for model in models]
        return models[int(np.argmin(errors))]


class StopsOnTheTest(SeesTheTest):
    """Stops early on the rows behind its training."""

    def fit(self, X, y):
        behind = self.X.index > X.index[-1]
        fitted = TREES.fit(X, y)
        model = CatBoostRegressor(iterations=60, depth=2, learning_rate=0.5, early_stopping_rounds=2, thread_count=1,
                                  logging_level="Silent", allow_writing_files=False)
        model.fit(Pool(X, y * 1e4), eval_set=Pool(self.X[behind], self.y[behind] * 1e4))
        return replace(fitted, model=model)


@pytest.mark.parametrize("trees", [SeesTheTest, StopsOnTheTest])
def test_a_tuner_that_sees_the_outer_test_is_caught(trees):
    assert "forecast" in caught(trees=trees)


def test_a_threshold_from_the_test_window_is_caught():
    def of_the_test(oof, X, k):
        return np.quantile(np.abs(oof.predicted[oof.fold == k]), 0.9)

    assert "threshold" in caught(threshold=of_the_test)


def test_a_slope_from_all_the_data_is_caught():
    assert caught(scale=lambda oof, y: a_scale(y.to_numpy())) == {"a"}


def test_rows_dropped_for_what_follows_are_caught():
    def without_standstills(tables):
        y = chain.label(tables)
        return y.where(y != 0)

    assert "forecast" in caught(label=without_standstills)


def test_features_of_the_next_second_are_caught_in_the_forecast():
    assert "forecast" in caught(features=includes_the_next_second)
