"""Information coefficients against closed forms and other libraries; quantiles and trades against hand-made markets."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.signal import lfilter

from kit.evaluate.resample import Resample
from kit.execution import Constant, Fees, market
from kit.quality import daily, edge, information, quantiles
from kit.quality import table as quality
from kit.refusal import Refusal

RNG = np.random.default_rng


def clock(n, every="1s"):
    return pd.date_range("2025-01-01", periods=n, freq=every, tz="UTC")


@pytest.fixture(scope="module")
def panel():
    """Prices whose next return is .01 of the factor, as in alphalens' own example: 20 assets, 300 days."""
    factor = pd.DataFrame(RNG(0).normal(size=(300, 20)), clock(300, "1D"))
    price = (1 + 0.01 * factor.shift(1).fillna(0.0)).cumprod()
    return factor, {h: price.shift(-h) / price - 1 for h in (1, 2, 3)}


def moran(rho, n):
    """Expected rank correlation of n pairs of normals: Moran (1948)."""
    return 6 / (np.pi * (n + 1)) * (np.arcsin(rho) + (n - 2) * np.arcsin(rho / 2))


def test_a_factor_that_is_the_next_return_has_coefficient_one_and_decays_as_overlap_says(panel):
    """Known: IC(1) = 1.0000; IC(2) = .66, of pairs that correlate by 1/√2 (.6587 is one such sample)."""
    factor, returns = panel
    first, second, third = (information.across_assets(factor, returns[h], h) for h in (1, 2, 3))
    assert first.value == pytest.approx(1.0, abs=1e-12) and first.n == 299
    assert second.value == pytest.approx(moran(np.sqrt(1 / 2), 20), abs=0.015)
    assert second.value == pytest.approx(0.6587, abs=0.015)
    assert third.value == pytest.approx(moran(np.sqrt(1 / 3), 20), abs=0.02)
    assert second.low < second.value < second.high


def test_coefficients_across_assets_are_scipy_s_date_by_date(panel):
    factor, returns = panel
    holed = returns[2].mask(RNG(1).random(returns[2].shape) < 0.3)
    found = information.by_date(factor, holed)
    for day in factor.index[:20]:
        x, y = factor.loc[day], holed.loc[day]
        assert found[day] == pytest.approx(stats.spearmanr(x[y.notna()], y.dropna()).statistic)
    assert information.by_date(factor.iloc[:, :2], holed).isna().all()


def test_five_assets_make_steps_of_a_tenth(panel):
    factor, returns = panel
    found = information.by_date(factor.iloc[:, :5], returns[2].iloc[:, :5]).dropna()
    assert np.allclose(found * 10, np.round(found * 10))


def test_the_standard_error_of_a_pearson_coefficient_is_statsmodels_hac():
    """The influence function's mean, regressed on a constant with Newey and West's covariance."""
    import statsmodels.api as sm

    rng = RNG(0)
    f = lfilter([1], [1, -0.8], rng.normal(size=500))
    r = 0.2 * f + rng.normal(size=500)
    found = information.along_time(f, r, 3, ranks=False)
    x, y = stats.zscore(f), stats.zscore(r)
    influence = x * y - found.value * (x * x + y * y) / 2
    fit = sm.OLS(influence, np.ones(500)).fit(cov_type="HAC", cov_kwds={"maxlags": 6, "use_correction": False})
    assert found.value == pytest.approx(np.corrcoef(f, r)[0, 1])
    assert found.t == pytest.approx(found.value / fit.bse[0]) and "6 lags" in found.method


def test_lags_follow_the_rule_and_the_overlap():
    f, r = RNG(0).normal(size=(2, 400))
    assert "5 lags" in information.along_time(f, r, 1).method  # ⌊4 · 4^{2/9}⌋
    assert "60 lags" in information.along_time(f, r, 30).method


def test_the_interval_of_a_rank_coefficient_is_as_wide_as_it_scatters():
    """Independent normals with correlation .5: the influence function of ranks, which are estimated themselves."""
    found = []
    for seed in range(300):
        x, e = RNG(seed).normal(size=(2, 400))
        found.append(information.along_time(x, 0.5 * x + np.sqrt(0.75) * e))
    values, reach = np.array([c.value for c in found]), np.array([c.high - c.low for c in found]) / (2 * 1.96)
    assert values.mean() == pytest.approx(moran(0.5, 400), abs=0.005)
    assert reach.mean() == pytest.approx(values.std(), rel=0.1)


def test_nothing_is_found_where_nothing_is_more_often_than_the_docstring_says():
    """A factor with memory, returns over five rows that overlap: at 5 % it rejects in about 8 %; a naive test in 30."""
    rejected, naive = [], []
    for seed in range(200):
        rng = RNG(seed)
        f = lfilter([1], [1, -0.9], rng.normal(size=1000))
        r = np.convolve(rng.normal(size=1005), np.ones(5), "valid")[1:]
        rejected.append(information.along_time(f, r, 5).p < 0.05)
        naive.append(stats.spearmanr(f, r).pvalue < 0.05)
    assert 0.02 < np.mean(rejected) < 0.13 and np.mean(naive) > 0.2


def test_what_is_missing_is_left_out_and_what_does_not_vary_has_no_coefficient():
    f, r = RNG(0).normal(size=(2, 200))
    holed = np.where(np.arange(200) % 3 == 0, np.nan, f)
    kept = ~np.isnan(holed)
    assert information.along_time(holed, r).value == pytest.approx(stats.spearmanr(f[kept], r[kept]).statistic)
    assert np.isnan(information.along_time(np.ones(200), r).p)
    assert "20 rows" in information.along_time(f[:20], r[:20]).method


def test_intervals_by_the_bootstrap_agree_with_those_by_hac():
    rng, index = RNG(0), clock(6000)
    x = lfilter([1], [1, -0.5], rng.normal(size=6000))
    factors = pd.DataFrame({"good": x, "noise": rng.normal(size=6000)}, index)
    returns = pd.Series(0.1 * x + rng.normal(size=6000), index)
    drawn = information.intervals(factors, returns, "1s")
    for name in factors:
        known = information.along_time(factors[name], returns)
        assert drawn.loc[name, "high"] - drawn.loc[name, "low"] == pytest.approx(known.high - known.low, rel=0.2)
        assert drawn.loc[name, "low"] < known.value < drawn.loc[name, "high"]


def test_a_return_ahead_is_a_label_and_ends_with_the_data():
    price = pd.Series([1.0, 2.0, 4.0, 8.0], clock(4))
    ahead = information.forward(price, ["1s", "2s"]) / np.log(2)
    assert ahead["1s"].tolist()[:3] == pytest.approx([1, 1, 1]) and ahead["2s"].tolist()[:2] == pytest.approx([2, 2])
    assert ahead["1s"].isna().sum() == 1 and ahead["2s"].isna().sum() == 2


def test_ranks_are_of_the_past_alone_and_missing_values_are_not_ranked():
    x = pd.Series(RNG(0).normal(size=300), clock(300))
    x.iloc[::7] = np.nan
    found, known = quantiles.standing(x, 50), x.dropna()
    expected = known.rolling(50).apply(lambda w: (w < w[-1]).mean() + (w == w[-1]).mean() / 2 + 0.01, raw=True)
    assert np.allclose(found.dropna(), expected.dropna()) and found.isna()[x.isna()].all()
    assert quantiles.standing(x.iloc[:200], 50).equals(found.iloc[:200])


def test_quantiles_of_a_known_market():
    """Five values in turn, each followed by its own return: the spread is what was planted, and it rises evenly."""
    index = clock(5000)
    level = pd.Series(np.tile([3.0, 1.0, 5.0, 2.0, 4.0], 1000), index)
    returns = level * 1e-4 + RNG(0).normal(size=5000) * 1e-4
    ranks = quantiles.standing(level, 5)
    table = quantiles.returns_by_quantile(ranks, returns)
    assert table["mean"].to_numpy() == pytest.approx([1, 2, 3, 4, 5], abs=0.1)
    assert (table["low"] < table["mean"]).all() and table["n"].sum() == 4996
    found = quantiles.spread(ranks, returns)
    assert found["monotone"] == pytest.approx(1) and found["spread"] == pytest.approx(4, abs=0.2)
    assert quantiles.spread(ranks, -returns)["monotone"] == pytest.approx(-1)


def test_the_interval_of_a_spread_is_welch_s_where_rows_are_independent():
    ranks, r = pd.Series(RNG(0).random(20_000), clock(20_000)), RNG(1).normal(size=20_000) * 1e-4
    found = quantiles.spread(ranks, pd.Series(r, ranks.index))
    top, bottom = (1e4 * r[quantiles.bucket(ranks) == k] for k in (5, 1))
    welch = 1.96 * np.sqrt(top.var() / len(top) + bottom.var() / len(bottom))
    assert (found["spread_high"] - found["spread_low"]) / 2 == pytest.approx(welch, rel=0.1)


def test_turnover_is_one_less_the_overlap():
    members = np.array([[1, 1, 0, 0], [1, 0, 1, 0], [0, 0, 1, 1]], dtype=bool)
    assert quantiles.turnover(members) == pytest.approx(1 - 2 / 4)
    assert quantiles.turnover(members, 2) == 1 and np.isnan(quantiles.turnover(members & False))
    assert quantiles.turnover(np.tile([True, True, False, False], 25)) == pytest.approx(24 / 49)


def test_memory_of_an_autoregression_is_its_own():
    x = pd.Series(lfilter([1], [1, -0.9], RNG(0).normal(size=50_000)), clock(50_000))
    found = quantiles.memory(x, "2s")
    assert found["autocorrelation"] == pytest.approx(0.81, abs=0.02)
    assert found["halflife"] == pytest.approx(np.log(0.5) / np.log(0.9), rel=0.1)
    assert np.isnan(quantiles.memory(x * 0, "2s")["autocorrelation"])


def test_every_factor_that_was_tried_counts():
    """Of thirty that know nothing and one that does, one is left after Benjamini and Hochberg; a constant has no p."""
    rng, index = RNG(3), clock(4000)
    shocks = rng.normal(size=4000) * 1e-4
    price = pd.Series(np.exp(np.cumsum(shocks)), index)
    factors = pd.DataFrame({f"noise_{k}": rng.normal(size=4000) for k in range(30)} | {
        "good": np.append(shocks[1:], 0.0) + 5e-4 * rng.normal(size=4000), "flat": np.ones(4000)}, index)
    found = quality.table(factors, price, "1s", "5min")
    assert found.index[0] == "good" and (found["bh"] < 0.05).sum() == 1
    assert (found["holm"] > found["bh"] - 1e-12).drop("flat").all() and np.isnan(found.loc["flat", "p"])
    assert len(found) == 32 and found.loc["good", "spread"] > 0


def book(mid, half=0.5):
    """Quotes every second about a mid, a constant half spread in ticks of .01."""
    return pd.DataFrame({"time": clock(len(mid)), "bid": mid - half * 0.01, "bid_size": 1e6, "ask": mid + half * 0.01,
                         "ask_size": 1e6})


def swinging(n=3000, period=20, step=0.5):
    """A price that goes up for half a period and down for the other, and a factor that knows which is next."""
    up = (np.arange(n) // (period // 2)) % 2 == 0
    mid = np.round(100 + np.concatenate([[0], np.cumsum(np.where(up, step, -step))[:-1]]) * 1.0, 2)
    return mid, pd.Series(np.where(up, 1.0, -1.0) + 0.01 * np.sin(np.arange(n)), clock(n))


def test_a_factor_that_knows_pays_and_one_that_does_not_pays_the_spread_and_the_fee():
    mid, knows = swinging()
    factors = pd.DataFrame({"knows": knows, "inverse": -knows,
                            "noise": lfilter([1], [1, -0.95], RNG(0).normal(size=3000))})
    returns = information.forward(pd.Series(mid, clock(3000)), ["3s"])["3s"]
    found = edge.edges(market(book(mid)), factors, returns, "3s", "2min", latency=Constant("0ms"), fees=Fees(taker=5.0))
    assert found.loc["knows", "sign"] == 1 and found.loc["inverse", "sign"] == -1
    assert found.loc["knows", "net"] > 40 and found.loc["inverse", "net"] > 40
    assert found.loc["noise", "net"] < found.loc["knows", "net_low"]
    assert (found["gross"] - found["net"]).dropna().to_numpy() == pytest.approx(5.0)
    assert found.loc["knows", "deflated"] > 0.95


def test_signs_are_learned_before_and_what_comes_later_changes_none():
    mid, knows = swinging()
    returns = information.forward(pd.Series(mid, clock(3000)), ["3s"])["3s"]
    factors = pd.DataFrame({"knows": knows})
    turned = returns.where(np.arange(3000) < 1500, -returns)
    assert edge.signs(factors, turned, "3s")["knows"] == 1 == edge.signs(factors, returns, "3s")["knows"]


def test_rows_whose_label_ends_in_what_is_traded_teach_no_sign():
    """The last labels of the first half span 25 rows of the second, and speak for the other sign."""
    rising, span = np.arange(120.0), 25
    seconds = pd.date_range("2025-01-01", periods=120, freq="s", tz="UTC")
    returns = pd.Series(np.where(rising < 60 - span, rising, -rising), seconds)
    factors = pd.DataFrame({"rising": rising}, returns.index)
    assert information.along_time(rising[:60], returns.to_numpy()[:60]).value < 0
    assert edge.signs(factors, returns, f"{span}s")["rising"] == 1


def test_latency_costs_what_the_price_does_meanwhile():
    mid, knows = swinging()
    now, late = (edge.trade(market(book(mid)), knows, 1, "2min", latency=Constant(delay), fees=Fees(taker=0.0))
                 .profit_per_turnover().value for delay in ("0ms", "4s"))
    assert now > late + 30


def test_a_daily_rule_is_filled_one_bar_later_and_pays_for_every_change():
    days = clock(5, "1D")
    fills = pd.DataFrame({"A": [100.0, 110.0, 121.0, 121.0, 133.1]}, days)
    weights = pd.DataFrame({"A": [0.0, 1.0, 1.0, -1.0, 0.0]}, days)
    found = daily.earned(weights, fills, cost=10.0)
    assert found["gross"].to_numpy() == pytest.approx([0, 0, 0, 0.1])
    assert found["traded"].to_numpy() == pytest.approx([0, 0, 1, 0])
    assert found["net"].to_numpy() == pytest.approx([0, 0, -0.001, 0.1])
    future = weights.copy()
    future.iloc[3:] = 9.0
    assert daily.earned(future, fills).equals(daily.earned(weights, fills))
    with pytest.raises(Refusal, match="no price"):
        daily.earned(weights, fills.mask(fills > 120))


def test_measures_of_a_daily_rule_are_those_of_its_curve_and_hold_the_truth():
    """Known mean and deviation: a Sharpe ratio of 2 a year lies inside, the market's beta gives the correlation."""
    rng, days = RNG(1), clock(1500, "1D")
    market_returns = pd.Series(0.03 * rng.normal(size=1500), days)
    own = 0.01 * rng.normal(size=1500)
    net = 0.01 * 2 / np.sqrt(365) * np.sqrt(1.09) + 0.1 * market_returns + own
    table = pd.DataFrame({"gross": net, "net": net, "traded": 0.5}, days)
    found = daily.measures(table, market_returns, by=Resample(draws=299))
    assert found.loc["sharpe", "low"] < 2 < found.loc["sharpe", "high"]
    assert found.loc["annual_return", "value"] == pytest.approx((1 + net).prod() ** (365 / 1500) - 1)
    assert found.loc["correlation_to_market", "value"] == pytest.approx(np.corrcoef(net, market_returns)[0, 1])
    assert found.loc["turnover", "value"] == pytest.approx(0.5 * 365)
    curve = (1 + net).cumprod()
    assert found.loc["max_drawdown", "value"] == pytest.approx((1 - curve / curve.cummax()).max(), abs=1e-3)
    assert found.loc["deflated_sharpe", "value"] > 0.95
    punished = daily.measures(table, market_returns, trials=100, variance=0.05**2, by=Resample(draws=20))
    assert punished.loc["deflated_sharpe", "value"] < found.loc["deflated_sharpe", "value"]
