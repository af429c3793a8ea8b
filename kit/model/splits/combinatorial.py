"""Combinatorial purged cross-validation: many ways through the same history, each out of sample."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.model_selection import BaseCrossValidator

from kit.model.splits.kfold import outside, runs
from kit.model.splits.stamps import stamps
from kit.refusal import Refusal


class CombinatorialPurged(BaseCrossValidator, BaseEstimator):
    r"""Every choice of `n_test` of `n_groups` consecutive groups is tested once; scikit-learn's way.

    There are :math:`\binom{N}{k}` splits. Each group is tested in :math:`\binom{N}{k} k / N` of them, so that the
    splits' forecasts make as many whole paths through the data.

    - Training keeps the distances of `PurgedKFold` from every test group, on both sides.
    - A split's test rows are one array, in ascending order, whichever groups they are from.
    - Paths share training rows: they are not independent.

    Parameters
    ----------
    n_groups, n_test : int
        N and k.
    horizon, gap, embargo : str or None
        As in `PurgedKFold`.

    References
    ----------
    López de Prado (2018), Advances in Financial Machine Learning, chapter 12.
    """

    def __init__(self, n_groups=6, n_test=2, horizon="3s", gap="10min", embargo="10min"):
        self.n_groups = n_groups
        self.n_test = n_test
        self.horizon = horizon
        self.gap = gap
        self.embargo = embargo

    def split(self, X=None, y=None, groups=None):
        """Yield (train rows, test rows), positions in ascending order; parameters and errors as in `PurgedKFold`."""
        time = stamps(X, groups)
        parts = runs(time, self.n_groups)
        for chosen in self._choices():
            tests = [parts[group] for group in chosen]
            yield outside(time, tests, self), np.concatenate(tests)

    def get_n_splits(self, X=None, y=None, groups=None):
        """Number of splits, N choose k."""
        return comb(self.n_groups, self.n_test)

    def paths(self) -> np.ndarray:
        """Which split tests each group on each path: int, shape (paths, n_groups).

        The p-th path takes each group from the p-th of the splits in which it is tested.
        """
        choices = self._choices()
        return np.array([[k for k, chosen in enumerate(choices) if group in chosen]
                         for group in range(self.n_groups)]).T

    def along_paths(self, forecasts, X=None, groups=None) -> np.ndarray:
        """Forecasts of the splits' test rows, put together path by path.

        Parameters
        ----------
        forecasts : sequence of array
            One of each split, in the order of `split`, a value a test row: for instance ``oof.only(k).predicted`` of
            each fold that `kit.model.walk_forward` walked.
        X, groups
            As `split` was given them.

        Returns
        -------
        array of float64, shape (paths, n)

        Raises
        ------
        Refusal
            The forecasts are not one a split and a value a test row.
        """
        parts = runs(stamps(X, groups), self.n_groups)
        tests = [np.concatenate([parts[group] for group in chosen]) for chosen in self._choices()]
        given, wanted = [[len(rows) for rows in each] for each in (forecasts, tests)]
        if given != wanted:
            raise Refusal(f"forecasts of {given} rows, not of {wanted}", remedy="one a split, in the order of split")
        placed = np.full((len(tests), sum(map(len, parts))), np.nan)
        for line, rows, values in zip(placed, tests, forecasts, strict=True):
            line[rows] = values
        group = np.repeat(np.arange(self.n_groups), [len(part) for part in parts])
        return placed[self.paths()[:, group], np.arange(placed.shape[1])]

    def _choices(self):
        if not 1 <= self.n_test < self.n_groups:
            raise Refusal(f"{self.n_test} of {self.n_groups} groups cannot be tested",
                          remedy="at least one, and fewer than all")
        return list(combinations(range(self.n_groups), self.n_test))
