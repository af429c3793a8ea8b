"""The sieve of swaps against the sentence that it stands for."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.kernels import sieve
from kit.kernels.launch import launch

SWAPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from([-1, 1])), max_size=40)


def columns(swaps):
    block, pool, way = np.array(sorted(swaps, key=lambda swap: swap[0]) or np.empty((0, 3)), np.int64).T
    return block, pool, way.astype(np.int8)


def spelled_out(block, pool, way):
    """Two swaps of one way and, behind them, one of the other, in one block and pool."""
    found = np.zeros(len(block), bool)
    for i, here in enumerate(zip(block, pool, strict=True)):
        ways = way[(block == here[0]) & (pool == here[1])]
        found[i] = any((ways[:k] == -ways[k]).sum() >= 2 for k in range(len(ways)))
    return found


@settings(deadline=None)  # the first call compiles
@given(SWAPS)
def test_the_sieve_keeps_what_the_sentence_says(swaps):
    block, pool, way = columns(swaps)
    np.testing.assert_array_equal(sieve.sieve(block, pool, way, 3), spelled_out(block, pool, way))


def test_the_answer_does_not_depend_on_the_pieces():
    rng = np.random.default_rng(5)
    block, pool = np.sort(rng.integers(0, 40, 1000)), rng.integers(0, 7, 1000)
    way = rng.choice(np.array([-1, 1], np.int8), 1000)
    expected = sieve.sieve(block, pool, way, 7)
    for pieces in (1, 3, 17, 1000):
        out = np.empty(1000, bool)
        launch(sieve.suspicious, 1000, block, pool, way, out, whole=(1, 7), pieces=pieces)
        np.testing.assert_array_equal(out, expected)


def simulated_answer():
    """For the simulator."""
    rng = np.random.default_rng(6)
    block, pool = np.sort(rng.integers(0, 20, 300)), rng.integers(0, 5, 300)
    return {"sieve": sieve.sieve(block, pool, rng.choice(np.array([-1, 1], np.int8), 300), 5)}
