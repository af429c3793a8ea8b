"""How a price fell: how far, how fast, and how much of it came back."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from kit.refusal import Refusal
from kit.units import BP


class Fall(NamedTuple):
    """A price's way through an event; shares of the price, times in UTC, durations in seconds."""

    change: float  #: last price over the first, less 1
    drawdown: float  #: greatest loss from a running maximum, the first price included
    peak: pd.Timestamp  #: where that loss begins
    trough: pd.Timestamp  #: where it ends
    seconds: float  #: from peak to trough
    regained: float  #: share of the loss that came back by the end
    half_life: float  #: from the trough until half of the loss was back; NaN if it never was


def fall(price) -> Fall:
    """The greatest fall of a price.

    Parameters
    ----------
    price : pandas.Series
        Indexed by UTC time; NaN is left out.

    Raises
    ------
    Refusal
        No price, or one that is not positive.
    """
    price = price.dropna()
    if price.empty or not (price > 0).all():
        raise Refusal("no price, or one that is not positive", column=price.name, remedy="see kit.sources.doctor")
    values = price.to_numpy()
    top = np.maximum.accumulate(values)
    low = int(np.argmax(1 - values / top))
    high = int(np.argmax(values[:low + 1] == top[low]))
    lost = top[low] - values[low]
    later = values[low:] >= values[low] + lost / 2
    back = float((price.index[low + int(later.argmax())] - price.index[low]).total_seconds()) if later.any() else np.nan
    return Fall(change=values[-1] / values[0] - 1, drawdown=lost / top[low], peak=price.index[high],
                trough=price.index[low], seconds=(price.index[low] - price.index[high]).total_seconds(),
                regained=(values[-1] - values[low]) / lost if lost else np.nan, half_life=back if lost else np.nan)


def realised(price, every) -> float:
    """Realised volatility: root of the sum of squared log changes over steps of `every`, basis points.

    Parameters
    ----------
    price : pandas.Series
        Indexed by UTC time; the last one before each step counts.
    every : str
        As in pandas, for example ``"60s"``.
    """
    sampled = np.log(price.dropna().resample(every).last().ffill())
    return float(np.sqrt((sampled.diff() ** 2).sum()) * BP)
