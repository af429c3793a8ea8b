"""Volatility at constant maturities: total variance, linear between expiries, and nothing where it falls or ends."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit import backend
from kit.columns import TENORS
from kit.options import premium
from kit.refusal import Refusal

YEAR = 365.0
"""Days."""
FALLS = ("refuse", "missing")


def constant_maturity(years, variance, at, falls="refuse"):
    r"""Annual variance at chosen maturities; total variance :math:`w = \sigma^2 T` is linear between expiries.

    Parameters
    ----------
    years : array of float, shape (n,)
        To each expiry, increasing.
    variance : array of float, shape (n,)
        Annual; expiries where it is missing are left out.
    at : float or array of float
        Maturities, years.
    falls : {"refuse", "missing"}
        What to do between expiries of which the later has the lesser total variance: the forward variance would be
        negative, and whoever sells the near and buys the far expiry cannot lose.

    Returns
    -------
    array of float, shape of `at`
        Missing before the first expiry and after the last.

    Raises
    ------
    Refusal
        Total variance falls, or expiries are not in order.

    References
    ----------
    CBOE (2009), The CBOE Volatility Index – VIX, step 3.
    Gatheral and Jacquier (2014), Arbitrage-free SVI volatility surfaces, definition 2.2.
    """
    if falls not in FALLS:
        raise Refusal(f"falls={falls!r}", remedy=" or ".join(FALLS))
    years, variance, at = (np.asarray(x, dtype=np.float64) for x in (years, variance, at))
    known = ~np.isnan(variance)
    years, total = years[known], (variance * years)[known]
    if (np.diff(years) <= 0).any():
        raise Refusal("expiries are not in order", column="years", remedy="sort by expiry, one row each")
    if len(years) == 0:
        return np.full(at.shape, np.nan)
    w = np.interp(at, years, total, left=np.nan, right=np.nan)
    wrong = (np.diff(total) < 0).nonzero()[0]
    if len(wrong) and falls == "refuse":
        i = wrong[0]
        raise Refusal(f"forward variance between {years[i] * YEAR:.4g} and {years[i + 1] * YEAR:.4g} days is "
                      f"{np.diff(total)[i] / np.diff(years)[i]:.4g}", column="variance",
                      remedy='correct the quotes, or falls="missing"')
    for i in wrong:
        w = np.where((at > years[i]) & (at < years[i + 1]), np.nan, w)
    return w / at


def forward_variance(expiries, column="atm") -> pd.DataFrame:
    """Annual variance between neighbouring expiries of every snapshot; negative where there is calendar arbitrage.

    Parameters
    ----------
    expiries : pandas.DataFrame
        As `kit.options.chain.by_expiry` returns.
    column : {"atm", "model_free"}

    Returns
    -------
    pandas.DataFrame
        ``time, near, next`` (expiries), ``days`` (to the nearer one), ``variance``.
    """
    known = expiries.dropna(subset=column)
    total, by = known[column] ** 2 * known["years"], known.groupby("time")
    before = by[["expiry", "years"]].shift(1)
    steps = pd.DataFrame({"time": known["time"], "near": before["expiry"], "next": known["expiry"],
                          "days": before["years"] * YEAR,
                          "variance": (total - total.groupby(known["time"]).shift(1)) / (known["years"]
                                                                                         - before["years"])})
    return steps.dropna(subset="variance").reset_index(drop=True)


def constant_maturities(expiries, tenors=TENORS, falls="missing") -> pd.DataFrame:
    """The columns of a curve that options tell: ``time, index, atm_7d ..., model_free_7d ..., skew_7d ...``.

    The skew is linear in the time to expiry.

    Parameters
    ----------
    expiries : pandas.DataFrame
        As `kit.options.chain.by_expiry` returns.
    tenors : sequence of int
        Days.
    falls : {"refuse", "missing"}
        See `constant_maturity`.
    """
    at, rows = np.array(tenors) / YEAR, []
    for time, group in expiries.groupby("time"):
        years, skew = group["years"].to_numpy(), group.dropna(subset="skew")
        row = {"time": time, "index": group["index"].median()}
        for name in ("atm", "model_free"):
            variance = constant_maturity(years, group[name].to_numpy() ** 2, at, falls)
            row |= dict(zip((f"{name}_{days}d" for days in tenors), np.sqrt(variance), strict=True))
        skews = np.interp(at, skew["years"], skew["skew"], left=np.nan, right=np.nan) if len(skew) else at * np.nan
        rows.append(row | dict(zip((f"skew_{days}d" for days in tenors), skews, strict=True)))
    return pd.DataFrame(rows)


def curve(expiries, prices=None, falls="missing", memory=premium.MEMORY) -> pd.DataFrame:
    """The `kit.columns.Curve` frame of a chain: what it implies, what was realised, and what was to be expected.

    Parameters
    ----------
    expiries : pandas.DataFrame
        As `kit.options.chain.by_expiry` returns.
    prices : frame, optional
        ``time`` and ``price`` of the underlying, daily; see `underlying`.
    falls : {"refuse", "missing"}
        See `constant_maturity`.
    memory : str
        See `kit.options.premium.forecast`.

    Returns
    -------
    pandas.DataFrame
        A row a snapshot: ``time, index, atm_7d ... skew_180d``, ``realised`` (volatility of the last 30 days) and
        ``forecast`` (of the next 30, by HAR on what was known then; missing until it can be fitted).
    """
    table = constant_maturities(expiries, falls=falls)
    path, time = underlying(table, prices), pd.DatetimeIndex(table["time"])
    return table.assign(realised=np.sqrt(premium.trailing(path, time).to_numpy()),
                        forecast=np.sqrt(premium.forecast(path, time, memory=memory).to_numpy()))


def underlying(table, prices=None) -> pd.Series:
    """Index prices of a table's snapshots, behind those of `prices` that are older: something to learn from."""
    own = pd.Series(table["index"].to_numpy(), index=pd.DatetimeIndex(table["time"]))
    if prices is None:
        return own
    prices = backend.release(prices).set_index("time")["price"]
    return pd.concat([prices[prices.index < own.index[0]], own])


def errors(curve, truth) -> dict[str, pd.DataFrame]:
    """A curve less the planted one of the same snapshots: a frame a measure, a column a maturity in days."""
    truth = backend.release(truth).set_index("time")
    gaps = curve.set_index("time")[[name for name in truth if name in curve]].sub(truth).dropna(axis=1, how="all")
    return {measure: gaps[[f"{measure}_{days}d" for days in TENORS]].set_axis(list(TENORS), axis=1)
            for measure in ("atm", "model_free", "skew")}
