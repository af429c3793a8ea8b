"""Forecasts of rows that their model has not seen, with the models and what they were chosen from; kept in a folder."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from kit import backend
from kit.model import archive
from kit.model.choice import Choice, pack, unpack
from kit.model.trees import Fitted
from kit.refusal import Refusal


@dataclass(frozen=True)
class FoldFit:
    """One fold: its first and last stamps (int64 ns), its model, and what its training returns say."""

    train_start: int
    train_end: int
    test_start: int
    test_end: int
    n_train: int
    n_test: int
    model: Fitted
    train_mean: float  #: mean training return, the benchmark of Campbell and Thompson's R²
    sigma: float  #: standard deviation of training returns
    a: float  #: GMADL's slope, kappa / sigma²


@dataclass(frozen=True)
class OutOfFold:
    """Forecasts of rows that their model has not seen, fold after fold."""

    row: np.ndarray  #: int, position in the frame that was walked
    time: np.ndarray  #: int64 ns since the epoch
    actual: np.ndarray  #: return
    predicted: np.ndarray  #: return
    fold: np.ndarray  #: int, index into `folds`
    folds: tuple[FoldFit, ...]

    def of_fold(self, name) -> np.ndarray:
        """A number of each row's fold, row by row: ``a``, ``sigma``, ``train_mean`` …"""
        return np.array([getattr(fold, name) for fold in self.folds])[self.fold]

    def only(self, fold: int) -> OutOfFold:
        """The rows of one fold."""
        mine = self.fold == fold
        return replace(self, row=self.row[mine], time=self.time[mine], actual=self.actual[mine],
                       predicted=self.predicted[mine], fold=self.fold[mine])

    @property
    def trials(self) -> pd.DataFrame:
        """Every trial of every fold, as `kit.model.choice.Search` describes them, after the ``fold`` they are of."""
        return self._searched(lambda choice: choice.search.trials)

    @property
    def inner(self) -> pd.DataFrame:
        """Forecasts of each fold's training rows by models that had not seen them; see `kit.model.choice.Search`.

        Thresholds may be chosen from them: nothing here is later than the fold's training window.
        """
        return self._searched(lambda choice: choice.search.inner[choice.criterion])

    def chosen_by(self, criterion, X) -> OutOfFold:
        """The same walk, had another criterion (``gmadl`` or ``r2``) chosen the models among the same trials.

        Parameters
        ----------
        criterion : str
        X : frame
            The one that was walked; its rows are forecast anew.

        Raises
        ------
        Refusal
            Nothing was tuned, no such criterion, or X is not the frame that was walked.
        """
        time = backend.host(backend.nanoseconds(X.index, "index"))
        if len(time) <= self.row.max() or not np.array_equal(time[self.row], self.time):
            raise Refusal("X is not the frame that was walked: its stamps differ",
                          remedy="pass the X given to walk_forward")
        chosen = [choice.by(criterion) for choice in self._choices()]
        predicted = np.empty_like(self.predicted)
        for k in np.unique(self.fold):
            mine = self.fold == k
            predicted[mine] = chosen[k].predict(X.iloc[self.row[mine]])
        folds = tuple(replace(fold, model=model) for fold, model in zip(self.folds, chosen, strict=True))
        return replace(self, predicted=predicted, folds=folds)

    def _choices(self) -> list[Choice]:
        choices = [fold.model for fold in self.folds]
        if not all(isinstance(model, Choice) for model in choices):
            raise Refusal("nothing was tuned", remedy="walk with kit.model.Tuned")
        return choices

    def _searched(self, table):
        parts = [table(choice).assign(fold=k) for k, choice in enumerate(self._choices())]
        found = pd.concat(parts, ignore_index=True)
        return found[["fold", *found.columns.drop("fold")]]

    def save(self, folder) -> None:
        """Keep forecasts, models and trials in a folder: whole, or not at all; what was saved there is replaced.

        Raises
        ------
        Refusal
            A model is not of the kit's trees, or the folder cannot be written.
        """
        rows = pd.DataFrame({name: getattr(self, name) for name in ROWS})
        facts = {"folds": [{name: getattr(fold, name) for name in NUMBERS} for fold in self.folds]}
        models = {f"fold-{k}": pack(fold.model) for k, fold in enumerate(self.folds)}
        archive.write(folder, archive.Archive(facts, {"rows": rows}, {}, models))

    @staticmethod
    def load(folder) -> OutOfFold:
        """What `save` kept, equal to the bit.

        Raises
        ------
        Refusal
            No such folder, or one that is damaged.
        """
        kept = archive.read(folder)
        folds = tuple(FoldFit(**numbers, model=unpack(kept.parts[f"fold-{k}"]))
                      for k, numbers in enumerate(kept.facts["folds"]))
        return OutOfFold(**{name: kept.tables["rows"][name].to_numpy() for name in ROWS}, folds=folds)


NUMBERS = [field.name for field in fields(FoldFit) if field.name != "model"]
ROWS = [field.name for field in fields(OutOfFold) if field.name != "folds"]
"""What is kept of a fold and of a walk beside their models."""
