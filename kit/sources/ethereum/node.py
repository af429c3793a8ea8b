"""A block as a node tells it over JSON-RPC: header, transactions, receipts with their logs, and traces of calls.

- A transaction failed if its outermost call did; where there are no traces, if its receipt says so.
- Receipts in which a transaction costs less gas than any can are corrupt, those of the whole block: neither their gas
  nor their status is taken.
- A block's own reward is no transaction's: its trace is left out.
"""

from __future__ import annotations

import collections
import gzip
import json
import operator
import zlib
from pathlib import Path
from typing import NamedTuple

from kit.events import Block, Log, Trace, Transaction
from kit.refusal import Refusal
from kit.sources.ethereum.record import REMEDY, Record

LEAST_GAS = 21_000 // 2
"""A transaction costs 21,000 gas at least, of which refunds give back half at most (a fifth since EIP-3529)."""

PAYING = ("call", "suicide")
"""Kinds of calls that hand over the ether they name."""


class Receipt(NamedTuple):
    """What is known of how a transaction went."""

    hash: str | None = None
    gas_price: int | None = None
    gas_used: int | None = None
    success: bool | None = None


def read(path) -> dict[str, list]:
    """Events of one block.

    Parameters
    ----------
    path : path-like
        JSON, or JSON in gzip: ``data`` (the block with its transactions) or a bare header (``block_number``,
        ``block_timestamp``, ``miner``, ``base_fee_per_gas``), and as far as they are known ``receipts`` (a list, or an
        answer that holds it under ``result``) and ``traces`` or ``calls`` in Parity's form. Keys in camel or snake
        case, numbers as integers or hexadecimal text.

    Returns
    -------
    dict of str to list
        ``blocks`` (one), ``transactions``, ``logs``, ``traces``, in order (see `kit.events`). Transactions that the
        block does not list are those of its outermost calls; without receipts gas is None, without traces `coinbase`.

    Raises
    ------
    Refusal
        A truncated file, a missing field, or a value that is none of its kind; names the part of the file and the row.
    """
    return tell(record(path))


def record(path) -> Record:
    """A file as it stands."""
    path = Path(path)
    return Record(load(path), path, "block")


def tell(raw) -> dict[str, list]:
    """What `read` makes of a file."""
    header = raw.inside("data") if raw.has("data") else raw
    block, receipts = _block(header), _receipts(raw)
    traces = _traces(raw, block.block)
    transactions = _listed(header, block.block, receipts) or _called(traces, block.block, receipts, raw)
    if raw.has("traces") or raw.has("calls"):
        transactions = _traced(transactions, traces, block, raw)
    return {"blocks": [block], "transactions": transactions, "logs": _logs(raw, block.block), "traces": traces}


def load(path):
    """The JSON of a file, in gzip or not; one that is cut or garbled is refused."""
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
            return json.load(file)
    except (ValueError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Refusal(f"truncated or corrupt JSON: {error}", file=path, remedy=REMEDY) from error


def _block(header):
    written = header.data("extra_data", optional=True) or "0x"
    return Block(header.number("number", "block_number"), header.number("timestamp", "block_timestamp", optional=True),
                 header.address("miner"), header.number("base_fee_per_gas", optional=True) or 0,
                 header.number("gas_limit", optional=True), header.number("gas_used", optional=True),
                 bytes.fromhex(written[2:]).decode("utf-8", errors="replace"))


def _told(raw):
    """Receipts as they stand in the file."""
    if raw.has("receipts") and isinstance(raw.get("receipts"), dict):
        return raw.inside("receipts").rows("result", "receipts")
    return raw.rows("receipts")


def corrupt(raw) -> bool:
    """Whether, by the receipts of a file, a transaction costs less gas than any can."""
    return any(row.number("gas_used") < LEAST_GAS for row in _told(raw))


def _receipts(raw):
    """Receipts by the number of their transaction, None in them what cannot be trusted."""
    told, sound = _told(raw), not corrupt(raw)
    return {row.number("transaction_index"): Receipt(
                row.hash("transaction_hash"), row.number("effective_gas_price", optional=True),
                row.number("gas_used") if sound else None, _success(row) if sound else None) for row in told}


def _success(receipt):
    status = receipt.number("status", optional=True)
    return None if status is None else bool(status)


def _receipt(receipts, index, row):
    if receipts and index not in receipts:
        raise row.refusal(f"transaction {index} has no receipt")
    return receipts.get(index, Receipt())


def _listed(header, number, receipts):
    """Transactions as the block lists them."""
    return [_transaction(row, number, _receipt(receipts, row.number("transaction_index"), row))
            for row in header.rows("transactions")]


def _transaction(row, number, receipt):
    price, name = receipt.gas_price, row.hash("hash", optional=True) or receipt.hash
    if receipt.hash not in (None, name):
        raise row.refusal(f"{name} has the receipt of {receipt.hash}", "hash")
    return Transaction(
        number, row.number("transaction_index"), name, row.address("from"),
        row.address("to", optional=True), row.number("value"), row.number("gas_price") if price is None else price,
        receipt.gas_used, row.number("gas"), None, row.data("input", "data"), receipt.success)


def _traces(raw, number):
    """Calls within transactions, outer before inner; a call fails with the calls around it."""
    rows = [row for name in ("traces", "calls") for row in raw.rows(name) if row.get("type") != "reward"]
    standing, settled = {}, []
    for trace in sorted((_trace(row, number) for row in rows), key=operator.attrgetter("index", "place")):
        around = standing.get((trace.index, trace.place[:-1])) if trace.place else True
        if around is None:
            raise raw.refusal(f"transaction {trace.index}: no call stands around {list(trace.place)}", "traces")
        standing[trace.index, trace.place] = trace.success and around
        settled.append(trace._replace(success=trace.success and around))
    return settled


def _trace(row, number):
    kind, action = row.get("type"), row.inside("action")
    if kind not in _ACTIONS:
        raise row.refusal(f"{kind!r} is none of {', '.join(_ACTIONS)}, reward", "type")
    result = row.inside("result") if row.has("result") else None
    return Trace(number, row.number("transaction_position"), row.hash("transaction_hash"),
                 row.numbers("trace_address"), *_ACTIONS[kind](action, result), not row.has("error"))


def _call(action, result):
    return (action.get("call_type"), action.address("from"), action.address("to"), action.number("value"),
            action.data("input"), result.data("output") if result else "0x")


def _create(action, result):
    return ("create", action.address("from"), result.address("address") if result else None, action.number("value"),
            action.data("init"), result.data("code") if result else "0x")


def _suicide(action, result):
    return ("suicide", action.address("address"), action.address("refund_address"), action.number("balance"),
            "0x", "0x")


_ACTIONS = {"call": _call, "create": _create, "suicide": _suicide}
"""What happened by the type of its trace: kind, sender, receiver, value, input, output."""


def _called(traces, number, receipts, raw):
    """Transactions as the outermost calls show them."""
    roots = [trace for trace in traces if trace.place == ()]
    return [Transaction(number, root.index, root.hash, root.sender, None if root.kind == "create" else root.to,
                        root.value, receipt.gas_price, receipt.gas_used, None, None, root.input, receipt.success)
            for root, receipt in ((root, _receipt(receipts, root.index, raw)) for root in roots)]


def _traced(transactions, traces, block, raw):
    """Transactions with what only their calls tell: whether they failed, and what they paid to the producer."""
    succeeded = {(trace.index, trace.hash): trace.success for trace in traces if trace.place == ()}
    for each in transactions:
        if (each.index, each.hash) not in succeeded:
            raise raw.refusal(f"transaction {each.index} has no trace, or another's")
    paid = payments(traces, {block.block: block.producer})
    return [each._replace(coinbase=paid[each.block, each.index], success=succeeded[each.index, each.hash])
            for each in transactions]


def payments(traces, producers) -> collections.Counter:
    """Wei that successful calls of a transaction paid to the producer of its block.

    Parameters
    ----------
    traces : iterable of kit.events.Trace
    producers : dict of int to str
        By block.

    Returns
    -------
    collections.Counter
        By block and index of the transaction.
    """
    paid = collections.Counter()
    for trace in traces:
        if trace.success and trace.kind in PAYING and trace.to == producers[trace.block]:
            paid[trace.block, trace.index] += trace.value
    return paid


def _logs(raw, number):
    """Logs of the receipts where they carry them, else those that stand by themselves."""
    within = [log for row in _told(raw) for log in row.rows("logs", "receipts.logs")]
    logs = [Log(number, row.number("transaction_index"), row.hash("transaction_hash"), (row.number("log_index"),),
                row.address("address"), row.hashes("topics"), row.data("data"))
            for row in within or raw.rows("logs")]
    return sorted(logs, key=operator.attrgetter("index", "place"))
