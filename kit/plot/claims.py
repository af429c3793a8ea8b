"""The ledger as its reader sees it: one table by verdict, and two pictures."""

from __future__ import annotations

from html import escape

import numpy as np

from kit.plot import style

COLOURS = {"reproduced": style.GREEN, "not reproduced": style.ORANGE, "contradicted": style.VERMILION,
           "not testable here": style.PALE}
KINDS = {"T": "tables 1 to 4", "S": "what the text says of them", "F": "findings", "P": "problems P-01 to P-16",
         "V": "strategies on volatility", "M": "on microstructure", "X": "expectations"}
HEAD = {"entry": 12, "what is said": 18, "what is measured": 29, "rule": 18, "why, and made by": 23}
"""Columns of the table, and the share of its width that each takes, in percent."""


class ByVerdict:
    """Entries of a ledger under their verdicts, every word written out, shown by a notebook.

    Parameters
    ----------
    ledger : kit.claims.ledger.Ledger
    written : str
        When its rules were.
    """

    def __init__(self, ledger, written="stated before"):
        self.ledger, self.written = ledger, written

    def _repr_html_(self):
        words = (f"rule, {self.written}" if word == "rule" else word for word in HEAD)
        head = "<tr>" + "".join(f"<th>{escape(word)}</th>" for word in words) + "</tr>"
        widths = "".join(f'<col style="width:{share}%">' for share in HEAD.values())
        bodies = "".join(self._body(verdict, count, head) for verdict, count in self.ledger.counts().items() if count)
        return f'<table class="words"><colgroup>{widths}</colgroup>{bodies}</table>'

    def _body(self, verdict, count, head):
        rows = "".join(map(_row, self.ledger.of(verdict)))
        title = f'<tr><th colspan="{len(HEAD)}"><h3>{escape(verdict.capitalize())}: {count}</h3></th></tr>'
        return f"<tbody>{title}{head}{rows}</tbody>"


def _row(entry):
    claim = entry.claim
    sources = list(dict.fromkeys(one.source for one in entry.evidence))
    made = [sources[0] + (f" and {len(sources) - 1} more" if len(sources) > 1 else "")] if sources else []
    measured = [claim.measure, *(f"{one}{' (synthetic)' if one.synthetic else ''}" for one in entry.evidence)]
    cells = [[claim.id, claim.where], [claim.claim], measured, [claim.rule.words if claim.rule else "no rule could be"],
             [entry.because, *made]]
    return "<tr>" + "".join(f"<td>{'<br>'.join(map(escape, filter(None, cell)))}</td>" for cell in cells) + "</tr>"


@style.styled
def verdicts(ledger, *, title="What became of the paper's claims"):
    """Number of claims by verdict, for each kind of claim.

    Parameters
    ----------
    ledger : kit.claims.Ledger
    """
    figure = style.figure(2.6)
    axes = figure.subplots()
    kinds = [kind for kind in KINDS if any(entry.claim.id.startswith(kind) for entry in ledger.entries)]
    left = np.zeros(len(kinds))
    for verdict in COLOURS:
        count = np.array([sum(entry.verdict == verdict and entry.claim.id.startswith(kind) for entry in ledger.entries)
                          for kind in kinds])
        axes.barh(range(len(kinds)), count, left=left, height=0.62, color=COLOURS[verdict], label=verdict)
        for row in np.flatnonzero(count):
            axes.text(left[row] + count[row] / 2, row, f"{count[row]}", ha="center", va="center", color=style.INK)
        left += count
    axes.invert_yaxis()
    axes.set_yticks(range(len(kinds)), [KINDS[kind] for kind in kinds])
    axes.set(title=title, xlabel="claims (count)")
    axes.grid(axis="y", visible=False)
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.28))
    return figure


@style.styled
def identities(frame, *, title="Printed ratios lie where their columns' rounding lets them"):
    """Where every printed IR* and IR** lies among the values that its column allows.

    Parameters
    ----------
    frame : pandas.DataFrame
        As `kit.claims.arithmetic.identities` returns.
    """
    figure = style.figure(3.2)
    axes = figure.subplots()
    axes.axhspan(-1, 1, color=style.GREEN, alpha=0.12, linewidth=0)
    names = frame[["table", "strategy", "asset"]].agg(" ".join, axis=1)
    at = names.map({name: k for k, name in enumerate(dict.fromkeys(names))})
    for measure, marker, colour in (("IR*", "o", style.BLUE), ("IR**", "D", style.VERMILION)):
        mine = frame["measure"] == measure
        axes.plot(at[mine], frame.loc[mine, "place"], marker, color=colour, markersize=4.5, label=measure)
    parts = frame.groupby([frame["table"], frame["strategy"]], sort=False)
    labels = [f"{table}\n{strategy}" for table, strategy in parts.groups]
    axes.set_xticks([at[rows].mean() for rows in parts.groups.values()], labels)
    axes.set(title=title, ylabel="place (1), edges at ±1", ylim=(-1.6, 1.6))
    axes.set_xlabel("columns of the paper's tables, five assets each")
    axes.grid(axis="x", visible=False)
    axes.legend(ncols=2, loc="upper right", bbox_to_anchor=(1, 1), borderaxespad=0)
    return figure
