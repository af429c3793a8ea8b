"""A row of the sweep is the replay of that scenario alone, however the scenarios are cut."""

import numpy as np
import pandas as pd
import pytest

from kit.clock import utc
from kit.execution import (
    Adaptive,
    Constant,
    Fees,
    Gated,
    Log,
    RiskAverse,
    Signal,
    Symmetric,
    maker,
    market,
    sweep,
    taker,
)
from kit.kernels import replay
from kit.kernels.replay_taker import STRETCH, replayed
from kit.sources.synthetic import generate
from tests.execution.plain_market import START, chance

LATENCIES, FEES = (Constant("0ms"), Constant("250ms")), (Fees(0, 0), Fees(2.0, 5.0), Fees(-0.5, 4.0))


def test_taker_rows_are_its_replays():
    m, signal = chance(0)
    table = sweep(m, signal, thresholds=[0.2, 0.9, 9.0], latency=LATENCIES, fees=FEES)
    assert len(table) == 3 * 2 * 3
    for row in table.to_dict("records"):
        signal_there = type(signal)(signal.time, signal.value, row["threshold"])
        alone = taker(m, signal_there, latency=Constant(row["latency"]), fees=Fees(taker=row["fee"])).summary()
        assert {name: row[name] for name in row if name in alone} == pytest.approx(
            {name: alone[name] for name in row if name in alone}, rel=1e-12, nan_ok=True)
    assert table["fills"].nunique() > 3


@pytest.mark.parametrize("policy", [Gated(), Symmetric(), Adaptive()])
def test_maker_rows_are_its_replays(policy):
    m, signal = book()
    table = sweep(m, signal, policy=policy, latency=LATENCIES, fees=FEES[1:], queue=[RiskAverse(), Log()])
    assert list(table["queue"].unique()) == ["RiskAverse()", "Log()"]
    assert len(table) == 2 * 2 * 2
    for row in table.to_dict("records"):
        queue = {"RiskAverse()": RiskAverse(), "Log()": Log()}[row["queue"]]
        alone = maker(m, signal, policy=policy, latency=Constant(row["latency"]), queue=queue,
                      fees=Fees(maker=row["fee"])).summary()
        assert {name: row[name] for name in row if name in alone} == pytest.approx(
            {name: alone[name] for name in row if name in alone}, rel=1e-12, nan_ok=True)


def book():
    g = generate("SIM-ROSE", "2025-03-01T12:00Z", "2025-03-01T12:20Z")
    m, q = market(g["quotes"], g["trades"]), g["quotes"]
    value = 2e-4 * ((q["bid_size"] - q["ask_size"]) / (q["bid_size"] + q["ask_size"])).to_numpy()
    return m, Signal(m.quotes.time[::5], value[::5], 1e-4)


def test_more_latency_and_more_fees_only_hurt_a_signal_that_knows():
    m, signal = book()
    table = sweep(m, signal, latency=[Constant("0ms"), Constant("3s")], fees=FEES[:2], displayed=False)
    net = table.set_index(["latency", "fee"])["net"]
    assert net["0ms", 0.0] > net["3s", 0.0] and net["0ms", 0.0] > net["0ms", 5.0]


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_scenarios_do_not_see_each_other(pieces, monkeypatch):
    m, signal = chance(4)
    args = signal.time, signal.value, m.quotes, np.linspace(0, 2, 7), np.zeros(7, np.int64), 0, 1000.0, True
    expected, whole = replayed(*args)[2], replay.launch
    assert len(np.unique(expected[:, replay.FILLS])) > 4
    monkeypatch.setattr(replay, "launch", lambda *a, **k: whole(*a, pieces=pieces, **k))
    np.testing.assert_array_equal(replayed(*args)[2], expected)


@pytest.mark.parametrize("room", [0, 3, 1000])
def test_fills_are_kept_whatever_the_room_at_first(room, monkeypatch):
    m, signal = chance(4)
    expected = taker(m, signal).fills
    monkeypatch.setattr(replay, "ROOM", room)
    assert taker(m, signal).fills.equals(expected) and 3 < len(expected) < 1000


@pytest.mark.parametrize("share", [0.5, 0.01, 1e-4])
def test_rows_passed_over_are_those_on_which_nothing_changes(share):
    """A long signal, in stretches and blocks: orders are sent on the rows on which the plain target changes."""
    random = np.random.default_rng(7)
    n = 3 * STRETCH + 5
    time = START + np.arange(n) * 10**6
    value = np.where(random.random(n) < share, random.normal(size=n), np.where(random.random(n) < 0.5, 0.0, np.nan))
    value[[STRETCH - 1, STRETCH, 2 * STRETCH - 16, 2 * STRETCH, n - 1]] = 1.0, -1.0, 1.0, -1.0, 1.0
    m = market(pd.DataFrame({"time": utc(time), "bid": 99.0, "bid_size": 1e9, "ask": 100.0, "ask_size": 1e9}))
    target = np.sign(np.nan_to_num(value)) * (np.abs(np.nan_to_num(value)) > 0.3)
    fills = taker(m, Signal(time, value, 0.3), latency=Constant("0ms")).fills
    np.testing.assert_array_equal(fills["time"].astype("int64").unique(), time[np.diff(target, prepend=0.0) != 0])


def test_thresholds_multiply_those_of_the_rows():
    m, signal = chance(6)
    each = type(signal)(signal.time, signal.value, np.full(len(signal.time), 0.5))
    table = sweep(m, each, thresholds=[1.0, 2.0])
    plain = sweep(m, signal, thresholds=[0.5, 1.0])
    assert table["net"].tolist() == plain["net"].tolist()


def test_a_maker_without_prints_is_filled_by_quotes_alone():
    m, signal = chance(7)
    assert len(m.trades.time) == 0
    fills = maker(m, signal, policy=Symmetric(), notional=100.0).fills
    crossing = np.where(fills["side"] > 0, fills["ask"] <= fills["price"], fills["bid"] >= fills["price"])
    assert len(fills) and crossing.all()
