"""Standard errors of means whose terms remember: overlapping labels, clustered volatility, persistent forecasts."""

from __future__ import annotations

import numpy as np

from kit.refusal import Refusal


def bandwidth(n, horizon=1) -> int:
    """Lags of Newey and West: the longer of the rule ⌊4 (n / 100)^{2/9}⌋ and `horizon` - 1, in rows, below n."""
    return min(max(int(4 * (n / 100) ** (2 / 9)), horizon - 1), n - 1)


def long_run_variance(x, lags, kernel="bartlett"):
    r"""Variance of :math:`\sqrt n` times the mean, :math:`\gamma_0 + 2 \sum_{k=1}^{L} w_k \gamma_k`.

    Parameters
    ----------
    x : array, shape (..., n)
        No missing values.
    lags : int
        L, less than n.
    kernel : {"bartlett", "rectangular"}
        Weights 1 - k / (L + 1) never give a negative variance; weights 1 are exact for a moving average of order L.

    Returns
    -------
    array, shape (...)

    References
    ----------
    Newey and West (1987), A simple, positive semi-definite, heteroskedasticity and autocorrelation consistent
    covariance matrix.
    """
    if kernel not in ("bartlett", "rectangular"):
        raise Refusal(f"unknown kernel {kernel!r}", remedy="bartlett or rectangular")
    x = np.asarray(x, dtype=np.float64)
    n = x.shape[-1]
    x = x - x.mean(axis=-1, keepdims=True)
    total = (x * x).sum(axis=-1)
    for k in range(1, lags + 1):
        weight = 1 - k / (lags + 1) if kernel == "bartlett" else 1.0
        total = total + 2 * weight * (x[..., k:] * x[..., :-k]).sum(axis=-1)
    return total / n


def standard_error(x, lags, correction=False, kernel="bartlett"):
    """Standard error of the mean of x, shape (..., n) -> (...).

    With `correction`, times sqrt(n / (n - 1)): statsmodels' ``use_correction``.
    """
    n = np.shape(x)[-1]
    return np.sqrt(long_run_variance(x, lags, kernel) / (n - 1 if correction else n))
