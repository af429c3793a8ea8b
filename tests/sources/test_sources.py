"""What every reader's frames go through: they are joined in recording order and, where it matters, sorted by time."""

import pandas as pd
import pytest

from kit import clock, columns
from kit.refusal import Refusal
from kit.sources import gather, in_order

START = 1_723_161_256 * clock.SECOND


def trades(milliseconds):
    time = clock.utc([START + 10**6 * t for t in milliseconds])
    return pd.DataFrame({"time": time, "price": 1.0, "size": 1.0, "side": 1, "id": range(len(time))})


def test_batches_join_by_kind_in_recording_order():
    joined = gather([{"trades": trades([3])}, {"quotes": trades([1]), "trades": trades([2, 1])}])
    assert set(joined) == {"trades", "quotes"}
    assert joined["trades"]["time"].astype("int64").sub(START).floordiv(10**6).tolist() == [3, 2, 1]
    assert joined["trades"].index.tolist() == [0, 1, 2]


def test_trades_out_of_order_are_refused_until_sorted_and_ties_stay_as_recorded():
    recorded = trades([5, 7, 5, 6, 5])
    with pytest.raises(Refusal, match="column 'time', row 2: time runs backwards"):
        columns.read(recorded, "trades")
    ordered = in_order(recorded)
    columns.read(ordered, "trades")
    assert ordered["id"].tolist() == [0, 2, 4, 3, 1]
    assert in_order(ordered) is ordered
