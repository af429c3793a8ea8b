"""A walk kept in a folder: it comes back to the bit, and the folder is there whole or not at all."""

import shutil
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from kit.model import Fitted, OutOfFold, PurgedWalkForward, Tuned, walk_forward
from kit.refusal import Refusal

ROWS = [field.name for field in fields(OutOfFold) if field.name != "folds"]


@pytest.fixture(scope="module")
def tuned(planted):
    X, y = (part.iloc[:3000] for part in planted)
    settings = Tuned(trials=3, iterations=20, stages=2, task_type="CPU", thread_count=1)
    return X, walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0], 2), settings, progress=False)


def alike(one, other):
    for name in ROWS:
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), strict=True)
    for was, now in zip(one.folds, other.folds, strict=True):
        assert replace(was, model=None) == replace(now, model=None)


def test_forecasts_folds_and_models_come_back_to_the_bit(planted, oof, tmp_path):
    X, _ = planted
    oof.save(tmp_path / "walk")
    loaded = OutOfFold.load(tmp_path / "walk")
    alike(oof, loaded)
    for k, fold in enumerate(loaded.folds):
        mine = loaded.only(k)
        np.testing.assert_array_equal(fold.model.predict(X.iloc[mine.row]), mine.predicted)
        assert fold.model.trees == oof.folds[k].model.trees


def test_trials_and_both_choices_come_back_to_the_bit(tuned, tmp_path):
    X, oof = tuned
    oof.save(tmp_path / "walk")
    loaded = OutOfFold.load(tmp_path / "walk")
    alike(oof, loaded)
    pd.testing.assert_frame_equal(loaded.trials, oof.trials, check_exact=True)
    pd.testing.assert_frame_equal(loaded.inner, oof.inner, check_exact=True)
    alike(oof.chosen_by("r2", X), loaded.chosen_by("r2", X))
    assert [fold.model.trees for fold in loaded.folds] == [fold.model.trees for fold in oof.folds]


def test_a_walk_kept_anew_replaces_the_old_one(tuned, oof, tmp_path):
    tuned[1].save(tmp_path / "made" / "walk")
    oof.save(tmp_path / "made" / "walk")
    alike(oof, OutOfFold.load(tmp_path / "made" / "walk"))
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["walk"]


def test_a_walk_that_cannot_be_kept_leaves_what_was_there(tuned, oof, tmp_path, monkeypatch):
    def full(model, path):
        raise OSError("No space left on device")

    oof.save(tmp_path / "walk")
    monkeypatch.setattr(Fitted, "save", full)
    with pytest.raises(Refusal, match="walk: cannot be written: No space left"):
        tuned[1].save(tmp_path / "walk")
    alike(oof, OutOfFold.load(tmp_path / "walk"))
    with pytest.raises(Refusal, match="cannot be written"):
        tuned[1].save(tmp_path / "other")
    assert [path.name for path in tmp_path.iterdir()] == ["walk"]


def test_a_folder_of_something_else_is_not_replaced(oof, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me")
    with pytest.raises(Refusal, match="mine: is there, and is no archive"):
        oof.save(tmp_path / "mine")
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep me"


def test_models_that_are_not_the_kits_are_not_kept(planted, tmp_path):
    class Line:
        def fit(self, X, y):
            return LinearRegression().fit(X, y)

    X, y = planted
    oof = walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), Line(), progress=False)
    with pytest.raises(Refusal, match="a LinearRegression cannot be kept"):
        oof.save(tmp_path / "walk")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("missing", ["facts.json", "rows.parquet", "fold-1", "fold-1/gmadl.cbm",
                                     "fold-0/trials.parquet"])
def test_a_folder_that_lacks_something_is_refused(tuned, tmp_path, missing):
    tuned[1].save(tmp_path / "walk")
    lost = tmp_path / "walk" / missing
    shutil.rmtree(lost) if lost.is_dir() else lost.unlink()
    with pytest.raises(Refusal, match="walk"):
        OutOfFold.load(tmp_path / "walk")


@pytest.mark.parametrize("damaged", ["facts.json", "rows.parquet", "fold-1/r2.cbm", "fold-0/trials.parquet"])
def test_a_damaged_file_is_refused(tuned, tmp_path, damaged):
    tuned[1].save(tmp_path / "walk")
    path = tmp_path / "walk" / damaged
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(Refusal, match="walk"):
        OutOfFold.load(tmp_path / "walk")
