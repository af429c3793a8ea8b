"""One world's crash, walked once."""

import pytest

from kit.crash import traders, window
from kit.study import study


@pytest.fixture(scope="session")
def crash():
    return window.event()


@pytest.fixture(scope="session")
def walked(crash):
    return study("synthetic-crash", "SIM-LTC", "2025-10-10T16:50Z", crash.last, folds=1, train_share=0.7, iterations=50,
                 seed=1)


@pytest.fixture(scope="session")
def crowd(walked):
    return traders.replays(walked, 0.9)
