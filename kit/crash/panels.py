"""A stretch of a trader's day, side by side: price and fills, forecast and thresholds, position, gain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.crash.window import Event
from kit.kernels.joins import asof
from kit.refusal import Refusal
from kit.units import BP


@dataclass(frozen=True)
class Panel:
    """What a figure of one trader shows, on UTC seconds."""

    mid: pd.Series  #: price
    fills: pd.DataFrame  #: time, side, price
    forecast: pd.Series  #: bp
    threshold: pd.Series  #: bp
    held: pd.Series  #: notionals
    gain: pd.Series  #: since the stretch began, bp of the notional


def panel(replay, signal, stretch: Event) -> Panel:
    """A trader's replay over a stretch of it.

    Parameters
    ----------
    replay : kit.execution.Replay
    signal : kit.execution.Signal
        What the trader was told.
    stretch : Event

    Raises
    ------
    Refusal
        The replay does not cover any of it.
    """
    equity = replay.equity()
    equity = equity[stretch.covers(equity.index)]
    if len(equity) < 2:
        raise Refusal(f"no replay from {stretch}", remedy="a stretch inside the test folds")
    row = asof(equity.index.asi8, replay.market.quotes.time, at_or_before=True)
    mid = pd.Series((replay.market.quotes.bid[row] + replay.market.quotes.ask[row]) / 2, equity.index)
    told = stretch.covers(signal.time)
    when = pd.DatetimeIndex(signal.time[told].view("M8[ns]"), tz="UTC")
    level = np.broadcast_to(signal.threshold, len(told))[told]
    position = replay.position()[equity.index]
    return Panel(mid, replay.fills[stretch.covers(replay.fills["time"])], pd.Series(signal.value[told] * BP, when),
                 pd.Series(level * BP, when), position * mid / replay.notional,
                 (equity - equity.iloc[0]) / replay.notional * BP)
