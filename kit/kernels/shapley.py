"""Shapley values of the leaves of symmetric trees: one table a tree, from all coalitions of its own features.

A coalition's worth, to a row, depends on the row's leaf alone, and so do its Shapley values: rows only look them up.
"""

from __future__ import annotations

from math import factorial

import numpy as np

from kit import backend
from kit.kernels.launch import launch


def branch(depth, weight, share):
    """Share of each node's weight in its upper branch, nodes numbered from 1 as in a heap; a half where it has none."""
    for level in range(depth):
        half, nodes = 1 << level, 1 << (depth - 1 - level)
        for node in range(nodes):
            lower, upper, first = 0.0, 0.0, 2 * half * node
            for leaf in range(first, first + half):
                lower += weight[leaf]
                upper += weight[leaf + half]
            share[nodes + node] = upper / (lower + upper) if lower + upper > 0 else 0.5


def by_path(depth, value, share, known, worth):
    """Expectation in each leaf where only levels `known` are answered: elsewhere branches count by their share."""
    for leaf in range(1 << depth):
        worth[leaf] = value[leaf]
    for level in range(depth):
        if not (known >> level) & 1:
            bit, nodes = 1 << level, 1 << (depth - 1 - level)
            for leaf in range(1 << depth):
                if not leaf & bit:
                    upper = share[nodes + (leaf >> (level + 1))]
                    mean = (1 - upper) * worth[leaf] + upper * worth[leaf | bit]
                    worth[leaf] = mean
                    worth[leaf | bit] = mean


def by_rows(depth, value, weight, known, joint, worth):
    """Expectation in each leaf where only levels `known` are answered: elsewhere as the background rows answer."""
    hidden = (1 << depth) - 1 - known
    for leaf in range(1 << depth):
        joint[leaf] = 0.0
    for leaf in range(1 << depth):
        joint[leaf & hidden] += weight[leaf]
    for leaf in range(1 << depth):
        if leaf & hidden:
            worth[leaf] = worth[leaf & known]
        else:
            mean, rest = joint[0] * value[leaf], hidden
            while rest:
                mean += joint[rest] * value[leaf | rest]
                rest = (rest - 1) & hidden
            worth[leaf] = mean


def credit(lo, hi, reals, whole, depth, slot, used, value, weight, account, interventional, formula, mean,
           out):
    """Shapley values of each leaf of each tree: a sum over all coalitions of the tree's own features."""
    worth, state = reals[0], reals[1]
    for tree in range(lo, hi):
        if not interventional:
            branch(depth[tree], weight[tree], state)
        for coalition in range(1 << used[tree]):
            known, members = 0, 0
            for level in range(depth[tree]):
                known |= ((coalition >> slot[tree, level]) & 1) << level
            for k in range(used[tree]):
                members += (coalition >> k) & 1
            if interventional:
                by_rows(depth[tree], value[tree], weight[tree], known, state, worth)
            else:
                by_path(depth[tree], value[tree], state, known, worth)
            if members == 0:
                mean[tree] = worth[0]
            for k in range(used[tree]):
                factor = formula[used[tree], members, (coalition >> k) & 1]
                owed = out[account[tree, k]]
                for leaf in range(1 << depth[tree]):
                    owed[leaf] += factor * worth[leaf]


def credits(forest, weight=None):
    """What each leaf owes to each feature of its tree.

    Parameters
    ----------
    forest : Forest
    weight : array, shape (trees, leaves), optional
        Share of background rows in each leaf, for interventional values. Where not given, values are path-dependent,
        by the weights of the rows that the model was fitted to.

    Returns
    -------
    owed : array, shape (accounts, leaves)
    mean : array, shape (trees,)
        What the tree says of a row it knows nothing about.
    """
    xp = backend.namespace(forest.value)
    trees, levels = forest.slot.shape
    mean, owed = xp.empty(trees), xp.zeros((forest.holder.shape[0], forest.value.shape[1]))
    launch(credit, trees, forest.depth, forest.slot, forest.used, forest.value,
           forest.weight if weight is None else weight, forest.account, weight is not None,
           xp.asarray(_formula(levels)), mean, owed, reals=(2, forest.value.shape[1]))
    return owed, mean


def _formula(players):
    """Shapley's factor of a coalition, by players, members, and whether the player that is paid is one of them."""
    out = np.zeros((players + 1, players + 1, 2))
    for m in range(1, players + 1):
        for s in range(m):
            share = factorial(s) * factorial(m - s - 1) / factorial(m)
            out[m, s, 0], out[m, s + 1, 1] = -share, share
    return out
