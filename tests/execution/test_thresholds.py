"""Thresholds come from forecasts inside the training window, by their net profit, and from nothing after it."""

import numpy as np
import pandas as pd
import pytest

from kit.clock import utc
from kit.execution import Constant, Fees, Signal, market, taker
from kit.execution.thresholds import QUANTILES, by_fold, choose, cost, inner_forecasts
from kit.model import PurgedWalkForward, Trees, walk_forward
from kit.refusal import Refusal
from tests.execution.plain_market import flat
from tests.model.known_market import market as known_market

NOW, FREE = Constant("0ms"), Fees(0, 0)


@pytest.fixture(scope="module")
def walked():
    """Quotes whose mid goes a third of the label a second, and a walk through its features."""
    X, y = known_market(6000, seed=2)
    mid = 100 * np.exp(np.append(0.0, y.to_numpy()[:-1].cumsum() / 3))
    m = market(pd.DataFrame({"time": X.index, "bid": mid - 1e-3, "ask": mid + 1e-3, "bid_size": 1e9, "ask_size": 1e9}),
               tick=0.001, lot=1)
    trees = Trees(depth=2, iterations=30, learning_rate=0.1, task_type="CPU", thread_count=1)
    oof = walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0], folds=2), trees, progress=False)
    return oof, X, y, m


def test_the_best_net_profit_is_chosen_and_every_candidate_is_kept():
    """A signal that is right when large and wrong when small."""
    random = np.random.default_rng(0)
    n = 4000
    value = random.normal(size=n) * 1e-4
    move = np.where(np.abs(value) > np.quantile(np.abs(value), 0.95), 3 * value, -3 * value)
    mid = 100 * np.exp(np.cumsum(np.append(0, move[:-1])))
    time = 1_700_000_000 * 10**9 + np.arange(n) * 10**9
    m = market(pd.DataFrame({"time": utc(time), "bid": mid, "ask": mid, "bid_size": 1e9, "ask_size": 1e9}), lot=1)
    found = choose(m, time, value, latency=[NOW], fees=FREE, quantiles=(0.1, 0.5, 0.95, 0.999))
    assert found.value == pytest.approx(np.quantile(np.abs(value), 0.95))
    assert list(found.candidates["quantile"]) == [0.1, 0.5, 0.95, 0.999]
    alone = taker(m, Signal(time, value, found.value), latency=NOW, fees=FREE)
    assert alone.net == pytest.approx(found.candidates["net"].max())


def test_what_follows_the_forecasts_chooses_nothing():
    time = 1_700_000_000 * 10**9 + np.arange(2000) * 10**9
    random = np.random.default_rng(1)
    mid = 100 * np.exp(1e-4 * random.normal(size=2000).cumsum())
    rows = pd.DataFrame({"time": utc(time), "bid": mid - 0.001, "ask": mid + 0.001, "bid_size": 1.0, "ask_size": 1.0})
    value, inside = random.normal(size=1000), time[:1000]
    spoiled = rows.copy()
    spoiled.loc[1000:, ["bid", "ask"]] *= 7
    first, second = (choose(market(r, tick=0.001, lot=1), inside, value) for r in (rows, spoiled))
    assert first.candidates.equals(second.candidates)


def test_crossing_costs_half_the_spread_and_the_fee():
    assert cost(flat(), Fees(taker=5.0)) == pytest.approx(0.1 / 100 + 5e-4)
    time = 1_700_000_000 * 10**9 + np.arange(10) * 10**9
    found = choose(flat(), time, np.full(10, 1e-5), cost_aware=True, fees=Fees(taker=5.0))
    assert found.value == pytest.approx(0.0015) and (found.candidates["fills"] == 0).all()


def test_inner_forecasts_end_before_the_test_and_are_not_in_sample(walked):
    oof, X, y, _ = walked
    for fold in oof.folds:
        time, predicted = inner_forecasts(fold, X, y)
        assert fold.train_start < time.min() and time.max() <= fold.train_end < fold.test_start
        rows = X.index.as_unit("ns").asi8
        learned = fold.model.predict(X[np.isin(rows, time)])
        assert len(predicted) == len(learned) and not np.allclose(predicted, learned)


def test_each_fold_has_the_threshold_of_its_own_training_window(walked):
    oof, X, y, m = walked
    how = {"features": X, "essential": X.columns[:1], "latency": [NOW], "fees": FREE}
    signal, chosen = by_fold(oof, X, y, m, **how)
    fold = np.searchsorted([one.test_start for one in oof.folds], signal.time, side="right") - 1
    assert len(chosen) == len(oof.folds) == 2
    for k, threshold in enumerate(chosen):
        assert (signal.threshold[fold == k] == threshold.value).all()
        assert list(threshold.candidates["quantile"]) == list(QUANTILES)
    changed = y.copy()
    changed[X.index >= utc([oof.folds[0].test_start])[0]] = 0.0
    assert by_fold(oof.only(0), X, changed, m, **how)[1][0].value == chosen[0].value


def test_no_forecasts_choose_nothing():
    with pytest.raises(Refusal):
        choose(flat(), np.array([], dtype=np.int64), np.array([]))
