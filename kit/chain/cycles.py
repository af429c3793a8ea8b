"""Arbitrage by others' rules: all swaps of a transaction, one after the other, are one cycle of tokens."""

from __future__ import annotations

from itertools import groupby, pairwise

from kit.chain.arbitrage import Arbitrage
from kit.events import ETHER, WETH


def weintraub(swaps) -> list[Arbitrage]:
    """Transactions whose swaps, in their order, each pay with what the one before bought, back to the first token.

    Ether and its wrapped form are one token; who pays whom, and how much is passed on, is not asked. Profit is what is
    left of the first token. Gains in other tokens, which the source values at their price, and what a flash loan
    costs are left out.

    References
    ----------
    Weintraub, Torres, Nita-Rotaru and State (2022), A flash(bot) in the pan, appendix.
    """
    return [_arbitrage(cycle) for cycle in _cycles(swaps)]


def qin(swaps) -> list[Arbitrage]:
    """Those cycles in which no swap pays with more than the one before bought.

    References
    ----------
    Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value, section IV.
    """
    return [_arbitrage(cycle) for cycle in _cycles(swaps)
            if all(after.amount_in <= before.amount_out for before, after in pairwise(cycle))]


def _cycles(swaps):
    ordered = sorted(swaps, key=lambda swap: (swap.block, swap.index, swap.place))
    groups = (list(group) for _, group in groupby(ordered, key=lambda swap: (swap.block, swap.index)))
    return [group for group in groups if len(group) > 1
            and all(_coin(before.token_out) == _coin(after.token_in)
                    for before, after in pairwise([*group, group[0]]))]


def _coin(token):
    return WETH if token == ETHER else token


def _arbitrage(cycle):
    first, last, token = cycle[0], cycle[-1], _coin(cycle[0].token_in)
    start = sum(swap.amount_in for swap in cycle if _coin(swap.token_in) == token)
    end = sum(swap.amount_out for swap in cycle if _coin(swap.token_out) == token)
    return Arbitrage(first.block, first.index, first.hash, first.sender, tuple(cycle), last.token_out, start, end,
                     end - start)
