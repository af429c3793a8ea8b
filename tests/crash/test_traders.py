"""Traders in the embedded crash: what was planted comes out, and what they gained and held adds up."""

import numpy as np
import pandas as pd
import pytest

from kit.crash import panels, traders, worlds
from kit.crash.window import Event, event
from kit.execution import Fees, Signal, market, taker
from kit.execution.thresholds import inner_forecasts
from kit.refusal import Refusal


def test_who_stays_gains_who_quotes_naively_loses_and_who_widens_loses_less(crowd, crash):
    gained = {name: traders.pay(replay, crash).event / replay.notional for name, replay in crowd.items()}
    assert gained["imbalance taker"] > 0.10 and gained["holding taker"] > 0.05
    assert gained["naive maker"] < -0.2
    assert gained["naive maker"] + 0.2 < gained["adaptive maker"] < 0


def test_thresholds_come_from_inside_the_training_window(walked):
    told, fold = traders.signal(walked, 0.9), walked.oof.folds[0]
    time, inner = inner_forecasts(fold, walked.X, walked.y)
    assert time.max() <= fold.train_end and np.all(told.threshold == np.quantile(np.abs(inner), 0.9))
    shown, trained = traders.by_imbalance(walked, 0.9), walked.X.index.asi8 <= fold.train_end
    assert np.all(shown.threshold == walked.X.loc[trained, "l1_imbalance"].abs().quantile(0.9))
    with pytest.raises(Refusal, match="quantile 1"):
        traders.signal(walked, 1)


def test_a_strong_forecast_stands_until_another_is_strong_the_other_way():
    told = Signal(np.arange(7), np.array([0.1, 0.9, 0.2, np.nan, -0.3, -0.8, 0.6]), 0.5)
    stays = traders.held(told)
    np.testing.assert_array_equal(stays.value, [np.nan, 1, 1, 1, 1, -1, 1])


def test_the_event_and_the_rest_make_the_whole(crowd, crash):
    for replay in crowd.values():
        gained = traders.pay(replay, crash)
        assert gained.event + gained.rest == pytest.approx(replay.net, abs=1e-6)
        assert traders.without(replay, crash).iloc[-1] == pytest.approx(replay.capital + gained.rest, abs=1e-6)


def test_a_share_is_given_where_it_means_something():
    assert traders.Pay(30, 10).share == 0.75 and traders.Pay(-30, -10).share == 0.75
    assert np.isnan(traders.Pay(30, -10).share)


def steady(signs, fee=0.0):
    """A taker told a sign a second in a market that does not move: bid 99.9, ask 100.1."""
    second = 1_000_000_000
    base = event().begin
    quotes = pd.DataFrame({"time": pd.to_datetime(base + np.arange(len(signs) + 5) * second, utc=True), "bid": 99.9,
                           "ask": 100.1, "bid_size": 1e6, "ask_size": 1e6})
    told = Signal(base + np.arange(len(signs)) * second, np.array(signs, dtype=float), 0.5)
    return taker(market(quotes), told, notional=1000.0, fees=Fees(taker=fee)), Event(base, base + 10 * second)


def test_what_was_held_by_hand():
    replay, stretch = steady([1, 1, 1, 0, 0, -1, 0])
    found = traders.inventory(replay, stretch)
    assert (found["bought"], found["sold"], found["asymmetry"]) == (2, 2, 0)
    assert found["longest"] == pytest.approx(100 / 100.1) and found["shortest"] == pytest.approx(-100 / 99.9)
    assert found["held_s"] == 2.0 and found["stale_fills"] == 0


def test_fees_of_the_event_by_hand():
    replay, stretch = steady([1, 0], fee=5.0)
    assert traders.charged(replay, stretch) == pytest.approx(5e-4 * (1000 + 1000 / 100.1 * 99.9))


def test_markouts_of_the_naive_maker_are_worse_in_the_event(crowd, walked, crash):
    table = traders.markout({"naive maker": crowd["naive maker"]}, walked.recording.quotes, crash)
    late = table[table["horizon"] == 60].set_index("when")["markout"]
    assert late["event"] < late["control"] < 0
    assert table.groupby("when").size().tolist() == [4, 4]


def test_a_forecast_of_calm_hours_is_compared_with_itself(walked, crash):
    found = traders.strength(walked, crash)
    assert found["usual_bp"] > 0 and 0 <= found["beyond"].low <= found["beyond"].value <= found["beyond"].high
    with pytest.raises(Refusal, match="no forecasts before the event"):
        traders.strength(walked, event(begin="03:00", end="04:00"))


def test_a_panel_begins_at_no_gain_and_shows_every_fill(crowd, walked, crash):
    told = traders.signal(walked, 0.9)
    shown = panels.panel(crowd["taker"], told, crash)
    assert shown.gain.iloc[0] == 0 and len(shown.fills) == crash.covers(crowd["taker"].fills["time"]).sum()
    assert shown.held.abs().max() < 1.5
    with pytest.raises(Refusal, match="no replay from 2025-10-10 03:00"):
        panels.panel(crowd["taker"], told, event(begin="03:00", end="04:00"))


def test_verdicts_are_means_over_worlds_with_student_s_interval():
    rows = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in traders.TRADERS})
    found = worlds.verdicts(rows)["a taker who stays gains"]
    assert found.value == 2 and found.high - found.value == pytest.approx(4.302653 / np.sqrt(3), rel=1e-6)
    assert worlds.verdicts(rows)["the naive maker loses"].value == -2
    with pytest.raises(Refusal, match="1 world tells no spread"):
        worlds.verdicts(rows.head(1))
