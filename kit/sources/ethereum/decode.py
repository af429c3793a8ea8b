"""What contracts did in a block, decoded: transfers, swaps, changes of liquidity and liquidations.

Logs are read where a block has them, since calls that fail leave none; where it has none, the calls that did not fail.
"""

from __future__ import annotations

import collections
import operator
from collections.abc import Iterator

from kit.events import Liquidation, Liquidity, Swap, Transfer
from kit.refusal import Refusal
from kit.sources.ethereum import lending, liquidity, pairs, reserves, swap_calls, swap_logs, transfers
from kit.sources.ethereum.scene import Scene

TABLES = {Transfer: "transfers", Swap: "swaps", Liquidity: "liquidity", Liquidation: "liquidations"}

_LOGS = swap_logs.READERS | liquidity.LOGS | lending.LOGS
_CALLS = swap_calls.READERS | liquidity.CALLS | lending.CALLS
_TWO_SIDED = swap_logs.TWO_SIDED | liquidity.TWO_SIDED
_PLAIN = {transfers.TRANSFER.topic: (transfers.TRANSFER, transfers.NFT),
          swap_logs.V2_SYNC.topic: (swap_logs.V2_SYNC,)}
"""Events that are none of the tables' by themselves, or none at all."""


def decode(raw) -> dict[str, list]:
    """Decode what happened in blocks.

    Parameters
    ----------
    raw : dict of str to list
        ``blocks``, ``transactions``, ``logs`` and ``traces`` of one block or several, each in order (`kit.events`).

    Returns
    -------
    dict of str to list
        The same, and in order of block, transaction and place:

        - ``transfers``: of tokens, each by its log or its call; of ether by calls, where there are any. Where a block
          has both logs and calls, places of ether's transfers are paths of calls, those of tokens numbers of logs, and
          a transaction's tokens come first.
        - ``swaps``, ``liquidity``, ``liquidations``.
        - ``misfits``: logs under the name of an event that is read here, which tell of none: topics or bytes do not
          fit, the pool's tokens cannot be told, or nothing was exchanged. Nothing else is left out of the tables, but
          calls: four bytes are too few to tell one contract's function from another's, and what does not fit is taken
          for another's.

    Raises
    ------
    Refusal
        A log or a call of a transaction that is not listed.
    """
    made = {name: [] for name in (*TABLES.values(), "misfits")}
    logs, calls = _by_block(raw["logs"]), _by_block(raw["traces"])
    signed = {each.hash: each for each in raw["transactions"]}
    for block in sorted(logs.keys() | calls.keys()):
        read = _logs(logs[block], calls[block], signed) if block in logs else _calls(calls[block], signed)
        for name, each in read:
            made[name].append(each)
    return raw | made


def _by_block(events):
    blocks = collections.defaultdict(list)
    for each in events:
        blocks[each.block].append(each)
    return blocks


def _scenes(events, moved, signed, held, paired, calls=()):
    """Scenes by the hash of their transaction."""
    within, called = collections.defaultdict(list), collections.defaultdict(list)
    for each in moved:
        within[each.hash].append(each)
    for each in calls:
        called[each.hash].append(each)
    hashes = {each.hash for each in events}
    for hash in hashes - signed.keys():
        raise Refusal(f"what {hash} did is told, but not the transaction", remedy="read its block whole")
    return {hash: Scene(signed[hash].sender, signed[hash].to, within[hash], paired, held, called[hash])
            for hash in hashes}


def _logs(logs, calls, signed) -> Iterator[tuple]:
    """Events that a block's logs tell, each with the name of its table; reserves are those told so far."""
    tokens, held = list(transfers.by_logs(logs)), {}
    moved = sorted([*tokens, *transfers.of_ether(calls)], key=operator.attrgetter("index"))
    yield from (("transfers", each) for each in moved)
    scenes = _scenes(logs, tokens, signed, held, pairs.of_logs(_changes(logs), tokens))
    for log in logs:
        topic = log.topics[0] if log.topics else None
        if topic == swap_logs.V2_SYNC.topic and (said := swap_logs.V2_SYNC.read(log)):
            held[log.address] = said
        elif topic in _LOGS:
            event = _LOGS[topic](log, scenes[log.hash])
            if event or not liquidity.is_nothing(log):
                yield (TABLES[type(event)], event) if event else ("misfits", log)
        elif topic in _PLAIN and not any(event.read(log) for event in _PLAIN[topic]):
            yield "misfits", log


def _changes(logs):
    """Logs of pools that hold two tokens, with what they say the pool gained of each."""
    for log in logs:
        event, change = _TWO_SIDED.get(log.topics[0] if log.topics else None, (None, None))
        said = event and event.read(log)
        if said:
            yield log, change(said)


def _calls(calls, signed) -> Iterator[tuple]:
    """Events that a block's calls tell, each with the name of its table."""
    calls = [call for call in calls if call.success]
    moved = sorted([*transfers.by_calls(calls), *transfers.of_ether(calls)], key=operator.attrgetter("index", "place"))
    paired = pairs.of_calls(calls)
    scenes = _scenes(calls, moved, signed, reserves.known(calls, paired), paired, calls)
    yield from (("transfers", each) for each in moved)
    for call in calls:
        reader = _CALLS.get(call.input[:10]) if call.kind == "call" else None
        if reader and (event := reader(call, scenes[call.hash])):
            yield TABLES[type(event)], event
