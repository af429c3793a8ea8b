"""Floods of quotes to plant in a book: messages that come by the hundred, say nothing, and are known to be there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.clock import SECOND, utc


def flooded(quotes, ends, messages, step) -> pd.DataFrame:
    """Quotes with a flood in some seconds: the bid flickers a step down and back upon the quote that stands.

    Parameters
    ----------
    quotes : pandas.DataFrame
        See `kit.columns.Quotes`.
    ends : array of int64, shape (n,)
        When the seconds of the floods end, ns; after the first quote.
    messages : int
        Added quotes a flood.
    step : float
        Price.

    Returns
    -------
    pandas.DataFrame
        Quotes again; the last of each flood says what the book said without it.
    """
    k = np.arange(messages - messages % 2)
    stamps = (np.sort(ends)[:, None] - SECOND + (k + 1) * SECOND // (messages + 1)).ravel()
    time = quotes["time"].astype("datetime64[ns, UTC]").astype("int64").to_numpy()
    stands = quotes.iloc[np.searchsorted(time, stamps, side="right") - 1]
    down = step * np.tile(1 - k % 2, len(ends))
    added = stands.assign(time=utc(stamps), bid=stands["bid"].to_numpy() - down)
    return pd.concat([quotes, added]).sort_values("time", kind="stable", ignore_index=True)
