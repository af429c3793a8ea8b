"""Pairs of displacing and displaced transactions: both calldatas, whole, and those that their authors set aside."""

import gzip
import json

import pandas as pd
import pytest

from kit import events
from kit.events import ETHER
from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.ethereum import displacement

PAIR = {"attacker_block": 5, "attacker_index": 1, "attacker_tx": "0xA1", "attacker": "0xF1", "bot": "0xb1",
        "attacker_gas_price": 9, "attacker_gas": 90, "attacker_value": str(2**200), "attacker_input": "0x11FF",
        "victim_block": 5, "victim_index": 3, "victim_tx": "0xa2", "victim": "0xf2", "victim_to": "0xb2",
        "victim_gas_price": 8, "victim_gas": 80, "victim_value": "0", "victim_input": "0xff", "profit_eth": 0.25}


def answered(side, number):
    return {f"{side}_transaction": {"blockNumber": 4, "from": "0xE" + number, "gas": 1, "gasPrice": 2,
                                    "hash": "0xC" + number, "input": "0xab", "nonce": 1, "to": "0xD" + number,
                                    "transactionIndex": 7, "value": "3"}}


@pytest.fixture
def folder(tmp_path):
    pd.DataFrame([PAIR, PAIR | {"victim_tx": "0xa3"}]).to_parquet(tmp_path / "displacement_attacks.parquet")
    aside = answered("attacker", "1") | answered("victim", "2") | {"profit_eth": -0.1}
    (tmp_path / "displacement_bad_results.json.gz").write_bytes(gzip.compress(json.dumps(aside).encode() + b"\n"))
    return tmp_path


def test_transactions_are_listed_once_in_order_with_their_calldata(folder):
    tables, = displacement.read(folder)
    sent = events.read(tables["transactions"], "transactions")
    assert [(each.block, each.index, each.hash) for each in sent] == [
        (4, 7, "0xc1"), (4, 7, "0xc2"), (5, 1, "0xa1"), (5, 3, "0xa2"), (5, 3, "0xa3")]
    assert sent[2] == (5, 1, "0xa1", "0xf1", "0xb1", 2**200, 9, None, 90, None, "0x11ff", None)


def test_pairs_set_aside_are_decoys(folder):
    tables, = displacement.read(folder)
    assert [each[:6] for each in events.read(tables["labels"], "labels")] == [
        ("displacement", 5, ("0xa1",), ("0xa2",), ETHER, 25 * 10**16),
        ("displacement", 5, ("0xa1",), ("0xa3",), ETHER, 25 * 10**16),
        ("decoy_displacement", 4, ("0xc1",), ("0xc2",), ETHER, -(10**17))]


def test_a_missing_column_is_named(folder):
    pd.DataFrame([PAIR]).drop(columns="victim_input").to_parquet(folder / "displacement_attacks.parquet")
    with pytest.raises(Refusal, match="victim_input"):
        list(displacement.read(folder))


@pytest.mark.recordings
def test_the_recorded_pairs_have_their_counts_and_contain_the_victim_s_calldata(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(kit_data))
    pairs = datasets.load("displacement", "mainnet")
    sent = {each.hash: each for each in pairs.events("transactions")}
    found = [each for each in pairs.events("labels") if each.kind == "displacement"]
    assert (len(found), len(pairs.events("labels"))) == (2983, 2983 + 74)
    assert all(sent[each.victims[0]].input[2:] in sent[each.hashes[0]].input for each in found)
    assert all(sent[each.hashes[0]].gas_price > sent[each.victims[0]].gas_price for each in found)
