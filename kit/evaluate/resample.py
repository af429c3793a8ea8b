"""Whole periods drawn anew: the stationary bootstrap for statistics of a path, which no sum of rows can give."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kit.bootstrap import FEWEST, Score, percentiles
from kit.refusal import Refusal

MOST = 50_000_000
"""Rows in all resamples together that are held in memory."""


@dataclass(frozen=True)
class Resample:
    """Stationary bootstrap over rows that are few and long (days, hours), as `kit.model.Bootstrap` is over many.

    - Runs of rows, of geometric length and wrapped around the end, are drawn until a series is as long as the first.
    - The mean run is Politis and White's choice for the rows or for their squares, whichever is longer, so that
      clustered volatility stays together.
    - Fewer than ten rows give no interval.

    Parameters
    ----------
    block : float, optional
        Mean run in rows; default as above.
    draws, level, seed
        Number of resamples, coverage, and the seed: the same seed gives the same interval.

    References
    ----------
    Politis and Romano (1994), The stationary bootstrap.
    Politis and White (2004), Automatic block-length selection for the dependent bootstrap.
    """

    block: float | None = None
    draws: int = 999
    level: float = 0.95
    seed: int = 0

    def mean_run(self, rows) -> float:
        """Mean number of rows drawn together, at least 1."""
        if self.block is not None:
            return self.block
        return max(1.0, _politis_white(rows), _politis_white((rows - rows.mean()) ** 2))

    def draw(self, rows):
        """Rows of each resample, int array of shape (draws, n), and how they were drawn; none of too few rows."""
        n = len(rows)
        if n < FEWEST:
            return np.empty((0, n), dtype=np.int64), f"no interval: {n} rows"
        if n * self.draws > MOST:
            raise Refusal(f"{self.draws} resamples of {n} rows do not fit into memory",
                          remedy="longer periods (every=), or kit.model.Bootstrap, which resamples blocks")
        from arch.bootstrap import StationaryBootstrap  # two seconds to import

        run = self.mean_run(rows)
        bootstrap = StationaryBootstrap(run, np.arange(n), seed=self.seed)
        return np.stack([data[0] for data, _ in bootstrap.bootstrap(self.draws)]), (
            f"stationary bootstrap of {n} rows, mean run {run:.1f}, {self.draws} draws, {self.level:.0%} percentile")

    def score(self, statistic, rows) -> Score:
        """A statistic of rows with its percentile interval.

        Parameters
        ----------
        statistic : callable
            From rows, shape (..., n), to the statistic, shape (...).
        rows : array of float, shape (n,)
        """
        drawn, method = self.draw(rows)
        return self.interval(float(statistic(rows)), statistic(rows[drawn]), len(rows), method)

    def interval(self, value, drawn, n, method) -> Score:
        """`value` with the percentiles of what was `drawn`, shape (draws,)."""
        if not np.isfinite(value):
            return Score(value, np.nan, np.nan, n, "no interval: the value is missing")
        if not len(drawn):
            return Score(value, np.nan, np.nan, n, method)
        return percentiles(value, drawn, self.level, n, method)


ROWS = Resample()
"""The settings used where none are given."""


def without_interval(score, why) -> Score:
    """The score with the reason why it has no interval, or no value."""
    return replace(score, low=np.nan, high=np.nan, method=why)


def _politis_white(x) -> float:
    from arch.bootstrap import optimal_block_length

    if np.ptp(x) <= 1e-12 * np.abs(x).max():
        return 1.0
    return float(optimal_block_length(x)["stationary"].iloc[0])
