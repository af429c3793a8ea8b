"""Forecast and explain: purged walk-forward folds, boosted trees, scores with their uncertainty, SHAP values.

The only room that copies data from the GPU to the host.
"""

from kit.model.agreement import both_modes, check_against_catboost, compare_modes
from kit.model.bootstrap import Bootstrap, Score
from kit.model.choice import Choice, Search
from kit.model.design import Design, design
from kit.model.explain import Explanation, out_of_fold_shap
from kit.model.gmadl import a_scale, gmadl, normalised_gmadl
from kit.model.oof import FoldFit, OutOfFold
from kit.model.response import response
from kit.model.splits import CombinatorialPurged, PurgedKFold, PurgedWalkForward
from kit.model.train import walk_forward
from kit.model.trees import Fitted, Trees
from kit.model.tune import Tuned

__all__ = [
    "Bootstrap", "Choice", "CombinatorialPurged", "Design", "Explanation", "Fitted", "FoldFit", "OutOfFold",
    "PurgedKFold", "PurgedWalkForward", "Score", "Search", "Trees", "Tuned", "a_scale", "both_modes",
    "check_against_catboost", "compare_modes", "design", "gmadl", "normalised_gmadl", "out_of_fold_shap", "response",
    "walk_forward",
]
