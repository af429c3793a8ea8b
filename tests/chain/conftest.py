"""Recordings that several tests of the chain look at, read once."""

import pytest

from kit.sources import datasets


@pytest.fixture(scope="session")
def relayed(kit_data):
    """Tables of the blocks that relays delivered."""
    return datasets.load("mevboost", "mainnet").tables
