"""What each of many factors is worth on one recording: one table a horizon, every test counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.bootstrap import BLOCKS
from kit.evaluate.inference import multiplicity
from kit.quality.information import along_time, forward, intervals, rows_of
from kit.quality.quantiles import QUANTILES, bucket, memory, spread, standing, turnover


def table(factors, price, horizon, window, quantiles=QUANTILES, by=BLOCKS) -> pd.DataFrame:
    """Quality of factors of one asset over one horizon. The coefficients are along time, not across assets.

    Parameters
    ----------
    factors : pandas.DataFrame
        A column a factor, on a UTC index.
    price : pandas.Series
        On the same index; what is to be forecast is its log return over `horizon`.
    horizon : str
        Duration.
    window : str
        Past in which values are ranked into quantiles.
    by : kit.bootstrap.Bootstrap

    Returns
    -------
    pandas.DataFrame
        A row a factor, strongest first: ``ic`` (Pearson) and ``rank_ic`` with HAC intervals ``_low`` and ``_high``;
        ``block_low, block_high``, the bootstrap's interval of ``rank_ic``; ``t, p`` of ``rank_ic``, and over all rows
        ``holm, bh``; ``spread, spread_low, spread_high`` (basis points) and ``monotone`` of `quantiles.spread`;
        ``turnover`` of the outer quantiles after a horizon; ``autocorrelation, halflife`` (seconds); ``n``. A factor
        without enough rows, or that does not vary, keeps its row: it was tried, and has no p-value to count.
    """
    returns = forward(price, [horizon])[horizon]
    rows = {name: _one(factors[name], returns, horizon, window, quantiles) for name in factors}
    found = pd.DataFrame(rows).T.rename_axis("factor")
    drawn = intervals(factors, returns, horizon, by).add_prefix("block_")
    tested = multiplicity(found["p"].dropna())[["holm", "bh"]]
    return found.join(drawn).join(tested).sort_values("t", key=np.abs, ascending=False)


def _one(factor, returns, horizon, window, quantiles):
    span = rows_of(factor.index, horizon)
    linear, ranked = (along_time(factor, returns, span, ranks) for ranks in (False, True))
    ranks = standing(factor, window)
    number = bucket(ranks, quantiles)
    outer = np.stack([number == 1, number == quantiles], axis=1)
    said = {"ic": linear.value, "ic_low": linear.low, "ic_high": linear.high, "rank_ic": ranked.value,
            "rank_ic_low": ranked.low, "rank_ic_high": ranked.high, "t": ranked.t, "p": ranked.p, "n": ranked.n}
    return said | spread(ranks, returns, span, quantiles).to_dict() | {"turnover": turnover(outer, span)} | memory(
        factor, horizon).to_dict()
