"""What follows from Tables 1 to 4 alone, every printed number taken as the interval that it was rounded from."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from scipy import optimize, stats

from kit.claims.paper import ASSETS, FIRST_DAY, HOLD, LAST_DAY, STRATEGIES, TABLES, TESTS
from kit.clock import YEAR, duration
from kit.evaluate import rounding
from kit.evaluate.inference import multiplicity

DAYS = 365
"""In a year of a market that never closes."""


def bounds(formula, *printed):
    """Value at the printed numbers, and its smallest and largest at the corners of their rounding."""
    corners = [formula(*corner) for corner in product(*(rounding.printed(value) for value in printed))]
    return formula(*printed), min(corners), max(corners)


def consistent(table) -> int:
    """Columns of a table whose five numbers can all have been rounded from one ARC, ASD and MDD."""
    frames = STRATEGIES[TABLES[table]], STRATEGIES["buy and hold"]
    return sum(_possible(*row[["ARC", "ASD", "MDD", "IR*", "IR**"]]) for frame in frames for _, row in frame.iterrows())


def identities() -> pd.DataFrame:
    """Every printed IR* and IR**, and what its column gives.

    Columns: ``table, asset, strategy, measure``, ``printed``, ``value, low, high`` (recomputed, with the bounds of
    rounding), and ``place``, where the printed number lies among those possible: -1 and 1 are the edges.
    """
    rows = []
    for table, name in TABLES.items():
        for strategy in (name, "buy and hold"):
            for asset, row in STRATEGIES[strategy].iterrows():
                arc, asd, mdd = row[["ARC", "ASD", "MDD"]]
                found = {"IR*": bounds(lambda r, s: r / s, arc, asd),
                         "IR**": bounds(lambda r, s, d: r * abs(r) / (s * d), arc, asd, mdd)}
                rows += [(table, asset, strategy, measure, row[measure], *said) for measure, said in found.items()]
    frame = pd.DataFrame(rows, columns=["table", "asset", "strategy", "measure", "printed", "value", "low", "high"])
    middle, reach = (frame["low"] + frame["high"]) / 2, (frame["high"] - frame["low"]) / 2
    return frame.assign(place=(frame["printed"] - middle) / (reach + 0.005))


def consistent_in_all() -> int:
    """The same over Tables 1 to 3."""
    return sum(map(consistent, TABLES))


def _possible(arc, asd, mdd, ratio, drawdown_ratio) -> bool:
    """Whether logarithms of all three exist that satisfy both definitions: a linear programme."""
    if not (np.sign(arc) == np.sign(ratio) and np.sign(arc) * drawdown_ratio >= 0):
        return False
    box = [_logs(value) for value in (arc, asd, mdd)]
    definitions = np.array([[1, -1, 0], [2, -1, -1]])
    low, high = np.array([_logs(value) for value in (ratio, drawdown_ratio)]).T
    finite = np.isfinite(low)
    limits = np.concatenate([definitions, -definitions[finite]]), np.concatenate([high, -low[finite]])
    return optimize.linprog(np.zeros(3), *limits, bounds=box).success


def _logs(value):
    """Logarithms of the smallest and largest size that is printed so."""
    low, high = rounding.printed(abs(value))
    return np.log(low) if low > 0 else -np.inf, np.log(high)


def closest() -> tuple[float, float, float]:
    """IR** of the taker on BTC, recomputed, with its bounds: of all that are printed above 0, the furthest off."""
    arc, asd, mdd = STRATEGIES["taker"].loc["BTC", ["ARC", "ASD", "MDD"]]
    return bounds(lambda r, s, d: r * abs(r) / (s * d), arc, asd, mdd)


def fitting(tails, dof) -> int:
    """p-values of Table 4, of 15, that Student's t with so many degrees of freedom gives, in one tail or in two."""
    t, p = (TESTS.xs(which, axis=1, level=1).to_numpy().ravel() for which in ("t", "p"))
    t = t if tails == 1 else np.abs(t)
    low, high = (tails * stats.t.sf(t - sign * 5e-5, dof) for sign in (-1, 1))
    return int(((p + 5e-5 >= low) & (p - 5e-5 <= high)).sum())


def observations() -> tuple[float, float, float]:
    """Daily returns behind Table 4: those whose degrees of freedom give every one-sided p; the middle, least, most."""
    fits = [set(rounding.degrees_of_freedom(row[strategy, "t"], row[strategy, "p"])) for _, row in TESTS.iterrows()
            for strategy in ("taker", "maker", "blend")]
    days = [dof + 1 for dof in set.intersection(*fits)]
    return (min(days) + max(days)) / 2, min(days), max(days)


def days_of_data() -> int:
    """Days that the paper's data cover."""
    return (pd.Timestamp(LAST_DAY) - pd.Timestamp(FIRST_DAY)).days + 1


def smallest(method, strategies=("taker", "maker", "blend"), tails=1) -> tuple[float, float, float]:
    """Smallest p-value of Table 4 once all of them count (``holm``, ``bh``), or as it is (``p``)."""
    p = TESTS.xs("p", axis=1, level=1)[list(strategies)].stack()
    t = TESTS.xs("t", axis=1, level=1)[list(strategies)].stack()
    p = p if tails == 1 else pd.Series(2 * stats.t.sf(t.abs(), observations()[0] - 1), t.index)
    low, value, high = (multiplicity((p + shift).clip(0, 1))[method].min() for shift in (-5e-5, 0.0, 5e-5))
    return value, low, high


def two_sided(asset) -> tuple[float, float, float]:
    """p-value of the taker's t in both tails, over the possible degrees of freedom."""
    dof = np.array(observations()) - 1
    return tuple(2 * stats.t.sf(abs(TESTS.loc[asset, ("taker", "t")]), dof[[0, 2, 1]]))


def rebuilt(asset, strategy="taker") -> tuple[float, float, float]:
    """t-statistic from the tables: a year, and no correlation between strategy and market."""
    def statistic(arc, asd, held, deviation):
        drift = np.log1p(arc) + asd**2 / 2 - np.log1p(held) - deviation**2 / 2
        return drift / np.hypot(asd, deviation)
    return bounds(statistic, *STRATEGIES[strategy].loc[asset, ["ARC", "ASD"]],
                  *STRATEGIES["buy and hold"].loc[asset, ["ARC", "ASD"]])


def rebuilt_over_printed(asset) -> tuple[float, float, float]:
    """The taker's `rebuilt` t over the printed one."""
    value, low, high = (t / TESTS.loc[asset, ("taker", "t")] for t in rebuilt(asset))
    return value, min(low, high), max(low, high)


def blended(asset, rebalanced=True) -> tuple[float, float, float]:
    """ARC of half taker, half maker: daily rebalanced (log-normal), or bought once and left alone."""
    def daily(a, s, b, d, mixed):
        return np.expm1((np.log1p(a) + s**2 / 2 + np.log1p(b) + d**2 / 2) / 2 - mixed**2 / 2)
    taker, maker = (STRATEGIES[name].loc[asset, ["ARC", "ASD"]] for name in ("taker", "maker"))
    if not rebalanced:
        return bounds(lambda a, b: (a + b) / 2, taker["ARC"], maker["ARC"])
    return bounds(daily, *taker, *maker, STRATEGIES["blend"].loc[asset, "ASD"])


def blends(rebalanced) -> int:
    """Assets, of five, whose printed ARC of the blend is within .03 of what this way of blending gives."""
    printed = STRATEGIES["blend"]["ARC"]
    return sum(abs(blended(asset, rebalanced)[0] - printed[asset]) <= 0.03 for asset in ASSETS)


def correlation(asset) -> tuple[float, float, float]:
    """Daily correlation of taker and maker that the three standard deviations imply."""
    deviations = (STRATEGIES[name].loc[asset, "ASD"] for name in ("taker", "maker", "blend"))
    return bounds(lambda s, d, mixed: (4 * mixed**2 - s**2 - d**2) / (2 * s * d), *deviations)


def fee_in_sigmas(asset, fee=5.0) -> tuple[float, float, float]:
    """Taker fees of a round trip, `fee` bp each way, in standard deviations of the three-second return."""
    steps = YEAR / duration("3s")
    return bounds(lambda deviation: 2e-4 * fee / (deviation / np.sqrt(steps)), HOLD["ASD"][ASSETS.index(asset)])


def positive(strategy) -> int:
    """Assets on which a strategy's ARC is above 0."""
    return int((STRATEGIES[strategy]["ARC"] > 0).sum())


def higher(measure, strategy, other) -> int:
    """Assets on which a strategy's measure is larger than another's."""
    return int((STRATEGIES[strategy][measure] > STRATEGIES[other][measure]).sum())


def printed(strategy, measure, asset) -> tuple[float, float, float]:
    """A cell of Tables 1 to 3, with what it can have been rounded from."""
    value = STRATEGIES[strategy].loc[asset, measure]
    return value, *rounding.printed(value)


def open_losses() -> int:
    """Assets that end below where they began and print the same, longest, duration of loss for buy and hold."""
    held = STRATEGIES["buy and hold"]
    return int(((held["ARC"] < 0) & (held["MLD"] == held["MLD"].max())).sum())


def difference(measure, strategy, other, asset) -> tuple[float, float, float]:
    """A strategy's measure less another's, as printed."""
    return bounds(lambda a, b: a - b, *(STRATEGIES[name].loc[asset, measure] for name in (strategy, other)))
