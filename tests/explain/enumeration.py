"""Shapley's definition, coalition by coalition, over trees as CatBoost's JSON states them: slow, and plain."""

import json
from itertools import combinations
from math import factorial

import numpy as np


def stated(model, folder):
    """Trees of a CatBoost model as (leaf weights, leaf values, splits), arrays and splits from the root; its scale;
    and the numbers that stand for missing values."""
    path = folder / "model.json"
    model.save_model(str(path), format="json")
    said = json.loads(path.read_text())
    trees = []
    for tree in said["oblivious_trees"]:
        splits = [(split["float_feature_index"], np.float32(split["border"])) for split in tree["splits"] or ()][::-1]
        shape = (2,) * len(splits)
        trees.append((np.reshape(tree["leaf_weights"], shape), np.reshape(tree["leaf_values"], shape), splits))
    above = [feature["nan_value_treatment"] == "AsTrue" for feature in said["features_info"]["float_features"]]
    return trees, said["scale_and_bias"][0], np.where(above, np.inf, -np.inf)


def along_the_path(tree, x, known):
    """Mean of a tree where only the `known` features are seen; weights of branches decide elsewhere."""
    weights, values, splits = tree
    if not splits:
        return float(values)
    (feature, border), rest = splits[0], splits[1:]
    lower, upper = (along_the_path((weights[side], values[side], rest), x, known) for side in (0, 1))
    if feature in known:
        return upper if x[feature] > border else lower
    share = weights[1].sum() / weights.sum() if weights.sum() > 0 else 0.5
    return (1 - share) * lower + share * upper


def over_rows(background):
    """What takes the features that are not known from each of the `background` rows in turn."""
    def mean(tree, x, known):
        _, values, splits = tree
        mixed = np.where([j in known for j in range(len(x))], x, background)
        leaves = np.array([[row[feature] > border for feature, border in splits] for row in mixed], dtype=int)
        return np.mean([values[tuple(leaf)] for leaf in leaves])

    return mean


def shapley(trees, x, worth):
    """Values of each feature, and what is said of nothing; `worth(tree, x, known)` is that of a coalition."""
    m = len(x)
    coalitions = [frozenset(s) for size in range(m + 1) for s in combinations(range(m), size)]
    v = {known: sum(worth(tree, x, known) for tree in trees) for known in coalitions}
    phi = [sum(factorial(len(s)) * factorial(m - len(s) - 1) / factorial(m) * (v[s | {j}] - v[s])
               for s in coalitions if j not in s) for j in range(m)]
    return np.array(phi), v[frozenset()]
