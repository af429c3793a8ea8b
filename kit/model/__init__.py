"""Forecast and explain: purged walk-forward folds, boosted trees, scores with their uncertainty, SHAP values.

The only room that copies data from the GPU to the host.
"""

from kit.model.bootstrap import Bootstrap, Score
from kit.model.design import Design, design
from kit.model.explain import Explanation, out_of_fold_shap
from kit.model.gmadl import a_scale, gmadl, normalised_gmadl
from kit.model.response import response
from kit.model.splits import PurgedWalkForward
from kit.model.train import FoldFit, OutOfFold, walk_forward
from kit.model.trees import Fitted, Trees

__all__ = [
    "Bootstrap", "Design", "Explanation", "Fitted", "FoldFit", "OutOfFold", "PurgedWalkForward", "Score",
    "Trees", "a_scale", "design", "gmadl", "normalised_gmadl", "out_of_fold_shap", "response", "walk_forward",
]
