"""One pass over swaps that leaves the few among which an attack could be."""

from __future__ import annotations

import numpy as np

from kit import backend
from kit.kernels.launch import launch

BITS, FOUND = 5, 16
"""Of a pool's number: the block that it speaks of; below it whether the pattern was found, and two bits for each way
that count to two."""


def suspicious(lo, hi, reals, whole, block, pool, way, out):
    """Whether a row's block and pool hold two swaps of one way and, behind them, one of the other.

    A piece does the blocks that begin in it, whole. Of every pool it keeps one number: of which block it speaks,
    whether the pattern was seen, and of each way how many swaps there were, up to two.
    """
    seen, blocks, i = whole[0], 0, lo
    for p in range(seen.shape[0]):
        seen[p] = 0
    while 0 < i < hi and block[i] == block[i - 1]:
        i += 1
    while i < hi:
        first, here, blocks = i, block[i], blocks + 1
        while i < block.shape[0] and block[i] == here:
            s = seen[pool[i]]
            if s >> BITS != blocks:
                s = blocks << BITS
            mine = 0 if way[i] > 0 else 2
            s |= (s >> 3 - mine & 1) << 4
            s += (1 - (s >> mine + 1 & 1)) << mine
            seen[pool[i]] = s
            i += 1
        for k in range(first, i):
            out[k] = seen[pool[k]] & FOUND != 0


def sieve(block, pool, way, pools):
    """Rows among which a sandwich could be: two swaps of one way and, later in the block, one of the other way.

    Parameters
    ----------
    block : array of int64, shape (swaps,)
        Number of the block, not decreasing.
    pool : array of int64, shape (swaps,)
        Pools counted from 0.
    way : array of int8, shape (swaps,)
        +1 one token for the other, -1 the other for the one.
    pools : int
        How many pools there are.

    Returns
    -------
    array of bool, shape (swaps,)
        True at all swaps of a block's pool if the pattern is among them. No sandwich, whoever its attacker may be, lies
        outside.
    """
    xp = backend.namespace(block)
    lent = [backend.lend(column) for column in (block, pool, way)]
    out = backend.namespace(lent[0]).empty(block.shape[0], dtype=np.bool_)
    launch(suspicious, block.shape[0], *lent, out, whole=(1, pools))
    return xp.asarray(out)
