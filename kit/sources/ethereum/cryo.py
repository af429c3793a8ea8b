"""Blocks as cryo exports them: Parquet tables of blocks, transactions, logs and traces.

- Cryo leaves out calls that failed: where nothing else is told, a transaction of a traced block without calls failed.
- What was not exported is None: a block's gas limit, a transaction's gas and success, and payments without traces.
"""

from __future__ import annotations

import operator
import re
from pathlib import Path

import pyarrow.parquet

from kit.events import Block, Log, Trace, Transaction
from kit.refusal import Refusal
from kit.sources import tables
from kit.sources.ethereum.node import payments
from kit.sources.ethereum.record import Record

KINDS = ("blocks", "transactions", "logs", "traces")

BEFORE, WITHIN = operator.attrgetter("block", "index"), operator.attrgetter("block", "index", "place")
"""Order of transactions, and of what happened within them."""

CALLS = {"call": "call", "call_code": "callcode", "delegate_call": "delegatecall", "static_call": "staticcall"}
"""Cryo's words for kinds of calls, and the nodes'."""


def read(folder) -> dict[str, list]:
    """Events of the blocks in a folder.

    Parameters
    ----------
    folder : path
        Holds files such as ``ethereum__blocks__15000000_to_15000999.parquet``, of blocks and transactions at least.
        Bytes may be binary or hexadecimal text; amounts binary or decimal text.

    Returns
    -------
    dict of str to list
        ``blocks``, ``transactions``, ``logs``, ``traces``, in order (see `kit.events`).

    Raises
    ------
    Refusal
        No such files, a truncated one, a missing column or value, or one that is none of its kind; names the row.
    """
    rows = {kind: [row for path in sorted(Path(folder).glob(f"*__{kind}__*.parquet")) for row in _rows(path)]
            for kind in KINDS}
    for kind in KINDS[:2]:
        if not rows[kind]:
            raise Refusal(f"has no {kind}", file=folder, remedy="export blocks and transactions, and logs or traces")
    blocks = sorted(map(_block, rows["blocks"]))
    transactions = sorted(map(_transaction, rows["transactions"]), key=BEFORE)
    traces = sorted((_trace(row) for row in rows["traces"] if row.get("action_type") != "reward"), key=WITHIN)
    transactions = _traced(transactions, traces, {block.block: block.producer for block in blocks}, folder)
    return {"blocks": blocks, "transactions": list(transactions), "logs": sorted(map(_log, rows["logs"]), key=WITHIN),
            "traces": traces}


def _rows(path):
    """Rows of a file, bytes in them as hexadecimal text."""
    tables.header(path)  # refuses what is no Parquet
    types = {field.name: field.type for field in pyarrow.parquet.read_schema(path)}
    for block in tables.blocks(path, types):
        for row, values in enumerate(block.table.to_pylist(), block.row):
            yield Record({name: f"0x{value.hex()}" if isinstance(value, bytes) else value
                          for name, value in values.items()}, path, "", row)


def _block(row):
    written = row.data("extra_data", optional=True) or "0x"
    return Block(row.number("block_number"), row.number("timestamp"), row.address("author"),
                 row.number("base_fee_per_gas", optional=True) or 0, row.number("gas_limit", optional=True),
                 row.number("gas_used"), bytes.fromhex(written[2:]).decode("utf-8", errors="replace"))


def _transaction(row):
    return Transaction(
        row.number("block_number"), row.number("transaction_index"), row.hash("transaction_hash"),
        row.address("from_address"), row.address("to_address", optional=True), _amount(row, "value"),
        row.number("gas_price"), row.number("gas_used", optional=True), row.number("gas_limit"), None,
        row.data("input"), row.get("success", optional=True))


def _amount(row, name):
    """Of an amount's columns one that is exact: decimal text, or bytes."""
    names = (f"{name}_string", name, f"{name}_binary")
    value = row.get(*names)
    return int(value) if isinstance(value, str) and value.isdecimal() else row.number(*names)


def _log(row):
    topics = (row.hash(f"topic{n}", optional=True) for n in range(4))
    return Log(row.number("block_number"), row.number("transaction_index"), row.hash("transaction_hash"),
               (row.number("log_index"),), row.address("address"), tuple(topic for topic in topics if topic),
               row.data("data"))


def _trace(row):
    kind = _kind(row)
    return Trace(
        row.number("block_number"), row.number("transaction_index", "transaction_position"),
        row.hash("transaction_hash"), _place(row), kind, row.address("action_from"),
        row.address("action_to", "result_address"), _amount(row, "action_value"),
        row.data("action_input", "action_init", optional=kind == "suicide") or "0x",
        row.data("result_output", "result_code", optional=True) or "0x", True)


def _kind(row):
    name, known = "action_type", {"create": "create", "suicide": "suicide"}
    if row.get(name) == "call":
        name, known = "action_call_type", CALLS
    if row.get(name) not in known:
        raise row.refusal(f"{row.get(name)!r} is none of {', '.join(known)}", name)
    return known[row.get(name)]


def _place(row):
    """``0_2_1`` is the second call of the third call of the first one; the outermost call has no number."""
    written = row.get("trace_address")
    if not re.fullmatch(r"(\d+(_\d+)*)?", written):
        raise row.refusal(f"{written!r} is no place of a call", "trace_address")
    return tuple(int(step) for step in written.split("_") if step)


def _traced(transactions, traces, producers, folder):
    """Transactions with what only their calls tell, where their block has any."""
    strange = {event.block for event in (*transactions, *traces)} - producers.keys()
    if strange:
        raise Refusal(f"has transactions or traces of block {min(strange)} but not the block", file=folder,
                      remedy="export the same range of blocks of every kind")
    told, succeeded = {trace.block for trace in traces}, {(trace.block, trace.index) for trace in traces}
    paid = payments(traces, producers)
    for each in transactions:
        key = each.block, each.index
        success = key in succeeded if each.success is None else each.success
        yield each._replace(coinbase=paid[key], success=success) if each.block in told else each
