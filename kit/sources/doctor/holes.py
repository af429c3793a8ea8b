"""Silences that chance does not explain, feeds that begin late or end early.

How long may a feed be silent? As long as its own traffic makes likely. Of the w = `reach` seconds before a silence of g
seconds (w = g, if that is more) k had a message. Had the silence been but chance, every order of these w + g seconds
would be as likely as any other, and the g last ones would be empty with probability C(w, k) / C(w + g, k). Two things
make this honest for markets:

- Messages come in clusters. The exponent is divided by the dispersion of the w seconds: the variance of the busy ones
  among blocks of `BLOCK`, over that of independent seconds, at least 1 (as in quasi-likelihood).
- Traffic fades. The same is asked of the seconds after the silence, and the less surprising side decides.

Times the number of busy seconds, this is how many such silences a feed like this one shows by chance. Over 26 real
feeds of quotes, books and trades and 40 of the embedded market the most surprising sound silence is expected in one of
60 recordings, just as it should be; the least surprising true hole in one of 10^5. The line is drawn at 10^4.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from kit.clock import SECOND
from kit.sources.doctor.finding import Finding
from kit.sources.doctor.wording import count, percent, seconds, stamp

FLOOR = 5 * SECOND
"""Silences up to this are not looked at: the grid holds a quote that long."""
REACH = 300
BLOCK = 10
CHANCE = 1e-4


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
               & _strange(-lines.second[::-1], -after, -before, reach, chance))
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
    line = np.log(len(busy) / chance)
    return np.array([value > line and value > line * _dispersion(busy, end - wide + 1, end + 1)
                     for value, end, wide in zip(surprise, last, width, strict=True)], dtype=bool)


def _log_choose(n, k):
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def _dispersion(busy, begin, end):
    """Variance of the busy seconds among blocks of [begin, end), over that of independent ones; at least 1."""
    blocks = (end - begin) // BLOCK
    if blocks < 3:
        return np.inf
    inside = busy[slice(*np.searchsorted(busy, [end - blocks * BLOCK, end]))]
    each = np.bincount((end - 1 - inside) // BLOCK, minlength=blocks)
    share = (each.sum() + 0.5) / (blocks * BLOCK + 1)
    variance = ((each - BLOCK * share) ** 2).sum() / (blocks - 1)
    return max(1.0, variance / (BLOCK * share * (1 - share)))


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
    busy, first = -lines.second[::-1], int(lines.first[0])
    if _strange(busy, busy[-1:], np.array([1 - begin // SECOND]), reach, chance).any():
        yield Finding(
            "warning", "late start", kind,
            f"the first of the {kind} comes {seconds(first - begin)} after {stamp(begin)}, when the period begins: "
            "start there", 0, begin, first)


def early_end(kind, lines, end, reach=REACH, chance=CHANCE):
    """A warning where a feed ends before the recording, or the period, does, and chance does not explain it."""
    busy, last = lines.second, int(lines.last[-1])
    if _strange(busy, busy[-1:], np.array([end // SECOND]), reach, chance).any():
        yield Finding(
            "warning", "early end", kind,
            f"the last of the {kind} comes {seconds(end - last)} before the end at {stamp(end)}: stop there",
            0, last, end)
