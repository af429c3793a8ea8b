"""Random forests: cuML's on a GPU, scikit-learn's on the CPU, behind the interface of the boosted trees."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from kit import backend
from kit.model.design import matrix, select
from kit.model.quantised import TrainingRows
from kit.refusal import Refusal
from kit.units import BP

CUML, SCIKIT_LEARN = "cuML", "scikit-learn"
LOWEST = np.finfo(np.float32).min
"""Stands for a missing value: scikit-learn would send it to either side of a split, where SHAP values go wrong."""


def _library():
    return CUML if backend.chosen().forests == CUML else SCIKIT_LEARN


@dataclass(frozen=True)
class Forest:
    """Settings of a regression of returns on features by averaged trees, each grown on rows drawn with replacement.

    - The two libraries grow different forests from the same settings: cuML chooses among `n_bins` borders a feature,
      scikit-learn among all values.
    - Either is left as scikit-learn's, which says the same on every machine.
    - The same settings give the same forest on the CPU, whatever `thread_count`; cuML grows one tree after the other
      (one stream), which it wants for the same.

    Parameters
    ----------
    n_estimators : int
        Trees.
    max_depth, min_samples_leaf
        As in scikit-learn. Returns are nearly all noise: trees grown to the last row would learn it by heart.
    max_features : float
        Share of the features among which each split chooses.
    max_samples : float
        Rows drawn for each tree, as a share of all.
    n_bins : int
        As in cuML.
    random_seed : int
    library : {"cuML", "scikit-learn"}
        By default what `kit.backend.chosen` says of forests.
    thread_count : int
        -1 is one per core.

    References
    ----------
    Breiman (2001), Random forests.
    """

    n_estimators: int = 100
    max_depth: int = 8
    min_samples_leaf: int = 20
    max_features: float = 1 / 3
    max_samples: float = 0.5
    n_bins: int = 128
    random_seed: int = 0
    library: str = field(default_factory=_library)
    thread_count: int = -1

    def fit(self, X, y) -> Grown:
        """Learn from rows.

        Parameters
        ----------
        X : frame (pandas or cuDF), shape (n, features)
            NaN counts as smaller than every number.
        y : series or array, shape (n,)
            Returns (not bp).

        Raises
        ------
        Refusal
            A label is missing or infinite, labels do not vary, a feature is infinite, or the library is unknown.
        """
        rows = TrainingRows(X, y)
        return Grown(self, rows.features, self._grown(_filled(rows.values), rows.label))

    def _grown(self, values, label) -> RandomForestRegressor:
        asked = {"n_estimators": self.n_estimators, "max_depth": self.max_depth, "max_features": self.max_features,
                 "min_samples_leaf": self.min_samples_leaf, "max_samples": self.max_samples,
                 "random_state": self.random_seed}
        if self.library == CUML:
            grower = importlib.import_module("cuml.ensemble").RandomForestRegressor
            return grower(**asked, n_bins=self.n_bins, n_streams=1).fit(values, label.astype(np.float32)).as_sklearn()
        if self.library != SCIKIT_LEARN:
            raise Refusal(f"no library of forests is called {self.library!r}", remedy=f"{CUML} or {SCIKIT_LEARN}")
        return RandomForestRegressor(**asked, n_jobs=self.thread_count).fit(values, label)


@dataclass(frozen=True)
class Grown:
    """A forest, and the settings that made it."""

    forest: Forest
    features: tuple[str, ...]  #: names of the columns that it reads
    model: RandomForestRegressor

    def __post_init__(self):
        self.model.n_jobs = 1  # threads add trees up in the order in which they finish

    def rows(self, X) -> np.ndarray:
        """The forest's columns of a frame, found by name, float32, shape (n, features).

        Raises
        ------
        Refusal
            A column is missing.
        """
        return _filled(matrix(select(X, self.features)))

    def predict(self, X) -> np.ndarray:
        """Forecast returns (not bp), on the host, shape (n,)."""
        return self.model.predict(self.rows(X)) / BP


def _filled(values):
    return np.where(np.isnan(values), LOWEST, values)
