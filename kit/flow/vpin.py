"""VPIN against what it would be if nobody knew anything: one-sidedness of equal volumes is never zero.

- Buckets are of whole orders and of about equal volume, as large as so many of the first orders on average: nothing is
  chosen with later volume.
- Where orders of one size are on either side by chance, n of them leave an imbalance of about sqrt(2 / (pi n)): what
  counts is the excess over it. Bulk classification leaves 1/2 for normal price changes, whatever n is.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, in_columns, quotient
from kit.flow.classify import bulk
from kit.refusal import Refusal
from kit.sampling import orders, volume_bars

BULK_NULL = 0.5
"""Mean of :math:`|2 \\Phi(Z) - 1|` of a normal Z."""


def coin_null(n) -> float:
    r"""Mean imbalance of n orders of one size whose sides are coin flips, about :math:`\sqrt{2 / (\pi n)}`.

    .. math:: \mathrm E|B - S| / n = \binom{n - 1}{\lfloor (n - 1) / 2 \rfloor} 2^{1 - n}
    """
    return math.comb(n - 1, (n - 1) // 2) / 2 ** (n - 1)


def buckets(trades, per_bucket=20, first=500):
    """Bars of equal volume, of the orders behind the first ones.

    Parameters
    ----------
    trades : frame
        See `kit.columns`; prints of unknown side are left out.
    per_bucket : int
        A bucket's volume, in mean sizes of the first orders.
    first : int
        How many orders the mean is of.

    Returns
    -------
    (frame, frame)
        The bars (`kit.sampling.volume_bars`), whose ``n_trades`` are orders, and these orders.

    Raises
    ------
    Refusal
        There are no more than the first orders.
    """
    placed = backend.release(orders(trades))
    if len(placed) <= first:
        raise Refusal(f"{len(placed)} orders are not more than the first {first}", remedy="fewer first, more trades")
    later = placed.iloc[first:].reset_index(drop=True)
    bars = volume_bars(later, per_bucket * placed["size"].iloc[:first].mean())
    return bars, later.iloc[:int(bars["n_trades"].sum())]


def against_null(bars, placed, memory=50, draws=199, seed=0, by=BLOCKS) -> pd.DataFrame:
    """One-sidedness of buckets, what chance would make it, and the excess, each with its interval over blocks of time.

    Parameters
    ----------
    bars, placed : frame
        As `buckets` returns them.
    memory : int
        Buckets of the trailing standard deviation of bulk classification.
    draws : int
        How often every order gets a random side, at its own size, for the null of true sides.

    Returns
    -------
    pandas.DataFrame
        Rows ``true sides`` and ``bulk``: ``vpin, null, excess`` with ``_low`` and ``_high``, and ``buckets``.
    """
    volume, change = bars["volume"].to_numpy(), bars["close"].diff()
    imbalance = np.abs(2 * bars["buy_volume"].to_numpy() - volume)
    guessed = np.abs(2 * bulk(change, change.rolling(memory).std()).to_numpy() - 1) * volume
    nulls = {"true sides": (imbalance, _drawn(bars, placed, draws, seed)), "bulk": (guessed, BULK_NULL * volume)}
    time = backend.nanoseconds(bars["time"], "bars")
    return pd.DataFrame({name: _row(found, null, volume, time, by) for name, (found, null) in nulls.items()}).T


def _drawn(bars, placed, draws, seed):
    """Mean absolute imbalance of each bar where sides are drawn anew."""
    rng, size = np.random.default_rng(seed), placed["size"].to_numpy()
    begins = np.concatenate([[0], np.cumsum(bars["n_trades"].to_numpy().astype(int))[:-1]])
    return np.mean([np.abs(np.add.reduceat(rng.choice([-1.0, 1.0], len(size)) * size, begins)) for _ in range(draws)],
                   axis=0)


def _row(found, null, volume, time, by):
    """Scores of the buckets that are known; missing where none is."""
    known = np.isfinite(found)
    parts = {"vpin": found, "null": null, "excess": found - null}
    if not known.any():
        return dict.fromkeys((name + end for name in parts for end in ("", "_low", "_high")), np.nan) | {"buckets": 0}
    scores = {name: quotient(part[known], volume[known], time[known], by) for name, part in parts.items()}
    return in_columns(scores) | {"buckets": int(known.sum())}


def of_time_bars(bars, volume, window=50, memory=50) -> pd.DataFrame:
    """VPIN as it was first computed: time bars are classified in bulk and poured into buckets of equal volume.

    A bar that does not fit is split between buckets in proportion. The last bucket, if it is not full, is left out.

    Parameters
    ----------
    bars : frame
        Of equal duration, as `kit.sampling.bars` makes them.
    volume : float
        Of a bucket.
    window, memory : int
        Buckets of VPIN, and bars of the standard deviation of price changes.

    Returns
    -------
    pandas.DataFrame
        A row a bucket: ``time`` (the bar with which it is full), ``buy_volume``, ``vpin`` (NaN in the first ones).

    References
    ----------
    Easley, López de Prado and O'Hara (2012), Flow toxicity and liquidity in a high-frequency world.
    """
    bars = backend.release(bars)
    change = bars["close"].diff()
    share = bulk(change, change.rolling(memory).std())
    bars, share = bars[share.notna()], share.dropna()
    filled = np.concatenate([[0.0], bars["volume"].cumsum()])
    bought = np.concatenate([[0.0], (share * bars["volume"]).cumsum()])
    edges = np.arange(int(filled[-1] // volume) + 1) * volume
    buy = pd.Series(np.diff(np.interp(edges, filled, bought)))
    full = np.searchsorted(filled, edges[1:]) - 1
    return pd.DataFrame({"time": bars["time"].to_numpy()[full], "buy_volume": buy,
                         "vpin": (2 * buy - volume).abs().rolling(window).mean() / volume})
