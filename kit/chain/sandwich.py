"""Sandwiches: who trades before others in a pool, lets them move the price, and takes the trade back after them."""

from __future__ import annotations

from fractions import Fraction
from itertools import groupby
from typing import NamedTuple

from kit.chain.masters import masters
from kit.chain.routers import ROUTERS
from kit.events import Amount, Swap

ORDERS = ("0x",)
"""Protocols by which single orders are filled: nobody who comes first moves what the next one pays."""


class Sandwich(NamedTuple):
    """An attack: fronts and victims buy, backs sell again, all in one block.

    The attacker paid `paid` of `token_in` for `bought` of `token_out`, then gave `sold` of `token_out` for `got` of
    `token_in`.
    """

    block: int
    pool: str  #: where it began; `pools` has all
    attacker: str  #: the contract that front and back call, or else who signed the front
    fronts: tuple[Swap, ...]
    victims: tuple[Swap, ...]
    backs: tuple[Swap, ...]
    token_in: str  #: what the front pays with
    token_out: str  #: what it buys
    paid: Amount
    bought: Amount
    sold: Amount
    got: Amount
    token: str  #: in which the gain is kept
    profit: Amount  #: of `token`, before gas, on what was both bought and sold again; negative where it lost
    legs: str  #: equal, back-heavy (sold more than bought), front-heavy
    tier: str  #: strict or loose
    adjacent: bool  #: no stranger's transaction between front and back but the victims'

    @property
    def pools(self):
        """Every pool it happened in, in order of the fronts."""
        return tuple(dict.fromkeys(swap.pool for swap in self.fronts))

    @property
    def pair(self):
        """Hashes of the first front and the last back."""
        return self.fronts[0].hash, self.backs[-1].hash

    @property
    def own(self):
        """Hashes of the attacker's transactions, each once, in order."""
        return tuple(dict.fromkeys(swap.hash for swap in sorted(self.fronts + self.backs, key=lambda s: s.index)))

    @property
    def harmed(self):
        """Hashes of the victims' transactions, each once, in order."""
        return tuple(dict.fromkeys(swap.hash for swap in self.victims))

    @property
    def ratio(self):
        """What was sold, as a part of what was bought: 1 where the legs are equal."""
        return self.sold / self.bought


def sandwiches(swaps, *, routers=ROUTERS, tolerance=0.01) -> list[Sandwich]:
    r"""Sandwiches among swaps, in any order, of any blocks.

    Parameters
    ----------
    swaps : iterable of kit.events.Swap
        Of transactions that did not fail: readers leave the failed ones out.
    routers : set of str
        Addresses, in lower case, through which strangers trade.
    tolerance : float
        By how much of `bought` may `sold` differ while the legs count as equal.

    Returns
    -------
    list of Sandwich
        In order of block, front and pool.

    Notes
    -----
    - One block, one pool, one pair of tokens. Fronts and victims swap in one direction, backs in the other; every back
      that counts has a front before it, and at least one victim stands between.
    - The attacker's swaps have one master (`kit.chain.masters`), each victim's another.
    - Where orders are filled (`ORDERS`) there is no pool.
    - A token that sells fees of its own while the attacker moves it is no leg. A hop of a route can be one.
    - An attack lasts while its position does: fronts add to it, backs take from it. A round trip around nobody is
      none; what is sold after the position is gone belongs to no attack; a front after that begins the next.
    - Legs need not be equal. With :math:`p` paid, :math:`b` bought, :math:`s` sold, :math:`g` got, the gain on the
      part that was both bought and sold is, rounded down to a whole unit,

      .. math:: g \min(1, b/s) - p \min(1, s/b) = (g b - p s) / \max(b, s)

      and where the front's payment was got back to within `tolerance`, no more, and not all was sold, the gain lies in
      what was bought: :math:`(g b - p s) / \max(g, p)`.
    - ``strict``: legs equal to within `tolerance`, got more than was paid, and a profit still where the part that was
      not bought is left out. Everything else is ``loose``: other gains, unequal legs, losses.
    - A back may be the front of another attack of its attacker, the other way: what it got then counts in both.
    - Another attacker's front that stands in between is a victim as any other.
    - Attacks through several pools that share transactions in front and behind are one.
    - Blocks do not know of each other, nor do markets but for attacks along a route: `suspects` may come before.
    - Not seen: attacks over several blocks; fronts and backs in different pools; legs whose masters share no address.
    - Seen wrongly: a token that takes a fee makes legs look front-heavy, and `profit` counts what went for the fee at
      its cost, where ``got - paid`` does not.

    References
    ----------
    Qin, Zhou and Gervais (2022), Quantifying blockchain extractable value, for one attack per pair and who is who.
    Flashbots, mev-inspect-py, for the account and for pro-rating unequal legs.
    """
    ordered = sorted(swaps, key=lambda swap: (swap.block, swap.index, swap.place))
    found = []
    for _, block in groupby(ordered, key=lambda swap: swap.block):
        positions = _in_block(list(block), routers, Fraction(str(tolerance)))
        found += [_attack(position, routers, Fraction(str(tolerance))) for position in _joined(positions)]
    return sorted(found, key=lambda attack: (attack.block, attack.fronts[0].index, attack.fronts[0].place))


class _Position(NamedTuple):
    """What one master bought in a pool and sold again, and who bought in between."""

    fronts: tuple[Swap, ...] = ()
    victims: tuple[Swap, ...] = ()
    backs: tuple[Swap, ...] = ()

    def amounts(self):
        """Tokens paid and bought by the fronts, with amounts paid, bought, sold and got; None where it is no pair."""
        front, back = _net(self.fronts), _net(self.backs)
        paid, bought = [token for token in front if front[token] < 0], [token for token in front if front[token] > 0]
        if len(paid) != 1 or len(bought) != 1 or back.get(bought[0], 0) >= 0 or back.get(paid[0], 0) <= 0:
            return None
        return paid[0], bought[0], -front[paid[0]], front[bought[0]], -back[bought[0]], back[paid[0]]


def _net(swaps):
    """By token: what swaps brought, less what they took."""
    net = {}
    for swap in swaps:
        net[swap.token_in] = net.get(swap.token_in, 0) - swap.amount_in
        net[swap.token_out] = net.get(swap.token_out, 0) + swap.amount_out
    return net


def _in_block(swaps, routers, tolerance):
    """Positions with victims, market by market: a pool and a pair of its tokens."""
    markets = {}
    for swap in _wanted(swaps):
        markets.setdefault((swap.pool, frozenset((swap.token_in, swap.token_out))), []).append(swap)
    return [position for market in markets.values() if len(market) > 2
            for position in _in_market(market, routers, tolerance)]


def _wanted(swaps):
    """Without orders, and what a token sells for itself while it is transferred: trades of neither the signer nor the
    contract that is called, where these trade the same way in the same pool and transaction.
    """
    parties = [bool({swap.sender, swap.recipient} & {swap.origin, swap.target}) for swap in swaps]
    ways = [(swap.hash, swap.pool, swap.token_in) for swap in swaps]
    wanted = {way for way, party in zip(ways, parties, strict=True) if party}
    return [swap for swap, way, party in zip(swaps, ways, parties, strict=True)
            if swap.protocol not in ORDERS and (party or way not in wanted)]


def _in_market(swaps, routers, tolerance):
    numbers, sides = masters(swaps, routers), {}
    for swap, its in zip(swaps, numbers, strict=True):
        sides.setdefault(its, {})[swap.token_in] = True
    for master, tokens in sides.items():
        for token in tokens if len(tokens) == 2 else ():
            yield from _positions(swaps, [its == master for its in numbers], token, tolerance)


def _positions(swaps, own, token, tolerance):
    """Positions that were opened with a token, one after the other, and had victims when they were sold."""
    position, waiting = _Position(), ()
    for swap, mine in zip(swaps, own, strict=True):
        if not mine and swap.token_in == token:
            waiting += (swap,) if position.fronts else ()
        elif mine and swap.token_in == token:
            if _closed(position, tolerance):
                yield position
                position, waiting = _Position(), ()
            position = position._replace(fronts=(*position.fronts, swap))
        elif mine and position.fronts and not _sold(position, tolerance):
            position = _Position(position.fronts, position.victims + waiting, (*position.backs, swap))
            position, waiting = (position if position.victims or not _closed(position, tolerance) else _Position()), ()
    if position.victims:
        yield position


def _sold(position, tolerance):
    """Whether nothing is left of what was bought."""
    bought, sold = sum(s.amount_out for s in position.fronts), sum(s.amount_in for s in position.backs)
    return sold >= (1 - tolerance) * bought


def _closed(position, tolerance):
    """Whether it was sold, or has brought back what it cost."""
    paid, got = sum(s.amount_in for s in position.fronts), sum(s.amount_out for s in position.backs)
    return bool(position.backs) and (_sold(position, tolerance) or got >= (1 - tolerance) * paid)


def _joined(positions):
    """Positions of the same first and last transactions as one, where they are one trade along a route."""
    routes = {}
    for position in positions:
        routes.setdefault((position.fronts[0].hash, position.backs[-1].hash), []).append(position)
    for parts in routes.values():
        whole = _Position(*(_in_order(swaps) for swaps in zip(*parts, strict=True)))
        yield from [whole] if whole.amounts() else [part for part in parts if part.amounts()]


def _in_order(groups):
    return tuple(sorted((swap for group in groups for swap in group), key=lambda swap: (swap.index, swap.place)))


def _attack(position, routers, tolerance):
    token_in, token_out, paid, bought, sold, got = position.amounts()
    equal = abs(sold - bought) <= tolerance * bought
    in_other = sold < bought and got <= paid and paid - got <= tolerance * paid
    surplus = got * bought - paid * sold
    indices = {swap.index for swaps in position for swap in swaps}
    first, last = position.fronts[0], position.backs[-1]
    return Sandwich(
        block=first.block, pool=first.pool, attacker=_name(first, last, routers), **position._asdict(),
        token_in=token_in, token_out=token_out, paid=paid, bought=bought, sold=sold, got=got,
        token=token_out if in_other else token_in, profit=surplus // max((got, paid) if in_other else (bought, sold)),
        legs="equal" if equal else "back-heavy" if sold > bought else "front-heavy",
        tier="strict" if equal and got > paid and surplus > 0 else "loose",
        adjacent=len(indices) == max(indices) - min(indices) + 1)


def _name(first, last, routers):
    called = first.target if first.target == last.target and first.target not in routers else None
    return called or first.origin or first.recipient
