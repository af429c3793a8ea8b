"""How many lots stand ahead of an order: the answers of hftbacktest's queue models.

All start with the size displayed when the order arrives. Prints at the price take from the front. They differ in a
fall of the displayed size that no print explains: where in the queue was it cancelled?
"""

from __future__ import annotations

from dataclasses import dataclass

from kit.kernels import replay_queue as kernel
from kit.refusal import Refusal


@dataclass(frozen=True)
class RiskAverse:
    """Behind the order, always: the queue ahead is shortened by prints only. The headline."""

    kind, power = kernel.RISK_AVERSE, 0.0


CAUTIOUS = RiskAverse()


@dataclass(frozen=True)
class TradeThrough:
    """No queue is ever overcome: only prints beyond the price, or an opposite quote at it, fill. The lower bound."""

    kind, power = kernel.TRADE_THROUGH, 0.0


@dataclass(frozen=True)
class Log:
    """Behind with probability f(back) / (f(back) + f(front)), f(x) = ln(1 + x)."""

    kind, power = kernel.LOG, 0.0


@dataclass(frozen=True)
class Log2:
    """Behind with probability f(back) / f(back + front), f(x) = ln(1 + x)."""

    kind, power = kernel.LOG_2, 0.0


@dataclass(frozen=True)
class _Powered:
    power: float

    def __post_init__(self):
        if not self.power > 0:
            raise Refusal(f"power {self.power}", remedy="give a number above 0")


@dataclass(frozen=True)
class Power(_Powered):
    """Behind with probability f(back) / (f(back) + f(front)), f(x) = x ** power."""

    power: float = 3.0
    kind = kernel.POWER


@dataclass(frozen=True)
class Power2(_Powered):
    """Behind with probability f(back) / f(back + front), f(x) = x ** power."""

    power: float = 2.0
    kind = kernel.POWER_2


@dataclass(frozen=True)
class Power3(_Powered):
    """Behind with probability 1 - (front / (front + back)) ** power."""

    power: float = 3.0
    kind = kernel.POWER_3
