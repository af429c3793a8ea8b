"""The framework's 28 performances are claims with rules, never results; what is traded for them is stated, causal."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kit.claims import FRAMEWORK, PAPER, Evidence, Records, Verdict, judged, strategies
from kit.claims.framework import MICROSTRUCTURE, RANGES, VOLATILITY
from kit.quality import panel
from kit.report import Numbers
from tests.claims.test_records import report

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_there_are_twenty_eight_of_them_each_with_an_id_of_its_own():
    """FRAMEWORK item 22: 6 rows x 4 metrics + 3 ranges + 1 claim."""
    names = [claim.id for claim in FRAMEWORK]
    assert len(FRAMEWORK) == 28 == len(set(names)) and not set(names) & {claim.id for claim in PAPER}
    assert sum(len(row) for table in (VOLATILITY, MICROSTRUCTURE) for row in table.values()) == 24 and len(RANGES) == 3


@pytest.mark.parametrize("claim", [claim for claim in FRAMEWORK if claim.rule is None], ids=lambda claim: claim.id)
def test_what_nothing_at_hand_can_decide_says_why(claim):
    assert "cross" in claim.claim.lower() and "quotes of two venues" in claim.remark and claim.evidence is None


@pytest.mark.parametrize("claim", [claim for claim in FRAMEWORK if claim.rule], ids=lambda claim: claim.id)
def test_each_has_a_rule_that_can_turn_out_in_more_than_one_way(claim):
    grid = [(x, x + width) for x in np.linspace(-5, 60, 500) for width in (0.0, 0.2, 3.0)]
    verdicts = {claim.rule(Evidence((low + high) / 2, low, high)) for low, high in grid}
    assert len(verdicts) >= 2 and claim.measure and claim.evidence and claim.where


def test_without_reports_nothing_is_claimed_to_be_known():
    assert {entry.verdict for entry in judged(FRAMEWORK).entries} == {Verdict.NOT_TESTABLE}
    assert not any(entry.evidence for entry in judged(FRAMEWORK).entries)


def told(folder, **rows):
    """A report of a strategy with some measures; and the verdicts by id."""
    made = Numbers()
    frame = pd.DataFrame({f"realized_volatility {name}": ends for name, ends in rows.items()},
                         index=["value", "low", "high"]).T
    made.table("strategy", frame)
    report(folder, "factor_panel", {"assets": "ohlcv-daily/BTC ohlcv-daily/ETH"}, made)
    return {entry.claim.id: entry for entry in judged(FRAMEWORK, folder).entries}


def test_an_interval_that_holds_both_the_number_and_nothing_does_not_reproduce_it(tmp_path):
    entries = told(tmp_path, annual_return=(0.2, -0.3, 1.2), sharpe=(1.1, 0.3, 1.9), max_drawdown=(0.7, 0.5, 0.9),
                   correlation_to_market=(0.9, 0.8, 0.95), stress=(0.8, 0.6, 0.9),
                   deflated_sharpe=(0.93, np.nan, np.nan))
    assert entries["V-1-annual"].verdict is Verdict.NOT_REPRODUCED
    assert entries["V-1-sharpe"].verdict is Verdict.REPRODUCED
    assert entries["V-1-max"].verdict is Verdict.CONTRADICTED is entries["V-1-correlation"].verdict
    assert entries["X-stress"].verdict is Verdict.CONTRADICTED
    assert "deflated Sharpe ratio 0.93" in str(entries["V-1-sharpe"].evidence[0])
    place = entries["X-volatility"].evidence[0]
    assert place.value == pytest.approx((0.2 - 0.15) / 0.10) and "realized volatility annual return 0.2 " in place.of


def by_second(folder, net, drawdown=0.3, turnover=5e6, parameters=None):
    made = Numbers()
    made.table("edge", pd.DataFrame({"net": net[0], "net_low": net[1], "net_high": net[2], "drawdown": drawdown,
                                     "turnover": turnover, "deflated": 0.0}, index=["spread", "order_flow_imbalance"]))
    report(folder, "factor_performance", parameters or {"dataset": "hyperliquid"}, made)
    return {entry.claim.id: entry.verdict for entry in judged(FRAMEWORK, folder).entries}


def test_a_short_recording_speaks_against_a_claim_but_never_for_it(tmp_path):
    lost = by_second(tmp_path, (-5, -6, -4))
    assert lost["M-1-annual"] is Verdict.CONTRADICTED is lost["M-2-sharpe"] is lost["M-2-max"]
    assert lost["M-1-turnover"] is Verdict.CONTRADICTED is lost["X-microstructure"]


def test_a_gain_by_the_second_is_not_a_year(tmp_path):
    won = by_second(tmp_path, (5, 4, 6), drawdown=0.01, turnover=10.0)
    assert won["M-1-annual"] is Verdict.NOT_TESTABLE is won["M-2-max"] and won["M-1-turnover"] is Verdict.REPRODUCED


def test_the_embedded_market_decides_nothing(tmp_path):
    assert by_second(tmp_path, (-5, -6, -4), parameters={"dataset": "synthetic"})["M-1-annual"] is Verdict.NOT_TESTABLE


def test_every_strategy_is_told_in_words_and_no_claimed_number_stands_in_a_notebook():
    assert set(strategies.WORDS) == set(VOLATILITY) | set(MICROSTRUCTURE)
    said = "".join(path.read_text() for path in NOTEBOOKS.glob("factor_*.ipynb"))
    assert not any(f"{100 * row['annual_return']:.1f}%" in said for row in (VOLATILITY | MICROSTRUCTURE).values())


@pytest.fixture(scope="module")
def coins():
    return panel.load("synthetic-days/SIM-BTC synthetic-days/SIM-LTC synthetic-days/SIM-ENJ synthetic-days/SIM-ROSE",
                      end="2022-01-01T00:00Z")


def test_the_lower_half_is_the_half_whose_volatility_was_lower(coins):
    weights, volatility = strategies.held(coins, 20), coins.factor("rv_20d")
    assert weights.sum(axis=1).iloc[30:].to_numpy() == pytest.approx(1)
    held, others = volatility.where(weights > 0), volatility.where(weights == 0)
    assert (held.max(axis=1) < others.min(axis=1)).iloc[30:].all() and weights.iloc[:20].isna().all().all()


def test_what_happens_later_changes_no_gain(coins):
    cut = 300
    early = panel.Panel(coins.name, True, {name: frame.iloc[:cut] for name, frame in coins.bars.items()})
    for name, gains in strategies.by_volatility(early).items():
        later = strategies.by_volatility(coins)[name].iloc[:cut - 1]
        assert np.allclose(gains, later, rtol=0, atol=1e-12)


def test_no_fill_is_made_at_the_price_that_decided(coins):
    """In a market that never closes the next open is the close that decided: gains must not depend on opens."""
    endless = panel.Panel(coins.name, True, {name: frame.assign(open=frame["close"].shift(1).fillna(frame["open"]))
                                             for name, frame in coins.bars.items()})
    gains, other = (strategies.by_volatility(one)["realized_volatility"]["gross"] for one in (coins, endless))
    pd.testing.assert_series_equal(gains, other)
    held, close = strategies.held(coins, 20).fillna(0.0), coins.column("close")
    known = (held.shift(1) * (close.shift(-1) / close - 1)).sum(axis=1).iloc[:-1]
    np.testing.assert_allclose(gains, known, atol=1e-12)


def test_every_variant_counts_as_a_trial(coins):
    gains, market = strategies.by_volatility(coins), strategies.equal_weight(coins)
    assert len(gains) == 10 and next(iter(gains)) == "realized_volatility"
    found = strategies.table(gains, market)
    assert len(found) == 7 and 0 <= found.loc["realized_volatility deflated_sharpe", "value"] <= 1
    assert "[" in strategies.wide(found).loc["sharpe", "realized volatility"]


def flat_curve(vol=0.5, days=60, move=None):
    """A flat volatility that does not change, and an index that moves by so much every day."""
    move = vol / np.sqrt(365) if move is None else move
    time = pd.date_range("2025-01-01", periods=days, tz="UTC")
    index = 100 * np.exp(np.cumsum(np.where(np.arange(days) % 2, move, -move)))
    return pd.DataFrame({"index": index, "model_free_14d": vol, "model_free_30d": vol}, index=time)


def test_variance_sold_at_what_is_realised_earns_nothing():
    """Known: where the index moves by K/√365 every day, the swap's gain is 0; by nothing, it is K/2 · 1/30 a day."""
    fair, quiet = (strategies.variance_gains(one, pd.Series(-1.0, one.index), cost=0.0)["gross"]
                   for one in (flat_curve(), flat_curve(move=0.0)))
    assert np.allclose(fair.iloc[1:], 0, atol=1e-12)
    assert quiet.iloc[1:].to_numpy() == pytest.approx(0.5 / 2 / 30)


def test_a_point_of_volatility_is_one_percent_of_the_capital_and_costs_are_paid_on_the_roll():
    jump = flat_curve()
    jump.iloc[30:, 1:] = 0.51
    gains = strategies.variance_gains(jump, pd.Series(1.0, jump.index))
    assert gains["gross"].iloc[29] == pytest.approx(0.01, rel=0.05)
    assert gains["traded"].iloc[10] == pytest.approx(1 / 30) and gains["traded"].iloc[1] == pytest.approx(31 / 30)
    assert (gains["gross"] - gains["net"]).iloc[10] == pytest.approx(0.005 / 30)
    assert gains["traded"].iloc[0] == 0  # decided at the first snapshot, dealt at the second


def test_a_missing_number_is_no_evidence(tmp_path):
    entries = told(tmp_path, annual_return=(np.nan,) * 3)
    assert entries["V-1-annual"].verdict is Verdict.NOT_TESTABLE
    assert math.isnan(entries["V-1-annual"].evidence[0].value) and Records.read(tmp_path).reports
    assert json.loads(next(tmp_path.glob("*.json")).read_text())["notebook"].endswith("factor_panel.ipynb")
