"""What the base fee must be from one block to the next, in exact integers, and where headers say otherwise."""

from __future__ import annotations

import bisect
from typing import NamedTuple

ELASTICITY, STEP = 2, 8
"""EIP-1559: the target is the limit by the one, a full block moves the base fee by a part in the other."""


class Deviation(NamedTuple):
    """A block after which the base fee is not what its gas says."""

    block: int
    expected: int
    base_fee: int  #: that the next block has
    limits: tuple[int, int] | None  #: gas limits, lowest and highest, under which it would follow; None where none do


def next_base_fee(block) -> int:
    """Base fee of the block after one, wei per gas, in exact integers.

    References
    ----------
    Buterin et al. (2019), EIP-1559: fee market change for ETH 1.0 chain, specification.
    """
    return _follows(block.base_fee, block.gas_used, block.gas_limit // ELASTICITY)


def _follows(fee, used, target):
    change = fee * abs(used - target) // target // STEP
    return fee + max(change, 1) if used > target else fee - change


def deviations(blocks) -> list[Deviation]:
    """Blocks that are followed by another base fee than EIP-1559 demands; where the chain is unbroken there are none.

    Parameters
    ----------
    blocks : list of Block
        In order; those whose successor is not in the list say nothing.
    """
    found = []
    for block, following in zip(blocks[:-1], blocks[1:], strict=True):
        expected = next_base_fee(block) if following.block == block.block + 1 else following.base_fee
        if expected != following.base_fee:
            found.append(Deviation(block.block, expected, following.base_fee, _limits(block, following.base_fee)))
    return found


def _limits(block, fee):
    """Gas limits under which `fee` follows a block: the higher the limit, the lower the fee."""
    targets = range(1, block.gas_limit + 1)
    falling = [bisect.bisect(targets, -bound, key=lambda target: -_follows(block.base_fee, block.gas_used, target))
               for bound in (fee + 1, fee)]
    low, high = (targets[0] + place for place in falling)
    return (low * ELASTICITY, high * ELASTICITY - 1) if low < high else None
