import pytest

from kit import clock
from kit.options import chain
from kit.sources import datasets

END = "2025-03-02T00:00Z"


@pytest.fixture(scope="package")
def embedded():
    """Two months of the embedded chain: its tables."""
    return datasets.load("synthetic-options", "SIM-BTC", end=clock.instant(END)).tables


@pytest.fixture(scope="package")
def expiries(embedded):
    return chain.by_expiry(embedded["chain"])
