"""The price of gas on the embedded chain: the base fee by EIP-1559, and how people compete above it.

- Demand falls as the base fee rises, so that blocks are half full on average where it is at `USUAL`.
- Tips are lognormal; their dispersion is planted, larger while the chain is hot. Public transactions stand in order of
  tip; private ones, a planted share, anywhere, so that the rank correlation of an ordinary transaction's tip with its
  place in the block is ``private - 1``.
"""

from __future__ import annotations

from dataclasses import dataclass

from kit.sources.synthetic.chance import exp, gaussian

LIMIT, TARGET = 9_000_000, 4_500_000
"""Gas of a block, at most and on average."""
USUAL = 20 * 10**9
"""Base fee at which demand meets the target, wei."""
UNREST = 0.25
"""Standard deviation of the log of demand."""


@dataclass(frozen=True)
class Gas:
    """Known answers of the competition for places."""

    calm: float = 0.5  #: standard deviation of the log of tips
    wild: float = 1.2  #: and while the chain is hot
    hot: tuple[int, int] = (200, 300)  #: blocks of that, from the first to before the last
    private: float = 0.3  #: share of ordinary transactions that do not stand in order of tip

    def dispersion(self, number) -> float:
        """Standard deviation of the log of ordinary tips in a block."""
        return self.wild if self.hot[0] <= number < self.hot[1] else self.calm

    @property
    def order(self) -> float:
        """Expected rank correlation of an ordinary transaction's tip with its place."""
        return self.private - 1


def demand(chance, base_fee) -> float:
    """Gas that people want, as a share of the target."""
    return USUAL / base_fee * exp(UNREST * gaussian(chance))


def following(base_fee, used) -> int:
    """Base fee of the next block (EIP-1559)."""
    if used > TARGET:
        return base_fee + max(base_fee * (used - TARGET) // TARGET // 8, 1)
    return base_fee - base_fee * (TARGET - used) // TARGET // 8
