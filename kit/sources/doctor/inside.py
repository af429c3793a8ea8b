"""What a chain's tables say of the same block, held against one another: transactions, their events, the header.

A set of transactions is a number whose bits are their places in the block: some 30 bytes for a full block.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kit.events import KINDS
from kit.refusal import Refusal
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import count

MOST = 1 << 20
"""No block has as many transactions."""
NAMED = 5
"""Blocks that a finding names."""
TRACED = ("traces", "labels")
"""Kinds that tell of failed transactions too."""
WHOLE = {"logs": "what contracts did there is known from calls alone, or not at all",
         "traces": "what was paid to the producer, and what failed inside, is not known"}
"""Kinds of which every block should have some."""


@dataclass(slots=True)
class Told:
    """What the tables say of one block."""

    headed: bool = False
    base_fee: int = 0
    gas: int | None = None  #: that the header says was used
    rows: int = 0  #: of transactions
    sent: int = 0  #: those listed, a set
    failed: int = 0  #: a set
    spent: int = 0  #: gas that they used, as far as it is known
    partly: bool = False  #: whether that of some is not known
    cheapest: int | None = None  #: gas price
    events: dict[str, int] = field(default_factory=dict)  #: a set of transactions by kind


class Inside:
    """All that is said of each block."""

    def __init__(self):
        self._told = defaultdict(Told)
        self._kinds = set()

    def see(self, kind, happened, name):
        """Add events of one kind; `name` is the recording's, for errors."""
        self._kinds.add(kind)
        places = [each.index for each in happened] if "index" in KINDS[kind]._fields else [0] * len(happened)
        for row, (each, index) in enumerate(zip(happened, places, strict=True)):
            if not 0 <= index < MOST:
                raise Refusal(f"{index} is no place in a block", file=f"{name}: {kind}", column="index", row=row,
                              remedy="count the block's transactions from 0")
            told = self._told[each.block]
            if kind == "blocks":
                _header(told, each)
            elif kind == "transactions":
                _transaction(told, each)
            else:
                told.events[kind] = told.events.get(kind, 0) | 1 << index

    def findings(self):
        """What contradicts, and what is absent."""
        blocks = dict(sorted(self._told.items()))
        if "transactions" in self._kinds:
            yield from _places({number: told for number, told in blocks.items() if told.rows})
            yield from _events(blocks)
            yield from _whole(blocks, self._kinds)
        if "blocks" in self._kinds:
            yield from _headless(blocks)
        if {"blocks", "transactions"} <= self._kinds:
            yield from _against(blocks)


def _header(told, block):
    if not told.headed:
        told.headed, told.base_fee, told.gas = True, block.base_fee or 0, block.gas_used


def _transaction(told, one):
    told.rows += 1
    told.sent |= 1 << one.index
    told.failed |= (one.success is False) << one.index
    told.spent += one.gas_used or 0
    told.partly |= one.gas_used is None
    if one.gas_price is not None:
        told.cheapest = one.gas_price if told.cheapest is None else min(told.cheapest, one.gas_price)


def _absent(told):
    return told.sent.bit_length() - told.sent.bit_count()


def _places(blocks):
    """Places in blocks that are taken twice, or by nobody."""
    twice = {number: told.rows - told.sent.bit_count() for number, told in blocks.items()}
    yield from _finding("error", "index taken twice", "transactions", twice,
                        "places in their block that another one has: of two at one place one is wrong")
    absent = {number: _absent(told) for number, told in blocks.items()}
    if 2 * sum(map(bool, absent.values())) > len(blocks):
        yield from _finding("info", "excerpt", "transactions", absent,
                            "places in blocks that nobody has: only some of their transactions were taken, sums over a "
                            "block are not its own")
    else:
        yield from _finding("warning", "missing transactions", "transactions", absent,
                            "places in blocks that nobody has: sums over these, and who followed whom, are wrong")


def _events(blocks):
    """Events of transactions that failed, or that are not there."""
    for kind in sorted({kind for told in blocks.values() for kind in told.events} - {"labels"}):
        inside = {number: (told.events[kind], told) for number, told in blocks.items() if kind in told.events}
        if kind not in TRACED:
            yield from _finding("error", "events of failed transactions", kind,
                                {number: (bits & told.failed).bit_count() for number, (bits, told) in inside.items()},
                                f"failed transactions that have {kind}: what fails leaves none, leave them out")
        yield from _finding("error", "unknown transactions", kind,
                            {number: (bits & ~told.sent).bit_count() for number, (bits, told) in inside.items()},
                            f"transactions that have {kind} but are not listed: take both tables from one source")


def _whole(blocks, kinds):
    """Blocks with transactions of which one of the kinds that every block should have says nothing."""
    for kind in sorted(kinds & WHOLE.keys()):
        yield from _finding("warning", f"no {kind}", kind,
                            {number: told.rows > 0 and kind not in told.events for number, told in blocks.items()},
                            f"blocks without {kind}: {WHOLE[kind]}")


def _headless(blocks):
    yield from _finding("warning", "no header", "blocks", {number: not told.headed for number, told in blocks.items()},
                        "blocks in which something happened have no header: when, and at which base fee, is not known")


def _against(blocks):
    """What headers say against what transactions do."""
    headed = {number: told for number, told in blocks.items() if told.headed}
    yield from _finding("warning", "no transactions", "transactions",
                        {number: bool(told.gas) and not told.rows for number, told in headed.items()},
                        "blocks that used gas, without a transaction: fetch them again")
    yield from _finding("error", "gas does not add up", "transactions",
                        {number: _wrong_sum(told) for number, told in headed.items()},
                        "blocks whose transactions used other gas, in all, than the header says: a receipt is wrong, "
                        "or of another block")
    yield from _finding("error", "price below the base fee", "transactions",
                        {number: told.cheapest is not None and told.cheapest < told.base_fee
                         for number, told in headed.items()},
                        "blocks with a gas price below the base fee, which cannot be: one of the two is wrong")


def _wrong_sum(told):
    """Whether gas contradicts the header: all of it must be the same, a part of it less."""
    if told.gas is None or not told.rows or told.rows > told.sent.bit_count():
        return False
    return told.spent > told.gas or told.spent < told.gas and not (told.partly or _absent(told))


def _finding(severity, what, kind, found, message):
    """A finding on the blocks in which `found` counts any; nothing where there are none."""
    blocks = [number for number, often in found.items() if often]
    if blocks:
        rows = sum(found.values())
        shown = ", ".join(f"{number:,}" for number in blocks[:NAMED])
        more = f" and {count(len(blocks) - NAMED, 'more', 'more')}" if len(blocks) > NAMED else ""
        yield Finding(severity, what, kind, f"{rows:,} {message} (blocks {shown}{more})", rows)
