"""Probability of backtest overfitting: how often the best trial of one half of time is a poor one in the other.

Combinatorially symmetric cross-validation: time is cut into S blocks, and every half of them is once the sample in
which the best trial is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import rankdata

from kit.bootstrap import ratio
from kit.refusal import Refusal


@dataclass(frozen=True)
class Overfitting:
    """What became of the trial that was best in sample, split by split."""

    logits: np.ndarray  #: of its relative rank out of sample; 0 is the median
    in_sample: np.ndarray  #: its Sharpe ratio per period in sample
    out_of_sample: np.ndarray  #: and out of it
    median: np.ndarray  #: of all trials out of sample

    @property
    def probability(self) -> float:
        """PBO: share of splits in which it is no better than the median out of sample."""
        return float((self.logits <= 0).mean())

    @property
    def slope(self) -> float:
        """Performance degradation: Sharpe ratio out of sample per unit of it in sample; NaN if that is constant."""
        x = self.in_sample - self.in_sample.mean()
        return float(ratio((x * self.out_of_sample).sum(), (x * x).sum()))

    @property
    def loss(self) -> float:
        """Share of splits in which it loses money out of sample."""
        return float((self.out_of_sample < 0).mean())

    @property
    def dominance(self) -> float:
        """Largest excess of the distribution of its out-of-sample ratio over that of the median trial.

        0 or less: choosing the best stochastically dominates choosing the median one, to first order.
        """
        grid = np.sort(np.concatenate([self.out_of_sample, self.median]))
        below = lambda x: np.searchsorted(np.sort(x), grid, side="right") / len(x)
        return float((below(self.out_of_sample) - below(self.median)).max())


def cscv(returns, blocks=16, purge=0) -> Overfitting:
    """Combinatorially symmetric cross-validation of trials by their Sharpe ratio.

    - Blocks must be much longer than returns remember; rows at their joins are dropped by `purge`.
    - Ties in rank share their mean; alike trials therefore pull the probability towards one half.
    - A trial whose returns do not vary in a half, for it never traded, counts 0 there.
    - Splits share their rows, so that their number is no sample size and no interval follows from it.

    Parameters
    ----------
    returns : array of float, shape (n, trials)
        Returns per period of every trial that was run.
    blocks : int
        S, even: 16 give 12,870 splits. The last rows are dropped where n is no multiple.
    purge : int
        Rows dropped at the start of every block but the first: the memory of returns.

    Raises
    ------
    Refusal
        An odd number of blocks, fewer than two trials, a missing return, or blocks without two rows.

    References
    ----------
    Bailey, Borwein, López de Prado and Zhu (2017), The probability of backtest overfitting.
    """
    cut = _blocks(np.asarray(returns, dtype=np.float64), blocks, purge)
    rows, sums, squares = (np.stack(parts) for parts in zip(*map(_moments, cut), strict=True))
    chosen = np.zeros((len(list(combinations(range(blocks), blocks // 2))), blocks))
    for split, which in enumerate(combinations(range(blocks), blocks // 2)):
        chosen[split, list(which)] = 1.0
    inside, outside = (_sharpe(half @ rows, half @ sums, half @ squares) for half in (chosen, 1 - chosen))
    at, best = np.arange(len(chosen)), inside.argmax(axis=1)
    rank = rankdata(outside, axis=1)[at, best] / (sums.shape[1] + 1)
    return Overfitting(np.log(rank / (1 - rank)), inside[at, best], outside[at, best], np.median(outside, axis=1))


def _blocks(returns, blocks, purge):
    if blocks < 2 or blocks % 2:
        raise Refusal(f"{blocks} blocks cannot be halved", remedy="an even number, such as 16")
    if returns.ndim != 2 or returns.shape[1] < 2:
        raise Refusal("one trial cannot be chosen from", remedy="give every trial a column")
    if not np.isfinite(returns).all():
        raise Refusal("a return is missing", row=int(np.isfinite(returns).all(axis=1).argmin()))
    length = len(returns) // blocks
    if length - purge < 2:
        raise Refusal(f"blocks of {length} rows, {purge} of them purged", remedy="fewer blocks, or more rows")
    return [returns[k * length + (purge if k else 0):(k + 1) * length] for k in range(blocks)]


def _moments(block):
    return np.full(1, float(len(block))), block.sum(axis=0), (block * block).sum(axis=0)


def _sharpe(rows, sums, squares):
    mean = sums / rows
    deviation = np.sqrt(np.maximum(squares / rows - mean * mean, 0) * rows / (rows - 1))
    return np.where(deviation > 0, ratio(mean, deviation), 0.0)
