"""What weights decided at one close earn from the next fill on: daily rules, with delay and costs.

- A weight that is decided at the close of a bar, from what was known then, is filled at a price of the next bar: its
  close, or its open where the market was closed between. In one that never closes the next open is the price that
  decided it, and a fill there is one without any delay.
- Every change of weight pays `cost`, which stands for fees, half the spread and slippage together.
- Weights are shares of the capital; they are not drifted between rebalancings.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import stats

from kit.bootstrap import Score, ratio
from kit.clock import YEAR, duration
from kit.evaluate import paths
from kit.evaluate.performance import SHORTEST
from kit.evaluate.resample import ROWS, without_interval
from kit.evaluate.sharpe import deflated_sharpe, sharpe_ratio
from kit.refusal import Refusal
from kit.units import BP

COST = 10.0
"""Basis points of every change of weight: a taker's fee of 5, and as much for spread and slippage."""


def earned(weights, fills, cost=COST) -> pd.DataFrame:
    """Returns of a rule, period by period.

    Parameters
    ----------
    weights : pandas.DataFrame, shape (bars, assets)
        Decided at the close of each bar; missing is no position.
    fills : pandas.DataFrame, shape (bars, assets)
        Price at which a decision of the bar before is filled: the bar's open, or its close.
    cost : float
        Basis points of every change of weight.

    Returns
    -------
    pandas.DataFrame
        By bar: ``gross``, ``net``, and ``traded``, the sum of changes of weight. The return of a bar runs from its fill
        to that of the next bar; the last bar, whose return is not known, is left out.
    """
    if not weights.index.equals(fills.index):
        raise Refusal("weights and fills are of other bars", remedy="give both on one index")
    held = weights.fillna(0.0).shift(1, fill_value=0.0)
    ahead = fills.shift(-1) / fills - 1
    if (held.ne(0) & ahead.isna()).iloc[:-1].to_numpy().any():
        raise Refusal("a weight where there is no price", file="fills", remedy="give no weight to what cannot be had")
    traded = (held - held.shift(1, fill_value=0.0)).abs().sum(axis=1)
    gross = (held * ahead.fillna(0.0)).sum(axis=1)
    return pd.DataFrame({"gross": gross, "net": gross - cost / BP * traded, "traded": traded}).iloc[:-1]


def measures(table, market, every="1d", trials=1, variance=0.0, by=ROWS) -> pd.DataFrame:
    """What is said of a strategy: return, Sharpe ratio, drawdown, correlation to the market, turnover; with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        As `earned` returns.
    market : pandas.Series
        Returns of the market over the same bars.
    every : str
        Length of a bar.
    trials, variance : float
        Of the deflated Sharpe ratio: independent trials, and the variance of their ratios per bar.
    by : kit.evaluate.resample.Resample

    Returns
    -------
    pandas.DataFrame
        A row a measure, ``value, low, high``: ``annual_return`` (compounded), ``sharpe`` (arithmetic, a year),
        ``max_drawdown``, ``correlation_to_market``, ``turnover`` (multiples of the capital a year), ``stress``
        (correlation to the market over its worst twentieth of bars), ``deflated_sharpe`` (a probability). All but the
        last are missing of less than a week.
    """
    x = np.stack([table["net"], table["traded"], market.reindex(table.index)], axis=1)
    x = x[np.isfinite(x).all(axis=1)]
    rows, method = by.draw(x[:, 0])
    values, drawn = (_said(some, duration(every)) for some in (x[None], x[rows]))
    scores = {name: by.interval(float(value[0]), drawn[name], len(x), method) for name, value in values.items()}
    net = x[:, 0]
    if len(x) * duration(every) < duration(SHORTEST):
        why = f"{len(x)} bars are too short to annualise, {SHORTEST} is the least"
        scores = {name: without_interval(replace(one, value=np.nan), why) for name, one in scores.items()}
    luck = deflated_sharpe(float(sharpe_ratio(net)), variance, trials, len(x), stats.skew(net),
                           stats.kurtosis(net, fisher=False))
    scores["deflated_sharpe"] = Score(luck, np.nan, np.nan, len(x), f"{trials} independent trials")
    return pd.DataFrame({name: (one.value, one.low, one.high) for name, one in scores.items()},
                        ["value", "low", "high"]).T


STRESS = 0.05
"""Share of bars, those of the market's worst returns, that are called stress."""


def _said(x, step):
    """Measures by name, shape (draws,) each, of net returns, trading and market returns, shape (draws, n, 3)."""
    net, traded, market = np.moveaxis(x, -1, 0)
    curve, clock = paths.rebuilt(1.0, net, False), step * np.arange(net.shape[-1] + 1)
    found = paths.measures(curve, clock, YEAR / step, 1.0, True)
    worst = np.argsort(market, axis=-1)[:, :max(3, int(STRESS * market.shape[-1]))]
    stress = _correlation(*(np.take_along_axis(one, worst, axis=-1) for one in (net, market)))
    return {"annual_return": found["ARC"], "sharpe": found["Sharpe"], "max_drawdown": found["MDD"],
            "correlation_to_market": _correlation(net, market), "turnover": YEAR / step * traded.mean(axis=-1),
            "stress": stress}


def _correlation(x, y):
    x, y = (one - one.mean(axis=-1, keepdims=True) for one in (x, y))
    return ratio((x * y).sum(axis=-1), np.sqrt((x * x).sum(axis=-1) * (y * y).sum(axis=-1)))
