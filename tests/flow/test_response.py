"""Hasbrouck's impulse: what a surprising order does, where that is known."""

import numpy as np
import pytest

from kit.bootstrap import Bootstrap
from kit.clock import SECOND
from kit.flow import response
from kit.refusal import Refusal

FEW = Bootstrap(draws=99)
N = 20_000


def market(persistence, impact=2.0, seed=0):
    """Sides that repeat with probability (1 + persistence) / 2, each of which moves the mid by `impact` and noise."""
    rng = np.random.default_rng(seed)
    stay = np.where(rng.random(N) < (1 + persistence) / 2, 1, -1)
    side = np.cumprod(stay)
    return impact * side + rng.normal(size=N), side, np.arange(N) * SECOND


@pytest.mark.parametrize(("persistence", "lasting"), [(0.0, 2.0), (0.5, 4.0), (0.7, 2 / 0.3)])
def test_a_buy_brings_its_followers_impact_with_it(persistence, lasting):
    """Impact over 1 - persistence: the known order flow that remembers."""
    found = response.impulse(*market(persistence), by=FEW)
    assert found["change"].iloc[0] == pytest.approx(2.0, abs=0.05)
    last = found.iloc[-1]
    assert last["change_low"] < lasting < last["change_high"] and last["change"] == pytest.approx(lasting, rel=0.08)


def test_a_bounce_is_gone_an_order_later():
    """What an order moves and the next brings back does not last."""
    change, side, time = market(0.0)
    change = change - np.r_[0, 2.0 * side[:-1]]
    found = response.impulse(change, side, time, by=FEW)
    assert found["change"].iloc[0] == pytest.approx(2.0, abs=0.05) and abs(found["change"].iloc[-1]) < 0.15


def test_orders_without_a_quote_are_left_out():
    change, side, time = market(0.5)
    holed = change.copy()
    holed[:30] = np.nan
    assert response.impulse(holed, side, time, by=FEW)["change"].iloc[0] == pytest.approx(2.0, abs=0.05)
    with pytest.raises(Refusal, match="too few for 5 lags"):
        response.impulse(change[:50], side[:50], time[:50], by=FEW)
