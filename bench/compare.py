"""Peers timed side by side: interleaved in one process, medians, one of them as a ratio to each of the others."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

WIDTH = 120
"""Characters: a log has no terminal to ask."""


def compare(
    peers: Mapping[str, Callable[[], object]], base="ours", repeat=7, *, title="", rows=None,
    goals: Mapping[str, float] | None = None, notes: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, float]:
    """Time callables that do the same work and print how many times faster than each of them `base` is.

    Each runs once to warm up (compilation, page cache); then all run in turn, `repeat` times, so that a busy spell of
    the machine meets every one of them. CPU time, of all threads, tells the work from the waiting.

    Parameters
    ----------
    peers : mapping of str to callable
        Among them `base`.
    base : str, optional
        The one that the others are compared with.
    repeat : int, optional
    title : str, optional
    rows : int, optional
        Rows that each call handles; prints millions of them a second.
    goals : mapping of str to float, optional
        By peer, how many times faster than it `base` shall be; below 1 for a floor that can only be approached.
    notes : mapping of str to mapping of str to str, optional
        Further columns: heading, then text by peer.

    Returns
    -------
    dict of str to float
        Median seconds by peer.
    """
    seconds, processor = interleaved(peers, repeat)
    goals, notes = goals or {}, notes or {}
    if rows:
        notes = {"M rows/s": {name: f"{rows / taken / 1e6:,.1f}" for name, taken in seconds.items()}, **notes}
    table = Table("", "median", *notes, f"{base} faster by", "in CPU time", "goal", "met", title=title, box=SIMPLE)
    for name, taken in sorted(seconds.items(), key=lambda item: item[1]):
        ratios = [times[name] / times[base] for times in (seconds, processor)]
        texts = ["" if name == base else f"{ratio:.2f} x" for ratio in ratios]
        table.add_row(name, f"{taken * 1e3:,.4g} ms", *(column.get(name, "") for column in notes.values()),
                      *texts, *_judged(ratios[0], goals.get(name)), style="bold" if name == base else None)
    Console(width=WIDTH).print(table)
    return seconds


def _judged(ratio, goal):
    """The goal and whether it is met, as text."""
    return (f">= {goal:g} x", "yes" if ratio >= goal else "NO") if goal else ("", "")


def interleaved(peers, repeat):
    """Median seconds of each callable, by the clock and of the processor; results are freed before the next starts."""
    clocks = time.perf_counter, time.process_time
    taken = [{name: [] for name in peers} for _ in clocks]
    for turn in range(repeat + 1):
        for name, call in peers.items():
            gc.collect()
            start = [clock() for clock in clocks]
            result = call()
            end = [clock() for clock in clocks]
            del result
            for times, before, after in zip(taken, start, end, strict=True):
                times[name] += [after - before] * bool(turn)
    return [{name: median(times) for name, times in of_clock.items()} for of_clock in taken]
