"""Blocks from node JSON: real ones agree with their tables, small ones say what counts, bad ones are refused."""

import copy
import gzip
import json

import pandas as pd
import pytest

from kit.refusal import Refusal
from kit.sources.ethereum import node
from tests.sources.ethereum.small_block import ALICE, BLOCK, BOB, ETHER, MINER, POOL, digest, receipt


def block(**parts):
    """The small block with other parts, None for none."""
    return {name: part for name, part in (copy.deepcopy(BLOCK) | parts).items() if part is not None}


def read(tmp_path, told):
    path = tmp_path / "16.json"
    path.write_text(json.dumps(told))
    return node.read(path)


def test_a_block_is_read_to_the_last_field(tmp_path):
    found = read(tmp_path, BLOCK)
    assert found["blocks"] == [(16, 100_000_000, MINER, 7, 30_000_000, 60_000, "geth")]
    assert found["transactions"] == [
        (16, 0, digest(0), ALICE, BOB, ETHER, 10**9, 30_000, 100_000, 25, "0xa9059cbb", True),
        (16, 1, digest(1), ALICE, None, ETHER, 10**9, 30_000, 100_000, 0, "0xa9059cbb", False)]
    assert found["logs"] == [(16, 0, digest(0), (0,), POOL, (digest(7),), "0x01")]
    assert [(trace.index, trace.place, trace.kind, trace.to, trace.success) for trace in found["traces"]] == [
        (0, (), "call", BOB, True), (0, (0,), "call", MINER, True), (0, (1,), "call", POOL, False),
        (0, (1, 0), "call", MINER, False), (0, (2,), "delegatecall", MINER, True), (0, (3,), "suicide", MINER, True),
        (1, (), "create", None, False)]


def test_the_producer_is_paid_by_calls_that_hand_over_ether_and_do_not_fail(tmp_path):
    paid = [each.coinbase for each in read(tmp_path, BLOCK)["transactions"]]
    assert paid == [5 + 20, 0], "not 700 of a call within a failed one, nor 9000 of a delegated one"


def test_what_a_block_does_not_tell_is_none(tmp_path):
    bare = {"block_number": 16, "miner": MINER, "base_fee_per_gas": 7, "traces": BLOCK["traces"], "receipts": []}
    told = read(tmp_path, bare)
    assert told["blocks"] == [(16, None, MINER, 7, None, None, "")]
    assert told["transactions"][1] == (16, 1, digest(1), ALICE, None, 0, None, None, None, 0, "0x6000", False)
    assert told["logs"] == []
    untraced = read(tmp_path, block(traces=None))
    assert [(each.coinbase, each.success) for each in untraced["transactions"]] == [(None, True), (None, False)]
    assert untraced["traces"] == []


@pytest.mark.parametrize("form", ["snake", "numbers", "checksums", "calls", "bare receipts", "logs beside"])
def test_every_way_of_writing_a_block_says_the_same(tmp_path, form):
    told = block()
    if form == "snake":
        told = json.loads(json.dumps(told).replace("transactionHash", "transaction_hash").replace("gasUsed", "gas_used")
                          .replace("traceAddress", "trace_address").replace("baseFeePerGas", "base_fee_per_gas"))
    elif form == "numbers":
        told["data"] |= {"number": 16, "timestamp": 100_000_000, "gasLimit": 30_000_000}
    elif form == "checksums":
        told["data"]["miner"] = MINER.upper().replace("0X", "0x")
    elif form == "calls":
        told["calls"] = told.pop("traces")
    elif form == "bare receipts":
        told["receipts"] = told["receipts"]["result"]
    else:
        told["logs"] = [log for each in told["receipts"]["result"] for log in each.pop("logs")]
    assert read(tmp_path, told) == read(tmp_path, BLOCK)


def test_bytes_that_a_writer_lost_are_found_in_the_receipts(tmp_path):
    told = block()
    told["data"]["extraData"] = {}
    for each in told["data"]["transactions"]:
        each["hash"] = {}
    found = read(tmp_path, told)
    assert found["transactions"] == read(tmp_path, BLOCK)["transactions"]
    assert found["blocks"][0].extra_data == ""


def test_receipts_that_cost_less_than_any_transaction_can_are_not_believed(tmp_path):
    told = read(tmp_path, block(receipts=[receipt(0, status=0, gas=1), receipt(1)], traces=None))
    assert [(each.gas_used, each.success) for each in told["transactions"]] == [(None, None), (None, None)]


def without(path):
    """The block without one of its fields."""
    return changed(path, None)


def changed(path, value):
    told, (*way, last) = block(), path
    place = told
    for step in way:
        place = place[step]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return told


BAD = {
    "no number": (without(["data", "number"]), "column 'block.data.number': missing"),
    "no producer": (without(["data", "miner"]), "column 'block.data.miner': missing"),
    "a short address": (changed(["data", "transactions", 1, "from"], "0xaa"),
                        "'transactions.from', row 1: '0xaa' is not 20 bytes"),
    "odd digits": (changed(["data", "transactions", 0, "input"], "0xabc"), "'transactions.input', row 0: '0xabc'"),
    "no hexadecimal number": (changed(["data", "transactions", 0, "value"], "0xzz"),
                              "'transactions.value', row 0: '0xzz' is no number"),
    "a decimal text": (changed(["receipts", "result", 1, "gasUsed"], "30000"), "'receipts.gas_used', row 1: '30000'"),
    "a negative number": (changed(["data", "timestamp"], -1), "'block.data.timestamp': -1 is no number"),
    "a float": (changed(["data", "timestamp"], 1.5), "'block.data.timestamp': 1.5 is no number"),
    "hashes for transactions": (changed(["data", "transactions", 0], digest(0)), "row 0: is '0x0000.* not an object"),
    "a receipt too few": (without(["receipts", "result", 0]), "row 0: transaction 0 has no receipt"),
    "a topic cut": (changed(["receipts", "result", 0, "logs", 0, "topics"], ["0x07"]),
                    "'receipts.logs.topics', row 0: '0x07' is not 32 bytes"),
    "no topics": (changed(["receipts", "result", 0, "logs", 0, "topics"], "0x07"), "'0x07' is no list"),
    "an unheard-of trace": (changed(["traces", 2, "type"], "jump"), "'traces.type', row 2: 'jump' is none of call"),
    "a transaction untraced": (without(["traces", 6]), "transaction 1 has no trace"),
    "another's trace": (changed(["traces", 6, "transactionHash"], digest(9)),
                        "transaction 1 has no trace, or another's"),
    "another's receipt": (changed(["receipts", "result", 1, "transactionHash"], digest(9)),
                          "'transactions.hash', row 1: .*01 has the receipt of .*09"),
    "an orphan": (without(["traces", 2]), r"transaction 0: no call stands around \[1, 0\]"),
    "a list": ([], r"column 'block': is \[\], not an object"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_block_is_refused_where_it_is_bad(tmp_path, name):
    told, where = BAD[name]
    with pytest.raises(Refusal, match=where) as refused:
        read(tmp_path, told)
    assert refused.value.file == tmp_path / "16.json" and refused.value.remedy


@pytest.mark.parametrize(("name", "content"), [
    ("16.json", b'{"data": {"number": "0x1'),
    ("16.json", b"\xff\xfe"),
    ("16.json.gz", gzip.compress(json.dumps(BLOCK).encode())[:-20]),
    ("16.json.gz", b"no gzip"),
])
def test_half_a_file_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Refusal, match=f"{name}: truncated or corrupt JSON.*Remedy: fetch the block again"):
        node.read(tmp_path / name)


@pytest.fixture(scope="module")
def folder(kit_data):
    return kit_data / "onchain/eth-blocks-mev-inspect"


@pytest.fixture(scope="module")
def read_blocks(folder):
    """Every file, read: by its place in the folder."""
    return {path.relative_to(folder).as_posix(): node.read(path) for path in sorted(folder.glob("raw_*/*.json.gz"))}


@pytest.fixture(scope="module")
def best(read_blocks):
    """By number, the block with all its logs where there is one."""
    return {told["blocks"][0].block: told for _, told in sorted(read_blocks.items(), reverse=True)}


@pytest.mark.recordings
def test_all_9262_transactions_agree_with_their_table_in_every_field(folder, best):
    table = pd.read_parquet(folder / "txs.parquet").astype(object)
    wanted = {tuple(None if pd.isna(value) else value for value in row) for row in table[[
        "block_number", "tx_index", "tx_hash", "from_address", "to_address", "value_wei", "gas_used",
        "effective_gas_price", "coinbase_transfer_wei", "method", "success"]].itertuples(index=False)}
    found = {(t.block, t.index, t.hash, t.sender, t.to, str(t.value), t.gas_used, t.gas_price, str(t.coinbase),
              t.input[:10], t.success) for told in best.values() for t in told["transactions"]}
    assert len(found) == 9262
    assert found == wanted


@pytest.mark.recordings
def test_all_44_headers_agree_with_their_table(folder, read_blocks, best):
    table = pd.read_csv(folder / "blocks.csv").astype(object)[[
        "block_number", "timestamp", "miner", "base_fee_per_gas", "gas_limit", "gas_used", "n_tx"]]
    wanted = {tuple(None if pd.isna(value) else value for value in row) for row in table.itertuples(index=False)}
    assert wanted == {(*told["blocks"][0][:6], len(told["transactions"])) for told in best.values()}
    assert len(best) == 44 and len(read_blocks) == 51


@pytest.mark.recordings
def test_all_traces_are_there_but_those_of_the_blocks_own_rewards(folder, best):
    told = {row.block_number: (row.n_traces, row.sources.split(",")[0])
            for row in pd.read_csv(folder / "blocks.csv").itertuples()}
    for number, (count, source) in told.items():
        text = gzip.decompress((folder / source / f"{number}.json.gz").read_bytes())
        assert len(best[number]["traces"]) == count - text.count(b'"rewardType"')


@pytest.mark.recordings
def test_all_4965_logs_agree_with_their_table(folder, best):
    wanted = {(*row[:3], (row[3],), row[4], tuple(topic for topic in row[5:9] if not pd.isna(topic)), row[9])
              for row in pd.read_parquet(folder / "logs.parquet").itertuples(index=False)}
    found = {tuple(log) for told in best.values() for log in told["logs"]}
    assert found == wanted and len(found) == 4965


@pytest.mark.recordings
def test_a_block_is_the_same_in_every_folder_that_has_it(read_blocks, best):
    twice = [told for told in read_blocks.values() if told is not best[told["blocks"][0].block]]
    assert len(twice) == 7
    for told in twice:
        whole = best[told["blocks"][0].block]
        assert told["traces"] == whole["traces"]
        assert [t[:8] + t[9:] for t in told["transactions"]] == [t[:8] + t[9:] for t in whole["transactions"]]


@pytest.mark.recordings
def test_receipts_and_traces_agree_on_who_failed_where_the_receipts_are_sound(folder, best, tmp_path):
    sound = [number for number, told in best.items() if told["logs"] and told["transactions"][0].gas_used]
    assert len(sound) == 6
    for number in sound:
        told = json.loads(gzip.decompress((folder / f"raw_fulllogs/{number}.json.gz").read_bytes()))
        told.pop("traces")
        untraced = read(tmp_path, told)
        assert [t.success for t in untraced["transactions"]] == [t.success for t in best[number]["transactions"]]
