"""The sieve in front of the detector: nothing is lost, and most of what is there need not be read."""

import pytest

from kit import events
from kit.chain.sandwich import sandwiches
from kit.chain.suspects import suspects
from kit.refusal import Refusal
from kit.sources import datasets


def sieved(table):
    """Sandwiches among suspects, and which part of the rows these are."""
    few = suspects(table)
    return sandwiches(events.read(few, "swaps")), len(few) / len(table)


@pytest.fixture(scope="module")
def swaps():
    return datasets.load("synthetic-chain", "SIM-CHAIN").tables["swaps"]


def test_every_sandwich_of_the_embedded_chain_passes_the_sieve(swaps):
    found, read = sieved(swaps)
    assert found == sandwiches(events.read(swaps, "swaps")) and len(found) > 80 and read < 0.3


@pytest.mark.recordings
@pytest.mark.parametrize(("name", "symbol", "share"), [("ethereum-blocks", "mainnet", 0.1),
                                                       ("uniswap-usdcweth", "USDC-WETH", 0.25)])
def test_every_sandwich_of_a_recording_passes_the_sieve(kit_data, name, symbol, share):
    table = datasets.load(name, symbol).tables["swaps"]
    found, read = sieved(table)
    assert found == sandwiches(events.read(table, "swaps")) and len(found) >= 18 and read < share


def test_blocks_out_of_order_are_refused_with_their_row(swaps):
    with pytest.raises(Refusal, match="row 1"):
        suspects(swaps.iloc[[-1, 0]])
