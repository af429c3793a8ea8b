"""How often the whole pipeline finds something: where there is nothing (its level), and where there is (its power).

Each run plays an hour of the embedded market of a given edge in a world of its own, from ticks to features to purged
walk-forward forecasts to tests, with small trees. At edge 0 the mid is a martingale: a test at level alpha must reject
in alpha of the runs, up to the chance of so many runs, which the Wilson interval states.
"""

from __future__ import annotations

import functools
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from tqdm import tqdm

from kit import clock
from kit.bootstrap import Bootstrap
from kit.evaluate import forecasts, predictability
from kit.model import PurgedWalkForward, Trees, design, scores, walk_forward

START = pd.Timestamp("2025-01-06T00:00Z")


@dataclass(frozen=True)
class Pipeline:
    """What is calibrated; everything but the seed of the world and the edge.

    Parameters
    ----------
    symbol : str
        Of the embedded market.
    length : str
        Of each recording.
    folds, train_share, horizon, flow, vol
        As `kit.study` takes them.
    depth, iterations, learning_rate
        Of the trees.
    draws : int
        Of the bootstrap behind the intervals; 0 leaves the intervals out.
    """

    symbol: str = "SIM-ETC"
    length: str = "1h"
    folds: int = 3
    train_share: float = 0.5
    horizon: str = "3s"
    flow: str = "10s"
    vol: str = "60s"
    depth: int = 3
    iterations: int = 50
    learning_rate: float = 0.1
    draws: int = 0

    def forecasts(self, seed, edge):
        """Out-of-fold forecasts (`kit.model.OutOfFold`) in one world."""
        import kit
        from kit.sources import synthetic

        ticks = synthetic.generate(self.symbol, START, START + pd.Timedelta(self.length), seed=seed, edge=edge)
        seconds = kit.grid(ticks["quotes"], ticks["trades"], stale="60s")
        features = kit.compute(seconds, *kit.PAPER, flow=self.flow, vol=self.vol)
        label = kit.compute(seconds, "log_return", horizon=self.horizon)["log_return"]
        X, y, _ = design(features, label)
        splitter = PurgedWalkForward.for_span(X.index[-1] - X.index[0], self.folds, self.train_share,
                                              memory=clock.longest(self.flow, self.vol), horizon=self.horizon)
        trees = Trees(self.depth, self.iterations, self.learning_rate, task_type="CPU", thread_count=1)
        return walk_forward(X, y, splitter, trees, progress=False)

    def rejections(self, seed, edge, level=0.05) -> dict[str, bool]:
        """Which tests reject in one world: `predictability.tests`, Clark and West's, then intervals that lie above 0.

        An interval of coverage 1 - `level` lies above the truth in `level` / 2 of the cases.
        """
        oof = self.forecasts(seed, edge)
        found = {name: test.p < level for name, test in predictability.tests(oof).items()}
        overlap = clock.duration(self.horizon) // clock.SECOND
        nothing = np.zeros_like(oof.predicted)
        found["clark_west"] = forecasts.clark_west(oof.actual, nothing, oof.predicted, overlap).p_greater < level
        if self.draws:
            by = Bootstrap(self.horizon, draws=self.draws, level=1 - level, seed=seed)
            for name in ("correlation", "r2_zero"):
                score = scores.summary(oof, by)[name]
                found[f"interval of {name}"] = score.low > 0
        return found


def calibrate(runs=200, edges=(0.0,), pipeline=None, *, level=0.05, processes=1, first_seed=0,
              progress=True) -> pd.DataFrame:
    """Share of worlds in which each test rejects "nothing can be forecast".

    Parameters
    ----------
    runs : int
        Worlds of each edge; the same worlds whatever the edge.
    edges : sequence of float
        Share of the time that the book shows where the price will go: 0 measures the level, more the power.
    pipeline : Pipeline, optional
    level : float
    processes : int
        How many worlds are walked at a time; the answer does not depend on it.
    first_seed : int
        Worlds are ``first_seed .. first_seed + runs - 1``.
    progress : bool
        Show a bar on stderr.

    Returns
    -------
    pandas.DataFrame
        A row per edge and test: ``edge, test, level, runs, rejected, rate, low, high``; low and high are Wilson's 95 %
        interval of the rate, which is the Monte Carlo error of so many runs.
    """
    pipeline = pipeline or Pipeline()
    worlds = [(seed, edge) for edge in edges for seed in range(first_seed, first_seed + runs)]
    one = functools.partial(_one, pipeline, level)
    found = tqdm(_each(one, worlds, processes), "calibration", len(worlds), unit="world", disable=not progress)
    table = pd.DataFrame(list(found))
    table.insert(0, "edge", [edge for _, edge in worlds])
    return _rates(table, level)


def _one(pipeline, level, world):
    return pipeline.rejections(*world, level)


def _each(one, worlds, processes):
    """Answers in the order of the worlds."""
    if processes == 1:
        yield from map(one, worlds)
        return
    with ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(one, worlds, chunksize=max(1, len(worlds) // (8 * processes)))


def _rates(table, level):
    rows = []
    for edge, of_edge in table.groupby("edge", sort=True):
        for test in table.columns[1:]:
            rejected = int(of_edge[test].sum())
            low, high = wilson(rejected, len(of_edge))
            rows.append((edge, test, level, len(of_edge), rejected, rejected / len(of_edge), low, high))
    return pd.DataFrame(rows, columns=["edge", "test", "level", "runs", "rejected", "rate", "low", "high"])


def wilson(successes, trials, level=0.95) -> tuple[float, float]:
    """Interval of a probability from its count.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return float(np.clip(low, 0, 1)), float(np.clip(high, 0, 1))
