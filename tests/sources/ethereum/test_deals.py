"""Sales and payments: rows that a hand has written, and the recordings with their counts."""

import gzip

import numpy as np
import pandas as pd
import pytest

from kit.network.graph import aggregate
from kit.network.measures import participant_influence
from kit.refusal import Refusal
from kit.sources import datasets
from kit.sources.ethereum import deals

A, B, C = (f"0x{k * 40}" for k in "abc")
HEADER = "\ufeffbuyer_address,eth_price,usd_price,seller_address,day,utc_timestamp,token_id,transaction_hash,name,wrap"


def written(tmp_path, *rows):
    """A file of sales, the latest first: buyer, price, seller, day and token."""
    lines = [f"{buyer},{price},0,{seller},{day},{day},{token},0x{token},CryptoPunk #{token},False"
             for buyer, price, seller, day, token in rows]
    path = tmp_path / "sales.csv.gz"
    path.write_bytes(gzip.compress("\n".join([HEADER, *lines, ""]).encode()))
    return path


def test_sales_are_in_order_of_time_and_a_days_order_is_turned_around(tmp_path):
    path = written(tmp_path, (A, 3.0, B.upper().replace("X", "x"), "01/14/22", 3), (B, 2.0, C, "01/14/22", 2),
                   (C, 1.5, A, "12/31/17", 1))
    table = deals.punks(path)
    assert list(table.columns) == ["time", "seller", "buyer", "volume", "price", "asset"]
    assert list(table["time"]) == list(pd.to_datetime(["2017-12-31", "2022-01-14", "2022-01-14"], utc=True))
    assert list(table["asset"]) == ["CryptoPunk #1", "CryptoPunk #2", "CryptoPunk #3"]
    assert list(table["seller"]) == [A, C, B] and list(table["buyer"]) == [C, B, A]
    assert list(table["volume"]) == list(table["price"]) == [1.5, 2.0, 3.0]


def test_sales_for_nothing_to_nobody_and_without_a_party_are_left_out(tmp_path):
    path = written(tmp_path, (A, 0.0, B, "01/14/22", 4), (deals.NOBODY, 2.0, C, "01/14/22", 3),
                   ("", 2.0, C, "01/14/22", 2), (C, 1.0, A, "01/14/22", 1))
    assert list(deals.punks(path)["asset"]) == ["CryptoPunk #1"]
    assert [name[-1] for name in deals.punks(path, usable=False)["asset"]] == ["1", "3", "4"]


def test_a_missing_column_is_refused(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text("seller_address,eth_price\n0xa,1\n")
    with pytest.raises(Refusal, match="column 'utc_timestamp': missing"):
        deals.punks(path)


def test_payments_are_edges(tmp_path):
    path = tmp_path / "edges_builder_to_recipient.parquet"
    pd.DataFrame({"builder": pd.Categorical([A, A]), "recipient": pd.Categorical([B, C]),
                  "n": np.array([2, 1], dtype="int32"), "eth": [0.5, 0.25]}).to_parquet(path)
    edges = deals.payments(path, "recipient")
    assert set(edges.columns) == {"source", "target", "n", "volume"}
    graph = aggregate(edges["source"], edges["target"], edges["volume"], count=edges["n"])
    assert list(graph.names[graph.target]) == [B, C]
    assert list(graph.count) == [2, 1] and list(graph.volume) == [0.5, 0.25]


@pytest.mark.recordings
def test_punks_have_the_counts_of_the_catalogue_and_without_nobody_fewer(kit_data):
    """16,102 sales name both parties, 204 of them for nothing; 2,121 name the zero address, 75 of these for nothing."""
    path = kit_data / "onchain/punks-trades/cryptopunkdata.csv.gz"
    named, usable = deals.punks(path, usable=False), deals.punks(path)
    nobody = (named[["seller", "buyer"]] == deals.NOBODY).any(axis=1)
    assert (len(named), traders(named)) == (16_102, 5_182)
    assert ((named["volume"] == 0).sum(), nobody.sum()) == (204, 2_121)
    assert (len(usable), traders(usable)) == (16_102 - 204 - 2_121 + 75, 5_076)
    pd.testing.assert_frame_equal(datasets.load("punks", "PUNK").tables["deals"], usable)


@pytest.mark.recordings
def test_nobody_would_be_the_most_influential_trader(kit_data):
    named = deals.punks(kit_data / "onchain/punks-trades/cryptopunkdata.csv.gz", usable=False)
    named = named[named["volume"] > 0]
    graph = aggregate(named["seller"], named["buyer"], named["volume"])
    assert graph.names[participant_influence(graph).argmax()] == deals.NOBODY


@pytest.mark.recordings
@pytest.mark.parametrize("symbol, edges, nodes, blocks", [("recipient", 104_380, None, 1_178_041),
                                                          ("proposer", 1_151_530, 695_926, 1_178_041)])
def test_payments_have_the_counts_of_the_catalogue(kit_data, symbol, edges, nodes, blocks):
    table = datasets.load("builder-payments", symbol).tables["edges"]
    assert (len(table), table["n"].sum()) == (edges, blocks)
    assert nodes in (None, len(np.union1d(table["source"], table["target"])))
    with pytest.raises(Refusal, match="no clock"):
        datasets.load("builder-payments", symbol, start="2024-01-01T00:00Z")


def traders(table):
    return len({*table["seller"], *table["buyer"]})
