"""The framework's factors as its sketch writes them, made to run: arguments and names supplied, retired calls mended.

What is wrong in them is left wrong (tests/defects says how); windows are rows, as there. Each is a callable of no
arguments, by the name it has in the framework. `vectorised` writes anew, in pandas, those that call Python row by row.
"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

WINDOWS = (5, 10, 20, 60, 120)
LEVELS = (0.1, 0.5, 1.0, 2.0)
ROW_BY_ROW = {"vol_clustering", "flow_persistence", "direction_persistence"}
"""Those that call a Python function on every window."""


def bars(frame) -> dict:
    """Items 6, 7, 9d, 10 and 15, of a frame of minute bars indexed by time."""
    close, volume, r = frame["close"], frame["volume"], frame["close"].pct_change()
    regime = lambda: (_vol(r) > _vol(r).rolling(252).median() + _vol(r).rolling(252).std()).astype(int)
    low = lambda: (_vol(r) < _vol(r).rolling(252).median() - _vol(r).rolling(252).std()).astype(int)
    vwap = lambda: (close * volume).rolling(20).sum() / volume.rolling(20).sum()
    hourly = lambda: r.groupby(r.index.hour).std()
    return _volatility(r) | {
        "time_of_day_vol": lambda: hourly() / hourly().mean(),
        "overnight_vol": lambda: _overnight(r).rolling(20).std() * np.sqrt(365),
        "intraday_vol": lambda: _intraday(r).rolling(20).std() * np.sqrt(365),
        "vol_ratio_day_night": lambda: _intraday(r).rolling(20).std() / _overnight(r).rolling(20).std(),
        "vol_clustering": lambda: r.rolling(20).apply(lambda x: x.autocorr()),
        "high_vol_regime": regime, "low_vol_regime": low,
        "regime_transition_prob": lambda: regime().diff().abs().rolling(60).mean(),
        "regime_momentum": lambda: regime().rolling(10).mean(),
        "vwap_deviation": lambda: (close - vwap()) / vwap(),
        "price_volume_corr": lambda: close.rolling(60).corr(volume),
        "volume_momentum": lambda: volume.pct_change(20),
        "relative_volume": lambda: volume / volume.rolling(20).mean(),
        "volume_dispersion": lambda: volume.rolling(20).std() / volume.rolling(20).mean(),
        "updown_volume_ratio": lambda: volume[r > 0].rolling(20).sum() / (volume[r < 0].rolling(20).sum() + 1e-10),
    }


def _volatility(r):
    made = {}
    for w in WINDOWS:
        made[f"rv_{w}d"] = lambda w=w: _vol(r, w)
        made[f"vol_mom_{w}d"] = lambda w=w: _vol(r, w).pct_change(w)
        made[f"vol_rev_{w}d"] = lambda w=w: (_vol(r, w) - _vol(r, w).rolling(2 * w).mean()) / _vol(r, w).rolling(
            2 * w).mean()
    return made


def _vol(r, w=20):
    return r.rolling(w).std() * np.sqrt(365)


def _overnight(r):
    return r.resample("D").first() / r.resample("D").last().shift(1) - 1


def _intraday(r):
    return r.resample("D").apply(lambda x: (x + 1).prod() - 1) - _overnight(r)


def seconds(frame) -> dict:
    """Items 11, 13, 14 and 18, of a frame of seconds indexed by time: quotes, one trade, price changes and sides."""
    bid, ask, price, volume, side = (frame[name] for name in ("bid", "ask", "price", "volume", "side"))
    mid = (bid + ask) / 2
    return _spread(bid, ask, mid) | _impact(price, volume, side) | _flow(price, mid, volume) | _ticks(price, bid, ask,
                                                                                                    mid)


def _spread(bid, ask, mid):
    spread = lambda: (ask - bid) / mid
    return {
        "bid_ask_spread": spread,
        "spread_momentum": lambda: spread().pct_change(60),
        "spread_volatility": lambda: spread().rolling(120).std(),
        "relative_spread": lambda: spread() / spread().rolling(1440).mean(),
        "liquidity_impact": lambda: mid.pct_change().rolling(60).corr(spread().shift(1)),
    }


def _impact(price, volume, side):
    temporary = lambda: price.diff() / np.sqrt(volume)
    return {
        "temporary_impact": temporary,
        "permanent_impact": lambda: (price.shift(-600) - price) / np.sqrt(volume),
        "impact_asymmetry": lambda: _asymmetry(temporary(), side),
        "vw_impact": lambda: (volume * temporary()).sum() / volume.sum(),
        "impact_momentum": lambda: temporary().rolling(20).mean().pct_change(10),
    }


def _asymmetry(impact, side):
    buy, sell = impact[side == 1].mean(), impact[side == -1].mean()
    return (buy - sell) / (buy + sell)


def _flow(price, mid, volume):
    signs = lambda: np.where(price > mid, 1, -1)
    flow = lambda: (signs() * volume).rolling(60).sum() / volume.rolling(60).sum()
    return {
        "order_flow_imbalance": flow,
        "flow_momentum": lambda: flow().rolling(20).mean().pct_change(10),
        "flow_persistence": lambda: flow().rolling(60).apply(lambda x: x.autocorr()),
        "institutional_flow": lambda: (signs() * volume * (volume > volume.rolling(1440).quantile(0.9))).rolling(
            60).sum(),
    }


def _ticks(price, bid, ask, mid):
    change, updates = lambda: price.diff(), lambda: bid.diff().abs() + ask.diff().abs()
    return {
        "tick_frequency": lambda: price.resample("1min").count(),
        "avg_tick_size": lambda: change()[change() != 0].abs().median(),
        "direction_persistence": lambda: np.sign(change()).rolling(100).apply(
            lambda x: (x[1:] == x[:-1]).mean(), raw=True),
        "quote_stuffing": lambda: (updates() > updates().rolling(1000).quantile(0.99)).rolling(100).sum(),
        "microstructure_noise": lambda: (2 * np.abs(price - mid)).rolling(100).std(),
    }


def depth(mid, bids, bid_sizes, asks, ask_sizes, index) -> dict:
    """Item 12, of books with a row a moment and a column a level; the sketch supposes that they were summed before."""
    made = {}
    for level in LEVELS:
        bid, ask = (lambda x=x, sizes=sizes, level=level: pd.Series(
            (sizes * (np.abs(x / mid[:, None] - 1) <= level / 100)).sum(axis=1), index)
            for x, sizes in ((bids, bid_sizes), (asks, ask_sizes)))
        total = lambda bid=bid, ask=ask: bid() + ask()
        made[f"total_depth_{level}pct"] = total
        made[f"depth_imbalance_{level}pct"] = lambda bid=bid, ask=ask, total=total: (bid() - ask()) / total()
        made[f"depth_momentum_{level}pct"] = lambda total=total: total().pct_change(10)
    return made


def venues(prices, volumes) -> dict:
    """Items 16 and 17, of a frame of prices and one of volumes, a column a venue."""
    share = lambda: volumes.div(volumes.sum(axis=1), axis=0)
    made = {"liquidity_concentration": lambda: (share() ** 2).sum(axis=1),
            "market_share_momentum": lambda: share().pct_change(20),
            "liquidity_stability": lambda: share().rolling(20).std(),
            "dominant_exchange": lambda: share().idxmax(axis=1)}
    for one, other in itertools.combinations(prices, 2):
        spread = lambda one=one, other=other: (prices[one] - prices[other]) / prices[one]
        made[f"spread_{one}_{other}"] = spread
        made[f"abs_spread_{one}_{other}"] = lambda spread=spread: np.abs(spread())
        made[f"spread_mom_{one}_{other}"] = lambda spread=spread: spread().rolling(10).mean().pct_change(5)
    for one in prices:
        made[f"leadership_{one}"] = lambda one=one: prices[one].rolling(20).corr(prices.mean(axis=1).shift(-1))
    return made


def vectorised(bar, second) -> dict:
    """Those of `ROW_BY_ROW` in whole columns of pandas."""
    r, directions = bar["close"].pct_change(), np.sign(second["price"].diff())
    flow = _flow(second["price"], (second["bid"] + second["ask"]) / 2, second["volume"])["order_flow_imbalance"]
    return {
        "vol_clustering": lambda: _autocorrelation(r, 20),
        "flow_persistence": lambda: _autocorrelation(flow(), 60),
        "direction_persistence": lambda: (directions == directions.shift()).rolling(99).mean(),
    }


def _autocorrelation(x: pd.Series, w):
    return x.rolling(w - 1).corr(x.shift(1))
