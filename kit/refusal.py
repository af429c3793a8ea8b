"""How the kit says no: one sentence that names the file, the column, the row and the remedy."""

from __future__ import annotations


class Refusal(ValueError):
    """Input that the kit will not guess about.

    Parameters
    ----------
    what : str
        What is wrong, with the value that was found.
    file, column, row : optional
        Where it is wrong; whatever is known is printed. ``row`` counts from 0, header not counted.
    remedy : str, optional
        What the reader can do about it.
    """

    def __init__(self, what, *, file=None, column=None, row=None, remedy=None):
        self.what, self.file, self.column, self.row, self.remedy = what, file, column, row, remedy
        place = [str(file)] if file is not None else []
        place += [f"column {column!r}"] if column is not None else []
        place += [f"row {row}"] if row is not None else []
        super().__init__(": ".join([", ".join(place)] * bool(place) + [str(what)])
                         + (f". Remedy: {remedy}" if remedy else ""))
