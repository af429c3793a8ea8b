"""One market, one walk through it, shared by the tests of the models."""

import pytest

from kit.model import PurgedWalkForward, Trees, walk_forward
from tests.model.known_market import market


@pytest.fixture(scope="session")
def planted():
    return market(12_000, seed=1)


@pytest.fixture(scope="session")
def trees():
    return Trees(depth=3, iterations=80, learning_rate=0.05, task_type="CPU", thread_count=2)


@pytest.fixture(scope="session")
def oof(planted, trees):
    X, y = planted
    return walk_forward(X, y, PurgedWalkForward.for_span(X.index[-1] - X.index[0]), trees, progress=False)
