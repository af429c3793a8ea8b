"""Forecast: purged walk-forward folds, trees boosted or averaged, settings chosen inside them, scores with intervals.

The only room that copies data from the GPU to the host.
"""

from kit.model.choice import Choice, Search
from kit.model.design import Design, design
from kit.model.forest import Forest, Grown
from kit.model.gmadl import a_scale, gmadl, normalised_gmadl
from kit.model.oof import FoldFit, OutOfFold
from kit.model.response import response
from kit.model.splits import CombinatorialPurged, PurgedKFold, PurgedWalkForward
from kit.model.train import foretell, walk_forward
from kit.model.trees import Fitted, Trees
from kit.model.tune import Tuned

__all__ = [
    "Choice", "CombinatorialPurged", "Design", "Fitted", "FoldFit", "Forest", "Grown", "OutOfFold", "PurgedKFold",
    "PurgedWalkForward", "Search", "Trees", "Tuned", "a_scale", "design", "foretell", "gmadl", "normalised_gmadl",
    "response", "walk_forward",
]
