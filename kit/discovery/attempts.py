"""Price discovery among every pair of venues and among all, or why it cannot be told: a refusal is an answer, too."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from kit.discovery.shares import Discovery, discovery
from kit.refusal import Refusal


def attempts(prices, **settings) -> dict[str, Discovery | Refusal]:
    """Shares of price discovery of each pair, and of all venues where there are more than two.

    Parameters
    ----------
    prices : pandas.DataFrame
        A column a venue; rows that lack one of the prices are left out, and lags run over them.
    **settings
        Of `kit.discovery.shares.discovery`.
    """
    groups = [*combinations(prices.columns, 2)] + [tuple(prices.columns)] * (prices.shape[1] > 2)
    return {" and ".join(group) if len(group) == 2 else "all": _attempt(prices[list(group)].dropna(), settings)
            for group in groups}


def _attempt(prices, settings):
    try:
        return discovery(prices, **settings)
    except Refusal as refused:
        return refused


def table(found) -> pd.DataFrame:
    """A row for each venue of each group: the measures of `discovery`, rows, lags and rank; NaN where refused."""
    parts = {among: one.table.assign(rows=one.johansen.n, lags=one.johansen.lags, rank=one.johansen.rank)
             for among, one in found.items() if isinstance(one, Discovery)}
    return pd.concat(parts, names=["among"]) if parts else pd.DataFrame()


def refusals(found) -> pd.DataFrame:
    """A row for each group that was refused, and why."""
    return pd.DataFrame([(among, one.what, one.remedy) for among, one in found.items() if isinstance(one, Refusal)],
                        columns=["among", "refused", "remedy"]).set_index("among")
