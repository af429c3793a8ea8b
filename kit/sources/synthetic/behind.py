"""Levels behind the touch of the embedded market: a book that is equally thick everywhere, of known slope.

The exchange itself has queues at the touch only, and nothing ever trades against these levels: they are drawn around
the quotes that it printed, so that what is measured of a deep book can be compared with what was put there.

- Levels stand at every multiple of `Profile.step`, strictly behind the touch; each has its own size, which it keeps for
  an hour: a gamma variable of shape `SHAPE` about `Profile.size`, the mean size of a queue at the touch.
- Sizes lean the way of the touch's imbalance I, by ``1 + LEAN I`` on the bid and ``1 - LEAN I`` on the ask next to the
  touch, and less by half with every `FADES` per cent from the mid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kit import clock
from kit.kernels import joins
from kit.sources.depth import frame
from kit.sources.synthetic.chance import stream
from kit.sources.synthetic.market import Market, market

REACH = 2.2
"""Per cent of the mid that the book reaches at least."""
SHAPE, LEAN, FADES = 3.0, 0.8, 0.25
SEATS = 4096
"""Levels that have a size of their own; what lies so many steps away has the same."""


@dataclass(frozen=True)
class Profile:
    """What was planted: the book's thickness, and what follows from it on average, where imbalance is 0."""

    market: Market
    price: float  #: mid at which per cent are taken

    @property
    def step(self) -> float:
        """Distance of neighbouring levels, in price."""
        return max(1, round(self.market.gap)) * self.market.tick

    @property
    def size(self) -> float:
        """Mean size of a level."""
        return self.market.depth / 10**self.market.lot_decimals

    def total_depth(self, level) -> float:
        """Size of both sides within `level` per cent of the mid: a queue at the touch, and what stands behind it."""
        return 2 * self.size * (1 + (level / 100 * self.price - self.market.tick / 2) / self.step - 0.5)

    @property
    def slope(self) -> float:
        """Size of one side in a per cent of the price."""
        return self.size / (self.step / self.price * 100)


def batches(frames, symbol, seed=0):
    """Batches of quotes and trades, each with the ``depth`` of its whole seconds.

    Parameters
    ----------
    frames : iterable of dict of str to frame
        As `kit.sources.synthetic.batches` yields them, an hour each.
    symbol : str
    seed : int
    """
    made = market(symbol)
    for batch in frames:
        if len(batch["quotes"]):
            yield batch | {"depth": depth(batch["quotes"], made, seed)}


def depth(quotes, made, seed=0):
    """The book at whole seconds, around the last quote at or before each, of quotes that lie within one hour."""
    time = quotes["time"].astype("int64").to_numpy()
    moments = np.arange(-(-time[0] // clock.SECOND), time[-1] // clock.SECOND + 1) * clock.SECOND
    last = quotes.iloc[joins.asof(moments, time, at_or_before=True)]
    bid, bid_size, ask, ask_size = (last[name].to_numpy() for name in ("bid", "bid_size", "ask", "ask_size"))
    mid, lean = (bid + ask) / 2, LEAN * (bid_size - ask_size) / (bid_size + ask_size)
    sizes = _sizes(made, seed, time[0] // clock.UNITS["h"])
    bids = _side(made, bid, bid_size, mid, lean, sizes[0], -1)
    asks = _side(made, ask, ask_size, mid, -lean, sizes[1], 1)
    return frame(moments, np.concatenate([bids, asks], axis=2))


def _sizes(made, seed, hour):
    """Mean-one sizes of the seats of both sides."""
    draw = np.random.default_rng(stream(seed, made.symbol, hour, "behind"))
    return draw.gamma(SHAPE, 1 / SHAPE, (2, SEATS))


def _side(made, touch, queue, mid, lean, sizes, away):
    """Price and size of one side's levels, shape (rows, levels, 2), the touch first; whole lots, none of them 0."""
    profile = Profile(made, float(mid.mean()))
    ticks, step = np.rint(touch * 10**made.decimals).astype("int64"), round(profile.step * 10**made.decimals)
    first = ticks // step if away < 0 else -(-ticks // step)
    first = np.where(first * step == ticks, first + away, first)
    seats = first[:, None] + away * np.arange(int(REACH / 100 * mid.max() / profile.step) + 2)
    price = seats * step / 10.0**made.decimals
    fading = 0.5 ** (np.abs(price / mid[:, None] - 1) * 100 / FADES)
    lots = np.ceil(made.depth * sizes[seats % SEATS] * (1 + lean[:, None] * fading))
    levels = np.stack([price, lots / 10.0**made.lot_decimals], axis=2)
    return np.concatenate([np.stack([touch, queue], axis=1)[:, None], levels], axis=1)
