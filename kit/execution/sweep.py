"""Many scenarios in one launch: every threshold with every latency, queue and fee, a row each."""

from __future__ import annotations

from itertools import product

import pandas as pd

from kit import backend
from kit.execution.account import summed
from kit.execution.fees import REGULAR
from kit.execution.latency import USUAL
from kit.execution.maker import makings
from kit.execution.queues import CAUTIOUS
from kit.execution.taker import takings
from kit.refusal import Refusal
from kit.units import BP


def sweep(market, signal, *, thresholds=None, latency=(USUAL,), fees=(REGULAR,), queue=(CAUTIOUS,), policy=None,
          notional=10_000.0, displayed=True, hold=None, follows=True) -> pd.DataFrame:
    """Replay a grid of scenarios, in parallel: a CPU or CUDA thread takes whole scenarios.

    Fees change no fill, so each is charged on one replay's turnover. Funding is left out.

    Parameters
    ----------
    market : Market
    signal : Signal
    thresholds : sequence of float, optional
        In place of the signal's own: return units, or, where the signal has a threshold for each row, multiples of it.
        The signal's own by default.
    latency, fees, queue : sequences of Constant, of Fees and of queue models
        The queue is a maker's question only.
    policy : Gated, Symmetric or Adaptive, optional
        Of a maker; a taker is replayed where there is none.
    notional, displayed, hold, follows
        As `taker` and `maker` take them.

    Returns
    -------
    pandas.DataFrame
        A row a scenario: threshold, latency, fee (bp), queue ("" for a taker), and `Replay.summary`'s columns. Every
        row is a trial: whoever picks one must count them all.

    Raises
    ------
    Refusal
        As `taker` and `maker`.
    """
    levels = [signal.level] if thresholds is None else list(thresholds)
    if min(levels) < 0:
        raise Refusal(f"threshold {min(levels)}", remedy="give sizes of 0 or more")
    scenarios = list(product(levels, latency, queue if policy else [None]))
    if policy:
        ledger = makings(market, signal, scenarios, policy, notional, follows)
    else:
        ledger = takings(market, signal, [scenario[:2] for scenario in scenarios], notional, displayed, hold)
    rows = zip(scenarios, backend.host(ledger[2]), strict=True)
    return pd.DataFrame([
        {"threshold": level, "latency": str(delay), "fee": BP * fee.of(bool(policy)), "queue": str(model or "")}
        | summed(market, row, fee.of(bool(policy))) for ((level, delay, model), row), fee in product(rows, fees)])
