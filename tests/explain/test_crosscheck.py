"""SHAP values are held against CatBoost's in every report, and one mode against the other."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kit.bootstrap import Bootstrap
from kit.explain import crosscheck, values
from kit.explain.crosscheck import both_modes, check_against_catboost, compare_modes
from kit.explain.symmetric import symmetric
from kit.model import PurgedWalkForward, Trees, walk_forward
from kit.refusal import Refusal
from tests.model.known_market import grid


@pytest.fixture(scope="module")
def correlated():
    """Two features of correlation 0.8 that act together, and one by itself: a walk over them."""
    rng = np.random.default_rng(3)
    a, b, c = rng.normal(size=(3, 6000))
    X = pd.DataFrame({"a": a, "b": 0.8 * a + 0.6 * b, "c": c}, index=grid(6000))
    y = pd.Series(1e-4 * (X["a"] * X["b"] + X["c"] + 0.3 * rng.normal(size=6000)), name="log_return_3s")
    splitter = PurgedWalkForward(train="3000s", test="700s", gap="63s")
    return X, walk_forward(X, y, splitter, Trees(depth=4, iterations=60, task_type="CPU"), progress=False)


@pytest.mark.parametrize("background", [None, 30])
def test_difference_to_catboost_is_rounding(planted, oof, background):
    assert 0 < check_against_catboost(oof, planted[0], rows_per_fold=50, background=background) <= 1e-12


def levels_reversed(fitted, X, background=None):
    """A planted mistake: the root taken for the deepest level. Forecasts and sums stay right."""
    model = symmetric(fitted)
    forest = model.forest
    levels = forest.depth[0]
    assert (forest.depth == levels).all()
    bits = np.arange(1 << levels)
    turned = sum(((bits >> level) & 1) << (levels - 1 - level) for level in range(levels))
    flipped = {name: getattr(forest, name)[:, ::-1] for name in ("feature", "rank", "slot")}
    leaves = {name: getattr(forest, name)[:, turned] for name in ("value", "weight")}
    wrong = replace(model, forest=forest._replace(**{name: np.ascontiguousarray(part)
                                                     for name, part in (flipped | leaves).items()}))
    np.testing.assert_allclose(wrong.predict(X), fitted.predict(X), rtol=1e-12)
    values, base = wrong.shap_values(X, background)
    np.testing.assert_allclose(values.sum(axis=1) + base, fitted.predict(X), rtol=0, atol=1e-16)
    return values, base


def test_wrong_order_of_levels_adds_up_all_the_same_and_is_caught(correlated, monkeypatch):
    X, oof = correlated
    monkeypatch.setattr(crosscheck, "shap_values", levels_reversed)
    with pytest.raises(Refusal, match="fold .: SHAP values differ from CatBoost's by"):
        check_against_catboost(oof, X, rows_per_fold=50)


@pytest.mark.parametrize("which", [0, 1], ids=["values", "base"])
def test_what_is_off_by_a_billionth_is_caught(planted, oof, monkeypatch, which):
    def slightly_off(*args):
        said = list(values.shap_values(*args))
        said[which] = said[which] + 1e-9 * np.abs(said[0].sum(axis=1)).max()
        return said

    monkeypatch.setattr(crosscheck, "shap_values", slightly_off)
    with pytest.raises(Refusal, match="1.0e-09 of the forecasts' reach"):
        check_against_catboost(oof, planted[0], rows_per_fold=50)


def test_modes_split_credit_differently_where_features_move_together(correlated):
    X, oof = correlated
    path, interventional = both_modes(oof, X, rows_per_fold=300)
    assert interventional.background == crosscheck.BACKGROUND
    table = compare_modes(path, interventional, Bootstrap(draws=199))
    assert table.index.tolist() == table.sort_values("path_bp", ascending=False).index.tolist()
    assert (table.loc[["a", "b"], "low_bp"] > 2 * table.loc["c", "high_bp"]).all()
    assert (table["low_bp"] <= table["difference_bp"]).all() and (table["difference_bp"] <= table["high_bp"]).all()
    by_hand = np.abs(path.values - interventional.values)[:, path.features.index("b")] * 1e4
    assert table.loc["b", "difference_bp"] == pytest.approx(by_hand.mean())
    assert table.loc["b", "largest_bp"] == pytest.approx(by_hand.max())


def test_few_background_rows_make_modes_seem_to_differ_where_they_do_not(correlated):
    """c is independent of the others and acts alone: its values are the same but for what the background samples."""
    X, oof = correlated
    path, *others = [values.out_of_fold_shap(oof, X, 300, background=rows) for rows in (None, 100, 10_000)]
    few, many = (compare_modes(path, other, Bootstrap(draws=99)).loc["c"] for other in others)
    assert few["difference_bp"] > 5 * many["difference_bp"]
    assert many["difference_bp"] < 0.01 * many["path_bp"]


def test_modes_of_other_rows_are_not_compared(planted, oof):
    explanations = [values.out_of_fold_shap(oof, planted[0], 50, seed) for seed in (0, 1)]
    with pytest.raises(Refusal, match="not of the same rows"):
        compare_modes(*explanations)
