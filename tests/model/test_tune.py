"""Tuning inside the training rows: nothing later is seen, every trial is kept, rows are sorted into bins once."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoostRegressor, Pool

from kit import backend
from kit.model import PurgedWalkForward, Trees, Tuned, a_scale, normalised_gmadl, scores, tune, walk_forward
from kit.refusal import Refusal
from tests.model.known_market import market

TUNED = Tuned(trials=4, iterations=20, stages=4, task_type="CPU", thread_count=1)
COLUMNS = ["depth", "learning_rate", "l2_leaf_reg", "bagging_temperature", "border_count"]


def outer(X, folds=2):
    return PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds)


def inner(X, folds=3):
    return PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds)


@pytest.fixture(scope="module")
def rows():
    return market(4000, seed=1)


@pytest.fixture(scope="module")
def choice(rows):
    return TUNED.fit(*rows)


@pytest.fixture(scope="module")
def walked(rows):
    return walk_forward(*rows, outer(rows[0]), TUNED, progress=False)


def as_trees(trial, criterion):
    settings = {name: trial[name] for name in COLUMNS}
    return Trees(**settings, iterations=trial[f"{criterion}_trees"], task_type="CPU", thread_count=1)


def test_every_number_of_every_trial_is_that_of_a_model_learned_by_hand(rows, choice):
    X, y = rows
    for trial in choice.search.trials.to_dict("records"):
        for criterion in ("gmadl", "r2"):
            judged = []
            for k, (train, test) in enumerate(inner(X).split(X)):
                fitted = as_trees(trial, criterion).fit(X.iloc[train], y.iloc[train])
                forecast, actual = fitted.predict(X.iloc[test]), y.to_numpy()[test]
                value = {"gmadl": normalised_gmadl(actual, forecast, a_scale(y.to_numpy()[train])),
                         "r2": 1 - ((actual - forecast) ** 2).sum() / (actual**2).sum()}[criterion]
                assert trial[f"{criterion}_{k}"] == pytest.approx(value, rel=1e-9)
                judged.append(value)
            low, high = min(judged), max(judged)
            assert low <= trial[criterion] <= high and trial[f"{criterion}_se"] < high - low


def test_the_number_of_trees_is_the_best_of_the_stages(rows, choice):
    X, y = rows
    trial, *_ = choice.search.trials.to_dict("records")
    folds = [(X.iloc[a], y.iloc[a], X.iloc[b], y.to_numpy()[b]) for a, b in inner(X).split(X)]
    missed = []
    for trees in (5, 10, 15, 20):
        settings = replace(as_trees(trial, "r2"), iterations=trees)
        off = [(settings.fit(a, b).predict(c) - actual, actual) for a, b, c, actual in folds]
        missed.append(sum((e**2).sum() for e, _ in off) / sum((actual**2).sum() for _, actual in off))
    assert trial["r2_trees"] == (5, 10, 15, 20)[int(np.argmin(missed))]
    assert trial["r2"] == pytest.approx(1 - min(missed), rel=1e-9)


def test_what_is_chosen_is_learned_anew_from_all_the_rows(rows, choice):
    X, y = rows
    for criterion in ("gmadl", "r2"):
        (chosen,) = choice.search.trials.query(f"{criterion}_chosen").to_dict("records")
        by_hand = as_trees(chosen, criterion).fit(X, y)
        assert choice.by(criterion).trees == by_hand.trees
        np.testing.assert_array_equal(choice.by(criterion).predict(X), by_hand.predict(X))


def test_r2_chooses_the_best_and_gmadl_the_smallest_within_one_standard_error(choice):
    trials = choice.search.trials
    assert trials["r2_chosen"].idxmax() == trials["r2"].idxmax()
    best = trials.loc[trials["gmadl"].idxmin()]
    near = trials[trials["gmadl"] <= best["gmadl"] + best["gmadl_se"]]
    size = near["gmadl_trees"] * 2 ** near["depth"]
    assert trials["gmadl_chosen"].idxmax() in size[size == size.min()].index


def test_trials_stay_within_the_ranges(choice):
    low, high = choice.search.trials[COLUMNS].min(), choice.search.trials[COLUMNS].max()
    assert (low >= [3, 0.01, 1, 0, 32]).all() and (high <= [8, 0.3, 100, 1, 254]).all()
    assert len(choice.search.trials) == 4 and choice.search.trials["border_count"].isin(tune.BORDERS).all()


def test_the_same_seed_gives_the_same_search_and_another_another(rows, choice):
    again = TUNED.fit(*rows)
    pd.testing.assert_frame_equal(again.search.trials, choice.search.trials)
    np.testing.assert_array_equal(again.predict(rows[0]), choice.predict(rows[0]))
    other = replace(TUNED, seed=1).fit(*rows).search.trials
    assert (other["learning_rate"] != choice.search.trials["learning_rate"]).all()


def test_two_criteria_choose_among_the_same_trials(rows, walked):
    X, y = rows
    rival = walk_forward(X, y, outer(X), replace(TUNED, criterion="r2"), progress=False)
    pd.testing.assert_frame_equal(rival.trials, walked.trials)
    chosen = walked.chosen_by("r2", X)
    np.testing.assert_array_equal(chosen.predicted, rival.predicted)
    assert [fold.model.trees for fold in chosen.folds] == [fold.model.trees for fold in rival.folds]
    np.testing.assert_array_equal(chosen.chosen_by("gmadl", X).predicted, walked.predicted)


def test_inner_forecasts_are_of_rows_inside_training_that_their_model_had_not_seen(rows, walked):
    X, y = rows
    for k, (train, _) in enumerate(outer(X).split(X)):
        found = walked.inner.query(f"fold == {k}")
        assert walked.folds[k].train_start < found["time"].min() and found["time"].max() <= walked.folds[k].train_end
        (trial,) = walked.trials.query(f"fold == {k} and gmadl_chosen").to_dict("records")
        for j, (learned, asked) in enumerate(inner(X.iloc[train]).split(X.iloc[train])):
            model = as_trees(trial, "gmadl").fit(X.iloc[train].iloc[learned], y.iloc[train].iloc[learned])
            mine = found[found["inner_fold"] == j]
            np.testing.assert_array_equal(mine["predicted"], model.predict(X.iloc[train].iloc[asked]))
            np.testing.assert_array_equal(mine["actual"], y.iloc[train].iloc[asked])


def test_rows_are_sorted_into_bins_once_for_each_inner_fold_and_number_of_borders(rows, monkeypatch):
    sorted_into, learned_from = [], []
    quantize, fit = Pool.quantize, CatBoostRegressor.fit

    def counted(pool, *, border_count, task_type):
        sorted_into.append((pool.num_row(), border_count))
        quantize(pool, border_count=border_count, task_type=task_type)

    def watched(model, pool):
        learned_from.append(pool.is_quantized())
        return fit(model, pool)

    monkeypatch.setattr(Pool, "quantize", counted)
    monkeypatch.setattr(CatBoostRegressor, "fit", watched)
    search = replace(TUNED, trials=9, iterations=4).fit(*rows).search
    inside = [count for length, count in sorted_into if length < len(rows[0])]
    borders = search.trials["border_count"]
    assert sorted(inside) == sorted(list(borders.unique()) * 3) and borders.nunique() < len(borders)
    refitted = {model.trees.border_count for model in search.fitted.values()}
    assert len(sorted_into) - len(inside) == len(refitted)
    assert all(learned_from) and len(learned_from) >= 9 * 3 + 1


def test_later_rows_change_no_trial_no_choice_and_no_tree(rows, walked):
    """Everything after the first training window is replaced, labels and features, at once."""
    X, y = rows
    (train, test), *_ = outer(X).split(X)
    rng = np.random.default_rng(0)
    spoiled_X, spoiled_y = X.copy(), y.copy()
    spoiled_X.iloc[train[-1] + 1:] = rng.normal(scale=9, size=(len(X) - train[-1] - 1, X.shape[1]))
    spoiled_y.iloc[train[-1] + 1:] = rng.permutation(y.iloc[train[-1] + 1:]) * 5
    spoiled = walk_forward(spoiled_X, spoiled_y, outer(X), TUNED, progress=False)
    was, now = (oof.trials.query("fold == 0") for oof in (walked, spoiled))
    pd.testing.assert_frame_equal(was, now)
    np.testing.assert_array_equal(spoiled.folds[0].model.predict(X.iloc[test]), walked.only(0).predicted)
    assert not walked.trials.query("fold == 1")["r2"].equals(spoiled.trials.query("fold == 1")["r2"])


def test_permuted_labels_of_the_test_change_no_choice_and_no_forecast(rows, walked):
    X, y = rows
    *_, (_, test) = outer(X).split(X)
    scrambled = y.copy()
    scrambled.iloc[test] = np.random.default_rng(0).permutation(y.iloc[test])
    blind = walk_forward(X, scrambled, outer(X), TUNED, progress=False)
    pd.testing.assert_frame_equal(blind.trials, walked.trials)
    np.testing.assert_array_equal(blind.predicted, walked.predicted)


def test_a_recording_that_ends_earlier_changes_no_earlier_fold(rows, walked):
    X, y = (part.iloc[:-300] for part in rows)
    short = walk_forward(X, y, outer(rows[0]), TUNED, progress=False)
    assert len(short.folds) == 1
    pd.testing.assert_frame_equal(short.trials, walked.trials.query("fold == 0"))
    np.testing.assert_array_equal(short.predicted, walked.only(0).predicted)


def leaky_market(kept):
    """No edge; one feature is the future return, but 0 in the rows that are kept."""
    X, y = market(4000, seed=3, beta=0.0)
    return X.assign(leak=np.where(np.isin(np.arange(len(X)), kept), 0.0, y)), y


def test_a_leak_in_rows_purged_by_the_outer_folds_is_not_learned():
    honest = PurgedWalkForward("2000s", "1000s", gap="600s")
    (train, _), = honest.split(market(4000, seed=3)[0])
    X, y = leaky_market(train)
    careless = PurgedWalkForward("2603s", "1000s", gap=None, horizon=None)
    found = {cv: walk_forward(X, y, cv, TUNED, progress=False) for cv in (honest, careless)}
    missed = {cv: ((oof.actual - oof.predicted) ** 2).sum() / (oof.actual**2).sum() for cv, oof in found.items()}
    assert abs(1 - missed[honest]) < 0.02 and 1 - missed[careless] > 0.2


def test_a_leak_in_rows_purged_by_the_inner_folds_is_not_chosen_by():
    alone = replace(TUNED, inner_folds=1)
    (train, _), = inner(market(4000, seed=3)[0], 1).split(market(4000, seed=3)[0])
    assert alone.fit(*leaky_market(train)).search.trials["r2"].abs().max() < 0.02
    assert alone.fit(*leaky_market([])).search.trials["r2"].max() > 0.2


def test_noise_is_not_forecast_but_looks_so_on_the_rows_learned_from():
    X, y = market(4000, seed=2, beta=0.0)
    honest, literal = (replace(TUNED, in_sample=literal).fit(X, y).search.trials for literal in (False, True))
    assert honest["r2"].max() < 0 < literal["r2"].min()
    assert literal["gmadl"].max() < honest["gmadl"].min() - 0.02
    assert (literal["r2_se"] == 0).all()


def test_a_planted_signal_is_found_by_either_choice(rows, walked):
    for oof in (walked, walked.chosen_by("r2", rows[0])):
        found = scores.summary(oof)
        assert found["r2_zero"].low > 0.03 and found["normalised_gmadl"].high < -0.15


def test_the_estimator_does_not_lose_to_drawing_at_random(rows, monkeypatch):
    X, y = rows
    wide = replace(TUNED, trials=24, iterations=16, inner_folds=1)
    guided = wide.fit(X, y).search.trials
    monkeypatch.setattr(tune, "RANDOM", wide.trials)
    drawn = wide.fit(X, y).search.trials
    pd.testing.assert_frame_equal(guided.iloc[:10, :6], drawn.iloc[:10, :6])
    assert guided["r2"].max() > drawn["r2"].max() - 0.002 and guided["gmadl"].min() < drawn["gmadl"].min() + 0.002
    assert guided["r2"].iloc[10:].mean() > drawn["r2"].iloc[10:].mean()


def test_what_cannot_be_tuned_is_refused(rows, oof, planted):
    X, y = rows
    with pytest.raises(Refusal, match="column 'criterion': 'sharpe' is no criterion. Remedy: one of gmadl, r2"):
        replace(TUNED, criterion="sharpe").fit(X, y)
    with pytest.raises(Refusal, match="too short for 3 folds"):
        TUNED.fit(X.iloc[:69], y.iloc[:69])
    with pytest.raises(Refusal, match="the label does not vary"):
        TUNED.fit(X, y * 0)
    with pytest.raises(Refusal, match="no return differs from 0 where trials are judged"):
        TUNED.fit(X, y.where(np.arange(len(y)) < 1900, 0.0))
    with pytest.raises(Refusal, match="nothing was tuned"):
        oof.chosen_by("r2", planted[0])
    with pytest.raises(Refusal, match="nothing was tuned"):
        print(oof.trials)


def test_another_frame_is_not_forecast_for_the_one_walked(rows, walked):
    with pytest.raises(Refusal, match="its stamps differ"):
        walked.chosen_by("r2", rows[0].iloc[1:])


@pytest.mark.gpu
@pytest.mark.skipif(not backend.chosen().gpu, reason=f"no GPU here: {backend.chosen().reason}")
def test_a_gpu_tunes_as_the_cpu_does(rows, choice):
    there = replace(TUNED, task_type="GPU").fit(*rows)
    np.testing.assert_allclose(there.search.trials[COLUMNS].iloc[:10], choice.search.trials[COLUMNS].iloc[:10])
    assert np.abs(there.search.trials["r2"].iloc[:10] - choice.search.trials["r2"].iloc[:10]).max() < 0.02
