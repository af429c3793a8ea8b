"""Levers of the embedded market: off they change no bit, on they do what they say and nothing else."""

import numpy as np
import pandas as pd
import pytest

from kit.refusal import Refusal
from kit.sources import synthetic
from kit.sources.synthetic import Levers
from kit.sources.synthetic.day import crash_on

EVENT = ("2025-10-10T21:00Z", "2025-10-10T21:30Z")


def played(symbol="SIM-ETC", seed=0, **levers):
    return synthetic.generate(symbol, *EVENT, seed=seed, crash=True, levers=Levers(**levers))


@pytest.fixture(scope="module")
def usual():
    return played()


def by_second(quotes):
    middle = ((quotes["bid"] + quotes["ask"]) / 2).set_axis(quotes["time"])
    return middle.resample("1s").last().ffill()


def lost(quotes):
    middle = by_second(quotes)
    return 1 - middle[pd.Timestamp("2025-10-10T21:19:59Z")] / middle[pd.Timestamp("2025-10-10T21:09:59Z")]


@pytest.mark.parametrize("levers", [{}, {"imbalance": 1.0, "band": 10.0, "halt": 5.0}, {"herd": 0.0, "rest": 0.0}])
def test_a_lever_that_is_never_pulled_changes_no_bit(usual, levers):
    same = played(**levers)
    assert all(same[kind].equals(usual[kind]) for kind in usual)


@pytest.fixture(scope="module")
def halted():
    return played(band=0.01, halt=60.0)


def stops(trades, least=60.0):
    """Begin and end of each stretch without a trade."""
    silent = trades["time"].diff().dt.total_seconds() >= least
    return list(zip(trades["time"].shift()[silent], trades["time"][silent], strict=True))


def test_in_a_halt_nothing_trades_the_price_stands_and_orders_come_and_go(halted):
    found = stops(halted["trades"])
    assert len(found) > 2
    for begin, _ in found:
        quotes = halted["quotes"]
        inside = quotes[(quotes["time"] > begin + pd.Timedelta("1s")) & (quotes["time"] < begin + pd.Timedelta("55s"))]
        assert inside[["bid", "ask"]].nunique().eq(1).all() and inside["bid_size"].nunique() > 20


def test_a_halt_of_itself_spares_nobody_the_fall(usual, halted):
    planned = crash_on(True).fall("SIM-ETC", 0)
    assert lost(usual["quotes"]) == pytest.approx(planned, abs=0.02)
    assert lost(halted["quotes"]) == pytest.approx(planned, abs=0.02)


def test_a_market_that_leans_is_halted_too():
    assert stops(played(imbalance=0.4, halt=60.0)["trades"])


def test_liquidity_that_must_rest_is_swept_and_the_fall_stays(usual):
    resting = played(rest=2.0)
    assert lost(resting["quotes"]) == pytest.approx(lost(usual["quotes"]), abs=0.02)
    assert swept(resting) > 1.5 * swept(usual)


def swept(tables):
    """Size of trades at which the touch they hit was gone at once."""
    quotes, trades = tables["quotes"], tables["trades"]
    row = np.searchsorted(quotes["time"], trades["time"], side="left") - 1
    after = np.minimum(np.searchsorted(quotes["time"], trades["time"], side="right"), len(quotes) - 1)
    hit = np.where(trades["side"] > 0, quotes["ask"].to_numpy()[row], quotes["bid"].to_numpy()[row])
    left = np.where(trades["side"] > 0, quotes["ask"].to_numpy()[after], quotes["bid"].to_numpy()[after])
    return trades["size"][(trades["price"] == hit) & (left != hit)].sum()


def test_a_herd_trades_with_the_book_and_shakes_the_price(usual):
    herded = played(herd=1.0)
    assert len(herded["trades"]) > len(usual["trades"])
    shaken = [np.log(by_second(tables["quotes"])[::60]).diff().std() for tables in (usual, herded)]
    assert shaken[1] > 1.5 * shaken[0]


def test_another_tick_leaves_the_levels_as_far_apart():
    market = synthetic.market("SIM-BTC")
    coarse, fine = market.with_tick(0), market.with_tick(2)
    assert coarse.gap * coarse.tick == pytest.approx(market.gap * market.tick) == pytest.approx(fine.gap * fine.tick)
    quotes = synthetic.generate(coarse, *EVENT, crash=True)["quotes"]
    assert (quotes["bid"] % 1 == 0).all()
    with pytest.raises(Refusal, match="levels 0.19 ticks apart"):
        synthetic.market("SIM-ETC").with_tick(2)


@pytest.mark.parametrize("levers", [{"herd": -0.1}, {"herd": 1.1}, {"rest": float("nan")}])
def test_levers_that_make_no_sense_are_refused(levers):
    with pytest.raises(Refusal, match=f"lever {next(iter(levers))}="):
        played(**levers)
