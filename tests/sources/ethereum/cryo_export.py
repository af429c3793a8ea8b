"""Blocks as cryo lays them out in Parquet: without the calls that failed, bytes in binary or as hexadecimal text."""

import pyarrow as pa
import pyarrow.parquet

NAMES = {"blocks": "ethereum__blocks__{0}_to_{0}.parquet", "transactions": "ethereum__transactions__{0}_to_{0}.parquet",
         "logs": "ethereum__logs__{0}_to_{0}.parquet", "traces": "ethereum__traces__{0}_to_{0}.parquet"}

WORDS = {"callcode": "call_code", "delegatecall": "delegate_call", "staticcall": "static_call"}


def raw(text):
    return None if text is None else bytes.fromhex(text[2:])


def blocks(told):
    return [{"block_hash": bytes(32), "author": raw(b.producer), "block_number": b.block, "gas_used": b.gas_used,
             "extra_data": b.extra_data.encode(), "timestamp": b.timestamp, "base_fee_per_gas": b.base_fee or None,
             "chain_id": 1} for b in told]


def transactions(told):
    return [{"block_number": t.block, "transaction_index": t.index, "transaction_hash": raw(t.hash), "nonce": 0,
             "from_address": raw(t.sender), "to_address": raw(t.to), "value_binary": t.value.to_bytes(32, "big"),
             "value_string": str(t.value), "value_f64": float(t.value), "input": raw(t.input), "gas_limit": t.gas_limit,
             "gas_used": t.gas_used, "gas_price": t.gas_price, "success": t.success, "chain_id": 1} for t in told]


def logs(told):
    return [{"block_number": log.block, "transaction_index": log.index, "log_index": log.place[0],
             "transaction_hash": raw(log.hash), "address": raw(log.address), "data": raw(log.data), "chain_id": 1}
            | {f"topic{n}": raw(log.topics[n]) if n < len(log.topics) else None for n in range(4)} for log in told]


def traces(told):
    """Those that succeeded, and the block's reward."""
    rows = [{"action_from": raw(t.sender), "action_to": None if t.kind == "create" else raw(t.to),
             "action_value": str(t.value), "action_input": None if t.kind in ("create", "suicide") else raw(t.input),
             "action_init": raw(t.input) if t.kind == "create" else None,
             "action_type": t.kind if t.kind in ("create", "suicide") else "call",
             "action_call_type": None if t.kind in ("create", "suicide") else WORDS.get(t.kind, t.kind),
             "result_output": None if t.kind in ("create", "suicide") else raw(t.output),
             "result_code": raw(t.output) if t.kind == "create" else None,
             "result_address": raw(t.to) if t.kind == "create" else None,
             "trace_address": "_".join(map(str, t.place)), "transaction_index": t.index,
             "transaction_hash": raw(t.hash), "block_number": t.block} for t in told if t.success]
    reward = dict.fromkeys(rows[0]) | {"action_type": "reward", "action_value": "2000000000000000000",
                                       "trace_address": "", "block_number": told[0].block}
    return [*rows, reward]


def export(told, folder, hexed=False, without=(), **damage):
    """Tables of a block as cryo lays them out, in binary or as hexadecimal text; `damage` changes rows of a kind."""
    for kind, rows in {"blocks": blocks, "transactions": transactions, "logs": logs, "traces": traces}.items():
        if kind in without:
            continue
        table = [{name: f"0x{value.hex()}" if hexed and isinstance(value, bytes) else value
                  for name, value in row.items()} for row in rows(told[kind])]
        damage.get(kind, list)(table)
        pyarrow.parquet.write_table(pa.Table.from_pylist(table), folder / NAMES[kind].format(told["blocks"][0].block))
    return folder
