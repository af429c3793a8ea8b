"""The next row at which something happens."""

from __future__ import annotations

import numpy as np


def ahead(happened) -> np.ndarray:
    """Row at or behind each at which it happened; their number where it did not again.

    Parameters
    ----------
    happened : array of bool, shape (n,)

    Returns
    -------
    array of int64, shape (n,)

    Examples
    --------
    >>> ahead(np.array([False, True, False])).tolist()
    [1, 1, 3]
    """
    row = np.where(happened, np.arange(len(happened)), len(happened))
    return np.minimum.accumulate(row[::-1])[::-1]
