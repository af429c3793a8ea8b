"""Rolling kernels against their definitions, written out window by window in long double."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.kernels import comoments, launch, moments, order, rolling, shares

LONG = np.longdouble


def series(n=700, seed=0):
    """Noise with an outlier, a hole, a flat stretch and ties."""
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=n), 2)
    x[100] = 1e4
    x[200:203] = np.nan
    x[400:520] = 1.5
    return x


def clock(n=700, seed=1):
    rng = np.random.default_rng(seed)
    steps = rng.exponential(0.3e9, n).astype(np.int64)
    steps[::7] = 0
    steps[350] = 50 * 10**9
    return np.cumsum(steps) + 10**18


def each_window(x, w, statistic, *others):
    """The definition: a statistic of the last w rows; missing if any of them is."""
    out = np.full(len(x), np.nan)
    for i in range(w - 1, len(x)):
        parts = [a[i - w + 1:i + 1].astype(LONG) for a in (x, *others)]
        if not any(np.isnan(part).any() for part in parts):
            out[i] = statistic(*parts)
    return out


def each_stretch(time, x, nanoseconds, statistic, *others):
    """The definition: a statistic of the rows in (t - duration, t] up to this one."""
    out = np.full(len(x), np.nan)
    for i in range(len(x)):
        parts = [a[:i + 1][time[:i + 1] > time[i] - nanoseconds].astype(LONG) for a in (x, *others)]
        if time[i] - time[0] >= nanoseconds and not any(np.isnan(part).any() for part in parts):
            out[i] = statistic(*parts)
    return out


def std(x):
    return np.sqrt(((x - x.mean()) ** 2).sum() / (len(x) - 1)) if len(x) > 1 else np.nan


def cov(x, y):
    return ((x - x.mean()) * (y - y.mean())).sum() / (len(x) - 1) if len(x) > 1 else np.nan


def corr(x, y):
    flat = len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0
    return np.nan if flat else cov(x, y) / (std(x) * std(y))


def weighted(x, w):
    total = w.sum()
    return np.nan if total == 0 else (w * (x - (w * x).sum() / total) ** 2).sum() / total


def rank(x):
    return ((x < x[-1]).sum() + ((x == x[-1]).sum() + 1) / 2) / len(x)


def by_key(key, weight):
    """Weight of each key."""
    _, place = np.unique(key, return_inverse=True)
    return np.array([weight[place == k].sum() for k in range(place.max() + 1)])


def key(x):
    """Who a row belongs to: a few who have many, and many who have few."""
    return np.floor(np.abs(np.nan_to_num(x)) ** 2 * 20)


def _share(x, y, statistic):
    held = by_key(key(x), np.abs(x * y))
    return statistic(held / held.sum()) if held.sum() > 0 else np.nan


def asked(measure):
    """A kernel of shares, as one of x and y: whose the rows are, and what they weigh."""
    return lambda w, x, y: rolling.share(w, measure, key(x), np.abs(x * y))


STATISTICS = {
    "sum": (rolling.total, lambda x: x.sum(), 1),
    "std": (lambda w, x: rolling.variance(w, x, root=True), std, 1),
    "var": (rolling.variance, lambda x: std(x) ** 2, 1),
    "cov": (lambda w, x, y: rolling.relation(w, x, y, False), cov, 2),
    "corr": (lambda w, x, y: rolling.relation(w, x, y, True), corr, 2),
    "weighted variance": (lambda w, x, y: rolling.weighted_variance(w, x, np.abs(y)),
                          lambda x, y: weighted(x, np.abs(y)), 2),
    "concentration": (asked(shares.CONCENTRATION), lambda x, y: _share(x, y, lambda s: (s**2).sum()), 2),
    "keys": (asked(shares.KEYS), lambda x, y: _share(x, y, lambda s: (s > 0).sum()), 2),
    "largest share": (asked(shares.LARGEST), lambda x, y: _share(x, y, np.max), 2),
    "max": (rolling.maximum, lambda x: x.max(), 1),
    "rank": (rolling.rank, rank, 1),
    "median": (lambda w, x: rolling.quantile(w, 0.5, x), lambda x: np.quantile(x, 0.5), 1),
    "quantile": (lambda w, x: rolling.quantile(w, 0.9, x), lambda x: np.quantile(x, 0.9), 1),
    "least": (lambda w, x: rolling.quantile(w, 0.0, x), lambda x: x.min(), 1),
    "most": (lambda w, x: rolling.quantile(w, 1.0, x), lambda x: x.max(), 1),
}


@pytest.mark.parametrize("w", [2, 3, 60, 250, 699, 701])
@pytest.mark.parametrize("name", STATISTICS)
def test_windows_of_rows_follow_their_definition(name, w):
    kernel, statistic, inputs = STATISTICS[name]
    args = [series(), series(seed=3)][:inputs]
    got = kernel(rolling.by_rows(w, 700, np), *args)
    np.testing.assert_allclose(got, each_window(args[0], w, statistic, *args[1:]), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seconds", [1, 10, 60])
@pytest.mark.parametrize("name", STATISTICS)
def test_windows_of_a_duration_follow_their_definition(name, seconds):
    kernel, statistic, inputs = STATISTICS[name]
    args, time = [series(), series(seed=3)][:inputs], clock()
    got = kernel(rolling.by_clock(seconds * 10**9, time, int(time[0])), *args)
    expected = each_stretch(time, args[0], seconds * 10**9, statistic, *args[1:])
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", STATISTICS)
def test_answer_does_not_depend_on_how_the_blocks_are_cut_into_pieces(name, monkeypatch):
    kernel, _, inputs = STATISTICS[name]
    args, answers = [series(), series(seed=3)][:inputs], []
    for pieces in (1, 2, 5):
        monkeypatch.setattr(rolling, "launch", lambda *a, pieces=pieces, **k: launch.launch(*a, pieces=pieces, **k))
        answers.append(kernel(rolling.by_rows(60, 700, np), *args))
    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_array_equal(answers[0], answers[2])


def test_variance_after_an_outlier_keeps_nine_digits():
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1e-4, 5000)
    x[1234] = 0.18
    got = rolling.variance(rolling.by_rows(60, 5000, np), x, root=True)
    exact = each_window(x, 60, std)
    np.testing.assert_allclose(got[59:], exact[59:], rtol=1e-9)


def test_variance_of_prices_far_from_zero_keeps_nine_digits():
    x = 60_000 + np.cumsum(np.random.default_rng(3).choice([-0.1, 0, 0.1], 5000))
    got = rolling.variance(rolling.by_rows(120, 5000, np), x, root=True)
    np.testing.assert_allclose(got[119:], each_window(x, 120, std)[119:], rtol=1e-9)


@pytest.mark.parametrize("value", [0.1, 61_800.25, 1e-9, -3.3])
def test_flat_windows_have_no_variance_at_all(value):
    x = np.concatenate([np.random.default_rng(4).normal(size=100), np.full(300, value), [7.0], np.full(300, value)])
    got = rolling.variance(rolling.by_rows(60, len(x), np), x)
    flat = np.array([np.ptp(x[i - 59:i + 1]) == 0 for i in range(59, len(x))])
    assert flat.sum() == 2 * 241
    assert (got[59:][flat] == 0.0).all()
    assert (got[59:][~flat] > 0.0).all()


def test_missing_values_leave_no_trace_once_outside_the_window():
    x = np.random.default_rng(5).normal(size=1000)
    holed = x.copy()
    holed[300] = np.nan
    w = rolling.by_rows(50, 1000, np)
    with_hole, without = rolling.total(w, holed), rolling.total(w, x)
    assert np.isnan(with_hole[300:350]).all()
    np.testing.assert_array_equal(with_hole[350:], without[350:])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1.0, 1.0, 2.5, -3.0, float("nan")]), min_size=1, max_size=60),
       st.integers(1, 25), st.sampled_from([0.0, 0.1, 0.5, 0.77, 1.0]))
def test_quantile_is_that_of_pandas(values, w, q):
    x = np.array(values)
    got = rolling.quantile(rolling.by_rows(w, len(x), np), q, x)
    np.testing.assert_allclose(got, pd.Series(x).rolling(w).quantile(q), rtol=1e-12)


def test_sort_is_stable():
    x = np.random.default_rng(6).integers(0, 9, 500).astype(float)
    values, rows = np.append(np.nan, x), np.arange(-1, 500)
    order.sort(500, values, rows, np.empty(501), np.empty(501, np.int64))
    np.testing.assert_array_equal(rows[1:], np.argsort(x, kind="stable"))
    np.testing.assert_array_equal(values[1:], np.sort(x))


def test_bodies_are_what_they_are_compiled_from():
    """The scalar source, run by Python itself, gives the compiled answer bit for bit."""
    x, y = series(130), series(130, seed=3)
    w = rolling.by_rows(20, 130, np)
    for body, args, rows in ((moments.variances, (True, x), 8), (comoments.relations, (True, x, y), 17)):
        out, memory = np.empty(130), (np.empty((rows, w.memory + 1)), np.empty((1, w.memory + 1), np.int64))
        with np.errstate(all="ignore"):
            body(0, len(w.before), *memory, w.starts, w.before, w.clock, w.width, w.began, *args, out)
        compiled = rolling._fill(body, w, *args, reals=rows)
        np.testing.assert_array_equal(out, compiled)
