"""Blocks every twelve seconds of which all is known."""

import numpy as np
import pandas as pd

from kit import clock, columns

BEGAN = 1_706_746_955 * clock.SECOND


def chain(n=10, **known):
    """A table of blocks; what is not `known` is plain."""
    plain = dict.fromkeys(columns.Blocks._fields[1:], 0.0) | {"base_fee": 20e9, "gas_used": 15e6, "gas_limit": 30e6,
                                                              "n_txs": 100.0, "builder": np.int64(0), "value": 1e17}
    time = clock.utc(BEGAN + 12 * clock.SECOND * np.arange(n))
    return pd.DataFrame({"time": time} | {name: np.full(n, value) if np.ndim(value) == 0 else value
                                          for name, value in (plain | known).items()})
