"""Numbers in CSV text, compiled: plain decimals, true and false become columns; other text is left to Arrow.

A decimal of at most 2**53 without its point, divided by a power of ten, is rounded once: the float is the nearest one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
from numba import njit

SKIP, INTEGER, NUMBER, FLAG = range(4)
KINDS = {pa.int64(): INTEGER, pa.float64(): NUMBER, pa.bool_(): FLAG}

_TENS = 10.0 ** np.arange(19)
_SECOND = ThreadPoolExecutor(1)
"""Reads one half of a text while the caller reads the other."""
_COMMA, _NEWLINE, _POINT, _MINUS, _ZERO, _NINE = b",\n.-09"


def table(text, types, names) -> pa.Table | None:
    """The columns of whole lines of CSV, or None where a field is not plain.

    Parameters
    ----------
    text : bytes
        Lines without a header.
    types : dict of str to pyarrow.DataType
        Columns to read.
    names : list of str
        All columns of the text.
    """
    kinds = np.array([KINDS.get(types[name], -1) if name in types else SKIP for name in names])
    if (kinds < 0).any():
        return None
    text = text if text.endswith(b"\n") else text + b"\n"
    middle = text.find(b"\n", len(text) // 2) + 1
    halves = [np.frombuffer(half, dtype="uint8") for half in (memoryview(text)[:middle], memoryview(text)[middle:])]
    rows = [np.count_nonzero(half == _NEWLINE) for half in halves]
    cells = np.empty((len(names), sum(rows)), dtype="int64")
    wait = _SECOND.submit(_read, halves[1], kinds, cells, cells.view("float64"), _TENS, rows[0], sum(rows))
    if not (_read(halves[0], kinds, cells, cells.view("float64"), _TENS, 0, rows[0]) & wait.result()):
        return None
    views = {INTEGER: lambda row: row, NUMBER: lambda row: row.view("float64"), FLAG: lambda row: row != 0}
    places = {name: names.index(name) for name in types}
    return pa.table({name: pa.array(views[kinds[at]](cells[at])) for name, at in places.items()})


@njit(nogil=True, cache=True)
def _read(text, kinds, integers, numbers, tens, first, end):
    """Fill rows of the columns, one field after the other; whether all of them were plain."""
    at, last = 0, len(kinds) - 1
    for row in range(first, end):
        for column in range(len(kinds)):
            kind = kinds[column]
            if kind == SKIP:
                at = _past(text, at)
            elif kind == FLAG:
                at, integers[column, row] = _flag(text, at)
            else:
                at, sign, digits, places, whole = _decimal(text, at)
                if kind == NUMBER and digits <= 1 << 53:
                    numbers[column, row] = sign * (digits / tens[places])
                elif kind == INTEGER and whole:
                    integers[column, row] = sign * digits
                else:
                    return False
            if at < 0 or text[at] != (_NEWLINE if column == last else _COMMA):
                return False
            at += 1
    return True


@njit(nogil=True, cache=True)
def _past(text, at):
    """Where the field ends."""
    while text[at] != _COMMA and text[at] != _NEWLINE:
        at += 1
    return at


@njit(nogil=True, cache=True)
def _decimal(text, at):
    """Where a plain decimal ends (-1: it is none), sign, digits as an integer, how many follow the point, if any."""
    sign = -1 if text[at] == _MINUS else 1
    begin = at + (sign < 0)
    end, digits = _run(text, begin, 0)
    count, places, whole = end - begin, 0, text[end] != _POINT
    if not whole:
        point = end
        end, digits = _run(text, point + 1, digits)
        places = end - point - 1
    plain = 0 < count + places <= 18
    return (end if plain else -1), sign, digits, (places if plain else 0), whole


@njit(nogil=True, cache=True)
def _run(text, at, digits):
    """Where a run of digits ends, and its value behind `digits`."""
    while _ZERO <= text[at] <= _NINE:
        digits = digits * 10 + (text[at] - _ZERO)
        at += 1
    return at, digits


@njit(nogil=True, cache=True)
def _flag(text, at):
    """Where true or false ends (-1: it is neither), and 1 or 0."""
    end = _past(text, at)
    word = text[at:end] | 32  # lower case
    if end - at == 4 and (word == np.array([116, 114, 117, 101])).all():
        return end, 1
    if end - at == 5 and (word == np.array([102, 97, 108, 115, 101])).all():
        return end, 0
    return -1, 0
