"""Every kernel, launched in the CUDA simulator, gives the answer of the CPU bit for bit."""

import os
import subprocess
import sys

import numpy as np
import pytest

from kit.kernels import checks, decay, joins, launch, overlaps, rolling, seconds, segments
from tests.execution.plain_market import replayed
from tests.kernels import test_garch, test_sieve
from tests.kernels import test_graph_sweeps as graphs
from tests.kernels import test_joins_seconds_decay as ticks
from tests.kernels import test_trees as forests
from tests.kernels.test_quotes_by_second import SECOND, many
from tests.kernels.test_rolling import STATISTICS, clock, series

ROWS = np.r_[95:140, 190:215, 340:360, 395:430]  # an outlier, a hole, a silence, a flat stretch
N = len(ROWS)


def answers():
    """One answer of each kernel, over rows and over durations."""
    time, x, y = clock()[ROWS], series()[ROWS], series(seed=3)[ROWS]
    found = {}
    for name, (kernel, _, inputs) in STATISTICS.items():
        found[f"{name} by rows"] = kernel(rolling.by_rows(7, N, np), *(x, y)[:inputs])
        found[f"{name} by the clock"] = kernel(rolling.by_clock(5 * SECOND, time, int(time[0])), *(x, y)[:inputs])
    found["mean"], found["agree"] = rolling.mean(rolling.by_rows(7, N, np), x), rolling.agree(x, y)
    found["asof"], grid, quotes = joins.asof(time, time - SECOND), np.arange(1, 61) * SECOND, many(200)
    found |= seconds.moves(grid, SECOND, quotes)
    row = seconds.last(grid, quotes.time)
    found |= seconds.touch(row, row % 3 > 0, quotes)
    trades = ticks.Trades(quotes.time, quotes.bid, quotes.bid_size, np.sign(quotes.ask_size - 4).astype(np.int8))
    found |= seconds.sums(grid, SECOND, trades, heard=np.zeros_like(grid), stale=2 * SECOND)
    edges = np.r_[0, 3, 4, 60, 90]
    found |= {f"candle {name}": bar for name, bar in segments.candles(edges, *trades[1:]).items()}
    found["filled"] = segments.filled(trades.size, 20.0)
    found["overlaps"] = overlaps.overlaps(np.r_[0, 20, 59], grid, quotes.bid[:60], grid * 13 // 10, quotes.ask[:60],
                                          np.r_[-SECOND, 0, 2 * SECOND])
    found["ewm"] = decay.ewm(np.full(N, 0.9), x, (np.nan, 1.0))[0]
    found["checks"] = np.array([checks.in_order(time), checks.positive(x), checks.positive(abs(y), missing=True)])
    found |= test_sieve.simulated_answer()
    found |= graphs.simulated_answers()
    return found | test_garch.simulated_answer() | forests.simulated_answers() | replayed()


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """The answers of a process that was started with the simulator, as it must be."""
    path = tmp_path_factory.mktemp("simulated") / "answers.npz"
    subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.kernels.test_simulator", str(path)], check=True,
                   env={**os.environ, "NUMBA_ENABLE_CUDASIM": "1"})
    return np.load(path)


def test_simulator_gives_the_bits_of_the_cpu(simulated):
    assert not launch.simulated()
    expected = answers()
    assert set(simulated) == set(expected)
    for name, answer in expected.items():
        np.testing.assert_array_equal(simulated[name], answer, err_msg=name)
        assert np.isfinite(answer).any(), f"{name} is missing throughout"


if __name__ == "__main__":
    assert launch.simulated()
    np.savez(sys.argv[1], **answers())


def test_machine_code_is_filed_by_the_sources_that_it_is_made_of():
    assert {path.name for path in launch._sources(seconds.traded)} == {"seconds.py", "joins.py"}
