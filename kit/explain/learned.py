"""What the framework asks of a model of microstructure: forecasts and importances, of rows not learned from."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.bootstrap import BLOCKS, Bootstrap
from kit.explain.heldout import permutation_importance
from kit.explain.values import out_of_fold_shap
from kit.model import OutOfFold


@dataclass(frozen=True)
class Learned:
    """A walk forward under the framework's names.

    Parameters
    ----------
    oof : kit.model.OutOfFold
        Of any model, a `kit.model.Forest` or `kit.model.Trees`.
    X : frame
        The frame that was walked.
    rows_per_fold : int
        Rows of each test window from which importances are measured.
    seed : int
    by : Bootstrap
    """

    oof: OutOfFold
    X: Any
    rows_per_fold: int = 2_000
    seed: int = 0
    by: Bootstrap = BLOCKS

    @functools.cached_property
    def ml_predictions(self) -> pd.Series:
        """Forecast returns on the index of `X`; missing where no model had been learned before, never fitted."""
        said = pd.Series(self.oof.predicted, index=self.X.index[self.oof.row], name="ml_predictions")
        return said.reindex(self.X.index)

    @functools.cached_property
    def feature_importance(self) -> pd.DataFrame:
        """Mean absolute SHAP value (bp) and R² lost by shuffling, each with its interval, by feature.

        Columns: ``shap_bp, shap_low, shap_high, lost_r2, lost_low, lost_high``; the largest SHAP value first.
        """
        explained = out_of_fold_shap(self.oof, self.X, self.rows_per_fold, self.seed).importance(self.by)
        shuffled = permutation_importance(self.oof, self.X, self.rows_per_fold, seed=self.seed, by=self.by)
        names = {"importance_bp": "shap_bp", "low_bp": "shap_low", "high_bp": "shap_high"}
        return explained[list(names)].rename(columns=names).join(
            shuffled.rename(columns={"low": "lost_low", "high": "lost_high"}))
