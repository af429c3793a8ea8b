"""The same crash under other rules and other crowds: experiments on the embedded market, seed by seed.

They are experiments on a model, not evidence about a market:

- The fall is planned. What it does to traders, and what they add to it, is what a lever can change.
- Nobody learns of a rule: no liquidity leaves because it may be halted, or must rest.
- The herd follows the book by construction. That it amplifies is an assumption made visible; by how much, at which
  size, in which part of the day, and what a halt does about it, are the results.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kit import clock
from kit.crash.path import fall, realised
from kit.crash.window import stamps
from kit.kernels.joins import asof
from kit.refusal import Refusal
from kit.sources import synthetic
from kit.sources.synthetic import Levers, Market
from kit.units import BP

PLAIN = "as it is"
CALM = pd.Timedelta("2h")  # before the event, in which a halt is a false alarm
HALT = {"imbalance": 0.5, "halt": 120.0}
BAND = {"band": 0.01, "halt": 120.0}
RELATIVE = ("volatility_1s_bp", "volatility_60s_bp", "spread_bp", "depth")
"""Measures that are above 0 and vary in proportion."""
HERDS = (0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Scenario:
    """A market and the rules in force."""

    market: Market
    levers: Levers = Levers()


def policies(symbol) -> dict[str, Scenario]:
    """The levers that the paper discusses, one at a time; `symbol` is one of the embedded market's."""
    usual = synthetic.market(symbol)
    rules = {"halt on imbalance": HALT, "halt on a 1 % move": BAND, "orders rest 1 s": {"rest": 1.0}}
    coarser = {"tick x 10": Scenario(usual.with_tick(usual.decimals - 1))} if usual.gap >= 10 else {}
    finer = {"tick / 10": Scenario(usual.with_tick(usual.decimals + 1))}
    return {PLAIN: Scenario(usual)} | coarser | finer | _under(usual, rules)


def halts(symbol, herd) -> dict[str, Scenario]:
    """The halts again, in a market with a herd of that size (`kit.sources.synthetic.Levers`)."""
    usual, crowd = synthetic.market(symbol), {"herd": herd}
    rules = {f"herd {herd:g}": crowd, f"herd {herd:g} + halt on imbalance": HALT | crowd,
             f"herd {herd:g} + halt on a 1 % move": BAND | crowd}
    return {PLAIN: Scenario(usual)} | _under(usual, rules)


def _under(market, rules):
    return {name: Scenario(market, Levers(**rule)) for name, rule in rules.items()}


def herds(symbol, sizes=HERDS) -> dict[str, Scenario]:
    """Herds of growing size, from none."""
    usual = synthetic.market(symbol)
    return {PLAIN: Scenario(usual)} | _under(usual, {f"herd {size:g}": {"herd": size} for size in sizes})


def sizes(scenarios) -> dict[str, float]:
    """The herd of each scenario."""
    return {name: scenario.levers.herd for name, scenario in scenarios.items()}


def experiment(scenarios, event, seeds=5) -> pd.DataFrame:
    """Play each scenario in each of several worlds.

    Parameters
    ----------
    scenarios : dict of str to Scenario
    event : Event
        The crash is that of its day; measures are taken inside it.
    seeds : int
        Worlds 0 to seeds - 1.

    Returns
    -------
    pandas.DataFrame
        Indexed by scenario and seed; columns as `measures` names them, and ``false_halt_s``, time halted in the two
        hours before the event.
    """
    runs = list(itertools.product(scenarios, range(seeds)))
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the market's kernel releases the interpreter
        rows = list(pool.map(lambda run: _played(scenarios[run[0]], event, run[1]), runs))
    return pd.DataFrame(rows, index=pd.MultiIndex.from_tuples(runs, names=["scenario", "seed"]))


def _played(scenario, event, seed):
    day = f"{event.first:%Y-%m-%d}"
    tables = synthetic.generate(scenario.market, event.first - CALM, event.end, seed=seed, crash=day,
                                levers=scenario.levers)
    quotes, trades = (tables[kind] for kind in ("quotes", "trades"))
    calm = trades[~event.covers(trades["time"])]
    inside = [frame[event.covers(frame["time"])].reset_index(drop=True) for frame in (quotes, trades)]
    return measures(*inside, scenario.levers.halt) | {"false_halt_s": halted(calm, scenario.levers.halt)}


def measures(quotes, trades, halt=120.0, after=10) -> dict[str, float]:
    """What a market came to.

    Parameters
    ----------
    quotes, trades : pandas.DataFrame
    halt : float
        Seconds without a trade that count as halted.
    after : float
        Seconds after which a passive fill is valued.

    Returns
    -------
    dict of str to float
        ``fall_pct`` (greatest loss from a maximum), ``trough_min`` (minutes from its peak), ``regained_pct`` (by the
        end), ``volatility_1s_bp`` and ``volatility_60s_bp`` (realised), ``spread_bp`` and ``depth`` (both sides of the
        touch, quote currency), means over seconds, ``passive_bp`` (what makers gained, by notional), ``halted_s``.
    """
    second = quotes.set_index("time").resample("1s").last().ffill()
    middle = ((second["bid"] + second["ask"]) / 2).rename("mid")
    way = fall(middle)
    depth = second["bid"] * second["bid_size"] + second["ask"] * second["ask_size"]
    return {"fall_pct": 100 * way.drawdown, "trough_min": way.seconds / 60, "regained_pct": 100 * way.regained,
            "volatility_1s_bp": realised(middle, "1s"), "volatility_60s_bp": realised(middle, "60s"),
            "spread_bp": float(((second["ask"] - second["bid"]) / middle).mean() * BP), "depth": float(depth.mean()),
            "passive_bp": passive(quotes, trades, after), "halted_s": halted(trades, halt)}


def halted(trades, halt) -> float:
    """Seconds in stretches of `halt` or more without a trade."""
    silent = trades["time"].diff().dt.total_seconds()
    return float(silent[silent >= halt].sum())


def passive(quotes, trades, after) -> float:
    """What makers gained on average by notional, had each fill been closed at the mid `after` seconds later, bp."""
    later = stamps(trades["time"]) + int(after * clock.SECOND)
    row = asof(later, stamps(quotes["time"]), at_or_before=True)
    middle = ((quotes["bid"] + quotes["ask"]) / 2).to_numpy()[row]
    price, size = trades["price"].to_numpy(), trades["size"].to_numpy()
    return float((trades["side"].to_numpy() * size * (price - middle)).sum() / (price * size).sum() * BP)


def effects(runs, level=0.95) -> pd.DataFrame:
    """What each scenario changes against the market as it is, world by world.

    Parameters
    ----------
    runs : pandas.DataFrame
        As `experiment` returns.
    level : float
        Coverage of Student's interval over worlds.

    Returns
    -------
    pandas.DataFrame
        Indexed by scenario and measure: ``mean`` over worlds; ``change``, ``low`` and ``high``; ``from`` and ``to``,
        the same interval about the market as it is. Of the measures in `RELATIVE` the mean is geometric and the change
        in percent, of the others it is a difference.

    Raises
    ------
    Refusal
        Fewer than two worlds.
    """
    worlds = runs.index.get_level_values("seed").nunique()
    if worlds < 2:
        raise Refusal(f"{worlds} worlds tell no spread", column="seeds", remedy="ask for two or more")
    relative = [name for name in RELATIVE if name in runs]
    runs = runs.assign(**{name: np.log(runs[name]) for name in relative})
    change = runs - runs.xs(PLAIN).reindex(runs.index, level="seed")
    mean, shift, spread = (getattr(frame.groupby(level="scenario", sort=False), name)()
                           for frame, name in ((runs, "mean"), (change, "mean"), (change, "std")))
    half = spread / np.sqrt(worlds) * stats.t.ppf((1 + level) / 2, worlds - 1)
    parts = {"mean": mean, "change": shift, "low": shift - half, "high": shift + half}
    parts |= {"from": mean.loc[PLAIN] + parts["low"], "to": mean.loc[PLAIN] + parts["high"]}
    for name, part in parts.items():
        part[relative] = np.exp(part[relative]) if name in ("mean", "from", "to") else 100 * np.expm1(part[relative])
    return pd.DataFrame({name: part.stack() for name, part in parts.items()}).rename_axis(["scenario", "measure"])
