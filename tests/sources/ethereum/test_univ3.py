"""A day of a Uniswap v3 pool: printed decimals in smallest units, order by log, and known counts."""

import collections
import json

import pandas as pd
import pytest

from kit import events
from kit.events import WETH
from kit.sources import datasets
from kit.sources.ethereum import univ3
from kit.sources.ethereum.univ3 import POOL, USDC


@pytest.mark.parametrize("amount, token, units", [
    (237.159656, USDC, 237_159_656), (0.1 + 0.2, USDC, 300_000), (-3096264.6484340001, USDC, -3_096_264_648_434),
    (0.15, WETH, 150_000_000_000_000_000), (-1e-10, WETH, -100_000_000),
    (360.1933770832819, WETH, 360193377083281900000), (1e22, WETH, 10**40)])
def test_printed_text_in_smallest_units(amount, token, units):
    assert univ3.units(amount, token) == units


@pytest.fixture
def small(tmp_path):
    swaps = {"block_number": 5, "timestamp": 50, "log_index": [9, 4], "tx_hash": ["0xb", "0xa"],
             "origin": ["0xob", "0xoa"], "usdc_trader": [-2.5, 1.0], "weth_trader": [0.001, -0.0005], "gas_used": 7,
             "gas_price_wei": 8}
    pd.DataFrame(swaps).to_parquet(tmp_path / "swaps.parquet")
    changes = {"block_number": 5, "timestamp": 50, "logIndex": [2, 11], "tx_hash": ["0xm", "0xn"], "origin": "0xo",
               "sender": "0xs", "kind": ["mint", "burn"], "amount0": 3.0, "amount1": 0.0, "tickLower": -10,
               "tickUpper": 10, "gasUsed": 1, "gasPrice": 2}
    pd.DataFrame(changes).to_parquet(tmp_path / "liquidity_events.parquet")
    sandwich = {"block": 5, "front": "0xa", "victims": ["0xv"], "back": "0xb"}
    (tmp_path / "candidate_sandwiches_same_origin.json").write_text(json.dumps([sandwich]))
    jit = {"block": 5, "mint": "0xm", "victims": ["0xa"], "burn": "0xn"}
    (tmp_path / "candidate_jit.json").write_text(json.dumps([jit]))
    tables, = univ3.read(tmp_path)
    return {kind: events.read(table, kind) for kind, table in tables.items()}


def test_what_the_trader_got_came_out_of_the_pool(small):
    assert [each[4:14] for each in small["swaps"]] == [
        (POOL, "uniswap_v3", "0xoa", None, "0xoa", "0xoa", WETH, 5 * 10**14, USDC, 10**6),
        (POOL, "uniswap_v3", "0xob", None, "0xob", "0xob", USDC, 2_500_000, WETH, 10**15)]


def test_transactions_are_numbered_by_their_first_log_across_both_tables(small):
    assert [(each.index, each.hash) for each in small["transactions"]] == [
        (0, "0xm"), (1, "0xa"), (2, "0xb"), (3, "0xn")]
    assert [(each.index, each.place) for each in small["swaps"]] == [(1, (4,)), (2, (9,))]
    assert [(each.index, each.place) for each in small["liquidity"]] == [(0, (2,)), (3, (11,))]


def test_liquidity_has_its_range_owner_and_direction(small):
    put, taken = small["liquidity"]
    assert (put.change, taken.change) == (1, -1)
    assert put[9:] == ("0xs", -10, 10, None, (USDC, WETH), (3_000_000, 0))


def test_candidates_are_labels(small):
    assert [each[:4] for each in small["labels"]] == [("sandwich", 5, ("0xa", "0xb"), ("0xv",)),
                                                      ("jit", 5, ("0xm", "0xn"), ("0xa",))]


def test_what_is_not_told_of_a_block_is_none(small):
    assert small["blocks"] == [(5, 50, None, None, None, None, None)]


@pytest.mark.recordings
def test_the_recorded_day_has_its_counts(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(kit_data))
    day = datasets.load("uniswap-usdcweth", "USDC-WETH")
    assert {kind: len(table) for kind, table in day.tables.items()} == {
        "swaps": 9883, "blocks": 5117, "transactions": 10329, "liquidity": 533, "labels": 119}
    assert collections.Counter(each.kind for each in day.events("labels")) == {"jit": 101, "sandwich": 18}
    prices = pd.Series([each.amount_in / each.amount_out * 1e12 if each.token_in == USDC
                        else each.amount_out / each.amount_in * 1e12 for each in day.events("swaps")
                        if min(each.amount_in, each.amount_out) > 10**4])
    assert 1500 < prices.quantile(0.001) < prices.quantile(0.999) < 1700, "dollars for ether"
    hashes = {each.hash for each in day.events("transactions")}
    assert all(set(each.hashes) <= hashes for each in day.events("labels"))
