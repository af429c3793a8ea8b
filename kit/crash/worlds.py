"""The same crash in many synthetic worlds: do takers gain, does the naive maker lose, and the adaptive one less?"""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
from scipy import stats

from kit.bootstrap import Score
from kit.crash.traders import TRADERS, charged, pay, replays
from kit.execution.fees import REGULAR
from kit.refusal import Refusal
from kit.study import study
from kit.units import BP

CLAIMS = {"a taker who leaves at once gains": ("taker", None), "a taker who stays gains": ("holding taker", None),
          "a taker on imbalance alone gains": ("imbalance taker", None),
          "the naive maker loses": (None, "naive maker"),
          "the adaptive maker loses less": ("adaptive maker", "naive maker"),
          "a taker who stays gains more than the naive maker": ("holding taker", "naive maker")}
"""Each a difference of gains that should be above 0; None stands for not trading."""


def gains(symbols, event, seeds=2, *, fees=REGULAR, quantile=0.9, cap=1.0, dataset="synthetic-crash", lead="8h",
          train_share=0.8, iterations=50) -> dict[str, pd.DataFrame]:
    """What each trader gained in the event, world by world, basis points of the notional.

    Parameters
    ----------
    symbols : sequence of str
    event : Event
    seeds : int
        Worlds 0 to seeds - 1 of each symbol.
    fees, quantile, cap
        As `kit.crash.traders.replays` takes them.
    lead : str
        Recording before the event, from which the one model learns.
    train_share, iterations
        As `kit.study.study` takes them. Few trees: what is learned in calm hours must not go far beyond them.

    Returns
    -------
    dict of str to pandas.DataFrame
        ``gross`` and ``net`` of fees, each indexed by symbol and seed, a column a trader.
    """
    start = event.first - pd.Timedelta(lead)
    net, paid = {}, {}
    for symbol, seed in itertools.product(symbols, range(seeds)):
        walked = study(dataset, symbol, start, event.last, folds=1, train_share=train_share, iterations=iterations,
                       seed=seed)
        traders = replays(walked, quantile, fees=fees, cap=cap)
        net[symbol, seed] = {name: pay(replay, event).event / replay.notional * BP for name, replay in traders.items()}
        paid[symbol, seed] = {name: charged(replay, event) / replay.notional * BP for name, replay in traders.items()}
    after, cost = (pd.DataFrame(rows).T.rename_axis(["symbol", "seed"])[list(TRADERS)] for rows in (net, paid))
    return {"gross": after + cost, "net": after}


def verdicts(table, level=0.95) -> dict[str, Score]:
    """Mean of each claim's difference over worlds, with Student's interval: above 0 where the claim holds.

    Parameters
    ----------
    table : pandas.DataFrame
        One of those that `gains` returns.

    Raises
    ------
    Refusal
        Fewer than two worlds.
    """
    if len(table) < 2:
        raise Refusal(f"{len(table)} world tells no spread", remedy="ask for more symbols or seeds")
    return {claim: _mean(_column(table, above) - _column(table, below), level)
            for claim, (above, below) in CLAIMS.items()}


def _column(table, trader):
    return np.zeros(len(table)) if trader is None else table[trader].to_numpy()


def _mean(values, level):
    half = stats.t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    value = float(values.mean())
    return Score(value, value - half, value + half, len(values), f"Student's {level:.0%} interval over worlds")


def spread(table, level=0.95) -> pd.DataFrame:
    """Each trader's gains beside their mean and its interval: ``trader, gain, mean, low, high``, a row a world."""
    parts = []
    for trader in table.columns:
        score = _mean(table[trader].to_numpy(), level)
        parts.append(pd.DataFrame({"trader": trader, "gain": table[trader].to_numpy(), "mean": score.value,
                                   "low": score.low, "high": score.high}))
    return pd.concat(parts, ignore_index=True)
