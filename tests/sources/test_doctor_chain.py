"""The doctor on planted faults of a chain: each is found under its own name, in its block, and nothing else is."""

import numpy as np
import pandas as pd
import pytest

from kit import events
from kit.sources import datasets
from kit.sources.doctor import examine
from tests.sources.sound_chain import FAILED, FIRST, name, put, recording

NOBODY = "0x" + "0" * 40


def diagnose(frames):
    return examine([frames], name="planted")


def alarms(diagnosis):
    """Names and kinds of all that is not merely good to know."""
    return {(f.what, f.kind) for f in diagnosis.findings if f.severity != "info"}


def test_a_sound_chain_raises_no_alarm_and_says_which_blocks_it_has():
    diagnosis = diagnose(recording())
    assert diagnosis.healthy, diagnosis
    facts = {fact.kind: fact for fact in diagnosis.facts}
    assert list(facts) == sorted(facts)
    assert str(facts["blocks"]) == "blocks: 12 rows, blocks 1,000 to 1,011"
    assert facts["traces"].rows == 60 and facts["traces"].blocks == (1000, 1011) and facts["traces"].first is None


@pytest.mark.parametrize("dataset", ["synthetic-chain", "synthetic-builders", "synthetic-deals"])
def test_the_embedded_chain_is_sound(dataset):
    diagnosis = examine(datasets.batches(dataset, "SIM-CHAIN"), name=dataset)
    assert diagnosis.healthy, diagnosis


CELLS = [  # kind, row, values, the name of the fault
    ("blocks", 5, {"timestamp": None}, "no time"),
    ("blocks", 5, {"timestamp": 1_600_000_000}, "time backwards"),
    ("blocks", 5, {"base_fee": None}, "no base fee"),
    ("blocks", 5, {"gas_limit": None}, "no gas"),
    ("blocks", 11, {"gas_limit": 300_000}, "gas above the limit"),
    ("blocks", 11, {"gas_limit": 1}, "gas above the limit"),
    ("transactions", 7, {"gas_price": None}, "no gas price"),
    ("transactions", 7, {"gas_used": None}, "no receipts"),
    ("transactions", 7, {"gas_limit": 10_000}, "gas above the limit"),
    ("transactions", 7, {"success": None}, "no status"),
    ("transactions", 7, {"input": None}, "no calldata"),
    ("transactions", 7, {"coinbase": None}, "no traces"),
    ("swaps", 7, {"amount_out": "0"}, "zero amount"),
    ("swaps", 7, {"amount_in": "-1"}, "impossible amount"),
    ("builder_blocks", 11, {"gas_limit": 300_000}, "gas above the limit"),
    ("builder_blocks", 6, {"value_gwei": -1}, "impossible value"),
    ("builder_blocks", 6, {"value_gwei": None}, "no value"),
    ("builder_blocks", 6, {"mev_boost": False}, "no relay delivered"),
    ("builder_blocks", 7, {"relays": "one"}, "relay without a builder"),
    ("builder_blocks", 7, {"mev_boost": True, "value_gwei": 1}, "no builder"),
    ("builder_blocks", 6, {"label": "Flashbots Imposter"}, "forged name"),
    ("builder_hours", 3, {"label": "Flashbots Imposter"}, "forged name"),
    ("deals", 9, {"price": -1.0}, "impossible price"),
    ("deals", 9, {"price": np.nan}, "impossible price"),
    ("deals", 9, {"volume": np.inf}, "impossible size"),
    ("deals", 9, {"price": 0.0}, "zero price"),
    ("deals", 9, {"seller": None}, "unknown party"),
    ("deals", 9, {"buyer": ""}, "unknown party"),
    ("deals", 9, {"buyer": NOBODY}, "zero address"),
    ("deals", 9, {"buyer": name("9", 2, size=40)}, "deal with oneself"),
]


@pytest.mark.parametrize(("kind", "row", "values", "what"), CELLS)
def test_a_wrong_cell_is_named_with_its_row_and_nothing_else_is(kind, row, values, what):
    frames = recording()
    frames[kind] = put(frames[kind], row, **values)
    diagnosis = diagnose(frames)
    assert alarms(diagnosis) == {(what, kind)}, diagnosis
    [finding] = diagnosis.named(what, kind)
    assert (finding.rows, finding.examples) == (1, (row,))
    if kind in ("blocks", "transactions", "swaps"):
        assert f"the first in block {frames[kind]['block'][row]:,}" in finding.message or what == "time backwards"


def corrupt_receipts(frames):
    """A block's gas as numbers that were cut: the header cannot agree."""
    return {"transactions": put(frames["transactions"], [4, 5], gas_used=[1, 4000])}


def gas_of_another_block(frames):
    return {"transactions": put(frames["transactions"], 4, gas_used=50_001)}


def base_fee_of_another_block(frames):
    """The fee of the last block is none that follows."""
    return {"blocks": put(frames["blocks"], 11, base_fee=10**9)}


def limit_rounded_by_the_source(frames):
    return {kind: put(frames[kind], 5, gas_limit=801_000) for kind in ("blocks", "builder_blocks")}


def price_below_the_base_fee(frames):
    return {"transactions": put(frames["transactions"], 4, gas_price=1)}


def gwei_for_wei(frames):
    prices = frames["transactions"]["gas_price"] // 10**9
    headers = frames["blocks"].assign(base_fee=frames["blocks"]["base_fee"] // 10**10)
    return {"transactions": frames["transactions"].assign(gas_price=prices), "blocks": headers}


def lost_transaction(frames):
    """The second of a block, and all that it did."""
    lost = name("a", FIRST + 2, 1)
    return {kind: frames[kind][frames[kind]["hash"] != lost].reset_index(drop=True)
            for kind in ("transactions", "logs", "traces", "swaps")}


def transaction_unlisted(frames):
    return {"transactions": frames["transactions"].drop(10).reset_index(drop=True)}


def transaction_twice(frames):
    rows = frames["transactions"]
    return {"transactions": pd.concat([rows.iloc[:8], rows.iloc[7:]], ignore_index=True)}


def hash_of_another(frames):
    return {"transactions": put(frames["transactions"], 8, hash=frames["transactions"]["hash"][2])}


def index_of_another(frames):
    """The last transaction of a block stands where the first does."""
    last = frames["transactions"].index[frames["transactions"]["block"] == FIRST + 1][-1]
    return {"transactions": put(frames["transactions"], last, index=0)}


def failed_transaction_that_logs(frames):
    said = events.read(frames["logs"], "logs")[0]
    late = said._replace(index=FAILED, hash=name("a", FIRST, FAILED), place=(FAILED,))
    return {"logs": pd.concat([frames["logs"], events.frame([late], "logs")], ignore_index=True)}


def failed_transaction_that_swaps(frames):
    done = events.read(frames["swaps"], "swaps")[0]
    late = done._replace(index=FAILED, hash=name("a", FIRST, FAILED), place=(FAILED,))
    return {"swaps": pd.concat([frames["swaps"], events.frame([late], "swaps")], ignore_index=True)}


def logs_of_half_the_blocks(frames):
    return {"logs": frames["logs"][frames["logs"]["block"] < FIRST + 6]}


def traces_of_all_but_one(frames):
    return {"traces": frames["traces"][frames["traces"]["block"] != FIRST + 6]}


def header_lost(frames):
    return {"blocks": frames["blocks"].drop(4).reset_index(drop=True)}


def block_lost(frames):
    return {kind: frames[kind][frames[kind]["block"] != FIRST + 4].reset_index(drop=True)
            for kind in ("blocks", "transactions", "logs", "traces", "swaps", "builder_blocks")}


def block_without_transactions(frames):
    return {kind: frames[kind][frames[kind]["block"] != FIRST + 4].reset_index(drop=True)
            for kind in ("transactions", "logs", "traces", "swaps")}


def header_twice(frames):
    return {"blocks": pd.concat([frames["blocks"].iloc[:6], frames["blocks"].iloc[5:]], ignore_index=True)}


def header_late(frames):
    order = [0, 1, 3, 2, *range(4, 12)]
    return {"blocks": frames["blocks"].iloc[order].reset_index(drop=True)}


def every_relay_s_word(frames):
    """Each of two relays reports the block."""
    rows = frames["builder_blocks"]
    return {"builder_blocks": pd.concat([rows.iloc[:6], rows.iloc[5:]], ignore_index=True)}


def name_of_another_owner(frames):
    return {"builder_blocks": put(frames["builder_blocks"], 4, label="builder1")}


def days_only(frames):
    return {"deals": frames["deals"].assign(time=frames["deals"]["time"].dt.floor("D"))}


def one_hash_for_two_deals(frames):
    hashes = [name("8", i) for i in range(40)]
    return {"deals": frames["deals"].assign(hash=hashes[:7] + hashes[6:7] + hashes[8:])}


def no_headers_at_all(frames):
    return {"blocks": frames["blocks"].iloc[:0]}


FAULTS = {
    corrupt_receipts: {("corrupt receipts", "transactions"), ("gas does not add up", "transactions")},
    gas_of_another_block: {("gas does not add up", "transactions")},
    base_fee_of_another_block: {("base fee does not follow", "blocks")},
    limit_rounded_by_the_source: {("base fee does not follow", kind) for kind in ("blocks", "builder_blocks")},
    price_below_the_base_fee: {("price below the base fee", "transactions")},
    gwei_for_wei: {("gas price unit", "transactions"), ("base fee does not follow", "blocks")},
    lost_transaction: {("missing transactions", "transactions")},
    transaction_unlisted: {("missing transactions", "transactions")} | {
        ("unknown transactions", kind) for kind in ("logs", "traces", "swaps")},
    transaction_twice: {("duplicate hashes", "transactions"), ("index taken twice", "transactions")},
    hash_of_another: {("duplicate hashes", "transactions")},
    index_of_another: {("index taken twice", "transactions")} | {
        ("unknown transactions", kind) for kind in ("logs", "traces", "swaps")},
    failed_transaction_that_logs: {("events of failed transactions", "logs")},
    failed_transaction_that_swaps: {("events of failed transactions", "swaps")},
    logs_of_half_the_blocks: {("no logs", "logs")},
    traces_of_all_but_one: {("no traces", "traces")},
    header_lost: {("no header", "blocks"), ("missing blocks", "blocks")},
    block_lost: {("missing blocks", "blocks"), ("missing blocks", "builder_blocks")},
    block_without_transactions: {("no transactions", "transactions")},
    header_twice: {("repeated rows", "blocks")},
    header_late: {("out of order", "blocks")},
    every_relay_s_word: {("repeated rows", "builder_blocks")},
    name_of_another_owner: {("names with several owners", "builder_blocks")},
    days_only: {("days only", "deals")},
    one_hash_for_two_deals: {("duplicate hashes", "deals")},
    no_headers_at_all: {("no rows", "blocks")},
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_planted_fault_raises_its_own_alarm_and_no_other(fault):
    frames = recording()
    diagnosis = diagnose(frames | fault(frames))
    assert alarms(diagnosis) == FAULTS[fault], diagnosis
