"""Pools of two tokens whose product never falls, exact to the last unit, and one to which positions can be added.

- A trade pays 0.3 % to the pool and rounds in its favour, as Uniswap v2's contracts do.
- The pool with ranges is a pool of the same kind: a position adds to both reserves as if its range were never left, and
  earns its part of the fees there. So far it departs from Uniswap v3.
"""

from __future__ import annotations

import math

from kit.events import WETH
from kit.sources.synthetic.chain.names import ALPHA, BETA, DELTA, GAMMA, USD, address
from kit.sources.synthetic.chance import ln

ETHER, DOLLAR = 10**18, 10**6
SPACING = 60
"""Ticks between the ends of ranges; a tick is 0.01 % of the price."""


class Pool:
    """Reserves of two tokens."""

    protocol = "uniswap_v2"

    def __init__(self, name, token, reserve, other, other_reserve):
        self.name, self.address = name, address("pool", name)
        self.first = {token: reserve, other: other_reserve}
        self.reserves = dict(self.first)

    def other(self, token):
        """The token that is not `token`."""
        return next(one for one in self.reserves if one != token)

    def out_for(self, token, amount) -> int:
        """What the pool pays for `amount` of `token`, floor(997 x Y / (1000 X + 997 x))."""
        return 997 * amount * self.reserves[self.other(token)] // (1000 * self.reserves[token] + 997 * amount)

    def in_for(self, token, amount) -> int:
        """How much of the other token buys `amount` of `token`."""
        left = self.reserves[token] - amount
        return 1000 * amount * self.reserves[self.other(token)] // (997 * left) + 1

    def exchange(self, token, amount, paid):
        """Takes `amount` of `token` and pays `paid` of the other."""
        self.reserves[token] += amount
        self.reserves[self.other(token)] -= paid

    def reported(self, token):
        """Reserves of a token and of the other, as the pool's events tell them."""
        return self.reserves[token], self.reserves[self.other(token)]


class Range(Pool):
    """A pool to which positions can be added; its events do not tell reserves."""

    protocol = "uniswap_v3"

    def __init__(self, *tokens):
        super().__init__(*tokens)
        self.liquidity = self.usual = math.isqrt(math.prod(self.reserves.values()))

    def reported(self, token):
        return None, None

    def around(self, spacings=1) -> tuple[int, int]:
        """A range of so many spacings about the price."""
        first, second = self.reserves.values()
        lower = (math.floor(ln(second / first) / ln(1.0001)) // SPACING - spacings // 2) * SPACING
        return lower, lower + spacings * SPACING

    def add(self, liquidity) -> tuple[int, ...]:
        """Amounts that a position of this liquidity puts in, rounded up."""
        amounts = tuple(-(-liquidity * reserve // self.liquidity) for reserve in self.reserves.values())
        self._move(liquidity, amounts)
        return amounts

    def remove(self, liquidity) -> tuple[int, ...]:
        """Amounts that a position of this liquidity takes out, rounded down."""
        amounts = tuple(liquidity * reserve // self.liquidity for reserve in self.reserves.values())
        self._move(-liquidity, [-amount for amount in amounts])
        return amounts

    def _move(self, liquidity, amounts):
        self.liquidity += liquidity
        for token, amount in zip(self.reserves, amounts, strict=True):
            self.reserves[token] += amount


def pools() -> dict[str, Pool]:
    """The chain's pools, as they are before its first block, by name."""
    pairs = {"weth-usd": (WETH, 5000 * ETHER, USD, 15_000_000 * DOLLAR),
             "weth-usd-sushi": (WETH, 2000 * ETHER, USD, 6_000_000 * DOLLAR),
             "weth-alpha": (WETH, 800 * ETHER, ALPHA, 80_000 * ETHER),
             "weth-beta": (WETH, 500 * ETHER, BETA, 1000 * ETHER),
             "usd-gamma": (USD, 3_000_000 * DOLLAR, GAMMA, 1_500_000 * ETHER),
             "weth-delta": (WETH, 600 * ETHER, DELTA, 30_000 * ETHER),
             "weth-delta-sushi": (WETH, 300 * ETHER, DELTA, 15_000 * ETHER),
             "usd-delta": (USD, 1_200_000 * DOLLAR, DELTA, 20_000 * ETHER)}
    ranged = Range("weth-usd-range", WETH, 3000 * ETHER, USD, 9_000_000 * DOLLAR)
    return {name: Pool(name, *tokens) for name, tokens in pairs.items()} | {"weth-usd-range": ranged}
