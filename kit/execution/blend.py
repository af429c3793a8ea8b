"""Two strategies in one account, half each."""

from __future__ import annotations

import pandas as pd

from kit.refusal import Refusal


def blend(a, b, rebalance=True) -> pd.Series:
    """Returns of an account that is half in each of two strategies.

    Parameters
    ----------
    a, b : pandas.Series of float
        Simple returns of the same periods, on the same index; a day each, as the paper has it.
    rebalance : bool
        Back to half each at the end of every period: the mean of the two returns. Else half each at the start, and
        left alone.

    Returns
    -------
    pandas.Series

    Raises
    ------
    Refusal
        Indices that differ, or a missing return.

    References
    ----------
    arXiv 2602.00776, Table 3: its numbers are those of daily rebalancing.
    """
    if not a.index.equals(b.index):
        raise Refusal("the two series have different indices", file="blend", remedy="align them first")
    if a.isna().any() or b.isna().any():
        raise Refusal("a return is missing", file="blend", remedy="a period without trades returns 0")
    if rebalance:
        return (a + b) / 2
    wealth = ((1 + a).cumprod() + (1 + b).cumprod()) / 2
    return wealth / wealth.shift(fill_value=1.0) - 1
