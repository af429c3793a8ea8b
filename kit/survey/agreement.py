"""What was found beside what labels say: precision, recall, and each difference with its reason."""

from __future__ import annotations

from typing import NamedTuple

from scipy.stats import binomtest

from kit.bootstrap import Score
from kit.chain.masters import masters
from kit.chain.routers import ROUTERS

BROKEN = ("no pool is traded both ways", "nothing but a router in common", "nothing in common",
          "no victim in between", "the victim is the attacker", "its legs belong to another attack")
"""Clauses of the rule, in the order in which they are asked, by what breaks them."""


class Difference(NamedTuple):
    """A pair of front and back that only one side has."""

    block: int
    side: str  #: found, or label
    front: str
    back: str
    reason: str


class Agreement(NamedTuple):
    """How far a detector and labels agree. Labels are another rule's word: this is not accuracy."""

    precision: Score  #: part of what was found that a label names
    recall: Score  #: part of the labels that was found
    differences: list[Difference]  #: in order of block


def agreement(found, labels, swaps, *, transactions=(), routers=ROUTERS, level=0.95) -> Agreement:
    """Sandwiches against labels of kind ``sandwich``.

    Parameters
    ----------
    found : list of kit.chain.sandwich.Sandwich
    labels : iterable of kit.events.Label
        Of all kinds. Hashes: the front first, the back last. Labels of one front and back count once, those that name
        no transaction not at all.
    swaps : iterable of kit.events.Swap
        That the detector was given: reasons are sought there.
    transactions : iterable of kit.events.Transaction
        Where they are given, a label can be said to name one that failed.
    routers : set of str
    level : float
        Coverage of the Wilson intervals, which take attacks for independent; NaN where there is nothing to count.

    Notes
    -----
    An attack with several fronts or backs agrees with every label whose front and back are among them.
    """
    labelled = sorted({(its.block, its.hashes[0], its.hashes[-1]) for its in labels
                       if its.kind == "sandwich" and its.hashes})
    pairs = {attack: {(attack.block, front.hash, back.hash) for front in attack.fronts for back in attack.backs}
             for attack in found}
    known = set().union(*pairs.values())
    markets, failed = _markets(swaps), {its.hash for its in transactions if its.success is False}
    extra = [Difference(attack.block, "found", *attack.pair, _extra(attack, routers))
             for attack in found if pairs[attack].isdisjoint(labelled)]
    missed = [Difference(block, "label", front, back, _missed(block, front, back, markets, failed, routers))
              for block, front, back in labelled if (block, front, back) not in known]
    return Agreement(share(len(found) - len(extra), len(found), level),
                     share(len(labelled) - len(missed), len(labelled), level), sorted(extra + missed))


def mcnemar(table, one, other) -> float:
    """Chance that two rules of equal yield differ as far as these do, by McNemar's exact test on what only one found.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `kit.chain.rules.disagreement`.
    one, other : str
        Its columns.

    Returns
    -------
    float
        Two-sided; 1 where they agree throughout.
    """
    first, second = (int((table[a] & ~table[b]).sum()) for a, b in ((one, other), (other, one)))
    return float(binomtest(first, first + second).pvalue) if first + second else 1.0


def share(hits, n, level=0.95) -> Score:
    """Hits as a part of n, with Wilson's interval; NaN where there is nothing to count."""
    if n == 0:
        return Score(float("nan"), float("nan"), float("nan"), 0, "nothing to count")
    interval = binomtest(hits, n).proportion_ci(level, method="wilson")
    return Score(hits / n, float(interval.low), float(interval.high), n, f"Wilson, {level:.0%}")


def _extra(attack, routers):
    """What sets an attack apart that no label names."""
    first, last = attack.fronts[0], attack.backs[-1]
    signs = {
        "gain in the other token": attack.token == attack.token_out,
        f"unequal legs, ratio {attack.ratio:.3f}": attack.legs != "equal",
        "loss": attack.profit <= 0,
        "several fronts": len({swap.hash for swap in attack.fronts}) > 1,
        "several backs": len({swap.hash for swap in attack.backs}) > 1,
        "through a router": first.target in routers,
        "two signers of one contract": first.origin != last.origin,
    }
    return ", ".join(sign for sign, holds in signs.items() if holds) or f"{attack.tier}, and nothing sets it apart"


def _markets(swaps):
    """Swaps by block, pool and pair of tokens, in order."""
    markets = {}
    for swap in sorted(swaps, key=lambda swap: (swap.block, swap.index, swap.place)):
        markets.setdefault((swap.block, swap.pool, frozenset((swap.token_in, swap.token_out))), []).append(swap)
    return markets


def _missed(block, front, back, markets, failed, routers):
    """The last clause that a label's pair breaks, in the market where it comes furthest."""
    if failed & {front, back}:
        return "failed"
    here = [market for (its, *_), market in markets.items() if its == block]
    if not {front, back} <= {swap.hash for market in here for swap in market}:
        return "no swap was read"
    return BROKEN[max(_clause(market, front, back, routers) for market in here)]


def _clause(market, front, back, routers):
    """Place in `BROKEN` of the first clause that fails in a market."""
    numbers = dict(zip(market, masters(market, routers), strict=True))
    firsts, lasts = ([swap for swap in market if swap.hash == name] for name in (front, back))
    turned = [(a, b) for a in firsts for b in lasts if a.token_in == b.token_out]
    if not turned:
        return 0
    own = [(a, b) for a, b in turned if numbers[a] == numbers[b]]
    if not own:
        return 1 if any(a.target == b.target and a.target in routers for a, b in turned) else 2
    between = [(swap, a) for a, b in own for swap in market
               if a.index < swap.index < b.index and swap.token_in == a.token_in]
    if not between:
        return 3
    return 5 if any(numbers[swap] != numbers[a] for swap, a in between) else 4
