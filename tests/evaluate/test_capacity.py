"""What an edge can bear: exact crossings, planted break-evens inside their intervals, and capacity by hand."""

import numpy as np
import pandas as pd
import pytest

from kit.bootstrap import Bootstrap
from kit.clock import utc
from kit.evaluate import capacity
from kit.execution import Fees, Signal, market, taker
from kit.refusal import Refusal
from tests.evaluate.curves import seconds
from tests.evaluate.test_markouts import quotes, trades

X = np.array([0.0, 50, 100, 250, 1000])


def gains(money, cost=X):
    return pd.DataFrame(money, index=utc(seconds(len(money))), columns=cost)


def test_crossings_are_linear_and_censored_at_both_ends():
    cases = {(4, 2, 1, -2, -9): 150, (4, 2, 0, -2, 3): 100, (-1, 2, 3, 4, 5): 0, (5, 4, 3, 2, 1): 1000, (0,) * 5: 0}
    for gains, where in cases.items():
        assert capacity.crossing(X, np.array(gains, float)) == pytest.approx(where), gains
    assert capacity.crossing(X, np.array(list(cases), float)).tolist() == pytest.approx(list(cases.values()))


def test_break_even_latency_of_a_decaying_edge():
    """An edge of 3 bp halves every 100 ms and pays 1 bp: it is gone at 158.5 ms, on this grid at 177.3."""
    rng = np.random.default_rng(0)
    decayed = 3 * 0.5 ** (X / 100) - 1
    score = capacity.break_even(gains(decayed + 5 * rng.normal(size=(20_000, 1))))
    on_grid = float(capacity.crossing(X, decayed))
    assert on_grid == pytest.approx(177.346, abs=1e-3)
    assert score.low < on_grid < score.high and score.high - score.low < 60
    assert "from 0 to 1000, censored" in score.method


def test_intervals_of_a_break_even_hold_it():
    truth, held = 150.0, 0
    for seed in range(60):
        noise = 8 * np.random.default_rng(seed).normal(size=(2000, 1))
        score = capacity.break_even(gains(np.array([4.0, 2, 1, -2, -17]) + noise), Bootstrap(draws=199))
        held += score.low <= truth <= score.high
    assert held >= 51  # 57 expected, three standard errors below


def test_break_even_fee_is_gain_over_turnover():
    made, turnover = np.array([3.0, -1, 4]), np.array([10_000.0, 0, 20_000])
    score = capacity.break_even_fee(made, turnover, seconds(3))
    assert score.value == pytest.approx(2.0) and np.isnan(score.low)
    assert np.isnan(capacity.break_even_fee(made, 0 * turnover, seconds(3)).value)


def test_a_sweep_breaks_even_strategy_by_strategy():
    sweep = pd.DataFrame({"theta": np.repeat([1, 2], 3), "fee": [5.0, 0, 2] * 2, "net": [-4, 6, 2, -1, -1, -1]})
    table = capacity.break_even_table(sweep, "fee", "net", ["theta"]).set_index("theta")
    assert table["break_even"].tolist() == [3, 0] and table["first"].tolist() == [6, -1]
    with pytest.raises(Refusal, match="fee"):
        capacity.break_even_table(sweep, "fee", "net")
    delays = pd.DataFrame({"latency": ["1s", "0ms", "500ms"], "net": [-1.0, 3.0, 1.0]})
    assert capacity.break_even_table(delays, "latency", "net")["break_even"].tolist() == [750]


def test_latency_costs_what_the_price_moves_meanwhile():
    """The mid jumps by 1 at 1.5 s, a signal at 1 s: in time the buyer gains, after the jump only the spread is left."""
    book = quotes([0, 1.5, 9], [100, 101, 101], half=0.05).assign(bid_size=1e9, ask_size=1e9)
    signal = Signal(book["time"].astype("int64").to_numpy()[:1] + 10**9, np.array([1.0]), 0.0)
    replay = lambda delay: taker(market(book), signal, latency=delay, fees=Fees(0, 0), notional=100.0)
    found = capacity.by_latency(replay, ("0ms", "100ms", "1s"), every="1s")
    in_time, late = 100 / 100.05 * (100.95 - 100.05), 100 / 101.05 * -0.1
    assert found.sum().tolist() == pytest.approx([in_time, in_time, late])
    expected = 100 + 900 * in_time / (in_time - late)
    assert capacity.break_even(found).value == pytest.approx(expected)


def test_capacity_by_hand():
    """Two trades of 10 bp find 100 and 300 displayed, one of -10 bp finds 1000: more than 300 only loses."""
    edge, available = np.array([10.0, 10, -10]), np.array([100.0, 300, 1000])
    table = capacity.curve(edge, available, seconds(3), [50, 100, 300, 400, 1000])
    assert table["gain"].tolist() == pytest.approx([0.05, 0.1, 0.1, 0.0, -0.6])
    assert table["bound"].tolist() == pytest.approx([0, 0, 1 / 3, 2 / 3, 2 / 3])
    assert capacity.capacity(edge, available, seconds(3), [50, 100, 300, 400]).value == 100
    assert capacity.capacity(-edge[:1], available[:1], seconds(1), [50, 100]).value == 0


def test_capacity_of_a_planted_depth():
    """Depth is 1000 everywhere: the last 5 % of the gain is reached at 950."""
    rng = np.random.default_rng(0)
    edge, notionals = 2 + rng.normal(size=5000), np.arange(50, 2000, 50.0)
    score = capacity.capacity(edge, np.full(5000, 1000.0), seconds(5000), notionals)
    assert score.value == 950 and score.low <= 950 <= score.high


def test_displayed_is_what_stood_at_the_touch_just_before():
    book = quotes([0, 1], [100, 200], half=1.0).assign(ask_size=[2.0, 5], bid_size=[3.0, 7])
    fills = trades([0, 1, 1, 1.5], [1, 1, -1, -1], [101, 101, 99, 199])
    assert capacity.displayed(fills, book).tolist()[1:] == [202, 297, 1393]
    assert np.isnan(capacity.displayed(fills, book)[0])


def test_what_has_no_answer_is_refused():
    with pytest.raises(Refusal, match="increase"):
        capacity.break_even(gains(np.zeros((5, 3)), [0, 100, 50]))
    with pytest.raises(Refusal, match="row 1"):
        capacity.curve([1.0, np.nan], [1.0, 1.0], seconds(2))
