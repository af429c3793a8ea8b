"""From ticks to tables of another clock: the 1-second grid, orders, bars, venues side by side."""

from kit.sampling.bars import bars, volume_bars
from kit.sampling.orders import matched, orders, signed
from kit.sampling.seconds import grid, seconds
from kit.sampling.venues import venues

__all__ = ["bars", "grid", "matched", "orders", "seconds", "signed", "venues", "volume_bars"]
