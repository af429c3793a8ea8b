"""K folds and their combinations: known answers, scikit-learn's checks, the laws of a purge."""

from itertools import combinations
from math import comb

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
    KFold,
    check_cv,
    cross_val_predict,
    cross_val_score,
)

from kit.clock import SECOND, UNITS, duration
from kit.model import CombinatorialPurged, PurgedKFold, walk_forward
from kit.model.scores import r2_zero
from kit.refusal import Refusal
from tests.model.known_market import START, grid, market

BOTH = [PurgedKFold(4, gap="60s", embargo="60s"), CombinatorialPurged(4, 2, gap="60s", embargo="60s")]


def seconds(n):
    return pd.DataFrame({"x": np.arange(float(n))}, index=grid(n))


def rows(*stretches):
    return [row for first, last in stretches for row in range(first, last + 1)]


def test_the_middle_of_three_folds_of_thirty_rows():
    folds = list(PurgedKFold(3, "3s", None, None).split(seconds(30)))
    assert [(train.tolist(), test.tolist()) for train, test in folds] == [
        (rows((13, 29)), rows((0, 9))), (rows((0, 6), (23, 29)), rows((10, 19))), (rows((0, 16)), rows((20, 29)))]


def test_gap_and_embargo_widen_the_purge_each_on_its_side():
    (_, (train, _), _) = PurgedKFold(3, "3s", "2s", "4s").split(seconds(30))
    assert train.tolist() == rows((0, 4), (27, 29))


def test_six_groups_taken_by_two_make_fifteen_splits_and_five_paths():
    cv = CombinatorialPurged(6, 2, "1s", None, None)
    folds = list(cv.split(seconds(60)))
    assert len(folds) == cv.get_n_splits() == 15 and cv.paths().shape == (5, 6)
    assert folds[1][1].tolist() == rows((0, 9), (20, 29))  # the second choice: groups 0 and 2
    assert folds[1][0].tolist() == rows((11, 18), (31, 59))


def test_a_group_goes_to_the_paths_in_the_order_of_its_splits():
    """As López de Prado (2018), chapter 12, hands them out: group 2 is tested in splits 1, 6, 7, 8 and 9."""
    first, second, *_, last = CombinatorialPurged(6, 2).paths().T.tolist()
    assert (first, second, last) == ([0, 1, 2, 3, 4], [0, 5, 6, 7, 8], [4, 8, 11, 13, 14])


@given(st.integers(2, 8).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))))
def test_every_test_of_every_group_is_on_exactly_one_path(sizes):
    groups, tested = sizes
    cv = CombinatorialPurged(groups, tested)
    paths, choices = cv.paths(), list(combinations(range(groups), tested))
    assert paths.shape == (comb(groups, tested) * tested // groups, groups)
    used = sorted((split, group) for path in paths.tolist() for group, split in enumerate(path))
    assert used == sorted((split, group) for split, chosen in enumerate(choices) for group in chosen)


def test_forecasts_are_put_together_path_by_path():
    X = seconds(23)
    cv = CombinatorialPurged(5, 2, "1s", None, None)
    tests = [test for _, test in cv.split(X)]
    assert (cv.along_paths(tests, X) == np.arange(23)).all()
    split = cv.along_paths([np.full(len(test), k) for k, test in enumerate(tests)], X)
    np.testing.assert_array_equal(split, cv.paths()[:, np.repeat(np.arange(5), [5, 5, 5, 4, 4])])


def test_a_walk_over_combinations_gives_whole_histories_out_of_sample(planted, trees):
    X, y = (part.iloc[:3000] for part in planted)
    cv = CombinatorialPurged(4, 2, gap="63s", embargo="63s")
    oof = walk_forward(X, y, cv, trees, progress=False)
    along = cv.along_paths([oof.only(k).predicted for k in range(len(oof.folds))], X)
    assert along.shape == (3, 3000) and np.isfinite(along).all()
    time = X.index.as_unit("ns").asi8
    found = [r2_zero(y.to_numpy(), path, time).value for path in along]
    assert min(found) > 0.05 and len(set(found)) == 3


def test_one_test_group_is_k_fold():
    ours = CombinatorialPurged(4, 1, "3s", "2s", "4s").split(seconds(50))
    for (a, b), (c, d) in zip(ours, PurgedKFold(4, "3s", "2s", "4s").split(seconds(50)), strict=True):
        assert (a.tolist(), b.tolist()) == (c.tolist(), d.tolist())


def test_without_horizon_gap_and_embargo_it_is_scikit_learns_k_fold():
    ours = PurgedKFold(4, None, None, None).split(seconds(31))
    for (a, b), (c, d) in zip(ours, KFold(4).split(seconds(31)), strict=True):
        assert (a.tolist(), b.tolist()) == (c.tolist(), d.tolist())


@st.composite
def cuts(draw):
    """Irregular stamps, some of them twice, and a splitter."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    steps = rng.integers(0, draw(st.sampled_from([2, 3, 20])), size=draw(st.integers(60, 200))) * SECOND
    lengths = {name: draw(st.sampled_from([None, "1ms", "3s", "7s"])) for name in ("horizon", "gap", "embargo")}
    groups = draw(st.integers(2, 6))
    tested = draw(st.integers(1, groups - 1))
    splitter = draw(st.sampled_from([PurgedKFold(groups), CombinatorialPurged(groups, tested)]))
    return START + np.cumsum(steps), splitter.set_params(**lengths)


def by_definition(time, cv):
    """The obvious version: a row is left out where its label or its surroundings meet a test group's."""
    horizon, gap, embargo = (duration(text) if text else 0 for text in (cv.horizon, cv.gap, cv.embargo))
    groups = getattr(cv, "n_groups", None) or cv.n_splits
    for chosen in combinations(np.array_split(np.arange(len(time)), groups), getattr(cv, "n_test", 1)):
        far = [all(t + horizon < time[test[0]] - gap or t > time[test[-1]] + horizon + embargo for test in chosen)
               for t in time]
        yield np.flatnonzero(far).tolist(), np.concatenate(chosen).tolist()


@settings(deadline=None, max_examples=60)
@given(cuts())
def test_folds_are_those_of_the_definition(cut):
    time, cv = cut
    expected = list(by_definition(time, cv))
    assume(all(train for train, _ in expected))
    assert [(a.tolist(), b.tolist()) for a, b in cv.split(groups=time)] == expected
    assert cv.get_n_splits() == len(expected)


@settings(deadline=None, max_examples=60)
@given(cuts())
def test_no_training_label_meets_a_test_label(cut):
    time, cv = cut
    horizon, gap, embargo = (duration(text) if text else 0 for text in (cv.horizon, cv.gap, cv.embargo))
    assume(all(train for train, _ in by_definition(time, cv)))
    for train, test in cv.split(groups=time):
        apart = time[test][:, None] - time[train][None, :]
        assert ((apart > horizon + gap) | (-apart > horizon + embargo)).all()


@settings(deadline=None, max_examples=30)
@given(cuts())
def test_a_day_later_the_folds_are_the_same(cut):
    time, cv = cut
    assume(all(train for train, _ in by_definition(time, cv)))
    for (a, b), (c, d) in zip(cv.split(groups=time), cv.split(groups=time + UNITS["d"]), strict=True):
        assert (a.tolist(), b.tolist()) == (c.tolist(), d.tolist())


@pytest.mark.parametrize("cv", BOTH, ids=lambda cv: type(cv).__name__)
def test_scikit_learn_takes_it_for_one_of_its_own(planted, cv):
    X, y = planted
    assert isinstance(cv, BaseCrossValidator) and check_cv(cv) is cv
    assert clone(cv).get_params() == cv.get_params() and "gap='60s'" in repr(cv)
    line = LinearRegression()
    by_hand = [line.fit(X.iloc[a], y.iloc[a]).score(X.iloc[b], y.iloc[b]) for a, b in cv.split(X)]
    np.testing.assert_array_equal(cross_val_score(line, X, y, cv=cv), by_hand)
    np.testing.assert_array_equal(cross_val_score(line, X, y, cv=cv, groups=X.index), by_hand)
    search = GridSearchCV(Ridge(), {"alpha": [0.1, 1e6]}, cv=cv).fit(X, y)
    assert search.n_splits_ == cv.get_n_splits(X) and search.best_params_ == {"alpha": 0.1}


def test_k_fold_forecasts_every_row_once(planted):
    X, y = planted
    forecast = cross_val_predict(LinearRegression(), X, y, cv=BOTH[0])
    for train, test in BOTH[0].split(X):
        line = LinearRegression().fit(X.iloc[train], y.iloc[train])
        np.testing.assert_allclose(forecast[test], line.predict(X.iloc[test]))


def leaky_score(cv):
    """R² where a feature is the future return in the rows that an honest purge removes, and in the test."""
    X, y = market(4000, seed=3, beta=0.0)
    (_, (train, test), _) = PurgedKFold(3, "3s", "600s", "600s").split(X)
    leaks = np.setdiff1d(np.arange(len(X)), train)
    X = X.assign(leak=np.random.default_rng(0).permutation(y))
    X.iloc[leaks, -1] = y.iloc[leaks]
    (_, (train, _), _) = cv.split(X)
    forecast = LinearRegression().fit(X.iloc[train], y.iloc[train]).predict(X.iloc[test])
    return r2_zero(y.to_numpy()[test], forecast, X.index.asi8[test])


def test_a_leak_in_purged_rows_is_not_learned():
    assert leaky_score(PurgedKFold(3, "3s", "600s", "600s")).value < 0.01


@pytest.mark.parametrize("careless", [PurgedKFold(3, None, None, "600s"), PurgedKFold(3, "3s", "600s", None)])
def test_without_gap_or_embargo_the_same_leak_is_learned(careless):
    assert leaky_score(careless).low > 0.05


@pytest.mark.parametrize(("cv", "given", "word"), [
    (PurgedKFold(3), {"X": np.zeros((30, 1))}, "carries no timestamps"),
    (PurgedKFold(3), {"X": seconds(30).iloc[::-1]}, "row 1: time runs backwards"),
    (PurgedKFold(31), {"X": seconds(30)}, "30 rows cannot be cut into 31 folds"),
    (PurgedKFold(1), {"X": seconds(30)}, "30 rows cannot be cut into 1 folds"),
    (PurgedKFold(3), {"X": seconds(30)}, r"no row is left to train on for the test from 2024-08-08 00:00:00\+00:00"),
    (CombinatorialPurged(3, 3), {"X": seconds(30)}, "3 of 3 groups cannot be tested"),
])
def test_what_cannot_be_split_is_refused(cv, given, word):
    with pytest.raises(Refusal, match=word):
        list(cv.split(**given))


def test_forecasts_that_are_not_those_of_the_splits_are_refused():
    cv = CombinatorialPurged(3, 1, "1s", None, None)
    with pytest.raises(Refusal, match=r"forecasts of \[10, 10\] rows, not of \[10, 10, 10\]"):
        cv.along_paths([np.zeros(10)] * 2, seconds(30))
