"""The GARCH family, as arch defines it: refitted on the past, filtered with frozen parameters between refits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit.refusal import Refusal

SCALE = 100.0
"""Returns are fitted in per cent, where arch's optimiser is at home, and answers are in the units of the returns."""
MODELS = {"garch": {"vol": "GARCH", "p": 1, "o": 0, "q": 1}, "gjr": {"vol": "GARCH", "p": 1, "o": 1, "q": 1},
          "egarch": {"vol": "EGARCH", "p": 1, "o": 1, "q": 1}}
ERRORS = ("normal", "t")


@dataclass(frozen=True)
class Walk:
    """Forecasts out of sample, and the fits they come from.

    Attributes
    ----------
    variance : pandas.Series
        Of each row, forecast from the rows before it; squared units of the returns. NaN where the fit in force did not
        converge.
    refits : pandas.DataFrame
        A row a fit, indexed by the first row it forecasts: the parameters of returns in per cent, as arch names them,
        ``persistence``, ``loglikelihood`` of the returns as they came, ``n``, ``converged``, and ``stationary``, which
        is persistence below 1.
    """

    variance: pd.Series
    refits: pd.DataFrame


def model(returns, kind="garch", errors="normal"):
    """The arch model of returns in per cent, with a constant mean.

    Parameters
    ----------
    returns : pandas.Series
        Log or simple returns, as shares, none missing.
    kind : {"garch", "gjr", "egarch"}
        Of order (1, 1), the latter two with one asymmetric term.
    errors : {"normal", "t"}

    References
    ----------
    Bollerslev (1986), Generalized autoregressive conditional heteroskedasticity.
    Glosten, Jagannathan and Runkle (1993), On the relation between the expected value and the volatility of the nominal
    excess return on stocks.
    Nelson (1991), Conditional heteroskedasticity in asset returns: a new approach.
    """
    from arch import arch_model  # two seconds to import

    if kind not in MODELS or errors not in ERRORS:
        raise Refusal(f"no model {kind!r} with errors {errors!r}",
                      remedy=f"one of {', '.join(MODELS)}, with {' or '.join(ERRORS)}")
    if not np.isfinite(returns).all():
        raise Refusal("a return is missing", row=int(np.isfinite(returns).argmin()), remedy="drop it before")
    return arch_model(SCALE * returns, mean="Constant", dist=errors, rescale=False, **MODELS[kind])


def persistence(parameters, kind="garch") -> float:
    """Share of a variance's distance from its mean that is left a row later; of EGARCH, of its logarithm's.

    Parameters
    ----------
    parameters : mapping of str to float
        As arch names them.
    """
    if kind == "egarch":
        return float(parameters["beta[1]"])
    return float(parameters["alpha[1]"] + parameters.get("gamma[1]", 0.0) / 2 + parameters["beta[1]"])


def walk(returns, kind="garch", errors="normal", first=365, every=30, window=None) -> Walk:
    """One-step forecasts out of sample: fits on the past, filtered with frozen parameters until the next.

    - The fit in force at a row was made on rows before it: on all of them, or on the last `window`.
    - A fit that does not converge forecasts nothing; one whose persistence is 1 or more does, and is flagged.

    Parameters
    ----------
    returns : pandas.Series
        Time-indexed, as shares, none missing.
    kind, errors : str
        See `model`.
    first : int
        Rows before the first forecast.
    every : int
        Rows between fits.
    window : int, optional
        Rows of a fit, at most `first`; all that there are where not given.
    """
    if not 0 < (window or first) <= first < len(returns):
        raise Refusal(f"{len(returns)} returns, the first forecast after {first}, windows of {window}",
                      remedy="window <= first < number of returns")
    parts = [_block(returns.iloc[s - (window or s):s + every], min(every, len(returns) - s), kind, errors)
             for s in range(first, len(returns), every)]
    variances, refits = zip(*parts, strict=True)
    return Walk(pd.concat(variances), pd.DataFrame(refits, index=[variance.index[0] for variance in variances]))


def _block(returns, ahead, kind, errors):
    """Forecasts of the last `ahead` of some returns, from a fit on those before; and that fit."""
    n = len(returns) - ahead
    fitted = model(returns, kind, errors).fit(last_obs=n, disp="off", show_warning=False)
    variance = fitted.forecast(horizon=1, start=n - 1, reindex=False).variance.iloc[:ahead, 0].to_numpy() / SCALE**2
    kept, converged = persistence(fitted.params, kind), fitted.convergence_flag == 0
    refit = {**fitted.params, "persistence": kept, "loglikelihood": fitted.loglikelihood + n * np.log(SCALE),
             "n": n, "converged": converged, "stationary": kept < 1}
    return pd.Series(variance if converged else np.nan, returns.index[n:], name=f"{kind}, {errors}"), refit
