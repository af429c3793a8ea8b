"""What looks like an attack on the embedded chain and is none, each with what tells it apart."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

from kit.events import WETH
from kit.sources.synthetic.chain.acts import Pay, Provide, Trade, withdrawn
from kit.sources.synthetic.chain.attacks import SANDWICHED, TRIANGLE, closing, liquidation, sandwich
from kit.sources.synthetic.chain.cast import GWEI
from kit.sources.synthetic.chain.crowd import bought, payment, swap
from kit.sources.synthetic.chain.names import AGGREGATOR, POSITIONS, ROUTER, address, calldata
from kit.sources.synthetic.chain.pools import ETHER, SPACING
from kit.sources.synthetic.chain.scene import Scene, nothing
from kit.sources.synthetic.chain.world import Draft


def _pool(cast, world):
    """A pool, its usual token, and the other."""
    pool = world.pools[cast.pick(SANDWICHED)]
    return pool, *pool.reserves


def market_maker(cast, world, sells=Fraction(3, 2)) -> Scene:
    """A dealer buys, a stranger buys a little, and the dealer sells as much or more: at a loss, for its stock."""
    pool, token, other = _pool(cast, world)
    number = cast.below(3)
    maker, signer = address("market maker", number), address("dealer", number)
    amount = int(pool.reserves[token] * cast.between(0.008, 0.015))
    buys, sells = (Draft(signer, maker, (Trade(pool.name, put, size, maker, maker, maker),), 3 * GWEI,
                         input=calldata("quote", put, amount))
                   for put, size in ((token, amount), (other, sells)))
    return Scene(((buys, swap(cast, pool, token, 0.001), sells),), (0, 2), (1,))


def aggregator(cast, world, contract=AGGREGATOR, sells=1.0) -> Scene:
    """A stranger buys through a contract that serves everybody, and a third sells through it after a trade between."""
    pool, token, other = _pool(cast, world)
    amount = int(pool.reserves[token] * cast.between(0.008, 0.015))
    sold = int(pool.out_for(token, amount) * sells)
    buys, sells = (_served(cast, pool, *one, contract) for one in ((token, amount), (other, sold)))
    return Scene(((buys, swap(cast, pool, token, 0.02), sells),), (0, 2), (1,))


def _served(cast, pool, token, amount, contract):
    """A swap that the contract is paid for, and hands on."""
    user = cast.user()
    acts = (Trade(pool.name, token, amount, contract, user, contract), Pay(pool.other(token), contract, user, None))
    return Draft(user, contract, acts, cast.tip(), input=calldata("serve", user, token, amount))


def round_trip(cast, world) -> Scene:
    """A user buys and, after a stranger's trade, sells a few per cent less or more: no plan, a change of mind."""
    pool, token, other = _pool(cast, world)
    buys, between = (swap(cast, pool, token, share) for share in (0.004, 0.01))
    back = Trade(pool.name, other, Fraction(cast.pick((94, 96, 104, 106)), 100), ROUTER, buys.sender, buys.sender)
    sells = Draft(buys.sender, ROUTER, (back,), cast.tip(), input=calldata("sell", buys.sender, buys.value))
    return Scene(((buys, between, sells),), (0, 2), (1,))


def failed_sandwich(cast, world) -> Scene:
    """A sandwich whose front and back failed: the trade between was never touched."""
    scene = sandwich(cast, world)
    drafts = [replace(draft, fails=number in scene.attack) for number, draft in enumerate(scene.parts[0])]
    return scene._replace(parts=(tuple(drafts),), gain=nothing)


def failed_loop(cast, world) -> Scene:
    """A loop that would have gained too little, and failed."""
    return Scene(((closing(cast, TRIANGLE, fails=True),),), (0,))


def route(cast, world) -> Scene:
    """A user's way through three pools, from one token to another."""
    user, path = cast.user(), [world.pools[name] for name in ("weth-delta", "usd-delta", "usd-gamma")]
    amount, token, acts = int(cast.between(0.5, 2) * ETHER), WETH, []
    for pool, onward in zip(path, [pool.address for pool in path[1:]] + [user], strict=True):
        acts.append(Trade(pool.name, token, None if acts else amount, ROUTER, ROUTER, onward))
        token = pool.other(token)
    draft = Draft(user, ROUTER, tuple(acts), cast.tip(), value=amount, input=calldata("route", user, amount))
    return Scene(((draft,),), (0,))


def provider(cast, world, trade=0.0, owner=None, seller=False, second=0) -> Scene:
    """Liquidity comes and goes in one block: with no trade between, by two strangers, or in two ranges.

    Parameters
    ----------
    trade : float
        Size of the trade between, as a share of the reserve; none where it is 0.
    owner : str, optional
        Contract that owns the position; one of its own where there is none.
    seller : bool
        Whether somebody else takes liquidity out.
    second : int
        Spacings by which the range that is left is wider than the one that is entered.
    """
    pool, user = world.pools["weth-usd-range"], cast.user()
    lower, upper = pool.around(40)
    put = Provide(pool.name, 1, Fraction(cast.below(20) + 1, 100), lower, upper, owner or cast.contract("vault"), user)
    taken = replace(withdrawn(put), upper=upper + second * SPACING, payer=cast.user() if seller else user)
    mint, burn = (Draft(act.payer, put.owner, (act,), cast.tip(), input=calldata(name, act.payer))
                  for name, act in (("mint", put), ("burn", taken)))
    between = swap(cast, pool, WETH, trade) if trade else payment(cast)
    return Scene(((mint, between, burn),), (0, 2))


def router_traffic(cast, world) -> Scene:
    """Two strangers send the same value to the router, the hastier first."""
    amount, tip = int(cast.between(0.2, 1) * ETHER), cast.tip()
    pools = [world.pools[name] for name in ("weth-alpha", "weth-beta")]
    drafts = tuple(bought(cast.user(), pool, WETH, amount, price)
                   for pool, price in zip(pools, (tip + GWEI, tip), strict=True))
    return Scene((drafts,), (0,), (1,))


def relay(cast, world) -> Scene:
    """A call is forwarded in a longer one by a relay that pays less than who sends the same call after it."""
    application, user, tip = cast.contract("application"), cast.user(), cast.tip()
    call = calldata("claim", user, *(cast.below(2**52) for _ in range(8)))
    forward = Draft(cast.user(), cast.contract("relay"), tip=tip, burns=90_000,
                    input=calldata("forward", application) + call[2:])
    again = Draft(user, application, tip=tip + 15 * GWEI, burns=60_000, input=call)
    return Scene(((forward, again),), (0,), (1,))


def same_call(cast, world) -> Scene:
    """Two users make the same call of two contracts, the hastier first: equal, so that neither contains the other."""
    call, tip = calldata("claim", *(cast.below(2**52) for _ in range(8))), cast.tip()
    drafts = tuple(Draft(cast.user(), cast.contract("application"), tip=price, burns=60_000, input=call)
                   for price in (tip + 15 * GWEI, tip))
    return Scene((drafts,), (0,), (1,))


def full_gas(cast, world) -> Scene:
    """Two calls of a contract use up their gas, in one block and never again."""
    contract = cast.contract("application")
    drafts = tuple(Draft(cast.user(), contract, tip=cast.tip(), burns=200_000, limit=221_500,
                         input=calldata("work", number)) for number in range(2))
    return Scene((drafts,), (0, 1))


def passage(cast, world) -> Scene:
    """Ether comes to an exchange and leaves it again, with a large payment of a stranger between."""
    exchange = address("exchange")
    drafts = (payment(cast, to=exchange, value=ETHER // 10), payment(cast, value=40 * ETHER),
              payment(cast, sender=exchange, value=ETHER // 8))
    return Scene((drafts,), (0, 2), (1,))


DECOYS = {
    "decoy_market_maker": {"sells more": (20, market_maker),
                           "sells as much": (10, partial(market_maker, sells=Fraction(1)))},
    "decoy_aggregator": {"known to everybody": (12, aggregator),
                         "unknown": (8, partial(aggregator, contract=address("aggregator"), sells=0.7))},
    "decoy_round_trip": {"a change of mind": (20, round_trip)},
    "decoy_failed_sandwich": {"front and back failed": (12, failed_sandwich)},
    "decoy_failed_arbitrage": {"the loop failed": (8, failed_loop)},
    "decoy_failed_liquidation": {"reverted": (8, partial(liquidation, fails=True))},
    "decoy_route": {"three pools": (30, route)},
    "decoy_provider": {"no trade between": (8, provider),
                       "strangers": (6, partial(provider, trade=0.01, owner=POSITIONS, seller=True)),
                       "another range": (6, partial(provider, trade=0.01, second=10))},
    "decoy_router_traffic": {"the same value": (30, router_traffic)},
    "decoy_relay": {"forwarded for less": (6, relay)},
    "decoy_same_call": {"two contracts": (6, same_call)},
    "decoy_full_gas": {"one block": (6, full_gas)},
    "decoy_passage": {"ether in, ether out": (10, passage)},
}
"""How many of each kind and sort, and what plays them."""
