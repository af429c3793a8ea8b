"""What follows from the paper's definitions alone, with no market: its loss, its labels, its measures, its clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from scipy import stats

from kit.claims.paper import ANSWERS
from kit.evaluate import performance
from kit.model.gmadl import gmadl

A = 1000.0
"""Slope of the GMADL in the articles that define it; the paper prints none."""
SIGMA = 1.4e-4
"""Of a three-second return of BTC, as `arithmetic.fee_in_sigmas` has it."""


def _returns(n=100_000, seed=0):
    rng = np.random.default_rng(seed)
    return SIGMA * rng.normal(size=(2, n))


def curvature(a=A) -> tuple[float, float, float]:
    """GMADL over its own straight line, -a/4 mean(R R̂ |R|): 1 where it is linear; extremes over ten samples."""
    ratios = []
    for seed in range(10):
        r, forecast = _returns(seed=seed)
        forecast = forecast + r
        ratios.append(gmadl(r, forecast, a) / (-a / 4 * np.mean(r * forecast * np.abs(r))))
    return float(np.mean(ratios)), min(ratios), max(ratios)


def reward_of_size(times=10.0, a=A) -> tuple[float, float, float]:
    """How many times better GMADL calls a forecast that is `times` larger and otherwise the same."""
    r, forecast = _returns()
    ratio = gmadl(r, times * (forecast + r), a) / gmadl(r, forecast + r, a)
    return ratio, ratio, ratio


def overlap(worlds=400, n=2000) -> tuple[float, float, float]:
    """Standard deviation of t-statistics that take overlapping three-second labels for independent; 1 were they so."""
    found = []
    for seed in range(worlds):
        rng = np.random.default_rng(seed)
        label = np.convolve(rng.normal(size=n + 2), np.ones(3), "valid")
        signal = np.convolve(rng.normal(size=n + 29), np.ones(30), "valid")
        found.append(stats.ttest_1samp(label * signal, 0).statistic)
    spread, dof = np.std(found, ddof=1), worlds - 1
    low, high = spread * np.sqrt(dof / stats.chi2.ppf([0.975, 0.025], dof))
    return float(spread), float(low), float(high)


def minutes_from_trough(zone, trough="21:15") -> float:
    """Minutes from the middle of the crash's worst minutes (21:10 to 21:20 UTC) to 23:20 of a zone's clock."""
    said = datetime(2025, 10, 10, 23, 20, tzinfo=ZoneInfo(zone))
    worst = datetime.fromisoformat(f"2025-10-10T{trough}+00:00")
    return abs((said - worst).total_seconds()) / 60


def curve(values):
    """Equity at daily closes."""
    return pd.Series(np.asarray(values, float), pd.date_range("2025-01-01", periods=len(values), freq="D", tz="UTC"))


def power_of_money() -> float:
    """Power with which eq. 5's drawdown grows when all money is ten times as much: 0 for a share, 1 for an amount."""
    equity = curve([100, 110, 99, 121, 115, 130, 104, 117])
    return float(np.log10(performance.absolute_drawdown(10 * equity) / performance.absolute_drawdown(equity)))


def loss_duration_of_a_curve_that_rises() -> float:
    """Years that eq. 6 as printed finds in a year that falls every other day, and is higher than ever on the next."""
    steps = np.arange(366)
    return performance.mld_as_written(curve(100 + steps / 4 + steps % 2))


def answers(question) -> int:
    """How many different answers the paper gives."""
    return len(set(ANSWERS[question].values()))
