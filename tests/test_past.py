"""Every primitive of `past`, one question at a time, is held to the law of cuts and to its definition."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.future import Future
from kit.past import Past
from kit.refusal import Refusal

SECOND = 10**9
N = 300
RNG = np.random.default_rng(0)
TIME = np.cumsum(np.where(RNG.random(N) < 0.2, 0, RNG.exponential(0.5e9, N))).astype(np.int64) + 10**18
TIME[150:] += 30 * SECOND
X = np.round(RNG.normal(size=N), 1)
X[90:93] = np.nan
X[200:260] = 0.3
Y = RNG.normal(size=N)

QUESTIONS = {
    "count": lambda p, x, y, w: p.count(w), "sum": lambda p, x, y, w: p.sum(x, w),
    "lags": lambda p, x, y, w: p.lags(y, (f"{w}", "3s") if isinstance(w, str) else ("1s", "4s")),
    "mean": lambda p, x, y, w: p.mean(x, w),
    "var": lambda p, x, y, w: p.var(x, w), "weighted var": lambda p, x, y, w: p.var(x, w, weight=abs(y)),
    "std": lambda p, x, y, w: p.std(x, w), "cov": lambda p, x, y, w: p.cov(x, y, w),
    "corr": lambda p, x, y, w: p.corr(x, y, w), "autocorr": lambda p, x, y, w: p.autocorr(y, w),
    "min": lambda p, x, y, w: p.min(x, w), "max": lambda p, x, y, w: p.max(x, w),
    "quantile": lambda p, x, y, w: p.quantile(x, 0.7, w), "rank": lambda p, x, y, w: p.rank(x, w),
    "agreement": lambda p, x, y, w: p.agreement(x, w), "lag": lambda p, x, y, w: p.lag(x, w),
    "diff": lambda p, x, y, w: p.diff(x, w), "ewm": lambda p, x, y, w: p.ewm(x, w),
    "since": lambda p, x, y, w: p.since(x > 1), "last": lambda p, x, y, w: p.last(y, x > 1),
    "among": lambda p, x, y, w: p.among(x > 0).quantile(abs(y), 0.3, w) + p.among(x < 0).lag(y),
    "concentration": lambda p, x, y, w: p.concentration(np.floor(abs(x) * 3), abs(y), w),
    "distinct": lambda p, x, y, w: p.distinct(np.floor(y), np.where(y < 0, 0.0, abs(x)), w),
    "leading": lambda p, x, y, w: p.leading(np.floor(abs(y) * 9), np.ones_like(y), w),
    "two at once": lambda p, x, y, w: p.mean(p.diff(x), w) - p.sum(y, w),
}


def ask(question, edges, window):
    past = Past()
    parts = [QUESTIONS[question](past.at(TIME[i:j]), X[i:j], Y[i:j], window)
             for i, j in zip(edges[:-1], edges[1:], strict=True)]
    return np.concatenate(parts)


@pytest.mark.parametrize("window", [1, 7, 60, "1s", "10s", "45s"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_one_row_at_a_time_is_the_whole(question, window):
    if question == "autocorr" and window == 1:
        return  # one row has no pairs
    np.testing.assert_array_equal(ask(question, range(N + 1), window), ask(question, [0, N], window))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, N), max_size=6), st.sampled_from([5, "8s"]))
@pytest.mark.parametrize("question", QUESTIONS)
def test_any_cut_is_the_whole(question, cuts, window):
    np.testing.assert_array_equal(ask(question, [0, *sorted(cuts), N], window), ask(question, [0, N], window))


def whole(question, window):
    return ask(question, [0, N], window)


def test_lag_by_rows_and_by_duration():
    np.testing.assert_array_equal(whole("lag", 7)[7:], X[:-7])
    row = np.searchsorted(TIME, TIME - 10 * SECOND, side="right") - 1
    np.testing.assert_array_equal(whole("lag", "10s"), np.where(row < 0, np.nan, X[row]))


def test_lags_are_the_sum_of_lags():
    past = Past().at(TIME)
    np.testing.assert_array_equal(past.lags(Y, ("3s", "10s")), past.lag(Y, "3s") + past.lag(Y, "10s"))


@pytest.mark.parametrize("window", [1, 7, "1s", "10s"])
def test_count_is_the_sum_of_ones(window):
    past = Past().at(TIME)
    np.testing.assert_array_equal(past.count(window), past.sum(np.ones(N), window))


def test_autocorr_is_the_sketch_s_apply():
    expected = pd.Series(Y).rolling(30).apply(lambda s: s.autocorr(1))
    np.testing.assert_allclose(whole("autocorr", 30), expected, rtol=1e-10)


def test_min_agrees_with_pandas():
    np.testing.assert_array_equal(whole("min", 7), pd.Series(X).rolling(7).min())


def test_agreement_counts_rows_of_the_sign_before():
    same = np.sign(X[1:]) == np.sign(X[:-1])
    assert whole("agreement", 7)[50] == same[43:50].mean()


def test_last_and_since():
    hit = X > 1
    rows = np.where(hit, np.arange(N), -1)
    row = np.maximum.accumulate(rows)
    np.testing.assert_array_equal(whole("last", 1), np.where(row < 0, np.nan, Y[row]))
    np.testing.assert_allclose(whole("since", 1), np.where(row < 0, np.nan, (TIME - TIME[row]) / SECOND), atol=1e-6)


def test_ewm_by_duration_halves_after_the_halflife():
    past = Past().at(np.array([0, 5, 10]) * SECOND)
    np.testing.assert_allclose(past.ewm(np.array([4.0, 0.0, 0.0]), "5s"), [np.nan, 2, 1])


def test_ewm_by_duration_is_that_of_pandas_with_times():
    x, time = np.array([0.0, np.nan, 1.0, 2.0, np.nan, 5.0]), np.array([0, 10, 11, 13, 14, 20]) * SECOND
    expected = pd.Series(x).ewm(halflife="1s", times=pd.to_datetime(time), adjust=False).mean()
    got = Past().at(time).ewm(x, "1s")
    np.testing.assert_allclose(got[[2, 3, 5]], expected[[2, 3, 5]], rtol=1e-12)
    assert np.isnan(got[[0, 1, 4]]).all()


def test_windows_that_are_neither_rows_nor_durations_are_refused():
    with pytest.raises(Refusal, match="'10 years' is not a duration"):
        Past().at(TIME).sum(X, "10 years")
    for rows in (0, -3, 2.5, None, pd.Timedelta("1s")):
        for ask_for in (Past().at(TIME).sum, Past().at(TIME).lag, Past().at(TIME).ewm):
            with pytest.raises(Refusal, match="is no length of time"):
                ask_for(X, rows)


def test_a_series_of_another_length_is_refused():
    for ask_for in (Past.sum, Past.lag, Past.ewm, Past.max):
        with pytest.raises(Refusal, match="a series of 299 rows in a chunk of 300.*past.diff"):
            ask_for(Past().at(TIME), np.diff(X), 10)
    with pytest.raises(Refusal, match="a series of 299 rows"):
        Past().at(TIME).last(X, X[1:] > 0)


def test_a_quantile_outside_0_to_1_is_refused():
    for q in (95, -0.5, float("nan")):
        with pytest.raises(Refusal, match="quantile"):
            Past().at(TIME).quantile(X, q, 10)


def test_concentration_of_half_three_tenths_and_a_fifth():
    who, weight = np.array([7.0, 2.0, 7.0, 5.0, 2.0, 5.0]), np.array([0.1, 0.3, 0.4, 0.05, 0.0, 0.15])
    past = Past().at(np.arange(6) * SECOND)
    index, keys, most = past.concentration(who, weight, 6), past.distinct(who, weight, 6), past.leading(who, weight, 6)
    np.testing.assert_allclose([index[-1], 1 / index[-1], most[-1]], [0.38, 2.631578947368421, 0.5], rtol=1e-12)
    assert keys[-1] == 3 and (index[-1] - 1 / 3) / (1 - 1 / 3) == pytest.approx(0.07)


def test_concentration_is_missing_where_weight_is_nobodys_and_leaves_out_what_weighs_nothing():
    who, rows = np.array([1.0, -1.0, 1.0, 2.0]), np.ones(4)
    past = Past().at(np.arange(4) * SECOND)
    np.testing.assert_array_equal(past.concentration(who, rows, 2), [np.nan, np.nan, np.nan, 0.5])
    np.testing.assert_array_equal(past.concentration(who, rows * (who > 0), 2), [np.nan, 1.0, 1.0, 0.5])
    np.testing.assert_array_equal(past.concentration(who, 0 * rows, 2), np.full(4, np.nan))


def test_questions_asked_in_another_order_are_refused():
    past = Past()
    past.at(TIME[:10]).sum(X[:10], 3)
    with pytest.raises(Refusal, match="asked for .*'lag', 3.* where it had been asked for .*'window', 3"):
        past.at(TIME[10:20]).lag(X[10:20], 3)
    past = Past()
    past.at(TIME[:10]).sum(X[:10], 3)
    with pytest.raises(Refusal, match="0 of 1 questions were asked"):
        past.at(TIME[10:20]) and past.at(TIME[20:30])


def test_chunks_out_of_order_are_refused():
    with pytest.raises(Refusal, match="begins before the last one ended"):
        Past().at(TIME[10:20]).at(TIME[:10])


def test_future_is_the_last_value_known_at_the_horizon_and_missing_at_the_end():
    time = np.array([0, 1, 2, 2, 5, 9]) * SECOND
    x = np.arange(6.0)
    np.testing.assert_array_equal(Future(time).at(x, "3s"), [3, 3, 4, 4, 4, np.nan])


def test_among_knows_the_rows_that_happened_alone():
    rng = np.random.default_rng(5)
    n = 300
    time, x = np.cumsum(rng.integers(0, 3, n)) * SECOND, rng.normal(size=n)
    happened = rng.random(n) < 0.3
    happened[:4] = False

    def asked(time, x, happened, past):
        some = past.at(time).among(happened)
        return some.std(x, 5), some.quantile(abs(x), 0.5, 7), some.lag(x, 1), past.mean(x, 4)

    std, median, before, mean = asked(time, x, happened, Past())
    rows = np.flatnonzero(happened)
    alone = pd.Series(x[rows])
    expected = alone.rolling(5).std().reindex(np.searchsorted(rows, np.arange(n), side="right") - 1).to_numpy()
    np.testing.assert_allclose(std, expected, rtol=1e-12)
    assert np.isnan(std[:rows[4]]).all() and std[rows[4]] == std[rows[5] - 1]
    np.testing.assert_array_equal(before[rows[1:]], x[rows[:-1]])
    assert np.isnan(median[:rows[6]]).all() and np.isfinite(mean[3:]).all()
