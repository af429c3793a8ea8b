"""Walking forward: each forecast is its fold's model's, noise stays noise, and a planted signal is found."""

import numpy as np
import pytest
from sklearn.model_selection import TimeSeriesSplit

from kit.clock import utc
from kit.model import PurgedWalkForward, a_scale, foretell, scores, walk_forward
from kit.refusal import Refusal
from tests.model.known_market import SHARE, market


def test_every_forecast_is_that_of_a_model_that_has_not_seen_the_row(planted, trees, oof):
    X, y = planted
    splitter = PurgedWalkForward.for_span(X.index[-1] - X.index[0])
    for k, (train, test) in enumerate(splitter.split(X)):
        mine, fold = oof.only(k), oof.folds[k]
        np.testing.assert_array_equal(mine.row, test)
        np.testing.assert_array_equal(mine.predicted, fold.model.predict(X.iloc[test]))
        np.testing.assert_array_equal(mine.predicted, trees.fit(X.iloc[train], y.iloc[train]).predict(X.iloc[test]))
        np.testing.assert_array_equal(mine.actual, y.iloc[test])
        stamps = utc([fold.train_start, fold.train_end, fold.test_start, fold.test_end])
        assert stamps.equals(X.index[[train[0], train[-1], test[0], test[-1]]])
        assert (fold.n_train, fold.n_test) == (len(train), len(test))


def test_the_scale_of_returns_comes_from_training_rows(planted, oof):
    X, y = planted
    for fold in oof.folds:
        past = y[utc([fold.train_start])[0]:utc([fold.train_end])[0]].to_numpy()
        assert fold.a == pytest.approx(a_scale(past)) and fold.a == pytest.approx(10 / fold.sigma**2)
        assert fold.train_mean == pytest.approx(past.mean())
    np.testing.assert_array_equal(oof.of_fold("a"), [oof.folds[k].a for k in oof.fold])


def test_a_planted_signal_is_recovered(oof):
    found = scores.summary(oof)
    assert found["r2_zero"].low < SHARE < found["r2_zero"].high + 0.01 and found["r2_zero"].value > 0.08
    assert found["r2_train_mean"].value == pytest.approx(found["r2_zero"].value, abs=0.01)
    assert found["correlation"].low < np.sqrt(SHARE) < found["correlation"].high + 0.01
    assert found["normalised_gmadl"].high < -0.1 and found["hit_rate"].low > 0.55


def test_noise_is_not_forecast(trees):
    X, y = market(8000, seed=2, beta=0.0)
    nothing = walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), trees, progress=False)
    found = scores.summary(nothing)
    assert found["r2_zero"].low < 0 and found["r2_zero"].value < 0.002
    assert found["correlation"].low < 0 < found["correlation"].high
    assert found["normalised_gmadl"].low < 0 < found["normalised_gmadl"].high
    assert found["hit_rate"].low < 0.5 < found["hit_rate"].high


def test_any_splitter_of_scikit_learn_walks(planted, trees):
    X, y = planted
    walked = walk_forward(X, y, TimeSeriesSplit(n_splits=2, test_size=500, gap=63), trees, progress=False)
    assert len(walked.folds) == 2 and len(walked.row) == 1000


def test_progress_is_shown_where_wanted(planted, trees, capsys):
    X, y = (part.iloc[:1500] for part in planted)
    splitter = PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds=2)
    walk_forward(X, y, splitter, trees, progress=False)
    assert capsys.readouterr().err == ""
    walk_forward(X, y, splitter, trees)
    assert "walk-forward" in capsys.readouterr().err


def test_features_and_label_must_be_on_one_index(planted, trees):
    X, y = planted
    with pytest.raises(Refusal, match="column 'log_return_3s': features and label are not on the same index"):
        walk_forward(X, y.iloc[::-1], PurgedWalkForward(), trees)


def test_a_dead_fold_is_named(planted, trees):
    X, y = planted
    dead = y.where(np.arange(len(y)) > 9000, 0.0)
    with pytest.raises(Refusal, match="training rows 2024-08-08 00:00:00.* to .* the label does not vary"):
        walk_forward(X, dead, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), trees, progress=False)


def test_a_trader_is_told_before_every_hole_what_its_label_would_later_have_hidden(planted, trees):
    """Rows lose their label where the quotes end within the horizon: only the future knows that, so no forecast may."""
    X, y = planted
    labelled = np.ones(len(X), dtype=bool)
    labelled[len(X) * 3 // 4:len(X) * 3 // 4 + 3] = False
    oof = walk_forward(X[labelled], y[labelled], PurgedWalkForward.for_span(X.index[-1] - X.index[0]), trees,
                       progress=False)
    time, predicted, fold = foretell(oof, X, essential=X.columns[:1])
    rows = X.index.asi8.searchsorted(time)
    assert np.array_equal(rows, np.arange(rows[0], len(X)))
    assert np.array_equal(predicted[np.isin(time, oof.time)], oof.predicted)
    assert np.array_equal(fold[np.isin(time, oof.time)], oof.fold)
