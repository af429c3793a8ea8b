"""Tables of words, whole sentences of them, where a data frame would cut them off."""

from __future__ import annotations

from html import escape

SHOWN = 5
"""Findings or places of one name that are written out; the others are counted."""


class Table:
    """Rows of text under a head, shown by a notebook."""

    def __init__(self, head, rows):
        self.head, self.rows = list(head), [[str(cell) for cell in row] for row in rows]

    def _repr_html_(self):
        head = "".join(f"<th>{escape(word)}</th>" for word in self.head)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.rows)
        return f'<table class="words"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


class Folded:
    """A long table behind a line of text that opens it.

    Parameters
    ----------
    summary : str
        The line.
    frame : pandas.DataFrame
        Truth is a dot, and its absence nothing.
    """

    def __init__(self, summary, frame):
        self.summary, self.frame = summary, frame

    def _repr_html_(self):
        rows = [["●" if cell is True else "" if cell is False else cell for cell in row]
                for row in self.frame.astype(object).itertuples(index=False)]
        return f"<details><summary>{escape(self.summary)}</summary>{Table(self.frame, rows)._repr_html_()}</details>"


def findings(table) -> Table:
    """The doctor's findings as sentences, worst first.

    Parameters
    ----------
    table : pandas.DataFrame
        As `kit.sources.doctor.to_frame` returns.
    """
    rows = []
    for (severity, kind, what), alike in table.groupby(["severity", "kind", "what"], sort=False):
        rows += [(severity, kind, what, message) for message in alike["message"][:SHOWN]]
        if len(alike) > SHOWN:
            rows.append((severity, kind, what, f"and {len(alike) - SHOWN} more, {alike['rows'].sum():,} rows in all"))
    return Table(("severity", "rows of", "finding", "what it means"), rows or [("none", "", "", "nothing to report")])


def judgements(judged) -> Table:
    """Statements, and where each of them is supported, contradicted, or neither.

    Parameters
    ----------
    judged : sequence of kit.claims.universal.Judgement
    """
    verdicts = list(dict.fromkeys(verdict for one in judged for verdict in one.verdicts.values()))
    return Table(("statement", *verdicts), [(one.statement, *(_where(one, verdict) for verdict in verdicts))
                                            for one in judged])


def _where(judgement, verdict):
    names = judgement.where(verdict)
    if not names:
        return ""
    shown = [f"{name}: {judgement.evidence[name]}" for name in names[:SHOWN]]
    more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
    return f"{len(names)} of {len(judgement.verdicts)}. {'; '.join(shown + more)}"
