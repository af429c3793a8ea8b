"""Blocks as one recording: tables of all that happened in them.

- A chain's clock never goes back: a time before that of an earlier block is wrong, and taken for none.
- What was set right or left out is told with the tables (`kit.sources.remark`).
"""

from __future__ import annotations

from pathlib import Path

from kit import events
from kit.sources.ethereum import cryo, node
from kit.sources.remark import Remark, remark


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
    told, again, misnamed, corrupt = {}, [], [], []
    for path in map(Path, paths):
        raw = node.record(path)
        block = node.tell(raw)
        number, stem = block["blocks"][0].block, path.name.split(".")[0]
        misnamed += [f"{path.name} holds {number:,}"] * (stem.isdecimal() and int(stem) != number)
        if number in told:
            again.append(number)
        else:
            told[number] = block
            corrupt += [number] * node.corrupt(raw)
    tables = _tables(block for _, block in sorted(told.items()))
    remark(tables["blocks"], [
        Remark("warning", "misnamed file", len(misnamed), f"{', '.join(misnamed)}: what is inside counts"),
        Remark("info", "block in two files", len(again), f"{_named(again)} in several files: the first counts")])
    remark(tables["transactions"], [Remark(
        "warning", "corrupt receipts", len(corrupt), f"receipts of {_named(corrupt)} tell less gas than any "
        "transaction costs: neither gas nor status was taken from them")])
    return tables


def _named(blocks):
    """The first three of some blocks, and how many more there are."""
    more = f" and {len(blocks) - 3} more" if len(blocks) > 3 else ""
    return f"{'blocks' if len(blocks) > 1 else 'block'} {', '.join(f'{block:,}' for block in sorted(blocks)[:3])}{more}"


def from_cryo(folder) -> dict:
    """The same of blocks that cryo exported into a folder; refused as `cryo.read` does."""
    return _tables([cryo.read(folder)])


def _tables(told):
    from kit.sources.ethereum import decode  # knows ABIs, which take their time to import

    decoded = list(map(decode.decode, told))
    happened = {kind: [event for each in decoded for event in each[kind]]
                for kind in events.KINDS if kind in decoded[0]}
    timed = list(_timed(happened["blocks"]))
    wrong = [was.block for was, now in zip(happened["blocks"], timed, strict=True) if was != now]
    tables = {kind: events.frame(each, kind) for kind, each in (happened | {"blocks": timed}).items()}
    remark(tables["blocks"], [Remark("warning", "time backwards", len(wrong), f"the time of {_named(wrong)} lies "
                                     "before that of an earlier block: it is taken for missing")])
    return tables


def _timed(blocks):
    latest = 0
    for block in blocks:
        right = block.timestamp is None or block.timestamp >= latest
        yield block if right else block._replace(timestamp=None)
        latest = max(latest, block.timestamp or 0)
