"""The network over time: each window is the network of its deals alone, and classes know only what came before."""

import numpy as np
import pandas as pd
import pytest

from kit import clock
from kit.network import rolling
from kit.network.graph import aggregate
from kit.network.measures import market_centrality, participant_influence
from kit.network.structure import reciprocity
from kit.refusal import Refusal

HOUR, START = pd.Timedelta("1h"), pd.Timestamp("2024-01-01", tz="UTC")


def deals(n=600, traders=30, hours=100, seed=0):
    """Deals between traders, some of whom trade much, in order of time."""
    rng = np.random.default_rng(seed)
    active = rng.pareto(1.2, traders) + 0.1
    seller, buyer = rng.choice(traders, (2, n), p=active / active.sum())
    time = clock.utc(START.value + (np.sort(rng.uniform(0, hours, n)) * HOUR.value).astype("int64"))
    return pd.DataFrame({"time": time, "seller": [f"t{k:02d}" for k in seller],
                         "buyer": [f"t{k:02d}" for k in buyer], "volume": rng.lognormal(size=n)})


def test_a_window_is_the_graph_of_its_deals_and_of_what_was_traded_before_it():
    table, seen = deals(), 0
    for window in rolling.windows(table, "20h", "7h"):
        end = pd.Timestamp(window.end, tz="UTC")
        inside = table[(table["time"] >= end - 20 * HOUR) & (table["time"] < end)]
        alone = aggregate(inside["seller"], inside["buyer"], inside["volume"])
        for name in ("begin", "source", "target", "volume", "count"):
            np.testing.assert_array_equal(getattr(window.graph, name), getattr(alone, name))
        before = table[table["time"] < end - 20 * HOUR]
        traded = before.groupby("seller")["volume"].sum().add(before.groupby("buyer")["volume"].sum(), fill_value=0)
        np.testing.assert_allclose(window.before, traded.reindex(alone.names).fillna(0), rtol=1e-12)
        seen += 1
    assert seen == 1 + (table["time"].iloc[-1] - table["time"].iloc[0] - 20 * HOUR) // (7 * HOUR)


@pytest.mark.parametrize("rows", [200, 431])
def test_what_comes_later_changes_nothing_before(rows):
    whole, cut = (rolling.by_class(table, "20h", "7h", progress=False) for table in (deals(), deals()[:rows]))
    assert len(cut) >= 8
    pd.testing.assert_frame_equal(whole[:len(cut)], cut, rtol=1e-12)


def test_classes_are_of_the_past_alone():
    before = np.array([0.0, 5.0, 1.0, 2.0, 3.0, 4.0, 0.0])
    assert [rolling.CLASSES[k] for k in rolling.classed(before)] == [
        "new", "large", "small", "small", "small", "medium", "new"]
    assert (rolling.classed(np.zeros(3)) == 0).all()


def test_rows_are_means_and_shares_of_the_class():
    table = deals()
    series, window = rolling.by_class(table, "20h", "7h", progress=False), list(rolling.windows(table, "20h", "7h"))[3]
    rows = series[series["time"] == pd.Timestamp(window.end, tz="UTC")].set_index("class")
    group, rank = rolling.classed(window.before), participant_influence(window.graph)
    for k, name in enumerate(rolling.CLASSES):
        assert rows.loc[name, "n"] == (group == k).sum()
        assert rows.loc[name, "influence"] == pytest.approx(rank[group == k].sum())
        if (group == k).any():
            assert rows.loc[name, "centrality"] == pytest.approx(market_centrality(window.graph)[group == k].mean())
    shares = series.groupby("time")[["influence", "volume"]].sum()
    np.testing.assert_allclose(shares, 1, rtol=1e-9)
    assert (series.loc[series["n"] == 0, "centrality"].isna()).all()


def test_direction_is_said_and_turns_influence_around():
    """One sells to all: with goods, its influence is least; with money, greatest."""
    table = deals().assign(seller="whale")
    goods, money = (participant_influence(next(rolling.windows(table, "20h", "7h", direction)).graph)
                    for direction in rolling.DIRECTIONS)
    whale = -1  # by name, the last
    assert goods.argmin() == len(goods) + whale and money.argmax() == len(money) + whale


def test_shape_is_that_of_the_windows():
    table = deals()
    shape, windows = rolling.shape(table, "20h", "7h", progress=False), list(rolling.windows(table, "20h", "7h"))
    assert list(shape.index) == [pd.Timestamp(window.end, tz="UTC") for window in windows]
    graph = windows[4].graph
    assert shape["reciprocity"].iloc[4] == reciprocity(graph)
    assert (shape["deals"].iloc[4], shape["edges"].iloc[4]) == (graph.count.sum(), graph.m)


def test_averages_have_intervals_where_there_are_windows_enough():
    table = deals(2000, hours=400)
    series = rolling.by_class(table, "10h", "5h", progress=False, sources=10)
    score = rolling.averages(series, "10h")["medium"]["influence"]
    assert score.low < score.value < score.high
    few = rolling.averages(series[series["time"] < series["time"].iloc[0] + 30 * HOUR], "10h")
    assert np.isnan(few["new"]["influence"].low) and "no interval" in few["new"]["influence"].method


def test_windows_that_share_deals_are_resampled_together_and_a_class_that_is_not_there_has_no_average():
    series = pd.DataFrame({"time": pd.date_range(START, periods=200, freq="5h"), "class": pd.Categorical(["new"] * 200),
                           "n": [2, 0] * 100, "centrality": [1.0, np.nan] * 100, "clustering": [1.0, np.nan] * 100,
                           "influence": [0.4, 0.0] * 100})
    found = rolling.averages(series, "10h")["new"]
    assert found["influence"].value == pytest.approx(0.4) and found["influence"].n == 100
    assert "51 blocks of 72000 s" in found["centrality"].method


@pytest.mark.parametrize("table, settings, said", [
    (deals(), {"direction": "both"}, "direction='both'"),
    (deals()[::-1], {}, "run backwards.*sort them"),
    (deals(), {"width": "200h"}, "do not last one window"),
    (deals()[:0], {}, "do not last one window"),
])
def test_deals_that_make_no_series_are_refused(table, settings, said):
    with pytest.raises(Refusal, match=said):
        rolling.by_class(table, **{"width": "20h", "every": "7h", "progress": False} | settings)
