"""The network as it changes: its measures over rolling windows of deals, by class of participant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from tqdm import tqdm

from kit import backend, bootstrap, clock
from kit.bootstrap import Score
from kit.network.graph import Graph, aggregate, numbered
from kit.network.measures import market_centrality, market_clustering, participant_influence
from kit.network.structure import concentration, reciprocity, rich_core
from kit.refusal import Refusal

DIRECTIONS = {"seller to buyer": ("seller", "buyer"), "buyer to seller": ("buyer", "seller")}
CLASSES = ("new", "small", "medium", "large")
MEASURES = ("centrality", "clustering", "influence")


class Window(NamedTuple):
    """Deals of one window as a graph, and what its nodes had traded before it began."""

    end: int  #: ns; deals before it are in the window
    graph: Graph  #: named by participants' numbers
    before: np.ndarray  #: float64, shape (graph.n,)


def windows(deals, width, every, direction="seller to buyer", progress=False) -> Iterator[Window]:
    """Rolling windows of deals; whole ones only, the first from the first deal on. Those without deals are left out.

    Parameters
    ----------
    deals : frame
        ``time``, ``seller``, ``buyer`` and ``volume``, in order of time.
    width, every : str
        Durations: how long a window is, how far apart their ends are.
    direction : str
        Of edges: one of `DIRECTIONS`.
    progress : bool
        Show a bar.

    Raises
    ------
    Refusal
        An unknown direction, or deals that run backwards in time, or that do not last one width.
    """
    if direction not in DIRECTIONS:
        raise Refusal(f"direction={direction!r}", remedy=f"choose from {', '.join(DIRECTIONS)}")
    deals = backend.release(deals)
    time, volume = backend.nanoseconds(deals["time"], "deals"), deals["volume"].to_numpy()
    if (np.diff(time) < 0).any():
        raise Refusal("deals run backwards", column="time", row=int((np.diff(time) < 0).argmax()) + 1,
                      remedy="sort them by time")
    names, ends = numbered(*(deals[column] for column in DIRECTIONS[direction]))
    width, every = clock.duration(width), clock.duration(every)
    stops = np.arange(time[0] + width, time[-1] + 1, every) if len(time) else []
    if not len(stops):
        raise Refusal("deals do not last one window", remedy="take a longer period, or a shorter window")
    spent, counted = np.zeros(len(names)), 0
    for stop in tqdm(stops, "windows", unit="window", disable=not progress):
        first, last = np.searchsorted(time, [stop - width, stop])
        for end in ends:
            np.add.at(spent, end[counted:first], volume[counted:first])
        counted = first
        if last > first:
            graph = aggregate(ends[0][first:last], ends[1][first:last], volume[first:last])
            yield Window(int(stop), graph, spent[graph.names].copy())


def classed(before, cuts=(0.5, 0.9)):
    """Classes of participants by what they had traded before: numbers in `CLASSES`.

    Those who had traded nothing are new. The others are cut at quantiles of what they, and nobody else, had traded; on
    a cut counts below it.

    Parameters
    ----------
    before : array of float, shape (n,)
    cuts : (float, float)
        Quantiles, ascending.
    """
    old = before > 0
    if not old.any():
        return np.zeros(len(before), dtype=np.int64)
    return np.where(old, 1 + np.searchsorted(np.quantile(before[old], cuts), before), 0)


def by_class(deals, width="90d", every="30d", direction="seller to buyer", *, cuts=(0.5, 0.9), variant="fagiolo",
             damping=0.85, sources=None, seed=0, progress=True) -> pd.DataFrame:
    """Measures of participants over rolling windows, by their class.

    - Causal: a window's graph is made of its own deals, known at its end; the class of a participant of what it traded
      before the window began.
    - Who is in a class changes from window to window.

    Parameters
    ----------
    deals, width, every, direction, progress
        See `windows`.
    cuts : (float, float)
        See `classed`.
    variant, damping, sources, seed
        Of the measures.

    Returns
    -------
    pandas.DataFrame
        A row a window and class, with ``time`` (its end), ``class``, ``n`` (participants), ``centrality`` and
        ``clustering`` (means over them, NaN of none), ``influence`` and ``volume`` (shares of the whole).
    """
    rows = []
    for window in windows(deals, width, every, direction, progress):
        graph = window.graph
        some = None if sources is None else min(sources, graph.n)
        rows.append(_means(window, classed(window.before, cuts), market_centrality(graph, some, seed),
                           market_clustering(graph, variant), participant_influence(graph, damping)))
    return pd.concat(rows, ignore_index=True)


def _means(window, group, centrality, clustering, influence):
    def sums(values):
        return np.bincount(group, values, len(CLASSES))

    n, strength = np.bincount(group, minlength=len(CLASSES)), window.graph.strength("both")
    return pd.DataFrame({
        "time": clock.utc([window.end] * len(CLASSES)), "class": pd.Categorical(CLASSES, CLASSES), "n": n,
        "centrality": bootstrap.ratio(sums(centrality), n), "clustering": bootstrap.ratio(sums(clustering), n),
        "influence": sums(influence), "volume": bootstrap.ratio(sums(strength), strength.sum())})


def shape(deals, width="90d", every="30d", direction="seller to buyer", *, progress=True) -> pd.DataFrame:
    """The network's shape over rolling windows, by their ends.

    Parameters
    ----------
    deals, width, every, direction, progress
        See `windows`.

    Returns
    -------
    pandas.DataFrame
        Index ``time``; ``nodes, edges, deals, volume``, ``reciprocity`` (of volume), ``hhi`` and ``gini`` (of nodes'
        volumes), ``core`` (share of nodes in it) and ``core_fit``.
    """
    rows = {}
    for window in windows(deals, width, every, direction, progress):
        graph = window.graph
        held, core = concentration(graph.strength("both")), rich_core(graph) if graph.m else None
        rows[window.end] = {
            "nodes": graph.n, "edges": graph.m, "deals": int(graph.count.sum()), "volume": float(graph.volume.sum()),
            "reciprocity": reciprocity(graph), "hhi": held.hhi, "gini": held.gini,
            "core": core.members.mean() if core else np.nan, "core_fit": core.fit if core else np.nan}
    return pd.DataFrame(list(rows.values()), index=clock.utc(list(rows)).rename("time"))


def averages(series, width) -> dict[str, dict[str, Score]]:
    """Averages over the windows, by class and measure, with intervals.

    Parameters
    ----------
    series : pandas.DataFrame
        Of `by_class`.
    width : str
        Of its windows: those that share deals are resampled together, in blocks of two widths. Fewer than ten such
        blocks give no interval.

    Returns
    -------
    dict of dict of Score
    """
    found, by = {}, bootstrap.Bootstrap(horizon=width)
    for name, of_class in series.groupby("class", observed=True):
        known = of_class[of_class["n"] > 0]
        time = backend.nanoseconds(known["time"], "series")
        found[name] = {measure: bootstrap.mean(known[measure], time, by) for measure in MEASURES if len(known)}
    return found
