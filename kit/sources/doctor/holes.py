"""Silences that chance does not explain, feeds that begin late or end early.

How long may a feed be silent? As long as its own traffic makes likely. Of the w = `reach` seconds before a silence of g
seconds (w = g, if that is more) k had a message. Had the silence been but chance, every order of these w + g seconds
would be as likely as any other, and the g last ones would be empty with probability C(w, k) / C(w + g, k). Three things
make this honest for markets:

- Messages come in clusters. The logarithm is divided by the dispersion of the w seconds: the variance of busy ones
  among blocks of `BLOCK` over that of independent ones, at least 1 (as in quasi-likelihood).
- Traffic fades. The same is asked of the seconds after the silence, and the less surprising side decides.
- Even a steady feed has lulls. Were the silence but one of them, it would be as long in exp(-g / m) of cases, where m
  is the mean of the feed's other silences.

Times the number of busy seconds, or of silences, this is how many such silences a feed like this one shows by chance.
Over 26 real feeds of quotes, books and trades and 200 of the embedded market the most surprising sound silence is
expected in one of some hundred recordings, as it should be; the least surprising true hole in one of 4,000. The line is
drawn at 1,000.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from kit.clock import SECOND
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import count, percent, seconds, stamp

FLOOR = 5 * SECOND
"""Silences up to this are not looked at: the grid holds a quote that long."""
REACH = 600
BLOCK = 10
CHANCE = 1e-3
"""Seconds around a silence that speak for it; seconds of a block; how often a gap may be named where there is none."""


def holes(kind, lines, floor=FLOOR, reach=REACH, chance=CHANCE):
    """One warning per silence of a feed that is longer than `floor` ns and less likely than `chance`.

    Parameters
    ----------
    kind : str
    lines : Lines
        The feed by second, not empty.
    """
    quiet = np.flatnonzero(lines.first[1:] - lines.last[:-1] > floor)
    before, after = lines.second[quiet], lines.second[quiet + 1]
    strange = (_strange(lines.second, before, after, reach, chance)
               & _strange(-lines.second[::-1], -after, -before, reach, chance)
               & _outstanding(lines.second, after - before - 1, chance))
    for i in quiet[strange]:
        begin, end = int(lines.last[i]), int(lines.first[i + 1])
        yield Finding(
            "warning", "gap", kind,
            f"no {kind} for {seconds(end - begin)}, from {stamp(begin)} to {stamp(end)}, which the traffic around does "
            "not explain: windows must start anew after it, labels may not span it", 0, begin, end)


def _strange(busy, last, following, reach, chance):
    """Whether the seconds between `last` and `following` (arrays) are empty by more than chance, by those up to `last`.

    `busy` are the seconds with a message, in order.
    """
    empty = np.maximum(following - last - 1, 0)
    width = np.minimum(np.maximum(empty, reach), last - busy[0] + 1)
    k = np.searchsorted(busy, last, "right") - np.searchsorted(busy, last - width, "right")
    surprise = _log_choose(width + empty, k) - _log_choose(width, k)
    excess = surprise / np.log(len(busy) / chance)
    return np.array([more > 1 and more > _dispersion(busy, end, wide)
                     for more, end, wide in zip(excess, last, width, strict=True)], dtype=bool)


def _outstanding(busy, empty, chance):
    """Whether so many empty seconds in a row (array) are more than chance makes of the feed's other silences."""
    silences = np.diff(busy) - 1
    others = np.count_nonzero(silences) - 1
    mean = np.maximum((silences.sum() - empty) / max(others, 1), 1)
    return others * np.exp(-empty / mean) < chance


def _log_choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _dispersion(busy, last, width):
    """Variance of busy seconds among the blocks of the `width` seconds up to `last`, over that of independent ones.

    At least 1; infinite where the blocks are too few to tell.
    """
    blocks = width // BLOCK
    if blocks < 3:
        return np.inf
    inside = busy[slice(*np.searchsorted(busy, [last + 1 - blocks * BLOCK, last + 1]))]
    each = np.bincount((last - inside) // BLOCK, minlength=blocks)
    share = each.mean() / BLOCK
    return max(1.0, each.var(ddof=1) / (BLOCK * share * (1 - share))) if share < 1 else 1.0


def quiet_time(kind, lines, floor=FLOOR):
    """A note on how much of the time a feed was silent for longer than `floor` ns."""
    silence = lines.first[1:] - lines.last[:-1]
    silence = silence[silence > floor]
    if len(silence):
        stale = percent(int((silence - floor).sum()), int(lines.last[-1] - lines.first[0]))
        yield Finding(
            "info", "silence", kind,
            f"{count(len(silence), 'silence')} of more than {seconds(floor)}, the longest {seconds(silence.max())}: "
            f"where a quote may be no older than that, it is missing {stale} of the time")


def late_start(kind, lines, begin, reach=REACH, chance=CHANCE):
    """A warning where a feed begins after the period does, and chance does not explain it."""
    first = int(lines.first[0])
    if _cut_off(-lines.second[::-1], 1 - begin // SECOND, reach, chance):
        yield Finding(
            "warning", "late start", kind,
            f"the first of the {kind} comes {seconds(first - begin)} after {stamp(begin)}, when the period begins: "
            "start there", 0, begin, first)


def early_end(kind, lines, end, reach=REACH, chance=CHANCE):
    """A warning where a feed ends before the recording, or the period, does, and chance does not explain it."""
    last = int(lines.last[-1])
    if _cut_off(lines.second, end // SECOND, reach, chance):
        yield Finding(
            "warning", "early end", kind,
            f"the last of the {kind} comes {seconds(end - last)} before the end at {stamp(end)}: stop there",
            0, last, end)


def _cut_off(busy, end, reach, chance):
    """Whether the silence between the last busy second and `end` is more than chance."""
    if end <= busy[-1]:
        return False
    closed, last = np.append(busy, end), busy[-1:]
    return bool((_strange(closed, last, end, reach, chance) & _outstanding(closed, end - last - 1, chance))[0])
