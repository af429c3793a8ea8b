"""No false alarm: features, label, splits, tuning, thresholds and positions of the kit know nothing of what comes."""

import pandas as pd
import pytest

import kit
from kit.clock import utc
from kit.columns import read
from kit.evaluate.leakage import audit, audit_splits
from kit.model import PurgedWalkForward
from kit.model.splits import CombinatorialPurged, PurgedKFold
from kit.model.tune import Tuned
from kit.refusal import Refusal
from kit.sampling import signed
from tests.leakage import chain
from tests.leakage.chain import positions, ticks


def signs(tables):
    """Sign of every trade, as the kit infers it where the venue is silent."""
    trades = read(tables["trades"].assign(side=0), "trades")
    found = signed(trades, read(tables["quotes"], "quotes"))
    return pd.Series(found.side, index=utc(found.time), name="side").astype(float)


def test_features_know_no_later_tick():
    assert audit(chain.features, ticks()) == []


def test_features_look_no_further_back_than_their_longest_window():
    seconds = chain.grid(ticks()).set_index("time")
    assert audit(lambda data: kit.compute(data["grid"].reset_index(), *kit.PAPER), {"grid": seconds}, memory="60s",
                 cuts=3) == []


def test_the_label_knows_its_horizon_and_no_more():
    assert audit(chain.label, ticks(), foresight="3s") == []


def test_the_label_knows_nothing_of_the_past():
    seconds = chain.grid(ticks()).set_index("time")
    assert audit(lambda data: kit.compute(data["grid"].reset_index(), "log_return"), {"grid": seconds},
                 foresight="3s", memory="0s") == []


def test_trade_signs_know_only_quotes_strictly_before_the_trade():
    assert audit(signs, ticks(), strictly=("quotes",)) == []


@pytest.mark.parametrize("splitter", [
    PurgedWalkForward.for_span("16min", 4), PurgedWalkForward(train="6min", test="2min", gap="65s"),
    PurgedKFold(4, gap="63s", embargo="63s"), CombinatorialPurged(4, 2, gap="63s", embargo="63s")],
    ids=lambda splitter: type(splitter).__name__)
def test_no_split_lets_a_label_reach_what_the_other_side_knows(splitter):
    assert audit_splits(splitter, chain.features(ticks()), horizon="3s", memory="60s") == []


def test_forecasts_slopes_thresholds_and_positions_know_no_later_tick():
    begun = chain.beginnings()
    assert audit(positions, ticks(), cuts=3, at=begun, probes=("changed",)) == []
    assert audit(positions, ticks(), cuts=0, at=begun[2:], probes=("cut off",)) == []


def test_neither_does_the_search_for_settings():
    tuned = Tuned(trials=3, inner_folds=2, iterations=12, stages=3, task_type="CPU", thread_count=1, memory="10s")
    found = audit(lambda data: positions(data, trees=lambda X, y: tuned), ticks(), cuts=0, at=chain.beginnings()[1:3],
                  probes=("changed",))
    assert found == []


def test_what_could_not_be_compared_is_not_called_clean():
    with pytest.raises(Refusal, match="nothing is said"):
        audit(lambda data: data["x"].iloc[5:], {"x": pd.Series(1.0, pd.date_range(chain.START, periods=9, freq="s"))},
              cuts=0, at=[chain.START])
