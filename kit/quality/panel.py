"""Several assets by the day: factors, prices and returns side by side, and coefficients across the assets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kit import backend
from kit.evaluate.inference import multiplicity
from kit.factor import compute
from kit.quality import census
from kit.quality.information import across_assets
from kit.quality.quantiles import turnover
from kit.refusal import Refusal
from kit.sources import datasets


@dataclass(frozen=True)
class Panel:
    """Daily bars of several assets, stamped at their close."""

    name: str
    synthetic: bool
    bars: dict  #: frame by asset, as `kit.columns.Bars`

    def column(self, name) -> pd.DataFrame:
        """One column of the bars, days by assets; missing where an asset has no bar."""
        return pd.DataFrame({asset: frame.set_index("time")[name] for asset, frame in self.bars.items()}).sort_index()

    def factor(self, name, **parameters) -> pd.DataFrame:
        """A factor of bars, days by assets; each asset's is of its own past alone."""
        found = {asset: backend.release(compute({"bars": frame}, name, **parameters)).iloc[:, 0]
                 for asset, frame in self.bars.items()}
        return pd.DataFrame(found).sort_index()

    def ahead(self, days) -> pd.DataFrame:
        """Log return of each asset over the next days, from close to close: a label."""
        close = np.log(self.column("close"))
        return close.shift(-days) - close


def load(assets, start=None, end=None, seed=0) -> Panel:
    """Days of several assets.

    Parameters
    ----------
    assets : str
        ``dataset/symbol`` of each, separated by spaces; datasets of days.
    """
    bars = {}
    for word in assets.split():
        if "/" not in word:
            raise Refusal(f"{word!r} names no asset", column="assets", remedy="write ohlcv-daily/BTC, as an example")
        dataset, symbol = word.split("/", 1)
        bars[symbol] = backend.release(datasets.load(dataset, symbol, start, end, seed).tables["days"])
    of = list(dict.fromkeys(word.split("/", 1)[0] for word in assets.split()))
    return Panel(" ".join(of), any(datasets.find(name).synthetic for name in of), bars)


def names(panel) -> list[str]:
    """Factors that bars answer; one name of each formula and setting."""
    return census.by_table({"bars": next(iter(panel.bars.values()))})["bars"]


def factors(panel, fewest=100) -> dict[str, pd.DataFrame]:
    """Every factor of the bars, days by assets, that has at least so many days on which three assets have it."""
    wanted = names(panel)
    found = {asset: backend.release(compute({"bars": frame}, *wanted)) for asset, frame in panel.bars.items()}
    wide = {name: pd.DataFrame({asset: frame[name] for asset, frame in found.items()}).sort_index() for name in wanted}
    return {name: frame for name, frame in wide.items() if (frame.notna().sum(axis=1) >= 3).sum() >= fewest}


def noise(panel, seed=0) -> pd.DataFrame:
    """A factor that knows nothing and is new every day: the negative control."""
    close = panel.column("close")
    return pd.DataFrame(np.random.default_rng(seed).normal(size=close.shape), close.index, close.columns)


def table(factors, returns, days=1) -> pd.DataFrame:
    """Quality of factors across assets.

    Parameters
    ----------
    factors : dict of str to pandas.DataFrame
        By name, days by assets.
    returns : pandas.DataFrame
        Over the next `days`, as `Panel.ahead` gives them.
    days : int

    Returns
    -------
    pandas.DataFrame
        A row a factor, surest first: ``rank_ic`` and ``ic``, means over days of the correlation across assets, of ranks
        and of values, with HAC intervals ``_low, _high``; ``t, p`` of ``rank_ic`` and ``holm, bh`` over all rows;
        ``turnover`` of the upper half after `days`; ``n``, the days.
    """
    rows = {name: _one(frame, returns, days) for name, frame in factors.items()}
    found = pd.DataFrame(rows).T.rename_axis("factor")
    tested = multiplicity(found["p"].dropna())[["holm", "bh"]]
    return found.join(tested).sort_values("t", key=np.abs, ascending=False)


def _one(frame, returns, days):
    ranked, linear = (across_assets(frame, returns, days, ranks) for ranks in (True, False))
    return {"rank_ic": ranked.value, "rank_ic_low": ranked.low, "rank_ic_high": ranked.high, "ic": linear.value,
            "ic_low": linear.low, "ic_high": linear.high, "t": ranked.t, "p": ranked.p,
            "turnover": turnover(upper_half(frame), days), "n": ranked.n}


def upper_half(frame) -> pd.DataFrame:
    """Whether an asset's value lies among the higher half of those that have one, the middle one left out."""
    return frame.rank(axis=1).gt((frame.notna().sum(axis=1) + 1) / 2, axis=0)
