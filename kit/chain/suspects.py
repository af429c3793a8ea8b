"""The few swaps of many among which a sandwich could be, found on columns before any of them becomes an event."""

from __future__ import annotations

import numpy as np

from kit.kernels.sieve import sieve
from kit.refusal import Refusal


def suspects(table):
    """Swaps of those blocks and pools in which two went one way and a later one the other way.

    Every sandwich has a front and a victim of one way and a back of the other, so all of them are among these, whatever
    a detector takes for an attacker: ``sandwiches(events.read(suspects(table), "swaps"))`` finds what it finds in the
    whole table, and reads a fraction of it.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns of `kit.events.Swap`, of them needed here: ``block`` (not decreasing), ``pool``, ``token_in`` and
        ``token_out``; the swaps of a block in their order.

    Returns
    -------
    pandas.DataFrame
        Those rows of `table`.

    Raises
    ------
    Refusal
        Blocks are not in order.
    """
    block = table["block"].to_numpy(np.int64)
    if (block[1:] < block[:-1]).any():
        raise Refusal("blocks are not in order", file="swaps", column="block",
                      row=int((block[1:] < block[:-1]).argmax()) + 1, remedy="sort by block, index and place")
    pool, pools = table["pool"].factorize()
    way = np.where(table["token_in"] < table["token_out"], 1, -1).astype(np.int8)
    return table[sieve(block, pool.astype(np.int64), way, len(pools))]
