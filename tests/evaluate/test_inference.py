"""Tests of means: equal to SciPy's and statsmodels', right about the paper's Table 4, and at their level on nothing."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

from kit.evaluate import hac, inference
from kit.evaluate.resample import Resample
from kit.refusal import Refusal
from tests.evaluate.curves import autoregression

TABLE_4 = pd.DataFrame(
    {"taker": (-0.6671, 1.7208, 1.7942, 2.0777, -0.1736), "maker": (1.2523, 0.3406, -0.4677, 0.8045, 0.1392),
     "blend": (0.3724, 1.0368, 0.5830, 1.7440, 0.0039)}, index=["BTC", "ETC", "ENJ", "ROSE", "LTC"])
PRINTED = pd.DataFrame(
    {"taker": (0.7474, 0.0431, 0.0368, 0.0192, 0.5688), "maker": (0.1056, 0.3668, 0.6799, 0.2108, 0.4447),
     "blend": (0.3549, 0.1503, 0.2801, 0.0410, 0.4985)}, index=TABLE_4.index)


def days(x):
    return pd.Series(x, index=pd.date_range("2025-01-02", periods=len(x), tz="UTC"))


def pair(seed=0, n=365):
    market, own = np.random.default_rng(seed).normal(0.001, 0.03, size=(2, n))
    return days(0.5 * market + own), days(market)


def test_paired_test_is_scipys():
    strategy, benchmark = pair()
    mine = inference.t_test(strategy - benchmark)
    theirs = stats.ttest_rel(strategy, benchmark, alternative="greater")
    assert (mine.statistic, mine.p_greater, mine.dof) == pytest.approx((theirs.statistic, theirs.pvalue, 364))
    assert mine.p_two_sided == pytest.approx(stats.ttest_rel(strategy, benchmark).pvalue) and mine.n == 365


def test_table_4_is_one_sided_at_364_degrees_and_nothing_survives_fifteen_looks():
    p = pd.DataFrame(stats.t.sf(TABLE_4, 364), TABLE_4.index, TABLE_4.columns)
    np.testing.assert_allclose(p, PRINTED, atol=1.01e-4)
    every = inference.multiplicity(PRINTED.stack())
    assert every["holm"].min() == pytest.approx(0.288) and every["bh"].min() == pytest.approx(0.162, abs=1e-3)
    taker = inference.multiplicity(PRINTED["taker"])
    assert taker["holm"].min() == pytest.approx(0.096) and taker["bh"].min() == pytest.approx(0.072, abs=1e-3)
    assert not every[["holm_rejects", "bh_rejects"]].any(axis=None) and not taker["holm_rejects"].any()
    two_sided = 2 * p.loc[["ETC", "ENJ", "ROSE"], "taker"]
    assert two_sided.tolist() == pytest.approx([0.086, 0.074, 0.038], abs=5e-4)


@pytest.mark.parametrize("ties", [False, True])
def test_multiplicity_is_statsmodels(ties):
    p = pd.Series(np.random.default_rng(0).uniform(0, 0.2, 40) ** 2)
    p = p.round(3) if ties else p
    found = inference.multiplicity(p, 0.01)
    for name, method in {"holm": "holm", "bh": "fdr_bh"}.items():
        rejects, adjusted = multipletests(p, 0.01, method)[:2]
        np.testing.assert_allclose(found[name], adjusted, rtol=1e-12)
        np.testing.assert_array_equal(found[f"{name}_rejects"], rejects)
        assert 0 < rejects.sum() < len(p)


@pytest.mark.parametrize("correction", [False, True])
@pytest.mark.parametrize("lags", [0, 1, 5, 20])
def test_newey_west_is_statsmodels(lags, correction):
    x = autoregression(300, 0.5, np.random.default_rng(0))
    fit = sm.OLS(x, np.ones(300)).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": correction})
    assert hac.standard_error(x, lags, correction) == pytest.approx(fit.bse[0], rel=1e-12)
    assert inference.newey_west(x, lags=lags, correction=correction).p_two_sided == pytest.approx(fit.pvalues[0])


def test_small_sample_correction_is_that_of_the_two_known_standard_errors():
    """Known: .10900355 without, .10918568 with it, of 300 rows."""
    x = autoregression(300, 0.5, np.random.default_rng(0))
    assert hac.standard_error(x, 5, True) / hac.standard_error(x, 5) == pytest.approx(0.10918568 / 0.10900355, abs=1e-7)


def test_long_run_variance_of_a_moving_average_by_hand():
    x = np.array([1.0, 2, 4, 1, 2])  # less its mean: -1 0 2 -1 0; gamma 6/5, -2/5, -2/5
    assert hac.long_run_variance(x, 1) == pytest.approx((6 - 2 * 0.5 * 2) / 5)
    assert hac.long_run_variance(x, 1, "rectangular") == pytest.approx((6 - 4) / 5)
    assert hac.long_run_variance(np.stack([x, 3 * x]), 2)[1] == pytest.approx(9 * hac.long_run_variance(x, 2))
    assert (hac.bandwidth(300), hac.bandwidth(300, 9), hac.bandwidth(3, 60)) == (5, 8, 2)


def test_the_bootstrap_agrees_with_student_where_student_is_right():
    x = days(np.random.default_rng(1).normal(0.1, 1, 300))
    exact, drawn = inference.t_test(x), inference.studentised(x)
    assert drawn.p_greater == pytest.approx(exact.p_greater, abs=0.03) and np.isnan(drawn.dof)
    assert drawn == inference.studentised(x) and "999 draws" in drawn.method


def test_where_nothing_is_there_memory_fools_only_the_test_that_forgets_it():
    """AR(.5), n = 300, 300 worlds: at 5 % two-sided, independence would reject in 26 %."""
    worlds = np.stack([autoregression(300, 0.5, np.random.default_rng(seed)) for seed in range(300)])
    naive = np.mean([inference.t_test(x).p_two_sided < 0.05 for x in worlds])
    robust = np.mean([inference.newey_west(x).p_two_sided < 0.05 for x in worlds])
    bootstrap = np.mean([inference.studentised(x, by=Resample(draws=99)).p_two_sided <= 0.05 for x in worlds])
    assert naive > 0.18 and robust < 0.13 and bootstrap < 0.09, (naive, robust, bootstrap)


def test_both_null_hypotheses_with_and_without_the_event():
    strategy, benchmark = pair()
    strategy.loc["2025-10-11"] += 5.0  # the day of 2025-10-10, stamped at its end
    event = "2025-10-10T20:50Z", "2025-10-10T22:00Z"
    table = inference.compare(strategy, benchmark, event=event, by=Resample(draws=99))
    assert table.index.names == ["against", "rows", "test"] and len(table) == 12
    assert set(table.xs("zero")["n"]) == {365, 364}
    gone = strategy.drop(pd.Timestamp("2025-10-11", tz="UTC"))
    assert table.loc[("zero", "without event", "t-test"), "mean"] == pytest.approx(gone.mean())
    assert table.loc[("benchmark", "all", "t-test"), "mean"] == pytest.approx((strategy - benchmark).mean())
    assert table["p_greater"].between(0, 1).all()


def test_an_event_takes_the_periods_that_hold_any_of_it():
    hours = pd.Series(range(24), index=pd.date_range("2025-10-10T01:00Z", periods=24, freq="h"))
    left = inference.without(hours, "2025-10-10T20:50Z", "2025-10-10T22:00Z")
    assert sorted(set(hours) - set(left)) == [20, 21]
    with pytest.raises(Refusal, match="time zone"):
        inference.without(hours, "2025-10-10T20:50", "2025-10-10T22:00Z")


def test_what_cannot_be_tested_is_missing_or_refused():
    assert np.isnan(inference.t_test(np.zeros(20)).p_greater)
    assert np.isnan(inference.studentised(np.zeros(20)).p_two_sided)
    for x, why in (([0.1, np.nan], "row 1"), ([0.1], "no spread")):
        with pytest.raises(Refusal, match=why):
            inference.t_test(x)
    with pytest.raises(Refusal, match="too few"):
        inference.studentised(np.arange(5.0))
    with pytest.raises(Refusal, match="no probability"):
        inference.multiplicity(pd.Series([0.1, np.nan]))
