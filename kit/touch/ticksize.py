"""Relative tick and what imbalance is worth: the paper's Figure 5, with what a handful of assets can say of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from kit import backend
from kit.bootstrap import BLOCKS, Score, mean
from kit.clock import utc
from kit.refusal import Refusal
from kit.sources.synthetic.market import market
from kit.units import BP

EXACT = 8
"""Assets up to which every order of them is looked at: 8! = 40,320."""
FEWEST = 3
"""Assets below which nothing is said of their order."""
DRAWS = 9999
"""Orders drawn at random where there are more assets."""
FEATURE = "l1_imbalance"


class Step(NamedTuple):
    """A price step, and where it is known from."""

    tick: float  #: price
    source: str


def price_step(recording, until=None, rule="smallest") -> Step:
    """Tick of a recording: the embedded market states its own, others are measured on the quotes before a time.

    Parameters
    ----------
    recording : kit.sources.datasets.Recording
    until : UTC timestamp, optional
        Quotes from here on are not looked at.
    rule : str
        ``"smallest"`` distance between two quoted prices, or ``"modal"``, the most frequent change of a best price:
        how far the touch goes in practice where the grid is finer than anyone uses.

    Raises
    ------
    Refusal
        Unknown rule, or fewer than two prices were quoted.
    """
    if rule not in ("smallest", "modal"):
        raise Refusal(f"{rule!r} is no rule for a tick", remedy="smallest or modal")
    if recording.synthetic and rule == "smallest":
        return Step(market(recording.symbol).tick, "stated by the embedded market")
    quotes = recording.quotes if until is None else recording.quotes[recording.quotes["time"] < until]
    sides = [backend.host(backend.array(quotes[side])) for side in ("bid", "ask")]
    steps = np.diff(np.unique(np.concatenate(sides))) if rule == "smallest" else np.abs(np.concatenate(
        [np.diff(side) for side in sides]))
    steps = np.array([float(f"{step:.6g}") for step in steps[steps > 1e-9 * sides[0].mean()]])
    if not len(steps):
        raise Refusal("fewer than two prices were quoted", file="quotes", remedy="take a longer recording")
    values, counts = np.unique(steps, return_counts=True)
    chosen = values[0] if rule == "smallest" else values[counts.argmax()]
    return Step(float(chosen), f"{rule} step of {len(quotes):,} training quotes")


def high_quantile(values, time, q=0.95, by=BLOCKS) -> Score:
    """Quantile of rows, with the interval that the bootstrap of the share below it implies (Woodruff 1952).

    Parameters
    ----------
    values : array, shape (n,)
    time : array of int64, shape (n,)
        Nanoseconds since the epoch.
    q : float
    by : Bootstrap
    """
    value = float(np.quantile(values, q))
    share = mean(values <= value, time, by)
    low, high = (np.nan if np.isnan(end) else float(np.quantile(values, end)) for end in (share.low, share.high))
    return Score(value, low, high, share.n, f"Woodruff's interval from the share below: {share.method}")


def by_fold(studies, q=0.95, rule="smallest", by=BLOCKS) -> pd.DataFrame:
    """Relative tick and high quantile of the imbalance's absolute SHAP value, a row an asset and fold.

    Parameters
    ----------
    studies : dict of str to kit.study.Study
    q : float
        The paper says "upper quantile" and not which.
    rule : str
        As `price_step` takes it.
    by : Bootstrap

    Returns
    -------
    pandas.DataFrame
        Indexed by asset and fold: ``tick`` and ``relative_tick_bp`` (of the mean mid of the training seconds),
        ``source`` of the tick, ``shap_bp`` with ``_low`` and ``_high``, ``sigma_bp`` (standard deviation of training
        returns), ``shap_sigma`` (the quantile in units of it) with ``_low`` and ``_high``, ``planted_bp``: the same
        quantile of the planted response to the same rows' imbalances, NaN where nothing was planted.
    """
    rows = {}
    for name, study in studies.items():
        for k in np.unique(study.explanation.fold):
            fold, mine = study.oof.folds[k], study.explanation.fold == k
            rows[name, k] = _tick(study, fold, rule) | _shap(study, mine, q, by)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["asset", "fold"])


def by_asset(studies, q=0.95, rule="smallest", by=BLOCKS) -> pd.DataFrame:
    """As `by_fold`, of all folds together: a row an asset, ticks and prices as their mean over folds."""
    rows = {}
    for name, study in studies.items():
        ticks = pd.DataFrame([_tick(study, fold, rule) for fold in study.oof.folds])
        prices = ticks[["tick", "relative_tick_bp"]].mean().to_dict() | {"source": ticks["source"].iloc[-1]}
        rows[name] = prices | _shap(study, slice(None), q, by)
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("asset")


def _tick(study, fold, rule):
    start, end = utc([fold.train_start, fold.train_end])
    step = price_step(study.recording, end, rule)
    grid = backend.release(study.grid[["time", "bid", "ask"]])
    training = grid[grid["time"].between(start, end)]
    price = float((training["bid"] + training["ask"]).mean() / 2)
    return {"tick": step.tick, "relative_tick_bp": BP * step.tick / price, "source": step.source}


def _shap(study, rows, q, by):
    explanation, j = study.explanation, study.explanation.features.index(FEATURE)
    phi, sigma = np.abs(explanation.values[rows, j]), explanation.sigma[rows]
    raw = high_quantile(BP * phi, explanation.time[rows], q, by)
    scaled = high_quantile(phi / sigma, explanation.time[rows], q, by)
    planted, x = study.recording.planted, explanation.data[rows, j]
    answer = np.nanquantile(np.abs(planted.response(x)), q) if planted is not None else np.nan
    return {"shap_bp": raw.value, "shap_bp_low": raw.low, "shap_bp_high": raw.high, "sigma_bp": BP * sigma.mean(),
            "shap_sigma": scaled.value, "shap_sigma_low": scaled.low, "shap_sigma_high": scaled.high,
            "planted_bp": float(answer)}


@dataclass(frozen=True)
class Association:
    """A rank correlation over assets, and how often chance orders them as well."""

    rho: float
    p: float  #: one-sided, of a rho this large or larger
    least: float  #: smallest p that so many assets can give
    n: int
    method: str
    error: float  #: Monte Carlo standard error of `p`; 0 where every order was looked at

    def __str__(self):
        return f"rank correlation {self.rho:.2f} over {self.n} assets, one-sided p = {self.p:.3g} ({self.method})"


def association(x, y, given=None, seed=0) -> Association:
    """Spearman's rank correlation over assets, by permutation, one-sided: does y grow with x?

    - With n assets no p can be below 1 / n!: 1 / 120 of five.
    - Up to `EXACT` assets every order is looked at, of more `DRAWS` at random.
    - `given` a third quantity, ranks are taken less their regression on its ranks, and what is left of y is permuted
      (Freedman and Lane 1983);
      NaN where nothing is left of x or y.
    - Assets are taken for exchangeable: which were chosen is not in the p.

    Parameters
    ----------
    x, y : array, shape (n,)
        At least `FEWEST` assets.
    given : array, shape (n,), optional
        For instance the volatility.
    seed : int
        Of the random orders.

    Raises
    ------
    Refusal
        Fewer than `FEWEST` assets, or one of the quantities does not vary.
    """
    x, y = _ranks(x, given), _ranks(y, given)
    n, exact = len(x), len(x) <= EXACT
    orders = math.factorial(n) if exact else DRAWS
    least = 1 / orders if exact else 1 / (orders + 1)
    if not (x.any() and y.any()):
        return Association(math.nan, math.nan, least, n, "undefined: one order is that of what is given", 0.0)
    test = stats.permutation_test((y,), lambda y, axis: _correlation(x, y, axis), permutation_type="pairings",
                                  vectorized=True, alternative="greater", n_resamples=orders,
                                  rng=np.random.default_rng(seed))
    p = float(test.pvalue)
    method = f"exact over {orders:,} orders" if exact else f"{orders:,} random orders, seed {seed}"
    return Association(float(test.statistic), p, least, n, method, 0.0 if exact else math.sqrt(p * (1 - p) / orders))


def associate(table, column, given=None) -> Association | None:
    """Association of the relative tick with a column of `by_asset`; None of fewer assets than can be ordered.

    Parameters
    ----------
    table : pandas.DataFrame
    column : str
    given : str, optional
        Column to hold fixed.
    """
    if len(table) < FEWEST:
        return None
    return association(table["relative_tick_bp"], table[column], None if given is None else table[given])


def _ranks(values, given):
    """Centred ranks, ties averaged; what is left of them, `given` those of another quantity."""
    ranks = stats.rankdata(values) - (len(values) + 1) / 2
    if len(ranks) < FEWEST:
        raise Refusal(f"{len(ranks)} assets", remedy=f"an order of fewer than {FEWEST} says nothing")
    if not ranks.any():
        raise Refusal("ranks that do not vary", remedy="take assets that differ")
    if given is not None:
        other = stats.rankdata(given) - (len(given) + 1) / 2
        ranks = ranks - other * (ranks @ other) / (other @ other)
        ranks[np.abs(ranks) < 1e-9] = 0
    return ranks


def _correlation(x, y, axis):
    return (x * y).sum(axis=axis) / np.sqrt((x**2).sum(axis=axis) * (y**2).sum(axis=axis))
