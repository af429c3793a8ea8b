"""W2 as a whole: the framework's factors on a day of seconds and on a million minute bars, against its own code.

Ours are the corrected definitions, over windows of the same number of rows, each by itself from the raw columns; so are
the peers: the framework's sketch made to run, and the same with its Python functions of windows written in whole
columns. Where a definition was right, ours is its answer to 1e-6, or the bench stops.

- Depth: books of 20 levels are summed by both, for the sketch by NumPy.
- Leadership: ours is an information share, the sketch's a correlation.
- Sketches that call Python window by window are timed on a part of the rows, and scaled.
"""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from bench import peer_framework as sketch
from bench.compare import WIDTH, interleaved
from kit import clock
from kit.columns import Bars, Depth, Matched, Quotes, Seconds, Trades, Venues
from kit.factor import evaluate, find

SLICE = 3000
BOOK = 20
NAMES = ("a", "b", "c")
SAME = {"vwap_deviation", "volume_momentum", "relative_volume", "volume_dispersion", "bid_ask_spread",
        "spread_momentum", "total_depth_0.5pct", "depth_momentum_0.5pct", "liquidity_concentration"}
"""Where the framework's definition was right."""


def market(n, step):
    """Columns that every table is made of: a walk of prices with its quotes, sizes and sides, a row every `step`."""
    rng = np.random.default_rng(0)
    time = 1_700_006_400 * clock.SECOND + np.arange(1, n + 1) * step
    mid = 60_000 * np.exp(np.cumsum(rng.normal(0, 1e-5, n)))
    half, side = rng.choice([0.05, 0.05, 0.1], n), rng.choice([-1, 1], n)
    return {"time": time, "mid": mid, "bid": mid - half, "ask": mid + half, "side": side.astype(np.int8),
            "price": mid + side * half, "volume": rng.lognormal(0, 1, n), "rng": rng}


def bars(n):
    """Ours and the framework's minute bars."""
    m = market(n, 60 * clock.SECOND)
    close, volume = m["mid"], m["volume"]
    ours = Bars(m["time"], close, close + 1, close - 1, close, volume, close * volume, volume * 0 + 9, volume / 2)
    return {"bars": ours}, pd.DataFrame({"close": close, "volume": volume}, index=_index(m))


def day(n):
    """Ours and the framework's tables of seconds: quotes, trades, the grid, books, and three venues."""
    m = market(n, clock.SECOND)
    one, size, volume, buys = np.ones(n), m["volume"] + 1, m["volume"], m["side"] > 0
    paid = m["price"] * volume
    touch = (m["bid"], size, m["ask"], size)
    away = m["mid"][:, None] * np.linspace(1e-5, 0.025, BOOK)
    book = Depth(m["time"], m["mid"][:, None] - away, size[:, None] * one[:BOOK], m["mid"][:, None] + away,
                 size[:, None] * one[:BOOK])
    price = m["mid"][:, None] + m["rng"].normal(0, 0.2, (n, len(NAMES)))
    traded = m["rng"].lognormal(0, 1, (n, len(NAMES)))
    ours = {"quotes": Quotes(m["time"], *touch), "trades": Trades(m["time"], m["price"], volume, m["side"]),
            "seconds": Seconds(m["time"], *touch, one, volume, volume * buys, volume * ~buys, paid, paid * buys,
                               paid * ~buys, volume**2, 0 * one, 5 * one, one, m["ask"] - m["bid"]),
            "matched": Matched(m["time"], m["price"], volume, m["side"], *touch), "depth": book,
            "venues": Venues(m["time"], price, price - 0.05, price + 0.05, traded, 0 * price)}
    frames = (pd.DataFrame({name: m[name] for name in ("bid", "ask", "price", "volume", "side")}, index=_index(m)),
              *(pd.DataFrame(x, columns=NAMES, index=_index(m)) for x in (price, traded)))
    return ours, frames


def _index(m):
    return pd.DatetimeIndex(m["time"].view("M8[ns]"), tz="UTC")


def of_bars():
    """Our factor and its parameters for each of the framework's names on bars: a day of theirs is a row, a minute."""
    regime = {"vol": "20min", "reference": "252min"}
    made = {f"{name}_{w}d": (name, {"window": f"{w}min"}) for w in sketch.WINDOWS for name in ("rv", "vol_mom",
                                                                                             "vol_rev")}
    made |= {name: (name, {}) for name in ("time_of_day_vol", "overnight_vol", "intraday_vol", "vol_ratio_day_night")}
    made |= {"vol_clustering": ("vol_clustering", {"window": "20min"})}
    made |= {name: (name, regime) for name in ("high_vol_regime", "low_vol_regime")}
    made |= {"regime_transition_prob": ("regime_transition_prob", regime | {"switches": "60min"}),
             "regime_momentum": ("regime_momentum", regime | {"recent": "10min"})}
    return made | {name: (name, {}) for name in ("vwap_deviation", "price_volume_corr", "volume_momentum",
                                                 "relative_volume", "volume_dispersion", "updown_volume_ratio")}


def of_seconds():
    """The same on seconds."""
    made = {"bid_ask_spread": ("spread", {}), "spread_momentum": ("spread_momentum", {"window": "60s"}),
            "spread_volatility": ("spread_volatility", {"window": "120s"}),
            "relative_spread": ("relative_spread", {"window": "1440s"}),
            "liquidity_impact": ("liquidity_impact", {"window": "60s"}),
            "impact_momentum": ("impact_momentum", {"smooth": "20s", "change": "10s"}),
            "flow_momentum": ("flow_momentum", {}), "flow_persistence": ("flow_persistence", {"window": "60s"}),
            "order_flow_imbalance": ("order_flow_imbalance", {"flow": "60s"}),
            "institutional_flow": ("institutional_flow", {"memory": "1440s"})}
    return made | {name: (name, {}) for name in (
        "temporary_impact", "permanent_impact", "impact_asymmetry", "vw_impact", "tick_frequency", "avg_tick_size",
        "direction_persistence", "quote_stuffing", "microstructure_noise")}


def of_depth():
    """The same of books."""
    return {f"{name}_{level}pct": (f"{name}_{level}pct", {}) for level in sketch.LEVELS
            for name in ("total_depth", "depth_imbalance", "depth_momentum")}


def of_venues():
    """The same of venues; what the framework answers for all venues at once is asked of each."""
    pairs = [(i, j) for i in range(len(NAMES)) for j in range(i + 1, len(NAMES))]
    made = {name.format(a=NAMES[i], b=NAMES[j]): (name, {"a": i, "b": j} | more) for i, j in pairs for name, more in (
        ("spread_{a}_{b}", {}), ("abs_spread_{a}_{b}", {}), ("spread_mom_{a}_{b}", {"smooth": "10s", "change": "5s"}))}
    made |= {f"leadership_{one}": ("leadership_{a}", {"a": i, "window": "1h"}) for i, one in enumerate(NAMES)}
    each = [{"a": i, "window": "1s"} for i in range(len(NAMES))]
    return made | {"liquidity_concentration": ("liquidity_concentration", {"window": "1s"}),
                   "market_share_momentum": ("market_share_momentum_{a}", [one | {"change": "20s"} for one in each]),
                   "liquidity_stability": ("liquidity_stability_{a}", [one | {"over": "20s"} for one in each]),
                   "dominant_exchange": ("dominant_exchange", {"window": "1s"})}


def asked(name, parameters, tables):
    """Our factor as a callable of no arguments; of a list of parameters, one answer each."""
    f = find(name)
    table = tables[f.inputs[0]]
    if isinstance(parameters, list):
        return lambda: [evaluate(f, table, **one) for one in parameters]
    return lambda: evaluate(f, table, **parameters)


def timed(ours, tables, framework, part, vectorised, repeat):
    """Seconds by factor: ours, the framework's, and the framework's without Python row by row.

    `part` has the framework's callables on the first `SLICE` rows, for those that are timed there and scaled.
    """
    rows = {}
    for name, (own, parameters) in ours.items():
        scaled = name in sketch.ROW_BY_ROW
        peers = {"ours": asked(own, parameters, tables), "framework": (part if scaled else framework)[name],
                 "pandas": vectorised.get(name, framework[name])}
        if name in SAME:
            agree(name, peers)
        with np.errstate(invalid="ignore", divide="ignore"):
            taken = interleaved(peers if scaled else {k: peers[k] for k in ("ours", "framework")}, repeat)[0]
        times = next(iter(tables.values())).time.shape[0] / SLICE if scaled else 1
        rows[name] = {"ours": taken["ours"], "framework": taken["framework"] * times,
                      "pandas": taken.get("pandas", taken["framework"])}
    return pd.DataFrame.from_dict(rows, orient="index")


def agree(name, peers):
    """Stop unless ours is the framework's answer, once its windows are full."""
    own, theirs = (np.asarray(peers[who](), dtype=float)[1500:] for who in ("ours", "framework"))
    assert np.nanmax(np.abs(own - theirs)) <= 1e-6 * np.nanmax(np.abs(theirs)), f"{name} disagrees"


def show(title, table):
    """Ratios by factor, and of the sums."""
    page = Table("", "ours", "the framework's code", "vectorised pandas", title=title, box=SIMPLE)
    for name, row in [*table.iterrows(), ("all together", table.sum())]:
        ratios = (f"{row[peer] / row['ours']:,.1f} x" for peer in ("framework", "pandas"))
        page.add_row(name, f"{row['ours'] * 1e3:,.4g} ms", *ratios, style="bold" if name == "all together" else None)
    Console(width=WIDTH).print(page)


def main(minutes=1_000_000, seconds=86_400, repeat=3) -> None:
    tables, bar = bars(minutes)
    held, (second, prices, volumes) = day(seconds)
    quick = sketch.vectorised(bar, second)
    part = sketch.bars(bar[:SLICE]) | sketch.seconds(second[:SLICE])
    by_bars = timed(of_bars(), tables, sketch.bars(bar), part, quick, repeat)
    show(f"{minutes:,} minute bars", by_bars)
    book = held["depth"]
    framework = sketch.seconds(second) | sketch.venues(prices, volumes) | sketch.depth(
        (book.bids[:, 0] + book.asks[:, 0]) / 2, *book[1:], second.index)
    by_seconds = timed(of_seconds() | of_depth() | of_venues(), held, framework, part, quick, repeat)
    show(f"{seconds:,} seconds", by_seconds)
    show("everything", pd.DataFrame({"on bars": by_bars.sum(), "on seconds": by_seconds.sum()}).T)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
