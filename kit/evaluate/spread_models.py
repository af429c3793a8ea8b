"""What part of the spread is for handling and what part for being informed against: two regressions on trade signs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.evaluate.hac import bandwidth
from kit.refusal import Refusal


def glosten_harris(price, side) -> pd.DataFrame:
    r"""Transitory and permanent half spread, :math:`\Delta P_t = c \, \Delta Q_t + z \, Q_t + e_t`.

    Parameters
    ----------
    price : array of float, shape (n,)
        Prices of consecutive orders.
    side : array, shape (n,)
        +1 bought, -1 sold by the aggressor; 0 is refused.

    Returns
    -------
    pandas.DataFrame
        Rows ``c`` (order handling) and ``z`` (adverse selection), in price: ``value``, ``low``, ``high`` (95 %, Newey
        and West's standard errors).

    References
    ----------
    Glosten and Harris (1988), Estimating the components of the bid/ask spread, without their terms in size.
    """
    dp, q, before = _signs(price, side)
    return _fit(dp, {"c": q - before, "z": q})


def huang_stoll(price, side) -> pd.DataFrame:
    r"""Half spread and its informed share, :math:`\Delta P_t = (S/2) \Delta Q_t + \lambda (S/2) Q_{t-1} + e_t`.

    Returns
    -------
    pandas.DataFrame
        Rows ``half_spread`` (price) and ``share`` (:math:`\lambda`, of adverse selection and inventory together), as
        in `glosten_harris`; the interval of the quotient is by the delta method.

    References
    ----------
    Huang and Stoll (1997), The components of the bid-ask spread: a general approach.
    """
    dp, q, before = _signs(price, side)
    fit = _least_squares(dp, np.column_stack([q - before, before]))
    (half, carried), covariance = fit.params, fit.cov_params()
    slope = np.array([-carried / half**2, 1 / half])
    return _table({"half_spread": (half, fit.bse[0]),
                   "share": (carried / half, np.sqrt(slope @ covariance @ slope))})


def _signs(price, side):
    price, side = np.asarray(price, dtype=np.float64), np.asarray(side, dtype=np.float64)
    if (np.abs(side) != 1).any():
        row = int((np.abs(side) != 1).argmax())
        raise Refusal(f"{side[row]:g} is not -1 or 1", column="side", row=row, remedy="drop trades of unknown side")
    if np.ptp(side) == 0:
        raise Refusal("all trades are on one side", column="side", remedy="a longer recording")
    return np.diff(price), side[1:], side[:-1]


def _least_squares(y, X):
    import statsmodels.api as sm

    return sm.OLS(y, X).fit(cov_type="HAC", cov_kwds={"maxlags": bandwidth(len(y))})


def _fit(y, regressors):
    fit = _least_squares(y, np.column_stack(list(regressors.values())))
    return _table(dict(zip(regressors, zip(fit.params, fit.bse, strict=True), strict=True)))


def _table(estimates):
    rows = {name: {"value": value, "low": value - 1.96 * error, "high": value + 1.96 * error}
            for name, (value, error) in estimates.items()}
    return pd.DataFrame(rows).T
