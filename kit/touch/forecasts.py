"""Whether a price made at the touch knows the coming mid better than the mid does, on quotes it was not fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend, columns
from kit.bootstrap import Bootstrap, mean
from kit.features import microprice as weighted_mid
from kit.features import mid
from kit.future import Future
from kit.model import scores
from kit.touch import microprice
from kit.touch.ahead import ahead
from kit.touch.ticksize import price_step
from kit.units import BP

PRICES = "mid", "weighted mid", "first move", "micro-price"
"""A micro-price comes as the mid expected after its first move (G^1) and after all of them (G^*)."""
HORIZONS = "next move", "3s", "30s"
BLOCK = "60s"
"""Of the intervals, where the forecast is of the next mid, which may be long in coming."""


def across(studies, share=0.5, horizons=HORIZONS, **states) -> pd.DataFrame:
    """Forecasts of every asset's mid, the micro-price fitted on the first part of its recording, judged on the rest.

    Parameters
    ----------
    studies : dict of str to kit.study.Study
    share : float
        Of the recording's seconds, for the fit.
    horizons : sequence of str
        As `judged` takes them. A micro-price is of no horizon: it is the mid after all that is still to come.
    **states
        As `kit.touch.microprice.fit` takes them.

    Returns
    -------
    pandas.DataFrame
        Indexed by asset, horizon and price; columns as of `judged`.
    """
    parts = {}
    for name, study in studies.items():
        fitted, later = fit_before(study.recording, study.grid, share, **states)
        parts |= {(name, horizon): judged(fitted, later, horizon) for horizon in horizons}
    return pd.concat(parts, names=["asset", "horizon", "price"])


def fit_before(recording, grid, share=0.5, **states):
    """A micro-price of a recording's first part, and the seconds behind that part.

    Parameters
    ----------
    recording : kit.sources.datasets.Recording
    grid : frame
        Its 1-second grid.
    share : float
        Of the grid, for the fit.
    **states
        As `kit.touch.microprice.fit` takes them; the tick is `kit.touch.ticksize.price_step` of the same part.
    """
    cut = grid["time"].iloc[int(share * len(grid))]
    before = recording.quotes[recording.quotes["time"] < cut]
    tick = price_step(recording, cut).tick
    return microprice.fit(before, tick=tick, **states), grid[grid["time"] >= cut].reset_index(drop=True)


def judged(fitted, grid, horizon="next move") -> pd.DataFrame:
    """Squared errors of prices at the touch as forecasts of the mid `horizon` later, or of the next other mid.

    Parameters
    ----------
    fitted : kit.touch.microprice.MicroPrice
    grid : frame
        The 1-second grid (`kit.columns.Seconds`) of a time behind the fit. Rows without a quote, without a state or
        without a later mid are left out.
    horizon : str
        A duration, or ``"next move"``.

    Returns
    -------
    pandas.DataFrame
        A row a price: ``mse_bp2``; ``gain``, the share of the mid's squared error that it saves, and ``over_weighted``,
        the share of the weighted mid's, each with ``_low`` and ``_high``; ``rows``.
    """
    time, actual, leans = _forecasts(fitted, grid, horizon)
    return pd.DataFrame({name: _judged(actual, lean, leans[1], time, _blocks(horizon))
                         for name, lean in zip(PRICES, leans, strict=True)}).T.rename_axis("price")


def _judged(actual, lean, weighted, time, by):
    gain, over = scores.r2_zero(actual, lean, time, by), scores.r2_against(actual, lean, weighted, time, by)
    return {"mse_bp2": BP**2 * np.mean((actual - lean) ** 2),
            "gain": gain.value, "gain_low": gain.low, "gain_high": gain.high,
            "over_weighted": over.value, "over_weighted_low": over.low, "over_weighted_high": over.high, "rows": gain.n}


def _blocks(horizon):
    return Bootstrap(block=BLOCK) if horizon == "next move" else Bootstrap(horizon=horizon)


def _forecasts(fitted, grid, horizon):
    """Times, log changes of the mid, and what each price forecasts of them, where all are known."""
    q = columns.read(grid, "seconds")
    now, weighted = backend.host(mid(q)), backend.host(weighted_mid(q))
    then = _next_mid(now) if horizon == "next move" else backend.host(Future(q.time).at(mid(q), horizon))
    actual, micro = np.log(then / now), [np.log1p(lean / now) for lean in fitted.leans(grid)]
    leans = np.stack([np.zeros(len(now)), np.log(weighted / now), *micro])
    known = np.isfinite(actual) & np.isfinite(leans).all(axis=0)
    return backend.host(q.time)[known], actual[known], leans[:, known]


def _next_mid(mids):
    """The next mid that is another one; a row without a quote keeps the mid before it."""
    held = pd.Series(mids).ffill().to_numpy()
    row = ahead(np.append(np.diff(held) != 0, False)) + 1
    return np.append(held, np.nan)[np.minimum(row, len(held))]


def calibration(fitted, grid, horizon="next move") -> pd.DataFrame:
    """What the mid did behind each bucket of imbalance, beside what micro-price and weighted mid had said.

    Parameters
    ----------
    fitted, grid, horizon
        As `judged` takes them.

    Returns
    -------
    pandas.DataFrame
        A row a bucket: ``imbalance`` (mean), ``actual_bp, low_bp, high_bp``, ``weighted_bp``, ``first_bp``,
        ``micro_bp``, ``rows``.
    """
    time, actual, (_, weighted, first, micro) = _forecasts(fitted, grid, horizon)
    q = columns.read(grid, "seconds")
    x = backend.host((q.bid_size - q.ask_size) / (q.bid_size + q.ask_size))[np.isin(backend.host(q.time), time)]
    which, rows = microprice.bucketed(fitted.edges, x), []
    for k in np.unique(which):
        mine = which == k
        score = mean(BP * actual[mine], time[mine], _blocks(horizon))
        rows.append({"imbalance": x[mine].mean(), "actual_bp": score.value, "low_bp": score.low, "high_bp": score.high,
                     "weighted_bp": BP * weighted[mine].mean(), "first_bp": BP * first[mine].mean(),
                     "micro_bp": BP * micro[mine].mean(), "rows": score.n})
    return pd.DataFrame(rows)

