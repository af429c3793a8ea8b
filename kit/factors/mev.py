"""What is extracted from other people's transactions, block by block: how often, how much, and at whose cost.

Counts are those of a detector (`kit.chain`), 0 in a block where it found none, and missing where nobody looked: no rule
is the truth, and what was bundled off the chain's public pool is counted as far as it shows in the block.
"""

from __future__ import annotations

from kit import backend
from kit.columns import Blocks
from kit.factor import factor
from kit.factors.builders import mean_known


@factor(unit="count", mirror=1, low=0)
def sandwich_activity(b: Blocks, past, window="1h"):
    r"""Sandwiches per block over `window`.

    .. math:: \frac{1}{n} \sum_i N^{sandwich}_i

    References
    ----------
    The framework's sandwich activity, of swaps in one pool and block in place of neighbouring values (FRAMEWORK D-32);
    Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value.
    """
    return past.mean(b.sandwiches, window)


@factor(unit="1", mirror=1, low=0)
def sandwiched_share(b: Blocks, past, window="1h"):
    r"""Sandwiched transactions to swaps over `window`: how likely a swap is to be a victim.

    .. math:: \sum_i N^{victim}_i / \sum_i N^{swap}_i

    References
    ----------
    Ours; the numerator is that of Qin, Zhou and Gervais (2022).
    """
    return _over(past.sum(b.victims, window), past.sum(b.n_swaps, window))


@factor(unit="count", mirror=1, low=0)
def front_running_activity(b: Blocks, past, window="1h"):
    r"""Transactions displaced by a copy of themselves that went first, per block over `window`.

    .. math:: \frac{1}{n} \sum_i N^{displaced}_i

    References
    ----------
    The framework's front-running activity, by containment of calldata in place of equal values (FRAMEWORK D-33);
    Torres, Camino and State (2021), Frontrunner Jones and the raiders of the dark forest.
    """
    return past.mean(b.displaced, window)


@factor(unit="count", mirror=1, low=0)
def arbitrage_activity(b: Blocks, past, window="1h"):
    r"""Arbitrages, closed loops of swaps, per block over `window`.

    .. math:: \frac{1}{n} \sum_i N^{arbitrage}_i

    References
    ----------
    Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value.
    """
    return past.mean(b.arbitrages, window)


@factor(unit="count", mirror=1, low=0)
def liquidation_activity(b: Blocks, past, window="1h"):
    r"""Liquidations per block over `window`.

    .. math:: \frac{1}{n} \sum_i N^{liquidation}_i

    References
    ----------
    Qin, Zhou, Gamito, Jovanovic and Gervais (2021), An empirical study of DeFi liquidations.
    """
    return past.mean(b.liquidations, window)


@factor(unit="count", mirror=1, low=0)
def jit_activity(b: Blocks, past, window="1h"):
    r"""Just-in-time positions, opened and closed around swaps of one block, per block over `window`.

    .. math:: \frac{1}{n} \sum_i N^{JIT}_i

    References
    ----------
    Xiong, Wang, Knottenbelt and Huth (2023), Demystifying just-in-time liquidity attacks on Uniswap V3.
    """
    return past.mean(b.jits, window)


@factor(unit="price*size", mirror=1)
def extracted_value(b: Blocks, past, window="1h"):
    r"""Net profit of what was detected, per block over `window`, in the chain's coin; negative where it lost.

    Blocks of which it is not known, because a gain lies in a token without a price in coin, count for nothing.

    .. math:: \frac{1}{n} \sum_i \pi_i

    References
    ----------
    Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value; a lower bound, as detectors miss.
    """
    return mean_known(b.extracted, past, window)


@factor(unit="price*size", mirror=1, low=0)
def victim_loss(b: Blocks, past, window="1h"):
    r"""What victims would have kept had nobody gone before them, per block over `window`.

    Blocks of which it is not known, because a pool does not tell its reserves or its token has no price, count for
    nothing.

    .. math:: \frac{1}{n} \sum_i \sum_v (y^0_v - y_v)

    References
    ----------
    Zhou, Qin, Torres, Le and Gervais (2021), High-frequency trading on decentralized on-chain exchanges.
    """
    return mean_known(b.lost, past, window)


def _over(x, y):
    """x / y, missing where y is zero."""
    return x / backend.namespace(y).where(y > 0, y, float("nan"))
