"""What a transaction of the embedded chain can do. Each act is called with the world, changes it and leaves events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from kit.events import WETH
from kit.sources.synthetic.chain.names import address


@dataclass(frozen=True)
class Pay:
    """A token is handed over."""

    token: str
    sender: str
    receiver: str
    amount: int | None  #: None for all that the sender gained
    gas = 35_000

    def __call__(self, world):
        amount = world.purse[self.sender, self.token] if self.amount is None else self.amount
        world.transfer(self.token, self.sender, self.receiver, amount)


@dataclass(frozen=True)
class Trade:
    """A swap at a pool."""

    pool: str  #: name
    token: str  #: put in
    amount: int | Fraction | None  #: put in; a fraction of what the payer gained; None what the pool before sent here
    account: str  #: who asks
    payer: str
    recipient: str
    gas = 90_000

    def __call__(self, world):
        pool = world.pools[self.pool]
        amount = self.paid(world)
        self.settle(world, amount, pool.out_for(self.token, amount))

    def paid(self, world):
        """Amount put in."""
        if isinstance(self.amount, Fraction):
            return int(world.purse[self.payer, self.token] * self.amount)
        return world.events["swaps"][-1].amount_out if self.amount is None else self.amount

    def settle(self, world, amount, out):
        pool, draft, payer = world.pools[self.pool], world.draft, self.payer
        if self.amount is None:
            payer = world.events["swaps"][-1].pool
        else:
            world.transfer(self.token, payer, pool.address, amount)
        bought = pool.other(self.token)
        world.transfer(bought, pool.address, self.recipient, out)
        pool.exchange(self.token, amount, out)
        world.write("swaps", pool.address, pool.protocol, draft.sender, draft.to, self.account, self.recipient,
                    self.token, amount, bought, out, *pool.reported(self.token), payer)


@dataclass(frozen=True)
class Recover(Trade):
    """A swap that gets back exactly what the payer has spent, for as little as it takes."""

    def __call__(self, world):
        pool = world.pools[self.pool]
        spent = -world.purse[self.payer, pool.other(self.token)]
        self.settle(world, pool.in_for(pool.other(self.token), spent), spent)


@dataclass(frozen=True)
class Loop:
    """Swaps through pools and back to the first token, the better way round, of the amount that gains most."""

    pools: tuple[str, ...]
    token: str
    account: str
    direct: bool  #: pools pay each other; else each pays the account
    gas = 260_000

    def __call__(self, world):
        way = self.way(world)
        token, put = self.token, self.best(way)
        for pool, onward in zip(way, [*way[1:], None], strict=True):
            recipient = onward.address if self.direct and onward else self.account
            Trade(pool.name, token, put, self.account, self.account, recipient)(world)
            token, put = pool.other(token), None if self.direct else world.events["swaps"][-1].amount_out

    def way(self, world):
        """The pools, in the order that gains more."""
        ways = [[world.pools[name] for name in way] for way in (self.pools, self.pools[::-1])]
        return max(ways, key=lambda way: self.gain(way, self.best(way)))

    def gain(self, way, amount) -> int:
        """What is left of a loop of `amount`."""
        token, held = self.token, amount
        for pool in way:
            token, held = pool.other(token), pool.out_for(token, held)
        return held - amount

    def best(self, way) -> int:
        """The amount that gains most: the gain rises to one peak and falls, so thirds of the range close in on it."""
        low, high = 1, way[0].reserves[self.token]
        while high - low > 2:
            left, right = low + (high - low) // 3, high - (high - low) // 3
            low, high = (left, high) if self.gain(way, left) < self.gain(way, right) else (low, right)
        return low


@dataclass(frozen=True)
class Provide:
    """Liquidity put into the pool with ranges, or taken out of it again."""

    pool: str
    change: int  #: +1 or -1
    share: Fraction  #: of the pool's liquidity before its first block
    lower: int
    upper: int
    owner: str
    payer: str
    gas = 200_000

    def __call__(self, world):
        pool, draft = world.pools[self.pool], world.draft
        liquidity = int(pool.usual * self.share)
        amounts = (pool.add if self.change > 0 else pool.remove)(liquidity)
        for token, amount in zip(pool.reserves, amounts, strict=True):
            ends = (self.payer, pool.address)[::self.change]
            world.transfer(token, *ends, amount)
        world.write("liquidity", pool.address, pool.protocol, self.change, draft.sender, draft.to, self.owner,
                    self.lower, self.upper, liquidity, tuple(pool.reserves), amounts)


def withdrawn(provided) -> Provide:
    """The act that takes out what another put in."""
    return replace(provided, change=-1)


@dataclass(frozen=True)
class Liquidate:
    """Somebody's debt is repaid, and the collateral seized."""

    account: str
    borrower: str
    token: str  #: of the debt
    debt: int
    collateral: int  #: in ether
    gas = 320_000
    market = address("lending market")

    def __call__(self, world):
        world.transfer(self.token, self.account, self.market, self.debt)
        world.transfer(WETH, self.market, self.account, self.collateral)
        world.write("liquidations", "aave_v2", self.account, self.borrower, self.token, self.debt, WETH,
                    self.collateral)
