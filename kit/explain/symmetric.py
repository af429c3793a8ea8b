"""A fitted model of symmetric trees as arrays, and what follows from them fast: forecasts and exact SHAP values."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson

from kit import backend
from kit.kernels import shapley, trees
from kit.model.design import matrix, select
from kit.refusal import Refusal
from kit.units import BP

DEEPEST = 10
"""Levels of a tree, at most: a table costs 4 to the power of them."""


@dataclass(frozen=True)
class Symmetric:
    """The trees of a model, in arrays.

    - A value is compared as float32, and is right of a border that it exceeds: CatBoost's rule.
    - A missing value is below all borders, or above them where the model says so.
    - Work is done where the frame lives; answers are on the host.
    """

    features: tuple[str, ...]
    forest: trees.Forest
    scale: float
    bias: float  #: bp

    def predict(self, X) -> np.ndarray:
        """Forecast returns (not bp) of a frame, shape (n,): CatBoost's own, to the bit."""
        forest, (rows,) = self._binned(X)
        return (self.scale * backend.host(trees.say(forest, rows)) + self.bias) / BP

    def shap_values(self, X, background=None):
        """Exact SHAP values: see `kit.explain.values.shap_values`."""
        if background is not None and not len(background):
            raise Refusal("no row", file="background", remedy="rows that the model was trained on")
        forest, (rows, *others) = self._binned(*(frame for frame in (X, background) if frame is not None))
        owed, mean = shapley.credits(forest, *(trees.shares(forest, other) for other in others))
        values = trees.look_up(forest, rows, owed * (self.scale / BP))
        base = (self.scale * float(mean.sum()) + self.bias) / BP
        return backend.host(values).T, np.full(len(X), base)

    def _binned(self, *frames):
        """The forest, and the bins of frames, in their library."""
        frames = [select(frame, self.features) for frame in frames]
        xp = backend.namespace(backend.array(frames[0][self.features[0]]))
        forest = trees.Forest(*(xp.asarray(part) for part in self.forest))
        return forest, [trees.bins(forest, xp.asarray(matrix(frame).T)) for frame in frames]


def symmetric(fitted) -> Symmetric:
    """The trees of a fitted model.

    Parameters
    ----------
    fitted : kit.model.Fitted

    Raises
    ------
    Refusal
        A feature is not a number, the trees are not symmetric, are too deep, have several outputs or no leaf weights.
    """
    model = fitted.model
    if model.get_cat_feature_indices() or model.get_text_feature_indices() or model.get_embedding_feature_indices():
        raise Refusal("has features that are not numbers", file="model", remedy="fit it on numbers alone")
    said = _json(model)
    if "oblivious_trees" not in said:
        raise Refusal("its trees are not symmetric", file="model", remedy="fit it with grow_policy='SymmetricTree'")
    scale, bias = said["scale_and_bias"]
    if len(bias) > 1:
        raise Refusal("has several outputs", file="model", remedy="explain one model an output")
    listed = said["oblivious_trees"]
    described = sorted(said["features_info"]["float_features"], key=lambda feature: feature["flat_feature_index"])
    forest = trees.plant([_splits(tree) for tree in listed], [tree["leaf_values"] for tree in listed],
                         [tree["leaf_weights"] for tree in listed],
                         [feature["nan_value_treatment"] == "AsTrue" for feature in described])
    return Symmetric(fitted.features, forest, float(scale), float(bias[0]))


def _json(model):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        return orjson.loads(path.read_bytes())


def _splits(tree):
    """(feature, border) of each level, the deepest first, as leaves are numbered."""
    splits = [(split["float_feature_index"], np.float32(split["border"])) for split in tree["splits"] or ()]
    if len(splits) > DEEPEST:
        raise Refusal(f"a tree of {len(splits)} levels", file="model", remedy=f"at most {DEEPEST} are explained")
    if len(tree.get("leaf_weights") or ()) != 1 << len(splits):
        raise Refusal("carries no leaf weights", file="model", remedy="save it in CatBoost's own format")
    return splits
