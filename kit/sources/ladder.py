"""Price levels of a book in sorted arrays, and the replay of messages on them: compiled, one pass."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

GONE, FRESH, RUNNING = 0, 1, 2
"""State of a book: none; a snapshot waiting for its first update; updates in sequence."""

SILENT, CHANGED, BROKEN = 0, 1, 2
"""What a message did."""


class Ladder(NamedTuple):
    """Both sides, bids then asks, sorted towards the touch: best last, where most of the changes are."""

    key: Any  #: (2, room) price, of asks negative
    size: Any  #: (2, room)
    count: Any  #: (2,) levels that are there
    state: Any  #: state of the book, id of its last update, levels removed because crossed

    @classmethod
    def empty(cls):
        return cls(np.empty((2, 0)), np.empty((2, 0)), np.zeros(2, "int64"), np.array([GONE, -1, 0]))

    def grown(self, more):
        """The same with room for `more` levels."""
        used = int(self.count.max())
        room = np.empty((2, 2, used + more))
        room[0, :, :used], room[1, :, :used] = self.key[:, :used], self.size[:, :used]
        return self._replace(key=room[0], size=room[1])


class Rows(NamedTuple):
    """Levels that messages set."""

    side: Any  #: +1 bid, -1 ask, 0 none
    price: Any
    size: Any  #: 0 deletes


class Messages(NamedTuple):
    """Runs of rows."""

    start: Any  #: first row of each, and the number of rows
    snapshot: Any
    first_id: Any
    last_id: Any
    prev_id: Any


class Track(NamedTuple):
    """What each message did to the book."""

    did: Any
    touch: Any  #: (messages, levels, 4) bid, bid_size, ask, ask_size after it
    newest: Any  #: the message whose state the book is
    expected: Any  #: id, where it broke the sequence
    found: Any

    @classmethod
    def of(cls, begin, end, levels):
        """Of messages from `begin` to `end`, before they did anything."""
        did, own = np.zeros(end - begin, "int8"), np.arange(begin, end)
        return cls(did, np.full((end - begin, levels, 4), np.nan), own, np.full_like(own, -1), np.full_like(own, -1))


@njit(cache=True)
def replay(rows, messages, begin, ladder, track):
    """Messages from `begin` on, one after the other; those before are there for snapshots to catch up with."""
    for m in range(begin, len(messages.snapshot)):
        k = m - begin
        _advance(rows, messages, m, ladder, track, k)
        if track.did[k] == CHANGED:
            _report(ladder, track.touch[k])


@njit(cache=True)
def photograph(rows, messages, ladder, track, due, reach, pictures):
    """All messages from the first; after message m the best levels go into picture ``due[m]``, where that is not -1.

    Returns how many levels a side a picture needs that shows all within the share `reach` of the mid, and one beyond.
    """
    most = 0
    for m in range(len(messages.snapshot)):
        _advance(rows, messages, m, ladder, track, m)
        if due[m] >= 0 and ladder.state[0] != GONE and ladder.count.min() > 0:
            most = max(most, _within(ladder, reach) + 1)
            _report(ladder, pictures[due[m]])
    return most


@njit(cache=True)
def _within(ladder, reach):
    """Number of levels of the longer side within the share `reach` of the mid."""
    middle, most = (_best(ladder, 0) - _best(ladder, 1)) / 2, 0
    for side, limit in ((0, middle * (1 - reach)), (1, -middle * (1 + reach))):
        n = ladder.count[side]
        most = max(most, n - np.searchsorted(ladder.key[side, :n], limit))
    return most


@njit(cache=True)
def _advance(rows, messages, m, ladder, track, k):
    """Message `m`, on a book or to begin one."""
    if messages.snapshot[m]:
        _restart(rows, messages, m, ladder, track, k)
    elif ladder.state[0] != GONE:
        _step(rows, messages, m, ladder, track, k)


@njit(cache=True)
def _restart(rows, messages, m, ladder, track, k):
    """The book is snapshot `m`, and the newer ones of the messages before it."""
    ladder.count[:] = 0
    _apply(rows, messages.start[m], messages.start[m + 1], ladder)
    ladder.state[0], ladder.state[1] = FRESH, messages.last_id[m]
    track.did[k], track.newest[k] = CHANGED, m
    for earlier in range(m if messages.last_id[m] >= 0 else 0):
        if ladder.state[0] != GONE and not messages.snapshot[earlier]:
            _step(rows, messages, earlier, ladder, track, k)


@njit(cache=True)
def _step(rows, messages, m, ladder, track, k):
    """Apply message `m` if it is the next one, pass it over if it is older than the snapshot, else lose the book."""
    state = ladder.state
    first, last, prev = messages.first_id[m], messages.last_id[m], messages.prev_id[m]
    expected = state[1] if prev >= 0 else state[1] + 1
    if first >= 0 and state[0] == FRESH and last < expected:
        return
    found = prev if prev >= 0 and state[0] == RUNNING else first
    follows = found <= expected if state[0] == FRESH else found == expected
    track.newest[k] = m
    if first >= 0 and not follows:
        state[0], track.did[k], track.expected[k], track.found[k] = GONE, BROKEN, expected, found
        return
    _apply(rows, messages.start[m], messages.start[m + 1], ladder)
    state[0], state[1], track.did[k] = RUNNING, last, CHANGED


@njit(cache=True)
def _apply(rows, begin, end, ladder):
    """Set the levels of one message, and remove older ones that they cross."""
    bid = -np.inf
    for row in range(begin, end):
        if rows.side[row] == 1:
            _set(ladder, 0, rows.price[row], rows.size[row])
            if rows.size[row] > 0:
                bid = max(bid, rows.price[row])
        elif rows.side[row] == -1:
            _set(ladder, 1, -rows.price[row], rows.size[row])
    while ladder.count.min() > 0 and _best(ladder, 0) + _best(ladder, 1) >= 0:
        older = 1 if bid + _best(ladder, 1) >= 0 else 0
        ladder.count[older] -= 1
        ladder.state[2] += 1


@njit(cache=True)
def _best(ladder, side):
    return ladder.key[side, ladder.count[side] - 1]


@njit(cache=True)
def _set(ladder, side, key, size):
    """Insert, replace or delete a level."""
    n = ladder.count[side]
    keys, sizes = ladder.key[side], ladder.size[side]
    at = np.searchsorted(keys[:n], key)
    there = at < n and keys[at] == key
    if size > 0 and not there:
        for i in range(n, at, -1):
            keys[i], sizes[i] = keys[i - 1], sizes[i - 1]
        keys[at] = key
        ladder.count[side] = n + 1
    elif size <= 0 and there:
        for i in range(at, n - 1):
            keys[i], sizes[i] = keys[i + 1], sizes[i + 1]
        ladder.count[side] = n - 1
    if size > 0:
        sizes[at] = size


@njit(cache=True)
def _report(ladder, touch):
    """The best levels, best first."""
    for side in (0, 1):
        n = ladder.count[side]
        for level in range(min(n, len(touch))):
            touch[level, 2 * side] = abs(ladder.key[side, n - 1 - level])
            touch[level, 2 * side + 1] = ladder.size[side, n - 1 - level]
