"""A network whose edges are estimates: which pairs were asked about, what was found, and which edges are kept."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kit.network.graph import aggregate
from kit.network.measures import participant_influence


@dataclass(frozen=True)
class Inferred:
    """A directed network among venues or coins."""

    nodes: tuple[str, ...]
    pairs: pd.DataFrame  #: a row a pair: ``source, target, weight`` (not below 0), ``effect`` (signed), ``low, high``,
    #: ``kept``, and what else the method says
    unit: str  #: of effect and its interval, as figures show them
    rule: str  #: by which edges are kept

    @property
    def edges(self) -> pd.DataFrame:
        """Edges that are kept: ``source, target, weight``."""
        return self.pairs.loc[self.pairs["kept"], ["source", "target", "weight"]].reset_index(drop=True)

    def standing(self) -> pd.DataFrame:
        """Each node's place in the network of kept edges.

        Returns
        -------
        pandas.DataFrame
            A row a node: ``out`` and ``in``, weight of its edges; ``influence``, PageRank along the edges turned round,
            which goes to senders; ``influenced``, along the edges as they point, which goes to receivers. No rank (NaN)
            of nodes without edges.
        """
        kept, columns = self.edges, ["out", "in", "influence", "influenced"]
        table = pd.DataFrame(index=pd.Index(self.nodes, name="node"), columns=columns, dtype=float)
        if len(kept):
            graph = aggregate(kept["source"], kept["target"], kept["weight"])
            ranks = participant_influence(graph.reverse()), participant_influence(graph)
            table.loc[graph.names] = list(zip(graph.strength("out"), graph.strength("in"), *ranks, strict=True))
        return table.fillna({"out": 0.0, "in": 0.0})

    def __str__(self):
        kept = ", ".join(f"{a} → {b}" for a, b in zip(self.edges["source"], self.edges["target"], strict=True))
        return f"{len(self.edges)} of {len(self.pairs)} kept ({kept or 'none'}); kept: {self.rule}"
