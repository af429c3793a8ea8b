"""Gradient-boosted symmetric trees (CatBoost): settings, and what they become once fitted."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from catboost import CatBoostError, CatBoostRegressor, Pool

from kit import backend
from kit.model.design import matrix, select
from kit.model.quantised import TrainingRows
from kit.refusal import Refusal
from kit.units import BP

FIXED = {"loss_function": "RMSE", "boosting_type": "Plain", "has_time": True, "allow_writing_files": False,
         "logging_level": "Silent"}
"""What is not tuned."""


@dataclass(frozen=True)
class Trees:
    """Settings of a regression of returns on features, with squared error.

    - Rows are in time order, and CatBoost is told so (``has_time``).
    - Boosting is Plain on either device; CatBoost's own defaults differ between them.
    - Each tree sees a random half of the rows: as good out of sample as all of them, and faster
      (``bench/w6_training.py``).
    - On the CPU the same settings give the same model, whatever `thread_count`; on a GPU they need not.

    Parameters
    ----------
    depth, iterations, learning_rate, l2_leaf_reg, border_count, random_seed
        As in CatBoost.
    subsample : float
        Share of the rows, drawn anew for each tree (Bernoulli), where there is no `bagging_temperature`.
    bagging_temperature : float, optional
        Weigh all rows at random instead (Bayesian bootstrap): 0 alike, 1 exponentially distributed.
    task_type : {"CPU", "GPU"}
        By default what `kit.backend.chosen` says.
    thread_count : int
        -1 is one per core.
    """

    depth: int = 6
    iterations: int = 300
    learning_rate: float = 0.05
    l2_leaf_reg: float = 3.0
    border_count: int = 254
    subsample: float = 0.5
    bagging_temperature: float | None = None
    random_seed: int = 0
    task_type: str = field(default_factory=lambda: "GPU" if backend.chosen().gpu else "CPU")
    thread_count: int = -1

    def fit(self, X, y) -> Fitted:
        """Learn from rows.

        Parameters
        ----------
        X : frame (pandas or cuDF), shape (n, features)
            In time order; NaN counts as smaller than every number.
        y : series or array, shape (n,)
            Returns (not bp).

        Raises
        ------
        Refusal
            A label is missing or infinite, labels do not vary, a feature is infinite, or CatBoost refuses.
        """
        return self.learn(TrainingRows(X, y))

    def learn(self, rows) -> Fitted:
        """Learn from `kit.model.quantised.TrainingRows`, which other settings may learn from, too.

        Raises
        ------
        Refusal
            CatBoost refuses.
        """
        model = CatBoostRegressor(**FIXED, **self._settings())
        try:
            model.fit(rows.pool(self.border_count, self.task_type))
        except CatBoostError as said:
            raise Refusal(f"CatBoost: {said}", file=rows.place, remedy="see kit.model.Trees") from said
        model.get_metadata()["kit.trees"] = json.dumps(asdict(self))
        return Fitted(self, model)

    def _settings(self):
        """As CatBoost takes them: of the two ways of bagging, the one that is meant."""
        settings = asdict(self)
        settings.pop("subsample" if self.bagging_temperature is not None else "bagging_temperature")
        return settings | {"bootstrap_type": "Bernoulli" if self.bagging_temperature is None else "Bayesian"}


@dataclass(frozen=True)
class Fitted:
    """A model, and the settings that made it."""

    trees: Trees
    model: CatBoostRegressor

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the columns that it reads."""
        return tuple(self.model.feature_names_)

    def pool(self, X) -> Pool:
        """The model's columns of a frame, found by name, as CatBoost takes them.

        Raises
        ------
        Refusal
            A column is missing.
        """
        return Pool(matrix(select(X, self.features)), feature_names=list(self.features))

    def predict(self, X) -> np.ndarray:
        """Forecast returns (not bp), on the host, shape (n,)."""
        return self.model.predict(self.pool(X)) / BP

    def save(self, path):
        """Write the model, which carries its settings, to one file of CatBoost's: whole, or not at all.

        Raises
        ------
        Refusal
            The file cannot be written.
        """
        path = Path(path)
        partial = path.with_name(path.name + ".partial")
        try:
            self.model.save_model(str(partial))
            os.replace(partial, path)
        except (CatBoostError, OSError) as said:
            raise Refusal(f"cannot be written: {said}", file=path, remedy="a folder that is there") from said
        finally:
            partial.unlink(missing_ok=True)

    @staticmethod
    def load(path) -> Fitted:
        """Read what `save` wrote.

        Raises
        ------
        Refusal
            No such file, or not a model that the kit saved.
        """
        model = CatBoostRegressor()
        try:
            model.load_model(str(path))
        except CatBoostError as said:
            raise Refusal(f"not a CatBoost model: {said}", file=path,
                          remedy="write it with Fitted.save") from said
        metadata = model.get_metadata()
        if "kit.trees" not in metadata:
            raise Refusal("carries no settings of the kit", file=path, remedy="write it with Fitted.save")
        return Fitted(Trees(**json.loads(metadata["kit.trees"])), model)
