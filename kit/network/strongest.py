"""The few nodes through which most of the volume goes, with a place for each on the page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.network.graph import Graph
from kit.network.structure import rich_core
from kit.refusal import Refusal


@dataclass(frozen=True)
class Strongest:
    """The strongest nodes of a graph and the edges between them."""

    nodes: pd.DataFrame  #: a row a node, the strongest first: ``volume`` in and out, ``core``, and its place ``x, y``
    edges: pd.DataFrame  #: ``source, target, volume``, the smallest first
    share: float  #: of the graph's volume that goes between them


def strongest(graph: Graph, count=32, inner=8) -> Strongest:
    """The strongest nodes of a graph, placed on two rings.

    - `inner` of them stand on the inner ring, in order of volume; the others outside, each as near as may be to the
      inner one that it trades most with. Nothing is drawn at random: a graph has one picture.

    Parameters
    ----------
    graph : Graph
    count : int
        At most.
    inner : int
        Nodes on the inner ring.

    Raises
    ------
    Refusal
        Not even one edge.
    """
    if not graph.m:
        raise Refusal("a graph without edges", remedy="take a longer period")
    graph = graph.to(np)
    volume = graph.strength("both")
    chosen = np.argsort(-volume, kind="stable")[:count]
    place = np.full(graph.n, -1)
    place[chosen] = np.arange(len(chosen))
    source, target = place[graph.source], place[graph.target]
    drawn = (source >= 0) & (target >= 0) & (source != target)
    edges = pd.DataFrame({"source": source[drawn], "target": target[drawn], "volume": graph.volume[drawn]})
    x, y = _rings(edges, len(chosen), inner)
    nodes = pd.DataFrame({"volume": volume[chosen], "core": rich_core(graph).members[chosen], "x": x, "y": y},
                         index=pd.Index(graph.names[chosen], name="node"))
    named = edges.assign(source=nodes.index[edges["source"]], target=nodes.index[edges["target"]])
    return Strongest(nodes, named.sort_values("volume", ignore_index=True),
                     float(edges["volume"].sum() / graph.volume.sum()))


def _rings(edges, count, inner):
    """Places of nodes 0 to count - 1, the first `inner` of them on a ring of half the radius."""
    inner = min(inner, count)
    angle = np.empty(count)
    angle[:inner] = 2 * np.pi * np.arange(inner) / inner
    outer = np.arange(inner, count)
    if len(outer):
        wish = _nearest(edges, inner, count)
        ranked = outer[np.argsort(wish[outer], kind="stable")]
        angle[ranked] = 2 * np.pi * (np.arange(len(outer)) - (np.bincount(wish[outer], minlength=inner)[0] - 1) / 2
                                     ) / len(outer)
    radius = np.where(np.arange(count) < inner, 0.5, 1.0)
    return radius * np.sin(angle), radius * np.cos(angle)


def _nearest(edges, inner, count):
    """The inner node that each node trades most with; the first one where it trades with none."""
    volume = np.zeros((count, count))
    np.add.at(volume, (edges["source"], edges["target"]), edges["volume"])
    return (volume + volume.T)[:, :inner].argmax(axis=1)
