"""Folds: known answers, scikit-learn's own folds and checks, and the laws of a purge."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import (
    BaseCrossValidator,
    GridSearchCV,
    TimeSeriesSplit,
    check_cv,
    cross_val_score,
)

from kit.clock import SECOND, UNITS, duration, utc
from kit.model import PurgedWalkForward
from kit.model.scores import r2_zero
from kit.refusal import Refusal
from tests.model.known_market import START, grid, market

SMALL = PurgedWalkForward(train="8s", test="3s", gap="2s", horizon=None)


def seconds(n):
    return pd.DataFrame({"x": np.arange(float(n))}, index=grid(n))


def ends(folds):
    return [(train[0], train[-1], test[0], test[-1]) for train, test in folds]


def test_twenty_rows_are_cut_as_skfolio_cuts_them():
    assert ends(SMALL.split(seconds(20))) == [(0, 7, 10, 12), (3, 10, 13, 15), (6, 13, 16, 18)]


def test_folds_are_those_of_time_series_split_where_both_anchors_meet():
    theirs = TimeSeriesSplit(n_splits=4, max_train_size=8, test_size=3, gap=2).split(np.zeros(8 + 2 + 4 * 3))
    ours = SMALL.split(seconds(8 + 2 + 4 * 3 + 1))
    assert [(a.tolist(), b.tolist()) for a, b in ours] == [(a.tolist(), b.tolist()) for a, b in theirs]


def test_horizon_is_purged_before_the_gap():
    assert ends(clone(SMALL).set_params(horizon="1s").split(seconds(15))) == [(0, 7, 11, 13)]


def test_expanding_keeps_the_first_row():
    folds = ends(clone(SMALL).set_params(expanding=True).split(seconds(20)))
    assert folds == [(0, 7, 10, 12), (0, 10, 13, 15), (0, 13, 16, 18)]


def test_step_is_the_distance_of_test_windows():
    folds = ends(clone(SMALL).set_params(step="4s").split(seconds(20)))
    assert folds == [(0, 7, 10, 12), (4, 11, 14, 16)]


def test_more_data_move_no_fold():
    assert ends(SMALL.split(seconds(40)))[:3] == ends(SMALL.split(seconds(20)))


def test_a_window_in_a_feed_gap_gives_no_fold():
    holey = seconds(40).drop(index=grid(40)[13:16])
    assert ends(SMALL.split(holey))[1][2] == 13  # row 13 is now second 16
    assert SMALL.get_n_splits(holey) == SMALL.get_n_splits(seconds(40)) - 1


@st.composite
def cuts(draw):
    """Irregular stamps, and windows that fit them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.integers(0, draw(st.sampled_from([2, 3, 20])) * SECOND, size=draw(st.integers(150, 400)))
    lengths = {name: f"{draw(st.integers(1, 20))}s" for name in ("train", "test", "step")}
    others = {name: draw(st.sampled_from([None, "1ms", "3s", "7s"])) for name in ("gap", "horizon")}
    return START + np.cumsum(steps), PurgedWalkForward(**lengths, **others, expanding=draw(st.booleans()))


def by_definition(time, cv):
    """The obvious version: masks, window by window."""
    lengths = (cv.train, cv.test, cv.gap, cv.horizon, cv.step)
    train, test, gap, horizon, step = (duration(text) if text else 0 for text in lengths)
    start = time[0] + train + gap + horizon
    while start + test <= time[-1]:
        first = time[0] if cv.expanding else start - gap - horizon - train
        learned = np.flatnonzero((first <= time) & (time + horizon < start - gap))
        tested = np.flatnonzero((start <= time) & (time < start + test))
        if len(learned) and len(tested):
            yield learned.tolist(), tested.tolist()
        start += step


@settings(deadline=None, max_examples=150)
@given(cuts())
def test_folds_are_those_of_the_definition(cut):
    time, cv = cut
    expected = list(by_definition(time, cv))
    assume(expected)
    assert [(a.tolist(), b.tolist()) for a, b in cv.split(groups=time)] == expected
    assert cv.get_n_splits(groups=time) == len(expected)


@settings(deadline=None, max_examples=100)
@given(cuts())
def test_every_training_label_ends_before_the_gap(cut):
    time, cv = cut
    horizon, gap = (duration(text) if text else 0 for text in (cv.horizon, cv.gap))
    assume(any(by_definition(time, cv)))
    for learned, tested in cv.split(groups=time):
        assert time[learned].max() + horizon < time[tested].min() - gap


@settings(deadline=None, max_examples=50)
@given(cuts())
def test_a_day_later_the_folds_are_the_same(cut):
    time, cv = cut
    assume(any(by_definition(time, cv)))
    for (a, b), (c, d) in zip(cv.split(groups=time), cv.split(groups=time + UNITS["d"]), strict=True):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, d)


def test_stamps_come_from_the_index_or_from_groups_in_any_zone():
    X = seconds(20)
    wanted = ends(SMALL.split(X))
    warsaw, integers = X.index.tz_convert("Europe/Warsaw"), START + np.arange(20) * SECOND
    for groups in (X.index, warsaw, X.index.to_series(), integers, pd.Series(integers), list(X.index)):
        assert ends(SMALL.split(X.to_numpy(), groups=groups)) == wanted


@pytest.mark.parametrize(("given", "word"), [
    ({"X": seconds(20).tz_localize(None)}, "naive timestamps"),
    ({"X": seconds(20).reset_index(drop=True)}, "is not a time"),
    ({"X": np.zeros((20, 1))}, "carries no timestamps"),
    ({"X": [[0.0]] * 20}, "carries no timestamps"),
    ({"X": seconds(20).iloc[::-1]}, "row 1: time runs backwards"),
    ({"groups": pd.DatetimeIndex([START, None], tz="UTC")}, "groups, row 1: missing time"),
    ({"X": seconds(20).iloc[:0]}, "no rows to split"),
    ({"X": seconds(11)}, r"no fold: the data span 10s, a fold needs rows in train 8s .* Remedy: shorter windows"),
])
def test_what_cannot_be_split_is_refused(given, word):
    with pytest.raises(Refusal, match=word):
        list(SMALL.split(**given))


@pytest.mark.parametrize(("minutes", "train", "test"), [(33, "959s", "191s"), (6, "149s", "29s")])
def test_a_short_recording_gets_five_folds(minutes, train, test):
    cv = PurgedWalkForward.for_span(f"{minutes}min")
    assert (cv.train, cv.test, cv.gap, cv.horizon) == (train, test, "63s", "3s")
    assert cv.get_n_splits(seconds(60 * minutes + 1)) == 5


@settings(deadline=None)
@given(st.integers(300, 5000), st.integers(1, 8), st.floats(0.1, 0.8), st.sampled_from(["1s", "60s", "90s"]))
def test_for_span_gives_the_folds_it_was_asked_for(span, folds, share, memory):
    cv = PurgedWalkForward.for_span(pd.Timedelta(span, "s"), folds, share, memory=memory)
    assert cv.get_n_splits(groups=START + np.arange(span + 1) * SECOND) == folds
    assert duration(cv.gap) >= duration(cv.horizon) + duration(memory)


def test_for_span_refuses_a_gap_shorter_than_horizon_and_memory():
    with pytest.raises(Refusal, match="Remedy: a gap of 63s or more"):
        PurgedWalkForward.for_span("33min", gap="62s")


def test_for_span_refuses_a_recording_that_is_too_short():
    with pytest.raises(Refusal, match="70s are too short for 5 folds"):
        PurgedWalkForward.for_span("70s")


def test_scikit_learn_takes_it_for_one_of_its_own():
    cv = PurgedWalkForward(train="1h", gap=None)
    assert isinstance(cv, BaseCrossValidator) and check_cv(cv) is cv
    assert clone(cv).get_params() == cv.get_params()
    assert "train='1h'" in repr(cv)


def test_cross_val_score_and_grid_search_walk_forward(planted):
    X, y = planted
    cv = PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds=3)
    line = LinearRegression()
    by_hand = [line.fit(X.iloc[a], y.iloc[a]).score(X.iloc[b], y.iloc[b]) for a, b in cv.split(X)]
    np.testing.assert_array_equal(cross_val_score(line, X, y, cv=cv), by_hand)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1e6]}, cv=cv).fit(X, y)
    assert search.n_splits_ == 3 and search.best_params_ == {"alpha": 0.1}


def test_outer_test_labels_never_choose_the_parameters(planted):
    X, y = planted
    outer = PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds=2)
    inner = PurgedWalkForward.for_span(outer.train, folds=3)
    search = GridSearchCV(Ridge(), {"alpha": [1.0, 1e3, 1e4, 1e5]}, cv=inner)
    for train, test in outer.split(X):
        scrambled = y.copy()
        scrambled.iloc[test] = np.random.default_rng(0).permutation(y.iloc[test])
        was, now = (clone(search).fit(X.iloc[train], labels.iloc[train]) for labels in (y, scrambled))
        assert was.best_params_ == now.best_params_
        np.testing.assert_array_equal(was.cv_results_["mean_test_score"], now.cv_results_["mean_test_score"])


def leaky_score(cv):
    """R² where a feature is the future return in the rows that a purge removes, and in the test."""
    X, y = market(4000, seed=3, beta=0.0)
    honest = PurgedWalkForward(train="2500s", test="600s", gap="300s", step="4000s")
    (train, test), = honest.split(X)
    X = X.assign(leak=np.where(np.arange(len(X)) > train[-1], y, np.random.default_rng(0).permutation(y)))
    (train, _), = cv.split(X)
    forecast = LinearRegression().fit(X.iloc[train], y.iloc[train]).predict(X.iloc[test])
    return r2_zero(y.to_numpy()[test], forecast, X.index.asi8[test])


def test_a_leak_in_purged_rows_is_not_learned():
    assert leaky_score(PurgedWalkForward(train="2500s", test="600s", gap="300s", step="4000s")).value < 0.01


def test_without_purge_and_gap_the_same_leak_is_learned():
    careless = PurgedWalkForward(train="2803s", test="600s", gap=None, horizon=None, step="4000s")
    assert leaky_score(careless).low > 0.1


def test_the_default_is_that_of_the_methods():
    days = pd.DataFrame({"x": 0.0}, index=utc(START + np.arange(0, 50 * 1440) * UNITS["min"]))
    (train, test), *rest = PurgedWalkForward().split(days)
    stamps = days.index
    assert stamps[test[0]] - stamps[train[-1]] > pd.Timedelta("10min 3s")
    assert len(train) == 28 * 1440 and len(test) == 7 * 1440 and len(rest) == 2
