"""The micro-price: the mid that is expected once all that the touch says now has been acted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from kit import backend, clock, columns
from kit.refusal import Refusal
from kit.touch.ahead import ahead

SINGULAR = 1e12
"""Condition number from which equations are taken to have no answer."""


class Chain(NamedTuple):
    """What follows each of k states of the touch."""

    still: np.ndarray  #: probability of each next state without a move of the mid, shape (k, k)
    moved: np.ndarray  #: probability of each next state with a move, shape (k, k)
    jump: np.ndarray  #: expected move, price, 0 where there is none, shape (k,)
    mirror: np.ndarray  #: the same state seen from the other side, int, shape (k,)


def solve(chain):
    r"""Expected change of the mid by its next move, and by all moves to come.

    .. math:: G^1 = (I - Q)^{-1} R K, \quad B = (I - Q)^{-1} T, \quad G^* = \sum_i B^i G^1

    The sum is taken whole: it is odd under the mirror, and among odd vectors `I - B` has an inverse.

    Parameters
    ----------
    chain : Chain
        `still` is Q, `moved` T, and `jump` the product R K.

    Returns
    -------
    first, whole : arrays of float64, shape (k,)
        G^1 and G^*, price.
    onward : array of float64, shape (k, k)
        B: where the touch stands after the next move.

    Raises
    ------
    Refusal
        States that the mid never leaves, or moves that never end on balance.

    References
    ----------
    Stoikov (2018), The micro-price: a high-frequency estimator of future prices, theorem 3.1.
    """
    stays = np.eye(len(chain.jump)) - chain.still
    if np.linalg.cond(stays) > SINGULAR:
        raise Refusal("there are states that no move of the mid follows", remedy="take more quotes, or fewer states")
    first, onward = np.linalg.solve(stays, chain.jump), np.linalg.solve(stays, chain.moved)
    lower = np.flatnonzero(chain.mirror > np.arange(len(chain.mirror)))
    upper = chain.mirror[lower]
    odd = np.eye(len(lower)) - onward[np.ix_(lower, lower)] + onward[np.ix_(lower, upper)]
    if np.linalg.cond(odd) > SINGULAR:
        raise Refusal("what the touch says never fades", remedy="take more quotes, or fewer states")
    whole = np.zeros(len(first))
    whole[lower] = np.linalg.solve(odd, first[lower])
    whole[upper] = -whole[lower]
    return first, whole, onward


@dataclass(frozen=True)
class MicroPrice:
    """A fitted micro-price: what to add to the mid in each state of the touch."""

    tick: float  #: price
    edges: np.ndarray  #: inner edges of the buckets of imbalance, shape (buckets - 1,)
    first: np.ndarray  #: G^1, price, shape (buckets, spreads); NaN for a state that was not seen
    whole: np.ndarray  #: G^*, the same
    seen: np.ndarray  #: quotes that a state was left by, mirror images included, shape (buckets, spreads)

    @property
    def adjustment(self) -> pd.DataFrame:
        """`whole` in ticks: a row a bucket of imbalance, a column a spread in ticks, of which the last is a least."""
        ends = np.r_[-1, self.edges, 1]
        index = pd.Index([f"{low:.3f} to {high:.3f}" for low, high in zip(ends[:-1], ends[1:], strict=True)],
                         name="imbalance")
        last = self.whole.shape[1]
        names = [*map(str, range(1, last)), f"{last} or more"]
        return pd.DataFrame(self.whole / self.tick, index, pd.Index(names, name="spread in ticks"))

    def leans(self, quotes) -> np.ndarray:
        """What is to be added to the mid of each row for its next move, and for all moves to come, price.

        Parameters
        ----------
        quotes : frame
            Of quotes, or of seconds; see `kit.columns`.

        Returns
        -------
        array of float64, shape (2, n)
            NaN where there is no quote, the book is crossed or empty, or the state was not seen in training. Even
            queues lean to neither side.
        """
        touch = _touch(quotes)
        spread = _spreads(touch, self.tick, self.whole.shape[1])
        known, out = spread >= 0, np.full((2, len(spread)), np.nan)
        x = touch.imbalance[known]
        out[:, known] = np.stack([self.first, self.whole])[:, bucketed(self.edges, x), spread[known]] * (x != 0)
        return out

    def price(self, quotes) -> np.ndarray:
        """The micro-price of each row, shape (n,); see `leans`."""
        return _touch(quotes).mid + self.leans(quotes)[1]


def fit(quotes, *, tick, buckets=10, spreads=3, gap="60s") -> MicroPrice:
    """Micro-price of a recording's quotes; judge it on later ones.

    - A state is a bucket of imbalance and a spread in ticks. Edges of buckets are quantiles of these quotes'
      imbalances and of their mirror images; where they coincide there are fewer buckets.
    - Spreads of `spreads` ticks and more are one state. Moves of the mid of any size count, each with its size.
    - Every transition counts once as it was and once seen from the other side.
    - Rows that no move follows before the recording, or a stretch of it, ends are left out; so are rows with a crossed
      or an empty touch. A state that was never left is not among the states: a move into one ends there.

    Parameters
    ----------
    quotes : frame
        See `kit.columns.Quotes`; every change of the touch.
    tick : float
        Price step.
    buckets, spreads : int
        States in imbalance, and in spread.
    gap : str
        A silence longer than this ends a stretch.

    Raises
    ------
    Refusal
        The mid does not move, or not in a way that can be solved for.

    References
    ----------
    Stoikov (2018), The micro-price: a high-frequency estimator of future prices, section 3.
    """
    touch = _touch(quotes)
    spread = _spreads(touch, tick, spreads)
    touch, spread = Touch(*(column[spread >= 0] for column in touch)), spread[spread >= 0]
    edges = _edges(touch.imbalance, buckets)
    bucket, jump = bucketed(edges, touch.imbalance), np.diff(touch.mid)
    jump[np.abs(jump) < tick / 4] = 0
    row = _followed(jump != 0, np.diff(touch.time) > clock.duration(gap))
    if not len(row):
        raise Refusal("the mid never moves", file="quotes", remedy="take a longer recording")
    shape, last = (len(edges) + 1, spreads), len(edges)
    state, mirror = bucket * spreads + spread, (last - bucket) * spreads + spread
    chain, left = _chain(np.r_[state[row], mirror[row]], np.r_[state[row + 1], mirror[row + 1]],
                         np.r_[jump[row], -jump[row]], shape)
    first, whole = (_table(values, left, shape) for values in solve(chain)[:2])
    return MicroPrice(tick, edges, first, whole, left.reshape(shape))


class Touch(NamedTuple):
    """What a micro-price knows of each row."""

    time: np.ndarray
    mid: np.ndarray
    width: np.ndarray
    imbalance: np.ndarray


def _touch(frame):
    q = columns.read(frame, "seconds" if "n_trades" in frame.columns else "quotes")
    time, bid, ask, bids, asks = map(backend.host, (q.time, q.bid, q.ask, q.bid_size, q.ask_size))
    total = bids + asks
    imbalance = np.divide(bids - asks, total, out=np.full(len(total), np.nan), where=total > 0)
    return Touch(time, (bid + ask) / 2, ask - bid, imbalance)


def _spreads(touch, tick, spreads):
    """Spread of each row in ticks, from 0 for one tick; -1 where the touch has no state."""
    known = np.isfinite(touch.imbalance) & (touch.width > tick / 2)
    ticks = np.rint(np.where(known, touch.width, tick) / tick).astype(np.int64)
    return np.where(known, np.clip(ticks, 1, spreads) - 1, -1)


def _edges(imbalance, buckets):
    """Inner edges of buckets of about equal count, the same from either side."""
    both = np.quantile(np.concatenate([imbalance, -imbalance]), np.arange(1, buckets) / buckets)
    both = np.unique((both - both[::-1]) / 2)
    return both[(both > -1) & (both < 1)]


def bucketed(edges, imbalance):
    """Bucket of each imbalance; one on an edge belongs outwards, so that mirror images have mirrored buckets."""
    left, right = (np.searchsorted(edges, imbalance, side) for side in ("left", "right"))
    return np.where(imbalance > 0, right, left)


def _followed(moved, ended):
    """Rows whose stretch sees the mid move at them or behind them."""
    row = np.arange(len(moved))
    return row[ahead(moved) < ahead(ended)]


def _chain(before, after, jump, shape):
    """Chain of the states that were left, and how often each of all was."""
    left = np.bincount(before, minlength=shape[0] * shape[1])
    kept, moved, counts = np.flatnonzero(left), (jump != 0).astype(int), np.zeros((2, left.size, left.size))
    np.add.at(counts, (moved, before, after), 1)
    still, moving = counts[np.ix_([0, 1], kept, kept)] / left[kept, None]
    mirrored = np.arange(left.size).reshape(shape)[::-1].ravel()
    return Chain(still, moving, np.bincount(before, jump, left.size)[kept] / left[kept],
                 np.searchsorted(kept, mirrored[kept])), left


def _table(values, left, shape):
    """Values of the states that were left, at their places; NaN elsewhere."""
    out = np.full(left.size, np.nan)
    out[left > 0] = values
    return out.reshape(shape)
