"""Blocks as one recording: tables of all that happened in them.

- A chain's clock never goes back: a time before that of an earlier block is wrong, and taken for none.
"""

from __future__ import annotations

from kit import events
from kit.sources.ethereum import cryo, node


def from_nodes(paths) -> dict:
    """Tables of blocks in files that `node.read` reads; where two are of one block, the first counts.

    Parameters
    ----------
    paths : iterable of path-like

    Returns
    -------
    dict of str to pandas.DataFrame
        By kind (see `kit.events`), in order of block: what was told, and what `decode.decode` makes of it.

    Raises
    ------
    Refusal
        As `node.read`.
    """
    told = {}
    for path in paths:
        block = node.read(path)
        told.setdefault(block["blocks"][0].block, block)
    return _tables(block for _, block in sorted(told.items()))


def from_cryo(folder) -> dict:
    """The same of blocks that cryo exported into a folder; refused as `cryo.read` does."""
    return _tables([cryo.read(folder)])


def _tables(told):
    from kit.sources.ethereum import decode  # knows ABIs, which take their time to import

    decoded = list(map(decode.decode, told))
    happened = {kind: [event for each in decoded for event in each[kind]]
                for kind in events.KINDS if kind in decoded[0]}
    happened["blocks"] = list(_timed(happened["blocks"]))
    return {kind: events.frame(each, kind) for kind, each in happened.items()}


def _timed(blocks):
    latest = 0
    for block in blocks:
        right = block.timestamp is None or block.timestamp >= latest
        yield block if right else block._replace(timestamp=None)
        latest = max(latest, block.timestamp or 0)
