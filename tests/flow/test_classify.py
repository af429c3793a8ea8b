"""Trade classification: the known table of signs, ties, and joins."""

import numpy as np
import pandas as pd
import pytest

from kit.clock import SECOND, utc
from kit.flow import classify
from kit.refusal import Refusal

ROWS = [(10.02, 10, 10.04, 10.01), (10.02, 10, 10.04, 10.03), (10.04, 10, 10.04, 10.05), (10.00, 10, 10.04, 9.99),
        (10.03, 10, 10.04, 10.05), (10.025, 10, 10.04, 10.05), (10.05, 10, 10.04, 10.06), (9.99, 10, 10.04, 9.98)]
"""Price, bid, ask, and the price before."""
SIGNS = {"quote": "00+-+++-", "tick": "+--+---+", "Lee–Ready": "+-+-+++-", "EMO": "+-+----+", "CLNV": "+-+-+--+"}


def sign(rule, price, bid, ask, before):
    pair = np.array([before, price]), np.full(2, bid, float), np.full(2, ask, float)
    return "-0+"[int(classify.RULES[rule](*pair)[-1]) + 1]


@pytest.mark.parametrize("rule", SIGNS)
def test_signs_of_the_eight_trades(rule):
    assert "".join(sign(rule, *row) for row in ROWS) == SIGNS[rule]


def test_the_first_trades_have_no_sign():
    assert classify.tick([3.0, 3.0, 4.0, 4.0, 2.0]).tolist() == [0, 0, 1, 1, -1]
    assert classify.tick([]).tolist() == []


def test_a_decimal_mid_is_the_mid():
    """159.165 lies between 159.06 and 159.27, and its double a bit below theirs."""
    price, bid, ask = np.array([159.165]), 159.06, 159.27
    assert price[0] != (bid + ask) / 2
    assert classify.quote(price, bid, ask) == 0 and classify.quote(price, bid, ask, rounding=0) == -1


def test_where_there_is_no_quote_the_tick_rule_speaks():
    missing = np.full(3, np.nan)
    for rule in ("Lee–Ready", "EMO", "CLNV"):
        assert classify.RULES[rule](np.array([1.0, 2.0, 1.0]), missing, missing).tolist() == [0, 1, -1]


def test_a_locked_quote_does_not_say():
    assert classify.emo(np.array([9.0, 10.0]), np.full(2, 10.0), np.full(2, 10.0)).tolist() == [0, 1]


def test_bulk_classification_is_the_normal_law():
    """Known: a change of one deviation leaves .68269 more on one side than on the other, none leaves nothing."""
    assert 2 * classify.bulk(1.0, 1.0) - 1 == pytest.approx(0.68269, abs=5e-6)
    assert classify.bulk(0.0, 1.0) == 0.5


def market(n=400, seed=0):
    """Trades at the touch, each of which moves the quote in its own microsecond; the quote is heard too late."""
    rng = np.random.default_rng(seed)
    time, side = np.arange(1, n + 1) * SECOND, rng.choice([-1, 1], n)
    middle = 100 + np.cumsum(np.r_[0, 0.06 * side[:-1]])
    price = middle + 0.01 * side
    after = middle + 0.06 * side
    stamps = utc(np.r_[0, time])
    quotes = pd.DataFrame({"time": stamps, "bid": np.r_[100, after] - 0.01, "ask": np.r_[100, after] + 0.01,
                           "bid_size": 1.0, "ask_size": 1.0, "local_time": stamps})
    heard = utc(time + 1)
    return pd.DataFrame({"time": utc(time), "price": price, "size": 1.0, "side": side, "local_time": heard}), quotes


def test_only_the_quote_strictly_before_is_right():
    scores = classify.scores(*market()).set_index(["join", "rule"])
    for rule in ("quote", "Lee–Ready"):
        assert scores.loc[("before", rule), "right"] == 1
        assert scores.loc[("at or before", rule), "right"] == scores.loc[("local", rule), "right"] == 0


def test_scores_carry_intervals():
    trades, quotes = market()
    trades.loc[::10, "price"] = (quotes["bid"] + quotes["ask"]).to_numpy()[:-1][::10] / 2
    row = classify.scores(trades, quotes, joins=("before",)).set_index("rule").loc["quote"]
    assert row["right"] == 0.9 and row["unknown"] == 0.1 and row["n"] == 400
    assert row["right_low"] <= 0.9 <= row["right_high"]


def test_what_nobody_states_cannot_be_scored():
    trades, quotes = market(20)
    with pytest.raises(Refusal, match="no trade states its aggressor"):
        classify.scores(trades.assign(side=0), quotes)
    with pytest.raises(Refusal, match="local_time"):
        classify.joined(trades.drop(columns="local_time"), quotes, "local")
    with pytest.raises(Refusal, match="unknown join"):
        classify.joined(trades, quotes, "after")


def test_bulk_gives_volume_to_the_side_that_moved_the_price():
    """Bars that go up by two deviations are 97.7 % bought by the rule, and were wholly bought."""
    rise = np.tile([1.0, -1.0], 200)
    bars = pd.DataFrame({"time": utc(np.arange(400) * SECOND), "close": 100 + np.cumsum(rise), "volume": 1.0,
                         "buy_volume": (rise > 0) * 1.0})
    assert classify.bulk_score(bars, window=100).value == pytest.approx(0.84, abs=0.005)
