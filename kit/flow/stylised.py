"""Markets of a few lines whose answers are known: what the estimators of this room find in them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS
from kit.clock import SECOND, utc
from kit.factor import compute
from kit.flow import impact, vpin

EXPONENT, DEPTH, LAMBDA, PER_BUCKET = 0.5, 100, 0.3, 20


def power_law(n, exponent=EXPONENT, noise=10.0, seed=0):
    """Orders of lognormal size, one a second, whose impact is size to the exponent and noise: size, impact, time."""
    rng = np.random.default_rng(seed)
    size = rng.lognormal(0.0, 1.5, n)
    return size, size**exponent + rng.normal(0.0, noise, n), np.arange(n) * SECOND


def book(n, depth=DEPTH, seed=0) -> pd.DataFrame:
    """Quotes of a book that holds `depth` at every price of a tick of 1: each event adds or takes one unit at a touch.

    A queue that is full sends what comes next to a better price; one that is empty uncovers the price behind it.

    References
    ----------
    Cont, Kukanov and Stoikov (2014), The price impact of order book events, section 2.1.
    """
    rng = np.random.default_rng(seed)
    event, at_bid = rng.choice([-1, 1], n), rng.random(n) < 0.5
    (bid, bid_size), (gap, ask_size) = (_queue(np.cumsum(event * mine), depth) for mine in (at_bid, ~at_bid))
    quotes = {"bid": 10_000.0 + bid, "bid_size": bid_size, "ask": 10_100.0 - gap, "ask_size": ask_size}
    return pd.DataFrame({"time": utc(np.arange(n) * SECOND // 100), **quotes})


def _queue(held, depth):
    """Price, in ticks, and queue of a side that holds so much in all."""
    price = -(-(held + depth) // depth) - 1
    return price, (held + depth - price * depth).astype(float)


def coin_flips(n, seed=0) -> pd.DataFrame:
    """Trades of one size, one a second, bought or sold by chance, at a price that walks by itself."""
    rng = np.random.default_rng(seed)
    price, side = 100.0 * np.exp(np.cumsum(rng.normal(0, 1e-4, n))), rng.choice([-1, 1], n)
    return pd.DataFrame({"time": utc(np.arange(n) * SECOND), "price": price, "size": 1.0, "side": side})


def recovered(seed=0, by=BLOCKS) -> pd.DataFrame:
    """Planted answers beside what is found: ``planted, value, low, high`` by what is asked."""
    sizes = impact.grouped(*power_law(40_000, seed=seed), by=by)
    curves = {"exponent of impact, least squares": impact.least_squares(sizes, by).exponent,
              "exponent of impact, binned means": impact.binned_means(sizes, by).exponent}
    rows = {name: (EXPONENT, score.value, score.low, score.high) for name, score in curves.items()}
    rng = np.random.default_rng(seed)
    flow = rng.normal(2, 1, 2000)
    rows["Kyle's lambda beside a drift of 0.1"] = LAMBDA, *impact.kyle(LAMBDA * flow + 0.1 + rng.normal(0, 0.5, 2000),
                                                                       flow).loc["lambda"]
    rows["ticks a unit of order flow, depth 100"] = 1 / (2 * DEPTH), *slope_of_book(seed)
    chance = vpin.against_null(*vpin.buckets(coin_flips(40_000, seed), PER_BUCKET), by=by).loc["true sides"]
    rows["VPIN of coin flips, 20 a bucket"] = vpin.coin_null(PER_BUCKET), *chance[["vpin", "vpin_low", "vpin_high"]]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["planted", "value", "low", "high"])


def slope_of_book(seed, events=1_000_000, period=10_000):
    """Move of the stylised book's mid, in ticks, for a unit of order flow: ``value, low, high``."""
    known = compute(book(events, seed=seed), "quote_ofi", "mid")
    flow = known["quote_ofi"].rolling(period).sum().iloc[period::period]
    moved = known["mid"].diff(period).iloc[period::period]
    return impact.kyle(moved.to_numpy(), flow.to_numpy()).loc["lambda"]
