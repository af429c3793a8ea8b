"""What relays deliver: read exactly from their JSON, each block once, and a month of blocks with their builders."""

import json

import pandas as pd
import pytest

from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.ethereum import mevboost

PAYLOAD = {"slot": "8000000", "parent_hash": "0x" + "11" * 32, "block_hash": "0x" + "aB" * 32,
           "builder_pubkey": "0x" + "C1" * 48, "proposer_pubkey": "0x" + "d2" * 48,
           "proposer_fee_recipient": "0x" + "E3" * 20, "gas_limit": "30000000", "gas_used": "12345678",
           "value": "178214108999999999", "num_tx": "86", "block_number": "18800000"}


def answer(tmp_path, *payloads, name="relay.json"):
    path = tmp_path / name
    path.write_text(json.dumps(payloads))
    return path


def other(number, block_hash, **more):
    return PAYLOAD | {"block_number": str(number), "block_hash": "0x" + block_hash * 32, **more}


def test_a_payload_is_read_from_its_texts(tmp_path):
    row = mevboost.delivered(answer(tmp_path, PAYLOAD), "ultrasound").iloc[0]
    assert row["time"] == pd.Timestamp("2023-12-17 14:40:23Z") and row["slot"] == 8_000_000
    assert (row["block"], row["gas_limit"], row["gas_used"], row["n_txs"]) == (18_800_000, 30_000_000, 12_345_678, 86)
    assert row["value_gwei"] == 178_214_108 and row["relays"] == "ultrasound"
    assert row["block_hash"] == "0x" + "ab" * 32 and row["pubkey"] == "0x" + "c1" * 48


@pytest.mark.parametrize(("field", "value", "what"), [
    ("value", "0x1f", "is no number in decimal text"), ("slot", 8_000_000, "is no number"),
    ("builder_pubkey", "0x12", "is not 48 bytes"), ("block_hash", None, "missing")])
def test_what_is_no_payload_is_refused_by_row_and_field(tmp_path, field, value, what):
    path = answer(tmp_path, PAYLOAD, PAYLOAD | {field: value})
    with pytest.raises(Refusal, match=rf"{path.name}, column 'payloads.{field}', row 1: .*{what}"):
        mevboost.delivered(path, "flashbots")


def test_a_block_of_two_relays_is_one_row_with_both_names(tmp_path):
    rows = pd.concat([mevboost.delivered(answer(tmp_path, other(7, "a1"), other(6, "b2")), "ultrasound"),
                      mevboost.delivered(answer(tmp_path, other(7, "A1")), "agnostic"),
                      mevboost.delivered(answer(tmp_path, other(7, "a1")), "agnostic")], ignore_index=True)
    found = mevboost.once(rows)
    assert found["block"].tolist() == [6, 7] and found["relays"].tolist() == ["ultrasound", "agnostic|ultrasound"]


def test_of_two_blocks_of_one_number_the_one_on_the_chain_must_be_named(tmp_path):
    rows = mevboost.delivered(answer(tmp_path, other(7, "a1"), other(7, "b2")), "ultrasound")
    with pytest.raises(Refusal, match="two blocks of number 7.*canonical"):
        mevboost.once(rows)
    assert mevboost.once(rows, {"0x" + "b2" * 32})["block_hash"].tolist() == ["0x" + "b2" * 32]


@pytest.mark.recordings
def test_a_month_of_blocks_has_its_builders(kit_data):
    recording = datasets.load("mevboost", "mainnet", start="2024-02-10T00:00Z", end="2024-02-11T00:00Z")
    frame = recording.tables["builder_blocks"]
    assert len(frame) == 7122 and (frame["block"].diff().dropna() == 1).all()
    relayed = frame["mev_boost"]
    assert frame.loc[relayed, ["pubkey", "fee_recipient", "relays", "value_gwei"]].notna().all(axis=None)
    assert set(frame.loc[~relayed, "relays"].dropna()) == {"out-of-scope"}
    assert frame.loc[frame["pubkey"].isna(), ["value_gwei", "slot_ms", "n_txs"]].isna().all(axis=None)
    assert frame["owner"].notna().sum() / relayed.sum() > 0.99
    assert recording.tables["builder_hours"]["time"].nunique() == 24
    fees = recording.tables["fee_hours"]
    assert len(fees) == 24 and fees["blocks"].sum() == pytest.approx(len(frame), abs=300)
    hour = frame[frame["time"].dt.floor("h") == fees["time"].iloc[5] - pd.Timedelta(1, "h")]
    assert hour["base_fee"].mean() == pytest.approx(fees["base_fee"].iloc[5]) and len(hour) == fees["blocks"].iloc[5]
