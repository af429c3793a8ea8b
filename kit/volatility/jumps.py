"""Did the price jump today? Two tests a day, and what is left of them when all days are looked at.

- BNS asks whether the realised variance is larger than a variance that jumps do not reach. A jump makes z large.
- AJ asks whether fourth powers add up as they do for a path without jumps: returns over twice the time give twice the
  sum, of a jump the same. A jump makes z negative. Noise hurts it more than it hurts BNS.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from kit import clock
from kit.evaluate.inference import multiplicity
from kit.factor import compute
from kit.refusal import Refusal
from kit.volatility import grid

THETA = {"bipower_variation": math.pi**2 / 4 + math.pi - 3, "min_rv": 3.81, "med_rv": 2.96}
"""Asymptotic variance of each estimator, over the integrated quarticity a bar."""


def bns(rv, robust, quarticity, n, theta, kind="ratio"):
    r"""Statistic of Barndorff-Nielsen and Shephard, standard normal where the price does not jump.

    .. math:: z = \frac{\sqrt n (1 - IV / RV)}{\sqrt{(\theta - 2) \max(1, IQ / IV^2)}}

    Parameters
    ----------
    rv, robust, quarticity : array
        Realised variance, a variance robust to jumps, and a quarticity robust to them, of the same n returns.
    n : int or array
    theta : float
        Of the robust variance, see `THETA`.
    kind : {"ratio", "linear"}
        The ratio, which is right in size at 5 minutes; or the difference, sqrt(n) (RV - IV) / sqrt((theta - 2) IQ),
        which rejects too often.

    References
    ----------
    Barndorff-Nielsen and Shephard (2006), Econometrics of testing for jumps in financial economics using bipower
    variation; Huang and Tauchen (2005), The relative contribution of jumps to total price variance, for the ratio.
    """
    if kind not in ("ratio", "linear"):
        raise Refusal(f"unknown kind {kind!r}", remedy="ratio or linear")
    if kind == "linear":
        return np.sqrt(n) * (rv - robust) / np.sqrt((theta - 2) * quarticity)
    return np.sqrt(n) * (1 - robust / rv) / np.sqrt((theta - 2) * np.maximum(1, quarticity / robust**2))


def aj(returns, k=2, p=4, truncation=4.0, exponent=0.47):
    r"""Statistic of Aït-Sahalia and Jacod, standard normal where the price does not jump; far below 0 where it does.

    .. math:: z = (S - k^{p/2 - 1}) / \sqrt V, \quad S = \sum |r^{(k)}_i|^p / \sum |r_i|^p

    Parameters
    ----------
    returns : array, shape (..., n)
        n a multiple of k.
    k : int
        How many returns the slower ones are sums of.
    p : int
        Even; above 3, or both sums are of variance and nothing is tested.
    truncation, exponent : float
        Returns above ``truncation * sqrt(BV) * n**-exponent`` are taken for jumps, and left out of V.

    References
    ----------
    Aït-Sahalia and Jacod (2009), Testing for jumps in a discretely observed process, theorem 1 and equation 16.
    """
    r = np.asarray(returns, dtype=np.float64)
    n, a = r.shape[-1], np.abs(r)
    steady = math.pi / 2 * (a[..., 1:] * a[..., :-1]).sum(axis=-1, keepdims=True)
    small = np.where(a <= truncation * np.sqrt(steady) * n**-exponent, a, 0.0)
    return (power_ratio(r, k, p) - k ** (p / 2 - 1)) / np.sqrt(ratio_variance(small, k, p))


def power_ratio(returns, k, p):
    """Sum of p-th powers of sums of k returns, over that of the returns themselves; shape (..., n) -> (...)."""
    r = np.asarray(returns, dtype=np.float64)
    slow = r.reshape(*r.shape[:-1], -1, k).sum(axis=-1)
    return (np.abs(slow) ** p).sum(axis=-1) / (np.abs(r) ** p).sum(axis=-1)


def ratio_variance(returns, k, p):
    """Variance of `power_ratio` for returns without jumps; shape (..., n) -> (...)."""
    if p % 2:
        raise Refusal(f"p = {p}", column="p", remedy="give an even power")
    once, twice = moment(p), moment(2 * p)
    cross = sum(math.comb(p, 2 * j) * (k - 1) ** j * moment(2 * p - 2 * j) * moment(2 * j) for j in range(p // 2 + 1))
    scale = k ** (p - 2) * ((1 + k) * twice + (k - 1) * once**2) - 2 * k ** (p / 2 - 1) * cross
    a = np.abs(returns)
    return scale / twice * (a ** (2 * p)).sum(axis=-1) / (a**p).sum(axis=-1) ** 2


def moment(p) -> float:
    """E|Z|^p of a standard normal."""
    return 2 ** (p / 2) * math.gamma((p + 1) / 2) / math.gamma(0.5)


def daily(bars, every="5min", robust="min_rv", level=0.05) -> pd.DataFrame:
    """Both tests of every whole UTC day but the first, which lacks the return that begins it.

    Parameters
    ----------
    bars : frame
        As `kit.columns.Bars`.
    every : str
        Returns to test, or as long as the bars where these are longer: long ones have less noise, and less power.
    robust : str
        A key of `THETA`.
    level : float
        Share of false findings allowed over all days (Benjamini and Hochberg).

    Returns
    -------
    pandas.DataFrame
        By day (its end): ``rv``, ``iv`` (robust), ``iq`` (its quarticity), ``share`` of jumps in the variance, of each
        test ``bns``, ``aj`` its statistic, p-value (``bns_p``, one-sided) and whether it is a finding over all days
        (``bns_jump``). A day on which too little moved has no statistic, and is no finding.
    """
    on_grid = grid.regular(bars, f"{max(grid.spacing(bars), clock.duration(every))}ns")
    measures = compute(on_grid.drop(columns="bars"), "realised_variance", robust, "med_rq", window="1d")
    measures = measures.loc[grid.days(on_grid)].iloc[1:]
    returns = grid.by_day(on_grid, np.log(on_grid["close"]).diff())[1:]
    rv, iv, iq = (measures[name].to_numpy() for name in measures)
    with np.errstate(invalid="ignore", divide="ignore"):  # a day on which nothing moved has no statistic
        z = {"bns": bns(rv, iv, iq, returns.shape[1], THETA[robust]), "aj": aj(returns)}
        share = np.maximum(1 - iv / rv, 0)
    found = pd.DataFrame({"rv": rv, "iv": iv, "iq": iq, "share": share, **z}, index=measures.index)
    p = {"bns": stats.norm.sf(found["bns"]), "aj": stats.norm.cdf(found["aj"])}
    for name, values in p.items():
        known = pd.Series(values, found.index).dropna()
        found[f"{name}_p"] = values
        found[f"{name}_jump"] = multiplicity(known, level)["bh_rejects"].reindex(found.index, fill_value=False)
    return found
