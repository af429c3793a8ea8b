"""Lagged cross-flow and lead-lag networks: planted leaders, statsmodels, and how often chance makes an edge."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.api import OLS, add_constant
from statsmodels.stats.sandwich_covariance import S_hac_simple

from kit.bootstrap import Bootstrap, Score
from kit.discovery.leadlag import LeadLag
from kit.evaluate.hac import bandwidth
from kit.network import flows, inferred, nodes
from kit.refusal import Refusal
from kit.sources import datasets
from kit.units import BP
from tests.discovery.market import ticks
from tests.network import worlds


def crossed(n=4_000, seed=0, effect=2e-5, later=1):
    """Flow of a moves b `later` rows afterwards, by `effect` of each unit of a's flow; of c nothing moves anything."""
    rng = np.random.default_rng(seed)
    causes = pd.DataFrame(rng.standard_t(4, (n, 3)), worlds.clock(n), columns=list("abc"))
    effects = pd.DataFrame(rng.normal(0, 1e-4, (n, 3)), worlds.clock(n), columns=list("abc"))
    effects["b"] += effect * causes["a"].shift(later, fill_value=0.0)
    return causes, effects


def test_a_planted_cross_effect_is_the_only_edge_and_in_basis_points_of_a_standard_deviation():
    causes, effects = crossed()
    found = flows.lagged(causes, effects)
    assert found.edges[["source", "target"]].to_numpy().tolist() == [["a", "b"]]
    edge = found.pairs.query("source == 'a' and target == 'b'").iloc[0]
    assert edge["low"] < BP * 2e-5 * causes["a"].std() < edge["high"] and edge["weight"] == abs(edge["effect"])


def least_squares(horizon, target="b"):
    """One equation by statsmodels, and the same one's statistics by ours."""
    causes, effects = crossed(800)
    found = flows.lagged(causes, effects, horizon=horizon)
    ahead = effects[target].rolling(horizon).sum().shift(-horizon)
    known = ahead.notna()
    x = add_constant(causes[known].assign(own=effects[target]))
    return OLS(ahead[known], x), bandwidth(int(known.sum()), horizon), found.pairs.query(f"target == '{target}'")


def test_statistics_are_those_of_statsmodels_with_newey_west_errors_of_rows_left_out():
    model, lags, ours = least_squares(horizon=3)
    plain = model.fit()
    apart = plain.resid / (1 - plain.get_influence().hat_matrix_diag)
    scores = model.exog * apart.to_numpy()[:, None]
    inverse = np.asarray(plain.normalized_cov_params)
    errors = np.sqrt(np.diag(inverse @ S_hac_simple(scores - scores.mean(axis=0), lags) @ inverse))
    theirs = pd.Series(plain.params / errors, plain.params.index)[["a", "c"]]
    np.testing.assert_allclose(ours.set_index("source")["t"][["a", "c"]], theirs, rtol=1e-9)
    np.testing.assert_allclose(ours["p"], 2 * stats.t.sf(abs(theirs), plain.df_resid), rtol=1e-6)


def test_rows_left_out_make_errors_a_little_wider():
    model, lags, ours = least_squares(horizon=1)
    theirs = model.fit(cov_type="HAC", cov_kwds={"maxlags": lags}).tvalues[["a", "c"]]
    ratio = theirs / ours.set_index("source")["t"][["a", "c"]]
    assert (ratio > 1).all() and (ratio < 1.1).all()


def test_what_comes_later_than_the_horizon_is_no_edge_and_what_comes_within_it_is():
    causes, effects = crossed(later=3)
    assert not len(flows.lagged(causes, effects, horizon=2).edges)
    assert len(flows.lagged(causes, effects, horizon=3).edges) == 1


def test_what_happens_at_once_is_no_edge():
    causes, effects = crossed(later=0)
    assert not len(flows.lagged(causes, effects).edges)


def test_among_unrelated_nodes_chance_makes_edges_at_the_nominal_rate():
    found = [flows.lagged(*crossed(1_500, seed, effect=0.0), level=0.05).pairs for seed in range(30)]
    single = np.concatenate([pairs["p"] < 0.05 for pairs in found])
    assert 0.015 < single.mean() < 0.09  # 180 tests: 5 %, give or take
    assert np.mean([pairs["kept"].any() for pairs in found]) <= 0.15


def test_where_nobody_says_what_takers_did_there_are_no_pairs():
    _, effects = crossed(200)
    found = flows.lagged(effects[[]], effects)
    assert len(found.pairs) == len(found.edges) == 0 and found.nodes == ("a", "b", "c")


def test_returns_may_be_causes_themselves():
    series = worlds.planted(seed=1)
    found = flows.lagged(series, series)
    assert found.edges[["source", "target"]].to_numpy().tolist() == [["a", "b"]]
    assert found.pairs.set_index("source")["effect"]["a"] == pytest.approx(BP * 0.4 * series["a"].std(), rel=0.1)


def test_what_has_no_answer_is_refused():
    causes, effects = crossed(300)
    with pytest.raises(Refusal, match="correction 'none'. Remedy: bh or holm"):
        flows.lagged(causes, effects, correction="none")
    for traded in (0, 1):
        with pytest.raises(Refusal, match="column 'a': it varies in less than two rows"):
            flows.lagged(causes.assign(a=np.arange(300) < traded), effects)
    with pytest.raises(Refusal, match="29 rows in which all is known for 4 coefficients"):
        flows.lagged(causes[:30], effects[:30])


@pytest.fixture(scope="module")
def embedded():
    return nodes.of_venues(datasets.load("synthetic-venues", "SIM-BTC").tables)


def test_the_planted_leader_leads_and_by_the_planted_lag(embedded):
    found = flows.lead_lag(embedded.paths)
    led = found.pairs.set_index(["source", "target"])
    assert sorted(found.edges["source"]) == ["leader", "noisy"] and set(found.edges["target"]) == {"follower"}
    assert led.loc[("leader", "follower"), "effect"] == pytest.approx(1.5, abs=0.2)
    assert not led.loc[("leader", "noisy"), "kept"]


def test_the_leader_s_returns_tell_and_its_random_takers_do_not(embedded):
    moved = flows.lagged(embedded.returns, embedded.returns)
    assert moved.edges[["source", "target"]].to_numpy().tolist() == [["leader", "follower"]]
    assert not len(flows.lagged(embedded.flows, embedded.returns).edges)


def test_unrelated_walks_have_no_leader():
    kept = 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        paths = {name: ticks(np.sort(rng.choice(8_000, 800, replace=False)) / 10, rng.normal(0, 1e-4, 800).cumsum())
                 for name in "abc"}
        kept += len(flows.lead_lag(paths, by=Bootstrap(draws=299)).edges)
    assert kept <= 1


def test_coins_of_one_exchange_that_are_independent_have_no_edges():
    coins = nodes.of_coins(nodes.read_coins(nodes.COINS[True], "2025-01-06T01:00Z"))
    for found in (flows.lagged(coins.flows, coins.returns), flows.lead_lag(coins.paths)):
        assert not len(found.edges)


def measured(lag, llr):
    curve = pd.DataFrame({"lag": [lag[0]], "correlation": [-0.4], "low": [-0.5], "high": [-0.3]})
    return LeadLag(("a", "b"), curve, Score(*lag, 9, ""), Score(*llr, 9, ""))


@pytest.mark.parametrize(("lag", "llr", "edge"), [
    ((1.0, 0.5, 1.5), (2.0, 1.5, 3.0), ("a", "b", True)), ((-1.0, -1.5, -0.5), (0.5, 0.3, 0.8), ("b", "a", True)),
    ((1.0, -0.5, 1.5), (2.0, 1.5, 3.0), ("a", "b", False)), ((1.0, 0.5, 1.5), (2.0, 0.9, 3.0), ("a", "b", False)),
    ((-1.0, -1.5, -0.5), (0.5, 0.3, 1.2), ("b", "a", False)),
    ((1.0, np.nan, np.nan), (2.0, np.nan, np.nan), ("a", "b", False))])
def test_an_edge_points_from_leader_to_follower_and_needs_both_intervals(lag, llr, edge):
    (pair,) = flows.leaders(("a", "b"), [measured(lag, llr)]).pairs.to_dict("records")
    assert (pair["source"], pair["target"], pair["kept"]) == edge
    assert pair["weight"] == 0.4 and pair["effect"] == 1.0


def test_rank_goes_to_those_that_edges_point_to_so_influence_is_asked_of_the_edges_turned_round():
    pairs = pd.DataFrame({"source": ["a", "a", "b"], "target": ["b", "c", "c"], "weight": [2.0, 1, 1], "kept": True})
    standing = inferred.Inferred(("a", "b", "c", "d"), pairs, "1", "").standing()
    assert standing["out"].tolist() == [3, 1, 0, 0] and standing["in"].tolist() == [0, 2, 2, 0]
    assert standing["influence"].idxmax() == "a" and standing["influenced"].idxmax() == "c"
    assert np.isnan(standing["influence"]["d"])
    assert inferred.Inferred(("a", "b"), pairs[:0], "1", "").standing()["out"].tolist() == [0, 0]


def test_signed_flow_is_what_takers_bought_less_what_they_sold_up_to_each_row():
    time = pd.to_datetime([1.0, 1.2, 2.0, 2.1], unit="s", utc=True)
    trades = pd.DataFrame({"time": time, "venue": ["a", "b", "a", "a"], "price": [10.0, 20.0, 10.0, 10.0],
                           "size": [1.0, 1.0, 2.0, 1.0], "side": np.array([1, -1, -1, 0], dtype="int8")})
    like = pd.DataFrame(0.0, pd.to_datetime([1, 2, 3, 4], unit="s", utc=True), ["b", "silent", "a"])
    assert nodes.signed(trades, like, 10**9).to_dict("list") == {
        "b": [0, -20, 0, 0], "silent": [0, 0, 0, 0], "a": [10, -20, 0, 0]}


def test_a_slow_venue_makes_the_clock_slow():
    frame = pd.DataFrame({"time": pd.date_range("2025-01-06", periods=9, freq="s", tz="UTC"), "price_a": 1.0,
                          "price_b": 1.0, "age_a": 0.1, "age_b": 3.2})
    assert nodes.pace(frame) == "7s" and nodes.pace(frame.assign(age_b=0.0)) == "1s"
