"""Events and functions of contracts, declared as text the way Solidity writes them, and read from logs and calls."""

from __future__ import annotations

import re
from collections import namedtuple

import eth_abi
from eth_abi.exceptions import DecodingError
from eth_utils import keccak

WORD = 32
"""Bytes."""

_SIGNATURE = re.compile(r"(?P<name>\w+)\((?P<takes>.*?)\)(?: returns \((?P<returns>.*)\))?")


def _parameters(text):
    """Types, names (None where there is none) and whether indexed, of parameters between commas outside brackets."""
    found, depth, start = [], 0, 0
    for place, letter in enumerate(text + ","):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0 and text[start:place].strip():
            kind, *rest = text[start:place].split()
            found.append((kind, rest[-1] if rest else None, rest[:-1] == ["indexed"]))
            start = place + 1
    return found


def _signature(text):
    """Name, canonical signature, and parameters that go in and come out."""
    match = _SIGNATURE.fullmatch(text)
    takes = _parameters(match["takes"])
    return match["name"], f"{match['name']}({','.join(kind for kind, _, _ in takes)})", takes, _parameters(
        match["returns"] or "")


def _static(kinds):
    """Whether values of these types have one length only, a word each."""
    return not any(kind == "bytes" or kind == "string" or "[" in kind or "(" in kind for kind in kinds)


def _decode(kinds, data, exact):
    """Values, or None where the bytes are no such values; `exact`: nor may there be more bytes than needed."""
    if exact and _static(kinds) and len(data) != WORD * len(kinds):
        return None
    try:
        return eth_abi.decode(kinds, data)
    except DecodingError:
        return None


def _bytes(text):
    return bytes.fromhex(text[2:])


class Event:
    """An event of a contract, as it stands in logs.

    Parameters
    ----------
    text : str
        ``Transfer(address indexed sender,address indexed receiver,uint256 amount)``.
    """

    def __init__(self, text):
        name, self.signature, parameters, _ = _signature(text)
        self.topic = "0x" + keccak(text=self.signature).hex()
        self._indexed = [kind for kind, _, indexed in parameters if indexed]
        self._plain = [kind for kind, _, indexed in parameters if not indexed]
        self.Values = namedtuple(name, [name for _, name, _ in sorted(parameters, key=lambda each: not each[2])])

    def read(self, log):
        """Its values, indexed ones first; None of a log that is another's: topics or bytes do not fit.

        Parameters
        ----------
        log : kit.events.Log

        Returns
        -------
        named tuple or None
            Integers exact, addresses as lower-case text, fixed bytes as `bytes`.
        """
        if len(log.topics) != 1 + len(self._indexed) or log.topics[0] != self.topic:
            return None
        indexed = _decode(self._indexed, b"".join(map(_bytes, log.topics[1:])), exact=True)
        plain = _decode(self._plain, _bytes(log.data), exact=True)
        return None if indexed is None or plain is None else self.Values(*indexed, *plain)


class Function:
    """A function of a contract, as it stands in calls.

    Parameters
    ----------
    text : str
        ``burn(address to) returns (uint256 amount0,uint256 amount1)``. Parameters without a name, which come last, are
        not read: contracts that do not read them either take what is no proper value of theirs.
    """

    def __init__(self, text):
        name, self.signature, takes, self._returns = _signature(text)
        self.selector = "0x" + keccak(text=self.signature)[:4].hex()
        self._takes = [kind for kind, name, _ in takes if name]
        self.Values = namedtuple(name.strip("_"), [name for _, name, _ in takes + self._returns if name])

    def read(self, call):
        """What went in and came out; None of a call that is another's.

        Bytes beyond those that are needed are allowed, as contracts allow them.

        Parameters
        ----------
        call : kit.events.Trace
        """
        if not call.input.startswith(self.selector):
            return None
        takes = _decode(self._takes, _bytes(call.input)[4:], exact=False)
        returns = _decode([kind for kind, _, _ in self._returns], _bytes(call.output), exact=False)
        return None if takes is None or returns is None else self.Values(*takes, *returns)
