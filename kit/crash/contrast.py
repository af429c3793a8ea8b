"""The event against everything else: a statistic of both, their ratio or difference, and intervals of all three."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.bootstrap import FEWEST, Score, in_columns, percentiles, ratio

DRAWS, LEVEL = 999, 0.95


def contrast(values, inside, statistic=np.median, *, relative=True, run=5, seed=0) -> dict[str, Score]:
    """A statistic inside the event, outside it, and one against the other.

    - Rows are resampled in runs of random length (stationary bootstrap), inside and outside apart.
    - Outside, rows before and after the event count as neighbours.
    - One event is one event: the interval says how well its statistic is measured, not how the next crash will be.

    Parameters
    ----------
    values : array, shape (n,)
        One a minute or one a second, in time order; NaN is left out.
    inside : array of bool, shape (n,)
    statistic : callable
        From values to a number.
    relative : bool
        Compare by ratio; else by difference, for what may be 0 or of either sign.
    run : float
        Mean number of rows drawn together.
    seed : int

    Returns
    -------
    dict of str to Score
        ``event``, ``control`` and ``against``; NaN ends where either has fewer than `FEWEST` rows.

    References
    ----------
    Politis and Romano (1994), The stationary bootstrap.
    """
    values, inside = np.asarray(values, dtype=float), np.asarray(inside)
    known = np.isfinite(values)
    parts = {"event": values[inside & known], "control": values[~inside & known]}
    found = {name: statistic(part) if len(part) else np.nan for name, part in parts.items()}
    drawn = {name: _resampled(part, statistic, run, seed + k) for k, (name, part) in enumerate(parts.items())}
    compare = ratio if relative else np.subtract
    found["against"] = compare(found["event"], found["control"])
    drawn["against"] = compare(drawn["event"], drawn["control"])
    how = f"stationary bootstrap, mean run {run:g} rows, {DRAWS} draws, {LEVEL:.0%} percentile"
    rows = {name: len(part) for name, part in parts.items()} | {"against": int(known.sum())}
    return {name: percentiles(value, drawn[name], LEVEL, rows[name], how) for name, value in found.items()}


def table(rows, inside, **how) -> pd.DataFrame:
    """`contrast` of several columns, one row each.

    Parameters
    ----------
    rows : pandas.DataFrame
        In time order.
    inside : array of bool
    **how
        As `contrast` takes it; a statistic of median by default.

    Returns
    -------
    pandas.DataFrame
        ``event, event_low, event_high, control, control_low, control_high, against, against_low, against_high``.
    """
    return pd.DataFrame({name: in_columns(contrast(rows[name], inside, **how)) for name in rows.columns}).T


def _resampled(part, statistic, run, seed):
    """The statistic of `DRAWS` resamples."""
    from arch.bootstrap import StationaryBootstrap  # two seconds to import

    if len(part) < FEWEST:
        return np.full(DRAWS, np.nan)
    bootstrap = StationaryBootstrap(run, part, seed=seed)
    return np.array([statistic(data[0]) for data, _ in bootstrap.bootstrap(DRAWS)])
