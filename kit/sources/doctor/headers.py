"""Headers in order: numbers that leave blocks out, times that run backwards, base fees that do not follow."""

from __future__ import annotations

import itertools

import numpy as np

from kit.events import Block
from kit.sources.doctor.tally import Highest, Tally
from kit.sources.doctor.wording import count, percent
from kit.sources.ethereum.base_fee import ELASTICITY, deviations

FEES = ("block", "base_fee", "gas_limit", "gas_used")


class Numbers:
    """Blocks that are absent between others, or come after later ones.

    Parameters
    ----------
    kind : str
    consecutive : float
        Share of steps of exactly one from which blocks are taken to be a stretch of the chain, not a choice of blocks.
    """

    def __init__(self, kind, consecutive=0.5):
        self._kind, self._consecutive = kind, consecutive
        self._late, self._gaps = Tally(), Tally()
        self._highest = Highest()
        self._rows = self._skipped = 0

    def see(self, batch):
        """Compare each number with the highest so far."""
        step = batch["block"] - self._highest(batch["block"])
        self._late.add(step < 0, batch)
        self._gaps.add(step > 1, batch)
        self._skipped += int((step - 1)[step > 1].sum())
        self._rows += len(batch)

    def findings(self):
        """A warning where blocks are out of order, one where some are absent; a note where they were chosen."""
        if self._late.rows:
            yield self._late.finding(
                "warning", "out of order", self._kind,
                f"blocks after a later one in {count(self._late.rows, 'row')}, the first {min(self._late.blocks):,}: "
                "sort by number before computing")
        absent = self._skipped - len(self._late.blocks)
        if absent > 0:
            yield self._gaps.finding(*self._told(absent))

    def _told(self, absent):
        places = (f"{count(absent, 'block')} absent in {count(self._gaps.rows, 'place')}, the first before "
                  f"{min(self._gaps.blocks):,}")
        if self._gaps.rows <= (1 - self._consecutive) * (self._rows - 1):
            return ("warning", "missing blocks", self._kind,
                    f"{places}: count windows in numbers or in time, not in rows")
        return ("info", "scattered blocks", self._kind,
                f"{places}: these are chosen blocks, of which none tells what happened in the next")


class Times:
    """Headers whose time lies before that of an earlier block."""

    def __init__(self, kind):
        self._kind = kind
        self._back = Tally()
        self._highest, self._latest = Highest(), Highest()

    def see(self, batch):
        """Compare each time with the latest so far; a missing one is none, blocks out of order are left out."""
        batch = batch.where(batch["block"] >= self._highest(batch["block"]))
        self._back.add(batch["timestamp"] < self._latest(batch["timestamp"]), batch)

    def findings(self):
        """One error where the clock ran backwards."""
        if self._back.rows:
            yield self._back.finding(
                "error", "time backwards", self._kind,
                f"a time before that of an earlier block in {count(self._back.rows, 'block')}, the first "
                f"{min(self._back.blocks):,}: a chain's clock never goes back, take it for missing")


class BaseFee:
    """Blocks whose base fee is not what EIP-1559 makes of the block before."""

    def __init__(self, kind):
        self._kind = kind
        self._off = Tally()
        self._steps = self._limits = 0
        self._before = []

    def see(self, batch):
        """Follow the fee from block to block; those of which something is missing stand outside."""
        known = (batch["base_fee"] > 0) & (batch["gas_limit"] >= ELASTICITY) & (batch["gas_used"] >= 0)
        columns = (batch[name][known].astype("int64").tolist() for name in FEES)
        told = [Block(block, None, None, *rest, None) for block, *rest in zip(*columns, strict=True)]
        pairs = list(itertools.pairwise(self._before + told))
        found = [[]] * (len(told) - len(pairs)) + [deviations(pair) for pair in pairs]
        self._steps += sum(following.block == block.block + 1 for block, following in pairs)
        self._limits += sum(one.limits is not None for one in itertools.chain.from_iterable(found))
        self._off.add(np.array([bool(each) for each in found], dtype=bool), batch.where(known))
        self._before = told[-1:] or self._before

    def findings(self):
        """One error where there are such blocks."""
        if self._off.rows:
            yield self._off.finding(
                "error", "base fee does not follow", self._kind,
                f"another follows from fee, gas and limit of the block before in {self._off.rows:,} of "
                f"{count(self._steps, 'step')} ({percent(self._off.rows, self._steps)}), the first at block "
                f"{min(self._off.blocks):,}: one of these numbers is wrong, in {self._limits:,} of them perhaps the "
                "limit, of which another value would explain it")
