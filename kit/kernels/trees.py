"""Symmetric trees: into which leaf of each tree a row falls, and the sum of what stands there.

All nodes of a level ask one question, so a leaf is a number whose bits are the answers, bit 0 the deepest level's.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kit import backend
from kit.kernels.launch import launch

BLOCK = 512  # rows that pass all trees together: their leaves stay in the cache
SLAB = 1 << 14  # rows whose leaves are in memory at a time


class Forest(NamedTuple):
    """What the trees ask, level by level (entry k of a tree is bit k of its leaf; those beyond its depth are idle)."""

    borders: Any  #: float32, feature after feature, ascending
    begin: Any  #: int64, shape (features + 1,): where each feature's borders begin
    above: Any  #: bool, shape (features,): whether a missing value is above all borders, not below
    depth: Any  #: int64, shape (trees,)
    feature: Any  #: int64, shape (trees, levels): what a level asks about
    rank: Any  #: uint16, shape (trees, levels): the border's place; bins above it answer 1
    slot: Any  #: int64, shape (trees, levels): the feature's place among the tree's own
    used: Any  #: int64, shape (trees,): how many features the tree has of its own
    account: Any  #: int64, shape (trees, levels): the account of each of them; accounts go by feature, then tree
    holder: Any  #: int64, shape (accounts,): the tree of an account
    opens: Any  #: int64, shape (features + 1,): where each feature's accounts begin
    value: Any  #: float64, shape (trees, leaves)
    weight: Any  #: float64, shape (trees, leaves): of the rows that the model was fitted to


def quantise(lo, hi, reals, whole, x, borders, begin, above, out):
    """Bin of each row and feature: the number of borders below the value."""
    for first in range(lo, hi, BLOCK):
        rows = min(BLOCK, hi - first)
        for j in range(x.shape[0]):
            value, number = x[j, first:first + rows], out[j, first:first + rows]
            for i in range(rows):
                number[i] = 0
            for k in range(begin[j], begin[j + 1]):
                border = borders[k]
                for i in range(rows):
                    number[i] += value[i] > border
            if above[j]:
                for i in range(rows):
                    number[i] = number[i] if value[i] == value[i] else begin[j + 1] - begin[j]


def descend(tree, first, rows, bins, depth, feature, rank, leaf):
    """Write to `leaf` where a tree sends so many rows, from the first on."""
    for i in range(rows):
        leaf[i] = 0
    for level in range(depth[tree]):
        number = bins[feature[tree, level], first:first + rows]
        border, bit = rank[tree, level], 1 << level
        for i in range(rows):
            leaf[i] |= bit if number[i] > border else 0


def add_one(n, at, rows, holder, leaf, owed, total):
    """Add to each row what account n holds for its leaf."""
    a, leaf_a = owed[n], leaf[holder[n], at:at + rows]
    for i in range(rows):
        total[i] += a[leaf_a[i]]


def add_four(n, at, rows, holder, leaf, owed, total):
    """The same of four accounts from n on: sums are fetched and put away once."""
    a, b, c, d = owed[n], owed[n + 1], owed[n + 2], owed[n + 3]
    leaf_a, leaf_b = leaf[holder[n], at:at + rows], leaf[holder[n + 1], at:at + rows]
    leaf_c, leaf_d = leaf[holder[n + 2], at:at + rows], leaf[holder[n + 3], at:at + rows]
    for i in range(rows):
        total[i] = total[i] + a[leaf_a[i]] + b[leaf_b[i]] + c[leaf_c[i]] + d[leaf_d[i]]


def add_up(lo, hi, reals, whole, start, bins, depth, feature, rank, holder, opens, owed, leaf, out):
    """Add to each row, from `start` on, what its leaves owe to each feature, tree after tree."""
    for at in range(lo, hi, BLOCK):
        rows = min(BLOCK, hi - at)
        for tree in range(depth.shape[0]):
            descend(tree, start + at, rows, bins, depth, feature, rank, leaf[tree, at:at + rows])
        for j in range(out.shape[0]):
            total, n = out[j, start + at:start + at + rows], opens[j]
            while n + 4 <= opens[j + 1]:
                add_four(n, at, rows, holder, leaf, owed, total)
                n += 4
            while n < opens[j + 1]:
                add_one(n, at, rows, holder, leaf, owed, total)
                n += 1


def count(lo, hi, reals, whole, bins, depth, feature, rank, out):
    """Number of rows in each leaf of each tree."""
    for tree in range(lo, hi):
        descend(tree, 0, bins.shape[1], bins, depth, feature, rank, whole[0])
        for i in range(bins.shape[1]):
            out[tree, whole[0, i]] += 1


def plant(splits, values, weights, above) -> Forest:
    """A forest from lists.

    Parameters
    ----------
    splits : list of list of (int, float32)
        Feature and border of each level of each tree, the deepest first.
    values, weights : list of list of float
        Of the leaves of each tree.
    above : list of bool
        By feature: whether a missing value is above all borders.
    """
    borders = [np.unique(np.array([border for tree in splits for feature, border in tree if feature == j], np.float32))
               for j in range(len(above))]
    shape = len(splits), max(1, *map(len, splits))
    feature, rank, slot, account = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    used, (value, weight) = np.zeros(shape[0], dtype=np.int64), np.zeros((2, shape[0], 1 << shape[1]))
    owners = [list(dict.fromkeys(j for j, _ in tree)) for tree in splits]
    accounts = sorted((j, t, k) for t, mine in enumerate(owners) for k, j in enumerate(mine))
    for n, (_, t, k) in enumerate(accounts):
        account[t, k] = n
    for t, tree in enumerate(splits):
        used[t], value[t, :1 << len(tree)], weight[t, :1 << len(tree)] = len(owners[t]), values[t], weights[t]
        for level, (j, border) in enumerate(tree):
            feature[t, level], slot[t, level], rank[t, level] = j, owners[t].index(j), borders[j].searchsorted(border)
    opens = np.searchsorted([j for j, _, _ in accounts], np.arange(len(above) + 1))
    return Forest(np.concatenate(borders), np.append(0, np.cumsum([len(each) for each in borders])), np.array(above),
                  np.array([len(tree) for tree in splits]), feature, rank.astype(np.uint16), slot, used, account,
                  np.array([t for _, t, _ in accounts], dtype=np.int64), opens, value, weight)


def bins(forest, x):
    """Bin of each value.

    Parameters
    ----------
    forest : Forest
        In the library of `x`.
    x : array of float32, shape (features, n)
        NumPy or CuPy; NaN where missing.

    Returns
    -------
    array of uint16, shape (features, n)
    """
    xp = backend.namespace(x)
    out = xp.empty(x.shape, dtype=xp.uint16)
    launch(quantise, x.shape[1], x, forest.borders, forest.begin, forest.above, out)
    return out


def shares(forest, bins):
    """Share of rows in each leaf of each tree, shape (trees, leaves)."""
    xp = backend.namespace(bins)
    out = xp.zeros(forest.value.shape)
    launch(count, out.shape[0], bins, forest.depth, forest.feature, forest.rank, out, whole=(1, bins.shape[1]))
    return out / bins.shape[1]


def look_up(forest, bins, owed):
    """Sum of what the leaves of rows owe to each feature.

    Parameters
    ----------
    forest : Forest
    bins : array, shape (features, n)
    owed : array, shape (accounts, leaves)
        See `kit.kernels.shapley`.

    Returns
    -------
    array, shape (features, n)
    """
    return _sum(forest, bins, forest.holder, forest.opens, owed)


def say(forest, bins):
    """Sum of the values of the leaves that rows fall into, shape (n,)."""
    xp, trees = backend.namespace(bins), forest.depth.shape[0]
    return _sum(forest, bins, xp.arange(trees), xp.asarray([0, trees]), forest.value)[0]


def _sum(forest, bins, holder, opens, owed):
    """Bit for bit the same however many rows are asked together: each row is summed tree after tree."""
    xp, n = backend.namespace(bins), bins.shape[1]
    leaf = xp.empty((forest.depth.shape[0], min(n, SLAB)), dtype=xp.uint16)
    out = xp.zeros((opens.shape[0] - 1, n))
    for start in range(0, n, SLAB):
        launch(add_up, min(SLAB, n - start), start, bins, forest.depth, forest.feature, forest.rank, holder, opens,
               owed, leaf, out)
    return out
