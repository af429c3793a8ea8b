"""Gas: what the base fee must be from one block to the next, and how transactions compete above it.

- A priority fee is the gas price paid less the block's base fee, wei per gas; before EIP-1559 it is the gas price.
- A bid adds what the transaction's calls paid to the producer, per gas used; it is known only from traces.
- Failed transactions pay for their gas and compete for it: they count here, and nowhere else.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from scipy.stats import rankdata

from kit.sources.ethereum.base_fee import Deviation, deviations, next_base_fee

__all__ = ["Deviation", "Fees", "bid", "by_block", "deviations", "fees", "gini", "next_base_fee", "priority_fee",
           "variation"]

NAN = float("nan")
TOP = Fraction(1, 10)
"""Share of a block's gas that is its top."""


class Fees(NamedTuple):
    """How the transactions of a block pay for its gas; NaN where it is not known or not defined."""

    block: int
    tip: float  #: wei per gas above the base fee, mean over the gas used
    gini: float  #: of the fees of its transactions, each counted once
    variation: float  #: standard deviation of these by their mean
    top_share: float  #: of what is paid above the base fee, paid by the first tenth of the gas
    order: float  #: Spearman's correlation of fee and place
    payments: float  #: wei that calls paid to the producer


def fees(block, transactions, *, bids=False, top=TOP) -> Fees:
    """How the transactions of one block pay for its gas.

    Parameters
    ----------
    block : Block
    transactions : list of Transaction
        All of the block's, in their order.
    bids : bool
        Count direct payments to the producer as part of the fee; without traces all is then missing.
    top : Fraction
        Share of the block's gas that is its top; the transaction on its border counts in part.
    """
    price = [priority_fee(t, block.base_fee) for t in transactions]
    spent = [t.gas_used for t in transactions]
    paid = [_product(*one) for one in zip(price, spent, strict=True)]
    direct = [t.coinbase for t in transactions]
    if bids:
        price, paid = [bid(t, block.base_fee) for t in transactions], list(map(_sum, paid, direct))
    known = np.array([NAN if x is None else float(x) for x in price])
    return Fees(block.block, _tip(transactions, block.base_fee), gini(known), variation(known),
                _top_share(paid, spent, top), _order(known), _total(direct))


def by_block(blocks, transactions, **options) -> list[Fees]:
    """`fees` of each block, of those of its transactions that are in the list, in any order."""
    inside = defaultdict(list)
    for transaction in sorted(transactions, key=lambda transaction: transaction.index):
        inside[transaction.block].append(transaction)
    return [fees(block, inside[block.block], **options) for block in blocks]


def priority_fee(transaction, base_fee) -> int | None:
    """Wei per gas above the base fee; None where it or the gas price is not known."""
    return None if None in (transaction.gas_price, base_fee) else transaction.gas_price - base_fee


def bid(transaction, base_fee) -> Fraction | None:
    """Wei per gas that the producer gets in all; None where that is not known, or no gas was used.

    With the base fee added it is mev-inspect-py's gas price with coinbase transfer.
    """
    tip, used, direct = priority_fee(transaction, base_fee), transaction.gas_used, transaction.coinbase
    return None if None in (tip, used, direct) or not used else tip + Fraction(direct, used)


def gini(x) -> float:
    """Gini coefficient: 0 where all are alike, towards 1 where one has all. NaN of none, or where one is missing.

    .. math:: \\sum_i (2 i - n - 1) x_{(i)} / (n \\sum_i x_i)
    """
    n = len(x)
    if n == 0 or np.isnan(x).any():
        return NAN
    if x.min() == x.max():
        return 0.0
    return float((np.arange(1 - n, n, 2) * np.sort(x)).sum() / (n * x.sum()))


def variation(x) -> float:
    """Coefficient of variation, n - 1 in the denominator of the variance. NaN of fewer than two, or of all zeros."""
    return float(np.std(x, ddof=1) / np.mean(x)) if len(x) > 1 and np.mean(x) != 0 else NAN


def _order(x) -> float:
    """Rank correlation of values and their places."""
    if len(x) < 3 or np.isnan(x).any() or x.min() == x.max():
        return NAN
    return float(np.corrcoef(rankdata(x), np.arange(len(x)))[0, 1])


def _top_share(paid, spent, top):
    """Share of what is paid that the first `top` of the gas pays."""
    if None in paid or None in spent or not sum(paid):
        return NAN
    border, gas, first = sum(spent) * top, 0, Fraction(0)
    for amount, used in zip(paid, spent, strict=True):
        inside = min(max(border - gas, 0), used)
        first, gas = first + (amount * inside / used if used else 0), gas + used
    return float(first / sum(paid))


def _tip(transactions, base_fee):
    """Priority fee, mean over the gas used."""
    paid = _total([_product(priority_fee(t, base_fee), t.gas_used) for t in transactions])
    used = _total([t.gas_used for t in transactions])
    return paid / used if used > 0 else NAN


def _total(amounts):
    return NAN if None in amounts else float(sum(amounts))


def _product(x, y):
    return None if None in (x, y) else x * y


def _sum(x, y):
    return None if None in (x, y) else x + y
