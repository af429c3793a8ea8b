"""What the doctor says of a chain: cuts do not matter, chosen blocks are no loss, and what is no table is refused."""

import json
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from kit import cli
from kit.refusal import Refusal
from kit.sources.doctor import examine
from kit.sources.doctor.inside import Inside
from kit.sources.remark import Remark, remark, remarks
from tests.sources.ethereum.small_block import BLOCK, receipt
from tests.sources.sound_chain import FIRST, chain, put, recording


def diagnose(frames):
    return examine([frames], name="chain")


def ill(seed):
    """A recording with faults in every kind."""
    frames, rng = recording(blocks=24), np.random.default_rng(seed)
    blocks, sent, logs, built, deals = (frames[kind] for kind in ("blocks", "transactions", "logs", "builder_blocks",
                                                                  "deals"))
    for frame, column, value in ((blocks, "timestamp", 1_600_000_000), (blocks, "timestamp", None),
                                 (blocks, "base_fee", 10**12), (sent, "gas_used", None), (sent, "gas_used", 10**6),
                                 (sent, "coinbase", None), (sent, "success", False), (built, "base_fee", 10**12),
                                 (built, "mev_boost", True), (built, "value_gwei", None), (deals, "price", 0.0)):
        frame.loc[rng.integers(1, len(frame), 3), column] = value
    frames["blocks"] = pd.concat([blocks.drop(rng.integers(1, 23, 2)), blocks.iloc[9:11]], ignore_index=True)
    frames["transactions"] = pd.concat([sent.drop(rng.integers(1, 29, 5)), sent.iloc[9:11]], ignore_index=True)
    frames["logs"] = logs[logs["block"] < FIRST + 20]
    remark(frames["blocks"], [Remark("info", "block in two files", 2, "two files"), Remark("info", "none", 0, "")])
    return frames


def cut(frames, points):
    """Batches cut at these shares of each kind's rows, the kinds in turn the first."""
    for number, (low, high) in enumerate(zip([0.0, *points], [*points, 1.0], strict=True)):
        turned = [*frames.items()][number % len(frames):] + [*frames.items()][:number % len(frames)]
        yield {kind: frame.iloc[round(low * len(frame)):round(high * len(frame))] for kind, frame in turned}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10), st.lists(st.floats(0, 1), min_size=1, max_size=3).map(sorted))
def test_the_diagnosis_does_not_depend_on_the_cuts(seed, points):
    frames = ill(seed)
    whole = examine([frames], name="ill")
    assert len({finding.what for finding in whole.findings}) > 12
    assert examine(cut(frames, points), name="ill") == whole


def test_blocks_that_were_chosen_are_no_loss():
    frames = recording(blocks=40)
    chosen = {kind: frame[frame["block"] % 10 == 3].reset_index(drop=True) for kind, frame in frames.items()
              if "block" in frame}
    diagnosis = diagnose(chosen)
    assert diagnosis.healthy, diagnosis
    [finding] = diagnosis.named("scattered blocks", "blocks")
    assert finding.message.startswith("27 blocks absent in 3 places, the first before 1,013:")


def test_some_transactions_of_each_block_are_an_excerpt():
    frames = recording()
    some = {kind: frames[kind][frames[kind]["index"] == 2].reset_index(drop=True)
            for kind in ("transactions", "logs", "swaps")}
    diagnosis = diagnose({"blocks": frames["blocks"]} | some)
    assert diagnosis.healthy, diagnosis
    assert "24 places in blocks that nobody has" in diagnosis.named("excerpt")[0].message


def test_a_base_fee_that_another_limit_would_explain_is_told_from_one_that_none_does():
    frames = recording()
    rounded, absurd = put(frames["blocks"], 5, gas_limit=801_000), put(frames["blocks"], 11, base_fee=10**12)
    for changed, limits in ((rounded, 1), (absurd, 0)):
        [finding] = diagnose(frames | {"blocks": changed}).named("base fee does not follow", "blocks")
        assert "in 1 of 11 steps (9.09 %)" in finding.message and f"in {limits} of them perhaps" in finding.message


def test_blocks_before_base_fees_and_without_headers_tell_no_deviation():
    frames = recording()
    early = put(frames["blocks"], range(6), base_fee=0)
    assert diagnose(frames | {"blocks": early}).healthy


def test_what_readers_set_right_is_told_once_and_nothing_of_what_they_did_not():
    frame = remark(recording()["deals"], [Remark("info", "zero price", 7, "left out"), Remark("info", "none", 0, "no")])
    assert remarks(frame) == [Remark("info", "zero price", 7, "left out")]
    halves = [{"deals": frame.iloc[:20]}, {"deals": frame.iloc[20:]}]
    [finding] = examine(halves, name="told").named("zero price", "deals")
    assert (finding.severity, finding.rows, finding.message) == ("info", 7, "left out")


BAD = [
    ("blocks", lambda f: f.drop(columns="gas_used"), "column 'gas_used': missing. Remedy: have"),
    ("blocks", lambda f: put(f.astype({"block": object}), 3, block=None), "column 'block', row 3: is missing. Remedy"),
    ("transactions", lambda f: put(f, 4, hash=None), "column 'hash', row 4: is missing. Remedy"),
    ("transactions", lambda f: put(f, 4, value="1.5 ether"), "column 'value', row 4: '1.5 ether': .*Remedy: amounts"),
    ("transactions", lambda f: put(f, 4, index=-1), "column 'index', row 4: -1 is no place in a block. Remedy: count"),
    ("transactions", lambda f: put(f, 4, index=10**12), "column 'index', row 4: 1000000000000 is no place"),
    ("logs", lambda f: put(f, 4, place="[1, "), "column 'place', row 4: '\\[1, ': .*Remedy"),
    ("swaps", lambda f: put(f, 4, amount_in="1e18"), "column 'amount_in', row 4: '1e18'"),
    ("builder_blocks", lambda f: f.drop(columns="pubkey"), "column 'pubkey': missing. Remedy: have"),
    ("builder_blocks", lambda f: f.assign(base_fee="7"), "column 'base_fee': dtype"),
    ("builder_blocks", lambda f: f.assign(block=f["block"] + 0.5), "column 'block': is not a whole number"),
    ("deals", lambda f: f.drop(columns="seller"), "column 'seller': missing"),
    ("deals", lambda f: f.assign(price="7"), "column 'price': dtype"),
]


@pytest.mark.parametrize(("kind", "change", "said"), BAD)
def test_tables_that_cannot_be_examined_are_refused_by_place(kind, change, said):
    with pytest.raises(Refusal, match=f"spoilt: {kind}, {said}"):
        examine([{kind: change(recording()[kind])}], name="spoilt")


def test_a_table_without_a_clock_that_is_no_chain_s_is_refused():
    with pytest.raises(Refusal, match="odd: weights, column 'time': missing"):
        examine([{"weights": pd.DataFrame({"x": [1]})}], name="odd")


def test_what_is_known_of_a_block_grows_with_its_places_not_with_its_rows():
    """The same blocks over and over: their sets of transactions are no larger for it."""
    happened, inside = chain(), Inside()
    tracemalloc.start()
    for kind, each in happened.items():
        inside.see(kind, each, "once")
    once = tracemalloc.get_traced_memory()[0]
    for _ in range(100):
        inside.see("traces", happened["traces"], "again")
        inside.see("logs", happened["logs"], "again")
    again = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert again < 1.2 * once
    assert not list(inside.findings())


@pytest.fixture
def fetched(tmp_path, monkeypatch):
    """A folder of a node's blocks: one is there twice, the second time misnamed, and one has corrupt receipts."""
    corrupt = BLOCK | {"data": BLOCK["data"] | {"number": "0x11", "timestamp": "0x5f5e0ff"},
                       "receipts": [receipt(0, gas=1), receipt(1, gas=1)]}
    for file, told in (("16.json", BLOCK), ("18.json", BLOCK), ("17.json", corrupt)):
        (tmp_path / file).write_text(json.dumps(told))
    monkeypatch.setenv("KIT_CHAIN", str(tmp_path))


def test_the_command_tells_what_is_wrong_with_a_folder_of_blocks(fetched):
    done = CliRunner().invoke(cli.app, ["doctor", "chain", "EVM"])
    assert done.exit_code == 0, done.output
    assert "blocks: 2 rows, blocks 16 to 17" in done.stdout
    for said in ("misnamed file: 18.json holds 16:", "block in two files: block 16 in several files",
                 "time backwards: the time of block 17 lies", "corrupt receipts: receipts of block 17 tell less gas",
                 "no time: a header without a time in 1 row (50 %), the first in block 17:"):
        assert said in done.stdout
