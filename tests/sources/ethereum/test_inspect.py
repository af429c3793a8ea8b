"""Tables of mev-inspect: the counts that its own tests and others state, and what fails left out."""

import collections
import json

import pandas as pd
import pytest

from kit.events import ETHER
from kit.refusal import Refusal
from kit.sources.ethereum import inspect

HASH, AGAIN = "0x" + "aa" * 32, "0x" + "bb" * 32


@pytest.fixture
def small(tmp_path):
    """Two transactions, of which one failed; of three swaps one succeeded."""
    sent = pd.DataFrame({"block_number": 7, "tx_index": [1, 0], "tx_hash": [HASH, AGAIN], "from_address": "0xf",
                         "to_address": ["0xt", None], "value_wei": str(2**200), "gas_used": 1, "effective_gas_price": 2,
                         "coinbase_transfer_wei": "5", "success": [True, False]})
    sent.to_parquet(tmp_path / "txs.parquet")
    swaps = pd.DataFrame({"block_number": 7, "tx_index": [1, 1, 0], "tx_hash": [HASH, HASH, AGAIN],
                          "trace_address": ["[0, 10]", "[0, 9]", "[]"], "pool": "0xABC", "protocol": "uniswap_v2",
                          "from_address": "0xp", "to_address": "0xr", "token_in": "0xi", "amount_in": str(2**255),
                          "token_out": "0xo", "amount_out": "3", "error": [None, "Reverted", None]})
    swaps.to_parquet(tmp_path / "swaps.parquet")
    return tmp_path


def test_a_swap_comes_back_exact_with_who_signed_it(small):
    swap, = inspect.swaps(small)
    assert swap == (7, 1, HASH, (0, 10), "0xabc", "uniswap_v2", "0xf", "0xt", "0xp", "0xr", "0xi", 2**255, "0xo", 3,
                    None, None, "0xp")


def test_failed_swaps_come_only_when_asked_for_and_in_the_order_of_calls(small):
    assert [(each.index, each.place) for each in inspect.swaps(small, failed=True)] == [
        (0, ()), (1, (0, 9)), (1, (0, 10))]


def test_transactions_are_in_their_order(small):
    assert [(each.index, each.value, each.to, each.success) for each in inspect.transactions(small)] == [
        (0, 2**200, None, False), (1, 2**200, "0xt", True)]


def test_a_swap_of_no_transaction_is_refused(small):
    table = pd.read_parquet(small / "swaps.parquet").assign(tx_hash="0x" + "cc" * 32)
    table.to_parquet(small / "swaps.parquet")
    with pytest.raises(Refusal, match="no transaction"):
        inspect.swaps(small)


@pytest.mark.parametrize("entry, label", [
    ({"kind": "sandwich", "block_number": 7, "frontrun_tx": "0x1", "backrun_tx": "0x2", "victim_txs": ["0x3"],
      "profit_token": "0xt", "profit_wei": "-5"}, ("sandwich", 7, ("0x1", "0x2"), ("0x3",), "0xt", -5)),
    ({"kind": "arbitrage", "block_number": 7, "tx": "0x1", "profit": "6", "profit_token": "0xt", "error": None},
     ("arbitrage", 7, ("0x1",), (), "0xt", 6)),
    ({"kind": "arbitrage", "block_number": 7, "tx": "0x1", "error": "Reverted"},
     ("decoy_arbitrage", 7, ("0x1",), (), None, None)),
    ({"kind": "not_liquidation", "block_number": 7, "tx": "0x1"},
     ("decoy_liquidation", 7, ("0x1",), (), None, None)),
    ({"kind": "jit_liquidity", "block_number": 7, "mint_tx": "0x1", "burn_tx": "0x2", "victim_txs": ["0x3"]},
     ("jit", 7, ("0x1", "0x2"), ("0x3",), None, None)),
    ({"block": 7, "frontrun_tx": "0x1", "backrun_tx": "0x2", "profit_front_token_raw": str(2**255)},
     ("sandwich", 7, ("0x1", "0x2"), (), None, 2**255))])
def test_every_form_of_entry_is_a_label(tmp_path, entry, label):
    for name in inspect.SOURCES:
        (tmp_path / name).write_text(json.dumps([entry]))
    labels = inspect.labels(tmp_path)
    assert [each.source for each in labels] == ["asserted by tests", "reference detector", "strict consensus"]
    assert {each[:6] for each in labels} == {label} and json.loads(labels[0].note) == entry


def test_missing_labels_are_refused(tmp_path):
    with pytest.raises(Refusal, match="labels_asserted"):
        inspect.labels(tmp_path)


@pytest.mark.recordings
def test_the_recorded_tables_have_their_counts(kit_data):
    folder = kit_data / "onchain/eth-blocks-mev-inspect"
    assert len(inspect.swaps(folder, failed=True)) == 1393
    assert len(inspect.swaps(folder)) == 1393 - 63 - 2, "in transactions that failed, and with an error of their own"
    sent, moved = inspect.transactions(folder), inspect.transfers(folder)
    assert (len(sent), len(moved), len(inspect.sales(folder))) == (9262, 13244, 153)
    assert {each.token for each in moved if each.place == () and each.amount} >= {ETHER}
    labels = collections.Counter((each.source, each.kind) for each in inspect.labels(folder))
    assert labels == {("asserted by tests", "sandwich"): 3, ("asserted by tests", "arbitrage"): 2,
                      ("asserted by tests", "decoy_arbitrage"): 1, ("asserted by tests", "liquidation"): 15,
                      ("asserted by tests", "decoy_liquidation"): 1, ("asserted by tests", "jit"): 4,
                      ("reference detector", "sandwich"): 23, ("reference detector", "arbitrage"): 48,
                      ("reference detector", "decoy_arbitrage"): 1, ("reference detector", "liquidation"): 26,
                      ("strict consensus", "sandwich"): 16}
