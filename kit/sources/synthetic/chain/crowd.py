"""What people do on the embedded chain when nobody attacks: pay, trade amounts of heavy tails, call contracts."""

from __future__ import annotations

from kit.events import WETH
from kit.sources.synthetic.chain.acts import Pay, Trade
from kit.sources.synthetic.chain.names import ROUTER, TOKENS, address, calldata
from kit.sources.synthetic.chain.pools import ETHER
from kit.sources.synthetic.chain.world import Draft
from kit.sources.synthetic.chance import pareto

SMALLEST, LARGEST, TAIL = 2e-4, 0.01, 1.3
"""Ordinary trades as a share of the pool's reserve: a power law between these two."""


def ordinary(cast, world) -> Draft:
    """Something that somebody does: a payment, a token sent, a swap, or a call that is none of these."""
    at = cast.below(20)
    if at < 7:
        return payment(cast)
    if at < 12:
        return handover(cast)
    if at < 17:
        pool = world.pools[cast.pick(tuple(world.pools))]
        share = min(SMALLEST * pareto(cast.chance, TAIL), LARGEST)
        return swap(cast, pool, leaning(cast, pool), share)
    return call(cast)


def payment(cast, sender=None, to=None, value=None) -> Draft:
    """Ether from one account to another."""
    value = value or int(0.02 * ETHER * pareto(cast.chance, 1.2))
    return Draft(sender or cast.user(), to or cast.user(), tip=cast.tip(), value=value)


def handover(cast) -> Draft:
    """A token from one account to another."""
    token, sender, receiver, amount = cast.pick(TOKENS), cast.user(), cast.user(), 10**6 + cast.below(10**9)
    return Draft(sender, token, (Pay(token, sender, receiver, amount),), cast.tip(),
                 input=calldata("transfer", receiver, amount))


def call(cast) -> Draft:
    """A call of some contract, now and then an expensive one; some fail."""
    to, sender = address("application", cast.below(200)), cast.user()
    burns = min(int(40_000 * pareto(cast.chance, 1.5)), 900_000)
    return Draft(sender, to, tip=cast.tip(), input=calldata("act", sender, cast.below(2**52)), burns=burns,
                 fails=cast.happens(0.1))


def swap(cast, pool, token, share, tip=None, user=None) -> Draft:
    """A swap through the router of `share` of the pool's reserve of `token`; ether is wrapped on the way."""
    return bought(user or cast.user(), pool, token, int(pool.reserves[token] * share), tip or cast.tip())


def bought(user, pool, token, amount, tip, to=ROUTER) -> Draft:
    """A swap of an amount through a contract that serves everybody, for the account of `user`."""
    wrapped = token == WETH
    trade = Trade(pool.name, token, amount, to, to if wrapped else user, user)
    return Draft(user, to, (trade,), tip, value=amount if wrapped else 0, burns=10_000,
                 input=calldata("swap", amount, token, pool.other(token), user))


def leaning(cast, pool) -> str:
    """The token that is put in: more often the one that the pool has less of than it had at first."""
    token, other = pool.reserves
    odds = pool.reserves[other] * pool.first[token] / (pool.first[other] * pool.reserves[token])
    odds = odds * odds * odds * odds
    return token if cast.happens(odds / (1 + odds)) else other
