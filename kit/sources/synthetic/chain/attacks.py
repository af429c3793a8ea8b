"""The attacks of the embedded chain, of every kind that detectors tell apart; each is labelled when it is played."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from kit.events import WETH
from kit.sources.synthetic.chain.acts import Liquidate, Loop, Pay, Provide, Recover, Trade, withdrawn
from kit.sources.synthetic.chain.cast import GWEI
from kit.sources.synthetic.chain.crowd import payment, swap
from kit.sources.synthetic.chain.names import ROUTER, USD, calldata
from kit.sources.synthetic.chain.pools import DOLLAR, ETHER
from kit.sources.synthetic.chain.scene import Scene, loop_gain, sandwich_gain
from kit.sources.synthetic.chain.world import Draft

SANDWICHED = ("weth-alpha", "weth-beta", "usd-gamma")
"""Pools in which sandwiches, and what looks like them, are played; loops are closed through others."""
BRIBE = 80
"""Per cent of the gain that private attackers pay to the producer."""


def sandwich(cast, world, victims=(1,), sells=Fraction(1), other=False, strangers=0, signers=1,
             routed=False) -> Scene:
    """Buy before others buy, and sell after.

    Parameters
    ----------
    victims : tuple of int
        How many follow each of the fronts.
    sells : Fraction
        Share of what the fronts bought that the back sells.
    other : bool
        Whether the back gets back what the fronts paid, and keeps the rest of what they bought.
    strangers : int
        Transactions between that have nothing to do with it.
    signers : int
        Accounts that sign for the attacker's contract.
    routed : bool
        Whether it trades through everybody's router, and only its signature tells who it is.
    """
    bot, pool = cast.bot(), world.pools[cast.pick(SANDWICHED)]
    usual, rare = pool.reserves
    token, private = usual if cast.happens(0.75) else rare, cast.happens(0.7)
    bot = bot._replace(contract=ROUTER) if routed else bot
    drafts, fronts, hit = [], [], []
    for number in victims:
        fronts.append(len(drafts))
        drafts.append(_front(cast, bot, pool, token, 0 if private else 30 * GWEI))
        hit += range(len(drafts), len(drafts) + number)
        drafts += [swap(cast, pool, token, cast.between(0.02, 0.04)) for _ in range(number)]
        drafts += [payment(cast) for _ in range(strangers)]
    signer = bot.second if signers == 2 else bot.signer
    drafts.append(_back(bot, signer, pool, pool.other(token), sells, other, private))
    return Scene((tuple(drafts),), (*fronts, len(drafts) - 1), tuple(hit), sandwich_gain)


def _front(cast, bot, pool, token, tip):
    amount = int(pool.reserves[token] * cast.between(0.008, 0.02))
    trade = Trade(pool.name, token, amount, bot.contract, bot.holder, bot.holder)
    return Draft(bot.signer, bot.contract, (trade,), tip, input=calldata("front", amount, pool.address))


def _back(bot, signer, pool, token, sells, other, private):
    kind, amount = (Recover, Fraction(1)) if other else (Trade, sells)
    trade = kind(pool.name, token, amount, bot.contract, bot.holder, bot.holder)
    bribed = private and pool.other(token) == WETH and bot.holder == bot.contract and not other and sells <= 1
    tip = 20 * GWEI if private and not bribed else 0
    call = calldata("back", pool.address, token)
    return Draft(signer, bot.contract, (trade,), tip, BRIBE if bribed else 0, input=call)


def displacement(cast, world, later=0) -> Scene:
    """Copy a call out of the queue into a longer one, pay more, and take what it was about to take."""
    bot, bounty, user = cast.bot(), cast.contract("bounty"), cast.user()
    prize, tip = int(cast.between(0.5, 5) * ETHER), cast.tip()
    claim = calldata("claim", user, *(cast.below(2**52) for _ in range(8)))
    victim = Draft(user, bounty, tip=tip, input=claim, burns=60_000)
    copy = Draft(bot.signer, bot.contract, (Pay(WETH, bounty, bot.contract, prize),), tip + 15 * GWEI, burns=80_000,
                 input=calldata("copy", bounty) + claim[2:])
    parts = ((copy, victim),) if not later else ((copy,), *[()] * (later - 1), (victim,))
    return Scene(parts, (0,), (1,), lambda swaps: (WETH, prize))


def suppression(cast, world) -> Scene:
    """Fill three blocks with calls that burn all the gas they are given, so that nobody else gets in."""
    bot, stuffing = cast.bot(), cast.contract("stuffing")
    stuffed = [Draft(bot.signer, stuffing, tip=(90 - number) * GWEI, input=calldata("loop", number), burns=burns,
                     limit=(burns + 21_000) * 1003 // 1000)
               for number, burns in enumerate([900_000 + cast.below(100_000) for _ in range(9)])]
    return Scene(tuple(tuple(stuffed[3 * i:3 * i + 3]) for i in range(3)), tuple(range(9)))


def arbitrage(cast, world, moved="weth-usd", through=("weth-usd", "weth-usd-sushi")) -> Scene:
    """Close, at the head of a block, the gap that a large trade has left at the end of the one before."""
    closes = closing(cast, through)
    return Scene(((_opening(cast, world, closes, moved, 0.05),), (closes,)), (1,), (), loop_gain, across=True)


def backrun(cast, world, through=("weth-delta", "weth-delta-sushi")) -> Scene:
    """Close the gap that a large trade opens, right after it."""
    closes = closing(cast, through)
    return Scene(((_opening(cast, world, closes, cast.pick(through), 0.06), closes),), (1,), (0,), loop_gain)


def _opening(cast, world, closes, moved, share):
    """A large trade of about that share of a pool's reserve, which widens the gap that a loop is to close."""
    token, way = WETH, closes.acts[0].way(world)
    for pool in way[:1 + [pool.name for pool in way].index(moved)]:
        token = pool.other(token)
    return swap(cast, world.pools[moved], token, share * cast.between(0.8, 1.2))


def closing(cast, through, fails=False) -> Draft:
    """A bot's loop through pools."""
    bot = cast.bot()
    loop = Loop(through, WETH, bot.contract, cast.happens(0.5))
    return Draft(bot.signer, bot.contract, (loop,), bribe=BRIBE, input=calldata("loop", len(through)), fails=fails)


def liquidation(cast, world, fails=False) -> Scene:
    """Repay a stranger's debt and seize what secures it, 8 % more."""
    bot, borrower, ether = cast.bot(), cast.user(), cast.between(0.5, 10)
    seize = Liquidate(bot.contract, borrower, USD, int(ether / 1.08 * 3000 * DOLLAR), int(ether * ETHER))
    draft = Draft(bot.signer, bot.contract, (seize,), 5 * GWEI, fails=fails,
                  input=calldata("liquidate", borrower, seize.debt))
    return Scene(((draft,),), (0,))


def jit(cast, world, victims=1) -> Scene:
    """Put liquidity about the price before a large trade, and take it out after, with its fees."""
    bot, pool = cast.bot(), world.pools["weth-usd-range"]
    put = Provide(pool.name, 1, Fraction(2 + cast.below(8)), *pool.around(), bot.contract, bot.contract)
    mint, burn = (Draft(bot.signer, bot.contract, (act,), tip, input=calldata(name, pool.address))
                  for name, act, tip in (("mint", put, 0), ("burn", withdrawn(put), 40 * GWEI)))
    token = cast.pick(tuple(pool.reserves))
    trades = [swap(cast, pool, token, cast.between(0.02, 0.05)) for _ in range(victims)]
    return Scene(((mint, *trades, burn),), (0, victims + 1), tuple(range(1, victims + 1)))


TRIANGLE = ("weth-delta", "usd-delta", "weth-usd")
ATTACKS = {
    "sandwich": {
        "one victim": (24, sandwich),
        "several victims": (12, partial(sandwich, victims=(3,))),
        "two fronts": (8, partial(sandwich, victims=(1, 1))),
        "back-heavy": (6, partial(sandwich, sells=Fraction(13, 5))),
        "front-heavy": (6, partial(sandwich, sells=Fraction(7, 10))),
        "gain in the other token": (8, partial(sandwich, other=True)),
        "two signers": (8, partial(sandwich, signers=2)),
        "a stranger between": (8, partial(sandwich, strangers=1)),
        "through the router": (8, partial(sandwich, routed=True))},
    "displacement": {"in its block": (20, displacement), "blocks before": (6, partial(displacement, later=2))},
    "suppression": {"three blocks": (6, suppression)},
    "arbitrage": {"two venues": (25, arbitrage),
                  "triangle": (15, partial(arbitrage, moved="usd-delta", through=TRIANGLE))},
    "backrun": {"after a large trade": (30, backrun)},
    "liquidation": {"one debt": (20, liquidation)},
    "jit": {"one trade": (18, jit), "two trades": (6, partial(jit, victims=2))},
}
"""How many of each kind and sort, and what plays them."""
