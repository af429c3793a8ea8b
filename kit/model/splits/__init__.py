"""Folds whose training labels never reach into the test, as scikit-learn's splitters.

Distances are counted in time, never in rows, so that dropped rows cannot shorten them.
"""

from kit.model.splits.combinatorial import CombinatorialPurged
from kit.model.splits.forward import PurgedWalkForward
from kit.model.splits.kfold import PurgedKFold

__all__ = ["CombinatorialPurged", "PurgedKFold", "PurgedWalkForward"]
