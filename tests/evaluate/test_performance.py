"""The paper's measures: known answers, edge rules, and intervals that cover."""

import numpy as np
import pandas as pd
import pytest

from kit.evaluate import performance as p
from kit.evaluate.resample import Resample
from kit.refusal import Refusal
from tests.evaluate.curves import KNOWN, daily, year

DIPS = daily([100, 120, 90, 110, 125, 100, 105, 101, 99, 98])
DAY = 1 / 365


def test_known_curve_has_the_known_measures():
    measured = {name: score.value for name, score in p.performance(KNOWN).items()}
    known = {"total return": 0.17, "ARC": 3591.5733851860, "ASD": 2.8874112264, "IR*": 1243.8731803512, "MDD": 0.2,
             "MLD": 2 * DAY, "MLD closed": 2 * DAY, "IR**": 22337309.04548,
             "additive return": 0.17 * 365 / 7, "ruin": 0}
    for name, value in known.items():
        assert measured[name] == pytest.approx(value, rel=1e-10), name
    assert (p.arc(KNOWN), p.asd(KNOWN), p.mdd(KNOWN), p.mld(KNOWN)) == pytest.approx(
        (measured["ARC"], measured["ASD"], measured["MDD"], measured["MLD"]), rel=1e-14)


def test_drawdown_of_eq_5_as_written_is_in_money():
    assert p.absolute_drawdown(KNOWN) == 26
    assert p.mdd(KNOWN * 10) == pytest.approx(0.2) and p.absolute_drawdown(KNOWN * 10) == 260


def test_an_open_drawdown_counts_five_days_and_three_where_only_closed_ones_do():
    assert p.mld(DIPS) * 365 == pytest.approx(5) and p.mld(DIPS, open_ended=False) * 365 == pytest.approx(3)
    assert p.performance(DIPS)["MLD closed"].value * 365 == pytest.approx(3)


def test_a_curve_that_never_falls_lost_for_no_time():
    assert p.mld(daily([1, 2, 3, 3, 4])) == 0 and p.mld(daily([5, 5, 5])) == 0
    rising = p.performance(daily(1.01 ** np.arange(9)))
    assert rising["MDD"].value == 0 and np.isnan(rising["IR**"].value) and rising["ARC"].value > 0


def test_eq_6_by_the_letter_is_as_long_as_the_sample_of_a_rising_curve():
    rising = daily([100, 102, 101, 104, 103, 106, 105, 108])
    assert p.mld_as_written(rising) * 365 == pytest.approx(6) and p.mld(rising) * 365 == pytest.approx(2)
    assert p.mld_as_written(rising[::-1].set_axis(rising.index)) == 0


def test_a_flat_curve_has_no_ratios_and_ruin_ends_a_curve():
    flat = {name: score.value for name, score in p.performance(daily([7.0] * 9)).items()}
    assert (flat["ARC"], flat["ASD"], flat["MDD"], flat["MLD"]) == (0, 0, 0, 0)
    assert np.isnan(flat["IR*"]) and np.isnan(flat["IR**"]) and np.isnan(flat["Sharpe"])
    ruined = {name: score.value for name, score in p.performance(daily([100, 90, -5, 40, 90, 95, 99, 120])).items()}
    assert (ruined["ARC"], ruined["MDD"], ruined["ruin"]) == (-1, 1, 1)
    assert ruined["MLD"] == pytest.approx(7 * DAY) and ruined["IR*"] == pytest.approx(-1 / ruined["ASD"])
    assert p.returns(daily([100, 90, -5, 40])).tolist() == pytest.approx([-0.1, -1, 0])


def test_closes_are_the_last_values_of_utc_days_with_both_ends():
    hourly = pd.Series(np.arange(1.0, 61), index=pd.date_range("2025-01-01T13:00Z", periods=60, freq="h"))
    kept = p.closes(hourly)
    assert [f"{stamp:%d %H}" for stamp in kept.index] == ["01 13", "02 00", "03 00", "04 00"]
    assert kept.tolist() == [1, 12, 36, 60]
    warsaw = p.closes(hourly.tz_convert("Europe/Warsaw"))
    assert warsaw.tolist() == kept.tolist()
    assert len(p.closes(hourly, every="1h")) == 60 and (1 + p.returns(hourly)).prod() == pytest.approx(60)


def test_finer_closes_see_deeper_drawdowns_and_annualise_alike():
    rng = np.random.default_rng(0)
    hourly = pd.Series(100 * np.exp(np.cumsum(rng.normal(0, 0.004, 24 * 365))),
                       index=pd.date_range("2025-01-01T01:00Z", periods=24 * 365, freq="h"))
    assert p.mdd(hourly) > p.mdd(p.closes(hourly))
    assert p.asd(hourly, "1h") == pytest.approx(0.004 * np.sqrt(24 * 365), rel=0.02)
    assert p.asd(hourly, "1d") == pytest.approx(p.asd(hourly, "1h"), rel=0.1)


def test_a_day_is_not_compounded_to_a_year_and_says_why():
    day = pd.Series(np.linspace(100, 105, 1441), index=pd.date_range("2025-10-10", periods=1441, freq="min", tz="UTC"))
    measured = p.performance(day, every="1h")
    for name in ("ARC", "IR*", "IR**"):
        assert np.isnan(measured[name].value) and "1 days are too short to annualise, 7d is" in measured[name].method
    assert np.isnan(p.arc(day)) and p.arc(day, shortest="1d") == pytest.approx(1.05**365 - 1)
    assert measured["total return"].value == pytest.approx(0.05) and measured["ASD"].value > 0


def test_fixed_notional_adds_up_where_compounding_multiplies():
    """100 trades of 1 % on a fixed notional double the money; compounded they make 2.7048 of it."""
    added, compounded = daily(100 + np.arange(101.0)), daily(100 * 1.01 ** np.arange(101))
    assert p.performance(added, fixed_notional=100)["additive return"].value == pytest.approx(365 / 100)
    assert compounded.iloc[-1] / 100 == pytest.approx(2.7048, abs=5e-5)


def test_intervals_hold_the_truth_and_reproduce_themselves():
    truth = {"ASD": 0.02 * np.sqrt(365), "Sharpe": 0.1 * np.sqrt(365)}
    held = dict.fromkeys(truth, 0)
    for seed in range(60):
        measured = p.performance(year(seed), by=Resample(draws=199))
        for name, value in truth.items():
            held[name] += measured[name].low <= value <= measured[name].high
    assert all(count >= 60 * 0.95 - 3 * np.sqrt(60 * 0.95 * 0.05) for count in held.values()), held
    assert p.performance(year()) == p.performance(year())
    assert "365 rows" in measured["ASD"].method and p.performance(year())["ruin"].value == 0


def test_intervals_of_a_fixed_notional_resample_money_not_returns():
    """A curve that gains 1 a day from 100 has returns that shrink: only its gains are alike from day to day."""
    gains = 1 + np.random.default_rng(0).normal(size=365)
    curve = daily(100 + np.append(0, gains.cumsum()))
    score = p.performance(curve, fixed_notional=100)["additive return"]
    half = 1.96 * gains.std() / np.sqrt(365) * 365 / 100
    assert (score.high - score.low) / 2 == pytest.approx(half, rel=0.15) and score.low < 3.65 < score.high


def test_few_closes_have_no_interval():
    score = p.performance(KNOWN)["ASD"]
    assert np.isnan(score.low) and score.method == "no interval: 7 rows"


def test_a_year_of_seconds_is_not_resampled_second_by_second():
    with pytest.raises(Refusal, match="longer periods"):
        Resample().score(np.mean, np.zeros(100_000))


def test_table_is_the_papers():
    table = p.table({"a": KNOWN, "b": DIPS}, by=Resample(draws=19))
    assert table.loc["IR*", "a"] == pytest.approx(1243.8731803512) and table.loc["MLD", "b"] * 365 == pytest.approx(5)


def test_buy_and_hold_pays_the_spread_and_the_fee_once():
    bid, ask = daily([99.9, 110, np.nan, 120]), daily([100.1, 110.2, 1, 120.2])
    equity = p.buy_and_hold(bid, ask, capital=1000, fee=5)
    assert equity.tolist() == pytest.approx([1000, 1000 * 110 / 100.1 - 0.5, 1000 * 120 / 100.1 - 0.5])
    with pytest.raises(Refusal, match="no quote"):
        p.buy_and_hold(bid * np.nan, ask)


@pytest.mark.parametrize("curve, why", [
    (daily([100, np.nan]), "row 1: equity is missing"), (daily([100]), "1 values"),
    (daily([0, 1]), "begins at 0"), (daily([1, 2])[::-1], "backwards"),
    (daily([1, 2]).tz_localize(None), "naive")])
def test_what_is_no_equity_curve_is_refused(curve, why):
    with pytest.raises(Refusal, match=why):
        p.performance(curve)


def test_no_interval_where_most_resamples_cannot_be_measured():
    """Of a curve that falls once in 300 days, a third of the resamples never fall, and have no IR**."""
    steps = np.full(300, 0.001)
    steps[150] = -0.01
    found = p.performance(daily(100 * np.cumprod(np.append(1, 1 + steps))), by=Resample(block=1.0))
    assert np.isfinite(found["IR**"].value) and np.isnan(found["IR**"].low)
    assert "resamples known" in found["IR**"].method and np.isfinite(found["MDD"].high)
