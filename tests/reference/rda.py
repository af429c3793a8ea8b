"""R's saved tables, read without R: numbers and words of a data frame, to the last bit, which no CSV keeps."""

import gzip
import struct

import pandas as pd

NIL, REFERENCE, SYMBOL, PAIRS, LANGUAGE, CHARACTERS = 254, 255, 1, 2, 6, 9
TRUTHS, WHOLE, REALS, WORDS, LIST, POINTER, ALTERNATIVE = 10, 13, 14, 16, 19, 22, 238


class _Reader:
    """R's serialization, version 3, big-endian (R Internals, section 1.8)."""

    def __init__(self, data):
        self.data, self.at, self.seen = data, 0, []

    def numbers(self, kind, n):
        size = n * struct.calcsize(kind)
        found = struct.unpack(f">{n}{kind}", self.data[self.at:self.at + size])
        self.at += size
        return found

    def whole(self):
        return self.numbers("i", 1)[0]

    def item(self):
        """The next value; of a vector with attributes, the pair of both."""
        flags = self.whole()
        kind, attributes = flags & 255, bool(flags & 0x200)
        if kind == NIL:
            return None
        if kind == REFERENCE:
            return self.seen[(flags >> 8) - 1]
        if kind in (SYMBOL, POINTER):
            return self.reference(kind, attributes)
        if kind in (PAIRS, LANGUAGE):
            return self.pair(attributes, bool(flags & 0x400))
        if kind == CHARACTERS:
            n = self.whole()
            return None if n < 0 else bytes(self.numbers("B", n)).decode()
        if kind == ALTERNATIVE:
            _, state, _ = self.item(), self.item(), self.item()
            return state
        value = self.vector(kind)
        return (value, dict(self.item())) if attributes else value

    def reference(self, kind, attributes):
        place = len(self.seen)
        self.seen.append(None)
        if kind == SYMBOL:
            self.seen[place] = self.item()
        else:
            self.item(), self.item()
            if attributes:
                self.item()
        return self.seen[place]

    def pair(self, attributes, tagged):
        """A linked list as a list of (tag, value)."""
        if attributes:
            self.item()
        first = (self.item() if tagged else None, self.item())
        return [first, *(self.item() or [])]

    def vector(self, kind):
        n = self.whole()
        if kind in (REALS, WHOLE, TRUTHS):
            return self.numbers("d" if kind == REALS else "i", n)
        if kind in (LIST, WORDS):
            return [self.item() for _ in range(n)]
        raise ValueError(f"R's type {kind} at byte {self.at}")


def read(path) -> pd.DataFrame:
    """The one table of an ``.rda`` file."""
    data = gzip.decompress(path.read_bytes())
    assert data.startswith(b"RDX3\nX\n")
    reader = _Reader(data[7:])
    reader.numbers("i", 3)
    reader.numbers("B", reader.whole())
    (_, (columns, attributes)), = reader.item()
    return pd.DataFrame({name: _plain(column) for name, column in zip(attributes["names"], columns, strict=True)})


def _plain(column):
    """A column without its attributes: times as seconds, factors as numbers."""
    return column[0] if len(column) == 2 and isinstance(column[1], dict) else column
