"""Rules by which others find sandwiches, as named functions on the same lists: what the kit's own finds is set beside
them, and where they disagree."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

import pandas as pd

from kit.chain.routers import ROUTERS
from kit.events import Amount, Swap

UNISWAP = frozenset({"0x7a250d5630b4cf539739df2c5dacb4c659f2488d", "0xe592427a0aece92de3edee1f18e0157c05861564",
                     "0x68b3465833fb72a70ecdf485e0e4c7bd8665fc45"})
"""The three routers that mev-inspect-py leaves out; Dune's rule knows the first and the last."""


class Pair(NamedTuple):
    """A front and a back of one block, as a rule says."""

    block: int
    front: Swap
    victims: tuple[Swap, ...]
    back: Swap
    profit: Amount  #: in what the front pays with

    @property
    def pair(self):
        """Hashes of the front and the back."""
        return self.front.hash, self.back.hash


def mev_inspect(swaps, *, prorated=False) -> list[Pair]:
    """Rule of mev-inspect-py (Flashbots, `get_sandwiches`).

    - The attacker is whom the front's pool pays, no Uniswap router.
    - Victims swap the same way, paid by others; the first swap back that the attacker pays for ends it. Where it is not
      known who paid the pool, it is taken to be who asked it.
    - Nothing is asked of amounts, gas, neighbourhood or signers. Several fronts may share a back.
    - `prorated` values unequal legs on their common part, in double precision, as its unmerged branch
      ``fix_sandwiches`` does; the profits that its tests assert carry the rounding of doubles.
    """
    found = []
    for market in _markets(swaps):
        for i, front in enumerate(market):
            later = [swap for swap in market[i + 1:] if swap.hash != front.hash and front.recipient not in UNISWAP]
            victims = [swap for swap in later if _same_way(swap, front) and _payer(swap) != front.recipient]
            backs = [swap for swap in later if _way_back(swap, front) and _payer(swap) == front.recipient]
            back = next((swap for swap in backs if _between(front, victims, swap)), None)
            if back:
                profit = _in_doubles(front, back) if prorated else back.amount_out - front.amount_in
                found.append(Pair(front.block, front, _between(front, victims, back), back, profit))
    return found


def _payer(swap):
    return swap.payer or swap.sender


def _in_doubles(front, back):
    bought, sold = front.amount_out, back.amount_in
    return int(back.amount_out * min(bought / max(sold, 1), 1.0) - front.amount_in * min(sold / max(bought, 1), 1.0))


def qin(swaps, *, routers=ROUTERS, low=0.9, high=1.1) -> list[Pair]:
    """Rule of Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value.

    - Front and back have one signer, or call one contract that is no router; each front has one back.
    - Victims, of other signers, swap between them the way of the front.
    - The back sells `low` to `high` of what the front bought.
    """
    low, high = Fraction(str(low)), Fraction(str(high))

    def fits(front, back):
        part = Fraction(back.amount_in, max(front.amount_out, 1))
        return _one_attacker(front, back, routers) and low <= part <= high

    return _matched(swaps, fits)


def torres(swaps, transactions, *, routers=ROUTERS, tolerance=0.01) -> list[Pair]:
    """Insertion of Torres, Camino and State (2021), Frontrunner Jones, on swaps where they use transfers.

    - The back sells what the front bought, to within `tolerance` of the larger.
    - The front pays more for gas than each victim, and each victim no less than the back.
    - Front, victim and back are three transactions; those of the attacker are not signed by the victim.
    - Who takes the tokens and who returns them is told by signer or contract: a swap's log does not name them. That the
      front pays in ether is not asked.
    """
    return _by_gas(swaps, transactions, routers, tolerance, neighbours=False)


def weintraub(swaps, transactions, *, routers=ROUTERS, tolerance=0.01) -> list[Pair]:
    """Rule of Weintraub and others (2022), A flash(bot) in the pan: `torres`, or nobody but victims between the legs.

    They name one victim, next to both legs; here several may stand there, without a gap.
    """
    return _by_gas(swaps, transactions, routers, tolerance, neighbours=True)


def _by_gas(swaps, transactions, routers, tolerance, neighbours):
    prices, tolerance = {t.hash: t.gas_price for t in transactions}, Fraction(str(tolerance))

    def fits(front, back):
        difference, larger = abs(front.amount_out - back.amount_in), max(front.amount_out, back.amount_in)
        return _one_attacker(front, back, routers) and difference <= tolerance * larger

    def outbid(front, victim, back):
        first, middle, last = (prices.get(swap.hash) for swap in (front, victim, back))
        return None not in (first, middle, last) and first > middle >= last

    def suit(front, victims, back):
        gapless = len({victim.index for victim in victims}) == back.index - front.index - 1
        return victims if neighbours and gapless else [v for v in victims if outbid(front, v, back)]

    return _matched(swaps, fits, suit)


def dune(swaps) -> list[Pair]:
    """Rule of Dune's table `sandwich_attackers`: one signer and one contract that is not Uniswap's v2 or second v3
    router; the back sells exactly what the front bought, two places or more behind it. Nobody need stand between.
    """
    routers = UNISWAP - {"0xe592427a0aece92de3edee1f18e0157c05861564"}
    return [Pair(front.block, front, (), back, back.amount_out - front.amount_in) for front, back in _opposite(swaps)
            if front.origin == back.origin and front.target == back.target and front.target not in routers
            and back.amount_in == front.amount_out and back.index - front.index >= 2]


def allium(swaps) -> list[Pair]:
    """Rule of Allium: one signer trades both ways in a pool within a block. Nobody need stand between."""
    return [Pair(front.block, front, (), back, back.amount_out - front.amount_in) for front, back in _opposite(swaps)
            if front.origin == back.origin and front.hash != back.hash]


def framework_sandwich(transactions, *, times=5) -> list[bool]:
    """The framework's first rule, as it stands, for every transaction but the first and the last.

    - A transaction carries more than `times` the ether of the one before it and of the one after it.
    - The one before was sent to whoever sends the one after.
    - Blocks, pools, tokens and directions are not asked for; rows of different blocks are neighbours.
    """
    return [here.value > before.value * times and here.value > after.value * times and before.to == after.sender
            for before, here, after in zip(transactions, transactions[1:], transactions[2:], strict=False)]


def framework_front_running(transactions, *, difference=0.01) -> list[bool]:
    """The framework's second rule, as it stands, for every transaction but the last: the next one goes to the same
    address, pays less for gas, and carries the same ether to within `difference`. Unknown prices are not compared.
    """
    return [here.to == after.to and None not in (here.gas_price, after.gas_price)
            and here.gas_price > after.gas_price
            and abs(here.value - after.value) / 1e18 < difference
            for here, after in zip(transactions, transactions[1:], strict=False)]


class Neighbours(NamedTuple):
    """Transactions before and after one that the framework takes for sandwiched."""

    block: int  #: of the first
    pair: tuple[str, str]


def framework_pairs(transactions) -> list[Neighbours]:
    """What `framework_sandwich` says, in hashes."""
    return [Neighbours(before.block, (before.hash, after.hash)) for before, after, flagged
            in zip(transactions, transactions[2:], framework_sandwich(transactions), strict=False) if flagged]


def disagreement(found) -> pd.DataFrame:
    """Which rule found what.

    Parameters
    ----------
    found : dict of str to list
        By rule: anything with ``block`` and ``pair``, the hashes of a front and a back.

    Returns
    -------
    pandas.DataFrame
        A row per pair that any rule found, in order of block: ``block``, ``front``, ``back``, and a column of bool per
        rule.
    """
    pairs = {name: {(item.block, *item.pair) for item in items} for name, items in found.items()}
    rows = sorted(set().union(*pairs.values()))
    table = pd.DataFrame(rows, columns=["block", "front", "back"])
    return table.assign(**{name: [row in its for row in rows] for name, its in pairs.items()})


def _markets(swaps):
    """Swaps of each block and pool, in order."""
    ordered = sorted(swaps, key=lambda swap: (swap.block, swap.pool, swap.index, swap.place))
    return [list(market) for _, market in groupby(ordered, key=lambda swap: (swap.block, swap.pool))]


def _opposite(swaps):
    for market in _markets(swaps):
        for i, front in enumerate(market):
            yield from ((front, back) for back in market[i + 1:] if _way_back(back, front))


def _matched(swaps, fits, suit=lambda front, victims, back: victims):
    """Fronts with the first back that fits and has victims that suit in between; each swap serves once."""
    found, used = [], set()
    for market in _markets(swaps):
        for i, front in enumerate(market):
            for back in market[i + 1:]:
                if used.isdisjoint((front, back)) and _way_back(back, front) and fits(front, back):
                    victims = suit(front, _strangers(front, market, back, used), back)
                    if victims:
                        used.update((front, back, *victims))
                        profit = back.amount_out - front.amount_in
                        found.append(Pair(front.block, front, tuple(victims), back, profit))
    return found


def _strangers(front, market, back, used):
    """Swaps the way of the front, between it and the back, that others signed."""
    return [swap for swap in _between(front, market, back)
            if _same_way(swap, front) and swap.origin not in (front.origin, back.origin) and swap not in used]


def _one_attacker(front, back, routers):
    same_contract = front.target is not None and front.target == back.target and front.target not in routers
    return front.origin == back.origin or same_contract


def _same_way(swap, front):
    return (swap.token_in, swap.token_out) == (front.token_in, front.token_out)


def _way_back(swap, front):
    return (swap.token_in, swap.token_out) == (front.token_out, front.token_in)


def _between(front, swaps, back):
    return tuple(swap for swap in swaps if front.index < swap.index < back.index)
