"""Recordings that several tests of the chain look at, read once."""

import pytest

from kit.sources import datasets


@pytest.fixture(scope="session")
def relayed(kit_data):
    """Tables of the blocks that relays delivered."""
    return datasets.load("mevboost", "mainnet").tables


@pytest.fixture(scope="session")
def folder(kit_data):
    """Where the traced blocks lie."""
    return kit_data / "onchain" / "eth-blocks-mev-inspect"


@pytest.fixture(scope="session")
def ethereum(kit_data):
    """The traced blocks, as the kit decodes them."""
    return datasets.load("ethereum-blocks", "mainnet")
