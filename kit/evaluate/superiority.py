"""Many models against one benchmark: is any of them better, which ones, and which cannot be told from the best."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kit.refusal import Refusal


def superiority(benchmark, models, block_size=None, size=0.05, draws=999, seed=0) -> pd.DataFrame:
    """Hansen's SPA, Romano and Wolf's StepM and the model confidence set, from `arch`, in one table.

    - Blocks as long as the square root of n make the tests liberal: of four models no better than the benchmark, on
      independent losses, one was found in 10 % of 200 worlds of 200 rows and in 7 % of as many of 1,000, at 5 %.

    Parameters
    ----------
    benchmark : array of float, shape (n,)
        LOSSES of the benchmark: squared errors, or returns times -1. Less is better.
    models : pandas.DataFrame, shape (n, models)
        Losses of every model that was tried, by name, on the same rows.
    block_size : int, optional
        Of the stationary bootstrap; default the square root of n.
    size : float
        Error rate of StepM and of the confidence set.
    draws, seed : int

    Returns
    -------
    pandas.DataFrame
        A row a model, best first: ``loss``; ``gain``, mean loss of the benchmark less its own; ``better``, StepM's
        verdict; ``mcs_p`` and ``in_mcs``, of the set of models and benchmark; and, the same in every row,
        ``spa_lower``, ``spa_consistent``, ``spa_upper``, p-values of no model being better, ``n``, ``block_size``.
        The benchmark is the row ``benchmark``.

    References
    ----------
    Hansen (2005), A test for superior predictive ability. Romano and Wolf (2005), Stepwise multiple testing as
    formalized data snooping. Hansen, Lunde and Nason (2011), The model confidence set.
    """
    from arch.bootstrap import MCS, SPA, StepM

    benchmark = np.asarray(benchmark, dtype=np.float64)
    if not (np.isfinite(benchmark).all() and np.isfinite(models.to_numpy()).all()):
        raise Refusal("a loss is missing", remedy="compare models on common rows")
    if "benchmark" in models.columns:
        raise Refusal("a model is named 'benchmark'", column="benchmark", remedy="give it another name")
    settings = {"block_size": block_size or max(1, round(len(benchmark) ** 0.5)), "reps": draws, "seed": seed}
    spa, step = SPA(benchmark, models, **settings), StepM(benchmark, models, size=size, **settings)
    every = models.assign(benchmark=benchmark)
    mcs = MCS(every, size=size, **settings)
    for test in (spa, step, mcs):
        test.compute()
    mean = every.mean()
    table = pd.DataFrame({"loss": mean, "gain": mean["benchmark"] - mean,
                          "better": mean.index.isin(step.superior_models),
                          "mcs_p": mcs.pvalues["Pvalue"].reindex(mean.index), "in_mcs": mean.index.isin(mcs.included)})
    family = {f"spa_{name}": spa.pvalues[name] for name in ("lower", "consistent", "upper")}
    return table.assign(**family, n=len(benchmark), block_size=settings["block_size"]).sort_values("loss")
