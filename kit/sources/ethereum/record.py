"""Fields of a node's JSON, whichever way they are written: numbers, addresses and bytes, or one refusal."""

from __future__ import annotations

import functools
import re

from kit.refusal import Refusal

REMEDY = "fetch the block again"

_HUMP = re.compile("(?<=[a-z0-9])([A-Z])")
_BYTES = re.compile("0x(?:[0-9a-f]{2})*")


@functools.cache
def _snake(key):
    return _HUMP.sub(r"_\1", key).lower()


def _shown(value):
    return repr(value)[:80]


class Record:
    """An object of a file.

    Keys may be in camel or in snake case; null, and the empty object that some writers leave in place of bytes, are
    missing values. Where a field has several names, the first that has a value is taken.

    Parameters
    ----------
    values : dict
        As JSON gave it.
    file : path-like
    part : str
        Which part of the file it is, for errors.
    row : int, optional
        Its place in that part.
    """

    def __init__(self, values, file, part, row=None):
        self._file, self._part, self._row = file, part, row
        if not isinstance(values, dict):
            raise self.refusal(f"is {_shown(values)}, not an object")
        self._values = {_snake(key): value for key, value in values.items()
                        if value is not None and value != {}}

    def refusal(self, what, name=None, remedy=REMEDY) -> Refusal:
        """An error that says where in the file it is."""
        return Refusal(what, file=self._file, column=".".join(filter(None, (self._part, name))), row=self._row,
                       remedy=remedy)

    def has(self, name) -> bool:
        return name in self._values

    def get(self, *names, optional=False):
        """A value as it stands in the file; None where it is missing and may be."""
        for name in names:
            if name in self._values:
                return self._values[name]
        if optional:
            return None
        raise self.refusal("missing", names[0])

    def number(self, *names, optional=False) -> int | None:
        """A whole number, none below zero: an integer, or hexadecimal text."""
        value = self.get(*names, optional=optional)
        return None if value is None else self._number(value, names[0])

    def _number(self, value, name):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        if isinstance(value, str) and re.fullmatch("0x[0-9a-fA-F]+", value):
            return int(value, 16)
        raise self.refusal(f"{_shown(value)} is no number", name)

    def data(self, *names, length=None, optional=False) -> str | None:
        """Bytes as lower-case hexadecimal text, `length` of them if that is given."""
        value = self.get(*names, optional=optional)
        return None if value is None else self._data(value, names[0], length)

    def _data(self, value, name, length):
        text = value.lower() if isinstance(value, str) else ""
        if not _BYTES.fullmatch(text) or length is not None and len(text) != 2 + 2 * length:
            raise self.refusal(f"{_shown(value)} is not {length or 'whole'} bytes of hexadecimal text", name)
        return text

    def address(self, *names, optional=False) -> str | None:
        return self.data(*names, length=20, optional=optional)

    def hash(self, *names, optional=False) -> str | None:
        return self.data(*names, length=32, optional=optional)

    def numbers(self, name) -> tuple[int, ...]:
        return tuple(self._number(value, name) for value in self._list(name))

    def hashes(self, name) -> tuple[str, ...]:
        return tuple(self._data(value, name, 32) for value in self._list(name))

    def inside(self, name) -> Record:
        """An object within it."""
        return Record(self.get(name), self._file, f"{self._part}.{name}", self._row)

    def rows(self, name, part=None) -> list[Record]:
        """The objects of a list within it; none where it is missing."""
        return [Record(each, self._file, part or name, row)
                for row, each in enumerate(self._list(name) if self.has(name) else [])]

    def _list(self, name):
        value = self.get(name)
        if not isinstance(value, list):
            raise self.refusal(f"{_shown(value)} is no list", name)
        return value
