"""What the mid did while quotes and trades pushed: order flow imbalance against the change of the price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, clock
from kit.bootstrap import BLOCKS, in_columns, mean
from kit.factor import compute
from kit.flow.impact import kyle
from kit.model.scores import pearson
from kit.refusal import Refusal

PUSHES = ("quotes", "trades")
FEWEST = 10
"""Periods that a quantile holds at least."""


def pushes(grid, tick, flow="10s") -> pd.DataFrame:
    r"""Moves of the mid beside what they should be if every level were as deep as the touch, :math:`F / 2 \bar D`.

    Parameters
    ----------
    grid : frame
        The 1-second grid (`kit.grid`).
    tick : float
        The price step.
    flow : str
        Length of a period, in whole seconds. Periods do not overlap.

    Returns
    -------
    pandas.DataFrame
        A row a period, by its UTC end, all in ticks: ``quotes`` (of the order flow imbalance of events), ``trades`` (of
        what takers bought less what they sold), ``moved``. Periods in which anything is missing are left out.

    References
    ----------
    Cont, Kukanov and Stoikov (2014), The price impact of order book events, sections 2 and 3.
    """
    rows = clock.duration(flow) // clock.SECOND
    known = backend.release(compute(grid, "normalised_ofi", "mid", flow=flow))
    grid = backend.release(grid).set_index(known.index)
    depth = (grid["bid_size"] + grid["ask_size"]).rolling(rows).mean()
    traded = (grid["buy_volume"] - grid["sell_volume"]).rolling(rows).sum()
    table = pd.DataFrame({"quotes": known["normalised_ofi"], "trades": traded / depth,
                          "moved": known["mid"].diff(rows) / tick})
    return table.iloc[rows::rows].dropna()


def slopes(table, by=BLOCKS) -> pd.DataFrame:
    """Moves of the mid regressed on each push: 1 where the book is as deep throughout as at the touch.

    Returns
    -------
    pandas.DataFrame
        A row of each of `PUSHES`: ``slope`` with ``slope_low``, ``slope_high`` (Newey and West, 95 %), ``r2`` with
        ``r2_low``, ``r2_high`` (bootstrap over blocks of time) and ``periods``.
    """
    return pd.DataFrame({push: _slope(table[push], table["moved"], by) for push in PUSHES}).T


def _slope(push, moved, by):
    x, y = push.to_numpy(), moved.to_numpy()
    fit = kyle(y, x).loc["lambda"]
    sums = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=1)
    r2 = by.score(lambda s: pearson(s) ** 2, sums, _time(push))
    return {"slope": fit["value"], "slope_low": fit["low"], "slope_high": fit["high"], **in_columns({"r2": r2}),
            "periods": len(x)}


def binned(table, push="quotes", bins=12, by=BLOCKS) -> pd.DataFrame:
    """Mean move by quantile of a push: ``push``, ``moved`` with ``moved_low`` and ``moved_high``, ``periods``.

    No more than `bins` quantiles, and none of fewer than `FEWEST` periods.
    """
    bins = max(1, min(bins, len(table) // FEWEST))
    edges = np.unique(table[push].quantile(np.linspace(0, 1, bins + 1)))
    if len(edges) < 2:
        raise Refusal("the push does not vary", column=push, remedy="a longer recording")
    which = np.clip(np.searchsorted(edges, table[push], side="right") - 1, 0, len(edges) - 2)
    parts = [table[which == k] for k in np.unique(which)]
    return pd.DataFrame([{"push": part[push].mean(), "periods": len(part),
                          **in_columns({"moved": mean(part["moved"], _time(part), by)})} for part in parts])


def _time(table):
    return backend.nanoseconds(table.index.to_series(), "periods")
