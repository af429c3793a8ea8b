"""The doctor on real recordings of a chain: each trap that is known to be in them is named, with its count."""

import functools
import time

import pytest

from kit.sources import datasets, doctor
from kit.sources.ethereum import deals

pytestmark = pytest.mark.recordings


@functools.cache
def examined(dataset, symbol):
    return doctor.examine(datasets.batches(dataset, symbol), name=dataset)


@pytest.fixture(autouse=True)
def at_hand(kit_data, monkeypatch):
    monkeypatch.setenv("KIT_DATA", str(kit_data))


def found(diagnosis):
    """Rows by kind and name."""
    return {(f.severity, f.kind, f.what): f.rows for f in diagnosis.findings}


def test_the_traps_of_the_44_blocks_are_found():
    diagnosis = examined("ethereum-blocks", "mainnet")
    assert found(diagnosis) == {
        ("warning", "blocks", "misnamed file"): 1,
        ("warning", "blocks", "no gas"): 29,
        ("warning", "blocks", "no time"): 18,
        ("warning", "blocks", "time backwards"): 1,
        ("warning", "logs", "no logs"): 29,
        ("warning", "transactions", "corrupt receipts"): 13,
        ("warning", "transactions", "no gas price"): 647,
        ("warning", "transactions", "no receipts"): 2992,
        ("info", "blocks", "block in two files"): 7,
        ("info", "blocks", "scattered blocks"): 43,
        ("info", "misfits", "misfits"): 16,
    }
    told = {finding.what: finding.message for finding in diagnosis.findings}
    assert "10921990.json.gz holds 10,921,991" in told["misnamed file"]
    assert "14,659,109" in told["time backwards"]
    assert "of 16 blocks" in told["no receipts"] and "of 3 blocks" in told["no gas price"]
    assert "4,665,284 blocks absent in 43 places" in told["scattered blocks"]


def test_of_the_headers_of_all_forks_nothing_contradicts_and_what_is_not_told_is_said():
    assert found(examined("ethereum-blocks-pevm", "mainnet")) == {
        ("warning", "transactions", what): 24_342 for what in ("no calldata", "no receipts", "no status", "no traces")
    } | {("info", "blocks", "scattered blocks"): 77}


def test_a_pool_s_day_has_no_headers_no_places_in_blocks_and_a_swap_of_nothing():
    assert found(examined("uniswap-usdcweth", "USDC-WETH")) == {
        ("warning", "blocks", "missing blocks"): 1564,
        ("warning", "blocks", "no base fee"): 5117,
        ("warning", "blocks", "no gas"): 5117,
        ("warning", "swaps", "zero amount"): 1,
        ("warning", "transactions", "no calldata"): 10_329,
        ("warning", "transactions", "no traces"): 10_329,
        ("warning", "transactions", "no transaction index"): 10_329,
    }


def test_pairs_of_displacement_are_an_excerpt_whose_profits_are_told_in_ether():
    assert found(examined("displacement", "mainnet")) == {
        ("warning", "transactions", what): 6068 for what in ("no receipts", "no status", "no traces")
    } | {("info", "labels", "profits in ether"): 3057, ("info", "transactions", "excerpt"): 377_950}


def test_the_traps_of_mev_boost_are_found_within_seconds():
    frames = list(datasets.batches("mevboost", "mainnet"))
    begun = time.perf_counter()
    diagnosis = doctor.examine(frames, name="mevboost")
    assert time.perf_counter() - begun < 10
    assert found(diagnosis) == {
        ("error", "builder_blocks", "base fee does not follow"): 935,
        ("error", "builder_blocks", "gas above the limit"): 5,
        ("warning", "builder_blocks", "forged name"): 10,
        ("warning", "builder_blocks", "names with several owners"): 0,
        ("warning", "builder_blocks", "no relay delivered"): 461,
        ("warning", "builder_blocks", "relay without a builder"): 1476,
        ("warning", "builder_hours", "forged name"): 68,
        ("info", "builder_blocks", "keys with several names"): 0,
        ("info", "builder_blocks", "no bid time"): 15_195,
        ("info", "builder_blocks", "not relayed"): 20_717,
    }
    told = {finding.what: finding.message for finding in diagnosis.findings}
    assert "935 of 219,999 steps (0.425 %)" in told["base fee does not follow"]
    assert "in 934 of them perhaps the limit" in told["base fee does not follow"]
    assert "10 of 115 keys" in told["keys with several names"]
    assert "3 names written by keys of different owners (Titan Builder: Titan and imposter;" in \
        told["names with several owners"]


def test_of_the_sales_of_punks_only_days_are_known_and_what_was_left_out_is_counted():
    assert found(examined("punks", "PUNK")) == {
        ("warning", "deals", "days only"): 0,
        ("info", "deals", "identical deals"): 2,
        ("info", "deals", "unknown party"): 3818,
        ("info", "deals", "zero address"): 2121,
        ("info", "deals", "zero price"): 204,
    }


def test_sales_that_are_not_usable_are_found_where_the_reader_keeps_them(kit_data):
    kept = deals.punks(kit_data / "onchain/punks-trades/cryptopunkdata.csv.gz", usable=False)
    rows = found(doctor.examine([{"deals": kept}], name="punks"))
    assert len(kept) == 16_102
    assert {what: often for (severity, _, what), often in rows.items() if severity == "warning"} == {
        "days only": 0, "zero address": 2121, "zero price": 204}
