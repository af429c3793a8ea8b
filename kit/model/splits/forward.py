"""Walk-forward folds on the clock: train on the past, leave a gap, test on what follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator

from kit.clock import SECOND, duration
from kit.model.splits.stamps import length, spoken, stamps
from kit.refusal import Refusal


class PurgedWalkForward(BaseCrossValidator, BaseEstimator):
    """Rolling or expanding train windows, each followed by a gap and a test window; scikit-learn's way.

    With ``s`` the start of a test window, a row stamped ``t`` is tested where ``s <= t < s + test`` and
    trained on where ``s - gap - horizon - train <= t < s - gap - horizon``: its label, which spans
    ``[t, t + horizon]``, has ended strictly before ``s - gap``. Training always comes first, so that no
    embargo after a test is needed.

    - Windows are anchored at the first stamp, as in skfolio's ``WalkForward``, so that more data add folds
      and move none; scikit-learn's ``TimeSeriesSplit`` is anchored at the end.
    - A test window counts once a stamp at or after its end is seen: only then is it known to be whole.
    - A fold without any row to train on, or to test, is left out.

    Parameters
    ----------
    train, test : str
        Durations of the windows.
    gap : str or None
        Least time from the end of a training label to a test row: no less than the longest feature window, so
        that no test feature looks into training labels. None: no gap.
    step : str, optional
        From one test window's start to the next; default `test`.
    expanding : bool
        Train on everything since the first stamp (the first fold on `train`).
    horizon : str or None
        How far labels look ahead. None: a label is known at its row's time.

    References
    ----------
    López de Prado (2018), Advances in Financial Machine Learning, section 7.4 (purging).
    """

    def __init__(self, train="28d", test="7d", gap="10min", step=None, expanding=False, horizon="3s"):
        self.train = train
        self.test = test
        self.gap = gap
        self.step = step
        self.expanding = expanding
        self.horizon = horizon

    @classmethod
    def for_span(cls, span, folds=5, train_share=0.5, *, memory="60s", horizon="3s", gap=None,
                 expanding=False):
        """Windows that cut a recording of any length into `folds` folds, in whole seconds.

        Parameters
        ----------
        span : str or pandas.Timedelta
            From the first stamp of the data to the last.
        folds : int
            How many test windows, one after the other.
        train_share : float
            Share of the time, gap and horizon aside, that the first training takes; tests share the rest.
        memory : str
            Longest feature window.
        gap : str, optional
            Default, and least allowed: `horizon` + `memory`.

        Raises
        ------
        Refusal
            The gap is too short, or less than a second is left for each test.
        """
        least = duration(horizon) + duration(memory)
        distance = least if gap is None else duration(gap)
        if distance < least:
            raise Refusal(f"gap {gap} is shorter than horizon {horizon} + longest feature window {memory}",
                          remedy=f"a gap of {spoken(least)} or more")
        whole = duration(span) if isinstance(span, str) else pd.Timedelta(span).as_unit("ns").value
        seconds = (whole - distance - duration(horizon)) // SECOND
        test = int(seconds * (1 - train_share) / folds)
        if test < 1:
            raise Refusal(f"{spoken(whole)} are too short for {folds} folds, gap {spoken(distance)}",
                          remedy="fewer folds, a longer recording, or shorter feature windows")
        return cls(f"{seconds - folds * test}s", f"{test}s", spoken(distance), None, expanding, horizon)

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
            No stamps, naive or descending stamps, or no fold fits the data.
        """
        for first, cut, start, end in self._bounds(stamps(X, groups)).tolist():
            yield np.arange(first, cut), np.arange(start, end)

    def get_n_splits(self, X=None, y=None, groups=None):
        """Number of folds that `split` yields for these stamps."""
        return len(self._bounds(stamps(X, groups)))

    def _bounds(self, time):
        """Rows at which each fold's training begins and ends, then its test: int, shape (folds, 4)."""
        train, test, gap, horizon = map(length, (self.train, self.test, self.gap, self.horizon))
        step = length(self.step) or test
        starts = np.arange(time[0] + train + horizon + gap, time[-1] - test + 1, step)
        cuts = starts - gap - horizon
        firsts = np.full_like(starts, time[0]) if self.expanding else cuts - train
        rows = np.searchsorted(time, np.stack([firsts, cuts, starts, starts + test], axis=1))
        rows = rows[(rows[:, 0] < rows[:, 1]) & (rows[:, 2] < rows[:, 3])]
        if not len(rows):
            raise Refusal(f"no fold: the data span {spoken(int(time[-1] - time[0]))}, a fold needs rows in "
                          f"train {self.train} + horizon {self.horizon} + gap {self.gap} + test {self.test}",
                          remedy="shorter windows, as from for_span(X.index[-1] - X.index[0])")
        return rows
