"""The shape of a network of trade: what is returned, who makes up its core, how few hold how much."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import backend
from kit.network.graph import Graph
from kit.refusal import Refusal


def reciprocity(graph: Graph, weighted=True) -> float:
    r"""Share of what is traded that comes back.

    .. math:: r = \frac{\sum_{i \ne j} \min(w_{ij}, w_{ji})}{\sum_{i \ne j} w_{ij}}

    Parameters
    ----------
    graph : Graph
    weighted : bool
        Of the volume; else of the edges, as networkx's ``overall_reciprocity``, in which the edge of a node with itself
        is one that does not come back.

    Returns
    -------
    float
        Between 0 and 1; NaN of a graph without edges.

    References
    ----------
    Squartini, Picciolo, Ruzzenenti and Garlaschelli (2013), Reciprocity of weighted networks, equation 9.
    """
    xp, n = backend.namespace(graph.begin), graph.n
    other = graph.source != graph.target
    forth = graph.source.astype(np.int64) * n + graph.target
    back = graph.target.astype(np.int64) * n + graph.source
    place = xp.minimum(xp.searchsorted(forth, back), max(graph.m - 1, 0))
    returned = other & (forth[place] == back)
    if not weighted:
        return float(returned.sum() / graph.m) if graph.m else np.nan
    least = xp.minimum(graph.volume[returned], graph.volume[place[returned]])
    return float(least.sum() / graph.volume[other].sum()) if other.any() else np.nan


class Core(NamedTuple):
    """Who makes up the core, and how much like a core and a periphery the graph is."""

    members: np.ndarray  #: bool, shape (n,)
    upwards: np.ndarray  #: float64, shape (n,): what each node trades with those stronger than it
    fit: float  #: correlation of who trades with whom with the ideal: all pairs that a member of the core is in


def rich_core(graph: Graph) -> Core:
    """The core by Ma and Mondragon's rule.

    - Nodes are ranked by the volume they trade, in and out; of equal ones the first in the graph's order is stronger.
    - The core ends with the node that trades most with those stronger than it: from there on, each trades less and less
      with the strong.
    - `fit` is Borgatti and Everett's, over all ordered pairs, for this core: it was not searched for. NaN where all
      nodes are in the core, or all pairs trade.

    References
    ----------
    Ma and Mondragon (2015), Rich-cores in networks. Borgatti and Everett (2000), Models of core/periphery structures,
    equations 1 and 2.
    """
    if not graph.m:
        raise Refusal("a graph without edges has no core", remedy="take a longer period")
    graph = graph.to(np)
    source, target, volume = _others(graph)
    strength = np.bincount(source, volume, graph.n) + np.bincount(target, volume, graph.n)
    ranked = np.argsort(-strength, kind="stable")
    rank = np.empty(graph.n, dtype=np.int64)
    rank[ranked] = np.arange(graph.n)
    weaker = np.where(rank[source] > rank[target], source, target)
    upwards = np.bincount(weaker, volume, graph.n)
    members = rank <= int(upwards[ranked].argmax())
    return Core(members, upwards, _likeness(graph, members))


def _others(graph):
    """Edges between different nodes."""
    keep = graph.source != graph.target
    return graph.source[keep], graph.target[keep], graph.volume[keep]


def _likeness(graph, members) -> float:
    """Correlation, over ordered pairs of nodes, of whether they trade and whether one of them is a member."""
    source, target, _ = _others(graph)
    pairs, outside = graph.n * (graph.n - 1), int((~members).sum())
    traded = len(source) / pairs
    ideal = 1 - outside * (outside - 1) / pairs
    both = (members[source] | members[target]).sum() / pairs
    spread = traded * (1 - traded) * ideal * (1 - ideal)
    return float((both - traded * ideal) / np.sqrt(spread)) if spread > 0 else np.nan


class Concentration(NamedTuple):
    """How few hold how much."""

    hhi: float  #: sum of squared shares: 1 where one has all
    effective: float  #: one over it: as many equal ones would be as concentrated
    normalised: float  #: (hhi - 1/n) / (1 - 1/n): 0 where all are equal
    gini: float  #: mean difference of two drawn at random, over twice the mean
    largest: float  #: share of the largest


def concentration(amounts) -> Concentration:
    """Concentration of amounts, such as the volumes of nodes.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Not negative; those of 0 count among the n.

    Returns
    -------
    Concentration
        NaN where there is nothing to share; `normalised` is NaN of one amount.

    Raises
    ------
    Refusal
        An amount is negative or missing.

    References
    ----------
    Herfindahl (1950); Gini (1912), in the form of Sen (1973), On Economic Inequality, section 2.3.
    """
    amounts = np.sort(backend.host(amounts).astype(np.float64))
    if not (amounts >= 0).all():
        raise Refusal("an amount is negative or missing", remedy="give what each holds, 0 of those who hold nothing")
    n, total = len(amounts), amounts.sum()
    if not total > 0:
        return Concentration(*[np.nan] * 5)
    share = amounts / total
    hhi = float((share**2).sum())
    gini = float((2 * np.arange(1, n + 1) - n - 1) @ share / n)
    return Concentration(hhi, 1 / hhi, (hhi - 1 / n) / (1 - 1 / n) if n > 1 else np.nan, gini, float(share[-1]))


def lorenz(amounts, points=200) -> pd.DataFrame:
    """Lorenz curve: which share of everything the smallest hold.

    Parameters
    ----------
    amounts : array of float, shape (n,)
        Not negative.
    points : int
        Rows of the curve, at most.

    Returns
    -------
    pandas.DataFrame
        ``holders``, share of the n, and ``held``, share of the sum; from 0 to 1.
    """
    held = np.r_[0.0, np.cumsum(np.sort(backend.host(amounts).astype(np.float64)))]
    rows = np.unique(np.linspace(0, len(held) - 1, points).round().astype(int))
    return pd.DataFrame({"holders": rows / (len(held) - 1), "held": held[rows] / held[-1]})


class Tail(NamedTuple):
    """How slowly large values become rare: P(X > x) falls like x to the power of minus the exponent."""

    exponent: float
    error: float  #: standard error
    above: float  #: the values above this were taken
    n: int  #: how many they are


def tail(values, share=0.05) -> Tail:
    """Hill's estimate of the exponent of the upper tail.

    - Below 2 the variance is infinite, below 1 the mean: means of strengths then tell little.
    - The error holds for independent values with a Pareto tail; whether the tail is one, the estimate does not say.

    Parameters
    ----------
    values : array of float, shape (n,)
        Degrees or strengths; those that are not positive are left out.
    share : float
        Of the values taken as the tail, in (0, 1).

    Returns
    -------
    Tail
        NaN where fewer than two values are above the rest, or they are all alike.

    References
    ----------
    Hill (1975), A simple general approach to inference about the tail of a distribution.
    """
    if not 0 < share < 1:
        raise Refusal(f"share={share}", remedy="between 0 and 1")
    values = backend.host(values)
    values = np.sort(values[values > 0])[::-1]
    k = int(share * len(values))
    if k < 2 or values[0] == values[k]:
        return Tail(np.nan, np.nan, np.nan, k)
    exponent = 1 / float(np.log(values[:k] / values[k]).mean())
    return Tail(exponent, exponent / np.sqrt(k), float(values[k]), k)
