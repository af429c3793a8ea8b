"""What a forecast is worth out of sample, each number with its uncertainty.

Every score is a function of sums over rows, so that pooling over folds is exact; no mean of folds' scores.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.bootstrap import BLOCKS, Score, in_columns, quotient, ratio
from kit.clock import utc
from kit.model.gmadl import losses
from kit.refusal import Refusal

ALL_BUT_SIGN = 1e30
"""A slope so large, in units of 1 / variance, that of any forecast only the sign is left."""


def _rows(*arrays):
    """float64 NumPy arrays, refused where a value is missing."""
    arrays = [np.asarray(backend.host(array), dtype=np.float64) for array in arrays]
    for name, array in zip(("actual", "predicted"), arrays, strict=False):
        bad = ~np.isfinite(array)
        if bad.any():
            raise Refusal(f"{array[bad][0]} is no return", column=name, row=int(bad.argmax()),
                          remedy="drop rows without label before scoring, as kit.model.design does")
    return arrays


def r2_against(actual, predicted, benchmark, time, by=BLOCKS) -> Score:
    r"""Out-of-sample R², :math:`1 - \sum(r-\hat r)^2 / \sum(r-\bar r)^2`, SSE and SST pooled over all rows.

    Parameters
    ----------
    actual, predicted : array, shape (n,)
        Returns and forecasts, of all folds one after the other; missing values are refused.
    benchmark : float or array, shape (n,)
        The forecast to beat, known before the test: 0, or the mean of the fold's training returns.
    time : array of int64, shape (n,)
        Nanoseconds since the epoch.

    Returns
    -------
    Score
        From -inf to 1; NaN where the benchmark makes no error.
    """
    r, forecast = _rows(actual, predicted)
    squares = np.stack([(r - forecast) ** 2, (r - benchmark) ** 2], axis=1)
    return by.score(lambda s: 1 - ratio(s[..., 0], s[..., 1]), squares, time)


def r2_zero(actual, predicted, time, by=BLOCKS) -> Score:
    """Out-of-sample R² against the forecast 0; see `r2_against`. The kit's headline."""
    return r2_against(actual, predicted, 0.0, time, by)


def r2_train_mean(actual, predicted, train_mean, time, by=BLOCKS) -> Score:
    """Out-of-sample R² against the training mean; see `r2_against`.

    References
    ----------
    Campbell and Thompson (2008), Predicting excess stock returns out of sample, eq. 1.
    """
    return r2_against(actual, predicted, train_mean, time, by)


def correlation(actual, predicted, time, by=BLOCKS) -> Score:
    """Pearson correlation of returns and forecasts; NaN where either does not vary."""
    r, forecast = map(_centred, _rows(actual, predicted))
    products = np.stack([np.ones_like(r), r, forecast, r * r, forecast * forecast, r * forecast], axis=1)
    return by.score(pearson, products, time)


def _centred(x):
    return x - x.mean() if np.ptp(x) else np.zeros_like(x)


def pearson(s):
    """Correlation from sums, shape (..., 6) -> (...): of 1, x, y, x², y² and xy; NaN where either does not vary."""
    n, x, y, xx, yy, xy = np.moveaxis(s, -1, 0)
    return ratio(xy - x * y / n, np.sqrt(np.maximum(xx - x * x / n, 0) * np.maximum(yy - y * y / n, 0)))


def hit_rate(actual, predicted, time, by=BLOCKS) -> Score:
    """Share of right signs among the rows where neither return nor forecast is 0; NaN if there are none."""
    signs = np.multiply(*(np.sign(values) for values in _rows(actual, predicted)))
    return quotient(signs > 0, signs != 0, time, by, n=int((signs != 0).sum()))


def gmadl_score(actual, predicted, a, time, b=1.0, by=BLOCKS) -> Score:
    """Normalised GMADL, from -1 (best) to +1, pooled; `a` is a number, or one per row (one a fold)."""
    r, forecast = _rows(actual, predicted)
    return quotient(losses(r, forecast, a, b), 0.5 * np.abs(r) ** b, time, by)


def summary(oof, by=BLOCKS) -> dict[str, Score]:
    """All scores of out-of-fold predictions (`kit.model.train.OutOfFold`), by name."""
    r, forecast, time = oof.actual, oof.predicted, oof.time
    return {
        "r2_zero": r2_zero(r, forecast, time, by),
        "r2_train_mean": r2_train_mean(r, forecast, oof.of_fold("train_mean"), time, by),
        "normalised_gmadl": gmadl_score(r, forecast, oof.of_fold("a"), time, by=by),
        "correlation": correlation(r, forecast, time, by),
        "hit_rate": hit_rate(r, forecast, time, by),
    }


def gmadl_sensitivity(oof, kappas=(1.0, 10.0, 100.0, np.inf), weights=(1.0, 2.0), by=BLOCKS) -> pd.DataFrame:
    """Normalised GMADL of one walk under other slopes and weights than those it was chosen by.

    Parameters
    ----------
    oof : kit.model.OutOfFold
    kappas : sequence of float
        Slopes in units of 1 / variance of the fold's training returns; infinity counts signs (MADL).
    weights : sequence of float
        Exponents b of the return.

    Returns
    -------
    pandas.DataFrame
        ``kappa, b, normalised_gmadl, low, high``. The last row has the a = 1000 and b = 2 of Stefaniuk's public code,
        made for minutes: with returns of seconds GMADL is linear there, and ten times the forecast scores ten times.
    """
    variance = oof.of_fold("sigma") ** 2
    cases = [(kappa, b, min(kappa, ALL_BUT_SIGN) / variance) for b in weights for kappa in kappas]
    rows = []
    for kappa, b, a in [*cases, (1000 * float(np.median(variance)), 2.0, 1000.0)]:
        score = gmadl_score(oof.actual, oof.predicted, a, oof.time, b, by)
        rows.append({"kappa": kappa, "b": b, "normalised_gmadl": score.value, "low": score.low, "high": score.high})
    return pd.DataFrame(rows)


def by_fold(oof, by=BLOCKS) -> pd.DataFrame:
    """One row per fold: first and last stamps, numbers of rows, and every score with its interval.

    Columns are ``train_start, train_end, test_start, test_end`` (UTC), ``n_train, n_test``, and ``<score>``,
    ``<score>_low``, ``<score>_high`` for each of `summary`.
    """
    rows = []
    for k, fold in enumerate(oof.folds):
        stamps = ("train_start", "train_end", "test_start", "test_end")
        row = dict(zip(stamps, utc([getattr(fold, name) for name in stamps]), strict=True))
        rows.append(row | {"n_train": fold.n_train, "n_test": fold.n_test} | in_columns(summary(oof.only(k), by)))
    return pd.DataFrame(rows, index=pd.RangeIndex(len(rows), name="fold"))
