"""Displacement: who copies a call that waits to be mined, and pays more for gas so that its own comes first."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from fractions import Fraction
from typing import NamedTuple

from kit.events import Transaction

PIECE = 4
"""Bytes by which calldata is compared: a function's selector is one piece, an argument is eight."""


class Displacement(NamedTuple):
    """A call, and the copy of it that came first."""

    block: int  #: the victim's, in which it shows
    attacker: Transaction
    victim: Transaction


def displacements(transactions, *, window=20, share=0.25) -> list[Displacement]:
    """Calls whose calldata an earlier, dearer call to another contract carried within its own.

    Parameters
    ----------
    transactions : iterable of kit.events.Transaction
        Of any blocks, in any order. Without calldata, gas price or address a transaction is in no pair.
    window : int
        Blocks by which the victim may be later.
    share : float
        Of the attacker's calldata, in pieces of 4 bytes, the victim's must be more.

    Returns
    -------
    list of Displacement
        In order of victim and attacker. One attacker may have many victims, and one victim many attackers.

    Notes
    -----
    - The attacker's calldata holds all of the victim's, at any byte, and more.
    - Sender and called contract differ, and the attacker pays the higher price for gas.
    - An attacker that failed displaced nobody; a victim may well fail.
    - Calldata that is shorter than a selector, or zero throughout, calls nothing.
    - Only the static half of the rule: Torres and others then execute both orders and keep pairs whose steps differ.
    - Not seen: attackers that rewrite what they copy, race for one contract, or pay the producer other than by gas.

    References
    ----------
    Torres, Camino and State (2021), Frontrunner Jones and the raiders of the dark forest, section 4.1.
    """
    calls = defaultdict(list)
    for call in sorted(filter(_calls, transactions), key=_order):
        calls[bytes.fromhex(call.input[2:])].append(call)
    pairs = [Displacement(victim.block, attacker, victim)
             for inner, outer in _contained(list(calls), Fraction(str(share)))
             for victim in calls[inner] for attacker in _earlier(calls[outer], victim, window)
             if _displaces(attacker, victim)]
    return sorted(pairs, key=lambda pair: (_order(pair.victim), _order(pair.attacker)))


def _calls(transaction):
    """Whether the rule can judge a transaction."""
    known = None not in (transaction.to, transaction.input, transaction.gas_price)
    return known and len(transaction.input) >= 2 + 2 * PIECE and transaction.input.strip("0x") != ""


def _order(transaction):
    return transaction.block, transaction.index


def _earlier(calls, victim, window):
    """Those of `calls`, which are in order, that precede the victim by no more than a window of blocks."""
    first = bisect_left(calls, (victim.block - window, 0), key=_order)
    return calls[first:bisect_left(calls, _order(victim), key=_order)]


def _displaces(attacker, victim):
    return (attacker.success is not False and attacker.gas_price > victim.gas_price
            and attacker.sender != victim.sender and attacker.to != victim.to)


def _contained(texts, share):
    """Pairs of different texts of which the first lies within the second, and is more than a share of it.

    A text can lie only where its rarest piece does. So one dictionary, from rarest pieces to texts, tells for every
    text the few others that may lie within it, and the cost grows with the bytes that there are, not with the pairs.
    """
    frequency = Counter(piece for text in texts for piece in set(_pieces(text, 0)))
    by_piece = defaultdict(list)
    for text in texts:
        by_piece[min(_pieces(text, 0), key=frequency.get)].append(text)
    for outer in texts:
        pieces = {piece for start in range(PIECE) for piece in _pieces(outer, start)}
        for piece in pieces & by_piece.keys():
            yield from ((inner, outer) for inner in by_piece[piece]
                        if len(inner) < len(outer) and _words(inner) > share * _words(outer) and inner in outer)


def _pieces(text, start):
    """Pieces of a text from one byte on, as numbers; what is left over at the end is none."""
    end = start + (len(text) - start) // PIECE * PIECE
    return memoryview(text)[start:end].cast("I").tolist()


def _words(text):
    """Length in pieces, the last of which may be short."""
    return -(-len(text) // PIECE)
