"""Blocks from cryo's Parquet say the same as the node's JSON they were made of; bad files are refused by row."""

import json

import pytest

from kit.refusal import Refusal
from kit.sources.ethereum import cryo, node
from tests.sources.ethereum.cryo_export import NAMES, export
from tests.sources.ethereum.small_block import BLOCK


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "16.json"
    path.write_text(json.dumps(BLOCK))
    return node.read(path)


def whole(told):
    """A block as cryo can tell it: without the calls that failed and the gas limit of the block."""
    return told | {"blocks": [block._replace(gas_limit=None) for block in told["blocks"]],
                   "traces": [trace for trace in told["traces"] if trace.success]}


@pytest.mark.parametrize("hexed", [False, True])
def test_a_block_says_the_same_as_its_json(told, tmp_path, hexed):
    assert cryo.read(export(told, tmp_path, hexed)) == whole(told)


@pytest.mark.recordings
@pytest.mark.parametrize("number", [12932986, 13002906])
def test_a_block_of_mainnet_says_the_same_as_its_json(kit_data, tmp_path, number):
    told = node.read(kit_data / f"onchain/eth-blocks-mev-inspect/raw_fulllogs/{number}.json.gz")
    assert any(not trace.success for trace in told["traces"])
    found, wanted = cryo.read(export(told, tmp_path)), whole(told)
    assert found["blocks"][0][:6] == wanted["blocks"][0][:6]
    assert {kind: found[kind] for kind in ("transactions", "logs", "traces")} == {
        kind: wanted[kind] for kind in ("transactions", "logs", "traces")}


def test_who_failed_is_seen_by_the_calls_where_nothing_else_tells(told, tmp_path):
    def silent(rows):
        for row in rows:
            del row["success"], row["gas_used"]

    found = cryo.read(export(told, tmp_path, transactions=silent))["transactions"]
    assert [(each.success, each.gas_used, each.coinbase) for each in found] == [(True, None, 25), (False, None, 0)]
    (tmp_path / NAMES["traces"].format(16)).unlink()
    found = cryo.read(tmp_path)["transactions"]
    assert [(each.success, each.coinbase) for each in found] == [(None, None), (None, None)]


@pytest.mark.parametrize("left", ["value_string", "value_binary"])
def test_amounts_are_exact_in_either_column(told, tmp_path, left):
    def one(rows):
        for row in rows:
            for name in {"value_string", "value_binary"} - {left}:
                del row[name]

    assert cryo.read(export(told, tmp_path, transactions=one)) == whole(told)


def removing(*names):
    return lambda rows: [row.pop(name) for row in rows for name in names]


def changing(row, name, value):
    return lambda rows: rows[row].update({name: value})


BAD = {
    "no exact amount": ("transactions", removing("value_string", "value_binary"), "'value_string', row 0: missing"),
    "no author": ("blocks", removing("author"), "'author', row 0: missing"),
    "a short hash": ("transactions", changing(1, "transaction_hash", b"\x01"), "'transaction_hash', row 1: '0x01' is"),
    "an amount of words": ("transactions", changing(1, "value_string", "much"), "'value_string', row 1: 'much' is"),
    "a negative index": ("logs", changing(0, "log_index", -1), "'log_index', row 0: -1 is no number"),
    "an unheard-of call": ("traces", changing(1, "action_call_type", "jump"), "'action_call_type', row 1: 'jump' is"),
    "a place of words": ("traces", changing(1, "trace_address", "0_x"), "'trace_address', row 1: '0_x' is no place"),
    "no call type": ("traces", changing(0, "action_call_type", None), "'action_call_type', row 0: missing"),
    "an unheard-of action": ("traces", changing(0, "action_type", "jump"), "'action_type', row 0: 'jump' is none"),
    "another block's": ("transactions", changing(0, "block_number", 15), "block 15 but not the block"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_table_is_refused_where_it_is_bad(told, tmp_path, name):
    kind, damage, where = BAD[name]
    with pytest.raises(Refusal, match=where) as refused:
        cryo.read(export(told, tmp_path, **{kind: damage}))
    assert refused.value.remedy and str(tmp_path) in str(refused.value)


def test_half_a_file_and_a_folder_without_blocks_are_refused(told, tmp_path):
    with pytest.raises(Refusal, match="has no blocks.*Remedy: export blocks"):
        cryo.read(export(told, tmp_path, without=["blocks"]))
    path = export(told, tmp_path) / NAMES["logs"].format(16)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Refusal, match=r"logs__16_to_16.parquet: truncated or corrupt Parquet"):
        cryo.read(tmp_path)
