"""A study is kept, and found again by those who ask for the same; asked otherwise, it is made anew."""

import numpy as np
import pytest

from kit import study as room
from kit.refusal import Refusal
from kit.study import studies, study

QUICK = {"start": "2025-01-06T06:00Z", "end": "2025-01-06T06:30Z", "folds": 2, "iterations": 20}


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


def test_the_same_question_is_answered_from_the_shelf_to_the_bit(shelf, monkeypatch):
    first = study("synthetic", "SIM-LTC", **QUICK)
    assert len(list(shelf.iterdir())) == 1
    monkeypatch.setattr(room, "walk_forward", lambda *args: pytest.fail("walked again"))
    again = study("synthetic", "SIM-LTC", **QUICK)
    assert np.array_equal(again.oof.predicted, first.oof.predicted)
    assert np.array_equal(again.explanation.values, first.explanation.values)


@pytest.mark.parametrize("other", [{"seed": 1}, {"iterations": 21}, {"flow": "5s"}, {"end": "2025-01-06T06:31Z"}])
def test_another_question_has_its_own_answer(shelf, other):
    study("synthetic", "SIM-LTC", **QUICK)
    study("synthetic", "SIM-LTC", **QUICK | other)
    assert len(list(shelf.iterdir())) == 2


def test_assets_are_named_dataset_and_symbol(shelf):
    found = studies("synthetic/SIM-LTC synthetic/SIM-ETC", **QUICK)
    assert list(found) == [one.name for one in found.values()] == ["synthetic/SIM-LTC", "synthetic/SIM-ETC"]
    with pytest.raises(Refusal, match="'SIM-LTC' names no asset"):
        studies("SIM-LTC", **QUICK)
