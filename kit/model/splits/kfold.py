"""K folds on the clock: every row is tested once, and training keeps its distance on both sides of the test."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator

from kit.clock import utc
from kit.model.splits.stamps import length, stamps
from kit.refusal import Refusal


class PurgedKFold(BaseCrossValidator, BaseEstimator):
    """Consecutive folds of equally many rows; training before and after each, purged by time; scikit-learn's way.

    With ``s`` and ``e`` the first and last stamps of a test fold, a row stamped ``t`` is trained on where
    ``t + horizon < s - gap`` or ``t > e + horizon + embargo``.

    - The label of a row spans the closed ``[t, t + horizon]``: one that ends just where the test begins is purged.
    - Training sees what came after the test. That compares models; it is no backtest, `PurgedWalkForward` is.

    Parameters
    ----------
    n_splits : int
    horizon : str or None
        How far labels look ahead. None: a label is known at its row's time.
    gap : str or None
        Least time from the end of a training label to the test: no less than the longest feature window, so that no
        test feature looks into training labels. None: no gap.
    embargo : str or None
        Least time from the end of the last test label to a later training row: no less than the longest feature
        window, so that no training feature looks into test labels. None: no embargo.

    References
    ----------
    López de Prado (2018), Advances in Financial Machine Learning, section 7.4 (purging and embargo).
    """

    def __init__(self, n_splits=5, horizon="3s", gap="10min", embargo="10min"):
        self.n_splits = n_splits
        self.horizon = horizon
        self.gap = gap
        self.embargo = embargo

    def split(self, X=None, y=None, groups=None):
        """Yield (train rows, test rows), positions in ascending order, fold by fold.

        Parameters
        ----------
        X : frame, optional
            Indexed by time (UTC, ascending), unless `groups` is given.
        y : ignored
        groups : array, index or series, optional
            The rows' stamps: int64 ns since the epoch, or time-zone aware.

        Raises
        ------
        Refusal
            No stamps, naive or descending stamps, fewer rows than folds, or a fold without rows to train on.
        """
        time = stamps(X, groups)
        for test in runs(time, self.n_splits):
            yield outside(time, [test], self), test

    def get_n_splits(self, X=None, y=None, groups=None):
        """Number of folds."""
        return self.n_splits


def runs(time, count):
    """Rows cut into `count` runs of equal length; the first ones are a row longer where that cannot be."""
    if not 2 <= count <= len(time):
        raise Refusal(f"{len(time)} rows cannot be cut into {count} folds", remedy="from 2 folds to one a row")
    return np.array_split(np.arange(len(time)), count)


def outside(time, tests, by):
    """Rows that may be trained on: those far enough from every run of test rows, as `by` (a splitter) says."""
    horizon, gap, embargo = map(length, (by.horizon, by.gap, by.embargo))
    allowed = np.ones(len(time), bool)
    for test in tests:
        before = np.searchsorted(time, time[test[0]] - gap - horizon)
        after = np.searchsorted(time, time[test[-1]] + horizon + embargo, side="right")
        allowed[before:after] = False
    if not allowed.any():
        start, end = utc(time[[tests[0][0], tests[-1][-1]]])
        raise Refusal(f"no row is left to train on for the test from {start} to {end}",
                      remedy="a longer recording, fewer folds, or a shorter gap and embargo")
    return np.flatnonzero(allowed)
