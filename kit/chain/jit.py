"""Just-in-time liquidity: who puts tokens into a pool right before a stranger's swap, and takes them out behind it."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from kit.events import Liquidity, Swap


class Jit(NamedTuple):
    """A position that lived for the swaps between two transactions of one block."""

    block: int
    pool: str
    owner: str  #: of the position: often the contract that keeps positions for many
    mint: Liquidity
    burn: Liquidity
    victims: tuple[Swap, ...]  #: that traded with it, and paid it the fee which those who were there had waited for
    width: int | None  #: ticks of its range; None where the pool has none
    same_signer: bool | None  #: of the two transactions; None where one is not known
    adjacent: bool  #: nothing lies between the two but the victims' transactions

    @property
    def change(self):
        """What came out less what went in, of each of the mint's tokens: the swaps it served, without fees."""
        out = dict(zip(self.burn.tokens, self.burn.amounts, strict=True))
        return tuple(out.get(token, 0) - amount
                     for token, amount in zip(self.mint.tokens, self.mint.amounts, strict=True))


def position(event):
    """What is one position: pool, range and owner."""
    return event.pool, event.lower, event.upper, event.owner


def span(event):
    """What mev-inspect-js takes for one position: pool and range."""
    return event.pool, event.lower, event.upper


def pool(event):
    """What mev-inspect-py's branch takes for one position: the pool."""
    return (event.pool,)


def jits(liquidity, swaps, *, same=position, once=True) -> list[Jit]:
    """Positions opened and closed in one block around strangers' swaps.

    Parameters
    ----------
    liquidity : iterable of kit.events.Liquidity
    swaps : iterable of kit.events.Swap
        Of the same blocks; both in any order, without those of transactions that failed.
    same : callable
        From a liquidity event to what must be equal in both: `position`, `span` or `pool`.
    once : bool
        Whether a burn closes one mint, the last that is open. If not, it is paired with every mint before it.

    Returns
    -------
    list of Jit
        In order of block and burn.

    Notes
    -----
    - The burn is of a later transaction of the block than the mint, and equal to it by `same`. A burn of nothing only
      collects fees, and closes nothing.
    - A victim swaps at the pool in a transaction strictly between the two, and is a stranger: it signed neither, nor
      does the owner ask for its swap, or is called. Without a victim there is no attack.
    - One contract keeps most positions for everybody. So strangers who choose one range look like one owner, and where
      a burn is paired with every mint, one's mint meets the other's burn: see `Jit.same_signer`.
    - What one transaction puts into a position, or takes out of it, is one change: some pools tell each token's apart.
    - A position that is taken out in parts by several transactions is one attack, up to the first part.
    - Whether the victims' price went through the range is not asked, as swaps do not carry their tick.

    References
    ----------
    Flashbots, mev-inspect-py (branch of just-in-time liquidity), and mev-inspect-js.
    """
    markets = defaultdict(list)
    for swap in sorted(swaps, key=_order):
        markets[swap.block, swap.pool].append(swap)
    opened, found = defaultdict(list), []
    for event in _together(liquidity):
        mints = opened[event.block, same(event)]
        if event.change > 0:
            mints.append(event)
        elif _any(event):
            earlier = [mint for mint in mints if mint.index < event.index]
            found += [_jit(mint, event, markets[event.block, event.pool]) for mint in earlier[-1 if once else 0:]]
            mints[:] = [mint for mint in mints if not once or mint not in earlier[-1:]]
    return [jit for jit in found if jit.victims]


def fees(jit, transfers) -> tuple[int, ...]:
    """What a position earned, of each of the mint's tokens: what the pool paid at the burn beyond what was taken out.

    Parameters
    ----------
    jit : Jit
    transfers : iterable of kit.events.Transfer
        Of the same block.
    """
    paid = defaultdict(int)
    for transfer in transfers:
        if transfer.hash == jit.burn.hash and transfer.sender == jit.pool:
            paid[transfer.token] += transfer.amount
    out = dict(zip(jit.burn.tokens, jit.burn.amounts, strict=True))
    return tuple(paid[token] - out.get(token, 0) for token in jit.mint.tokens)


def _order(event):
    return event.block, event.index, event.place


def _together(liquidity):
    """Changes in order, those of one transaction, position and direction as one."""
    changes = {}
    for event in sorted(liquidity, key=_order):
        changes.setdefault((event.block, event.index, position(event), event.change), []).append(event)
    return [parts[0] if len(parts) == 1 else _sum(parts) for parts in changes.values()]


def _sum(parts):
    amounts, liquidity = defaultdict(int), [part.liquidity for part in parts]
    for part in parts:
        for token, amount in zip(part.tokens, part.amounts, strict=True):
            amounts[token] += amount
    return parts[0]._replace(liquidity=None if None in liquidity else sum(liquidity), tokens=tuple(amounts),
                             amounts=tuple(amounts.values()))


def _any(burn):
    """Whether anything was taken out."""
    return burn.liquidity != 0 if burn.liquidity is not None else any(burn.amounts)


def _jit(mint, burn, market):
    victims = tuple(swap for swap in market if mint.index < swap.index < burn.index and _stranger(swap, mint, burn))
    between = {swap.index for swap in victims}
    width = None if mint.lower is None else mint.upper - mint.lower
    same_signer = None if None in (mint.origin, burn.origin) else mint.origin == burn.origin
    return Jit(mint.block, mint.pool, mint.owner, mint, burn, victims, width, same_signer,
               len(between) == burn.index - mint.index - 1)


def _stranger(swap, *events):
    return all(swap.origin is None or swap.origin != event.origin for event in events) and not any(
        event.owner in (swap.target, swap.sender) for event in events)
