"""Is a mean return different from nothing, or from buy and hold: the test as printed, and the tests it should be.

Table 4 of the paper is a one-sided paired t-test on daily differences, read without a word on the other fourteen. Here
every question is asked of both null hypotheses, one- and two-sided, with memory allowed for, without the event that
made the profit, and over all tests at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from kit import clock
from kit.bootstrap import ratio
from kit.evaluate.hac import bandwidth, standard_error
from kit.evaluate.resample import ROWS
from kit.refusal import Refusal


@dataclass(frozen=True)
class Tested:
    """A mean, its statistic, and the probability of one as large (or as far from 0) where the true mean is 0."""

    mean: float
    statistic: float
    p_greater: float  #: one-sided, the alternative is a mean above 0
    p_two_sided: float
    n: int
    dof: float  #: inf where the statistic is normal, NaN where its law is bootstrapped
    method: str


def t_test(x) -> Tested:
    """Student's t of a mean, as if rows were independent; on differences it is the paired test.

    Parameters
    ----------
    x : array of float, shape (n,)
        Returns, or differences of returns (strategy less benchmark); missing values are refused.

    Returns
    -------
    Tested
        Statistic and p are NaN where x does not vary.
    """
    x = _rows(x)
    return _tested(x, standard_error(x, 0, correction=True), len(x) - 1, "t-test")


def newey_west(x, horizon=1, lags=None, correction=False) -> Tested:
    """The same mean with a standard error that allows for memory.

    - Of 300 worlds of 300 rows of mean 0 whose autocorrelation is .5, this rejects in 8 % at 5 %, two-sided; the t-test
      in 24 %, `studentised` in 5 %.

    Parameters
    ----------
    x : array of float, shape (n,)
    horizon : int
        Rows that a label spans; at least horizon - 1 lags are taken.
    lags : int, optional
        Default the longer of ⌊4 (n / 100)^{2/9}⌋ and horizon - 1.
    correction : bool
        Scale the standard error by sqrt(n / (n - 1)).
    """
    x = _rows(x)
    lags = bandwidth(len(x), horizon) if lags is None else lags
    return _tested(x, standard_error(x, lags, correction), np.inf, f"Newey–West, {lags} lags")


def studentised(x, horizon=1, by=ROWS) -> Tested:
    """The same statistic, its law from the stationary bootstrap: no normality is assumed.

    p counts the observed statistic among the draws, so that it is never 0; two-sided p is symmetric. Fewer than ten
    rows are refused.

    References
    ----------
    Götze and Künsch (1996), Second-order correctness of the blockwise bootstrap for stationary observations.
    """
    x = _rows(x)
    rows, method = by.draw(x)
    if not len(rows):
        raise Refusal(f"{len(x)} rows are too few to resample", remedy="a longer recording, or t_test")
    lags = bandwidth(len(x), horizon)
    t, drawn = float(ratio(x.mean(), standard_error(x, lags))), x[rows]
    null = ratio(drawn.mean(axis=-1) - x.mean(), standard_error(drawn, lags))
    greater, two_sided = (_share(null >= t), _share(np.abs(null) >= abs(t))) if np.isfinite(t) else (np.nan, np.nan)
    error = np.sqrt(two_sided * (1 - two_sided) / by.draws)
    return Tested(float(x.mean()), t, greater, two_sided, len(x), np.nan, f"studentised {method}; p ± {error:.2g}")


TESTS = {"t-test": lambda x, horizon, by: t_test(x), "Newey–West": lambda x, horizon, by: newey_west(x, horizon),
         "bootstrap": studentised}


def compare(strategy, benchmark=None, *, event=None, horizon=1, by=ROWS) -> pd.DataFrame:
    """Every test of a strategy's mean return, against nothing and against a benchmark, with and without an event.

    Parameters
    ----------
    strategy : pandas.Series
        Returns by period, on a UTC index (`kit.evaluate.performance.returns`).
    benchmark : pandas.Series, optional
        Returns of the same periods; those that only one has are left out.
    event : pair of UTC timestamps, optional
        Periods that hold any of it are left out of the rows marked so; see `without`.
    horizon : int
        Rows a label spans.

    Returns
    -------
    pandas.DataFrame
        A row per (``against``, ``rows``, ``test``): the fields of `Tested`.
    """
    against = {"zero": strategy}
    if benchmark is not None:
        against["benchmark"] = (strategy - benchmark).dropna()
    found = {}
    for null, x in against.items():
        for which, kept in {"all": x, **({"without event": without(x, *event)} if event else {})}.items():
            for name, test in TESTS.items():
                found[null, which, name] = vars(test(kept, horizon, by))
    return pd.DataFrame(found.values(), index=pd.MultiIndex.from_tuples(found, names=["against", "rows", "test"]))


def without(x, start, end) -> pd.Series:
    """Rows of a series whose period, as long as the median step up to its stamp, holds nothing of [start, end].

    Parameters
    ----------
    x : pandas.Series
        On a UTC index.
    start, end : timestamp with time zone
    """
    first, last = (clock.utc([clock.instant(stamp)])[0] for stamp in (start, end))
    began = x.index - x.index.to_series().diff().median()
    return x[(x.index < first) | (began >= last)]


def multiplicity(p, level=0.05) -> pd.DataFrame:
    """What is left of p-values when all of them were looked at.

    Parameters
    ----------
    p : pandas.Series
        Of every test that was run, not of those that worked.
    level : float
        Of the family.

    Returns
    -------
    pandas.DataFrame
        On the same index: ``p``, ``holm`` (chance of any false finding), ``bh`` (share of false findings), and
        ``holm_rejects``, ``bh_rejects`` at `level`.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure.
    Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    p = p.astype(np.float64)
    wrong = p[~p.between(0, 1)]
    if len(wrong):
        raise Refusal(f"{wrong.iloc[0]} is no probability", column="p", remedy="drop tests that have none")
    holm, bh = _holm(p.to_numpy()), stats.false_discovery_control(p)
    return pd.DataFrame({"p": p, "holm": holm, "bh": bh, "holm_rejects": holm <= level, "bh_rejects": bh <= level},
                        index=p.index)


def _holm(p):
    """Adjusted p-values; statsmodels' ``multipletests`` collects garbage on each call, which may take half a second."""
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def _rows(x):
    x = np.asarray(x, dtype=np.float64)
    if not np.isfinite(x).all():
        raise Refusal("a return is missing", row=int(np.isfinite(x).argmin()), remedy="drop it before testing")
    if len(x) < 2:
        raise Refusal(f"{len(x)} returns have no spread", remedy="a longer recording, or shorter periods")
    return x


def _tested(x, error, dof, method):
    t = float(ratio(x.mean(), error))
    law = stats.t(dof) if np.isfinite(dof) else stats.norm
    return Tested(float(x.mean()), t, float(law.sf(t)), float(2 * law.sf(abs(t))), len(x), dof, method)


def _share(happened) -> float:
    return float((1 + happened.sum()) / (1 + len(happened)))
