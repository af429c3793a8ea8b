"""Settings chosen inside the training rows: purged inner folds, seeded trials, two criteria from one search."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kit import backend
from kit.model.choice import Choice, Search
from kit.model.criteria import CRITERIA, known, reading
from kit.model.quantised import TrainingRows
from kit.model.splits import PurgedWalkForward
from kit.model.trees import Trees
from kit.model.trial import InnerFold, Trial, Verdict
from kit.refusal import Refusal

BORDERS = (32, 64, 128, 254)
"""Few values, so that rows are sorted into bins once for each of them, whatever the number of trials."""

RANDOM = 10
"""Trials drawn at random before the estimator draws them."""

TUNED = ("depth", "learning_rate", "l2_leaf_reg", "bagging_temperature", "border_count")
"""What is tuned beside the number of trees."""


@dataclass(frozen=True)
class Tuned:
    """Trees whose settings are chosen by cross-validation inside the rows they are fitted to.

    - Inner folds walk forward, purged as the outer ones are. No row outside those given to `fit` is ever seen.
    - Trials are drawn by a tree-structured Parzen estimator that is told both criteria's losses and prefers neither:
      GMADL and R² choose among the same trials, so that comparing their choices costs one search.
    - Every trial learns `iterations` trees with squared error and is never stopped early. How many of them to keep is
      read from its forecasts at `stages` numbers of trees, by each criterion on its own.
    - Values are pooled over the inner folds' rows. R² chooses the best trial; GMADL, which rewards large forecasts, the
      smallest model (trees times leaves) within `standard_errors` of it. What is chosen is learned anew from all rows.
    - GMADL's slope is kappa / variance of the inner fold's own training returns.

    Parameters
    ----------
    trials : int
        Settings to try, the first 10 of them at random.
    inner_folds : int
        Validation windows inside the training rows.
    criterion : {"gmadl", "r2"}
        Whose choice `fit` returns; the other's is kept beside it.
    kappa, b : float
        GMADL's slope in units of 1 / variance, and the weight of large moves.
    seed : int
        Of the trials and of the models: on the CPU, the same seed gives the same search.
    iterations, stages : int
        Most trees, and at how many numbers of them forecasts are judged.
    train_share : float
        Share of the rows' time that each inner training takes.
    standard_errors : float
        How far from the best by GMADL a smaller model may be; 0 takes the best.
    memory, horizon, gap : str
        Longest feature window, reach of labels, and their distance; as in `PurgedWalkForward.for_span`.
    in_sample : bool
        Judge each trial on the rows it has learned from, one reading of the paper: to show what that does, for no
        other use.
    task_type, thread_count
        As in `kit.model.Trees`.

    References
    ----------
    Bergstra, Bardenet, Bengio and Kégl (2011), Algorithms for hyper-parameter optimization.
    """

    trials: int = 40
    inner_folds: int = 3
    criterion: str = "gmadl"
    kappa: float = 10.0
    b: float = 1.0
    seed: int = 0
    iterations: int = 600
    stages: int = 24
    train_share: float = 0.5
    standard_errors: float = 1.0
    memory: str = "60s"
    horizon: str = "3s"
    gap: str | None = None
    in_sample: bool = False
    task_type: str = field(default_factory=lambda: Trees().task_type)
    thread_count: int = -1

    def fit(self, X, y) -> Choice:
        """Search, and learn what was chosen from all the rows.

        Parameters
        ----------
        X : frame (pandas or cuDF), shape (n, features)
            Indexed by time (UTC, ascending).
        y : series or array, shape (n,)
            Returns (not bp).

        Raises
        ------
        Refusal
            No such criterion, rows too few for the inner folds, or rows that cannot be learned from or judged by.
        """
        known(self.criterion)
        label = np.asarray(backend.host(backend.array(y) if hasattr(y, "index") else y), dtype=np.float64)
        window = TrainingRows(X, label)
        folds = [InnerFold(X, label, *rows, self.kappa, self.b) for rows in self._inner(X)]
        if not any(fold.actual.any() for fold in folds):
            raise Refusal("no return differs from 0 where trials are judged", file=window.place,
                          remedy="leave out dead markets, or train on a longer window")
        tried = self._tried(folds)
        within = {"gmadl": self.standard_errors, "r2": 0.0}
        verdicts = {name: Verdict.of(tried, k, self._counts(), within[name]) for k, name in enumerate(CRITERIA)}
        best = {name: tried[verdict.chosen].cut(verdict.trees[verdict.chosen]) for name, verdict in verdicts.items()}
        learned = {trees: trees.learn(window) for trees in {trial.trees for trial in best.values()}}
        inner = {name: trial.forecasts(folds) for name, trial in best.items()}
        fitted = {name: learned[trial.trees] for name, trial in best.items()}
        return Search(_table(tried, verdicts), inner, fitted).choice(self.criterion)

    def _inner(self, X):
        """Pairs of rows to learn from and rows to judge by."""
        if self.in_sample:
            return [(np.arange(len(X)),) * 2]
        return PurgedWalkForward.for_span(X.index[-1] - X.index[0], self.inner_folds, self.train_share,
                                          memory=self.memory, horizon=self.horizon, gap=self.gap).split(X)

    def _tried(self, folds) -> list[Trial]:
        study, every = _study(self.seed), int(self._counts()[0])
        tried = []
        for _ in range(self.trials):
            trial = study.ask()
            tried.append(Trial.of(self._suggested(trial), folds, every))
            study.tell(trial, tried[-1].losses())
        return tried

    def _counts(self):
        """Numbers of trees at which forecasts are judged, as CatBoost stages them: the last is all of them."""
        every = max(1, self.iterations // self.stages)
        return np.append(np.arange(every, self.iterations, every), self.iterations)

    def _suggested(self, trial) -> Trees:
        return Trees(depth=trial.suggest_int("depth", 3, 8), iterations=self.iterations,
                     learning_rate=trial.suggest_float("learning_rate", 0.01, 0.3, log=True),
                     l2_leaf_reg=trial.suggest_float("l2_leaf_reg", 1, 100, log=True),
                     border_count=trial.suggest_categorical("border_count", BORDERS),
                     bagging_temperature=trial.suggest_float("bagging_temperature", 0, 1),
                     random_seed=self.seed, task_type=self.task_type, thread_count=self.thread_count)


def _study(seed):
    import optuna  # where used: most walks tune nothing

    said = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)  # a line a study tells a reader nothing
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=RANDOM, multivariate=True)
    study = optuna.create_study(directions=["minimize"] * len(CRITERIA), sampler=sampler)
    optuna.logging.set_verbosity(said)
    return study


def _table(tried, verdicts) -> pd.DataFrame:
    """Every trial; see `Search`."""
    columns = {name: [getattr(trial.trees, name) for trial in tried] for name in TUNED}
    for name, verdict in verdicts.items():
        columns |= {name: reading(name, verdict.value), f"{name}_se": verdict.error, f"{name}_trees": verdict.trees}
        columns |= {f"{name}_{k}": reading(name, fold) for k, fold in enumerate(verdict.folds.T)}
        columns[f"{name}_chosen"] = np.arange(len(tried)) == verdict.chosen
    return pd.DataFrame(columns).rename_axis("trial").reset_index()
