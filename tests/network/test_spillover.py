"""Connectedness: known decompositions, statsmodels, laws, and how often chance looks like a spillover."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.api import VAR

from kit.bootstrap import Bootstrap
from kit.network import nodes, spillover, var
from kit.refusal import Refusal
from kit.sources import datasets
from tests.network import worlds

EYE = np.eye(2)
QUICK = Bootstrap(block="30s", draws=299)


def known(A, omega=EYE, horizon=50):
    return spillover.generalised(var.Var(np.atleast_3d(A).reshape(-1, *omega.shape), omega), horizon)


def test_a_diagonal_var_of_independent_shocks_spills_nothing():
    np.testing.assert_array_equal(known(np.diag([0.5, 0.3])), EYE)
    assert spillover.total(known(np.diag([0.5, 0.3]))) == 0


def test_the_known_spillover_from_the_first_to_the_second():
    shares = known(worlds.A)
    np.testing.assert_allclose(shares, [[1, 0], [0.224, 0.776]], atol=5e-4)
    np.testing.assert_allclose(spillover.received(shares), [0, 0.224], atol=5e-4)  # a row receives
    np.testing.assert_allclose(spillover.sent(shares), [0.224, 0], atol=5e-4)  # a column sends


def test_shocks_that_come_at_once_count_for_both_sides_alike():
    """With no memory the share of the other is rho^2 / (1 + rho^2), and nobody sends more than he gets."""
    shares = known(np.zeros((2, 2)), np.array([[1, 0.5], [0.5, 1]]))
    np.testing.assert_allclose(shares, [[0.8, 0.2], [0.2, 0.8]])


def test_estimates_and_responses_are_those_of_statsmodels():
    series = worlds.planted()
    ours, theirs = var.fit(var.moments(series, 3)), VAR(series.to_numpy()).fit(3)
    np.testing.assert_allclose(ours.A, theirs.coefs, rtol=1e-7, atol=1e-10)
    np.testing.assert_allclose(ours.omega, theirs.sigma_u_mle, rtol=1e-7, atol=1e-16)
    np.testing.assert_allclose(var.moving_average(ours, 8), theirs.ma_rep(7), atol=1e-9)


def test_with_independent_shocks_it_is_the_decomposition_of_cholesky():
    series = worlds.planted(20_000)
    ours = known(var.fit(var.moments(series, 1)).A, horizon=10)
    theirs = VAR(series.to_numpy()).fit(1).fevd(10).decomp[:, -1]
    np.testing.assert_allclose(ours, theirs, atol=0.01)
    assert theirs[1, 0] == pytest.approx(0.223, abs=0.01)


def test_the_order_of_the_nodes_does_not_matter():
    series = worlds.unrelated(correlation=0.6)
    forward, backward = (spillover.connectedness(series[list(order)], 2, by=QUICK).shares for order in ("abc", "cba"))
    pd.testing.assert_frame_equal(forward, backward.loc[list("abc"), list("abc")], rtol=1e-9)


def test_shares_of_a_receiver_sum_to_one_and_what_is_sent_is_received():
    found = spillover.connectedness(worlds.unrelated(correlation=0.6), lags=2, by=QUICK)
    np.testing.assert_allclose(found.shares.sum(axis=1), 1)
    assert found.nodes["from"].sum() == pytest.approx(found.nodes["to"].sum()) == pytest.approx(3 * found.total.value)
    assert found.nodes["net"].sum() == pytest.approx(0, abs=1e-12)


def test_the_planted_spillover_lies_in_its_interval_and_points_from_sender_to_receiver():
    found = spillover.connectedness(worlds.planted(), by=QUICK)
    (edge,) = found.network.pairs.to_dict("records")
    assert (edge["source"], edge["target"], edge["kept"]) == ("a", "b", True)
    assert edge["low"] < 22.4 < edge["high"] and edge["weight"] == edge["effect"] / 100 and found.lags == 1
    assert found.total.low < 0.112 < found.total.high


def test_an_edge_has_to_be_more_than_chance_makes_of_all_pairs_together():
    drawn = np.random.default_rng(0).normal(0.01, 0.01, (999, 3, 3))
    pairs = spillover._pairs(tuple("abc"), np.zeros((3, 3)), drawn, QUICK, 9).pairs
    for row in pairs.itertuples():
        sender, receiver = "abc".index(row.source), "abc".index(row.target)
        net = 100 * (drawn[:, receiver, sender] - drawn[:, sender, receiver])
        np.testing.assert_allclose([row.low, row.high], np.quantile(net, [0.05 / 6, 1 - 0.05 / 6]))
    assert len(pairs) == 3


def test_bic_is_that_of_statsmodels():
    for seed in range(5):
        series = worlds.planted(600, seed)
        series["b"] += 0.3 * series["a"].shift(3, fill_value=0.0)
        assert var.best(var.moments(series, 6)) == VAR(series.to_numpy()).select_order(6).bic


@pytest.mark.parametrize("correlation", [0.0, 0.7])
def test_chance_makes_an_edge_as_seldom_as_its_level_says(correlation):
    chances = (worlds.unrelated(seed=seed, correlation=correlation) for seed in range(20))
    kept = [len(spillover.connectedness(series, lags=2).network.edges) for series in chances]
    assert np.count_nonzero(kept) <= 4  # 5 % of 20 worlds: more than four in one of 400 runs


def test_what_estimation_alone_makes_of_unrelated_series_is_told():
    series = worlds.planted()
    floor = spillover.unrelated(series, lags=2, draws=50)
    assert 0 < np.quantile(floor, 0.95) < 0.01 < spillover.connectedness(series, lags=2, by=QUICK).total.low
    apart = worlds.unrelated()
    assert spillover.connectedness(apart, lags=2, by=QUICK).total.value < 2 * spillover.unrelated(apart, 2).max()


@pytest.mark.parametrize("k", [2, 3, 7])
def test_series_are_moved_far_from_each_other(k):
    for seed in range(200):
        offsets = spillover._apart(np.random.default_rng(seed), 1_000, k)
        apart = (offsets[:, None] - offsets)[~np.eye(k, dtype=bool)] % 1_000
        assert apart.min() >= 1_000 // (2 * k)


def test_what_one_series_does_not_know_does_not_cost_the_others_their_rows():
    series, holes = worlds.unrelated(1_500), worlds.unrelated(1_500)
    for name, row in zip(holes, (0, 400, 800), strict=True):
        holes.iloc[row:row + 350, holes.columns.get_loc(name)] = np.nan
    whole, part = (spillover.unrelated(x, 1, draws=99) for x in (series[:450], holes))
    assert np.mean(part) == pytest.approx(np.mean(whole), rel=0.2)


ROLLED = {"window": "1000s", "by": Bootstrap(block="250s")}


def test_a_rolling_spillover_knows_no_more_than_its_past():
    series = worlds.planted(6_000)
    whole, part = spillover.rolling(series, **ROLLED), spillover.rolling(series[:4_000], **ROLLED)
    early = whole[whole.index < part.index[-1]]
    np.testing.assert_allclose(early, part.loc[early.index], rtol=1e-9)
    assert whole["net_a"].median() == pytest.approx(0.224, abs=0.05) and (whole["net_a"] > 0.1).all()


def test_a_rolling_spillover_has_forgotten_what_lies_before_its_window():
    series = worlds.planted(4_000)
    other = pd.concat([worlds.unrelated(2_000, k=2, correlation=0.8), series[2_000:]])
    one, two = (spillover.rolling(x, **ROLLED) for x in (series, other))
    late = one.index >= series.index[3_300]
    np.testing.assert_allclose(one[late], two[late], rtol=1e-6)
    assert (one["total"] - two["total"])[~late].abs().max() > 0.1


def test_a_window_has_the_lags_that_it_chose_and_no_more():
    series = worlds.planted(3_000)
    three, one = (spillover.rolling(series, most=most, **ROLLED)[1:] for most in (3, 1))
    own = three["lags"] == 1
    np.testing.assert_allclose(three.loc[own, "total"], one.loc[own, "total"], rtol=1e-9)
    assert own.sum() > 3


def test_a_window_of_few_rows_is_not_answered():
    series, by = worlds.planted(300), Bootstrap(block="6s")
    short, long = (spillover.rolling(series, window, by=by) for window in ("12s", "30s"))
    assert short["total"].isna().all() and (short["lags"] == 0).all() and len(short) > 40
    assert long["total"].notna().all() and (long["lags"] > 0).all()


def test_rows_next_to_a_missing_value_are_left_out():
    series = worlds.planted(500)
    series.iloc[100, 0] = np.nan
    assert var.moments(series, 2).rows.sum() == 500 - 2 - 3


@pytest.mark.parametrize(("series", "said"), [
    (worlds.planted(200)[["a"]], "1 series can spill over to nobody"), (worlds.planted(12), "10 rows in which all"),
    (worlds.planted(200).assign(b=1.0), "column 'b': a series that does not move")])
def test_what_has_no_answer_is_refused(series, said):
    with pytest.raises(Refusal, match=said):
        spillover.connectedness(series, lags=2)


@pytest.fixture(scope="module")
def embedded():
    return nodes.of_venues(datasets.load("synthetic-venues", "SIM-BTC", None, "2025-01-06T02:00Z").tables)


def test_the_planted_leader_sends_and_the_follower_receives(embedded):
    found = spillover.connectedness(embedded.returns)
    assert found.nodes["net_low"]["leader"] > 0.2 and found.nodes["net_high"]["follower"] < -0.2
    assert found.shares.loc[["leader", "noisy"], "follower"].max() < 0.01
    assert {"source": "leader", "target": "follower"}.items() <= found.network.edges.loc[0].to_dict().items()
    law = datasets.find("synthetic-venues").laws["SIM-BTC"]
    new = law.deviation**2 * (1 - 0.5 ** (2 / law.half_life))
    squared = law.volatility**2 / (law.volatility**2 + new)  # correlation of leader's and noisy venue's shocks
    assert found.shares.loc["leader", "noisy"] == pytest.approx(squared / (1 + squared), abs=0.02)
