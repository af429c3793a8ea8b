"""Blocks as datasets: what is recorded, what was fetched or exported, and the headers of all forks."""

import gzip
import json
import shutil

import pandas as pd
import pytest

from kit import events
from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.ethereum import decode, folder, node, pevm
from tests.sources.ethereum.cryo_export import export
from tests.sources.ethereum.small_block import BLOCK

PEVM = "onchain/eth-blocks-pevm"


@pytest.mark.recordings
def test_44_blocks_of_mainnet_are_a_dataset(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(kit_data))
    recording = datasets.load("ethereum-blocks", "mainnet")
    assert {kind: len(recording.tables[kind]) for kind in ("blocks", "transactions", "logs", "traces")} == {
        "blocks": 44, "transactions": 9262, "logs": 4965, "traces": 44_731}
    blocks = recording.events("blocks")
    times = [block.timestamp for block in blocks if block.timestamp]
    stamps = {block.block: block.timestamp for block in blocks}
    assert list(stamps) == sorted(stamps) and times == sorted(times) and len(times) == 26
    assert stamps[14659109] is None, "it is of April 2022, and says February 2021"
    failed = {t.hash for t in recording.events("transactions") if not t.success}
    for kind in ("swaps", "liquidity", "liquidations"):
        assert recording.events(kind) and not failed & {event.hash for event in recording.events(kind)}
    assert recording.events("labels")


def test_of_a_block_in_two_files_the_first_counts(tmp_path):
    for name, told in (("1.json", BLOCK), ("2.json", BLOCK | {"receipts": []})):
        (tmp_path / name).write_text(json.dumps(told))
    for names, gas in ((("1.json", "2.json"), 30_000), (("2.json", "1.json"), None)):
        transactions = events.read(folder.from_nodes(tmp_path / name for name in names)["transactions"], "transactions")
        assert [each.gas_used for each in transactions] == [gas, gas]


@pytest.mark.recordings
def test_a_folder_of_cryo_s_is_the_same_dataset_as_one_of_a_node_s(kit_data, tmp_path, monkeypatch):
    source = kit_data / "onchain/eth-blocks-mev-inspect/raw_fulllogs/13002906.json.gz"
    for name in ("node", "cryo"):
        (tmp_path / name).mkdir()
    shutil.copy(source, tmp_path / "node")
    told = node.read(source)
    export(told, tmp_path / "cryo")
    wanted = decode.decode(told)
    for name in ("node", "cryo"):
        monkeypatch.setenv("KIT_CHAIN", str(tmp_path / name))
        recording = datasets.load("chain", "EVM")
        for kind in ("transactions", "swaps", "liquidations", "transfers"):
            assert recording.events(kind) == wanted[kind]


def test_a_time_before_that_of_an_earlier_block_is_none(tmp_path):
    for number, time in ((16, 100), (17, 90), (18, None), (19, 110)):
        header = {"block_number": number, "block_timestamp": time, "miner": BLOCK["data"]["miner"]}
        (tmp_path / f"{number}.json").write_text(json.dumps(header))
    blocks = events.read(folder.from_nodes(tmp_path.iterdir())["blocks"], "blocks")
    assert [(block.block, block.timestamp) for block in blocks] == [(16, 100), (17, None), (18, None), (19, 110)]


def test_a_chain_that_is_not_at_hand_is_refused_with_its_variable(monkeypatch, tmp_path):
    monkeypatch.delenv("KIT_CHAIN", raising=False)
    with pytest.raises(Refusal, match="chain is not at hand. Remedy: set KIT_CHAIN"):
        datasets.load("chain", "EVM")
    monkeypatch.setenv("KIT_CHAIN", str(tmp_path))
    with pytest.raises(Refusal, match="has no blocks"):
        datasets.load("chain", "EVM")


@pytest.mark.recordings
def test_headers_of_all_forks_agree_with_their_transactions(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(kit_data))
    recording = datasets.load("ethereum-blocks-pevm", "mainnet")
    blocks, sent = recording.events("blocks"), recording.events("transactions")
    assert (len(blocks), len(sent)) == (85, 24_342)
    limits = pd.DataFrame(sent).groupby("block")["gas_limit"].sum().reindex([b.block for b in blocks], fill_value=0)
    assert all(block.gas_used <= limit for block, limit in zip(blocks, limits, strict=True))
    assert all(t.gas_price >= block.base_fee for block in blocks for t in sent if t.block == block.block)
    assert {t.gas_used for t in sent} == {t.success for t in sent} == {t.input for t in sent} == {None}
    assert "beaverbuild.org" in {block.extra_data for block in blocks}


@pytest.mark.recordings
@pytest.mark.parametrize(("file", "column", "value", "what"), [
    ("transactions.parquet", "value", "much", "column 'value', row 5: 'much'"),
    ("transactions.parquet", "from_address", None, "column 'from_address', row 5: None is missing"),
    ("blocks.csv", "timestamp", "noon", "column 'timestamp', row 5"),
    ("blocks.csv", "base_fee", 0.5, "column 'base_fee', row 5: 0.5: is not a whole number"),
    ("blocks.csv", "miner", "drop", "column 'miner': missing"),
])
def test_bad_headers_are_refused_by_row(kit_data, tmp_path, file, column, value, what):
    for name in ("blocks.csv", "transactions.parquet"):
        shutil.copy(kit_data / PEVM / name, tmp_path / name)
        (tmp_path / name).chmod(0o644)
    table = pd.read_csv(tmp_path / file) if file.endswith("csv") else pd.read_parquet(tmp_path / file)
    table[column] = table[column].astype(object)
    table.loc[5, column] = value
    table = table.drop(columns=column) if value == "drop" else table
    table.to_csv(tmp_path / file, index=False) if file.endswith("csv") else table.to_parquet(tmp_path / file)
    with pytest.raises(Refusal, match=f"{file}.*{what}"):
        pevm.read(tmp_path)


def test_a_block_cut_in_half_makes_no_dataset(tmp_path, monkeypatch):
    (tmp_path / "16.json.gz").write_bytes(gzip.compress(json.dumps(BLOCK).encode())[:-30])
    monkeypatch.setenv("KIT_CHAIN", str(tmp_path))
    with pytest.raises(Refusal, match="16.json.gz: truncated or corrupt JSON"):
        datasets.load("chain", "EVM")
