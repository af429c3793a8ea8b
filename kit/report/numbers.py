"""Numbers: what a report claims, by name, so that the claim can be listed, compared and recomputed."""

from __future__ import annotations

import math
from html import escape
from numbers import Integral, Real

from kit.refusal import Refusal

MIME = "application/vnd.kit.numbers+json"
"""Under this type a notebook hands its numbers to the report: as the output of a cell, in no side file."""


class Numbers:
    """The numbers of one report, in the order in which they were added.

    A notebook ends with its `Numbers` as the last line of a cell: they are shown there, and recorded. A value that is
    not finite is recorded as ``"nan"``, ``"inf"`` or ``"-inf"``, which `float` reads back.
    """

    def __init__(self):
        self.rows = {}
        self._single, self._tables = [], []

    def add(self, name, value, *, low=None, high=None, unit="1", note="", headline=False):
        """Record one number.

        Parameters
        ----------
        name : str
            What is measured; recorded once.
        value : number, or object with ``value``, ``low``, ``high`` and ``method``
            Such as a `kit.model.scores.Score`, whose method becomes the note.
        low, high : number, optional
            Ends of its interval.
        unit : str
            "1" for a ratio.
        note : str
            How it was made.
        headline : bool
            Whether the list of reports shows it.

        Raises
        ------
        Refusal
            The name is taken, or a value is not a number.
        """
        if hasattr(value, "method"):
            value, low, high, note = value.value, value.low, value.high, note or value.method
        self._record(name, value, low, high, unit, note, headline)
        self._single.append(name)

    def _record(self, name, value, low, high, unit, note, headline):
        if name in self.rows:
            raise Refusal(f"number {name!r} is recorded already", remedy="give every number a name of its own")
        bounds = {end: _plain(name, x) for end, x in (("low", low), ("high", high)) if x is not None}
        self.rows[name] = {"value": _plain(name, value), **bounds, "unit": unit, "note": note, "headline": headline}

    def table(self, name, frame, *, unit="1", note=""):
        """Record every cell of a frame of numbers as ``name[row, column]``.

        Parameters
        ----------
        unit : str or dict of column to str
        """
        for column in frame.columns:
            of_column = unit[column] if isinstance(unit, dict) else unit
            for row, value in frame[column].items():
                self._record(f"{name}[{row}, {column}]", value, None, None, of_column, note, False)
        self._tables.append(f"{name} ({frame.size})")

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {MIME: list(self.rows.items()), "text/html": self._html(), "text/plain": f"{len(self.rows)} numbers"}

    def _html(self):
        single = [(name, self.rows[name]) for name in self._single]
        rows = "".join(f"<tr><th>{escape(name)}</th><td>{spoken(row)}</td><td>{escape(row['note'])}</td></tr>"
                       for name, row in single)
        more = f"<p>Recorded from tables as well: {escape(', '.join(self._tables))}.</p>" if self._tables else ""
        return f'<table class="numbers"><tr><th>number</th><th>value</th><th>note</th></tr>{rows}</table>{more}'


def spoken(row) -> str:
    """A recorded number as it is read: value, interval and unit."""
    value = row["value"]
    text = f"{value:,}" if isinstance(value, int) else f"{float(value):.5g}"
    if math.isfinite(float(row.get("low", "nan"))) and math.isfinite(float(row.get("high", "nan"))):
        text += f" [{float(row['low']):.4g}, {float(row['high']):.4g}]"
    return text if row["unit"] == "1" else f"{text} {escape(row['unit'])}"


def _plain(name, value):
    if isinstance(value, bool) or not isinstance(value, Real):
        raise Refusal(f"{value!r} is not a number", column=name, remedy="record a float or an integer")
    if isinstance(value, Integral):
        return int(value)
    return float(value) if math.isfinite(value) else str(float(value))
